"""Finds a catalog's keywords in the folded text of an offer: one pass of one automaton, whatever the catalog's size.

What the automaton finds are candidates. They are looked at closely, best first, only until their category is decided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick, Implementation
from attrs import frozen

from ats_core.domain.catalog import Catalog, FieldWeights, Keyword, Tier
from ats_core.domain.match import Field
from ats_core.scoring.cues import Words
from ats_core.scoring.negation import DeniedText, NegationScopes
from ats_core.scoring.sentences import in_address
from ats_core.scoring.spelling import Spelling, ways_of
from ats_core.scoring.surroundings import Occurrence, Vicinity
from ats_core.scoring.text import fold

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
    #: The words that it needs round it, and those of which it must have none.
    needs: Vicinity | None
    not_near: Vicinity | None
    #: The words of which none may stand in the title.
    not_titled: Words | None


class Finding(NamedTuple):
    """The best hit of one category (its position in the catalog): what was found, where, and what it would earn.

    *is_own*: the category is affirmed in the offer's own text, be it by a lesser hit, and not by its boilerplate alone.
    """

    category: int
    keyword: str
    field: Field
    tenths: int
    negated: bool
    text: str
    start: int
    end: int
    is_own: bool


_rank = itemgetter(0)
_TITLE, _BOILERPLATE = FIELDS.index(Field.TITLE), FIELDS.index(Field.BOILERPLATE)


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
        patterns = sorted(by_pattern)
        # How good a candidate is: by its category, what it earns there, and its field; the best first.
        ranks = sorted(
            {(entry.category, -earned, place) for entry in entries for place, earned in enumerate(entry.tenths)}
        )
        rank_of = {rank: number for number, rank in enumerate(ranks)}
        self._categories = tuple(category for category, _, _ in ranks)
        self._places = tuple(place for _, _, place in ranks)
        self._last_ranks = {category: number for number, category in enumerate(self._categories)}
        # What each pattern may be in each field: how good (by rank), which entry, and where to look up where it stands.
        self._of_pattern = tuple(
            tuple(
                tuple(
                    (rank_of[entries[i].category, -entries[i].tenths[place], place], i, number)
                    for i in by_pattern[pattern]
                )
                for number, pattern in enumerate(patterns)
            )
            for place in range(len(FIELDS))
        )
        self._automaton = BytesAhoCorasick(patterns, implementation=Implementation.DFA)

    @property
    def earnings(self) -> frozenset[int]:
        """All that a finding can earn, in tenths."""
        return frozenset(earned for entry in self._entries for earned in entry.tenths)

    def findings(self, *texts: str, language: str | None = None) -> list[Finding]:
        """At most one finding a category, in the catalog's order.

        *texts*: one for each of `FIELDS`, in their order. *language*: the ISO 639-1 code, where it is known.
        """
        folded = [fold(text, language) for text in texts]
        candidates: list[tuple[int, int, int]] = []
        starts_in: list[dict[int, list[int]]] = []
        for text, of_pattern in zip(folded, self._of_pattern, strict=True):
            starts: dict[int, list[int]] = {}
            for pattern, start, _ in self._automaton.find_matches_as_indexes(text.hay, overlapping=True):
                if pattern in starts:
                    starts[pattern].append(start)
                else:
                    starts[pattern] = [start]
                    candidates += of_pattern[pattern]
            starts_in.append(starts)
        if not candidates:
            return []
        candidates.sort()
        read: list[DeniedText | None] = [None] * len(folded)
        findings: dict[int, Finding] = {}
        in_common = -1  # the category that the boilerplate shows, of which only the own text is still searched
        done = -1  # the highest rank that need not be looked at any more
        for rank, equal in groupby(candidates, key=_rank):
            if rank <= done:
                continue
            category, place = self._categories[rank], self._places[rank]
            if category == in_common and place == _BOILERPLATE:
                continue
            denied = read[place]
            if denied is None:
                denied = read[place] = self._negation.of(folded[place], language)
            # Of one rank the first in the text counts.
            standing = [(start, index) for _, index, pattern in equal for start in starts_in[place][pattern]]
            standing.sort()
            for start, index in standing:
                finding = self._judged(self._entries[index], denied, place, start, folded[_TITLE].hay)
                if finding is None or (finding.negated and category in findings):
                    continue
                if category == in_common:
                    findings[category] = findings[category]._replace(is_own=True)
                else:
                    findings[category] = finding
                if finding.negated:
                    continue
                if place == _BOILERPLATE:
                    in_common = category
                else:
                    done = self._last_ranks[category]
                break
        return list(findings.values())

    def _judged(self, entry: _Entry, text: DeniedText, place: int, start: int, title: bytes) -> Finding | None:
        """What was found at *start* in the folded text, if it is the keyword, no address, and in the words it needs.

        *title*: the folded title of the offer.
        """
        folded = text.folded
        span = entry.spelling.span(folded, start, entry.as_written)
        if span is None:
            return None
        begin, finish = span
        if in_address(folded.text, begin, finish):
            return None
        match = Occurrence(folded, start, start + entry.spelling.width + 2, begin, finish)
        if entry.needs is not None and not entry.needs.holds(match):
            return None
        if entry.not_near is not None and entry.not_near.holds(match):
            return None
        if entry.not_titled is not None and entry.not_titled.are_in(title):
            return None
        negated = self._negation.hold(match, text)
        shown, earned = entry.spelling.shown, entry.tenths[place]
        is_own = not negated and place != _BOILERPLATE
        return Finding(entry.category, shown, FIELDS[place], earned, negated, folded.text, begin, finish, is_own)


def _entries(catalog: Catalog) -> Iterable[_Entry]:
    order = 0
    vicinities: dict[tuple[tuple[str, ...], int, bool], Vicinity] = {}
    titles: dict[tuple[str, ...], Words] = {}

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
            not_titled = keyword.not_titled
            if not_titled and not_titled not in titles:
                titles[not_titled] = Words(not_titled)
            for spelling in keyword.spellings:
                for way in ways_of(spelling):
                    yield _Entry(
                        order, position, way, keyword.as_written, earned, needs, not_near, titles.get(not_titled)
                    )
                    order += 1
