"""A line of the original text round a match, with the match marked."""

from __future__ import annotations

import re

__all__ = ["MARK_END", "MARK_START", "snippet"]

MARK_START = "[["
MARK_END = "]]"

#: How long a snippet is at most, in characters, marks and ellipses included.
LENGTH = 120
#: How much text is shown on each side of a match, in characters.
_SIDE = 44
_MARKS = re.compile(r"\[{2,}|\]{2,}")


def _line(text: str) -> str:
    """*text* on one line without control, formatting and surrogate characters, nor marks of its own."""
    if text.isprintable() and "  " not in text and MARK_START not in text and MARK_END not in text:
        return text.strip()
    line = " ".join(text.split())
    if not line.isprintable():
        line = " ".join("".join(c if c.isprintable() else " " for c in line).split())
    return _MARKS.sub(lambda marks: marks.group()[0], line)


def _parts(character: str) -> bool:
    return character.isspace() or not character.isprintable()


def snippet(text: str, start: int, end: int) -> str:
    """About 100 characters of *text* with `text[start:end]` between `[[` and `]]`, cut at words, `…` where cut."""
    match = _line(text[start:end]).replace("[", "(").replace("]", ")")
    if len(match) > LENGTH - 8:
        match = match[: LENGTH - 9].rstrip() + "…"
    side = min(_SIDE, (LENGTH - 8 - len(match)) // 2)
    opening = closing = ""
    before, behind = text[max(0, start - side) : start], text[end : end + side]
    if start > side:
        opening = "…"
        if not (before[:1].isspace() or text[start - side - 1].isspace()):
            before = before.partition(" ")[2]
    if end + side < len(text):
        closing = "…"
        if not (behind[-1:].isspace() or text[end + side].isspace()):
            behind = behind.rpartition(" ")[0]
    left, right = _line(before), _line(behind)
    if left and (_parts(before[-1]) or left[-1] == "["):
        left += " "
    if right and (_parts(behind[0]) or right[0] == "]"):
        right = " " + right
    return f"{opening}{left}{MARK_START}{match}{MARK_END}{right}{closing}"
