"""Finds a catalog's keywords in the folded text of an offer: one pass of one automaton, whatever the catalog's size.

What the automaton finds are candidates. They are looked at closely, best first, only until their category is decided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick, Implementation
from attrs import frozen

from ats_core.domain.catalog import Catalog, FieldWeights, Keyword, Tier
from ats_core.domain.match import Field
from ats_core.scoring.negation import Mark, NegationScopes
from ats_core.scoring.sentences import in_address
from ats_core.scoring.spelling import Spelling, ways_of
from ats_core.scoring.surroundings import Occurrence, Vicinity
from ats_core.scoring.text import Folded, fold

__all__ = ["FIELDS", "Finding", "Matcher", "tenths"]

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
    as_written: bool
    tenths: tuple[int, ...]
    needs: Vicinity | None
    not_near: Vicinity | None

    def is_clear(self, match: Occurrence) -> bool:
        """Whether a match has the words round it that it needs, and none that it must not have."""
        return (self.needs is None or self.needs.holds(match)) and (
            self.not_near is None or not self.not_near.holds(match)
        )


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
        # Cues come last, so that what is found tells by its number whether it is one, and which.
        patterns = [*sorted(by_pattern.keys() - set(self._negation.patterns)), *self._negation.patterns]
        self._first_cue = len(patterns) - len(self._negation.patterns)
        self._ranks = sorted(
            {(entry.category, -earned, place) for entry in entries for place, earned in enumerate(entry.tenths)}
        )
        rank_of = {rank: number for number, rank in enumerate(self._ranks)}
        self._of_pattern = tuple(
            tuple(
                tuple((rank_of[entries[i].category, -entries[i].tenths[place], place], i) for i in by_pattern[pattern])
                for pattern in patterns
            )
            for place in range(len(FIELDS))
        )
        self._automaton = BytesAhoCorasick(patterns, implementation=Implementation.DFA)

    def findings(self, *texts: str, language: str | None = None) -> list[Finding]:
        """At most one finding a category, in the catalog's order.

        *texts*: one for each of `FIELDS`, in their order. *language*: the ISO 639-1 code, where it is known.
        """
        folded = [fold(text, language) for text in texts]
        candidates: dict[int, list[tuple[int, int]]] = defaultdict(list)
        cues: list[list[Mark]] = []
        first_cue = self._first_cue
        for text, of_pattern in zip(folded, self._of_pattern, strict=True):
            marks: list[Mark] = []
            for pattern, start, end in self._automaton.find_matches_as_indexes(text.hay, overlapping=True):
                if pattern >= first_cue:
                    marks.append((start, end, pattern - first_cue))
                for rank, index in of_pattern[pattern]:
                    candidates[rank].append((start, index))
            cues.append(marks)
        if not candidates:
            return []
        cues = [self._negation.standing(marks, language) for marks in cues]
        findings: dict[int, Finding] = {}
        decided = -1
        for rank in sorted(candidates):
            category, _, place = self._ranks[rank]
            if category == decided:
                continue
            candidates[rank].sort()
            for start, index in candidates[rank]:
                finding = self._judged(self._entries[index], folded[place], place, start, cues[place])
                if finding is None or (finding.negated and category in findings):
                    continue
                findings[category] = finding
                if not finding.negated:
                    decided = category
                    break
        return list(findings.values())

    def _judged(self, entry: _Entry, folded: Folded, place: int, start: int, cues: list[Mark]) -> Finding | None:
        """What was found at *start* in the folded text, if it is the keyword, no address, and in the words it needs."""
        span = entry.spelling.span(folded, start, entry.as_written)
        if span is None:
            return None
        begin, finish = span
        if in_address(folded.text, begin, finish):
            return None
        match = Occurrence(folded, start, start + entry.spelling.width + 2, begin, finish)
        if not entry.is_clear(match):
            return None
        negated = self._negation.hold(match, cues)
        shown, earned = entry.spelling.shown, entry.tenths[place]
        return Finding(entry.category, shown, FIELDS[place], earned, negated, folded.text, begin, finish)


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
                for way in ways_of(spelling):
                    yield _Entry(order, position, way, keyword.as_written, earned, needs, not_near)
                    order += 1
