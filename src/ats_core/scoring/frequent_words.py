"""What a text's most frequent words tell of its language, where they leave no doubt: Spanish and English only.

Nearly all texts that are read are in one of the two, and a few words of their own tell it for a fraction of what the
language library takes, and without its model. Whatever is less plain is left to the library.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["plain_language"]

# Frequent words that the other candidates do not have, or not often.
_OWN = {
    "en": frozenset(
        """
        the and of to for you with our your this that from which about have they their these would are we will who what
        """.split()
    ),
    "es": frozenset(
        """
        y los las muy nuestro nuestra nuestros nuestras también hasta donde años según serás tendrás trabajarás
        buscamos ofrecemos somos ser sus cada más siempre antes desde todo alguien quien formación puesto empresa
        """.split()
    ),
}
# What tells against it: frequent words of those that share some of the above.
_AGAINST = {
    "en": frozenset(
        """
        und der das die mit für wir nicht ist het een van voor wij niet zijn och att på som inte ikke til og av af
        na się jest że nie și este il che di per una los las del con y les des et pour os uma els amb
        de la el en que em da ou le un
        """.split()
    ),
    "es": frozenset(
        """
        the and of we our you with the do os ao uma um não você com unha cun els amb és dels per i che di il della
        gli et des pour avec nous vous
        """.split()
    ),
}
#: So many words of its own a text must have at the least, and one of so many words in all: half of what is usual.
FEWEST = 3
ONE_OF = {"en": 9, "es": 14}
#: So many of them outweigh one that tells against it: "La Rioja" does not make a text Spanish.
OUTWEIGHED = 12


def plain_language(words: Sequence[str]) -> str | None:
    """`es` or `en` where the *words* of a text, in lower case, leave no doubt; None where they do."""
    for language, own in _OWN.items():
        found = sum(map(own.__contains__, words))
        if found >= max(FEWEST, len(words) / ONE_OF[language]):
            against = sum(map(_AGAINST[language].__contains__, words))
            return language if against * OUTWEIGHED <= found else None
    return None
