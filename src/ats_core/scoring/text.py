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

from ahocorasick_rs import BytesAhoCorasick

__all__ = ["Folded", "fold"]

# Letters that Unicode does not decompose into a base letter and a mark.
_PLAIN = str.maketrans(
    {"ø": "o", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "ŧ": "t"}
)
# What stands in a text's classes for a sign, and for a Latin-1 character that does not fold into one byte.
_SIGN, _ODD = b"\x00", b"\x01"


def _class_of(character: str) -> bytes:
    """The class of a Latin-1 character: its folded letter or digit, a space, `_SIGN` or `_ODD`.

    º and ª are signs, or "nº" would read "no".
    """
    if character in "ßæÆþÞ\u00ad":
        return _ODD
    if character.isspace():
        return b" "
    folded = unicodedata.normalize("NFD", character.casefold())[:1].translate(_PLAIN)
    return folded.encode() if folded.isascii() and folded.isalnum() else _SIGN


_CLASS_TABLE = b"".join(_class_of(chr(code)) for code in range(256))

# The mark in the Catalan l·l, which is no boundary: col·lecció is one word. Only where a text is known to be Catalan is
# it taken for one that was typed otherwise, and not between a small and a capital l, where a space may be missing.
_MARK = "(?P<mark>(?<=[lL])·(?=[lL](?![\u0300-\u036f])))"
_MARK_IN_CATALAN = "(?P<mark>(?:(?<=[lL])[·•‧∙](?=[lL])|(?<=l)[.](?=l)|(?<=L)[.](?=L))(?![lL][\u0300-\u036f]))"


class _Odd:
    """What of a text takes the way of spelling: the mark, and characters that do not fold into one byte."""

    def __init__(self, mark: str) -> None:
        self.mark = re.compile(mark)
        self.character = re.compile(f"{mark}|[ßæÆþÞ\u00ad]|[^\x00-\xff]")
        self.run = re.compile(f"{mark}|(?:[ßæÆþÞ\u00ad]|[^\x00-\xff])+")


_ODD_ANYWHERE, _ODD_IN_CATALAN = _Odd(_MARK), _Odd(_MARK_IN_CATALAN)
_TWO_SPACES = BytesAhoCorasick([b"  "])  # it looks at many bytes at once, which neither `in` nor an expression does
_BLANK = frozenset("\u200b\u200c\u200d\u2060\ufeff")


@lru_cache(maxsize=4096)
def _spelled(character: str) -> str:
    """What a special character becomes: ASCII letters, nothing (marks, soft hyphens), a space, or a boundary (`?`)."""
    if character == "\u00ad" or unicodedata.combining(character):
        return ""
    if character.isspace() or character in _BLANK:
        return "\n" if character in "\u2028\u2029" else " "
    if character in "Ŀŀ":  # their mark goes
        return "l"
    parts = unicodedata.normalize("NFKD", character.casefold())
    plain = "".join(c for c in parts if not unicodedata.combining(c)).casefold().translate(_PLAIN)
    return plain if plain.isascii() and plain.isalnum() else "?"


def _spelled_run(run: re.Match[str]) -> str:
    return "" if run["mark"] else "".join(map(_spelled, run.group()))


def _has_odd(text: str, encoded: bytes) -> bool:
    """Whether the text has characters beyond Latin-1 that are no boundaries, which `?` in *encoded* stands for."""
    at = encoded.find(b"?")
    while at >= 0 and (text[at] <= "\xff" or _spelled(text[at]) == "?"):
        at = encoded.find(b"?", at + 1)
    return at >= 0


def _has_mark(text: str, encoded: bytes, odd: _Odd) -> bool:
    return (b"\xb7" in encoded or odd is _ODD_IN_CATALAN) and odd.mark.search(text) is not None


class Folded:
    """A text and its folded form, *hay*. Positions in *hay* are turned into positions in *text* only when asked."""

    __slots__ = ("_flat", "_odd", "_places", "_steps", "hay", "is_direct", "text")

    def __init__(self, text: str, hay: bytes, flat: bytes, odd: _Odd | None) -> None:
        self.text = text
        self.hay = hay
        # The folded text in which runs of boundaries still are as long as they were.
        self._flat = flat
        # What was spelled; None where nothing was.
        self._odd = odd
        #: Whether what stands at a place in *hay* stands one place earlier in *text*.
        self.is_direct = flat is hay and odd is None
        self._steps: tuple[list[int], list[int]] | None = None
        self._places: dict[bytes, tuple[list[int], list[int]]] | None = None

    def spans(self, start: int, tokens: tuple[bytes, ...]) -> list[tuple[int, int]]:
        """Where in *text* the *tokens* stand, of which the first has its leading space at *start* in *hay*."""
        spans = []
        if self.is_direct:
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

    def span(self, start: int, pattern: bytes) -> tuple[int, int]:
        """Where in *text* the *pattern*, tokens between spaces, stands that was found at *start* in *hay*."""
        if self.is_direct:
            return start, start + len(pattern) - 2
        spans = self.spans(start, tuple(pattern.split()))
        return spans[0][0], spans[-1][1]

    def _flat_position(self, start: int, token: bytes) -> int:
        """The token's position in the flat text: it is the n-th of its kind in both. Each is looked for once."""
        needle = b" %b " % token
        if self._places is None:
            self._places = {}
        in_hay, in_flat = self._places.setdefault(token, ([-1], [-1]))
        while in_hay[-1] < start:
            in_hay.append(self.hay.index(needle, in_hay[-1] + 1))
            in_flat.append(self._flat.index(needle, in_flat[-1] + 1))
        return in_flat[bisect_left(in_hay, start)]

    def _origin(self, position: int) -> int:
        """The place in *text* of a place in the flat text (which has one space more in front)."""
        position -= 1
        if self._odd is None:
            return position
        if self._steps is None:
            self._steps = self._measured(self._odd)
        starts, origins = self._steps
        step = bisect_right(starts, position) - 1
        ceiling = origins[step + 1] if step + 1 < len(origins) else len(self.text)
        return min(origins[step] + position - starts[step], ceiling)

    def _measured(self, odd: _Odd) -> tuple[list[int], list[int]]:
        """Where the spelled text and the text step apart: positions there, and the positions here that they mean."""
        starts, origins = [0], [0]
        drift = 0
        for special in odd.character.finditer(self.text):
            at = special.start()
            width = len(_spelled_run(special))
            if width == 1:
                continue
            starts += [at + drift, at + drift + width]
            origins += [at, at + 1]
            drift += width - 1
        return starts, origins


def fold(text: str, language: str | None = None) -> Folded:
    """Fold *text*; linear in its length, whatever it holds. *language*: its ISO 639-1 code, where it is known.

    The encoder turns what is beyond U+00FF into `?`, which is right for punctuation, symbols and emoji.
    """
    if not text:
        return _NOTHING
    odd = _ODD_IN_CATALAN if language == "ca" else _ODD_ANYWHERE
    encoded = text.encode("latin-1", "replace")
    classes = encoded.translate(_CLASS_TABLE)
    is_spelled = _ODD in classes or _has_odd(text, encoded) or _has_mark(text, encoded, odd)
    if is_spelled:
        classes = odd.run.sub(_spelled_run, text).encode("latin-1").translate(_CLASS_TABLE)
    flat = b" %b " % classes.replace(_SIGN, b" ")
    hay = flat
    if _TWO_SPACES.find_matches_as_indexes(classes):
        hay = b" %b " % b" ".join(flat.split())
    return Folded(text, hay, flat, odd if is_spelled else None)


_NOTHING = Folded("", b"  ", b"  ", None)
