"""Where a sentence ends, and where a text is an address: the two things that a match must be seen in."""

from __future__ import annotations

import re

__all__ = ["cheap_bounds", "ends_sentence", "in_address"]

# A line break, or a sign that ends a sentence, before a space or the end; not the dots of "e.g.", "i.e." and "p. ej.".
# It begins with all these signs, so that the search skips what lies between them.
_END = re.compile(
    r"[.!?;…\n\r\u2028\u2029]"
    r"(?:(?<![.!?;…])|(?<!\be\.g.)(?<!\bi\.e.)(?<!\bp\.ej.)(?<!\bp\. ej.)(?=[\s\"')\]»”]|$))",
    re.IGNORECASE,
)

# Web addresses, e-mail addresses and bare hosts. Each can begin only at a boundary, which keeps the search linear.
# Bare hosts need a lower-case ending that is common, or the slip "divisas.Gestionar" were one; or three labels, all in
# lower case.
_ADDRESS = re.compile(
    r"(?<![\w+.-])[A-Za-z][A-Za-z0-9+.-]*://\S+"
    r"|(?<![\w.-])(?:mailto:|www\.)\S+"
    r"|(?<![^\s@<>()\[\],;:])[^\s@<>()\[\],;:]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\w.-])(?:[\w-]+\.)+(?:com|net|org|io|es|eu|co|ai|dev|app|cat|pt|fr|de|uk|us|mx|info|biz|tech|cloud|shop|store)"
    r"\b(?:[/:?#]\S*)?"
    r"|(?<![\w.-])(?:[a-z0-9][a-z0-9-]+\.){2,}[a-z]{2,}\b(?:[/:?#]\S*)?"
)
# What shows at once that no address goes on behind a word: most words are so decided.
_PLAINLY_BEHIND = frozenset(" \n\t,;()")
_STOPS = frozenset((".", ". ", ".\n", ": ", ":\n", "/ "))
_NO_NAME = re.compile(r"[/:@]|^www\.", re.IGNORECASE)
#: The longest stretch without a space that is looked at on either side of a match, in characters.
_STRETCH = 2000


# Full stops that end no sentence.
_NO_STOPS = ("e.g.", "i.e.", "p.ej.", "p. ej.", "E.g.", "I.e.", "P.ej.", "P. ej.")
_NO_STOPS_END = "gej"


def cheap_bounds(text: str, start: int, end: int, most: int) -> tuple[int, int]:
    """The places before and behind the sentence of `text[start:end]`, as far as line breaks and full stops tell them.

    They are at most so many characters away; -1 is the place before the text.
    """
    earliest = start - most if start > most else 0
    first = text.rfind(". ", earliest, start)
    while first >= 0 and text[first - 1] in _NO_STOPS_END and text.endswith(_NO_STOPS, 0, first + 1):
        first = text.rfind(". ", earliest, first)
    line = text.rfind("\n", first + 1 or earliest, start)
    if line >= 0:
        first = line
    elif first < 0:
        first = earliest - 1
    last = text.find(". ", end, end + most)
    while last >= 0 and text[last - 1] in _NO_STOPS_END and text.endswith(_NO_STOPS, 0, last + 1):
        last = text.find(". ", last + 1, end + most)
    if last < 0:
        last = end + most
    line = text.find("\n", end, last)
    return first, last if line < 0 else line


def ends_sentence(text: str, start: int, end: int) -> bool:
    """Whether a sentence ends in `text[start:end]`: punctuation, or a line break."""
    return _END.search(text, start, end) is not None


def _is_name(address: str) -> bool:
    """Whether a whole address is the name of a business, as prose has it: `Amazon.de`, `Amazon.co.uk`."""
    return not _NO_NAME.search(address) and (address.count(".") == 1 or address[0].isupper())


def in_address(text: str, start: int, end: int) -> bool:
    """Whether `text[start:end]` touches a URL, an e-mail address or a bare host name.

    It may be the whole of a host that is a name in prose: `Amazon.de`.
    """
    if (start == 0 or text[start - 1].isspace()) and (
        end == len(text) or text[end] in _PLAINLY_BEHIND or text[end : end + 2] in _STOPS
    ):
        stretch = text[start:end]
        if "." not in stretch and ":" not in stretch:
            return False
    earliest = max(0, start - _STRETCH)
    left = max(text.rfind(" ", earliest, start), text.rfind("\n", earliest, start), earliest - 1) + 1
    right = text.find(" ", end, end + _STRETCH)
    stretch = text[left : right if right >= 0 else end + _STRETCH]
    if "." not in stretch and "://" not in stretch and "mailto:" not in stretch:
        return False
    for found in _ADDRESS.finditer(stretch):
        first, last = found.start() + left, found.end() + left
        if first < end and last > start and not (start <= first and last <= end and _is_name(found[0])):
            return True
    return False
