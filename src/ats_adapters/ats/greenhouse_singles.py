"""Postings that Greenhouse was asked for one by one, read."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from ats_adapters.ats.greenhouse_posting import read_posting
from ats_core.domain.offer import Posting, RejectedRecord
from ats_core.errors import FailureKind, ProviderError
from ats_core.provider.messages import Reply, Response, response_of
from ats_core.provider.payload import GONE, OF_ONE_POSTING, check_status, json_value
from ats_core.provider.record import Record
from ats_core.provider.records import lost_fields, rejection

__all__ = ["Singles"]


@frozen
class Singles:
    """Postings that were asked for one by one, and those that could not be had or used so."""

    postings: tuple[Posting, ...]
    lost_fields: tuple[RejectedRecord, ...]
    rejected: tuple[RejectedRecord, ...]

    @classmethod
    def read(cls, jobs: Sequence[str], replies: Sequence[Reply], where: str) -> Singles:
        """What came of each of *jobs*.

        One that is listed and yet not there was taken down a moment ago, or is not given out alone: the next list
        decides. Raises the `ProviderError` that is not one posting's own, or that several met and none escaped.
        """
        postings: list[Posting] = []
        lost: list[RejectedRecord] = []
        rejected: list[RejectedRecord] = []
        failed: list[ProviderError] = []
        for job, reply in zip(jobs, replies, strict=True):
            try:
                response = response_of(reply)
                record = _record(job, response, f"{where} posting {job}")
                postings.append(read_posting(record))
                lost += lost_fields(job, record)
            except ProviderError as error:
                if error.kind not in OF_ONE_POSTING:
                    raise
                if error.kind is not FailureKind.NOT_FOUND:
                    failed.append(error)
                rejected.append(RejectedRecord(record=job, field="", reason=error.what))
            except Exception as error:  # whatever one record does to its reader, the others are read
                rejected.append(rejection(job, error))
        if len(failed) == len(jobs) > 1:
            raise failed[0]
        return cls(tuple(postings), tuple(lost), tuple(rejected))


def _record(job: str, response: Response, where: str) -> Record:
    if response.status in GONE:
        raise ProviderError(
            FailureKind.NOT_FOUND, f"is listed, but not there alone (status {response.status})", where=where
        )
    check_status(response, where=where)
    record = Record(json_value(response, where=where))
    if (answered := record.id()) != job:
        raise record.bad("id", f"is {answered} where {job} was asked for")
    return record
