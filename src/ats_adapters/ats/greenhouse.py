"""Greenhouse, read through its public Job Board API (`boards-api.greenhouse.io/v1/boards/{token}`).

What is documented: https://developers.greenhouse.io/job-board.html. The mapping of a posting is in
`greenhouse_posting`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from ats_adapters.ats.greenhouse_answers import Listing, jobs_of
from ats_adapters.ats.greenhouse_posting import read_posting
from ats_adapters.ats.greenhouse_signs import listed_ids, read_signs, site_of
from ats_adapters.ats.greenhouse_singles import Singles
from ats_core import hookimpl
from ats_core.domain.board import Board, BoardLink, BoardProbe, LinkKind, ProviderName
from ats_core.domain.checkpoint import Validators
from ats_core.domain.offer import Posting
from ats_core.domain.signs import ShownPage, VendorSign
from ats_core.errors import FailureKind, ProviderError
from ats_core.provider.board_url import BoardUrl, split_board_url
from ats_core.provider.messages import BoardView, Exchange, OfferPage, PageExchange, RateLimit, Request, response_of
from ats_core.provider.payload import GONE, json_value, usable_validators
from ats_core.provider.record import BadField, Record, stored_record

__all__ = ["Greenhouse", "cheaper_one_by_one"]

_API = "https://boards-api.greenhouse.io/v1/boards"
_API_HOST = "boards-api.greenhouse.io"
_HOSTED = frozenset(
    {"boards.greenhouse.io", "job-boards.greenhouse.io", "boards.eu.greenhouse.io", "job-boards.eu.greenhouse.io"}
)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,100}")
_NO_TOKENS = frozenset({"embed", "v1", "assets", "packs", "static", "users"})
# What a posting with content weighs on a board of which it was not measured yet (490 of them: 3.6 MB).
_POSTING_BYTES = 7_400
# What one request more costs is no matter of its bytes: a turn at a vendor that publishes no limit, and a round trip,
# are worth more than the bytes of a posting. This weighs it as four of them.
_REQUEST_BYTES = 30_000
_MAX_ONE_BY_ONE = 40
# So many postings with content are in memory at a time as more than the vendor's answer.
PORTION = 100


def cheaper_one_by_one(changed: int, listed: int, full_bytes: int | None) -> bool:
    """Whether *changed* postings of a board of *listed* cost less read one by one than by the whole board's list.

    *full_bytes* is what a posting of this board weighs with its content, as measured. Never more than 40 are read one
    by one: a board's changes must not take a vendor's turns from all others.
    """
    posting = _POSTING_BYTES if full_bytes is None else full_bytes
    return changed <= _MAX_ONE_BY_ONE and changed * (posting + _REQUEST_BYTES) < listed * posting + _REQUEST_BYTES


class Greenhouse:
    """Greenhouse's `AtsProvider`. A board's slug is its token, in lower case (the vendor ignores case).

    There is one region, `""`: boards hosted in the EU are asked for at the usual API host, no other being known.
    """

    name = ProviderName("greenhouse")
    #: No limit is documented, but a CDN stands before the API and may block. A board that did not change is one
    #: request, so this reads some 10 000 of them in half an hour.
    limit = RateLimit(requests_per_second=5.0, burst=5, concurrency=4)

    def __init__(self, portion: int = PORTION) -> None:
        """*portion*: how many postings with content are mapped, and stored, at a time."""
        self._portion = portion

    def recognise(self, url: str) -> BoardLink | None:
        """Hosted boards and postings, embeds (`/embed/job_board[/js]?for=`, `/embed/job_app?for=`), the API."""
        parts = split_board_url(url)
        if parts is None:
            return None
        if parts.host in _HOSTED:
            token, kind = _hosted(parts)
        elif parts.host == _API_HOST and parts.segments[:2] == ("v1", "boards"):
            token, kind = (*parts.segments[2:3], "")[0], LinkKind.API
        else:
            return None
        if not _TOKEN.fullmatch(token) or token.lower() in _NO_TOKENS:
            return None
        return BoardLink(Board(self.name, "", token.lower()), url, kind)

    def probe(self, board: Board) -> Exchange[BoardProbe]:
        """Existence, number, whose and where from the list; the name from the board's root where that has none."""
        return (yield from self.vouch(board, ()))

    def read_signs(self, page: ShownPage) -> Iterable[VendorSign]:
        """`gh_jid` and `gh_src`, the embed's elements, a board's token in a script."""
        return read_signs(self.name, page)

    def guesses(self, spellings: Sequence[str]) -> Iterable[Board]:
        """One board a spelling."""
        return (Board(self.name, "", spelling) for spelling in spellings if _TOKEN.fullmatch(spelling))

    def vouch(self, board: Board, posting_ids: Collection[str]) -> Exchange[BoardProbe]:
        """The board's name, the site on which its postings stand, and which of the postings shown are in its list."""
        if not _is_token(board):
            return BoardProbe(board=board, exists=False)
        where, url = str(board), _board_url(board)
        (listing,) = yield (Request(url=f"{url}/jobs"),)
        canonical = Board(self.name, "", board.slug.lower())
        if (listed := response_of(listing)).status in GONE:
            return BoardProbe(board=canonical, exists=False)
        jobs = jobs_of(listed, where)
        company_name = _named(jobs[0] if jobs else None, "company_name")
        if company_name is None:
            (root,) = yield (Request(url=url),)
            found = response_of(root)
            company_name = _named(json_value(found, where=where), "name") if found.status == 200 else None
        return BoardProbe(
            board=canonical,
            exists=True,
            company_name=company_name,
            company_url=site_of(jobs, hosts=_HOSTED),
            open_postings=len(jobs),
            posting_ids=listed_ids(jobs) & frozenset(posting_ids),
        )

    def read_record(self, raw: bytes) -> Posting:
        """The posting of a stored record. Raises `BadField`."""
        return read_posting(stored_record(raw))

    def read_page(self, board: Board, view: BoardView) -> PageExchange:
        """The whole board: first its list without content, then what is new or changed by `updated_at`, in full.

        A closed offer that is listed again is read again, so that it can be reopened. What the list names stands,
        and so does what the list with content names: where they disagree nothing is closed. A posting that alone
        cannot be had is rejected. Validators are those of the list without content, and are given back only where
        all that was read afterwards agrees with it; otherwise the next sweep must look.
        """
        where, url = str(board), _board_url(board)
        asked = usable_validators(view)
        (reply,) = yield (Request(url=f"{url}/jobs", validators=asked),)
        response = response_of(reply)
        if response.not_modified and asked != Validators():
            return OfferPage(not_modified=True, validators=asked)
        listing, validators = Listing.read(response, view.known, where), response.validators
        del reply, response  # a large list takes its room until the one with content is read
        changed = listing.changed
        if not changed:
            return listing.page(validators)
        one_by_one = cheaper_one_by_one(len(changed), len(listing.versions), view.sizes.full_bytes)
        if one_by_one and all(map(_is_job_id, changed)):
            replies = yield tuple(Request(url=f"{url}/jobs/{job}?pay_transparency=true") for job in changed)
            return listing.page_with(Singles.read(changed, replies, where), validators)
        (reply,) = yield (Request(url=f"{url}/jobs?content=true&pay_transparency=true"),)
        full = yield from Listing.read_in_full(response_of(reply), view.known, where, portion=self._portion)
        return full.page_after(listing, validators)


