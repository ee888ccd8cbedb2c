"""How a keyword is spelled: optional endings, its tokens, and what may stand between them in a text.

`pago(s) internacional(es)` stands for its four forms. Between two tokens of a phrase a text may have whitespace (one
line break at most), one hyphen, or the very sign that the spelling has there (`import/export`). Signs at its ends
(`C++`, `.NET`) must be there too.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise, product

from attrs import frozen

from ats_core.scoring.text import Folded, fold

__all__ = ["Spelling", "forms_of", "is_gap", "variants", "ways_of", "written"]

#: More forms than this come from a slip, not from a meaning.
MOST_VARIANTS = 32

_ENDING = re.compile(r"\(([^\W\d_]{1,4})\)")
# Zero-width characters count as whitespace here.
_GAP = re.compile(r"(?:[^\S\n]|[\u200b-\u200d\u2060\ufeff])*(?:\n(?:[^\S\n]|[\u200b-\u200d\u2060\ufeff])*)?")
_UMLAUT = re.compile("[äöüÄÖÜ]")
_WITHOUT_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_HYPHENS = frozenset("-\u2010\u2011\u2012\u2013")
# Accents that are typed for an apostrophe count as one: d´exportació.
_QUOTES = str.maketrans("\u2018\u2019\u02bc\u00b4`\u2032\u201c\u201d", "''''''\"\"")


def variants(spelling: str) -> tuple[str, ...]:
    """Every form of a spelling with optional endings, the one with all endings first; raises `ValueError`."""
    parts = _ENDING.split(spelling)
    endings = parts[1::2]
    if 2 ** len(endings) > MOST_VARIANTS:
        raise ValueError(f"{spelling!r} has {2 ** len(endings)} forms; {MOST_VARIANTS} at most")
    forms = []
    for chosen in product((True, False), repeat=len(endings)):
        words = (ending if keep else "" for ending, keep in zip(endings, chosen, strict=True))
        forms.append("".join(text + word for text, word in zip(parts[::2], (*words, ""), strict=True)))
    return tuple(dict.fromkeys(forms))


def written(form: str) -> tuple[str, ...]:
    """The ways in which a form is written: itself, and with ä, ö, ü as German has them where there are no umlauts."""
    composed = unicodedata.normalize("NFC", form)
    return tuple(dict.fromkeys((form, composed.translate(_WITHOUT_UMLAUTS)))) if _UMLAUT.search(composed) else (form,)


def is_gap(between: str, literal: str) -> bool:
    """Whether *between* may stand between two tokens of a phrase that is spelled with *literal* there."""
    return (
        between == " "
        or between in _HYPHENS
        or (_GAP.fullmatch(between) is not None and between != "")
        or (between.translate(_QUOTES) == literal)
    )


@frozen
class Spelling:
    """One form of a keyword, taken apart: folded *tokens*, the signs between them (*gaps*), before and after."""

    shown: str
    tokens: tuple[bytes, ...]
    words: tuple[str, ...]
    gaps: tuple[str, ...]
    before: str
    after: str
    #: How many characters it has where one sign stands in each gap.
    width: int
    #: Whether it is nothing but its tokens and gaps: no signs at its ends, and no letter that a sign behind could make
    #: another thing of (`C`, `C++`).
    is_bare: bool

    @classmethod
    def of(cls, shown: str) -> Spelling:
        """Take a form apart; raises `ValueError` where nothing of it could ever be found."""
        folded = fold(shown)
        tokens = tuple(folded.hay.split())
        if not tokens:
            raise ValueError(f"{shown!r} has no Latin letter or digit to look for")
        spans = []
        at = 0
        for token in tokens:
            at = folded.hay.index(b" %b " % token, at)
            spans += folded.spans(at, (token,))
            at += len(token)
        gaps = tuple(shown[a[1] : b[0]].translate(_QUOTES) for a, b in pairwise(spans))
        for gap in gaps:
            if not is_gap(gap, "") and any(c.isspace() for c in gap):
                raise ValueError(
                    f"{shown!r} has a sign with a space beside it, which is never found; write the sign alone"
                )
        before, after = shown[: spans[0][0]].strip(), shown[spans[-1][1] :].strip()
        return cls(
            shown=shown,
            tokens=tokens,
            words=tuple(shown[start:end] for start, end in spans),
            gaps=gaps,
            before=before,
            after=after,
            width=sum(map(len, tokens)) + len(gaps),
            is_bare=not before and not after and len(tokens[-1]) > 1,
        )

    @property
    def pattern(self) -> bytes:
        """What is looked for in folded text: the tokens, a space round each."""
        return b" %b " % b" ".join(self.tokens)

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for two spellings that no text could tell apart."""
        signs = tuple("" if is_gap(gap, "") else gap for gap in self.gaps)
        return (self.tokens, signs, self.before, self.after)

    def span(self, folded: Folded, start: int, as_written: bool) -> tuple[int, int] | None:
        """Where in the text it stands, of which the tokens were found at *start* in the folded text.

        None where something else stands there: other signs, or, *as_written*, other capitals.
        """
        text = folded.text
        if folded.is_direct and self.is_bare:
            end = start + self.width
            if not self.gaps or text.count(" ", start, end) == len(self.gaps):
                return None if as_written and not self.capitals_stand(text[start:end].split(" ")) else (start, end)
        spans = folded.spans(start, self.tokens)
        if not self.stands(text, spans):
            return None
        if as_written and not self.capitals_stand([text[begin:end] for begin, end in spans]):
            return None
        return spans[0][0], spans[-1][1]

    def stands(self, text: str, spans: list[tuple[int, int]]) -> bool:
        """Whether the tokens, found in *text* at *spans*, are this spelling: signs between and at both ends."""
        for (_, left), (right, _), literal in zip(spans, spans[1:], self.gaps, strict=False):
            if not is_gap(text[left:right], literal):
                return False
        if self.before and not text.endswith(self.before, 0, spans[0][0]):
            return False
        end = spans[-1][1]
        if self.after:
            return text.startswith(self.after, end)
        return len(self.tokens[-1]) > 1 or not text.startswith(("#", "++"), end)

    def capitals_stand(self, words: list[str]) -> bool:
        """Whether every word that the spelling has with capitals has these in a text's *words*, or only capitals."""
        for own, word in zip(self.words, words, strict=True):
            if word != own and own != own.lower() and word != own.upper():
                return False
        return True


# A catalog names the same words again and again, in its keywords and in what these need: each is taken apart once.
@lru_cache(maxsize=16384)
def forms_of(spelling: str) -> tuple[Spelling, ...]:
    """All forms of a spelling, taken apart; raises `ValueError` where nothing of it could ever be found."""
    return tuple(Spelling.of(form) for form in variants(spelling))


@lru_cache(maxsize=16384)
def ways_of(spelling: str) -> tuple[Spelling, ...]:
    """All forms of a spelling in all ways in which they are written; raises as `forms_of`."""
    return tuple(Spelling.of(way) for form in variants(spelling) for way in written(form))
