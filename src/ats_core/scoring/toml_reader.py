"""Reads the tables of a TOML document into typed values; notes every mistake with key, value and what is accepted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ats_core.scoring.toml_text import Item, Place, TomlText, shown

__all__ = ["Table"]


class Table:
    """A table being read: each key is asked for, and `end` notes what nobody asked for.

    A value that is missing or wrong is None, or left out of its list; the mistake is noted.
    """

    def __init__(
        self, source: TomlText, data: Mapping[str, Any], path: tuple[str | int, ...] = (), at: int | None = None
    ) -> None:
        self.source = source
        self.path = path
        self._data = data
        self._at = source.offset(path) if at is None else at
        self._inline = at is not None
        self._asked: list[str] = []

    def _name(self, key: str) -> str:
        full = ""
        for part in (*self.path, key) if key else self.path:
            full += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if full else part
        return full

    def place(self, key: str = "") -> Place:
        """Where a key stands, or the table itself."""
        return Place(self.source, self._name(key), self._offset(key) if key else self._at)

    def _offset(self, key: str) -> int | None:
        found_at = self.source.offset((*self.path, key))
        if found_at is None and self._inline and self._at is not None:
            found = re.compile(rf"[{{,\s]{re.escape(key)}\s*=").search(self.source.text, self._at)
            return found.start() + 1 if found else self._at
        return self._at if found_at is None else found_at

    def _get(self, key: str, accepted: str, *, required: bool) -> Any:
        self._asked.append(key)
        if key not in self._data and required:
            Place(self.source, self._name(key), self._at).mistake("is missing", accepted=accepted)
        return self._data.get(key)

    def has(self, key: str) -> bool:
        """Whether the key is there; it need not be."""
        return key in self._data

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def text(self, key: str, *, required: bool = True, pattern: str = "", accepted: str = "some text") -> str | None:
        """A string that is not blank and matches *pattern*, if there is one."""
        value = self._get(key, accepted, required=required)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip() or (pattern and not re.fullmatch(pattern, value)):
            self.place(key).mistake(f"is {shown(value)}", accepted=accepted)
            return None
        return value

    def number(self, key: str, *, least: float, most: float, required: bool = True, above: bool = True) -> float | None:
        """A number in (least, most], or in [least, most] unless *above*."""
        accepted = f"a number {'above' if above else 'from'} {least:g} {'and at most' if above else 'to'} {most:g}"
        value = self._get(key, accepted, required=required)
        if value is None:
            return None
        fits = isinstance(value, int | float) and not isinstance(value, bool)
        if not fits or not (least < value <= most or (value == least and not above)):
            self.place(key).mistake(f"is {shown(value)}", accepted=accepted)
            return None
        return float(value)

    def whole(self, key: str, *, least: int, most: int, required: bool = True) -> int | None:
        """A whole number in [least, most]."""
        accepted = f"a whole number from {least} to {most}"
        value = self._get(key, accepted, required=required)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.place(key).mistake(f"is {shown(value)}", accepted=accepted)
            return None
        return value

    def flag(self, key: str) -> bool:
        """True or false; false where it is missing."""
        value = self._get(key, "true or false", required=False)
        if value is not None and not isinstance(value, bool):
            self.place(key).mistake(f"is {shown(value)}", accepted="true or false")
            return False
        return bool(value)

    def words(self, key: str, *, required: bool = False) -> list[Item]:
        """A list of strings, none blank; empty where the key is missing."""
        accepted = "a list of words or phrases"
        values = self._get(key, accepted, required=required)
        items: list[Item] = []
        if values is None:
            return items
        place = self.place(key)
        if not isinstance(values, list):
            place.mistake(f"is {shown(values)}", accepted=accepted)
            return items
        at = place.at
        for value in values:
            if not isinstance(value, str) or not value.strip():
                place.within(at).mistake(f"holds {shown(value)}", accepted=accepted)
                continue
            at = self.source.quoted(value, at or 0) or at
            items.append(Item(value, place.within(at)))
            at = None if at is None else at + 1
        return items

    def table(self, key: str, *, required: bool = True) -> Table:
        """A table within; an empty one where it is missing and need not be there."""
        value = self._get(key, "a table", required=required)
        if value is not None and not isinstance(value, dict):
            self.place(key).mistake(f"is {shown(value)}", accepted="a table")
            value = None
        path = (*self.path, key)
        known = self.source.offset(path)
        return Table(self.source, value or {}, path, at=self._at if known is None else None)

    def tables(self, key: str) -> list[Table]:
        """A list of tables; empty where it is missing."""
        values = self._get(key, "a list of tables", required=False)
        if values is None:
            return []
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            self.place(key).mistake(f"is {shown(values)}", accepted="a list of tables")
            return []
        return [
            Table(self.source, value, (*self.path, key, index), at=self._nested(key, index))
            for index, value in enumerate(values)
        ]

    def _nested(self, key: str, index: int) -> int | None:
        """Where the tables of a list begin that have no header of their own."""
        return None if self.source.offset((*self.path, key, index)) is not None else self._offset(key)

    def entries(self, key: str) -> list[Item | Table]:
        """A list of strings and inline tables, each with its place."""
        accepted = "a list of words, phrases and tables with a term"
        values = self._get(key, accepted, required=True)
        entries: list[Item | Table] = []
        if values is None:
            return entries
        place = self.place(key)
        if not isinstance(values, list):
            place.mistake(f"is {shown(values)}", accepted=accepted)
            return entries
        if not values:
            place.mistake("holds no keyword", accepted=accepted)
        at = place.at
        for index, value in enumerate(values):
            term = value.get("term") if isinstance(value, dict) else value
            if isinstance(term, str):
                at = self.source.quoted(term, at or 0) or at
            if isinstance(value, dict):
                start = self.source.text.rfind("{", 0, at) if at is not None and isinstance(term, str) else at
                entries.append(Table(self.source, value, (*self.path, key, index), at=start))
            elif isinstance(value, str) and value.strip():
                entries.append(Item(value, place.within(at)))
            else:
                place.within(at).mistake(f"holds {shown(value)}", accepted=accepted)
            at = None if at is None else at + 1
        return entries

    def end(self) -> None:
        """Note the keys that nobody asked for."""
        for key in self._data:
            if key not in self._asked:
                self.place(key).mistake("is not a key that is known here", accepted=", ".join(sorted(self._asked)))
