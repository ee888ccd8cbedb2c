"""A world of any size: companies, boards and postings generated from a seed, each made when it is asked for.

Vendors' records, websites and texts of roles are those of the small world; what is generated is who there is, how
large each board is, and what changes from day to day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal, get_args, overload

from attrs import evolve, field, frozen
from attrs.validators import deep_iterable, ge, in_, le, min_len, optional

from ats_adapters.sandbox.chance import Dice
from ats_adapters.sandbox.lives import Life
from ats_adapters.sandbox.postings import BoardToday, PostingText, PostingToday, moment
from ats_adapters.sandbox.records import (
    BoardRecord,
    CompanyRecord,
    CrowdData,
    Language,
    Role,
    crowd_data,
    phrases,
    places,
)
from ats_adapters.sandbox.websites import Websites

__all__ = ["Crowd", "CrowdBoard", "Vendor", "invented_word"]

Vendor = Literal["greenhouse", "lever"]

# How board sizes fall with their rank: the share of rank r is 1 / (r + this). Of 600 boards with 14 000 postings the
# largest has 500, half have fewer than ten.
_TAIL = 5
# Of a day's changes: so many are edits, so many closings; as many as close appear.
_EDITED, _CLOSED = 0.6, 0.2
_OLDEST = 110
# Ids of Greenhouse are unique across boards: each board has a range.
_RANGE = 1_000_000
_FIRST_BROKEN = 900_000
# The field of a title, which malformed records lack.
_TITLE: Mapping[Vendor, str] = {"greenhouse": "title", "lever": "text"}
_SENTENCES_A_PARAGRAPH = 4
_STEP, _WORD = 6364136223846793005, 2**64


def _vendors(names: Iterable[Vendor]) -> tuple[Vendor, ...]:
    return tuple(names)


@frozen(kw_only=True)
class Crowd:
    """How large the world is, and how it changes.

    *companies* each keep one board, at *vendors* in turn; the boards hold *postings* in all, with many small and few
    large ones. A posting's text has about *text* characters (at least what its role says). *signals* is the share of
    companies that mostly hire for work with payments, currency or trade. From each day to the next the share
    *changed* of postings is edited, closed or new; all else stays byte for byte. *malformed* records that no reader
    can use stand on the first boards. *huge* adds a company with a board of so many postings at the first vendor.
    """

    companies: int = field(default=600, validator=[ge(1), le(1_000_000)])
    postings: int = field(default=14_000, validator=ge(0))
    seed: int = 1
    text: int = field(default=5000, validator=ge(0))
    changed: float = field(default=0.05, validator=[ge(0.0), le(1.0)])
    signals: float = field(default=0.3, validator=[ge(0.0), le(1.0)])
    malformed: int = field(default=0, validator=ge(0))
    huge: int | None = field(default=None, validator=optional([ge(0), le(500_000)]))
    vendors: tuple[Vendor, ...] = field(
        default=get_args(Vendor),
        converter=_vendors,
        validator=[min_len(1), deep_iterable(in_(get_args(Vendor)))],
    )

    @property
    def dice(self) -> Dice:
        """The draws of this crowd."""
        return Dice(f"crowd {self.seed}")

    def members(self) -> tuple[CompanyRecord, ...]:
        """The lines of the company list, in order, each with its board."""
        sizes = _long_tail(self.postings, self.companies)
        # Vendors take turns by size, so that each has its share of large boards; the list is in no order of size.
        order = sorted(range(self.companies), key=lambda rank: self.dice.number("order", rank))
        made = [
            self._member(number, sizes[rank], self.vendors[rank % len(self.vendors)])
            for number, rank in enumerate(order)
        ]
        if self.huge is not None:
            made.append(self._member(len(made), self.huge, self.vendors[0]))
        return tuple(made)

    def boards(self, members: Iterable[CompanyRecord], day: int) -> list[BoardToday]:
        """The members' boards on a day, in order."""
        return [
            CrowdBoard(record=record, company=company, day=day, crowd=self, number=number)
            for number, company in enumerate(members)
            for record in company.boards
        ]

    def websites(self, members: Sequence[CompanyRecord], boards: Mapping[str, BoardToday]) -> Websites:
        """The members' websites, given all boards by slug."""
        return Websites(members, boards)

    def _member(self, number: int, size: int, vendor: Vendor) -> CompanyRecord:
        data, dice = crowd_data(), Dice(f"{self.dice.subject} member {number}")
        word = invented_word(self.seed, number)
        cities = dice.some(tuple(places()), 1 + dice.below(4, "how many cities"), "cities")
        name = f"{word.capitalize()} {dice.pick(data.forms, 'form')}".strip()
        record = BoardRecord(
            provider=vendor,
            slug=word,
            region="eu" if vendor == "lever" and dice.happens(0.3, "region") else "",
            size=size,
            languages=dice.pick(("en", "es", "mixed", "mixed"), "languages"),
            cities=cities,
            roles=self._roles(dice, data),
            offset=dice.pick(("-05:00", "+01:00", "-08:00"), "offset"),
            own_domain=dice.happens(0.2, "own domain"),
            malformed=(_TITLE[vendor],) * self._malformed_at(number),
        )
        about = {
            language: dice.pick(texts, "about").replace("$company", name) for language, texts in data.about.items()
        }
        return CompanyRecord(
            name=name,
            domain=f"{word}.example",
            style="direct-link",
            language="en" if record.languages == "en" else "es",
            city=cities[0],
            about=about,
            boards=(record,),
        )

    def _roles(self, dice: Dice, data: CrowdData) -> tuple[str, ...]:
        count = 3 + dice.below(5, "how many roles")
        signals = count * 2 // 3 if dice.happens(self.signals, "signals") else int(dice.happens(0.1, "stray signal"))
        chosen = dice.some(data.signals, signals, "signal") + dice.some(data.others, count - signals, "other")
        return tuple(sorted(chosen, key=lambda role: dice.number("turn", role)))

    def _malformed_at(self, number: int) -> int:
        each, more = divmod(self.malformed, self.companies)
        return each + (number < more) if number < self.companies else 0


