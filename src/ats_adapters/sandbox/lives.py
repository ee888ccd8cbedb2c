"""When postings appear on a board and when they leave it: what the data scripts, and the usual coming and going."""

from __future__ import annotations

from attrs import evolve, frozen

from ats_adapters.sandbox.chance import Dice
from ats_adapters.sandbox.records import BoardRecord

__all__ = ["Life", "lives", "open_lives"]

# A posting that is not filled early stands for up to so many days; a board replaces about what it loses.
_LONGEST = 75
_OLDEST = 110
# Every so many postings there is one that never closes, so that no board dries up.
_EVERGREEN = 5


@frozen
class Life:
    """A posting's time on its board, in days of the world; days below 1 are before it began.

    *serial* numbers the board's postings, *content* is the serial whose text it has: its own, or that of the
    posting it repeats. It is open from *born* up to, not including, *closes*.
    """

    serial: int
    content: int
    born: int
    closes: int | None = None

    def open_on(self, day: int) -> bool:
        """Whether the posting can be seen on that day."""
        return self.born <= day and (self.closes is None or day < self.closes)


def _at_the_beginning(board: BoardRecord, dice: Dice) -> list[Life]:
    twins, scripted = dict(board.twins), dict(board.close)
    stays = {serial for serial, _ in (*board.repost, *board.edit, *board.touch)}
    found = []
    for serial in range(board.size):
        closes = scripted.get(serial)
        if closes is None and serial % _EVERGREEN and serial not in stays:
            closes = 3 + dice.below(_LONGEST, "closes", serial)
        born = 1 - dice.below(_OLDEST, "born", serial)
        found.append(Life(serial, twins.get(serial, serial), born, closes))
    return found


def _repeated(found: list[Life], serial: int, day: int) -> None:
    found[serial] = evolve(found[serial], closes=day)
    found.append(Life(len(found), found[serial].content, day))


def _newcomers(found: list[Life], board: BoardRecord, dice: Dice, day: int) -> None:
    whole, rest = divmod(board.size, _LONGEST)
    for nth in range(whole + dice.happens(rest / _LONGEST, "newcomer", day)):
        serial = len(found)
        left = [life for life in found if life.closes is not None and life.closes < day]
        again = left and dice.happens(0.2, "again", day, nth)
        content = dice.pick(left, "which", day, nth).content if again else serial
        found.append(Life(serial, content, day, day + 8 + dice.below(_LONGEST, "stays", serial)))


def lives(board: BoardRecord, day: int) -> list[Life]:
    """All postings that the board has had up to *day*, by serial."""
    dice = Dice(f"lives of {board.provider}/{board.region}/{board.slug}")
    found = _at_the_beginning(board, dice)
    for today in range(2, day + 1):
        for serial, on in board.repost:
            if on == today:
                _repeated(found, serial, today)
        _newcomers(found, board, dice, today)
    return found


def open_lives(board: BoardRecord, day: int) -> list[Life]:
    """The postings that the board shows on *day*: none while it does not exist or shows itself empty."""
    if not board.exists_on(day) or day in board.empty_on:
        return []
    return [life for life in lives(board, day) if life.open_on(day)]
