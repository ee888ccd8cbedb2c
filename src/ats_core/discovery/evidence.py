"""What pages show of a vendor's boards: each sign with where it was seen and what it is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import IntEnum, StrEnum

from attrs import frozen

from ats_core.discovery.careers import is_careers_text
from ats_core.discovery.page import PageContent, ReferenceKind
from ats_core.domain.board import BoardLink, LinkKind

__all__ = [
    "Evidence",
    "EvidenceKind",
    "PageRole",
    "Recognise",
    "SeenPage",
    "Strength",
    "on_page",
    "on_the_way",
    "worth",
]

#: Which boards a URL belongs to, asked of every vendor.
Recognise = Callable[[str], Iterable[BoardLink]]


class EvidenceKind(StrEnum):
    """How a board was shown."""

    WEBSITE = "website"
    REDIRECT = "redirect"
    REFRESH = "refresh"
    IFRAME = "iframe"
    SCRIPT = "script"
    FORM = "form"
    LINK = "link"
    TEXT = "text"


class PageRole(StrEnum):
    """What a page of a company's site is there for."""

    HOME = "home"
    CAREERS = "careers"
    OTHER = "other"


class Strength(IntEnum):
    """What signs are worth before anybody is asked.

    `PASSING`: a mention, as of a posting in a blog. `HINT`: shown where jobs are shown, but perhaps somebody else's.
    `LINKED`: the site's own way to its jobs. `STRONG`: the board is a part of the site, or the site leads there.
    """

    PASSING = 1
    HINT = 2
    LINKED = 3
    STRONG = 4


@frozen(kw_only=True)
class SeenPage:
    """Where a page stands: *url* as asked, its *role*, and whether it is the company's own (*is_own*)."""

    url: str
    role: PageRole
    is_own: bool


@frozen(kw_only=True)
class Evidence:
    """One sign of a board. *in_context*: it stands where the site shows its jobs."""

    link: BoardLink
    kind: EvidenceKind
    page: SeenPage
    in_context: bool

    @property
    def strength(self) -> Strength:
        """What this sign is worth by itself."""
        if self.kind is EvidenceKind.WEBSITE:
            return Strength.STRONG
        if self.kind in _EMBEDDED:
            return Strength.STRONG if self.page.is_own and self.page.role is not PageRole.OTHER else Strength.HINT
        is_posting = self.link.kind is LinkKind.POSTING and self.kind is not EvidenceKind.FORM
        if self.in_context:
            return Strength.LINKED if self.page.is_own and not is_posting else Strength.HINT
        is_machinery = self.kind is EvidenceKind.TEXT and self.link.kind in (LinkKind.API, LinkKind.EMBED)
        return Strength.HINT if is_machinery and self.page.is_own else Strength.PASSING


_EMBEDDED = (EvidenceKind.REDIRECT, EvidenceKind.REFRESH, EvidenceKind.IFRAME, EvidenceKind.SCRIPT)


def on_page(
    page: SeenPage, content: PageContent, recognise: Recognise, *, seen_before: frozenset[str] = frozenset()
) -> tuple[Evidence, ...]:
    """The signs that a page's content shows.

    *seen_before* are URLs that stand on pages of another role too: they belong to the site's frame, and standing on a
    careers page says nothing more of them.
    """
    return tuple(
        Evidence(
            link=link,
            kind=EvidenceKind(reference.kind.value),
            page=page,
            in_context=_is_careers_link(reference.kind, reference.text)
            or (page.role is PageRole.CAREERS and reference.url not in seen_before),
        )
        for reference in content.references
        for link in recognise(reference.url)
    )


def on_the_way(page: SeenPage, hops: Iterable[str], recognise: Recognise) -> tuple[Evidence, ...]:
    """The boards that the way to a page passed, *hops* being all URLs of it but the one asked for."""
    return tuple(
        Evidence(link=link, kind=EvidenceKind.REDIRECT, page=page, in_context=True)
        for hop in hops
        for link in recognise(hop)
    )


def worth(evidence: Iterable[Evidence]) -> Strength:
    """What all signs of one board are worth together: several postings on own careers pages are a list of jobs."""
    signs = tuple(evidence)
    strongest = max(sign.strength for sign in signs)
    postings = {s.link.url for s in signs if s.in_context and s.page.is_own and s.link.kind is LinkKind.POSTING}
    return max(strongest, Strength.LINKED) if len(postings) > 1 else strongest


def _is_careers_link(kind: ReferenceKind, text: str) -> bool:
    return kind is ReferenceKind.LINK and is_careers_text(text)
