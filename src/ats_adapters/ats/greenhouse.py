"""Greenhouse, read through its public Job Board API (`boards-api.greenhouse.io/v1/boards/{token}`).

What is documented: https://developers.greenhouse.io/job-board.html. The mapping of a posting is in
`greenhouse_posting`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from attrs import frozen

from ats_adapters.ats.greenhouse_posting import read_posting
from ats_core import hookimpl
from ats_core.domain.board import Board, BoardLink, BoardProbe, LinkKind, ProviderName
from ats_core.domain.checkpoint import Validators
from ats_core.domain.offer import KnownOffer, Posting, RejectedRecord
from ats_core.errors import FailureKind, ProviderError
from ats_core.provider.board_url import BoardUrl, split_board_url
from ats_core.provider.messages import Exchange, OfferPage, RateLimit, Reply, Request, Response, response_of
from ats_core.provider.payload import check_status, json_list, json_object, json_value, usable_validators, wrong_shape
from ats_core.provider.record import BadField, Record, RecordsRead, read_records, rejection

__all__ = ["Greenhouse", "cheaper_one_by_one"]

_API = "https://boards-api.greenhouse.io/v1/boards"
_API_HOST = "boards-api.greenhouse.io"
_HOSTED = frozenset(
    {"boards.greenhouse.io", "job-boards.greenhouse.io", "boards.eu.greenhouse.io", "job-boards.eu.greenhouse.io"}
)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,100}")
_NO_TOKENS = frozenset({"embed", "v1", "assets", "packs", "static", "users"})
_GONE = (404, 410)
# Failures that may be one posting's own, while the vendor and the board are well.
_OF_ONE_POSTING = frozenset(
    {
        FailureKind.SERVER_ERROR,
        FailureKind.UNEXPECTED_STATUS,
        FailureKind.NOT_JSON,
        FailureKind.WRONG_SHAPE,
        FailureKind.TOO_LARGE,
        FailureKind.REDIRECTS,
    }
)

# A posting with content takes about 7 400 bytes (490 of them: 3.6 MB). One request more is weighed as 30 000 bytes:
# a turn at a vendor that publishes no limit is worth more than the bytes of a posting.
_POSTING_BYTES = 7_400
_REQUEST_BYTES = 30_000
_MAX_ONE_BY_ONE = 40


def cheaper_one_by_one(changed: int, listed: int) -> bool:
    """Whether *changed* postings of a board of *listed* cost less read one by one than by the whole board's list.

    Never more than 40: a board's changes must not take a vendor's turns from all others.
    """
    singly = changed * (_POSTING_BYTES + _REQUEST_BYTES)
    return changed <= _MAX_ONE_BY_ONE and singly < listed * _POSTING_BYTES + _REQUEST_BYTES


class Greenhouse:
    """Greenhouse's `AtsProvider`. A board's slug is its token, in lower case (the vendor ignores case).

    There is one region, `""`: boards hosted in the EU are asked for at the usual API host, no other being known.
    """

    name = ProviderName("greenhouse")
    #: No limit is documented, but a CDN stands before the API and may block. A board that did not change is one
    #: request, so this reads some 10 000 of them in half an hour.
    limit = RateLimit(requests_per_second=5.0, burst=5, concurrency=4)

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
        """The board's name from its root, its number of postings from the list. Only the list decides of existence."""
        if not _is_token(board):
            return BoardProbe(board=board, exists=False)
        where, url = str(board), _board_url(board)
        root, listing = yield (Request(url=url), Request(url=f"{url}/jobs"))
        canonical = Board(self.name, "", board.slug.lower())
        if (listed := response_of(listing)).status in _GONE:
            return BoardProbe(board=canonical, exists=False)
        jobs = _jobs(listed, where)
        found = response_of(root)
        about = json_value(found, where=where) if found.status == 200 else None
        return BoardProbe(
            board=canonical,
            exists=True,
            company_name=_named(about, "name") or _named(jobs[0] if jobs else None, "company_name"),
            open_postings=len(jobs),
        )

    def read_page(
        self, board: Board, *, cursor: str | None, known: Mapping[str, KnownOffer], validators: Validators
    ) -> Exchange[OfferPage]:
        """The whole board: first its list without content, then what is new or changed by `updated_at`, in full.

        A closed offer that is listed again is read again, so that it can be reopened. A posting that alone cannot be
        had is rejected, and asked for again by the next sweep. Validators are those of the
        list without content, and are given back only where all that was read afterwards agrees with it; otherwise
        the next sweep must look.
        """
        where, url = str(board), _board_url(board)
        asked = usable_validators(validators, known)
        (reply,) = yield (Request(url=f"{url}/jobs", validators=asked),)
        listed = response_of(reply)
        if listed.not_modified and asked != Validators():
            return OfferPage(not_modified=True, validators=asked)
        listing = _Listing.read(_jobs(listed, where), known)
        changed = listing.changed
        if not changed:
            return listing.page(listed.validators, ())
        if not cheaper_one_by_one(len(changed), len(listing.versions)) or not all(map(_is_job_id, changed)):
            (reply,) = yield (Request(url=f"{url}/jobs?content=true&pay_transparency=true"),)
            full = _Listing.read(_jobs(response_of(reply), where), known, in_full=True)
            agrees = full.versions == listing.versions
            return full.page(listed.validators if agrees else Validators(), full.records.postings)
        replies = yield tuple(Request(url=f"{url}/jobs/{job}?pay_transparency=true") for job in changed)
        singles = _read_singles(changed, replies, where)
        gone = {job for job, single in zip(changed, singles, strict=True) if single is None}
        postings = tuple(single for single in singles if isinstance(single, Posting))
        failed = tuple(
            RejectedRecord(record=job, field="", reason=single.what)
            for job, single in zip(changed, singles, strict=True)
            if isinstance(single, ProviderError)
        )
        rejected = tuple(single for single in singles if isinstance(single, RejectedRecord)) + failed
        agrees = (
            not gone and not failed and all(p.updated_at == listing.versions[p.provider_offer_id] for p in postings)
        )
        return listing.page(
            listed.validators if agrees else Validators(), postings, rejected=rejected, gone=frozenset(gone)
        )


