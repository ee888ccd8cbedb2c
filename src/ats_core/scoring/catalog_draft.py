"""A catalog while it is put together from one document or several, each value with the place that it comes from."""

from __future__ import annotations

from functools import lru_cache

from attrs import Factory, define

from ats_core.scoring.spelling import forms_of
from ats_core.scoring.toml_text import Item, Place

__all__ = [
    "CategoryDraft",
    "CueGroupDraft",
    "Draft",
    "EntryDraft",
    "NegationDraft",
    "SpellingKey",
    "SynergyDraft",
    "TierDraft",
    "spelling_keys",
]

#: What two spellings have in common that no text could tell apart.
SpellingKey = tuple[object, ...]


@lru_cache(maxsize=4096)
def spelling_keys(written: str) -> frozenset[SpellingKey]:
    """The keys of all forms of a spelling; raises as `forms_of`."""
    return frozenset(spelling.key for spelling in forms_of(written))


@define
class TierDraft:
    """`[tiers.ID]`."""

    points: float
    cap: float | None
    place: Place


@define
class CategoryDraft:
    """`[categories.ID]`."""

    name: str
    tier: Item


@define
class EntryDraft:
    """One keyword with its spellings, context names not yet replaced by their words."""

    spellings: list[Item]
    place: Place
    weight: float = 1.0
    as_written: bool = False
    needs: list[Item] = Factory(list)
    not_near: list[Item] = Factory(list)
    within: int = 8


@define
class CueGroupDraft:
    """`[[negation.before]]` or `[[negation.after]]`."""

    cues: list[Item]
    reach: int
    through_commas: bool


@define
class NegationDraft:
    """`[negation]`."""

    penalty: float = 0.5
    harmless: list[Item] = Factory(list)
    ended_by: list[Item] = Factory(list)
    before: list[CueGroupDraft] = Factory(list)
    after: list[CueGroupDraft] = Factory(list)


@define
class SynergyDraft:
    """`[synergies.ID]`."""

    categories: list[Item]
    points: float
    place: Place


@define
class Draft:
    """The whole. *ids* are those of all documents in order of reading; *labels* and *fields* hold what was given."""

    ids: list[str] = Factory(list)
    name: str = ""
    description: str = ""
    version: str = ""
    stop_words: list[Item] = Factory(list)
    labels: dict[str, float] = Factory(dict)
    fields: dict[str, float] = Factory(dict)
    tiers: dict[str, TierDraft] = Factory(dict)
    categories: dict[str, CategoryDraft] = Factory(dict)
    entries: dict[str, list[EntryDraft]] = Factory(dict)
    contexts: dict[str, list[Item]] = Factory(dict)
    synergies: dict[str, SynergyDraft] = Factory(dict)
    negation: NegationDraft = Factory(NegationDraft)
