"""The list that Greenhouse answers of a board, without content or with it, read."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Mapping, Sequence
from datetime import datetime
from typing import overload

import msgspec
from attrs import evolve, frozen

from ats_adapters.ats.greenhouse_posting import read_posting
from ats_adapters.ats.greenhouse_singles import Singles
from ats_core.domain.checkpoint import PostingSizes, Validators
from ats_core.domain.offer import KnownOffer, Posting, RejectedRecord
from ats_core.provider.messages import OfferPage, Portion, Reply, Response
from ats_core.provider.payload import check_status, json_list, json_object, json_read, wrong_shape
from ats_core.provider.record import Record
from ats_core.provider.records import RecordsRead, read_records

__all__ = ["Listing", "jobs_of"]


@frozen
class Listing:
    """A list of the board: each posting's version (`updated_at`) by id, the ids to be read, and what could be read.

    *bytes_each* is what one posting weighs in it; *in_full*: with its content.
    """

    versions: Mapping[str, datetime | None]
    changed: tuple[str, ...]
    records: RecordsRead
    bytes_each: int | None
    in_full: bool

    @classmethod
    def read(cls, response: Response, known: Mapping[str, KnownOffer], where: str) -> Listing:
        """What is new or changed in a list without content. Raises `ProviderError`."""
        jobs = jobs_of(response, where)
        reading = _Reading(known, in_full=False)
        reading.read(jobs)
        return reading.listing(_each(response, jobs))

    @classmethod
    def read_in_full(
        cls, response: Response, known: Mapping[str, KnownOffer], where: str, *, portion: int
    ) -> Generator[Portion, tuple[Reply, ...], Listing]:
        """What is new or changed in a list with content, with its postings; of one longer than *portion*, parts first.

        Raises `ProviderError`.
        """
        jobs = jobs_of(response, where)
        bytes_each = _each(response, jobs)
        reading = _Reading(known, in_full=True)
        for start in range(0, len(jobs), portion):
            if reading.postings:
                yield Portion(reading.taken(), PostingSizes(full_bytes=bytes_each))
            reading.read(jobs[start : start + portion], first=start)
        return reading.listing(bytes_each)

    def page(self, validators: Validators) -> OfferPage:
        """The page that this list makes alone."""
        return OfferPage(
            postings=self.records.postings,
            lost_fields=self.records.lost_fields,
            seen_ids=self.records.seen_ids,
            rejected=self.records.rejected,
            validators=validators,
            watermark=max((version for version in self.versions.values() if version), default=None),
            content_hash=_hash(self.versions),
            sizes=self.sizes,
        )

    def page_after(self, before: Listing, validators: Validators) -> OfferPage:
        """The page that this list, with content, makes where the one *before* it, without, came with *validators*.

        Where the two disagree, each may have been the older: what either names stands, and no validators are kept.
        """
        return evolve(
            self.page(validators if self.versions == before.versions else Validators()),
            seen_ids=self.records.seen_ids | before.records.seen_ids,
            sizes=before.sizes.updated(self.sizes),
        )

    def page_with(self, singles: Singles, validators: Validators) -> OfferPage:
        """The page that this list and the postings that were asked for one by one make.

        They measure nothing: a few changed postings say little of the board, and differ where a killed sweep goes on.
        """
        agree = all(posting.updated_at == self.versions[posting.provider_offer_id] for posting in singles.postings)
        return evolve(
            self.page(validators if agree else Validators()),
            postings=singles.postings,
            lost_fields=singles.lost_fields,
            rejected=self.records.rejected + singles.rejected,
        )

    @property
    def sizes(self) -> PostingSizes:
        """What a posting weighs, as measured on this list."""
        return PostingSizes(full_bytes=self.bytes_each) if self.in_full else PostingSizes(listed_bytes=self.bytes_each)


class _Reading:
    """A list that is being read, record by record."""

    def __init__(self, known: Mapping[str, KnownOffer], *, in_full: bool) -> None:
        self._known = known
        self._in_full = in_full
        self._versions: dict[str, datetime | None] = {}
        self._changed: list[str] = []
        self._seen: set[str] = set()
        self._rejected: list[RejectedRecord] = []
        self._lost: list[RejectedRecord] = []
        self.postings: list[Posting] = []

    def read(self, jobs: Sequence[object], *, first: int = 0) -> None:
        """Read some more of the list, the first of which has the position *first*."""
        records = read_records(jobs, self._posting, first=first)
        self.postings += records.postings
        self._seen |= records.seen_ids
        self._rejected += records.rejected
        self._lost += records.lost_fields

    def _posting(self, record: Record) -> Posting | None:
        job = record.id()
        if job in self._versions:
            return None
        # A version that is no time is None: "to be read". Reading the posting in full says so.
        version = self._versions[job] = record.time("updated_at")
        if _is_unchanged(self._known.get(job), version):
            return None
        self._changed.append(job)
        return read_posting(record) if self._in_full else None

    def taken(self) -> tuple[Posting, ...]:
        """The postings that were read since the last time."""
        taken, self.postings = tuple(self.postings), []
        return taken

    def listing(self, bytes_each: int | None) -> Listing:
        """All of the list, with the postings that were not taken."""
        records = RecordsRead(
            postings=self.taken(),
            seen_ids=frozenset(self._seen),
            rejected=tuple(self._rejected),
            lost_fields=tuple(self._lost),
        )
        return Listing(self._versions, tuple(self._changed), records, bytes_each, self._in_full)


class _Answer(msgspec.Struct):
    """The list that a board answers with, its records unread."""

    jobs: list[msgspec.Raw]
    meta: msgspec.Raw = msgspec.Raw(b"null")


class _Jobs(Sequence[object]):
    """Records that are made values of when they are looked at: a large board would fill the memory with them."""

    def __init__(self, records: Sequence[msgspec.Raw], where: str) -> None:
        self._records = records
        self._where = where

    def __len__(self) -> int:
        return len(self._records)

    @overload
    def __getitem__(self, place: int) -> object: ...
    @overload
    def __getitem__(self, place: slice) -> _Jobs: ...
    def __getitem__(self, place: int | slice) -> object:
        if isinstance(place, slice):
            return _Jobs(self._records[place], self._where)
        return json_read(memoryview(self._records[place]), where=self._where)


def jobs_of(response: Response, where: str) -> Sequence[object]:
    """The list that a board answers with, if it is whole. Raises `ProviderError`."""
    check_status(response, where=where)
    jobs: Sequence[object]
    try:
        answer = msgspec.json.decode(response.body, type=_Answer)
        jobs, meta = _Jobs(answer.jobs, where), json_read(memoryview(answer.meta), where=where)
    except msgspec.DecodeError:  # what it is instead, and what of it can be read all the same, is found out slowly
        read = json_object(response, where=where)
        jobs, meta = json_list(read.get("jobs"), "`jobs`", where=where), read.get("meta")
    total = meta.get("total") if isinstance(meta, dict) else None
    if isinstance(total, int) and total > len(jobs):
        raise wrong_shape(f"lists {len(jobs)} of its {total} postings", where=where)
    return jobs


def _each(response: Response, jobs: Sequence[object]) -> int | None:
    return len(response.body) // len(jobs) if jobs else None


def _is_unchanged(known: KnownOffer | None, version: datetime | None) -> bool:
    if known is None or version is None:
        return False
    return known.is_open and bool(known.content_hash) and known.updated_at == version


def _hash(versions: Mapping[str, datetime | None]) -> str:
    in_order = sorted((job, str(version)) for job, version in versions.items())
    return hashlib.blake2b(repr(in_order).encode(), digest_size=16).hexdigest()
