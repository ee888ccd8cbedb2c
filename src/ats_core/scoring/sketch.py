"""What an offer says, as short as can be compared: its title, and its text's passages as hashes.

A passage is a line, or a sentence of one: a line is cut after each full stop or exclamation mark that a space
follows. Two passages are the same when they have the same letters and digits in the same order; case, diacritics,
punctuation and spaces do not matter. All work on the whole text is done by C-level operations.
"""

from __future__ import annotations

import re
import struct
import sys
import unicodedata
from array import array
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from attrs import field, frozen
from xxhash import xxh3_64_intdigest, xxh3_128_hexdigest

from ats_core.domain.offer import Posting

__all__ = ["Shortened", "TextSketch", "cut", "letters", "shortened", "sketch_of"]

_NOT_WORD = re.compile(r"[\W_]+")
# How `TextSketch.to_bytes` writes; a sketch in another form is unknown, and made again from the text.
_FORM = 2
_HEAD = struct.Struct("<BHBI")
_LONGEST = 0xFFFF


def _hashes(values: Iterable[int]) -> array[int]:
    return values if isinstance(values, array) else array("Q", values)


def _lengths(values: Iterable[int]) -> array[int]:
    return values if isinstance(values, array) else array("H", values)


def _little(values: array[int]) -> array[int]:
    """The numbers with their bytes as they are stored, lowest first, on every machine; and back."""
    if sys.byteorder == "little":
        return values
    swapped = array(values.typecode, values)
    swapped.byteswap()
    return swapped


@frozen(kw_only=True)
class TextSketch:
    """The sketch of a posting.

    *title*: its words without those of the posting's own places. *language*: as the posting states it, at most two
    letters, or empty. *passages* and *lengths*: of each passage of the description, in order and empty ones included,
    the hash of its letters and digits (64 bits) and how many those are (at most 65535). Both in arrays: a large
    company's sketches are in memory together.
    """

    title: str
    language: str
    passages: array[int] = field(converter=_hashes)
    lengths: array[int] = field(converter=_lengths)

    def to_bytes(self) -> bytes:
        """The sketch in some 10 bytes a passage, the same on every machine."""
        title = self.title.encode("utf-8", "surrogatepass")
        language = self.language.encode("utf-8", "surrogatepass")
        count = len(self.passages)
        head = _HEAD.pack(_FORM, len(title), len(language), count)
        return b"".join((head, title, language, _little(self.passages).tobytes(), _little(self.lengths).tobytes()))

    @classmethod
    def from_bytes(cls, stored: bytes) -> TextSketch | None:
        """What `to_bytes` wrote; None for what it did not write, or wrote in another version of the program."""
        try:
            form, title, language, count = _HEAD.unpack_from(stored)
            begin = _HEAD.size + title + language
            if form != _FORM or len(stored) != begin + 10 * count:
                return None
            return cls(
                title=stored[_HEAD.size : _HEAD.size + title].decode("utf-8", "surrogatepass"),
                language=stored[_HEAD.size + title : begin].decode("utf-8", "surrogatepass"),
                passages=_little(array("Q", stored[begin : begin + 8 * count])),
                lengths=_little(array("H", stored[begin + 8 * count :])),
            )
        except (struct.error, UnicodeDecodeError):
            return None


class Shortened(NamedTuple):
    """What a posting says: its *fingerprint*, equal for equal letters, and its *sketch*, comparable in parts."""

    fingerprint: str
    sketch: TextSketch


def shortened(posting: Posting) -> Shortened:
    """The fingerprint and the sketch of a posting: its text is looked at once for both.

    The same postings have the same ones everywhere. Left out of the fingerprint are where the work is, what the vendor
    calls the posting and when it appeared; a posting without a description has the fingerprint of its title alone.
    Neither guards against forgery: whoever makes two texts collide deceives the comparison of their own offers.
    """
    text = letters(posting.description_text)
    passages = text.split(b"\n")
    said = b"%b\x1f%b" % (letters(posting.title).replace(b"\n", b""), text.replace(b"\n", b""))
    lengths = list(map(len, passages))
    sketch = TextSketch(
        title=_title(posting),
        language=(posting.language or "")[:2].lower(),
        passages=map(xxh3_64_intdigest, passages),
        lengths=lengths if max(lengths) <= _LONGEST else [min(length, _LONGEST) for length in lengths],
    )
    return Shortened(xxh3_128_hexdigest(said), sketch)


