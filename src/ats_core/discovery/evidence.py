"""What pages show of a vendor's boards: each sign with where it was seen and what it is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import IntEnum, StrEnum

from attrs import frozen

from ats_core.discovery.careers import is_careers_text
from ats_core.discovery.likeness import CompanyNames
from ats_core.discovery.mentions import Mentions
from ats_core.discovery.page import PageContent, Reference, ReferenceKind
from ats_core.discovery.structured_data import DescribedPosting, Whose, described_postings
from ats_core.domain.board import Board, BoardLink, LinkKind

__all__ = [
    "Evidence",
    "EvidenceKind",
    "PageRole",
    "Recognise",
    "SeenPage",
    "Strength",
    "guessed",
    "marked",
    "on_page",
    "on_the_way",
    "worth",
]

# So many boards of a page are looked at.
_MAX_BOARDS = 200

#: Which boards a URL belongs to, asked of every vendor.
Recognise = Callable[[str], Iterable[BoardLink]]


class EvidenceKind(StrEnum):
    """How a board was shown.

    `WEBSITE` and `LIST`: a list gave it, as the website or as the careers link. `MARK`: by another sign of its vendor
    than a URL. `JSON_LD`: in a description of a posting. `PARAMETER` and `GUESS`: not at all, a slug was guessed, for a
    vendor that a page shows and for any.
    """

    WEBSITE = "website"
    LIST = "list"
    MARK = "mark"
    JSON_LD = "json_ld"
    PARAMETER = "parameter"
    GUESS = "guess"
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

    `GUESSED`: no page shows the board. `HINTED`: neither, but one shows its vendor. `PASSING`: a mention, as of a
    posting in a blog. `HINT`: shown where jobs are shown, but perhaps somebody else's. `LINKED`: the site's own way to
    its jobs. `STRONG`: the board is a part of the site, or the site leads there.
    """

    GUESSED = -1
    HINTED = 0
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
    """One sign of a board. *in_context*: it stands where the site shows its jobs.

    *is_anothers*: what stands there says that another company's jobs are meant. *posting_ids* are postings that the
    site shows of a vendor one of whose boards was guessed.
    """

    link: BoardLink
    kind: EvidenceKind
    page: SeenPage
    in_context: bool
    is_anothers: bool = False
    posting_ids: frozenset[str] = frozenset()

    @property
    def strength(self) -> Strength:
        """What this sign is worth by itself."""
        if self.kind is EvidenceKind.WEBSITE:
            return Strength.STRONG
        if self.kind in _GUESSED:
            return _GUESSED[self.kind]
        if self.kind in _EMBEDDED:
            return Strength.STRONG if self.page.is_own and self.page.role is not PageRole.OTHER else Strength.HINT
        is_posting = self.link.kind is LinkKind.POSTING and self.kind not in _OF_ITS_OWN
        if self.is_anothers:
            return Strength.HINT if self.in_context and not is_posting else Strength.PASSING
        if self.in_context:
            return Strength.LINKED if self.page.is_own and not is_posting else Strength.HINT
        is_machinery = self.kind is EvidenceKind.TEXT and self.link.kind in (LinkKind.API, LinkKind.EMBED)
        return Strength.HINT if is_machinery and self.page.is_own else Strength.PASSING


_EMBEDDED = (
    EvidenceKind.REDIRECT,
    EvidenceKind.REFRESH,
    EvidenceKind.IFRAME,
    EvidenceKind.SCRIPT,
    EvidenceKind.MARK,
)
# A form, or a description that names the company, for one posting is as good as for the board.
_OF_ITS_OWN = (EvidenceKind.FORM, EvidenceKind.JSON_LD)
_GUESSED = {EvidenceKind.GUESS: Strength.GUESSED, EvidenceKind.PARAMETER: Strength.HINTED}


