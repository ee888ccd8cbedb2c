"""Finds a catalog's keywords in the folded text of an offer: one pass of one automaton, whatever the catalog's size.

What the automaton finds are candidates. They are looked at closely, best first, only until their category is decided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick
from attrs import frozen

from ats_core.domain.catalog import Catalog, FieldWeights, Keyword, Tier
from ats_core.domain.match import Field
from ats_core.scoring.negation import Mark, NegationScopes
from ats_core.scoring.sentences import in_address
from ats_core.scoring.spelling import Spelling, variants
from ats_core.scoring.surroundings import Occurrence, Vicinity
from ats_core.scoring.text import Folded, fold

__all__ = ["FIELDS", "Finding", "Matcher", "tenths"]

#: What the automaton found: minus the tenths that it would earn, the position of its field in `FIELDS`, where it starts
#: in the folded text, its entry, and where it ends. In this order, the most valuable is the least.
_Candidate = tuple[int, int, int, int, int]

#: The fields of an offer, in the order in which a tie between them is decided.
FIELDS = (Field.TITLE, Field.DEPARTMENT, Field.DESCRIPTION, Field.BOILERPLATE)


def tenths(tier: Tier, keyword: Keyword, fields: FieldWeights, where: Field) -> int:
    """What a hit earns, in tenths of a point, before any cap: exact decimal arithmetic, halves rounded up."""
    points = Decimal(str(tier.points)) * Decimal(str(keyword.weight)) * Decimal(str(fields.of(where)))
    return int((points * 10).quantize(Decimal(1), ROUND_HALF_UP))


@frozen(eq=False)
class _Entry:
    """One form of one keyword, ready to be found. *tenths* by the position of the field in `FIELDS`."""

    order: int
    category: int
    spelling: Spelling
    keyword: Keyword
    tenths: tuple[int, ...]
    needs: Vicinity | None
    not_near: Vicinity | None


class Finding(NamedTuple):
    """The best hit of one category (its position in the catalog): what was found, where, and what it would earn."""

    category: int
    keyword: str
    field: Field
    tenths: int
    negated: bool
    text: str
    start: int
    end: int


class Matcher:
    """A catalog made ready for searching. Building it takes milliseconds, so it is built once."""

    def __init__(self, catalog: Catalog) -> None:
        entries = list(_entries(catalog))
        # Longer phrases first, so that of equal value the more telling one is shown.
        entries.sort(key=lambda e: (-len(e.spelling.tokens), e.order))
        self._entries = entries
        by_pattern: dict[bytes, list[int]] = defaultdict(list)
        for index, entry in enumerate(entries):
            by_pattern[entry.spelling.pattern].append(index)
        self._negation = NegationScopes(catalog.negation)
        # Cues come last, so that what is found tells by its number whether it is one.
        cues = {pattern: index for index, pattern in enumerate(self._negation.patterns)}
        patterns = sorted(by_pattern.keys() | cues.keys(), key=lambda pattern: (pattern in cues, pattern))
        self._cues = tuple(cues[pattern] for pattern in patterns if pattern in cues)
        self._first_cue = len(patterns) - len(self._cues)
        self._of_pattern = tuple(
            tuple((i, entries[i].category, tuple(-earned for earned in entries[i].tenths)) for i in indexes)
            for indexes in (by_pattern.get(pattern, ()) for pattern in patterns)
        )
        self._automaton = BytesAhoCorasick(patterns)

    def findings(self, texts: Mapping[Field, str]) -> list[Finding]:
        """At most one finding a category, in the catalog's order."""
        candidates: dict[int, list[_Candidate]] = defaultdict(list)
        folded = [fold(texts[where]) for where in FIELDS]
        cues: list[list[Mark]] = [[] for _ in FIELDS]
        for place, text in enumerate(folded):
            for pattern, start, end in self._automaton.find_matches_as_indexes(text.hay, overlapping=True):
                for index, category, values in self._of_pattern[pattern]:
                    candidates[category].append((values[place], place, start, index, end))
                if pattern >= self._first_cue:
                    cues[place].append((start, end, self._cues[pattern - self._first_cue]))
        if not candidates:
            return []
        standing = [self._negation.standing(found) for found in cues]
        found = (self._best(candidates[category], folded, standing) for category in sorted(candidates))
        return [finding for finding in found if finding is not None]

    def _best(
        self, candidates: list[_Candidate], folded: Sequence[Folded], cues: Sequence[list[Mark]]
    ) -> Finding | None:
        """The most valuable affirmed candidate; where there is none, the most valuable negated one."""
        negated: Finding | None = None
        if len(candidates) > 1:
            candidates.sort()
        for value, place, start, index, end in candidates:
            entry = self._entries[index]
            source = folded[place]
            spans = source.spans(start, entry.spelling.tokens)
            match = Occurrence(source, start, end, spans[0][0], spans[-1][1])
            if not _stands(entry, match, spans):
                continue
            is_negated = self._negation.hold(match, cues[place])
            if is_negated and negated is not None:
                continue
            shown = entry.spelling.shown
            finding = Finding(
                entry.category, shown, FIELDS[place], -value, is_negated, source.text, match.start, match.end
            )
            if not is_negated:
                return finding
            negated = finding
        return negated


def _stands(entry: _Entry, match: Occurrence, spans: list[tuple[int, int]]) -> bool:
    """Whether what was found is the keyword, where it counts, among the words that it needs."""
    text = match.folded.text
    return (
        entry.spelling.stands(text, spans)
        and (not entry.keyword.as_written or entry.spelling.capitals_stand(text, spans))
        and not in_address(text, match.start, match.end)
        and (entry.needs is None or entry.needs.holds(match))
        and not (entry.not_near is not None and entry.not_near.holds(match))
    )


def _entries(catalog: Catalog) -> Iterable[_Entry]:
    order = 0
    vicinities: dict[tuple[tuple[str, ...], int, bool], Vicinity] = {}

    def vicinity(words: tuple[str, ...], within: int, *, same_sentence: bool) -> Vicinity | None:
        key = (words, within, same_sentence)
        if words and key not in vicinities:
            vicinities[key] = Vicinity(words, within=within, same_sentence=same_sentence)
        return vicinities.get(key)

    for position, category in enumerate(catalog.categories):
        for keyword in category.keywords:
            earned = tuple(tenths(category.tier, keyword, catalog.fields, where) for where in FIELDS)
            needs = vicinity(keyword.needs, keyword.within, same_sentence=True)
            not_near = vicinity(keyword.not_near, keyword.within, same_sentence=False)
            for spelling in keyword.spellings:
                for form in variants(spelling):
                    yield _Entry(order, position, Spelling.of(form), keyword, earned, needs, not_near)
                    order += 1