@frozen(kw_only=True, slots=False)
class CrowdBoard(BoardToday):
    """A generated board on a day. It keeps the lives of its postings, not what they say."""

    crowd: Crowd
    number: int

    @cached_property
    def dice(self) -> Dice:
        """The draws of this board in its crowd."""
        return Dice(f"{self.crowd.dice.subject} board {self.record.provider}/{self.record.region}/{self.record.slug}")

    @cached_property
    def postings(self) -> Sequence[PostingToday]:
        """The postings on show, each made whenever it is asked for."""
        return _OnDemand(self)

    def greenhouse_id(self, serial: int) -> int:
        """A number that no other board of the crowd has."""
        return (4000 + self.number) * _RANGE + serial

    def broken_serial(self, nth: int) -> int:
        """The serial of the *nth* record that no reader can use."""
        return _FIRST_BROKEN + nth

    @cached_property
    def _lives(self) -> tuple[tuple[Life, ...], Mapping[int, int]]:
        """Those open, and the day of the last edit of each that was edited."""
        size, changed = self.record.size, self.crowd.changed
        alive = {serial: Life(serial, serial, 1 - self.dice.below(_OLDEST, "born", serial)) for serial in range(size)}
        edits: dict[int, int] = {}
        following = size
        for today in range(2, self.day + 1):
            for serial in list(alive):
                drawn = self.dice.number("change", serial, today) / 2**64
                if drawn < changed * _EDITED:
                    edits[serial] = today
                elif drawn < changed * (_EDITED + _CLOSED):
                    del alive[serial]
            whole, rest = divmod(size * changed * (1 - _EDITED - _CLOSED), 1)
            for _ in range(int(whole) + self.dice.happens(rest, "newcomer", today)):
                alive[following] = Life(following, following, today)
                following += 1
        return tuple(alive.values()), edits

    def _open_lives(self) -> list[Life]:
        return list(self._lives[0])

    def _updated_at(self, serial: int, published: datetime) -> datetime:
        edited = self._lives[1].get(serial)
        return published if edited is None else moment(edited) - timedelta(minutes=90)

    def _added(self, content: int, language: Language) -> Sequence[str]:
        edited = self._lives[1].get(content)
        return () if edited is None else (f"{phrases()[language].edited} ({edited})",)

    def _text(self, role: Role, language: Language, city: str, content: int, workplace: str) -> PostingText:
        return _filled(
            super()._text(role, language, city, content, workplace),
            crowd_data().sentences[language],
            self.crowd.text,
            self.dice.number("sentences", content),
        )


class _OnDemand(Sequence[PostingToday]):
    """The postings of a board, made anew at each look."""

    def __init__(self, board: CrowdBoard) -> None:
        self._board = board

    def __len__(self) -> int:
        return len(self._board.shown)

    @overload
    def __getitem__(self, place: int) -> PostingToday: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[PostingToday]: ...
    def __getitem__(self, place: int | slice) -> PostingToday | Sequence[PostingToday]:
        shown = self._board.shown
        if isinstance(place, slice):
            return [self._board.posting(life) for life in shown[place]]
        return self._board.posting(shown[place])


def _long_tail(total: int, boards: int) -> list[int]:
    """Sizes that fall with the rank and add up to *total*."""
    weights = [1 / (rank + _TAIL) for rank in range(boards)]
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    sizes = [int(size) for size in exact]
    most_cut = sorted(range(boards), key=lambda rank: (sizes[rank] - exact[rank], rank))
    for rank in most_cut[: total - sum(sizes)]:
        sizes[rank] += 1
    return sizes


def invented_word(seed: int, number: int) -> str:
    """An invented word for each number below a million, no two the same; which comes first follows from the seed."""
    syllables, endings = crowd_data().syllables, crowd_data().endings
    # A prime that does not divide the number of words: every word comes once before any comes again.
    rest = (number * 611_953 + seed * 7919) % (len(syllables) ** 3 * len(endings))
    rest, last = divmod(rest, len(endings))
    rest, third = divmod(rest, len(syllables))
    first, second = divmod(rest, len(syllables))
    return syllables[first] + syllables[second] + syllables[third] + endings[last]


def _filled(text: PostingText, sentences: Sequence[str], wanted: int, number: int) -> PostingText:
    """The text with sentences added in an order that follows from *number*, up to *wanted* characters."""
    spoken = (text.about, *text.intro, *text.do, *text.need, *text.plus, *text.offer, *text.closing)
    missing = wanted - sum(map(len, spoken))
    added: list[str] = []
    while missing > 0:
        left = list(sentences)
        while left and missing > 0:
            number = (number * _STEP + 1) % _WORD
            added.append(left.pop((number >> 33) % len(left)))
            missing -= len(added[-1])
    paragraphs = [
        " ".join(added[start : start + _SENTENCES_A_PARAGRAPH])
        for start in range(0, len(added), _SENTENCES_A_PARAGRAPH)
    ]
    half = len(paragraphs) // 2
    return evolve(text, intro=(*text.intro, *paragraphs[:half]), closing=(*paragraphs[half:], *text.closing))
