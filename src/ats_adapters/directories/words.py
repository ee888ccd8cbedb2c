"""Names of columns and labels in the one form that they are compared in."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["key_of", "words_of"]

_NOT_WORD = re.compile(r"[^0-9a-z]+")


@lru_cache(maxsize=4096)
def key_of(text: str) -> str:
    """*text* in comparable form: no case, accents, nor punctuation.

    >>> key_of(" Página_Web ")
    'pagina web'
    """
    folded = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in folded if not unicodedata.combining(c))
    return " ".join(_NOT_WORD.sub(" ", plain).split())


def words_of(text: str) -> tuple[str, ...]:
    """The comparable forms of what commas and ends of lines part, in order, empty ones left out."""
    return tuple(key for line in text.splitlines() for part in line.split(",") if (key := key_of(part)))
