"""Lever, read through its public Postings API (`api.lever.co/v0/postings/{site}`), in the US and in the EU.

What is documented: https://github.com/lever/postings-api. The mapping of a posting is in `lever_posting`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Generator, Iterable, Mapping, Sequence
from urllib.parse import quote

import orjson
from attrs import frozen

from ats_adapters.ats.lever_posting import read_posting
from ats_core import hookimpl
from ats_core.domain.board import Board, BoardLink, BoardProbe, LinkKind, ProviderName
from ats_core.domain.checkpoint import Validators
from ats_core.domain.offer import KnownOffer
from ats_core.errors import FailureKind, ProviderError
from ats_core.provider.board_url import split_board_url
from ats_core.provider.messages import Exchange, OfferPage, RateLimit, Reply, Request, response_of
from ats_core.provider.payload import check_status, json_list, json_value, usable_validators
from ats_core.provider.record import BadField, Record, read_records

__all__ = ["Lever"]

PAGE = 100

_API_HOSTS = {"": "api.lever.co", "eu": "api.eu.lever.co"}
_HOSTED = {"jobs.lever.co": "", "jobs.eu.lever.co": "eu"}
_API = {host: region for region, host in _API_HOSTS.items()}
# Sites may contain upper case, dots and spaces. One that begins with a dot could climb in a path.
_SITE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._ -]{0,98}[A-Za-z0-9._-])?")
_NO_SITES = frozenset({"robots.txt", "favicon.ico", "sitemap.xml", "ads.txt", "static", "assets", "v0", "v1"})
_POSTING_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
# How many earlier pages are asked for at once when the end of a sweep checks that they still stand.
_CHECKED_AT_ONCE = 4


@frozen
class _PageRead:
    """A page that the sweep has passed: its ETag, and the sum of its ids' hashes."""

    etag: str | None
    ids: int


@frozen
class _Cursor:
    """Where a sweep goes on: *skip* is the position of *last*, the last record read, which is asked for once more."""

    skip: int
    last: str
    pages: tuple[_PageRead, ...]

    @classmethod
    def parse(cls, text: str) -> _Cursor | None:
        """The cursor in *text*, or None where it is none of ours."""
        try:
            skip, last, pages = orjson.loads(text)
            read = tuple(_PageRead(etag and str(etag), int(ids)) for etag, ids in pages)
            return cls(int(skip), str(last), read) if skip == len(read) * (PAGE - 1) > 0 else None
        except (ValueError, TypeError):
            return None

    def __str__(self) -> str:
        return orjson.dumps([self.skip, self.last, [[page.etag, page.ids] for page in self.pages]]).decode()


class Lever:
    """Lever's `AtsProvider`. Regions: `""` (US) and `eu`. A board's slug is its site, in the spelling that is used.

    A sweep asks for pages of 100. Each page after the first begins with the last record of the one before: were it
    not there, postings came or went before it. The last page also asks whether the earlier pages still hold the
    same ids (conditionally: with ETags that costs next to nothing), because changes that outweigh each other, and
    changes while a sweep lay open between two runs, leave that one record where it was. In both cases the page says
    `board_moved`.
    """

    name = ProviderName("lever")
    #: Lever documents no limit for reading. This is a guess on the polite side; it reads some 10 000 small boards in
    #: half an hour.
    limit = RateLimit(requests_per_second=5.0, burst=5, concurrency=4)

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

    def read_page(
        self, board: Board, *, cursor: str | None, known: Mapping[str, KnownOffer], validators: Validators
    ) -> Exchange[OfferPage]:
        """One page of up to 100 postings, all mapped: Lever has no watermark, so the content hash decides.

        Validators are given back for boards of one page only: an unchanged first page says nothing of the next.
        """
        where = str(board)
        at = None if cursor is None else _Cursor.parse(cursor)
        if cursor is not None and at is None:
            return OfferPage(board_moved=True)
        skip = at.skip if at else 0
        asked = Validators() if at else usable_validators(validators, known)
        (reply,) = yield (_page_request(board, skip, asked),)
        response = response_of(reply)
        if response.not_modified and asked != Validators():
            return OfferPage(not_modified=True, validators=asked)
        check_status(response, where=where)
        records = json_list(json_value(response, where=where), "the answer", where=where)
        if at and (not records or _identity(records[0]) != at.last):
            return OfferPage(board_moved=True)
        new = records[1:] if at else records
        pages = at.pages if at else ()
        next_cursor = None
        if len(records) == PAGE:
            pages = (*pages, _PageRead(response.validators.etag, _ids_sum(new)))
            next_cursor = str(_Cursor(skip + PAGE - 1, _identity(records[-1]), pages))
        elif not (yield from _still_stand(board, pages)):
            return OfferPage(board_moved=True)
        read = read_records(new, read_posting, first=skip + 1 if at else 0)
        return OfferPage(
            postings=read.postings,
            seen_ids=read.seen_ids,
            rejected=read.rejected,
            next_cursor=next_cursor,
            validators=response.validators if next_cursor is None and at is None else Validators(),
            watermark=max((t for p in read.postings if (t := p.updated_at or p.published_at)), default=None),
        )


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


def _page_request(board: Board, skip: int, validators: Validators) -> Request:
    return Request(url=f"{_postings_url(board)}?mode=json&skip={skip}&limit={PAGE}", validators=validators)


def _still_stand(board: Board, pages: Sequence[_PageRead]) -> Generator[tuple[Request, ...], tuple[Reply, ...], bool]:
    """Whether *pages*, asked for again, hold the same ids as when they were read, in whatever order."""
    moved = 0
    for first in range(0, len(pages), _CHECKED_AT_ONCE):
        some = pages[first : first + _CHECKED_AT_ONCE]
        replies = yield tuple(
            _page_request(board, (first + n) * (PAGE - 1), Validators(etag=page.etag)) for n, page in enumerate(some)
        )
        for number, (page, reply) in enumerate(zip(some, replies, strict=True), first):
            response = response_of(reply)
            if response.not_modified and page.etag:
                continue
            check_status(response, where=str(board))
            records = json_list(json_value(response, where=str(board)), "the answer", where=str(board))
            moved += _ids_sum(records[1:] if number else records) - page.ids
    return moved == 0


def _ids_sum(records: Iterable[object]) -> int:
    return sum(_hash(_identity(record)) for record in records)


def _identity(value: object) -> str:
    """The id of a record, or, where it has none, a hash of all of it (nested too deep to be written: of nothing)."""
    try:
        return Record(value).id()
    except BadField:
        pass
    try:
        return f"#{_hash(orjson.dumps(value).decode())}"
    except TypeError:
        return "#"


def _hash(text: str) -> int:
    # 53 bits: the sum of a page still fits a JSON integer.
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=7).digest()) >> 3
