"""Reads TOML into typed values with errors that name file, line, key, value and what is accepted.

`tomllib` forgets where things stood, so lines are found again: a key by its table and name, a value in a list by its
quoted text, from the place of the one before it.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NoReturn

from ats_core.errors import ConfigurationError

__all__ = ["Item", "Table", "TomlText"]

_HEADER = re.compile(
    r"^[ \t]*(\[\[?)[ \t]*([^\[\]\n\"',]+?|[^\[\]\n,]*\"[^\[\]\n,]*)[ \t]*\]\]?[ \t]*(?:#.*)?$", re.MULTILINE
)
_KEY = re.compile(r"^[ \t]*(\"[^\"\n]+\"|[A-Za-z0-9_-]+)[ \t]*=", re.MULTILINE)


class TomlText:
    """A TOML document and where its keys stand; *where* is its name in messages."""

    def __init__(self, text: str, where: str) -> None:
        self.text = text
        self.where = where
        try:
            self.data: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise ConfigurationError(f"not valid TOML: {error}", where=where) from error
        self._offsets = self._indexed()

    def _indexed(self) -> dict[tuple[str | int, ...], int]:
        offsets: dict[tuple[str | int, ...], int] = {}
        counts: dict[tuple[str, ...], int] = {}
        table: tuple[str | int, ...] = ()
        marks = sorted([*_HEADER.finditer(self.text), *_KEY.finditer(self.text)], key=lambda m: m.start())
        for mark in marks:
            if mark.re is _KEY:
                offsets.setdefault((*table, mark[1].strip('"')), mark.start(1))
                continue
            names = tuple(part.strip().strip('"') for part in mark[2].split("."))
            table = names
            if mark[1] == "[[":
                counts[names] = counts.get(names, -1) + 1
                table = (*names, counts[names])
            offsets.setdefault(table, mark.start(1))
        return offsets

    def offset(self, path: Sequence[str | int]) -> int | None:
        """Where a table or key begins, as far as it is known."""
        return self._offsets.get(tuple(path))

    def quoted(self, value: str, after: int) -> int | None:
        """Where *value* next stands in quotes."""
        places = (self.text.find(quote + value + quote, after) for quote in "\"'")
        return min((place for place in places if place >= 0), default=None)

    def fail(self, what: str, *, at: int | None, hint: str = "") -> NoReturn:
        """Raise a `ConfigurationError` at an offset."""
        line = "" if at is None else f", line {self.text.count(chr(10), 0, at) + 1}"
        raise ConfigurationError(what, where=f"{self.where}{line}", hint=hint)


class Item:
    """One value of a list of words, and where it stands."""

    def __init__(self, value: str, at: int | None) -> None:
        self.value = value
        self.at = at


class Table:
    """A table being read: each key is asked for once, and `end` reports what nobody asked for."""

    def __init__(
        self, source: TomlText, data: Mapping[str, Any], path: tuple[str | int, ...] = (), at: int | None = None
    ) -> None:
        self.source = source
        self.path = path
        self._data = data
        self._at = source.offset(path) if at is None else at
        self._inline = at is not None
        self._asked: list[str] = []

    @property
    def at(self) -> int | None:
        """Where the table begins."""
        return self._at

    def name(self, key: str) -> str:
        """The full name of a key, for messages."""
        full = ""
        for part in (*self.path, key):
            full += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if full else part
        return full

    def place(self, key: str) -> int | None:
        """Where a key stands."""
        if self._inline and self._at is not None:
            found = re.compile(rf"[{{,\s]{re.escape(key)}\s*=").search(self.source.text, self._at)
            return found.start() + 1 if found else self._at
        found_at = self.source.offset((*self.path, key))
        return self._at if found_at is None else found_at

    def fail(self, key: str, what: str, *, accepted: str = "", at: int | None = None) -> NoReturn:
        """Raise a `ConfigurationError` about a key."""
        hint = f"accepted: {accepted}" if accepted else ""
        self.source.fail(f"{self.name(key)} {what}", at=self.place(key) if at is None else at, hint=hint)

    def _get(self, key: str, accepted: str, *, required: bool) -> Any:
        self._asked.append(key)
        if key not in self._data:
            if required:
                self.source.fail(f"{self.name(key)} is missing", at=self._at, hint=f"accepted: {accepted}")
            return None
        return self._data[key]

    def has(self, key: str) -> bool:
        """Whether the key is there; it need not be."""
        self._asked.append(key)
        return key in self._data

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def text(self, key: str, *, default: str | None = None, pattern: str = "", accepted: str = "some text") -> str:
        """A string that is not blank and matches *pattern*, if there is one."""
        value = self._get(key, accepted, required=default is None)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not value.strip() or (pattern and not re.fullmatch(pattern, value)):
            self.fail(key, f"is {value!r}", accepted=accepted)
        return value

    def number(self, key: str, *, least: float, most: float, default: float | None = None, above: bool = True) -> float:
        """A number in (least, most], or in [least, most] unless *above*."""
        accepted = f"a number {'above' if above else 'from'} {least:g} {'and at most' if above else 'to'} {most:g}"
        value = self._get(key, accepted, required=default is None)
        if value is None and default is not None:
            return default
        fits = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not fits or not (least < value <= most or (value == least and not above)):
            self.fail(key, f"is {value!r}", accepted=accepted)
        return float(value)

    def whole(self, key: str, *, least: int, most: int, default: int | None = None) -> int:
        """A whole number in [least, most]."""
        accepted = f"a whole number from {least} to {most}"
        value = self._get(key, accepted, required=default is None)
        if value is None and default is not None:
            return default
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.fail(key, f"is {value!r}", accepted=accepted)
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        """True or false."""
        value = self._get(key, "true or false", required=False)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.fail(key, f"is {value!r}", accepted="true or false")
        return value

    def words(self, key: str) -> list[Item]:
        """A list of strings, none blank; empty where the key is missing."""
        accepted = "a list of words or phrases"
        values = self._get(key, accepted, required=False)
        if values is None:
            return []
        if not isinstance(values, list):
            self.fail(key, f"is {values!r}", accepted=accepted)
        items = []
        at = self.place(key)
        for value in values:
            if not isinstance(value, str) or not value.strip():
                self.fail(key, f"holds {value!r}", accepted=accepted, at=at)
            at = self.source.quoted(value, at or 0) or at
            items.append(Item(value, at))
        return items

    def table(self, key: str, *, required: bool = True) -> Table:
        """A table within; an empty one where it is missing and need not be there."""
        value = self._get(key, "a table", required=required)
        if value is None:
            return Table(self.source, {}, (*self.path, key))
        if not isinstance(value, dict):
            self.fail(key, f"is {value!r}", accepted="a table")
        return Table(self.source, value, (*self.path, key))

    def tables(self, key: str) -> list[Table]:
        """A list of tables; empty where it is missing."""
        values = self._get(key, "a list of tables", required=False)
        if values is None:
            return []
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            self.fail(key, f"is {values!r}", accepted="a list of tables")
        return [Table(self.source, value, (*self.path, key, index)) for index, value in enumerate(values)]

    def entries(self, key: str) -> list[Item | Table]:
        """A list of strings and inline tables, each with its place."""
        accepted = "a list of words, phrases and tables with a term"
        values = self._get(key, accepted, required=True)
        if not isinstance(values, list):
            self.fail(key, f"is {values!r}", accepted=accepted)
        entries: list[Item | Table] = []
        at = self.place(key)
        for index, value in enumerate(values):
            shown = value.get("term") if isinstance(value, dict) else value
            if isinstance(shown, str):
                at = self.source.quoted(shown, at or 0) or at
            if isinstance(value, dict):
                start = self.source.text.rfind("{", 0, at) if at is not None and isinstance(shown, str) else at
                entries.append(Table(self.source, value, (*self.path, key, index), at=start))
            elif isinstance(value, str) and value.strip():
                entries.append(Item(value, at))
            else:
                self.fail(key, f"holds {value!r}", accepted=accepted, at=at)
            at = None if at is None else at + 1
        return entries

    def end(self) -> None:
        """Report the first key that nobody asked for."""
        for key in self._data:
            if key not in self._asked:
                self.fail(key, "is not a key that is known here", accepted=", ".join(sorted(self._asked)))