@hookimpl
def ats_providers() -> Iterable[Greenhouse]:
    """The vendor of this module."""
    return (Greenhouse(),)


def _hosted(parts: BoardUrl) -> tuple[str, LinkKind]:
    """The token in a URL of a hosted board or an embed (empty where there is none), and what the URL shows."""
    match parts.segments:
        case ("embed", "job_board" | "job_app", *_):
            return parts.query.get("for", "").strip(), LinkKind.EMBED
        case (token, "jobs", _, *_):
            return token, LinkKind.POSTING
        case (token, *_):
            return token, LinkKind.POSTING if "gh_jid" in parts.query else LinkKind.BOARD
        case _:
            return "", LinkKind.BOARD


def _is_token(board: Board) -> bool:
    return board.region == "" and _TOKEN.fullmatch(board.slug) is not None


def _is_job_id(job: str) -> bool:
    return job.isascii() and job.isdigit()


def _board_url(board: Board) -> str:
    if not _is_token(board):
        raise ProviderError(
            FailureKind.NOT_FOUND,
            "no Greenhouse board has such a token or region",
            where=str(board),
            hint="correct the board",
        )
    return f"{_API}/{board.slug.lower()}"


def _named(value: object, field: str) -> str | None:
    try:
        return Record(value).optional_text(field)
    except BadField:  # no object
        return None
