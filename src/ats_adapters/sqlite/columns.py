"""How values stand in columns: times as ISO-8601 UTC text, lists as JSON, text as UTF-8.

UTF-8 has no lone surrogates (half of a UTF-16 pair, which broken JSON may carry): each is stored as U+FFFD. All
other text, NUL characters included, comes back as it was given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, TypeVar

import orjson

from ats_core.errors import DatabaseUnusable

__all__ = [
    "LOOKUP",
    "PLACES",
    "chunks",
    "clean",
    "day",
    "instant",
    "json_text",
    "json_value",
    "maybe_instant",
    "text",
    "times",
    "word",
]

#: How many values one lookup statement takes, and its placeholders: `IN (` + PLACES + `)`. NULL equals nothing.
LOOKUP = 400
PLACES = ",".join("?" * LOOKUP)

_SURROGATE = re.compile("[\ud800-\udfff]")
_Word = TypeVar("_Word", bound=StrEnum)


def chunks(values: Iterable[str]) -> Iterator[list[str | None]]:
    """*values*, each once and sorted, in lists of exactly `LOOKUP`; the last is filled up with None."""
    wanted: list[str | None] = [*sorted({clean(v) for v in values})]
    for start in range(0, len(wanted), LOOKUP):
        chunk = wanted[start : start + LOOKUP]
        yield chunk + [None] * (LOOKUP - len(chunk))


def clean(value: str) -> str:
    """*value* with each lone surrogate replaced by U+FFFD."""
    if value.isascii():
        return value
    try:
        value.encode()  # many times faster than a search, and nearly always all there is to do
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", value)
    return value


def text(value: str | None) -> str | None:
    """The column of text that may be missing."""
    return None if value is None else clean(value)


def times(value: datetime | None) -> str | None:
    """The column of a time: `2026-07-04T12:00:00+00:00`, with six decimals where it has a fraction of a second.

    As texts these sort in the order of time. Raises `ValueError` for a time without a zone.
    """
    if value is None:
        return None
    if value.tzinfo is not UTC:
        if value.utcoffset() is None:
            raise ValueError(f"{value!r} has no time zone")
        value = value.astimezone(UTC)
    return value.isoformat()


def instant(column: Any) -> datetime:
    """The time of a column that must have one. Raises `DatabaseUnusable` where the column holds no time."""
    try:
        value = datetime.fromisoformat(column)
    except (TypeError, ValueError):
        raise _unreadable(column, "a time") from None
    if value.tzinfo is None:
        raise _unreadable(column, "a time with a zone")
    return value


def maybe_instant(column: Any) -> datetime | None:
    """The time of a column that may have none. Raises as `instant` does."""
    return instant(column) if column else None


def day(column: Any) -> date:
    """The day of a column. Raises `DatabaseUnusable` where the column holds none."""
    try:
        return date.fromisoformat(column)
    except (TypeError, ValueError):
        raise _unreadable(column, "a day") from None


def word(kind: type[_Word], column: Any) -> _Word:
    """The word of a fixed vocabulary. Raises `DatabaseUnusable` where the column holds another."""
    try:
        return kind(column)
    except ValueError:
        raise _unreadable(column, f"one of {', '.join(kind)}") from None


def json_text(value: Any) -> str:
    """The column of a list or mapping."""
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:
        return orjson.dumps(_cleaned(value)).decode()


def json_value(column: Any) -> Any:
    """The list or mapping of a column. Raises `DatabaseUnusable` where the column holds no JSON."""
    try:
        return orjson.loads(column)
    except orjson.JSONDecodeError:
        raise _unreadable(column, "JSON") from None


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list | tuple):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {_cleaned(key): _cleaned(item) for key, item in value.items()}
    return value


def _unreadable(column: Any, wanted: str) -> DatabaseUnusable:
    return DatabaseUnusable(
        f"the database holds {column!r:.80} where {wanted} should stand",
        hint="if the row was changed by hand, change it back",
    )
