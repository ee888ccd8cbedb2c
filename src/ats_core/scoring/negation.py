"""Whether a keyword is negated: "no experience with AWS required", "sin experiencia en AWS", "AWS? Not here".

Cues are looked for only round a keyword, in its sentence, and read closely only where there are some: most sentences
have none.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick, Implementation

from ats_core.domain.catalog import CueGroup, Negation
from ats_core.scoring.clauses import Clauses
from ats_core.scoring.cues import Denial, Group, NearWords, Side
from ats_core.scoring.denied_lists import denied_lists
from ats_core.scoring.sentences import cheap_bounds, ends_sentence
from ats_core.scoring.surroundings import TOKEN_BYTES, Occurrence, patterns_of
from ats_core.scoring.text import Folded

__all__ = ["DeniedText", "NegationScopes"]

#: How many words before a cue, or behind a keyword, are looked at for what undoes it.
_UNDONE_WITHIN = 12
#: Of how many matches in their sentences it is remembered whether they are denied: some megabytes.
MOST_KNOWN = 20_000
#: How many cues before and behind a keyword are looked at.
MOST_CUES = 12
#: The longest phrase, in bytes of folded text.
_LONGEST_PHRASE = 150
_FAR = 1 << 60
_SIDES: tuple[Side, ...] = ("before", "after")
_by_start = itemgetter(0)
_by_place = itemgetter(1, 2)


class _Cue(NamedTuple):
    """The groups of one cue, by the lists of words that they want behind it; the last two want none."""

    pattern: bytes
    gap: int
    wanting: Mapping[int, tuple[Group, ...]]
    before: tuple[Group, ...]
    after: tuple[Group, ...]
    #: Whether one of the groups can head a list.
    heads_lists: bool

    @classmethod
    def of(cls, pattern: bytes, groups: Iterable[Group], numbers: Mapping[tuple[str, ...], int]) -> _Cue | None:
        """None where there is no group."""
        groups = tuple(groups)
        wanting: dict[int, tuple[Group, ...]] = {}
        for group in groups:
            if group.rule.then:
                number = numbers[group.rule.then]
                wanting[number] = (*wanting.get(number, ()), group)
        plain = [group for group in groups if not group.rule.then]
        gap = max((group.rule.gap for group in groups if group.rule.then), default=0)
        before = tuple(group for group in plain if group.side == "before")
        after = tuple(group for group in plain if group.side == "after")
        heads_lists = any(group.rule.heads_lists for group in groups)
        return cls(pattern, gap, wanting, before, after, heads_lists) if groups else None


#: Where a cue stands in folded text, from where to where, and which it is.
_Mark = tuple[int, int, _Cue]


class DeniedText:
    """A text whose matches are asked about, with what its language makes of the cues."""

    __slots__ = ("cues", "folded", "language", "listed", "marks")

    def __init__(self, folded: Folded, language: str | None, cues: tuple[_Cue | None, ...]) -> None:
        self.folded = folded
        self.language = language
        self.cues = cues
        #: All cues, once they were looked for: in a text whose sentences are not told cheaply.
        self.marks: list[_Mark] | None = None
        #: Which stretches of the text a heading denies, in order, once that was looked at.
        self.listed: list[tuple[int, int]] | None = None


class NegationScopes:
    """Whether a match stands in the scope of a cue of negation, of which `of` gives the text."""

    def __init__(self, negation: Negation) -> None:
        by_pattern: dict[bytes, list[Group]] = defaultdict(list)
        words = NearWords(rule.then for rule in (*negation.before, *negation.after, *negation.idioms))
        sides: tuple[tuple[Side, tuple[CueGroup, ...]], ...] = (
            ("before", negation.before),
            ("after", negation.after),
            ("idiom", negation.idioms),
        )
        for side, rules in sides:
            for rule in rules:
                group = Group.of(rule, side)
                for pattern in patterns_of(rule.cues):
                    by_pattern[pattern].append(group)
        for pattern in patterns_of(negation.harmless):
            by_pattern[pattern] = []
        self._then = words
        self._patterns = tuple(by_pattern)
        self._groups = tuple(map(tuple, by_pattern.values()))
        self._automaton = (
            BytesAhoCorasick(self._patterns, implementation=Implementation.DFA) if self._patterns else None
        )
        self._of_language: dict[str | None, tuple[_Cue | None, ...]] = {}
        self._known: dict[tuple[str, int, int, str | None], bool] = {}
        self._clauses = Clauses(negation)
        every = (*negation.before, *negation.after)
        longest = max((group.reach + (group.gap if group.then else 0) for group in every), default=0)
        self._window = (longest + max((p.count(b" ") for p in by_pattern), default=0) + 3) * TOKEN_BYTES
        self._heads_lists = any(group.heads_lists for group in every)

    def of(self, folded: Folded, language: str | None = None) -> DeniedText:
        """A text, with the cues that are some in its *language*."""
        cues = self._of_language.get(language)
        if cues is None:
            cues = self._of_language[language] = tuple(
                _Cue.of(pattern, (group for group in groups if group.is_of(language)), self._then.numbers)
                for pattern, groups in zip(self._patterns, self._groups, strict=True)
            )
        return DeniedText(folded, language, cues)

    def hold(self, match: Occurrence, text: DeniedText) -> bool:
        """Whether the match is negated."""
        if self._automaton is None:
            return False
        folded = match.folded
        if folded.is_direct:
            start, end = cheap_bounds(folded.text, match.start, match.end, self._window)
            # Postings of a company say much in the same sentences: each is read once.
            sentence = (folded.text[start + 1 : end + 1], match.start - start, match.end - start, text.language)
            known = self._known.get(sentence)
            if known is None:
                # A place in the folded text is one more than in the text.
                known = self._is_denied(match, self._marks(text, start + 1, end + 2))
                if len(self._known) >= MOST_KNOWN:
                    self._known.clear()
                self._known[sentence] = known
            negated = known
        else:
            if text.marks is None:
                text.marks = self._marks(text, 0, len(folded.hay))
            negated = self._is_denied(match, text.marks)
        if negated or not self._heads_lists:
            return negated
        if text.listed is None:
            text.listed = self._listed(text)
        place = bisect_right(text.listed, (match.start, len(folded.text)))
        return place > 0 and match.start < text.listed[place - 1][1]

    def _is_denied(self, match: Occurrence, marks: list[_Mark]) -> bool:
        """Whether one of the cues, in order, negates the match."""
        if not marks:
            return False
        place = bisect_left(marks, match.hay_end - 1, key=_by_start)
        for begin, finish, cue in marks[place : place + MOST_CUES]:
            if not (cue.after or cue.wanting):
                continue
            for denial in self._denials(match.folded, begin, finish, cue, "after"):
                if self._from_behind(match, denial):
                    return True
        # The nearest cue that has a say before the match decides: it may be undone.
        place = bisect_left(marks, match.hay_start, key=_by_start)
        for begin, finish, cue in reversed(marks[max(0, place - MOST_CUES) : place]):
            if finish - 1 <= match.hay_start and (cue.before or cue.wanting):
                for denial in self._denials(match.folded, begin, finish, cue, "before"):
                    if self._from_before(match, denial):
                        return not self._is_undone(denial, match)
        return False

    def _marks(self, text: DeniedText, start: int, end: int) -> list[_Mark]:
        """The cues in a stretch of the folded text, in order; one inside a harmless phrase is only part of it."""
        assert self._automaton is not None
        found = self._automaton.find_matches_as_indexes(text.folded.hay[start:end], overlapping=True)
        if not found:
            return []
        harmless = _Stretches([(first, last) for index, first, last in found if not self._groups[index]])
        if harmless:
            cues = _Stretches([(first, last) for index, first, last in found if self._groups[index]])
            harmless = _Stretches([phrase for phrase in harmless if not cues.hold(*phrase)])
        marks = []
        for index, first, last in sorted(found, key=_by_place):
            cue = text.cues[index]
            if cue is not None and not (harmless and harmless.hold(first, last)):
                marks.append((start + first, start + last, cue))
        return marks

    def _denials(self, folded: Folded, hay_start: int, hay_end: int, cue: _Cue, side: Side) -> list[Denial]:
        """What a cue denies on one side of it.

        Where it says something with words behind it, it says nothing by itself of what follows those: "AWS is not
        required to run our FX desk".
        """
        hay = folded.hay
        start, end = folded.span(hay_start, cue.pattern)
        denials: list[Denial] = []
        until = nowhere = len(hay)
        near = self._then.near(hay, hay_end - 1, cue.gap, cue.wanting) if cue.wanting else {}
        for number, (tail_at, tail_until, tail) in near.items():
            between = len(hay[hay_end:tail_at].split())
            groups = [group for group in cue.wanting[number] if between <= group.rule.gap]
            if not groups:
                continue
            tail_start, tail_end = folded.span(tail_at, tail)
            if ends_sentence(folded.text, end, tail_start) or "," in folded.text[end:tail_start]:
                continue
            for group in groups:
                if group.side == "idiom":
                    return []
                if group.side == side:
                    denials.append(Denial(group, hay_start, tail_until, start, tail_end, nowhere))
            until = min(until, tail_until - 2)
        if side == "before":
            denials += [Denial(group, hay_start, hay_end, start, end, until) for group in cue.before]
        elif until == nowhere:
            denials += [Denial(group, hay_start, hay_end, start, end, until) for group in cue.after]
        return denials

    def _from_before(self, match: Occurrence, denial: Denial) -> bool:
        if not denial.hay_end - 1 <= match.hay_start <= denial.until or match.start - denial.end > self._window:
            return False
        hay, rule = match.folded.hay, denial.group.rule
        return (
            len(hay[denial.hay_end : match.hay_start + 1].split()) <= rule.reach
            and self._is_open(denial.group, hay[denial.hay_end - 1 : match.hay_start + 1])
            and self._clauses.runs_on(match.folded.text, denial.end, match.start, match.end, listed=rule.through_commas)
        )

    def _from_behind(self, match: Occurrence, denial: Denial) -> bool:
        if denial.hay_start < match.hay_end - 1 or denial.start - match.end > self._window:
            return False
        hay, text, rule = match.folded.hay, match.folded.text, denial.group.rule
        between = hay[match.hay_end - 1 : denial.hay_start + 1]
        return (
            len(between.split()) <= rule.reach
            and not (rule.ends_sentence and not self._clauses.ends_here(text, denial.end))
            and self._is_open(denial.group, between)
            and self._clauses.runs_back(text, match.end, denial.start, apart=rule.through_commas, answers=rule.answers)
            and not self._is_undone(denial, match)
        )

    def _is_open(self, group: Group, hay: bytes) -> bool:
        """Whether nothing in folded text, between the cue and the match, ends the scope."""
        return self._clauses.holds(hay) and (group.ended_by is None or not group.ended_by.are_in(hay))

    @staticmethod
    def _is_undone(denial: Denial, match: Occurrence) -> bool:
        """Whether a word before or behind takes the denial back: "cannot … without", "without … cannot"."""
        words, folded = denial.group.undone_by, match.folded
        if words is None:
            return False
        is_behind = denial.group.side == "after"
        found = words.last(folded.hay, denial.hay_start, _UNDONE_WITHIN)
        if found is not None:
            _, end = folded.span(found[0], found[2])
            if _is_one(folded.text, end, denial.start, through_commas=is_behind):
                return True
        if is_behind:
            return False
        found = words.first(folded.hay, match.hay_end - 1, _UNDONE_WITHIN)
        if found is None:
            return False
        start, _ = folded.span(found[0], found[2])
        return _is_one(folded.text, match.end, start, through_commas=False)

    def _listed(self, text: DeniedText) -> list[tuple[int, int]]:
        """Which stretches of the text stand behind or below a heading that denies them."""
        folded = text.folded
        if not self._heads_lists or ":" not in folded.text:
            return []

        def heading(marks: list[_Mark]) -> list[tuple[int, int, bool]]:
            return [
                (denial.start, denial.end, side == "after")
                for begin, finish, cue in marks
                if cue.heads_lists
                for side in _SIDES
                for denial in self._denials(folded, begin, finish, cue, side)
                if denial.group.rule.heads_lists
            ]

        if folded.is_direct:
            return denied_lists(folded.text, lambda start, end: heading(self._marks(text, start, end + 2)))
        everywhere = heading(self._marks(text, 0, len(folded.hay)))
        return denied_lists(
            folded.text,
            lambda start, end: everywhere[bisect_left(everywhere, (start,)) : bisect_left(everywhere, (end,))],
        )


class _Stretches(list[tuple[int, int]]):
    """Stretches of a text, from where to where."""

    def __init__(self, stretches: list[tuple[int, int]]) -> None:
        super().__init__(sorted(stretches))

    def hold(self, start: int, end: int) -> bool:
        """Whether one of them has another stretch as a part."""
        first = bisect_left(self, (end - _LONGEST_PHRASE,))
        for begin, finish in self[first : bisect_right(self, (start, _FAR))]:
            if finish >= end and finish - begin > end - start:
                return True
        return False


def _is_one(text: str, start: int, end: int, *, through_commas: bool) -> bool:
    """Whether the stretch is of one sentence, and of one part of it unless it may have commas."""
    return not ends_sentence(text, start, end) and (through_commas or "," not in text[start:end])
