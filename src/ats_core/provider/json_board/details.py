"""Postings whose text stands apart: which of a list must be asked for one by one, and what came of each.

So that an unchanged board costs its list and no more, a fingerprint of each listed record is kept with the board's
validators: a posting is asked for again when what the list says of it has changed. A text can be edited while the list
stays as it is; so the fingerprint has the number of a period of some weeks in it too, which begins for each posting on
a day of its own.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Protocol
from urllib.parse import quote

import orjson
from attrs import Factory, define, evolve, field, frozen
from attrs.validators import ge

from ats_core.domain.checkpoint import Validators
from ats_core.domain.offer import Posting, RejectedRecord
from ats_core.errors import FailureKind, ProviderError
from ats_core.provider.json_board.paths import value_at
from ats_core.provider.messages import Reply, Response, response_of
from ats_core.provider.payload import GONE, OF_ONE_POSTING, check_status, json_value, wrong_shape
from ats_core.provider.record import BadField, Record
from ats_core.provider.records import lost_fields, rejection

__all__ = ["DetailCursor", "Details", "DetailsRead", "ReadAnswer", "Remembered"]

_LENGTH = 8  # of a fingerprint, in characters
# After so many days a posting is asked for again, whatever the list says of it.
_PERIOD = 28


class ReadAnswer(Protocol):
    """Makes plain values (objects, lists, texts) of an answer."""

    def __call__(self, response: Response, *, where: str) -> object:
        """What the answer says. Raises `ProviderError` of kind `not_json` or `wrong_shape`."""


@frozen(kw_only=True)
class Details:
    """Where the text of a posting stands when the list lacks it, and when it is asked for again.

    *url*: a template, with the names that the list's has and `{id}`; or a function of these names (quoted) and the
    listed record. *record*: where in the answer the object is that says more; empty: the answer itself. In the record
    that is mapped it stands as *within*, so that its fields are at paths like `detail.description`.

    A posting is asked for when it is new, or when the list says something else of it: in the fields *version*, or, if
    none are named, in any but *ignored* ("posted 3 days ago"). After four weeks it is asked for in any case, as its
    text may have been edited alone: each posting on a day of its own, so that a large board is spread over them. *most*
    are asked for before what was read is stored, and *together* of them at once. *answer* reads what came back, where
    it is no JSON.
    """

    url: str | Callable[[Mapping[str, str], Record], str]
    record: str = ""
    within: str = "detail"
    version: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    most: int = field(default=400, validator=ge(1))
    together: int = field(default=20, validator=ge(1))
    answer: ReadAnswer = json_value

    def fingerprint(self, id_: str, record: Record, *, day: int | None = None) -> str:
        """What tells that the list says of posting *id_* what it said before, and that this was not too long ago.

        *day*: of the sweep, in days since 1970.
        """
        names = self.version or sorted(record.fields.keys() - set(self.ignored))
        said = [id_, [[name, record.fields.get(name)] for name in names], _period(id_, day)]
        digest = hashlib.blake2b(orjson.dumps(said, option=orjson.OPT_SORT_KEYS), digest_size=6).digest()
        return urlsafe_b64encode(digest).decode()

    @staticmethod
    def is_renewed(ids: Iterable[str], *, since: int | None, day: int | None) -> bool:
        """Whether a period of any of the postings began after day *since*, until *day*."""
        return since != day and any(_period(id_, since) != _period(id_, day) for id_ in ids)

    def asked_of(self, names: Mapping[str, str], id_: str, record: Record) -> str:
        """The URL of one posting. Raises `BadField` where its id would lead elsewhere."""
        if isinstance(self.url, str):
            if id_ in (".", ".."):
                raise BadField("", f"{id_!r} is no id that an URL can be made of")
            return self.url.format(**names, id=quote(id_, safe=""))
        return self.url(names, record)

    def merged(self, listed: Record, response: Response, where: str) -> Record:
        """The listed record with what the answer says more. Raises `ProviderError`."""
        if response.status in GONE:
            what = f"is listed, but not there alone (status {response.status})"
            raise ProviderError(FailureKind.NOT_FOUND, what, where=where)
        check_status(response, where=where)
        more = value_at(self.answer(response, where=where), self.record)
        if not isinstance(more, dict):
            raise wrong_shape(f"`{self.record or 'the answer'}` is no object", where=where)
        return Record({**listed.fields, self.within: more})


@define
class DetailsRead:
    """Postings that were asked for one by one, and those that could not be had or used so.

    *failed* are the ids of the latter. *stopped* is what keeps more from being asked for, and no posting's own.
    """

    postings: list[Posting] = Factory(list)
    lost: list[RejectedRecord] = Factory(list)
    rejected: list[RejectedRecord] = Factory(list)
    failed: list[str] = Factory(list)
    stopped: ProviderError | None = None

    def take(
        self,
        asked: Sequence[tuple[str, Record]],
        replies: Sequence[Reply],
        details: Details,
        posting: Callable[[Record], Posting],
        where: str,
        *,
        failed_before: Collection[str] = (),
    ) -> None:
        """Take what came of each of *asked*.

        A posting that is listed and yet not there was taken down a moment ago, or is not given out alone. Raises the
        `ProviderError` that several met and none escaped, or that is not one posting's own where nothing was read.
        That those of *failed_before* fail again tells nothing of the vendor.
        """
        of_each: list[ProviderError] = []
        telling = [id_ for id_, _ in asked if id_ not in failed_before]
        for (id_, listed), reply in zip(asked, replies, strict=True):
            try:
                record = details.merged(listed, response_of(reply), f"{where} posting {id_}")
                self.postings.append(posting(record))
                self.lost += lost_fields(id_, record)
            except ProviderError as error:
                if error.kind not in OF_ONE_POSTING:
                    self.stopped = self.stopped or error
                    continue
                if error.kind is not FailureKind.NOT_FOUND and id_ not in failed_before:
                    of_each.append(error)
                self.reject(id_, RejectedRecord(record=id_, field="", reason=error.what))
            except Exception as error:  # whatever one record does to its reader, the others are read
                self.reject(id_, rejection(id_, error))
        if len(of_each) == len(telling) > 1:
            self.stopped = of_each[0]
        if self.stopped and not self.postings:
            raise self.stopped

    def reject(self, id_: str, why: RejectedRecord) -> None:
        """Posting *id_* cannot be used, and why."""
        self.failed.append(id_)
        self.rejected.append(why)


@frozen
class DetailCursor:
    """Where the reading of details goes on: behind the postings, by fingerprints, *read* in this sweep or *failed*."""

    read: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, text: str | None) -> DetailCursor:
        """The cursor in *text*; of what is none of ours, the beginning."""
        try:
            read, failed = orjson.loads(text or "")
            return cls(_apart(read), _apart(failed))
        except (ValueError, TypeError):
            return cls()

    def __str__(self) -> str:
        return orjson.dumps([_joined(self.read), _joined(self.failed)]).decode()


@frozen(kw_only=True)
class Remembered:
    """What the last sweep left for the next, kept in the place of the vendor's ETag.

    *own* are the vendor's validators, *read* the fingerprints of postings that were read and *failed* of those that
    could not be; *day* is that of the sweep.
    """

    own: Validators = Validators()
    read: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    day: int | None = None

    @classmethod
    def of(cls, validators: Validators) -> Remembered:
        """What is kept in *validators*; of those that are the vendor's own, these."""
        if validators.etag is None or not validators.etag.startswith("["):  # an ETag begins with a quote, or W/
            return cls(own=validators)
        try:
            etag, read, failed, day = orjson.loads(validators.etag)
            own = evolve(validators, etag=etag and str(etag))
            return cls(own=own, read=_apart(read), failed=_apart(failed), day=day if isinstance(day, int) else None)
        except (ValueError, TypeError):
            return cls()

    def validators(self) -> Validators:
        """Validators that hold all of it: a JSON list stands for the ETag."""
        kept = [self.own.etag, _joined(self.read), _joined(self.failed), self.day]
        return evolve(self.own, etag=orjson.dumps(kept).decode())


def _period(id_: str, day: int | None) -> int | None:
    """The number of the period that *day* falls into for a posting, of those that begin on days of its own."""
    if day is None:
        return None
    own = int.from_bytes(hashlib.blake2b(id_.encode("utf-8", "surrogatepass"), digest_size=4).digest())
    return (day + own % _PERIOD) // _PERIOD


def _joined(fingerprints: Iterable[str]) -> str:
    return "".join(sorted(fingerprints))


def _apart(joined: str) -> frozenset[str]:
    return frozenset(joined[at : at + _LENGTH] for at in range(0, len(joined), _LENGTH))
