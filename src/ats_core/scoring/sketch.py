"""What an offer says, as short as can be compared: the words of its title, and its text's passages as hashes.

A passage is a line, or a sentence of one: a line is cut after each full stop or exclamation mark that a space
follows. Two passages are the same when they have the same words in the same order; case, diacritics and punctuation
do not matter. All work on the whole text is done by C-level operations.
"""

from __future__ import annotations

import hashlib
import re
import struct
import unicodedata
from array import array
from collections.abc import Iterable
from functools import lru_cache

from attrs import field, frozen

from ats_core.domain.offer import Posting

__all__ = ["TextSketch", "cut", "sketch_of", "words"]

_NOT_WORD = re.compile(r"[\W_]+")
# How `TextSketch.to_bytes` writes; a sketch in another form is unknown, and made again from the text.
_FORM = 1
_HEAD = struct.Struct("<BHBI")
_LONGEST = 0xFFFF


def _hashes(values: Iterable[int]) -> array[int]:
    return array("Q", values)


def _lengths(values: Iterable[int]) -> array[int]:
    return array("H", values)


@frozen(kw_only=True)
class TextSketch:
    """The sketch of a posting.

    *title*: its words without those of the posting's own places. *language*: as the posting states it, at most two
    letters, or empty. *passages* and *lengths*: of each passage of the description, in order and empty ones included,
    the hash of its words (64 bits) and how many characters those take (at most 65535). Both in arrays: a large
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
        return head + title + language + struct.pack(f"<{count}Q{count}H", *self.passages, *self.lengths)

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
                passages=struct.unpack_from(f"<{count}Q", stored, begin),
                lengths=struct.unpack_from(f"<{count}H", stored, begin + 8 * count),
            )
        except (struct.error, UnicodeDecodeError):
            return None


def sketch_of(posting: Posting) -> TextSketch:
    """The sketch of a posting; the same postings have the same sketch everywhere."""
    passages = _passages(posting.description_text)
    digests = b"".join([hashlib.blake2b(passage, digest_size=8).digest() for passage in passages])
    return TextSketch(
        title=_title(posting),
        language=(posting.language or "")[:2].lower(),
        passages=struct.unpack(f"<{len(passages)}Q", digests),
        lengths=[min(length, _LONGEST) for length in map(len, passages)],
    )


def cut(text: str) -> list[str]:
    """The passages of *text*, one for each in its sketch; between two of them stood one character, a space or a break.

    >>> cut("We pay well. Really!\\n- SEPA")
    ['We pay well.', 'Really!', '- SEPA']
    """
    text = text.replace(". ", ".\n")
    if "!" in text:  # one character is found much faster than two
        text = text.replace("! ", "!\n")
    return text.split("\n")


def words(text: str) -> bytes:
    """The words of a text of any script, in UTF-8, a space between two: no case, marks, punctuation or layout."""
    encoded = _encoded(text)
    return _spelled_plainly(text) if encoded is None else b" ".join(encoded.translate(_TABLE).split())


def _title(posting: Posting) -> str:
    said = words(posting.title).split()
    places = set(words(" ".join(posting.locations)).split())
    kept = [word for word in said if word not in places] or said
    return b" ".join(kept)[:_LONGEST].decode("utf-8", "replace")


def _spelled_plainly(text: str) -> bytes:
    parts = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(filter(lambda c: not unicodedata.combining(c), parts)).casefold()
    return _NOT_WORD.sub(" ", plain).strip().encode("utf-8", "surrogatepass")


def _latin1_table() -> bytes:
    """What each character up to U+00FF becomes: one letter or digit, a space, or `_UNUSUAL`; a line break stays."""
    table = bytearray()
    for code in range(256):
        plain = _spelled_plainly(chr(code))
        table.append(ord(plain or " ") if len(plain) < 2 else ord(_UNUSUAL))
    table[ord("\n")] = ord("\n")
    return bytes(table)


# Stands for characters that do not become one ASCII letter: ß, æ, ø, ½ …
_UNUSUAL = b"\x01"
_TABLE = _latin1_table()


def _passages(text: str) -> list[bytes]:
    """The words of each passage."""
    encoded = _encoded(text)
    if encoded is None:
        return [_spelled_plainly(passage) for passage in cut(text)]
    folded = encoded.replace(b". ", b".\n").replace(b"! ", b"!\n").translate(_TABLE)
    return [b" ".join(passage.split()) for passage in folded.split(b"\n")]


def _encoded(text: str) -> bytes | None:
    """The text with one byte a character, where all its words can be told from them; typographic signs are `?`."""
    encoded = text.encode("latin-1", "replace")
    if text.isascii():
        return encoded
    if _UNUSUAL in encoded.translate(_TABLE) or _has_further_words(text, encoded):
        return None
    return encoded


def _has_further_words(text: str, encoded: bytes) -> bool:
    """Whether one of the characters beyond U+00FF, which the encoder turned into `?`, is more than a boundary."""
    at = encoded.find(b"?")
    while at >= 0:
        if text[at] > "\xff" and not _is_boundary(text[at]):
            return True
        at = encoded.find(b"?", at + 1)
    return False


@lru_cache(maxsize=4096)
def _is_boundary(character: str) -> bool:
    return not unicodedata.combining(character) and not _spelled_plainly(character)
