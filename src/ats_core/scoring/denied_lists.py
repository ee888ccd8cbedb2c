"""Lists that their heading denies: "Not required: SWIFT, SEPA", and items below a line "What you will not do:"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from ats_core.scoring.sentences import ends_sentence

__all__ = ["denied_lists"]

#: How many words a heading may have behind its cue, above a list and before one in its own line. A cue that stands
#: behind what it denies is a heading by itself, "not part of this job"; another one says more often what follows it.
_WORDS_ABOVE, _WORDS_BEFORE, _WORDS_BEHIND = 4, 1, 3
#: The longest heading, in characters.
_LONGEST = 100
Denied = Callable[[int, int], Iterable[tuple[int, int, bool]]]
_BULLET = re.compile(r"[ \t]*(?:[-–—•·*▪◦●‣o]|\d{1,2}[.)])[ \t]")


def denied_lists(text: str, denied: Denied) -> list[tuple[int, int]]:
    """From where to where in *text* a heading denies what stands there.

    *denied* gives the denials in a stretch of the text that can head a list: from where to where they stand, and
    whether they stand behind what they deny where there is no list.
    """
    lists: list[tuple[int, int]] = []
    colon = text.find(":")
    while colon >= 0:
        follows = text[colon + 1 : colon + 2]
        if lists and colon < lists[-1][1]:
            pass  # it stands in a denied list itself
        elif follows == "\n":
            if _BULLET.match(text, colon + 2) and _heads(text, colon, denied, _WORDS_ABOVE, _WORDS_ABOVE):
                lists.append((colon, _bullets_end(text, colon + 1)))
        elif follows == " " and _heads(text, colon, denied, _WORDS_BEFORE, _WORDS_BEHIND):
            lists.append((colon, _sentence_end(text, colon)))
        colon = text.find(":", colon + 1)
    return lists


def _heads(text: str, colon: int, denied: Denied, most: int, most_behind: int) -> bool:
    start = text.rfind("\n", max(0, colon - _LONGEST), colon) + 1 or max(0, colon - _LONGEST)
    for begin, end, is_behind in denied(start, colon):
        if begin < start or end > colon:
            continue
        between = text[end:colon]
        if (
            len(between.split()) <= (most_behind if is_behind else most)
            and "," not in between
            and not ends_sentence(text, end, colon)
        ):
            return True
    return False


def _bullets_end(text: str, at: int) -> int:
    """Where the list items end that follow the line break at *at*."""
    while at >= 0 and _BULLET.match(text, at + 1):
        at = text.find("\n", at + 1)
    return len(text) if at < 0 else at


def _sentence_end(text: str, at: int) -> int:
    """Where the sentence of *at* ends, at the latest its line."""
    line = text.find("\n", at)
    end = len(text) if line < 0 else line
    for sign in (". ", "; ", "! ", "? "):
        found = text.find(sign, at, end)
        end = found if found >= 0 else end
    return end
