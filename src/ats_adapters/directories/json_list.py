"""A list of companies as JSON: an array of objects, an object that holds one, or a JSON value a line."""

from __future__ import annotations

import io
import json
from collections.abc import Generator, Iterator, Sequence
from itertools import chain, islice

import msgspec
from attrs import field, frozen

from ats_adapters.directories.charsets import whole_text
from ats_adapters.directories.columns import ColumnNames, Columns
from ats_adapters.directories.entries import Entry, company_or_reason, rejected
from ats_adapters.directories.format import Document
from ats_adapters.directories.json_fields import columns_and_cells, names_something
from ats_adapters.directories.links import Link
from ats_adapters.directories.words import key_of
from ats_core.domain.identity import clean_line, website_url

__all__ = ["JsonFormat"]

# What the array of companies is called where an object holds several arrays, most telling first.
_LIST_NAMES = """
companies empresas empreses startups organizations organisations employers portfolio projects proyectos items results
records rows entries nodes edges features hits list data
""".split()
#: How many records are looked at to find out whether any field of theirs is of use.
_SAMPLE = 50

_Raw = msgspec.Raw
#: Number, the key that it stands under (or empty), and the record itself, unread.
_Record = tuple[int, str, "_Raw | bytes"]


@frozen(kw_only=True)
class JsonFormat:
    """JSON. *items* is the path to the array, such as `data.companies`; empty: it is looked for.

    A record is an object whose fields are known by their names or configured, by paths such as `links.website` where
    need be; or a text, which is a website or a name; or, in an object of objects, a value under the company's name.
    """

    names: ColumnNames = field(factory=ColumnNames)
    items: str = ""
    max_bytes: int = 64_000_000

    def entries(self, document: Document) -> Generator[Entry, None, None]:
        """What each record is. Raises `DirectoryError`: a text that is no JSON to its end has no records."""
        body = document.read(self.max_bytes, "JSON")
        text = (body if _is_utf8(body) else _as_utf8(body, document.content_type)).removeprefix(b"\xef\xbb\xbf").strip()
        if not text:
            raise document.error("is empty", 'it needs an array such as [{"name": "…", "website": "…"}]')
        if not self.items and _is_lines(text):
            yield from _Records(self.names, document, "line").of(_lines(text))
            return
        try:
            found = self._found(_whole(text), document)
        except (ValueError, RecursionError) as error:
            hint = "the file may be cut short: compare it with its source"
            raise document.error(f"is no JSON: {clean_line(str(error), limit=120)}", hint) from None
        yield from _Records(self.names, document, "item").of(found)

    def _found(self, root: _Raw, document: Document) -> Iterator[_Record]:
        """The records, each with its number and the key that it stands under, if any."""
        value = root
        for step in filter(None, self.items.split(".")):
            inside = _object(value)
            if inside is None or step not in inside:
                there = ", ".join(repr(clean_line(key, limit=40)) for key in list(inside or ())[:12]) or "no object"
                what = f"has nothing at items = {self.items!r}: no {step!r} among {there}"
                raise document.error(what, "mend `items` in [[directories]]")
            value = inside[step]
        records = _array(value)
        if records is None and not self.items:
            records = self._looked_for(value, document)
        if records is not None:
            return ((number, "", record) for number, record in enumerate(records, start=1))
        keyed = _object(value)
        if keyed is None:
            raise document.error("holds a single value, no list", 'a list is an array such as [{"name": "…"}]')
        if names_something([msgspec.json.decode(value)], self.names):
            return iter([(1, "", value)])
        if self._are_by_name(list(keyed.values())):
            return ((number, key, inside) for number, (key, inside) in enumerate(keyed.items(), start=1))
        raise document.error("holds no array of companies", 'say where it is: items = "data.companies"')

    def _looked_for(self, root: _Raw, document: Document) -> list[_Raw] | None:
        """The array of companies that an object holds, down to three floors; None where it holds no array."""
        floor = [("", root)]
        others: list[tuple[str, list[_Raw]]] = []
        for _ in range(3):
            below = [
                (f"{path}.{key}" if path else key, inside)
                for path, value in floor
                for key, inside in (_object(value) or {}).items()
            ]
            arrays = [(path, array) for path, value in below if (array := _array(value)) is not None]
            fitting = [(path, array) for path, array in arrays if self._fit(array)]
            if fitting:
                return _most_telling(fitting, document)
            others += arrays
            floor = [(path, value) for path, value in below[:200] if _kind(value) == "{"]
        # An empty list is a list; one whose fields are of no use is told of by their names.
        named = [(path, array) for path, array in others if key_of(path.rpartition(".")[2]) in _LIST_NAMES]
        return (named or others)[0][1] if named or len(others) == 1 else None

    def _fit(self, records: Sequence[_Raw]) -> bool:
        sample = [msgspec.json.decode(record) for record in islice(records, _SAMPLE) if _kind(record) == "{"]
        return names_something(sample, self.names)

    def _are_by_name(self, values: Sequence[_Raw]) -> bool:
        """Whether the values of an object are companies that stand under their names."""
        if not all(_kind(value) in '{"n' for value in values):
            return False
        texts = [_value(value) for value in values[:_SAMPLE] if _kind(value) == '"']
        return self._fit(values) or any(isinstance(text, str) and website_url(text) is not None for text in texts)


