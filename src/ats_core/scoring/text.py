"""Folds text into the one form in which it is searched, and finds the way back to the original.

Folded text is bytes: tokens of `a-z0-9` with a space before and after, and exactly one between two that only whitespace
or one sign keeps apart in the text; other boundaries may be longer. Case and diacritics are
gone (ñ -> n, ç -> c). All work on the whole text is done by C-level string operations.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from functools import lru_cache

__all__ = ["Folded", "fold"]

# Letters that Unicode does not decompose into a base letter and a mark.
_PLAIN = str.maketrans(
    {"ø": "o", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "ŧ": "t"}
)


def _latin1_table() -> bytes:
    """One byte for each character up to U+00FF. º and ª are boundaries, or "nº" would read "no"."""
    folded = (unicodedata.normalize("NFD", chr(code).casefold())[:1].translate(_PLAIN) for code in range(256))
    return bytes(ord(c) if len(c) == 1 and c.isascii() and c.isalnum() else 0x20 for c in folded)


_FOLD = _latin1_table()

# Latin-1 characters that do not fold into one byte: letters that become two (ß, æ, þ) and the soft hyphen.
_LATIN1_SPECIAL = tuple(character.encode("latin-1") for character in "ßæÆþÞ\u00ad")
_LATIN1_SPACE = tuple(bytes((code,)) for code in b"\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\xa0")
_SPECIAL = re.compile("[ßæÆþÞ\u00ad]|[^\x00-\xff]")
_SPECIAL_RUN = re.compile("(?:[ßæÆþÞ\u00ad]|[^\x00-\xff])+")
_TWO_SPACES = re.compile(b"  ")  # as an expression it is found faster than by `in`
_BLANK = frozenset("\u200b\u200c\u200d\u2060\ufeff")


@lru_cache(maxsize=4096)
def _spelled(character: str) -> str:
    """What a special character becomes: ASCII letters, nothing (marks, soft hyphens), a space, or a boundary (`?`)."""
    if character == "\u00ad" or unicodedata.combining(character):
        return ""
    if character.isspace() or character in _BLANK:
        return "\n" if character in "\u2028\u2029" else " "
    parts = unicodedata.normalize("NFKD", character.casefold())
    plain = "".join(c for c in parts if not unicodedata.combining(c)).casefold().translate(_PLAIN)
    return plain if plain.isascii() and plain.isalnum() else "?"


def _spelled_run(run: re.Match[str]) -> str:
    return "".join(map(_spelled, run.group()))


def _encoded(text: str) -> tuple[bytes, bool]:
    """The text, one byte a character, or, where that would be wrong, as it is spelled; and whether it was spelled.

    The encoder turns what is beyond U+00FF into `?`, which is right for punctuation, symbols and emoji.
    """
    try:
        encoded = text.encode("latin-1")
    except UnicodeEncodeError:
        encoded = text.encode("latin-1", "replace")
        at = encoded.find(b"?")
        while at >= 0:
            if text[at] > "\xff" and _spelled(text[at]) != "?":
                return _SPECIAL_RUN.sub(_spelled_run, text).encode("latin-1"), True
            at = encoded.find(b"?", at + 1)
    for special in _LATIN1_SPECIAL:
        if special in encoded:
            return _SPECIAL_RUN.sub(_spelled_run, text).encode("latin-1"), True
    return encoded, False


class Folded:
    """A text and its folded form, *hay*. Positions in *hay* are turned into positions in *text* only when asked."""

    __slots__ = ("_flat", "_places", "_spelled", "_steps", "hay", "text")

    def __init__(self, text: str, hay: bytes, flat: bytes, *, spelled: bool) -> None:
        self.text = text
        self.hay = hay
        # The folded text in which runs of boundaries still are as long as they were.
        self._flat = flat
        self._spelled = spelled
        self._steps: tuple[list[int], list[int]] | None = None
        self._places: dict[bytes, tuple[list[int], list[int]]] = {}

    def spans(self, start: int, tokens: tuple[bytes, ...]) -> list[tuple[int, int]]:
        """Where in *text* the *tokens* stand, of which the first has its leading space at *start* in *hay*."""
        spans = []
        if self._flat is self.hay and not self._spelled:
            for token in tokens:
                spans.append((start, start + len(token)))
                start += len(token) + 1
            return spans
        at = start if self._flat is self.hay else self._flat_position(start, tokens[0])
        for token in tokens:
            at = self._flat.index(token, at)
            end = at + len(token)
            spans.append((self._origin(at), self._origin(end)))
            at = end
        return spans

    def _flat_position(self, start: int, token: bytes) -> int:
        """The token's position in the flat text: it is the n-th of its kind in both. Each is looked for once."""
        needle = b" %b " % token
        in_hay, in_flat = self._places.setdefault(token, ([-1], [-1]))
        while in_hay[-1] < start:
            in_hay.append(self.hay.index(needle, in_hay[-1] + 1))
            in_flat.append(self._flat.index(needle, in_flat[-1] + 1))
        return in_flat[bisect_left(in_hay, start)]

    def _origin(self, position: int) -> int:
        """The place in *text* of a place in the flat text (which has one space more in front)."""
        position -= 1
        if not self._spelled:
            return position
        if self._steps is None:
            self._steps = self._measured()
        starts, origins = self._steps
        step = bisect_right(starts, position) - 1
        ceiling = origins[step + 1] if step + 1 < len(origins) else len(self.text)
        return min(origins[step] + position - starts[step], ceiling)

    def _measured(self) -> tuple[list[int], list[int]]:
        """Where the spelled text and the text step apart: positions there, and the positions here that they mean."""
        starts, origins = [0], [0]
        drift = 0
        for special in _SPECIAL.finditer(self.text):
            at = special.start()
            width = len(_spelled(special.group()))
            if width == 1:
                continue
            starts += [at + drift, at + drift + width]
            origins += [at, at + 1]
            drift += width - 1
        return starts, origins


def fold(text: str) -> Folded:
    """Fold *text*; linear in its length, whatever it holds."""
    encoded, spelled = _encoded(text)
    for space in _LATIN1_SPACE:
        if space in encoded:
            encoded = encoded.replace(space, b" ")
    flat = b" %b " % encoded.translate(_FOLD)
    if _TWO_SPACES.search(encoded):
        return Folded(text, b" %b " % b" ".join(flat.split()), flat, spelled=spelled)
    return Folded(text, flat, flat, spelled=spelled)
