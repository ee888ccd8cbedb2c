"""Why an offer scored what it scored, down to the keyword, the field and the snippet."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from attrs import frozen

from ats_core.domain.identity import OfferId

__all__ = ["Field", "Hit", "Label", "Match", "Scored"]


class Label(StrEnum):
    """A score in one word; the catalog says from which score on each holds."""

    STRONG = "strong"
    MEDIUM = "medium"
    WEAK = "weak"
    NONE = "none"


class Field(StrEnum):
    """Where in an offer a keyword stood."""

    TITLE = "title"
    DEPARTMENT = "department"
    DESCRIPTION = "description"


@frozen(kw_only=True)
class Hit:
    """One category shown by an offer: by which keyword, in which field, in which words, for how many points.

    *snippet* is text as the offer has it, the match between `[[` and `]]`. *negated* hits carry points below zero, or
    none where nothing was earned that they could be taken from. The points of all hits add up to the score.
    """

    category: str
    keyword: str
    field: Field
    snippet: str
    points: float
    negated: bool = False


@frozen(kw_only=True)
class Scored:
    """A text's score: 0-10 with one decimal, its label, its top category (None without a hit) and the evidence."""

    score: float
    label: Label
    top_category: str | None
    hits: tuple[Hit, ...]


@frozen(kw_only=True)
class Match:
    """The score of a stored offer under one version of a catalog."""

    offer_id: OfferId
    catalog_version: str
    scored: Scored
    scored_at: datetime
