"""The data of the world as typed records: companies, boards, roles, places, phrases, labels. Read from package data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal, TypeVar

from attrs import Factory, field, frozen
from attrs.validators import in_
from cattrs import Converter

__all__ = [
    "BoardRecord",
    "CompanyRecord",
    "CrowdData",
    "Labels",
    "Language",
    "Phrases",
    "Place",
    "Role",
    "RoleText",
    "companies",
    "crowd_data",
    "labels",
    "phrases",
    "places",
    "roles",
]

T = TypeVar("T")
Language = Literal["en", "es"]
#: The number of a posting on its board, and a day.
Moment = tuple[int, int]


@frozen(kw_only=True)
class BoardRecord:
    """One board: where it is, what it holds, and what happens to it.

    *hosted* says on which of Greenhouse's hosts people see the board; *region* is Lever's. *roles* are taken in
    turn. *twins* are pairs: this posting has the text of that one. *malformed* names the broken field of each
    broken record that stands on the board besides the good ones.
    """

    provider: str = field(validator=in_(("greenhouse", "lever")))
    slug: str
    region: str = ""
    hosted: str = ""
    size: int
    languages: Literal["en", "es", "mixed"]
    cities: tuple[str, ...]
    roles: tuple[str, ...]
    offset: str = "-05:00"
    own_domain: bool = False
    string_times: bool = False
    contact: bool = False
    malformed: tuple[str, ...] = ()
    twins: tuple[tuple[int, int], ...] = ()
    close: tuple[Moment, ...] = ()
    repost: tuple[Moment, ...] = ()
    edit: tuple[Moment, ...] = ()
    touch: tuple[Moment, ...] = ()
    opens: int = 1
    gone: int | None = None
    empty_on: tuple[int, ...] = ()

    def exists_on(self, day: int) -> bool:
        """Whether the vendor knows the board on that day."""
        return self.opens <= day and (self.gone is None or day < self.gone)


@frozen(kw_only=True)
class CompanyRecord:
    """One line of the company list, and the website and boards behind it.

    *listed* is the website as the list has it (None: the usual address; empty: none), *listed_careers* the careers page
    that it gives besides. *same_as* names the company that this line repeats, *shares* the slug of the board that
    another company of the group keeps. *bare*: the website stands at the domain itself, not at `www.`.
    """

    name: str
    domain: str = ""
    listed: str | None = None
    listed_careers: str = ""
    bare: bool = False
    same_as: str | None = None
    style: str = ""
    language: str = "es"
    city: str = "Madrid"
    headline: str = ""
    about: Mapping[str, str] = Factory(dict)
    boards: tuple[BoardRecord, ...] = ()
    shares: str = ""
    links_to: tuple[str, ...] = ()
    dead_link: str = ""

    @property
    def host(self) -> str:
        """The host of the website."""
        return self.domain if self.bare else f"www.{self.domain}"

    @property
    def website(self) -> str:
        """The website as the list has it; may be empty."""
        return f"https://{self.host}" if self.listed is None else self.listed


@frozen(kw_only=True)
class RoleText:
    """What postings of a role are written from, in one language."""

    titles: tuple[str, ...]
    intro: tuple[str, ...]
    do: tuple[str, ...]
    need: tuple[str, ...]
    plus: tuple[str, ...]


@frozen(kw_only=True)
class Role:
    """A kind of work. *pay* is the yearly range in euros in Madrid."""

    id: str
    department: Mapping[str, str]
    team: Mapping[str, str]
    pay: tuple[int, int]
    en: RoleText
    es: RoleText

    def text(self, language: Language) -> RoleText:
        """The building blocks in this language."""
        return self.en if language == "en" else self.es


@frozen(kw_only=True)
class Place:
    """A city's country (ISO 3166-1 alpha-2), its name in both languages, the currency, and pay against Madrid."""

    country: str
    en: str
    es: str
    currency: str
    scale: float


@frozen(kw_only=True)
class Phrases:
    """Headings, benefits and boilerplate of postings in one language."""

    about: str
    role: str
    do: str
    need: str
    plus: str
    offer: str
    pay: str
    requisition: str
    benefits: tuple[str, ...]
    closing: tuple[str, ...]
    edited: str
    remote: str
    contact: str


@frozen(kw_only=True)
class Labels:
    """The words of a website in one language, and the paths that follow from them."""

    home: str
    products: str
    about: str
    team: str
    contact: str
    legal: str
    careers: str
    careers_path: str
    about_path: str
    openings: str
    see_all: str
    join: str
    none: str
    moved: str
    articles: str
    portfolio: str


@frozen(kw_only=True)
class CrowdData:
    """What the crowd is made of. *about* and *sentences* are by language; *signals* and *others* are roles."""

    syllables: tuple[str, ...]
    endings: tuple[str, ...]
    forms: tuple[str, ...]
    signals: tuple[str, ...]
    others: tuple[str, ...]
    about: Mapping[str, tuple[str, ...]]
    sentences: Mapping[str, tuple[str, ...]]


_CONVERTER = Converter(forbid_extra_keys=True)
_DATA = files("ats_adapters.sandbox") / "data"


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((_DATA / name).read_text(encoding="utf-8"))


def _table(name: str, kind: type[T]) -> Mapping[str, T]:
    return MappingProxyType({key: _CONVERTER.structure(value, kind) for key, value in _toml(name).items()})


@cache
def companies() -> tuple[CompanyRecord, ...]:
    """The lines of the company list, in order."""
    return tuple(_CONVERTER.structure(record, CompanyRecord) for record in _toml("companies.toml")["company"])


@cache
def roles() -> Mapping[str, Role]:
    """The roles by id."""
    found: dict[str, Role] = {}
    for name in ("treasury", "payments", "trade", "commerce", "regional", "technology", "local"):
        for record in _toml(f"roles/{name}.toml")["role"]:
            role = _CONVERTER.structure(record, Role)
            found[role.id] = role
    return MappingProxyType(found)


@cache
def places() -> Mapping[str, Place]:
    """The cities by name."""
    return _table("places.toml", Place)


@cache
def phrases() -> Mapping[str, Phrases]:
    """The phrases by language."""
    return _table("phrases.toml", Phrases)


@cache
def labels() -> Mapping[str, Labels]:
    """The labels by language."""
    return _table("labels.toml", Labels)


@cache
def crowd_data() -> CrowdData:
    """What the crowd is made of."""
    return _CONVERTER.structure(_toml("crowd.toml"), CrowdData)