def on_page(
    page: SeenPage,
    content: PageContent,
    recognise: Recognise,
    *,
    names: CompanyNames | None = None,
    seen_before: frozenset[str] = frozenset(),
) -> tuple[Evidence, ...]:
    """The signs that a page's content shows to a company of these *names*.

    *seen_before* are URLs that stand on pages of another role too: they belong to the site's frame, and standing on a
    careers page says nothing more of them.
    """
    described = described_postings(content.markup) if names is not None else ()
    ours, anothers = (_boards(described, whose, names, recognise) for whose in (Whose.OURS, Whose.ANOTHERS))
    mentions = Mentions(content.markup)
    signs = [
        Evidence(
            link=link,
            kind=EvidenceKind(reference.kind.value),
            page=page,
            in_context=_is_careers_link(reference, names)
            or (page.role is PageRole.CAREERS and reference.url not in seen_before),
            is_anothers=link.board not in ours and (link.board in anothers or _names_another(link, mentions, names)),
        )
        for reference, link in _shown(content, recognise)
    ]
    signs += [Evidence(link=link, kind=EvidenceKind.JSON_LD, page=page, in_context=True) for link in ours.values()]
    return tuple(signs)


def _shown(content: PageContent, recognise: Recognise) -> Iterator[tuple[Reference, BoardLink]]:
    """The links of so many boards; whatever shows more is a directory of jobs, and what it shows last is anybody's."""
    boards: set[Board] = set()
    for reference in content.references:
        for link in recognise(reference.url):
            if link.board in boards or len(boards) < _MAX_BOARDS:
                boards.add(link.board)
                yield reference, link


def marked(page: SeenPage, board: Board) -> Evidence:
    """That a page names a board by a sign of its vendor that is no URL."""
    link = BoardLink(board, page.url, LinkKind.EMBED)
    return Evidence(link=link, kind=EvidenceKind.MARK, page=page, in_context=True)


def guessed(page: SeenPage, board: Board, posting_ids: frozenset[str], *, is_hinted: bool) -> Evidence:
    """That a board was guessed; *is_hinted*: because *page* shows its vendor, and maybe some of its postings."""
    link = BoardLink(board, page.url, LinkKind.BOARD)
    kind = EvidenceKind.PARAMETER if is_hinted else EvidenceKind.GUESS
    return Evidence(link=link, kind=kind, page=page, in_context=False, posting_ids=posting_ids)


def on_the_way(page: SeenPage, hops: Iterable[str], recognise: Recognise) -> tuple[Evidence, ...]:
    """The boards that the way to a page passed, *hops* being all URLs of it but the one asked for."""
    return tuple(
        Evidence(link=link, kind=EvidenceKind.REDIRECT, page=page, in_context=True)
        for hop in hops
        for link in recognise(hop)
    )


def worth(evidence: Iterable[Evidence]) -> Strength:
    """What all signs of one board are worth together: several postings on own careers pages are a list of jobs.

    So may be those on a front page; only there others' postings stand more often.
    """
    signs = tuple(evidence)
    strongest = max(sign.strength for sign in signs)
    postings = [s for s in signs if s.link.kind is LinkKind.POSTING and s.page.is_own and not s.is_anothers]
    if len({s.link.url for s in postings if s.in_context}) > 1:
        return max(strongest, Strength.LINKED)
    if len({s.link.url for s in postings if s.page.role is PageRole.HOME}) > 1:
        return max(strongest, Strength.HINT)
    return strongest


def _boards(
    described: Iterable[DescribedPosting], whose: Whose, names: CompanyNames | None, recognise: Recognise
) -> dict[Board, BoardLink]:
    """The boards in the descriptions of postings that are *whose*, each with the first URL of it."""
    found: dict[Board, BoardLink] = {}
    for posting in described:
        if names is not None and posting.whose(names) is whose:
            for url in posting.urls:
                for link in recognise(url):
                    found.setdefault(link.board, link)
    return found


def _is_careers_link(reference: Reference, names: CompanyNames | None) -> bool:
    called = names.names if names is not None else ()
    return reference.kind is ReferenceKind.LINK and is_careers_text(reference.text, called)


def _names_another(link: BoardLink, mentions: Mentions, names: CompanyNames | None) -> bool:
    return names is not None and mentions.of_another(link.board.label, names)
