"""Whether a keyword is negated: "no experience with AWS required", "sin experiencia en AWS"."""

from __future__ import annotations

from bisect import bisect_left

from attrs import frozen

from ats_core.domain.catalog import CueGroup, Negation
from ats_core.scoring.sentences import ends_sentence
from ats_core.scoring.surroundings import TOKEN_BYTES, Occurrence, found_at, patterns_of

__all__ = ["Mark", "NegationScopes"]


@frozen
class _Cue:
    """What a pattern means. Neither *before* nor *after*: it is harmless, or ends a scope."""

    pattern: bytes
    before: CueGroup | None = None
    after: CueGroup | None = None
    ends: bool = False


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

    @staticmethod
    def standing(found: list[Mark]) -> list[Mark]:
        """The cues of a text in order, of those found, by their ends; one inside another is only part of it."""
        standing: list[Mark] = []
        for mark in found:
            while standing and standing[-1][0] >= mark[0]:
                standing.pop()
            if not standing or standing[-1][1] < mark[1]:
                standing.append(mark)
        return standing

    def hold(self, match: Occurrence, standing: list[Mark]) -> bool:
        """Whether the match is negated by one of the cues of its text."""
        if not standing:
            return False
        place = bisect_left(standing, (match.hay_start,))
        return self._from_before(match, standing, place) or self._from_behind(match, standing, place)

    def _from_before(self, match: Occurrence, standing: list[Mark], place: int) -> bool:
        hay, text = match.folded.hay, match.folded.text
        for nearest in range(place - 1, -1, -1):
            start, end, index = standing[nearest]
            if start < match.hay_start - self._window:
                return False
            cue = self._cues[index]
            if end > match.hay_start + 1:
                continue
            if cue.ends:
                return False
            if cue.before is not None and len(hay[end : match.hay_start + 1].split()) <= cue.before.reach:
                _, behind = found_at(match.folded, start, cue.pattern)
                if _unbroken(text, behind, match.start, cue.before):
                    return True
        return False

    def _from_behind(self, match: Occurrence, standing: list[Mark], place: int) -> bool:
        hay, text = match.folded.hay, match.folded.text
        for nearest in range(place, len(standing)):
            start, _, index = standing[nearest]
            if start > match.hay_end + self._window:
                return False
            cue = self._cues[index]
            if start < match.hay_end - 1:
                continue
            if cue.ends:
                return False
            if cue.after is not None and len(hay[match.hay_end - 1 : start + 1].split()) <= cue.after.reach:
                begin, _ = found_at(match.folded, start, cue.pattern)
                if _unbroken(text, match.end, begin, cue.after):
                    return True
        return False


def _unbroken(text: str, start: int, end: int, group: CueGroup) -> bool:
    """Whether a scope runs through `text[start:end]`."""
    if ends_sentence(text, start, end):
        return False
    return group.through_commas or "," not in text[start:end]
