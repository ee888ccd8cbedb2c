"""What stands round a match: the words that an ambiguous keyword needs, or must not have.

Only a window of tokens is looked at, so that a match costs the same in any text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick

from ats_core.scoring.sentences import ends_sentence
from ats_core.scoring.spelling import Spelling, variants
from ats_core.scoring.text import Folded

__all__ = ["TOKEN_BYTES", "Occurrence", "Vicinity", "found_at", "patterns_of"]

#: Bytes of folded text for one token of a window; longer tokens only make the window shorter.
TOKEN_BYTES = 16


class Occurrence(NamedTuple):
    """A match in a text: where in the folded text (from the space before to the space behind), where in the text."""

    folded: Folded
    hay_start: int
    hay_end: int
    start: int
    end: int

    def left(self, tokens: int) -> tuple[int, bytes]:
        """The window of about that many tokens before the match, and where it starts in the folded text."""
        start = max(0, self.hay_start + 1 - tokens * TOKEN_BYTES)
        return start, self.folded.hay[start : self.hay_start + 1]

    def right(self, tokens: int) -> tuple[int, bytes]:
        """The window of about that many tokens behind the match, and where it starts in the folded text."""
        start = self.hay_end - 1
        return start, self.folded.hay[start : start + tokens * TOKEN_BYTES + 1]


def patterns_of(phrases: Iterable[str]) -> list[bytes]:
    """What is looked for in folded text to find the phrases, in all their forms."""
    return [Spelling.of(form).pattern for phrase in phrases for form in variants(phrase)]


def found_at(folded: Folded, at: int, pattern: bytes) -> tuple[int, int]:
    """Where in the text a pattern stands that was found at *at* in the folded text."""
    spans = folded.spans(at, tuple(pattern.split()))
    return spans[0][0], spans[-1][1]


class Vicinity:
    """Whether one of some words stands within a number of tokens of a match; each word has its optional endings."""

    def __init__(self, words: Sequence[str], *, within: int, same_sentence: bool) -> None:
        self._patterns = list(dict.fromkeys(patterns_of(words)))
        self._automaton = BytesAhoCorasick(self._patterns)
        self._within = within
        self._same_sentence = same_sentence

    def holds(self, match: Occurrence) -> bool:
        """Whether one of the words is near."""
        base, window = match.left(self._within + 1)
        for index, start, end in self._automaton.find_matches_as_indexes(window, overlapping=True):
            if len(window[end:].split()) <= self._within and self._reaches(match, index, base + start, before=True):
                return True
        base, window = match.right(self._within + 1)
        for index, start, _ in self._automaton.find_matches_as_indexes(window, overlapping=True):
            if len(window[:start].split()) <= self._within and self._reaches(match, index, base + start, before=False):
                return True
        return False

    def _reaches(self, match: Occurrence, index: int, at: int, *, before: bool) -> bool:
        if not self._same_sentence:
            return True
        start, end = found_at(match.folded, at, self._patterns[index])
        between = (end, match.start) if before else (match.end, start)
        return not ends_sentence(match.folded.text, *between)
