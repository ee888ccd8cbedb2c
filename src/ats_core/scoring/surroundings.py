"""What stands round a match: the words that an ambiguous keyword needs, or must not have.

Only a window of tokens is looked at, so that a match costs the same in any text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick, Implementation

from ats_core.scoring.sentences import ends_sentence
from ats_core.scoring.spelling import ways_of
from ats_core.scoring.text import Folded

__all__ = ["TOKEN_BYTES", "Occurrence", "Vicinity", "patterns_of"]

#: Bytes of folded text for one token of a window; longer tokens only make the window shorter.
TOKEN_BYTES = 16


class Occurrence(NamedTuple):
    """A match in a text: where in the folded text (from the space before to the space behind), where in the text."""

    folded: Folded
    hay_start: int
    hay_end: int
    start: int
    end: int


def patterns_of(phrases: Iterable[str]) -> list[bytes]:
    """What is looked for in folded text to find the phrases, in all their forms."""
    return [way.pattern for phrase in phrases for way in ways_of(phrase)]


class Vicinity:
    """Whether one of some words stands within a number of tokens of a match; each word has its optional endings.

    Where the sentence does not matter, a longer phrase that holds the match counts too: "US Treasury" for "Treasury".
    """

    def __init__(self, words: Sequence[str], *, within: int, same_sentence: bool) -> None:
        self._patterns = list(dict.fromkeys(patterns_of(words)))
        self._automaton = BytesAhoCorasick(self._patterns, implementation=Implementation.DFA)
        self._within = within
        self._window = (within + 1) * TOKEN_BYTES
        self._same_sentence = same_sentence

    def holds(self, match: Occurrence) -> bool:
        """Whether one of the words is near."""
        hay = match.folded.hay
        # The space before the match ends what is before it, the one behind begins what is behind.
        before_end, behind_start = match.hay_start + 1, match.hay_end - 1
        first = before_end - self._window
        if first < 0:
            first = 0
        found = self._automaton.find_matches_as_indexes(hay[first : behind_start + self._window + 1], overlapping=True)
        for index, start, end in found:
            start, end = first + start, first + end
            if end <= before_end:
                between = hay[end:before_end]
            elif start >= behind_start:
                between = hay[behind_start:start]
            elif not self._same_sentence and _inside(match, start, end):
                return True
            else:
                continue
            if len(between.split()) <= self._within and self._reaches(match, index, start):
                return True
        return False

    def _reaches(self, match: Occurrence, index: int, at: int) -> bool:
        if not self._same_sentence:
            return True
        start, end = match.folded.span(at, self._patterns[index])
        between = (end, match.start) if start < match.start else (match.end, start)
        return not ends_sentence(match.folded.text, *between)


def _inside(match: Occurrence, start: int, end: int) -> bool:
    """Whether a match is a part of what stands in folded text from *start* to *end*."""
    return start <= match.hay_start and match.hay_end <= end and end - start > match.hay_end - match.hay_start
