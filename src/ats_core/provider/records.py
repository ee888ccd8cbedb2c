"""A list of a vendor's records, read one by one: a record that cannot be used is rejected, and the others are read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable

import orjson
from attrs import frozen

from ats_core.domain.offer import Posting, RejectedRecord
from ats_core.provider.record import BadField, Record

__all__ = ["RecordsRead", "identity", "ids_sum", "lost_fields", "read_records", "rejection"]


@frozen(kw_only=True)
class RecordsRead:
    """A list of records, read: the postings, the ids of all that have one, and those that could not be used.

    *lost_fields* are the fields that the postings had to be read without.
    """

    postings: tuple[Posting, ...]
    seen_ids: frozenset[str]
    rejected: tuple[RejectedRecord, ...]
    lost_fields: tuple[RejectedRecord, ...] = ()


def read_records(
    values: Iterable[object],
    read: Callable[[Record], Posting | None],
    *,
    id_field: str = "id",
    first: int = 0,
) -> RecordsRead:
    """Read each of *values* with *read*; one that fails is rejected with its id (or position), field and reason.

    *read* returns None for a record that is known and unchanged: it is seen, not read. A second record with an id
    that came before is not read. Positions count from *first*.
    """
    postings: list[Posting] = []
    rejected: list[RejectedRecord] = []
    lost: list[RejectedRecord] = []
    seen: set[str] = set()
    for position, value in enumerate(values, first):
        label = f"#{position}"
        try:
            record = Record(value)
            label = record.id(id_field)
            if label in seen:
                continue
            seen.add(label)
            posting = read(record)
        except Exception as error:  # whatever one record does to its reader, the others are read
            rejected.append(rejection(label, error))
        else:
            if posting is not None:
                postings.append(posting)
                lost += lost_fields(label, record)
    return RecordsRead(
        postings=tuple(postings), seen_ids=frozenset(seen), rejected=tuple(rejected), lost_fields=tuple(lost)
    )


def lost_fields(label: str, record: Record) -> list[RejectedRecord]:
    """The fields of the record that *label* names which were taken as not said."""
    return [RejectedRecord(record=label, field=path, reason=reason) for path, reason in record.lost.items()]


def rejection(label: str, error: Exception) -> RejectedRecord:
    """Why the record that *label* names was not read; an error that is no `BadField` is the adapter's own fault."""
    if isinstance(error, BadField):
        return RejectedRecord(record=label, field=error.field, reason=error.reason)
    return RejectedRecord(
        record=label, field="", reason=f"the adapter failed on it: {type(error).__name__}: {error}"[:300]
    )


def ids_sum(records: Iterable[object], *, id_field: str = "id") -> int:
    """A sum that two pages of a list have in common when they hold the same ids, in whatever order."""
    return sum(_hash(identity(record, id_field=id_field)) for record in records)


def identity(value: object, *, id_field: str = "id") -> str:
    """The id of a record, or, where it has none, a hash of all of it (nested too deep to be written: of nothing)."""
    try:
        return Record(value).id(id_field)
    except BadField:
        pass
    try:
        return f"#{_hash(orjson.dumps(value).decode())}"
    except TypeError:
        return "#"


def _hash(text: str) -> int:
    # 53 bits: the sum of a page still fits a JSON integer.
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=7).digest()) >> 3
