"""Whether a keyword is negated: "no experience with AWS required", "sin experiencia en AWS"."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping

from attrs import frozen

from ats_core.domain.catalog import CueGroup, Negation
from ats_core.scoring.sentences import ends_sentence
from ats_core.scoring.surroundings import TOKEN_BYTES, Occurrence, patterns_of

__all__ = ["Mark", "NegationScopes"]


@frozen
class _Cue:
    """What a pattern means. Neither *before* nor *after*: it is harmless, or ends a scope."""

    pattern: bytes
    before: CueGroup | None = None
    after: CueGroup | None = None
    ends: bool = False


#: Cues that are another word in a language: Portuguese *no* and Galician *no* are "in the".
_NO_CUES: Mapping[str | None, frozenset[bytes]] = {"pt": frozenset({b" no "}), "gl": frozenset({b" no "})}

#: Where a cue stands in folded text, and which it is.
Mark = tuple[int, int, int]


class NegationScopes:
    """Whether a match stands in the scope of a cue of negation.

    The cues are looked for together with the keywords: *patterns* are what is looked for, *standing* takes what was
    found in a text, and `hold` is asked with that.
    """

    def __init__(self, negation: Negation) -> None:
        cues: dict[bytes, _Cue] = {}
        for group in negation.before:
            cues |= {p: _Cue(p, before=group) for p in patterns_of(group.cues)}
        for group in negation.after:
            for pattern in patterns_of(group.cues):
                cues[pattern] = _Cue(pattern, before=cues[pattern].before if pattern in cues else None, after=group)
        cues |= {p: _Cue(p) for p in patterns_of(negation.harmless)}
        cues |= {p: _Cue(p, ends=True) for p in patterns_of(negation.ended_by)}
        self._cues = tuple(cues.values())
        self._patterns = tuple(cues)
        reach = max((group.reach for group in (*negation.before, *negation.after)), default=0)
        self._window = (reach + max((p.count(b" ") for p in cues), default=0)) * TOKEN_BYTES

    @property
    def patterns(self) -> tuple[bytes, ...]:
        """What to look for in folded text; a cue's index is its place here."""
        return self._patterns

    def standing(self, found: list[Mark], language: str | None = None) -> list[Mark]:
        """The cues of a text in order, of those found, by their ends; one inside another is only part of it.

        What is no cue in the text's *language* does not stand.
        """
        if language in _NO_CUES:
            found = [mark for mark in found if self._patterns[mark[2]] not in _NO_CUES[language]]
        standing: list[Mark] = []
        last_start = last_end = -1
        for mark in found:
            start, end, _ = mark
            while start <= last_start:
                standing.pop()
                last_start, last_end, _ = standing[-1] if standing else (-1, -1, -1)
            if end > last_end:
                standing.append(mark)
                last_start, last_end = start, end
        return standing

    def hold(self, match: Occurrence, standing: list[Mark]) -> bool:
        """Whether the match is negated by one of the cues of its text."""
        if not standing:
            return False
        place = bisect_left(standing, (match.hay_start,))
        is_near = place > 0 and standing[place - 1][0] >= match.hay_start - self._window
        if is_near and self._from_before(match, standing, place):
            return True
        is_near = place < len(standing) and standing[place][0] <= match.hay_end + self._window
        return is_near and self._from_behind(match, standing, place)

    def _from_before(self, match: Occurrence, standing: list[Mark], place: int) -> bool:
        folded, earliest = match.folded, match.hay_start - self._window
        for nearest in range(place - 1, -1, -1):
            start, end, index = standing[nearest]
            cue = self._cues[index]
            if start < earliest or (cue.ends and end <= match.hay_start + 1):
                return False
            if cue.before is None or end > match.hay_start + 1:
                continue
            _, behind = folded.span(start, cue.pattern)
            if ends_sentence(folded.text, behind, match.start):
                return False
            if len(folded.hay[end : match.hay_start + 1].split()) <= cue.before.reach and (
                cue.before.through_commas or "," not in folded.text[behind : match.start]
            ):
                return True
        return False

    def _from_behind(self, match: Occurrence, standing: list[Mark], place: int) -> bool:
        folded, latest = match.folded, match.hay_end + self._window
        for nearest in range(place, len(standing)):
            start, _, index = standing[nearest]
            cue = self._cues[index]
            if start > latest or (cue.ends and start >= match.hay_end - 1):
                return False
            if cue.after is None or start < match.hay_end - 1:
                continue
            begin, _ = folded.span(start, cue.pattern)
            if ends_sentence(folded.text, match.end, begin):
                return False
            if len(folded.hay[match.hay_end - 1 : start + 1].split()) <= cue.after.reach and (
                cue.after.through_commas or "," not in folded.text[match.end : begin]
            ):
                return True
        return False
