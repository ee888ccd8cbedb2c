"""What a catalog takes away from the one it extends, and what it weighs anew: `[remove]` and `[weights]`.

Both speak of single spellings: another spelling of the same keyword keeps its place, its rules and its weight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from attrs import evolve

from ats_core.scoring.catalog_draft import Draft, EntryDraft, SpellingKey, spelling_keys
from ats_core.scoring.toml_reader import Table
from ats_core.scoring.toml_text import Item, Place

__all__ = ["apply_changes"]

_AS_THERE = "spelled as it is there, endings in brackets too"


def apply_changes(root: Table, draft: Draft) -> None:
    """Change the draft of the extended catalog as the document says, before anything is added to it."""
    table = root.table("remove", required=False)
    _remove_ids(table, "synergies", draft.synergies.pop, draft.synergies, "a synergy")
    _remove_ids(table, "categories", lambda key: _remove_category(draft, key), draft.categories, "a category")
    keywords = table.table("keywords", required=False)
    for key in _known_lists(keywords, draft.entries, "a category"):
        for item in keywords.words(key):
            draft.entries[key] = _without(item, draft.entries[key], draft)
    contexts = table.table("contexts", required=False)
    for key in _known_lists(contexts, draft.contexts, "a context"):
        for item in contexts.words(key):
            _take(item, [draft.contexts[key]], f"in the context {key}")
    negation = draft.negation
    for item in table.words("negation"):
        _take(item, list(negation.lists()), "among the cues")
        negation.before = [group for group in negation.before if group.cues]
        negation.after = [group for group in negation.after if group.cues]
    for item in table.words("stop_words"):
        _take(item, [draft.stop_words], "among the stop words")
    table.end()
    _weigh(root.table("weights", required=False), draft)


def _remove_ids(
    table: Table, key: str, remove: Callable[[str], object], known: dict[str, object] | Iterable[str], kind: str
) -> None:
    for item in table.words(key):
        if item.value in known:
            remove(item.value)
        else:
            accepted = ", ".join(known) or "nothing: there is none"
            item.place.mistake(f"holds {item.value!r}, which is not {kind} of the extended catalog", accepted=accepted)


def _remove_category(draft: Draft, key: str) -> None:
    """A category goes with its keywords and with the synergies that need it."""
    del draft.categories[key], draft.entries[key]
    draft.synergies = {
        name: synergy
        for name, synergy in draft.synergies.items()
        if key not in (item.value for item in synergy.categories)
    }


def _known_lists(table: Table, known: Iterable[str], kind: str) -> list[str]:
    """The keys of a table that the extended catalog has; the others are noted."""
    keys = []
    for key in table:
        if key in known:
            keys.append(key)
        else:
            table.words(key)
            table.place(key).mistake(f"is not {kind} of the extended catalog", accepted=", ".join(known))
    return keys


def _keys(item: Item) -> frozenset[SpellingKey] | None:
    try:
        return spelling_keys(item.value)
    except ValueError as error:
        item.place.mistake(f"holds {error}")
        return None


def _take(item: Item, lists: list[list[Item]], where: str) -> None:
    """Take a word out of all lists that have it."""
    keys = _keys(item)
    if keys is None:
        return
    found = False
    for words in lists:
        kept = [word for word in words if spelling_keys(word.value) != keys]
        found = found or len(kept) < len(words)
        words[:] = kept
    if not found:
        item.place.mistake(
            f"holds {item.value!r}, which does not stand {where} of the extended catalog",
            accepted=f"a word {_AS_THERE}",
        )


def _find(item: Item, entries: list[EntryDraft], draft: Draft) -> tuple[int, int] | None:
    """Which entry has the spelling, and where among its spellings; notes that none has."""
    keys = _keys(item)
    if keys is None:
        return None
    for at, entry in enumerate(entries):
        for place, spelling in enumerate(entry.spellings):
            if spelling_keys(spelling.value) == keys:
                return at, place
    near = _near(keys, draft)
    item.place.mistake(
        f"names {item.value!r}, which is no keyword of this category in the extended catalog",
        accepted=f"a keyword {_AS_THERE}" + (f"; it has {near}" if near else ""),
    )
    return None


def _near(keys: frozenset[SpellingKey], draft: Draft) -> str:
    """Spellings of the catalog that mean partly the same, with their categories."""
    return ", ".join(
        f"{spelling.value!r} in {category}"
        for category, entries in draft.entries.items()
        for entry in entries
        for spelling in entry.spellings
        if spelling_keys(spelling.value) & keys
    )


def _without(item: Item, entries: list[EntryDraft], draft: Draft) -> list[EntryDraft]:
    found = _find(item, entries, draft)
    if found is None:
        return entries
    at, place = found
    entry = entries[at]
    spellings = [spelling for index, spelling in enumerate(entry.spellings) if index != place]
    kept = [evolve(entry, spellings=spellings)] if spellings else []
    return [*entries[:at], *kept, *entries[at + 1 :]]


def _weigh(table: Table, draft: Draft) -> None:
    for category in table:
        weights = table.table(category)
        if category not in draft.entries:
            weights.place().mistake("is not a category of the extended catalog", accepted=", ".join(draft.entries))
            continue
        for spelling in weights:
            weight = weights.number(spelling, least=0, most=10)
            place = weights.place(spelling)
            item = Item(spelling, Place(place.source, f"weights.{category}", place.at))
            found = _find(item, draft.entries[category], draft)
            if weight is not None and found is not None:
                _weigh_one(draft.entries[category], found, weight, item.place)
    table.end()


def _weigh_one(entries: list[EntryDraft], found: tuple[int, int], weight: float, place: Place) -> None:
    """Make the spelling an entry of its own, with the rules that it had."""
    at, of_spelling = found
    entry = entries[at]
    own = evolve(entry, spellings=[entry.spellings[of_spelling]], weight=weight, place=place)
    rest = [spelling for index, spelling in enumerate(entry.spellings) if index != of_spelling]
    entries[at : at + 1] = [own, *([evolve(entry, spellings=rest)] if rest else [])]
