"""Boards that no page names: how a company's slug may be spelt, and when the vendor's answer proves a guess.

What a guess is called says nothing of whose it is: we gave it the name. So the vendor must have said it.
"""

from __future__ import annotations

import re
from enum import IntEnum

from ats_core.discovery.likeness import CompanyNames, Likeness
from ats_core.domain.board import BoardProbe
from ats_core.domain.identity import normalized_name, registrable_domain

__all__ = ["Vouched", "is_distinctive", "spellings", "vouched"]

_SHORTEST = 3
_MAX_SPELLINGS = 4
# A name that many companies may have: of one word, or too short.
_DISTINCTIVE_WORDS = 2
_DISTINCTIVE_LENGTH = 9
_SLUG = re.compile(r"[a-z0-9-]+")


class Vouched(IntEnum):
    """What a vendor says of a board that nobody showed: nothing or somebody else's; a name that many may have; ours."""

    NO = 0
    NAMED = 1
    DISTINCTLY_NAMED = 2
    PROVED = 3


def spellings(names: CompanyNames) -> tuple[str, ...]:
    """How the slug of a company may be spelt: as its domain, then as its name, in one word and with hyphens."""
    label = names.domain.split(".")[0] if names.domain else ""
    forms = [label, label.replace("-", "")]
    for words in names.names:
        forms += ["".join(words), "-".join(words)]
    usable = (form for form in dict.fromkeys(forms) if len(form) >= _SHORTEST and _SLUG.fullmatch(form))
    return tuple(usable)[:_MAX_SPELLINGS]


def is_distinctive(name: str) -> bool:
    """Whether a name, normalised, is hardly another company's: two words or more, and long enough."""
    words = name.split()
    return len(words) >= _DISTINCTIVE_WORDS and len("".join(words)) >= _DISTINCTIVE_LENGTH


def vouched(probe: BoardProbe, names: CompanyNames, *, shows_postings: bool) -> Vouched:
    """What the vendor's answer proves of a guess.

    *shows_postings*: the vendor was asked for postings that the site shows; a board that has none of them is another.
    """
    if probe.posting_ids:
        return Vouched.PROVED
    domain = registrable_domain(probe.company_url) if probe.company_url else None
    if domain is not None and domain == names.domain:
        return Vouched.PROVED
    says = normalized_name(probe.company_name) if probe.company_name else ""
    is_others = domain is not None and names.likeness(domain.split(".")[0]) is not Likeness.SAME
    if shows_postings or is_others or not says or names.likeness(says) is not Likeness.SAME:
        return Vouched.NO
    return Vouched.DISTINCTLY_NAMED if is_distinctive(says) else Vouched.NAMED
