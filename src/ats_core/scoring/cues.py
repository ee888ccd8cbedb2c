"""Cues of negation: groups ready to be applied, the words round them, and a cue as it stands in a text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable
from typing import Literal, NamedTuple

from ahocorasick_rs import BytesAhoCorasick
from attrs import frozen

from ats_core.domain.catalog import CueGroup
from ats_core.scoring.surroundings import TOKEN_BYTES, patterns_of

__all__ = ["Denial", "Group", "NearWords", "Side", "Words"]

#: Where what is negated stands; an idiom negates nothing.
Side = Literal["before", "after", "idiom"]
#: Where a word stands in folded text, from the space before to the space behind, and its pattern.
Place = tuple[int, int, bytes]

#: How many words a phrase has at the most that is looked for near a cue.
_LONGEST = 6


class Words:
    """Some words, and where they stand in a stretch of folded text."""

    def __init__(self, words: Iterable[str]) -> None:
        self._patterns = list(dict.fromkeys(patterns_of(words)))
        self._automaton = BytesAhoCorasick(self._patterns)

    def are_in(self, hay: bytes) -> bool:
        """Whether one of them is in folded text that goes from a space to a space."""
        return bool(self._automaton.find_matches_as_indexes(hay))

    def first(self, hay: bytes, start: int, most: int) -> Place | None:
        """The first behind the space at *start*, at most so many words away."""
        found = self._automaton.find_matches_as_indexes(hay[start : start + (most + _LONGEST) * TOKEN_BYTES])
        if not found:
            return None
        index, begin, end = found[0]
        near = len(hay[start : start + begin].split()) <= most
        return (start + begin, start + end, self._patterns[index]) if near else None

    def last(self, hay: bytes, end: int, most: int) -> Place | None:
        """The last before the space at *end*, at most so many words away."""
        first = max(0, end - (most + _LONGEST) * TOKEN_BYTES)
        found = self._automaton.find_matches_as_indexes(hay[first : end + 1], overlapping=True)
        if not found:
            return None
        index, begin, finish = found[-1]
        near = len(hay[first + finish : end].split()) <= most
        return (first + begin, first + finish, self._patterns[index]) if near else None


class NearWords:
    """The words of several lists, looked for together behind a cue."""

    def __init__(self, lists: Iterable[tuple[str, ...]]) -> None:
        #: The number by which each list is called.
        self.numbers = {words: number for number, words in enumerate(dict.fromkeys(lists))}
        by_pattern: dict[bytes, list[int]] = defaultdict(list)
        for words, number in self.numbers.items():
            for pattern in dict.fromkeys(patterns_of(words)):
                by_pattern[pattern].append(number)
        self._patterns = tuple(by_pattern)
        self._lists = tuple(by_pattern.values())
        self._automaton = BytesAhoCorasick(self._patterns) if by_pattern else None

    def near(self, hay: bytes, start: int, most: int, wanted: Container[int]) -> dict[int, Place]:
        """Of each list that is *wanted* the word that stands first behind the space at *start*.

        Of several there it is the longest. It is at most about so many words away.
        """
        if self._automaton is None:
            return {}
        nearest: dict[int, Place] = {}
        room = start + (most + _LONGEST) * TOKEN_BYTES
        for index, begin, end in self._automaton.find_matches_as_indexes(hay[start:room], overlapping=True):
            begin, end = start + begin, start + end
            for number in self._lists[index]:
                if number not in wanted:
                    continue
                known = nearest.get(number)
                if known is None or begin < known[0] or (begin == known[0] and end > known[1]):
                    nearest[number] = (begin, end, self._patterns[index])
        return nearest


@frozen(eq=False)
class Group:
    """A group of cues, ready to be applied."""

    rule: CueGroup
    side: Side
    ended_by: Words | None
    undone_by: Words | None

    @classmethod
    def of(cls, rule: CueGroup, side: Side) -> Group:
        """Make a rule ready."""
        ended_by = Words(rule.ended_by) if rule.ended_by else None
        return cls(rule, side, ended_by, Words(rule.undone_by) if rule.undone_by else None)

    def is_of(self, language: str | None) -> bool:
        """Whether its cues are cues in a text of this language."""
        rule = self.rule
        return language not in rule.not_languages and (not rule.languages or language in rule.languages)


class Denial(NamedTuple):
    """A cue as it stands in a text, with what it is followed by: its group, its place there and in the folded text.

    What it negates must begin before *until* in the folded text.
    """

    group: Group
    hay_start: int
    hay_end: int
    start: int
    end: int
    until: int
