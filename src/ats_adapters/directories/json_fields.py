"""The fields of a JSON record as columns: nested ones by their paths, `links.website`, or the end of a plain path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ats_adapters.directories.columns import ColumnNames, Columns
from ats_adapters.directories.words import key_of, words_of

__all__ = ["Fields", "columns_and_cells", "names_something"]

#: The path of each field, and what it holds, as text.
Fields = list[tuple[str, str]]

_MAX_DEPTH = 5
_MAX_FIELDS = 300
# What only wraps a record's fields (GeoJSON, JSON:API, Airtable, WordPress, GraphQL, search engines): below these, a
# field is called what its own name says. `founder.name` is no company's name, `company.name` is.
_WRAPPERS = frozenset(
    words_of(
        """
        company, empresa, organization, organisation, startup, properties, fields, attributes, node, item, data, record,
        source, acf, meta, values, cells, links, urls, contact, contacto, enlaces, enllacos, web, profile, info
        """
    )
)
# WordPress and rich-text fields: the text itself stands one floor below its name.
_TEXT_ENDS = frozenset({"rendered", "value", "text", "plain", "es", "en", "ca", "url", "href"})


def columns_and_cells(
    record: Mapping[str, object], names: ColumnNames, known: dict[tuple[str, ...], Columns]
) -> tuple[Columns, list[str]]:
    """Where the fields of use stand among a record's cells, and the cells. *known* keeps what was found out."""
    fields = _fields_of(record)
    fields += _shortened(fields)
    header = tuple(path for path, _ in fields)
    columns = known.get(header)
    if columns is None:
        columns = Columns.of(header, names)
        if len(known) < 1000:
            known[header] = columns
    return columns, [text for _, text in fields]


def names_something(records: Iterable[object], names: ColumnNames) -> bool:
    """Whether any of *records* has a field for a name or a website."""
    known: dict[tuple[str, ...], Columns] = {}
    return any(columns_and_cells(record, names, known)[0].is_usable for record in records if isinstance(record, dict))


def _fields_of(record: Mapping[str, object]) -> Fields:
    fields: Fields = []
    for path, text in _flat(record, "", 1):
        fields.append((path, text))
        if len(fields) >= _MAX_FIELDS:
            break
    return fields


def _flat(value: object, path: str, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path, str(value)
    elif isinstance(value, list):
        texts = [text for text in value if isinstance(text, str)]
        if texts:
            yield path, " ".join(texts[:20])
        inner = [(str(number), inside) for number, inside in enumerate(value[:20]) if isinstance(inside, dict | list)]
    elif isinstance(value, dict):
        inner = list(value.items())
    if isinstance(value, dict | list) and depth <= _MAX_DEPTH:
        for key, inside in inner:
            yield from _flat(inside, f"{path}.{key}" if path else key, depth + 1)


def _shortened(fields: Fields) -> Fields:
    """The fields that stand below mere wrappers, once more under their own names."""
    short: Fields = []
    for path, text in fields:
        *parents, name = path.split(".")
        if parents and key_of(name) in _TEXT_ENDS and key_of(parents[-1]) not in _WRAPPERS:
            name = parents.pop()
        if name and all(key_of(parent) in _WRAPPERS for parent in parents) and name != path:
            short.append((name, text))
    return short
