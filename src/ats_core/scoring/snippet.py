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
#: The longest match that leaves so much room.
_SHORT = LENGTH - 8 - 2 * _SIDE
# What is left of a word that was cut, with the space between it and the next one.
_CUT_BEFORE = re.compile(r"\A\S*(?:\s|\Z)")
_CUT_BEHIND = re.compile(r"(?:\s|\A)\S*\Z")
_MARKS = re.compile(r"\[{2,}|\]{2,}")


def _line(text: str) -> str:
    """*text* on one line without control, formatting and surrogate characters, nor marks of its own."""
    line = " ".join(text.split())
    if not line.isprintable():
        line = " ".join("".join(c if c.isprintable() else " " for c in line).split())
    if MARK_START in line or MARK_END in line:
        line = _MARKS.sub(lambda marks: marks.group()[0], line)
    return line


def _parts(character: str) -> bool:
    return character.isspace() or not character.isprintable()


def snippet(text: str, start: int, end: int) -> str:
    """About 100 characters of *text* with `text[start:end]` between `[[` and `]]`, cut at words, `…` where cut."""
    first = max(0, start - _SIDE - 1)
    around = text[first : end + _SIDE + 1].replace("\n", " ")
    if end - start > _SHORT or not around.isprintable() or "[" in around or "]" in around or "  " in around:
        return _tidied(text, start, end)
    before, match, behind = around[: start - first], around[start - first : end - first], around[end - first :]
    before = f"…{before.partition(' ')[2]}" if start > _SIDE else before.lstrip()
    behind = f"{behind.rpartition(' ')[0]}…" if end + _SIDE < len(text) else behind.rstrip()
    return f"{before}{MARK_START}{match}{MARK_END}{behind}"


def _tidied(text: str, start: int, end: int) -> str:
    """The snippet where the text is not tidy as it stands, or the match so long that its sides must be shorter."""
    match = _line(text[start:end]).replace("[", "(").replace("]", ")")
    if len(match) > LENGTH - 8:
        match = match[: LENGTH - 9].rstrip() + "…"
    side = min(_SIDE, (LENGTH - 8 - len(match)) // 2)
    opening = closing = ""
    before, behind = text[max(0, start - side) : start], text[end : end + side]
    if start > side:
        opening = "…"
        if not (before[:1].isspace() or text[start - side - 1].isspace()):
            before = _CUT_BEFORE.sub("", before)
    if end + side < len(text):
        closing = "…"
        if not (behind[-1:].isspace() or text[end + side].isspace()):
            behind = _CUT_BEHIND.sub("", behind)
    left, right = _line(before), _line(behind)
    if left and (_parts(before[-1]) or left[-1] == "["):
        left += " "
    if right and (_parts(behind[0]) or right[0] == "]"):
        right = " " + right
    return f"{opening}{left}{MARK_START}{match}{MARK_END}{right}{closing}"
