"""Makes a catalog of a draft, once everything was read onto it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import evolve

from ats_core.domain.catalog import (
    Catalog,
    Category,
    CueGroup,
    FieldWeights,
    Keyword,
    Labels,
    Negation,
    SynergyRule,
    Tier,
)
from ats_core.scoring.catalog_checks import Checked, check_negation, check_spellings, check_unused, check_values
from ats_core.scoring.catalog_draft import CueGroupDraft, Draft, EntryDraft
from ats_core.scoring.catalog_problems import Report
from ats_core.scoring.spelling import forms_of
from ats_core.scoring.toml_text import Item

__all__ = ["METHOD", "assembled"]

#: Part of every version: raised when the same catalog would score the same text differently.
METHOD = 4


def assembled(draft: Draft, report: Report, documents: Sequence[Mapping[str, Any]]) -> Catalog | None:
    """The catalog of a draft, whose version is that of all *documents*; None where a mistake was noted, now or before.

    Whatever can be checked is checked, also where a mistake was noted before.
    """
    tiers = {key: Tier(id=key, points=tier.points, cap=tier.cap) for key, tier in draft.tiers.items()}
    checked = [
        Checked(key, tiers[category.tier.value], keyword, of_keyword)
        for key, category in draft.categories.items()
        if _has_tier(category.tier, draft)
        for entry in draft.entries[key]
        for keyword, of_keyword in _keywords(entry, draft)
    ]
    check_spellings(checked, draft.stop_words)
    check_negation(draft)
    check_unused(draft)
    fields = _fields(draft)
    if fields is not None:
        check_values(checked, fields)
    synergies = _synergies(draft)
    negation = _negation(draft)
    if report.failed or fields is None:
        return None
    categories = tuple(
        Category(
            id=key,
            name=category.name,
            tier=tiers[category.tier.value],
            keywords=tuple(c.keyword for c in checked if c.category == key),
        )
        for key, category in draft.categories.items()
    )
    return Catalog(
        id=draft.ids[-1],
        name=draft.name,
        description=draft.description,
        version=f"{draft.version}+{_digest(documents)}",
        categories=categories,
        labels=Labels(**draft.labels),
        fields=fields,
        negation=negation,
        synergies=synergies,
    )


def _digest(documents: Sequence[Mapping[str, Any]]) -> str:
    content = json.dumps([METHOD, *documents], ensure_ascii=True, separators=(",", ":"))
    return hashlib.blake2b(content.encode(), digest_size=4).hexdigest()


def _has_tier(tier: Item, draft: Draft) -> bool:
    if tier.value in draft.tiers:
        return True
    if tier.value:
        accepted = ", ".join(draft.tiers) or "a table in [tiers]"
        tier.place.mistake(f"is {tier.value!r}", accepted=accepted)
    return False


def _keywords(entry: EntryDraft, draft: Draft) -> Iterator[tuple[Keyword, EntryDraft]]:
    """The keyword of an entry; more than one where its spellings need different words.

    A word that stands in a spelling is none that this spelling needs: repeated, it would meet its need by itself.
    """
    needs, not_near = _expanded(entry.needs, draft), _expanded(entry.not_near, draft)
    not_titled = _expanded(entry.not_titled, draft)
    runs = {need: _runs(need) for need in needs}
    by_needs: dict[tuple[str, ...], list[Item]] = {}
    for item in entry.spellings:
        own = _runs(item.value)
        by_needs.setdefault(tuple(need for need in needs if not _repeats(own, runs[need])), []).append(item)
    for rest, items in by_needs.items():
        if needs and not rest:
            items[0].place.mistake(f"holds {items[0].value!r}, which needs nothing but its own words")
        term, *aliases = (item.value for item in items)
        keyword = Keyword(
            term=term,
            aliases=tuple(aliases),
            weight=entry.weight,
            as_written=entry.as_written,
            needs=rest,
            not_near=not_near,
            not_titled=not_titled,
            within=entry.within,
        )
        yield keyword, evolve(entry, spellings=items)


def _runs(written: str) -> list[tuple[bytes, ...]]:
    """The tokens of each form of a spelling."""
    return [spelling.tokens for spelling in forms_of(written)]


def _repeats(own: Sequence[tuple[bytes, ...]], needed: Sequence[tuple[bytes, ...]]) -> bool:
    """Whether one of a spelling's *own* runs of tokens, written several times, holds one that is *needed*."""
    return any(need[0] in run and _joined(need) in _joined(run * (len(need) + 1)) for run in own for need in needed)


def _joined(tokens: Sequence[bytes]) -> bytes:
    return b" %b " % b" ".join(tokens)


def _expanded(items: Sequence[Item], draft: Draft) -> tuple[str, ...]:
    """The words, each once, `@name` replaced by the words of that context."""
    words: list[str] = []
    for item in items:
        name = item.value.removeprefix("@")
        if name == item.value:
            words.append(item.value)
        elif name in draft.contexts:
            words += [word.value for word in draft.contexts[name]]
        else:
            known = ", ".join(f"@{context}" for context in draft.contexts) or "a list in [contexts]"
            item.place.mistake(f"holds {item.value!r}, which is no context", accepted=known)
    return tuple(dict.fromkeys(words))


def _fields(draft: Draft) -> FieldWeights | None:
    """The weights; None where they are not whole. Boilerplate weighs half of the description where nothing is said."""
    given = draft.fields
    if not given.keys() >= {"title", "department", "description"}:
        return None
    try:
        return FieldWeights(**{"boilerplate": given["description"] / 2, **given})
    except ValueError:  # out of order, which was noted
        return None


def _synergies(draft: Draft) -> tuple[SynergyRule, ...]:
    rules = []
    for key, synergy in draft.synergies.items():
        names = [item.value for item in synergy.categories]
        for place, item in enumerate(synergy.categories):
            if item.value not in draft.categories:
                item.place.mistake(f"holds {item.value!r}, which is no category", accepted=", ".join(draft.categories))
            elif item.value in names[:place]:
                item.place.mistake(f"holds {item.value!r} again", accepted="each category once")
        if len(names) < 2:
            synergy.place.mistake("has fewer than two categories", accepted="two or more")
        elif draft.categories.keys() >= set(names) and len(set(names)) == len(names):
            rules.append(SynergyRule(id=key, categories=tuple(names), points=synergy.points))
    return tuple(rules)


def _negation(draft: Draft) -> Negation:
    negation = draft.negation
    return Negation(
        penalty=negation.penalty,
        before=_cue_groups(negation.before, draft),
        after=_cue_groups(negation.after, draft),
        idioms=_cue_groups(negation.idioms, draft),
        harmless=_expanded(negation.harmless, draft),
        ended_by=_expanded(negation.ended_by, draft),
        clause_starts=_expanded(negation.clause_starts, draft),
        and_words=_expanded(negation.and_words, draft),
        or_words=_expanded(negation.or_words, draft),
    )


def _cue_groups(groups: Sequence[CueGroupDraft], draft: Draft) -> tuple[CueGroup, ...]:
    return tuple(
        CueGroup(
            cues=cues,
            reach=group.reach,
            then=_expanded(group.then, draft),
            gap=group.gap,
            ended_by=_expanded(group.ended_by, draft),
            undone_by=_expanded(group.undone_by, draft),
            through_commas=group.through_commas,
            heads_lists=group.heads_lists,
            ends_sentence=group.ends_sentence,
            answers=group.answers,
            languages=group.languages,
            not_languages=group.not_languages,
        )
        for group in groups
        if (cues := _expanded(group.cues, draft))
    )
