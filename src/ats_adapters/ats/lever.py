"""Lever, read through its public Postings API (`api.lever.co/v0/postings/{site}`), in the US and in the EU.

What is documented: https://github.com/lever/postings-api. The mapping of a posting is in `lever_posting`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Generator, Iterable, Sequence
from typing import TypeVar
from urllib.parse import quote

from attrs import evolve

from ats_adapters.ats.lever_pages import Cursor, PageRead, PagesRead
from ats_adapters.ats.lever_posting import read_posting
from ats_adapters.ats.lever_signs import HostedBoard, read_signs
from ats_core import hookimpl
from ats_core.domain.board import Board, BoardLink, BoardProbe, LinkKind, ProviderName
from ats_core.domain.checkpoint import PostingSizes, Validators
from ats_core.domain.offer import Posting
from ats_core.domain.signs import ShownPage, VendorSign
from ats_core.errors import FailureKind, ProviderError
from ats_core.provider.board_url import split_board_url
from ats_core.provider.messages import BoardView, Exchange, OfferPage, RateLimit, Reply, Request, response_of
from ats_core.provider.payload import check_status, json_list, json_value, usable_validators
from ats_core.provider.record import stored_record
from ats_core.provider.records import RecordsRead, identity, ids_sum, read_records

__all__ = ["Lever"]

PAGE = 100

_T = TypeVar("_T")
_Asking = Generator[tuple[Request, ...], tuple[Reply, ...], _T]

_API_HOSTS = {"": "api.lever.co", "eu": "api.eu.lever.co"}
_HOSTED = {"jobs.lever.co": "", "jobs.eu.lever.co": "eu"}
_API = {host: region for region, host in _API_HOSTS.items()}
# Sites may contain upper case, dots and spaces. One that begins with a dot could climb in a path.
_SITE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._ -]{0,98}[A-Za-z0-9._-])?")
_NO_SITES = frozenset({"robots.txt", "favicon.ico", "sitemap.xml", "ads.txt", "static", "assets", "v0", "v1"})
_POSTING_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
# How many pages are asked for at once where nothing but "unchanged" is expected.
_ASKED_AT_ONCE = 4
# A vendor that gives fewer postings than are asked for gives a round number.
_ROUND = 10


class Lever:
    """Lever's `AtsProvider`. Regions: `""` (US) and `eu`. A board's slug is its site, in the spelling that is used.

    A sweep asks for pages of *page_size*. Each page after the first begins with the last record of the one before:
    were it not there, postings came or went before it. The last page also asks whether the earlier pages still hold
    the same ids (conditionally: with ETags that costs next to nothing), because changes that outweigh each other, and
    changes while a sweep lay open between two runs, leave that one record where it was. In both cases the page says
    `board_moved`.

    A page shorter than was asked for is the last, unless it was cut short: where that would cost postings, Lever is
    asked whether anything stands behind it. The ETags of all pages are kept, and ask the next sweep's pages whether
    the board is as it was.
    """

    name = ProviderName("lever")
    #: Lever documents no limit for reading. This is a guess on the polite side; it reads some 10 000 small boards in
    #: half an hour.
    limit = RateLimit(requests_per_second=5.0, burst=5, concurrency=4)

    def __init__(self, page_size: int = PAGE) -> None:
        """*page_size*: how many postings are asked for at once, 2 or more."""
        self._page_size = page_size

    def recognise(self, url: str) -> BoardLink | None:
        """`jobs[.eu].lever.co/{site}[/{id}[/apply]]`, `api[.eu].lever.co/v0/postings/{site}[/{id}]`."""
        parts = split_board_url(url)
        if parts is None:
            return None
        if parts.host in _HOSTED:
            region, path = _HOSTED[parts.host], parts.segments
            kind = LinkKind.POSTING if len(path) > 1 and _POSTING_ID.fullmatch(path[1]) else LinkKind.BOARD
        elif parts.host in _API and parts.segments[:2] == ("v0", "postings"):
            region, path, kind = _API[parts.host], parts.segments[2:], LinkKind.API
        else:
            return None
        if not path or not _SITE.fullmatch(path[0]) or path[0].lower() in _NO_SITES:
            return None
        return BoardLink(Board(self.name, region, path[0]), url, kind)

    def probe(self, board: Board) -> Exchange[BoardProbe]:
        """Whether the site answers with a list of postings.

        Lever names no company. An empty list comes from live sites without postings and, seen at times, from
        unknown ones: it is told as `exists` with 0 open postings. One posting or more leaves their number open.
        """
        if not _is_site(board):
            return BoardProbe(board=board, exists=False)
        (reply,) = yield (Request(url=f"{_postings_url(board)}?mode=json&limit=1"),)
        try:
            check_status(response := response_of(reply), where=str(board))
        except ProviderError as error:
            if error.kind is FailureKind.NOT_FOUND:
                return BoardProbe(board=board, exists=False)
            raise
        postings = json_list(json_value(response, where=str(board)), "the answer", where=str(board))
        return BoardProbe(board=board, exists=True, open_postings=None if postings else 0)

    def read_signs(self, page: ShownPage) -> Iterable[VendorSign]:
        """`lever-source` and the like, the usual widget, a site's name in a script."""
        return read_signs(self.name, page)

    def guesses(self, spellings: Sequence[str]) -> Iterable[Board]:
        """One board a spelling, in the US; then the likeliest in the EU."""
        sites = [spelling for spelling in spellings if _SITE.fullmatch(spelling)]
        yield from (Board(self.name, "", site) for site in sites)
        yield from (Board(self.name, "eu", site) for site in sites)

    def vouch(self, board: Board, posting_ids: Collection[str]) -> Exchange[BoardProbe]:
        """As `probe`; then the hosted board's name and logo link, and each posting shown, asked for by its id."""
        probe = yield from self.probe(board)
        if not probe.exists:
            return probe
        shown = sorted(posting for posting in posting_ids if _POSTING_ID.fullmatch(posting))
        host = next(host for host, region in _HOSTED.items() if region == board.region)
        page, *postings = yield (
            Request(url=f"https://{host}/{quote(board.slug)}"),
            *(Request(url=f"{_postings_url(board)}/{posting}?mode=json") for posting in shown),
        )
        hosted = HostedBoard(None, None)
        if not isinstance(page, ProviderError) and page.status == 200:
            hosted = HostedBoard.read(page.body.decode("utf-8", "replace"))
        listed = frozenset(
            posting
            for posting, reply in zip(shown, postings, strict=True)
            if not isinstance(reply, ProviderError) and reply.status == 200
        )
        return evolve(probe, company_name=hosted.company_name, company_url=hosted.company_url, posting_ids=listed)

    def read_record(self, raw: bytes) -> Posting:
        """The posting of a stored record. Raises `BadField`."""
        return read_posting(stored_record(raw))

    def read_page(self, board: Board, view: BoardView) -> Exchange[OfferPage]:
        """One page of up to *page_size* postings, all mapped: Lever has no watermark, so the content hash decides."""
        where = str(board)
        at = None if view.cursor is None else Cursor.parse(view.cursor)
        if view.cursor is not None and at is None:
            return OfferPage(board_moved=True)
        asked = Validators() if at else usable_validators(view)
        kept = PagesRead.described_by(asked)
        first = Validators(etag=kept.pages[0].etag) if kept else asked
        (reply,) = yield (self._page_request(board, at.skip if at else 0, first),)
        response = response_of(reply)
        if response.not_modified and first != Validators():
            if kept is None or (yield from self._are_unmodified(board, kept)):
                return OfferPage(not_modified=True, validators=asked)
            (reply,) = yield (self._page_request(board, 0),)
            response = response_of(reply)
        check_status(response, where=where)
        records = json_list(json_value(response, where=where), "the answer", where=where)
        if at and (not records or identity(records[0]) != at.last):
            return OfferPage(board_moved=True)
        new = records[1:] if at else records
        read = read_records(new, read_posting, first=at.skip + 1 if at else 0)
        before = at.read.pages if at else ()
        pages = PagesRead((*before, PageRead(response.validators.etag, len(new), ids_sum(new))))
        next_cursor = None
        if len(records) == self._page_size or (yield from self._is_cut_short(board, view, pages, read)):
            if not new:
                return OfferPage(board_moved=True)
            next_cursor = str(Cursor(pages, identity(records[-1])))
        elif not (yield from self._still_stand(board, before)):
            return OfferPage(board_moved=True)
        return OfferPage(
            postings=read.postings,
            lost_fields=read.lost_fields,
            seen_ids=read.seen_ids,
            rejected=read.rejected,
            next_cursor=next_cursor,
            validators=pages.validators if next_cursor is None else Validators(),
            watermark=max((t for p in read.postings if (t := p.updated_at or p.published_at)), default=None),
            sizes=PostingSizes(full_bytes=len(response.body) // len(records) if records else None),
        )

    def _page_request(
        self, board: Board, skip: int, validators: Validators = Validators(), *, limit: int | None = None
    ) -> Request:
        url = f"{_postings_url(board)}?mode=json&skip={skip}&limit={limit or self._page_size}"
        return Request(url=url, validators=validators)

    def _are_unmodified(self, board: Board, kept: PagesRead) -> _Asking[bool]:
        """Whether the pages behind the first are, as their ETags say, what they were when the last sweep read them."""
        pages = list(zip(kept.skips, kept.pages, strict=False))[1:]
        for start in range(0, len(pages), _ASKED_AT_ONCE):
            replies = yield tuple(
                self._page_request(board, skip, Validators(etag=page.etag))
                for skip, page in pages[start : start + _ASKED_AT_ONCE]
            )
            if not all(response_of(reply).not_modified for reply in replies):
                return False
        return True

    def _is_cut_short(self, board: Board, view: BoardView, pages: PagesRead, read: RecordsRead) -> _Asking[bool]:
        """Whether more stands behind a page that is shorter than was asked for.

        That is asked where it matters: where open offers are missing from the board as it was read (of several pages,
        only this one is at hand here), and where the number of postings is as round as a vendor's limit would be.
        """
        count = sum(page.new for page in pages.pages)
        is_missing = any(offer.is_open and id_ not in read.seen_ids for id_, offer in view.known.items())
        if not is_missing and len(pages.pages) == 1 and (count == 0 or count % _ROUND):
            return False
        (reply,) = yield (self._page_request(board, count, limit=1),)
        response = response_of(reply)
        check_status(response, where=str(board))
        return bool(json_list(json_value(response, where=str(board)), "the answer", where=str(board)))

    def _still_stand(self, board: Board, pages: tuple[PageRead, ...]) -> _Asking[bool]:
        """Whether *pages*, asked for again, hold the same ids as when they were read, in whatever order."""
        moved = 0
        placed = list(zip(PagesRead(pages).skips, pages, strict=False))
        for start in range(0, len(pages), _ASKED_AT_ONCE):
            some = placed[start : start + _ASKED_AT_ONCE]
            replies = yield tuple(
                # As many as there were: of a page that was cut short, more would come.
                self._page_request(board, skip, Validators(etag=page.etag), limit=page.new + (number > 0))
                for number, (skip, page) in enumerate(some, start)
            )
            for number, ((_, page), reply) in enumerate(zip(some, replies, strict=True), start):
                response = response_of(reply)
                if response.not_modified and page.etag:
                    continue
                check_status(response, where=str(board))
                records = json_list(json_value(response, where=str(board)), "the answer", where=str(board))
                moved += ids_sum(records[1:] if number else records) - page.ids
        return moved == 0


@hookimpl
def ats_providers() -> Iterable[Lever]:
    """The vendor of this module."""
    return (Lever(),)


def _is_site(board: Board) -> bool:
    return board.region in _API_HOSTS and _SITE.fullmatch(board.slug) is not None


def _postings_url(board: Board) -> str:
    if not _is_site(board):
        raise ProviderError(
            FailureKind.NOT_FOUND, "no Lever site has such a name or region", where=str(board), hint="correct the board"
        )
    return f"https://{_API_HOSTS[board.region]}/v0/postings/{quote(board.slug, safe='')}"
