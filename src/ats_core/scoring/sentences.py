"""Where a sentence ends, and where a text is an address: the two things that a match must be seen in."""

from __future__ import annotations

import re

__all__ = ["ends_sentence", "in_address"]

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
#: The longest stretch without a space that is looked at on either side of a match, in characters.
_STRETCH = 2000


def ends_sentence(text: str, start: int, end: int) -> bool:
    """Whether a sentence ends in `text[start:end]`: punctuation, or a line break."""
    return _END.search(text, start, end) is not None


def in_address(text: str, start: int, end: int) -> bool:
    """Whether `text[start:end]` touches a URL, an e-mail address or a bare host name."""
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
    return any(found.start() + left < end and found.end() + left > start for found in _ADDRESS.finditer(stretch))
