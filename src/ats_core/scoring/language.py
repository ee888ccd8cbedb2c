"""Which language an offer is written in: as its vendor says, made plain, or else as its text shows.

The library's model is loaded when the first text is looked at that its frequent words do not settle (half a second,
60 MB), not at import.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from attrs import evolve

from ats_core.domain.offer import Posting
from ats_core.scoring.frequent_words import plain_language

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier  # type: ignore[import-untyped]

__all__ = ["is_language", "language_of", "stated_language", "with_language"]

#: How sure the library must be. From here on it was never wrong in `benchmarks/languages.py`.
SURE = 0.8
#: Texts with fewer letters are too short to tell.
FEWEST_LETTERS = 40
#: How many characters are looked at, in so many stretches: an English paragraph about the company at the beginning or
#: the end does not make a Spanish posting English. The cost grows with the characters.
SAMPLE, LARGER, STRETCHES = 300, 1500, 3

# What postings may be written in; of fewer languages the library tells more surely. `zxx`: no language at all.
_CANDIDATES = (
    "ar bg ca cs da de el en es et eu fi fr gl he hr hu it ja ko lt lv nl no pl pt ro ru sk sl sv tr uk zh zxx".split()
)
_NO_LANGUAGE = "zxx"

# ISO 639-1, whole: what a vendor states is believed only if it is one of these.
_ISO_639_1 = frozenset(
    """
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es
    et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki
    kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no
    nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te
    tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    """.split()
)

# The other ways in which vendors write a language: its English name, its own, its codes of three letters.
_NAMES = {
    name: code
    for code, names in {
        "ca": "catalan català cat valencian valencià",
        "de": "german deutsch deu ger",
        "en": "english eng",
        "es": "spanish español castellano castilian spa",
        "eu": "basque euskara eus baq",
        "fr": "french français fra fre",
        "gl": "galician galego glg",
        "it": "italian italiano ita",
        "nl": "dutch nederlands nld dut",
        "pl": "polish polski pol",
        "pt": "portuguese português por",
    }.items()
    for name in names.split()
}
_CODE = re.compile(r"(?P<language>[a-z]{2})(?:[-_][a-z0-9-_]+)?")
_WORD = re.compile(r"[^\W\d_]+")


def with_language(posting: Posting) -> Posting:
    """The posting with its language: an ISO 639-1 code, or None where neither the vendor nor the text tells.

    To be used after the posting was hashed: the hash is of what the vendor shows.
    """
    stated = stated_language(posting.language) if posting.language else None
    return evolve(posting, language=stated or language_of(posting.title, posting.description_text))


def stated_language(stated: str) -> str | None:
    """The ISO 639-1 code of what a vendor states: `en-US`, `EN`, `eng`, `Spanish`, `Español (España)`; else None."""
    stated = stated.strip().casefold()
    code = _CODE.fullmatch(stated)
    if code and code["language"] in _ISO_639_1:
        return code["language"]
    words = _WORD.findall(stated)
    return _NAMES.get(words[0]) if words else None


def is_language(code: str) -> bool:
    """Whether it is a code of ISO 639-1."""
    return code in _ISO_639_1


def language_of(title: str, description: str) -> str | None:
    """The ISO 639-1 code of the language of a text, or None where it is too short or not clearly of one language.

    The title counts only where there is little description: it is often English where the text is not. Deterministic.
    """
    sample = _sample(description)
    if len(sample) < SAMPLE:
        sample = f"{title}\n{sample}"
    words = _WORD.findall(sample.lower())
    if sum(map(len, words)) < FEWEST_LETTERS:
        return None
    # A text that a few words do not settle is settled by more of them, far cheaper than by the library.
    plain = plain_language(words) or plain_language(_WORD.findall(_sample(description, LARGER).lower()))
    if plain:
        return plain
    language, confidence = _identifier().classify(sample)
    return str(language) if confidence >= SURE and language != _NO_LANGUAGE else None


def _sample(text: str, size: int = SAMPLE) -> str:
    """Stretches of the text from its beginning, middle and end, cut at words; the text itself where it is short."""
    if len(text) <= size:
        return text
    length = size // STRETCHES
    last = len(text) - length
    return "\n".join(_stretch(text, last * number // (STRETCHES - 1), length) for number in range(STRETCHES))


def _stretch(text: str, start: int, length: int) -> str:
    words = text[start : start + length].split()
    return " ".join(words[1:-1] if len(words) > 4 else words)


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_CANDIDATES)
    # One that knows of no other languages: with these the model takes 25 MB more.
    return LanguageIdentifier(
        identifier.nb_ptc,
        identifier.nb_pc,
        identifier.nb_classes,
        identifier.tk_nextmove,
        identifier.tk_output,
        norm_probs=True,
        tk_row=identifier.tk_row,
    )