def sketch_of(posting: Posting) -> TextSketch:
    """The sketch of a posting."""
    return shortened(posting).sketch


def cut(text: str) -> list[str]:
    """The passages of *text*, one for each in its sketch; between two of them stood one character, a space or a break.

    >>> cut("We pay well. Really!\\n- SEPA")
    ['We pay well.', 'Really!', '- SEPA']
    """
    text = text.replace(". ", ".\n")
    if "!" in text:  # one character is found much faster than two
        text = text.replace("! ", "!\n")
    return text.split("\n")


def letters(text: str) -> bytes:
    """The letters and digits of a text of any script, in UTF-8, one line a passage: no case, marks or punctuation.

    >>> letters("We pay well. Really!\\n- SEPA")
    b'wepaywell\\nreally\\nsepa'
    """
    # As `cut` cuts, of one byte a character.
    encoded = text.encode("latin-1", "replace").replace(b". ", b".\n")
    if b"!" in encoded:
        encoded = encoded.replace(b"! ", b"!\n")
    plain = encoded.translate(_TABLE, _SIGNS)
    if text.isascii() or not _is_lossy(text, encoded, plain):
        return plain
    return b"\n".join([_spelled_plainly(passage, "") for passage in cut(text)])


def _title(posting: Posting) -> str:
    said = _words(posting.title)
    places = set(_words(" ".join(posting.locations)))
    kept = [word for word in said if word not in places] or said
    return b" ".join(kept)[:_LONGEST].decode("utf-8", "replace")


def _words(text: str) -> list[bytes]:
    encoded = text.encode("latin-1", "replace")
    plain = encoded.translate(_SPACED_TABLE)
    if not text.isascii() and _is_lossy(text, encoded, plain):
        plain = _spelled_plainly(text, " ")
    return plain.split()


def _spelled_plainly(text: str, between: str) -> bytes:
    parts = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(filter(lambda c: not unicodedata.combining(c), parts)).casefold()
    return _NOT_WORD.sub(between, plain).encode("utf-8", "surrogatepass")


# Stands for characters that do not become one ASCII letter: ß, æ, ø, ½ …
_UNUSUAL = b"\x01"


def _latin1_table() -> tuple[bytes, bytes]:
    """What each character up to U+00FF becomes, one letter or digit or `_UNUSUAL`; and those that become nothing."""
    table, signs = bytearray(range(256)), bytearray()
    for code in range(256):
        plain = _spelled_plainly(chr(code), "")
        if plain:
            table[code] = ord(plain if len(plain) == 1 else _UNUSUAL)
        elif code != ord("\n"):
            signs.append(code)
    return bytes(table), bytes(signs)


_TABLE, _SIGNS = _latin1_table()
# The same, with a space for what becomes nothing.
_SPACED_TABLE = bytes(ord(" ") if code in _SIGNS else _TABLE[code] for code in range(256))


def _is_lossy(text: str, encoded: bytes, plain: bytes) -> bool:
    """Whether *plain*, made of *encoded* with one byte a character, is not all that *text* says.

    Characters beyond U+00FF, which the encoder turns into `?`, are no loss where they are boundaries: typographic
    signs.
    """
    if _UNUSUAL in plain:
        return True
    at = encoded.find(b"?")
    while at >= 0:
        if text[at] > "\xff" and not _is_boundary(text[at]):
            return True
        at = encoded.find(b"?", at + 1)
    return False


@lru_cache(maxsize=4096)
def _is_boundary(character: str) -> bool:
    return not unicodedata.combining(character) and not _spelled_plainly(character, "")
