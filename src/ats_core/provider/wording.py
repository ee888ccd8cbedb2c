"""Words, English and Spanish, in which vendors say in free text what has no field of its own."""

from __future__ import annotations

import re
import unicodedata

from ats_core.domain.offer import Workplace

__all__ = ["folded", "pay_interval", "workplace_in"]

_HYBRID = re.compile(r"\b(?:hybrid|hibrid[oa])\b")
_ON_SITE = re.compile(r"\b(?:on[- ]?site|in[- ]office|presencial)\b")
_REMOTE = re.compile(r"(?<!no )(?<!not )(?<!non )(?<!non-)\b(?:remote|remot[oa]|teletrabajo|wfh|work from home)\b")
_INTERVALS = (
    ("year", re.compile(r"\b(?:year(?:ly)?|annual(?:ly)?|annum|anual(?:es)?|ano)\b")),
    ("month", re.compile(r"\b(?:month(?:ly)?|mensual(?:es)?|mes)\b")),
    ("week", re.compile(r"\b(?:week(?:ly)?|semanal(?:es)?|semana)\b")),
    ("day", re.compile(r"\b(?:day|daily|diari[oa]|dia)\b")),
    ("hour", re.compile(r"\b(?:hour(?:ly)?|hora)\b")),
)


def folded(text: str) -> str:
    """*text* without case and accents, for comparing words."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def workplace_in(text: str) -> Workplace | None:
    """The workplace that *text* names in so many words, or None where it names none or contradicts itself.

    "Hybrid" wins over the kinds that it is a mixture of.
    """
    words = folded(text)
    if _HYBRID.search(words):
        return Workplace.HYBRID
    on_site, remote = bool(_ON_SITE.search(words)), bool(_REMOTE.search(words))
    if on_site == remote:
        return None
    return Workplace.REMOTE if remote else Workplace.ON_SITE


def pay_interval(text: str) -> str | None:
    """The one interval (`year`, `month`, `week`, `day`, `hour`) that *text* names, or None."""
    words = folded(text)
    named = [interval for interval, pattern in _INTERVALS if pattern.search(words)]
    return named[0] if len(named) == 1 else None
