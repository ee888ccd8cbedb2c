"""What only a finished catalog can show: what stands twice, what nobody refers to, what can never be found or count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from attrs import evolve, frozen

from ats_core.domain.catalog import Catalog, Category, FieldWeights, Keyword, Labels, Negation, Tier
from ats_core.domain.match import Field
from ats_core.scoring.catalog_draft import Draft, EntryDraft, SpellingKey, spelling_keys
from ats_core.scoring.matcher import FIELDS, Matcher, tenths
from ats_core.scoring.sentences import in_address
from ats_core.scoring.spelling import Spelling, forms_of, is_gap
from ats_core.scoring.toml_text import Item

__all__ = ["Checked", "check_negation", "check_spellings", "check_unused", "check_values"]

#: For a matcher alone, which gives no label.
_ANY_LABELS = Labels(weak=1.0, medium=2.0, strong=3.0)


@frozen
class Checked:
    """A keyword as it is built, with the draft that has its places, its category and its tier."""

    category: str
    tier: Tier
    keyword: Keyword
    draft: EntryDraft


def check_spellings(keywords: Iterable[Checked], stop_words: Iterable[Item]) -> None:
    """Note what stands twice, and what is found everywhere or nowhere."""
    stops = frozenset(token for item in stop_words for token in _tokens(item.value))
    met: dict[SpellingKey, tuple[Item, EntryDraft]] = {}
    for checked in keywords:
        for item in checked.draft.spellings:
            if not _can_be_found(item, stops):
                continue
            twice = next((met[key] for key in sorted(spelling_keys(item.value), key=repr) if key in met), None)
            if twice is not None:
                _note_twice(item, *twice, same_entry=twice[1].place is checked.draft.place)
            met.update((key, (item, checked.draft)) for key in spelling_keys(item.value) if key not in met)
        for need in checked.draft.needs:
            if not need.value.startswith("@") and _tokens(need.value) <= stops:
                need.place.warning(f"holds {need.value!r}, a stop word, which stands near everything")


def _tokens(written: str) -> frozenset[bytes]:
    return frozenset(token for spelling in forms_of(written) for token in spelling.tokens)


def _can_be_found(item: Item, stops: frozenset[bytes]) -> bool:
    for spelling in forms_of(item.value):
        if set(spelling.tokens) <= stops:
            item.place.mistake(f"holds {item.value!r}, which is only stop words: it would be found everywhere")
            return False
        if in_address(spelling.shown, 0, len(spelling.shown)):
            item.place.mistake(f"holds {item.value!r}, which can never be found: addresses are not searched")
            return False
    return True


def _note_twice(item: Item, first: Item, entry: EntryDraft, *, same_entry: bool) -> None:
    """In one keyword, another case or accent is idle; anything else leaves open whose rules and points hold."""
    if same_entry and item.value != first.value and spelling_keys(item.value) == spelling_keys(first.value):
        item.place.warning(
            f"holds {item.value!r} beside {first.value!r}, which is the same: case and accents do not matter",
            hint="keep one of them",
        )
        return
    where = "" if first.place.source is item.place.source else f" of {first.place.source.where}"
    line = "" if first.place.line is None else f", line {first.place.line}"
    item.place.mistake(
        f"holds {item.value!r} again: it stands in {first.place.key} as {first.value!r}{where}{line}",
        accepted="each spelling once",
    )


def check_values(keywords: Iterable[Checked], fields: FieldWeights) -> None:
    """Note what would earn nothing, what its own rules rule out, and what a part of it always outdoes."""
    by_category: dict[str, list[Checked]] = defaultdict(list)
    for checked in keywords:
        by_category[checked.category].append(checked)
        term = checked.draft.spellings[0].value
        if tenths(checked.tier, checked.keyword, fields, Field.DESCRIPTION) < 1:
            checked.draft.place.mistake(f"holds {term!r}, which would earn less than 0.1 points in a description")
        _note_unreachable(checked, fields)
    for members in by_category.values():
        _note_outdone(members, fields)


def _note_unreachable(checked: Checked, fields: FieldWeights) -> None:
    """Look for the keyword, with its own rules, beside each word that it needs until it is found."""
    keyword = checked.keyword
    spelling = forms_of(keyword.term)[0].shown
    for need in keyword.needs:
        matcher = _alone(evolve(keyword, aliases=(), needs=(need,)), fields)
        near = forms_of(need)[-1].shown
        if any(_found(matcher, text) for text in (f"{spelling} {near}", f"{near} {spelling}")):
            return
    if keyword.needs:
        checked.draft.place.mistake(
            f"holds {keyword.term!r}, which can never be found: "
            "whatever it needs, not_near forbids, or it is longer than `within` reaches"
        )


def _alone(keyword: Keyword, fields: FieldWeights) -> Matcher:
    """A matcher that knows this keyword and no negation."""
    category = Category(id="alone", name="alone", tier=Tier(id="alone", points=10.0), keywords=(keyword,))
    return Matcher(
        Catalog(
            id="alone",
            name="alone",
            version="alone",
            categories=(category,),
            labels=_ANY_LABELS,
            fields=fields,
            negation=Negation(penalty=0.0),
        )
    )


def _found(matcher: Matcher, text: str) -> bool:
    return bool(matcher.findings(*(text if where is Field.DESCRIPTION else "" for where in FIELDS)))


def _note_outdone(members: Sequence[Checked], fields: FieldWeights) -> None:
    """A phrase that holds another of its category, without rules and worth more, is never what counts."""
    plain: dict[bytes, list[tuple[Spelling, int, str]]] = defaultdict(list)
    for checked in members:
        keyword = checked.keyword
        if keyword.needs or keyword.not_near or keyword.not_titled or keyword.as_written:
            continue
        worth = tenths(checked.tier, keyword, fields, Field.DESCRIPTION)
        for written, spelling in _forms(checked):
            if not (spelling.before or spelling.after or any(not is_gap(gap, "") for gap in spelling.gaps)):
                plain[spelling.tokens[0]].append((spelling, worth, written.value))
    for checked in members:
        worth = tenths(checked.tier, checked.keyword, fields, Field.DESCRIPTION)
        noted: set[str] = set()
        for written, spelling in _forms(checked):
            for part, other, name in chain.from_iterable(plain[t] for t in spelling.tokens if t in plain):
                if other > worth and _holds(spelling, part) and written.value not in noted:
                    noted.add(written.value)
                    written.place.warning(
                        f"holds {written.value!r}, which never counts: {name!r} stands in it and earns more",
                        hint="give it the greater weight, or leave it out",
                    )


def _forms(checked: Checked) -> Iterator[tuple[Item, Spelling]]:
    return ((item, spelling) for item in checked.draft.spellings for spelling in forms_of(item.value))


def _holds(whole: Spelling, part: Spelling) -> bool:
    """Whether wherever *whole* stands, *part*, a spelling without signs, stands too."""
    size = len(part.tokens)
    if size >= len(whole.tokens):
        return False
    return any(
        whole.tokens[at : at + size] == part.tokens
        and all(is_gap(gap, "") for gap in whole.gaps[at : at + size - 1])
        and not (at + size == len(whole.tokens) and whole.after)
        for at in range(len(whole.tokens) - size + 1)
    )


def check_negation(draft: Draft) -> None:
    """Note words of negation that stand twice, or in two lists of which only one can hold."""
    negation = draft.negation
    met: dict[tuple[bytes, ...], list[tuple[str, Item]]] = defaultdict(list)
    lists = [("harmless", negation.harmless), ("ended_by", negation.ended_by)]
    # A cue may stand in several groups that demand different things of what is round it.
    lists += [("before", group.cues) for group in negation.before if not group.has_conditions]
    lists += [("after", group.cues) for group in negation.after if not group.has_conditions]
    for family, items in lists:
        for item in draft.words(items):
            tokens = {spelling.tokens for spelling in forms_of(item.value)}
            clash = next(
                (
                    (other, first)
                    for form in sorted(tokens)
                    for other, first in met[form]
                    if other == family or "harmless" in (other, family) or "ended_by" in (other, family)
                ),
                None,
            )
            if clash is not None:
                _note_clash(item, family, *clash)
            for form in tokens:
                met[form].append((family, item))


def _note_clash(item: Item, family: str, other: str, first: Item) -> None:
    if family == other and item.place.key == first.place.key and item.value != first.value:
        item.place.warning(f"holds {item.value!r} beside {first.value!r}, which is the same", hint="keep one of them")
        return
    line = "" if first.place.line is None else f", line {first.place.line}"
    told = f"holds {item.value!r} again: it stands in {first.place.key}{line}"
    item.place.mistake(
        told if family == other else f"{told}, and only one of the two can hold", hint="keep one of them"
    )


def check_unused(draft: Draft) -> None:
    """Note tiers and contexts that nothing refers to."""
    used = {category.tier.value for category in draft.categories.values()}
    for key, tier in draft.tiers.items():
        if key not in used:
            tier.place.warning("is the tier of no category")
    entries = [entry for entries in draft.entries.values() for entry in entries]
    named = {item.value[1:] for entry in entries for item in (*entry.needs, *entry.not_near, *entry.not_titled)}
    named |= {item.value[1:] for items in draft.negation.lists() for item in items}
    for key, words in draft.contexts.items():
        if key not in named and words:
            words[0].place.warning(
                f"is used by nothing; `needs`, `not_near`, `not_titled` and [negation] call it '@{key}'"
            )
