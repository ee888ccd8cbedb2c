"""The server of a vendor that is declared as a `JsonBoard`: it answers as the declaration says that the vendor does."""

from __future__ import annotations

import copy
import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, ClassVar, Literal
from urllib.parse import parse_qsl, urlsplit

import orjson

from ats_core.provider.json_board import JsonBoard
from ats_core.provider.json_board.paging import LinkedPages, NumberedPages, OffsetPages
from ats_core.provider.messages import BoardView, Request, Response
from ats_core.provider.record import Record
from ats_core.testing.provider_suite.world import VendorRecord, VendorWorld

__all__ = ["JsonBoardWorld"]

_NAME = re.compile(r"\{[^{}]*\}")


class JsonBoardWorld(VendorWorld):
    """A declared vendor's server. To be said are *provider*, *board*, *links* and `record`, and where things stand.

    Lists and details are made of *records*: of a vendor whose texts stand apart, a record is as it is mapped, with what
    the details say under the name that the declaration gives it (`detail`). A vendor that writes another format than
    JSON overrides `encoded` (XML: `XmlBoardWorld`); one that refuses in its own way, `unknown`.
    """

    provider: JsonBoard
    #: Paths of a text that the description is made of, of the time of publication, and of a field (no time, no list's)
    #: that a posting can be without. In `a[].b` the first object of the list is meant.
    markup: ClassVar[str] = "description"
    published_at: ClassVar[str] = "published_at"
    optional: ClassVar[str] = "department"
    #: Fields besides id and title that the vendor always sends.
    always: ClassVar[tuple[str, ...]] = ()
    #: Other texts that the description is made of: left out where it is to be *markup* alone.
    other_texts: ClassVar[tuple[str, ...]] = ()
    #: What the vendor's answers can be asked about conditionally.
    validator: ClassVar[Literal["etag", "last_modified", ""]] = "etag"

    def __init__(self) -> None:
        super().__init__()
        if "hosts" not in type(self).__dict__:
            self.hosts = frozenset(self._host(template) for template in self.provider.url.values())
        self.has_own_hosts = bool(self.provider.own_url)

    @staticmethod
    def _host(template: str) -> str:
        return _NAME.sub("*", urlsplit(template).netloc)

    # The server

    def serve(self, request: Request) -> Response:
        """The list, in the parts that it is asked for in; a posting's details; or that there is no such board."""
        asked = self._list_request()
        if request.method == asked.method and self._bare(request.url) == self._bare(asked.url):
            return self.written(request, self._list(request))
        records: list[Any] = self.records
        for record in records:
            if isinstance(record, dict) and request.url == self._details_url(record):
                return self.written(request, _wrapped(self.provider.details, record))
        return self.unknown(request)

    def written(self, request: Request, value: object) -> Response:
        """*value* as the vendor's answer, or 304 where the request has it already."""
        body = self.encoded(value)
        mark = hashlib.blake2b(body, digest_size=6).digest()
        etag = f'W/"{mark.hex()}"' if self.validator == "etag" else None
        since = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=int.from_bytes(mark[:4]) // 40)
        modified = format_datetime(since, usegmt=True) if self.validator == "last_modified" else None
        asked = (request.validators.etag, request.validators.last_modified)
        has_it = bool(self.validator) and asked == (etag, modified)
        headers = {name: said for name, said in (("etag", etag), ("last-modified", modified)) if said}
        return Response(url=request.url, status=304 if has_it else 200, body=b"" if has_it else body, headers=headers)

    def encoded(self, value: object) -> bytes:
        """*value* in the format that the vendor writes: JSON, unless overridden."""
        return json.dumps(value, ensure_ascii=False).encode()

    def unknown(self, request: Request) -> Response:
        """What the vendor answers for what it does not have."""
        return Response(url=request.url, status=404, body=b'{"error": "not found"}')

    def _list_request(self) -> Request:
        asked = next(self.provider.read_page(self.board, BoardView()))
        assert isinstance(asked, tuple)
        return asked[0]

    def _bare(self, url: str) -> str:
        return url.partition("?")[0]

    def _list(self, request: Request) -> object:
        details = self.provider.details
        records: list[Any] = [
            {name: value for name, value in record.items() if name != details.within}
            if details and isinstance(record, dict)
            else record
            for record in self.records
        ]
        paging, total = self.provider.paging, len(records)
        given: dict[str, Any] = {**dict(parse_qsl(urlsplit(request.url).query)), **orjson.loads(request.body or b"{}")}
        answer: dict[str, Any] = {}
        if isinstance(paging, OffsetPages):
            start = int(given[paging.offset])
            records = records[start : start + int(given[paging.limit])]
        elif isinstance(paging, NumberedPages):
            start = (int(given[paging.page]) - paging.first_page) * paging.size
            records = records[start : start + paging.size]
            if paging.last_page:
                _put(answer, paging.last_page, -(-total // paging.size))
        elif isinstance(paging, LinkedPages):
            start, size = int(given.get(paging.token or "after", 0)), 10
            records, more = records[start : start + size], start + size < total
            if more and paging.token:
                _put(answer, paging.next, str(start + size))
            elif more:
                _put(answer, paging.next, f"{self._bare(request.url)}?after={start + size}")
        if paging.total:
            _put(answer, paging.total, total)
        if not self.provider.records:
            return records
        _put(answer, self.provider.records, records)
        return answer

    def _details_url(self, record: VendorRecord) -> str | None:
        details = self.provider.details
        if details is None:
            return None
        listed = Record({name: value for name, value in record.items() if name != details.within})
        return details.asked_of(self.provider.names(self.board), self.id_of(record), listed)

    # Postings

    def id_of(self, record: VendorRecord) -> str:
        """The id that the declaration names."""
        return str(record[self.provider.fields.id])

    def bare(self, record: VendorRecord) -> VendorRecord:
        """The id, the title, and what the vendor always sends."""
        fields = self.provider.fields
        kept = {name: record[name] for name in (fields.id, *self.always)}
        _put(kept, fields.title, _at(record, fields.title))
        if self.provider.details is not None:
            kept.setdefault(self.provider.details.within, {})
        return copy.deepcopy(kept)

    def with_title(self, record: VendorRecord, title: str) -> VendorRecord:
        """Another title, and no other change."""
        return _with(record, self.provider.fields.title, title)

    def with_markup(self, record: VendorRecord, markup: str) -> VendorRecord:
        """The markup in its place, and nothing in that of the other texts."""
        for path in self.other_texts:
            record = _with(record, path, None)
        return _with(record, self.markup, markup)

    def published(self, record: VendorRecord, at: datetime) -> VendorRecord:
        """The time as `spelt` writes it, in its place."""
        return _with(record, self.published_at, self.spelt(at))

    def spelt(self, at: datetime) -> object:
        """A time as the vendor writes it: ISO-8601, unless overridden."""
        return at.isoformat()

    def broken(self, record: VendorRecord) -> tuple[VendorRecord, str]:
        """No text for a title."""
        path = self.provider.fields.title
        return _with(record, path, 7), path

    def misspelt(self, record: VendorRecord) -> tuple[VendorRecord, str]:
        """A list of lists for a field that a posting can be without."""
        return _with(record, self.optional, [["?"]]), self.optional


def _wrapped(details: Any, record: VendorRecord) -> object:
    answer: dict[str, Any] = {}
    said = record.get(details.within, {})
    if not details.record:
        return said
    _put(answer, details.record, said)
    return answer


def _at(record: Mapping[str, Any], path: str) -> Any:
    value: Any = record
    for step in path.split("."):
        value = value[step.removesuffix("[]")]
        value = value[0] if step.endswith("[]") else value
    return value


def _with(record: VendorRecord, path: str, value: object) -> VendorRecord:
    changed = copy.deepcopy(record)
    _put(changed, path, value)
    return changed


def _put(into: dict[str, Any], path: str, value: object) -> None:
    *steps, name = path.split(".")
    for step in steps:
        if step.endswith("[]"):
            holder = into.setdefault(step[:-2], [{}])
            into = holder[0]
        else:
            into = into.setdefault(step, {})
    into[name] = value
