"""A catalog while it is put together from one document or several, each value with the place that it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
    not_titled: list[Item] = Factory(list)
    within: int = 8


@define
class CueGroupDraft:
    """`[[negation.before]]` or `[[negation.after]]`."""

    cues: list[Item]
    reach: int
    then: list[Item] = Factory(list)
    gap: int = 3
    ended_by: list[Item] = Factory(list)
    undone_by: list[Item] = Factory(list)
    through_commas: bool = False
    heads_lists: bool = False
    ends_sentence: bool = False
    answers: bool = False
    languages: tuple[str, ...] = ()
    not_languages: tuple[str, ...] = ()

    @property
    def has_conditions(self) -> bool:
        """Whether its cues are some only under conditions."""
        return bool(
            self.then
            or self.ended_by
            or self.undone_by
            or self.ends_sentence
            or self.answers
            or self.languages
            or self.not_languages
        )


@define
class NegationDraft:
    """`[negation]`."""

    penalty: float = 0.5
    harmless: list[Item] = Factory(list)
    ended_by: list[Item] = Factory(list)
    clause_starts: list[Item] = Factory(list)
    and_words: list[Item] = Factory(list)
    or_words: list[Item] = Factory(list)
    idioms: list[CueGroupDraft] = Factory(list)
    before: list[CueGroupDraft] = Factory(list)
    after: list[CueGroupDraft] = Factory(list)

    def lists(self) -> Iterator[list[Item]]:
        """All its lists of words."""
        yield from (self.harmless, self.ended_by, self.clause_starts, self.and_words, self.or_words)
        for group in (*self.before, *self.after, *self.idioms):
            yield from (group.cues, group.then, group.ended_by, group.undone_by)


@define
class SynergyDraft:
    """`[synergies.ID]`."""

    categories: list[Item]
    points: float
    place: Place


@define
class Draft:
    """The whole. *ids* are those of all documents in order of reading; *labels* and *fields* hold what was given.

    *is_whole*: a document was read that is a catalog, and not only words for catalogs to extend.
    """

    ids: list[str] = Factory(list)
    name: str = ""
    description: str = ""
    version: str = ""
    is_whole: bool = False
    stop_words: list[Item] = Factory(list)
    labels: dict[str, float] = Factory(dict)
    fields: dict[str, float] = Factory(dict)
    tiers: dict[str, TierDraft] = Factory(dict)
    categories: dict[str, CategoryDraft] = Factory(dict)
    entries: dict[str, list[EntryDraft]] = Factory(dict)
    contexts: dict[str, list[Item]] = Factory(dict)
    synergies: dict[str, SynergyDraft] = Factory(dict)
    negation: NegationDraft = Factory(NegationDraft)

    def words(self, items: Iterable[Item]) -> list[Item]:
        """The words that are meant, `@name` replaced by those of that context, if there is one."""
        meant: list[Item] = []
        for item in items:
            meant += self.contexts.get(item.value[1:], []) if item.value.startswith("@") else [item]
        return meant