def _most_telling(arrays: list[tuple[str, list[_Raw]]], document: Document) -> list[_Raw]:
    if len(arrays) == 1:
        return arrays[0][1]
    by_name = {key_of(path.rpartition(".")[2]): array for path, array in reversed(arrays)}
    for name in _LIST_NAMES:
        if name in by_name:
            return by_name[name]
    paths = " or ".join(repr(clean_line(path, limit=60)) for path, _ in arrays[:6])
    raise document.error(f"holds {len(arrays)} arrays that may be the list", f"say which: items = {paths}")


class _Records:
    """Makes entries of records; finds out whether the first of them have any field of use."""

    def __init__(self, names: ColumnNames, document: Document, word: str) -> None:
        self._names = names
        self._document = document
        self._word = word
        self._columns: dict[tuple[str, ...], Columns] = {}

    def of(self, found: Iterator[_Record]) -> Iterator[Entry]:
        """The entries; raises `DirectoryError` where no field of the first records is of use."""
        first = list(islice(found, _SAMPLE))
        values = [_value(raw) for _, key, raw in first if not key]
        objects = [value for value in values if isinstance(value, dict)]
        if len(objects) == len(values) > 0 and not names_something(objects, self._names):
            there = ", ".join(dict.fromkeys(repr(clean_line(key, limit=40)) for value in objects for key in value))
            raise self._document.error(
                f"no field holds a company's name or website (fields found: {there[:400]})",
                'say which they are: fields = { name = "…", website = "links.website" }',
            )
        for number, key, raw in chain(first, found):
            yield self._entry(number, key, raw)

    def _entry(self, number: int, key: str, raw: _Raw | bytes) -> Entry:
        where, own = f"{self._word} {number}", self._document.own_domain
        value = _value(raw)
        if isinstance(value, str):
            link = value if "." in value and website_url(value) is not None else ""
            name = key or ("" if link else value)
            return company_or_reason(name, [Link(link)], where=where, position=number, own_domain=own)
        if isinstance(value, dict):
            columns, cells = columns_and_cells(value, self._names, self._columns)
            return columns.entry(cells, where=where, position=number, own_domain=own, name=key)
        if value is None and key:
            return company_or_reason(key, (), where=where, position=number)
        return rejected(where, "no JSON" if isinstance(value, _Broken) else "neither an object nor a text")


class _Broken:
    """Stands for a record that is no JSON."""


def _value(raw: _Raw | bytes) -> object:
    try:
        value: object = msgspec.json.decode(raw)
    except (ValueError, RecursionError):
        return _Broken()
    return value


def _whole(text: bytes) -> _Raw:
    """*text* as one value. Raises `ValueError` and `RecursionError`.

    What Python and JavaScript write though JSON forbids it (NaN, lone surrogates, raw control characters) is no reason
    to lose a list.
    """
    try:
        return msgspec.json.decode(text, type=_Raw)
    except msgspec.DecodeError as error:
        try:
            value = json.loads(text, strict=False, parse_constant=lambda _: None)
            return msgspec.json.decode(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"), type=_Raw)
        except ValueError:
            raise error from None


def _is_lines(text: bytes) -> bool:
    """Whether *text* is a JSON value a line: two lines begin so, and the first ends so, which no other layout has."""
    first, second = (*islice((line.strip() for line in io.BytesIO(text) if line.strip()), 2), b"", b"")[:2]
    return (first[:1], first[-1:]) in ((b"{", b"}"), (b'"', b'"')) and second[:1] in (b"{", b'"')


def _lines(text: bytes) -> Iterator[_Record]:
    for number, line in enumerate(io.BytesIO(text), start=1):
        if line.strip():
            yield number, "", line.strip()


def _object(raw: _Raw) -> dict[str, _Raw] | None:
    return msgspec.json.decode(raw, type=dict[str, _Raw]) if _kind(raw) == "{" else None


def _array(raw: _Raw) -> list[_Raw] | None:
    return msgspec.json.decode(raw, type=list[_Raw]) if _kind(raw) == "[" else None


def _kind(raw: _Raw) -> str:
    return bytes(memoryview(raw)[:1]).decode("latin-1")


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _as_utf8(body: bytes, content_type: str) -> bytes:
    return whole_text(body, content_type).encode("utf-8", "replace")
