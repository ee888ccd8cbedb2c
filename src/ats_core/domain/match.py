"""Why an offer scored what it scored, down to the keyword, the field and the snippet."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from attrs import frozen

from ats_core.domain.identity import OfferId

__all__ = ["Field", "Hit", "Label", "Match", "Scored", "ScoredUnder", "Synergy"]


class Label(StrEnum):
    """A score in one word; the catalog says from which score on each holds."""

    STRONG = "strong"
    MEDIUM = "medium"
    WEAK = "weak"
    NONE = "none"


class Field(StrEnum):
    """Where in an offer a keyword stood. *BOILERPLATE*: the part of its text that most of its company's offers have."""

    TITLE = "title"
    DEPARTMENT = "department"
    DESCRIPTION = "description"
    BOILERPLATE = "boilerplate"


@frozen
class Hit:
    """One category shown by an offer: by which keyword, in which field, in which words, for how many points.

    *snippet* is text as the offer has it, the match between `[[` and `]]`. *negated* hits carry points below zero, or
    none where nothing was earned that they could be taken from. The points of all hits and synergies add up to the
    score.
    """

    category: str
    keyword: str
    field: Field
    snippet: str
    points: float
    negated: bool = False


@frozen(kw_only=True)
class Synergy:
    """Categories that tell more together than each alone, and the points that an offer earned for showing them all."""

    categories: tuple[str, ...]
    points: float


@frozen(kw_only=True)
class Scored:
    """A text's score: 0-10 with one decimal, its label, its top category (None without a hit) and the evidence."""

    score: float
    label: Label
    top_category: str | None
    hits: tuple[Hit, ...]
    synergies: tuple[Synergy, ...] = ()


@frozen
class ScoredUnder:
    """Under what an offer's match came about: see `Match`."""

    catalog_version: str
    boilerplate: str
    scored_at: datetime


@frozen(kw_only=True)
class Match:
    """The score of a stored offer under one version of a catalog, and under what was its company's boilerplate.

    *boilerplate* tells, as a digest, which passages of the offer weighed less; empty: none did. *scored_at* is when
    the offer, as it is, was first scored under this version.
    """

    offer_id: OfferId
    catalog_version: str
    scored: Scored
    scored_at: datetime
    boilerplate: str = ""
