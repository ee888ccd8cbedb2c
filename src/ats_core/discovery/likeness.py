"""Whether two names may mean one company: a board's slug or title, and a company's name or domain."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache
from urllib.parse import unquote

from attrs import frozen

from ats_core.domain.company import Company
from ats_core.domain.identity import normalized_name, registrable_domain

__all__ = ["CompanyNames", "Likeness", "is_named_in", "squeezed"]

# Words that companies add to their names in slugs and domains, or leave out.
_ADDED_BEFORE = tuple("get try use join go the hello we my team meet workat jobsat".split())
_ADDED_AFTER = tuple(
    """
    technologies technology careers solutions software systems global group jobs team labs tech studio studios digital
    iberia espana spain europe emea international inc llc ltd gmbh corp app hq io ai co com eu es uk us usa sl sa
    0 1 2 3 4 5
    """.split()
)
_SHORTEST = 3
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Likeness(IntEnum):
    """How much two names are alike: not at all, one is a part of the other, or the same but for added words."""

    NONE = 0
    PART = 1
    SAME = 2


@frozen
class CompanyNames:
    """What a company is called: its name, and the label of its domain (`acme` of `acme.co.uk`)."""

    names: tuple[tuple[str, ...], ...]
    domain: str | None

    @classmethod
    def of(cls, company: Company) -> CompanyNames:
        """The names of *company*."""
        label = company.domain.split(".")[0] if company.domain else ""
        names = (_words(company.normalized_name), _words(label))
        return cls(names=tuple(dict.fromkeys(n for n in names if n)), domain=company.domain)

    def likeness(self, text: str) -> Likeness:
        """How much *text*, a slug as it stands in a URL or a name, is like one of the company's names."""
        readings = {_words(_CAMEL.sub(" ", form)) for form in (text, unquote(text))}
        return max((_alike(words, name) for words in readings for name in self.names), default=Likeness.NONE)

    def is_own(self, url: str) -> bool:
        """Whether *url* stands on the company's domain, or on another that bears its name."""
        domain = registrable_domain(url)
        if domain is None:
            return False
        return domain == self.domain or self.likeness(domain.split(".")[0]) is Likeness.SAME


def squeezed(text: str) -> str:
    """*text* as a normalised name without its spaces. Not remembered, as names are: whole pages come here."""
    return normalized_name.__wrapped__(text.replace("_", " ")).replace(" ", "")


def is_named_in(slug: str, squeezed: str) -> bool:
    """Whether a text, *squeezed*, has the name that *slug* spells, in one word or in several."""
    names = _bare("".join(_words(unquote(slug))))
    return any(name in squeezed for name in names if len(name) > _SHORTEST + 1)


def _words(text: str) -> tuple[str, ...]:
    return tuple(normalized_name(text.replace("_", " ")).split())


def _alike(one: tuple[str, ...], other: tuple[str, ...]) -> Likeness:
    if not one or not other:
        return Likeness.NONE
    a, b = "".join(one), "".join(other)
    bare_a, bare_b = _bare(a), _bare(b)
    if a in bare_b or b in bare_a:
        return Likeness.SAME
    if not bare_a.isdisjoint(bare_b):
        return Likeness.PART
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < len(longer) and longer[: len(shorter)] == shorter and len("".join(shorter)) >= _SHORTEST:
        return Likeness.PART
    for whole, initials in ((one, b), (other, a)):
        if len(whole) >= _SHORTEST and "".join(word[0] for word in whole) == initials:
            return Likeness.PART
    small, large = sorted((a, b), key=len)
    if len(small) >= 5 and large.startswith(small):
        return Likeness.PART
    return Likeness.NONE


@lru_cache(maxsize=4096)
def _bare(name: str) -> frozenset[str]:
    """The name, and it without added words, as long as enough is left."""
    forms = [name]
    for form in forms:
        shorter = [form.removeprefix(word) for word in _ADDED_BEFORE] + [form.removesuffix(w) for w in _ADDED_AFTER]
        forms += [s for s in dict.fromkeys(shorter) if len(s) >= _SHORTEST and s not in forms]
        if len(forms) > 40:
            break
    return frozenset(forms)
