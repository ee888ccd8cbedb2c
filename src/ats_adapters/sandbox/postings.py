"""The postings of a board on a day, before any vendor puts them in its own form: facts and composed texts."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from string import Template

from attrs import field, frozen

from ats_adapters.sandbox.chance import Dice
from ats_adapters.sandbox.lives import Life, open_lives
from ats_adapters.sandbox.records import (
    BoardRecord,
    CompanyRecord,
    Language,
    Phrases,
    Role,
    phrases,
    places,
    roles,
)

__all__ = ["BoardToday", "PostingText", "PostingToday", "moment"]

_FIRST_MORNING = datetime(2026, 1, 5, 6, tzinfo=UTC)


def moment(day: int) -> datetime:
    """The world's clock on *day*: 2026-01-05 06:00 UTC on day 1, 24 hours later on each that follows."""
    return _FIRST_MORNING + timedelta(days=day - 1)


@frozen(kw_only=True)
class PostingText:
    """The text of a posting in plain sentences, by section; *phrases* has the headings."""

    phrases: Phrases
    about: str
    intro: tuple[str, ...]
    do: tuple[str, ...]
    need: tuple[str, ...]
    plus: tuple[str, ...]
    offer: tuple[str, ...]
    closing: tuple[str, ...]


@frozen(kw_only=True, slots=False)
class PostingToday:
    """One posting as it stands. *pay* is a yearly range in whole units of *currency*, or None where not told.

    Its text is composed by *compose* when it is asked for.
    """

    serial: int
    content: int
    title: str
    language: Language
    role: Role
    cities: tuple[str, ...]
    workplace: str
    published_at: datetime
    updated_at: datetime
    pay: tuple[int, int] | None
    currency: str
    compose: Callable[[], PostingText] = field(eq=False, repr=False)

    @cached_property
    def text(self) -> PostingText:
        """What it says."""
        return self.compose()

    @property
    def department(self) -> str:
        """The department, in the posting's language."""
        return self.role.department[self.language]

    @property
    def team(self) -> str:
        """The team, in the posting's language."""
        return self.role.team[self.language]


@frozen(kw_only=True, slots=False)
class BoardToday:
    """A board on a day: its record, the company that keeps it, and the postings that it shows."""

    record: BoardRecord
    company: CompanyRecord
    day: int

    @property
    def exists(self) -> bool:
        """Whether the vendor knows the board."""
        return self.record.exists_on(self.day)

    @cached_property
    def dice(self) -> Dice:
        """The draws of this board."""
        return Dice(f"board {self.record.provider}/{self.record.region}/{self.record.slug}")

    @cached_property
    def shown(self) -> tuple[Life, ...]:
        """The postings on show, in the order in which the vendor lists them: none that means anything."""
        return tuple(sorted(self._open_lives(), key=lambda life: (self.dice.number("order", life.serial), life.serial)))

    @cached_property
    def postings(self) -> Sequence[PostingToday]:
        """Those on show with what they say, in the same order."""
        return tuple(map(self.posting, self.shown))

    def posting_called(self, identity: Callable[[int], object], wanted: object) -> PostingToday | None:
        """The posting on show whose serial's *identity* is *wanted*; None where there is none."""
        for place, life in enumerate(self.shown):
            if identity(life.serial) == wanted:
                return self.postings[place]
        return None

    def broken_serial(self, nth: int) -> int:
        """The serial of the *nth* record that no reader can use: none that a posting has."""
        return 990 + nth

    def _open_lives(self) -> list[Life]:
        return open_lives(self.record, self.day)

    def greenhouse_id(self, serial: int) -> int:
        """Greenhouse's id of a posting: a number of ten digits, unique on the board."""
        return 4_000_000_000 + self.dice.below(900_000, "id") * 1000 + serial

    def lever_id(self, serial: int) -> str:
        """Lever's id of a posting: a random-looking UUID."""
        key = hashlib.blake2b(f"{self.dice.subject} {serial}".encode(), digest_size=16).digest()
        return str(uuid.UUID(bytes=key, version=4))

    def posting(self, life: Life) -> PostingToday:
        """What a posting on show says."""
        board, dice, content = self.record, self.dice, life.content
        turn, place = divmod(content, len(board.roles))
        role = roles()[board.roles[place]]
        language: Language = (
            "es" if board.languages == "es" or (board.languages == "mixed" and (turn + place) % 2) else "en"
        )
        level = turn % 3 if board.size >= len(board.roles) else dice.below(3, "level", content)
        titles = role.text(language).titles
        city = board.cities[0] if content == 0 else dice.pick(board.cities, "city", content)
        others = [c for c in board.cities if c != city]
        cities = (city, *dice.some(others, 2, "cities", content)) if dice.happens(0.15, "several", content) else (city,)
        workplace = dice.pick(("on-site", "on-site", "hybrid", "hybrid", "remote"), "workplace", content)
        published = moment(life.born) - timedelta(minutes=1 + dice.below(1380, "minute", life.serial))
        return PostingToday(
            serial=life.serial,
            content=content,
            title=titles[min(level, len(titles) - 1)],
            language=language,
            role=role,
            cities=cities,
            workplace=workplace,
            published_at=published,
            updated_at=self._updated_at(life.serial, published),
            pay=self._pay(role, city, content),
            currency=places()[city].currency,
            compose=lambda: self._text(role, language, city, content, workplace),
        )

    def _updated_at(self, serial: int, published: datetime) -> datetime:
        moved = [on for number, on in (*self.record.edit, *self.record.touch) if number == serial and on <= self.day]
        return max([published, *(moment(on) - timedelta(minutes=90) for on in moved)])

    def _added(self, content: int, language: Language) -> Sequence[str]:
        """What was added to a posting's introduction when it was edited."""
        edited = any(number == content and on <= self.day for number, on in self.record.edit)
        return (phrases()[language].edited,) if edited else ()

    def _pay(self, role: Role, city: str, content: int) -> tuple[int, int] | None:
        if not self.dice.happens(0.4, "pay", content):
            return None
        place = places()[city]
        step = 500 if place.scale < 10 else 10_000
        low, high = (round(amount * place.scale / step) * step for amount in role.pay)
        return low, high

    def _text(self, role: Role, language: Language, city: str, content: int, workplace: str) -> PostingText:
        blocks, words, dice = role.text(language), phrases()[language], self.dice

        def said(sentence: str) -> str:
            if "$" not in sentence:
                return sentence
            return Template(sentence).substitute(
                company=self.company.name,
                city=city,
                host=self.company.host,
                mailbox=f"fx-payments@{self.company.domain}",
            )

        closing = [dice.pick(words.closing, "closing", content)]
        if self.record.contact:
            closing.append(words.contact)
        intro = [dice.pick(blocks.intro, "intro", content)]
        if workplace == "remote":
            intro.append(words.remote)
        intro += self._added(content, language)
        # Requirements are kept whole: a sentence that denies one ("no experience with …") must never fall away.
        return PostingText(
            phrases=words,
            about=self.company.about[language],
            intro=tuple(said(s) for s in intro),
            do=tuple(said(s) for s in dice.some(blocks.do, 4 + dice.below(3, "how much", content), "do", content)),
            need=tuple(said(s) for s in blocks.need),
            plus=tuple(said(s) for s in dice.some(blocks.plus, 1 + dice.below(2, "extra", content), "plus", content)),
            offer=dice.some(words.benefits, 3 + dice.below(2, "benefits", content), "offer", content),
            closing=tuple(said(s) for s in closing),
        )
