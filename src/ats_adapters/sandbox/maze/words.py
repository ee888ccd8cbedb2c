"""The words of the maze's websites in seven languages, and those that one site uses."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from string import Template
from types import MappingProxyType

from attrs import frozen
from cattrs import Converter

from ats_adapters.sandbox.chance import Dice

__all__ = ["LANGUAGES", "SiteWords", "Vocabulary", "vocabularies"]


@frozen(kw_only=True)
class Vocabulary:
    """What is said in one language; where there are several ways to say it, all of them.

    *known_paths* are where anybody would try, *odd_paths* where nobody would.
    """

    home: str
    products: str
    about: tuple[str, ...]
    about_paths: tuple[str, ...]
    contact: str
    legal: str
    careers: tuple[str, ...]
    careers_paths: tuple[str, ...]
    known_paths: tuple[str, ...]
    odd_paths: tuple[str, ...]
    openings: tuple[str, ...]
    see_all: tuple[str, ...]
    join: str
    none: str
    moved: str
    articles: str
    article: str
    customers: str
    customer: str
    portfolio: str
    portfolio_jobs: str
    partners: str
    clients: str
    directory: str
    group: str
    cookies: str
    apply: str


@cache
def vocabularies() -> Mapping[str, Vocabulary]:
    """The vocabularies by language."""
    text = (files("ats_adapters.sandbox") / "data" / "maze.toml").read_text(encoding="utf-8")
    converter = Converter(forbid_extra_keys=True)
    return MappingProxyType({key: converter.structure(value, Vocabulary) for key, value in tomllib.loads(text).items()})


#: How often each language comes, of a hundred.
LANGUAGES = {"es": 36, "en": 30, "ca": 8, "pt": 7, "fr": 7, "de": 7, "it": 5}


@frozen
class SiteWords:
    """The words that one site of a company of that *name* has chosen."""

    said: Vocabulary
    dice: Dice
    name: str

    @classmethod
    def of(cls, language: str, dice: Dice, name: str) -> SiteWords:
        """The words of a site in *language*."""
        return cls(vocabularies()[language], dice, name)

    @property
    def careers(self) -> str:
        """What the site calls its careers page."""
        return Template(self.dice.pick(self.said.careers, "careers")).substitute(company=self.name)

    @property
    def careers_path(self) -> str:
        """Where that stands, if somebody links it."""
        return self.dice.pick(self.said.careers_paths, "careers path")

    @property
    def known_path(self) -> str:
        """Where that stands, if nobody links it."""
        return self.dice.pick(self.said.known_paths, "known path")

    @property
    def odd_path(self) -> str:
        """Where that stands, if nobody can guess it."""
        return self.dice.pick(self.said.odd_paths, "odd path")

    @property
    def openings(self) -> str:
        """A heading over a list of jobs."""
        return self.dice.pick(self.said.openings, "openings")

    @property
    def see_all(self) -> str:
        """What leads from a careers page to the list of jobs."""
        return self.dice.pick(self.said.see_all, "see all")

    @property
    def about(self) -> str:
        """What the site calls the page about the company."""
        return self.dice.pick(self.said.about, "about")

    @property
    def about_path(self) -> str:
        """Where that stands."""
        return self.dice.pick(self.said.about_paths, "about path")

    def customer(self, other: str) -> str:
        """The title of a story about *other*."""
        return Template(self.said.customer).substitute(other=other)