@hookimpl
def ats_providers() -> Iterable[Greenhouse]:
    """The vendor of this module."""
    return (Greenhouse(),)


@frozen
class _Listing:
    """A list of the board: each posting's version (`updated_at`) by id, the ids to be read, and what could be read."""

    versions: Mapping[str, datetime | None]
    changed: tuple[str, ...]
    records: RecordsRead

    @classmethod
    def read(cls, jobs: list[object], known: Mapping[str, KnownOffer], *, in_full: bool = False) -> _Listing:
        """What is new or changed in *jobs*; their postings as well where the list is *in_full*."""
        versions: dict[str, datetime | None] = {}
        changed: list[str] = []

        def read(record: Record) -> Posting | None:
            job = record.id()
            version = versions[job] = _version(record)
            if _is_unchanged(known.get(job), version):
                return None
            changed.append(job)
            return read_posting(record) if in_full else None

        records = read_records(jobs, read)
        return cls(versions, tuple(changed), records)

    def page(
        self,
        validators: Validators,
        postings: tuple[Posting, ...],
        *,
        rejected: tuple[RejectedRecord, ...] = (),
        gone: frozenset[str] = frozenset(),
    ) -> OfferPage:
        """The page that this list and the *postings* read of it make; *gone* went away after it was listed."""
        versions = sorted((job, str(version)) for job, version in self.versions.items() if job not in gone)
        return OfferPage(
            postings=postings,
            seen_ids=self.records.seen_ids - gone,
            rejected=self.records.rejected + rejected,
            validators=validators,
            watermark=max((version for version in self.versions.values() if version), default=None),
            content_hash=hashlib.blake2b(repr(versions).encode(), digest_size=16).hexdigest(),
        )


def _read_singles(
    jobs: Sequence[str], replies: Sequence[Reply], where: str
) -> list[Posting | RejectedRecord | ProviderError | None]:
    """What came of each of *jobs*: the posting, why it could not be read or had, or None where it is gone meanwhile.

    Raises the `ProviderError` that is not one posting's own, or that several postings met and none escaped.
    """
    singles: list[Posting | RejectedRecord | ProviderError | None] = []
    for job, reply in zip(jobs, replies, strict=True):
        try:
            singles.append(_read_single(job, response_of(reply), f"{where} posting {job}"))
        except ProviderError as error:
            if error.kind not in _OF_ONE_POSTING:
                raise
            singles.append(error)
    failed = [single for single in singles if isinstance(single, ProviderError)]
    if len(failed) == len(singles) > 1:
        raise failed[0]
    return singles


def _read_single(job: str, response: Response, where: str) -> Posting | RejectedRecord | None:
    """The posting asked for as *job*, why it could not be read, or None where it is gone meanwhile."""
    if response.status in _GONE:
        return None
    check_status(response, where=where)
    value = json_value(response, where=where)
    try:
        record = Record(value)
        if (answered := record.id()) != job:
            raise record.bad("id", f"is {answered} where {job} was asked for")
        return read_posting(record)
    except Exception as error:  # whatever one record does to its reader, the others are read
        return rejection(job, error)


def _jobs(response: Response, where: str) -> list[object]:
    """The list that a board answers with, if it is whole."""
    check_status(response, where=where)
    answer = json_object(response, where=where)
    jobs = json_list(answer.get("jobs"), "`jobs`", where=where)
    meta = answer.get("meta")
    total = meta.get("total") if isinstance(meta, dict) else None
    if isinstance(total, int) and total > len(jobs):
        raise wrong_shape(f"lists {len(jobs)} of its {total} postings", where=where)
    return jobs


def _version(record: Record) -> datetime | None:
    """The record's `updated_at`; None, "to be read", where that is no time: reading it in full says so."""
    try:
        return record.time("updated_at")
    except BadField:
        return None


def _is_unchanged(known: KnownOffer | None, version: datetime | None) -> bool:
    if known is None or version is None:
        return False
    return known.is_open and bool(known.content_hash) and known.updated_at == version


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
    except BadField:
        return None
