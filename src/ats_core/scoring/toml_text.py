"""A TOML document, and where in it keys and values stand.

`tomllib` forgets where things stood, so lines are found again: a key by its table and name, a value in a list by its
quoted text, from the place of the one before it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from typing import Any

from attrs import evolve, frozen

from ats_core.scoring.catalog_problems import Problem, Report, Severity, Unreadable

__all__ = ["Item", "Place", "TomlText", "shown"]

#: Of a value that is longer, messages show so many characters.
LONGEST_VALUE = 120

_NAME = r"(?:\"[^\"\n]*\"|'[^'\n]*'|[A-Za-z0-9_-]+)"
_DOTTED = rf"{_NAME}(?:[ \t]*\.[ \t]*{_NAME})*"
_HEADER = re.compile(rf"^[ \t]*(\[\[?)[ \t]*({_DOTTED})[ \t]*\]\]?[ \t]*(?:#.*)?$", re.MULTILINE)
_KEY = re.compile(rf"^[ \t]*({_DOTTED})[ \t]*=", re.MULTILINE)
_PART = re.compile(_NAME)
_LONG_STRING = re.compile(r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'', re.DOTALL)
_TOML_LINE = re.compile(r"\(at line (\d+), column (\d+)\)")


def shown(value: object) -> str:
    """A value as messages show it: not longer than a line bears."""
    text = repr(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


class TomlText:
    """A TOML document and where its keys stand; *where* is its name in messages.

    Raises `Unreadable` where it is no TOML.
    """

    def __init__(self, text: str, where: str, report: Report) -> None:
        self.text = text
        self.where = where
        self.report = report
        self.data: dict[str, Any] = self._read()
        self._offsets = self._indexed()

    def _read(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self.text)
        except RecursionError:
            what, line = "it is nested too deep", None
        except ValueError as error:  # also what no number or date can hold
            told = " ".join(str(error).split())
            found = _TOML_LINE.search(told)
            line = int(found[1]) if found else None
            what = told if found is None else told.replace(found[0], f"at column {found[2]}")
        self.report.add(
            Problem(severity=Severity.ERROR, where=self.where, line=line, key="", what=f"not valid TOML: {what}")
        )
        raise Unreadable

    def _indexed(self) -> dict[tuple[str | int, ...], int]:
        offsets: dict[tuple[str | int, ...], int] = {}
        counts: dict[tuple[str, ...], int] = {}
        table: tuple[str | int, ...] = ()
        # What stands in a string of several lines is no key.
        text = _LONG_STRING.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), self.text)
        marks = sorted([*_HEADER.finditer(text), *_KEY.finditer(text)], key=lambda m: m.start())
        for mark in marks:
            names = tuple(part.strip("\"'") for part in _PART.findall(mark[1] if mark.re is _KEY else mark[2]))
            if mark.re is _KEY:
                for depth in range(1, len(names) + 1):
                    offsets.setdefault((*table, *names[:depth]), mark.start(1))
                continue
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
        double = self.text.find(f'"{value}"', after)
        single = self.text.find(f"'{value}'", after, double if double >= 0 else len(self.text))
        found = single if single >= 0 else double
        return found if found >= 0 else None


@frozen
class Place:
    """Where something stands: its document, the full name of its key, and its offset, as far as it is known."""

    source: TomlText
    key: str
    at: int | None

    @property
    def line(self) -> int | None:
        """The line, from 1."""
        return None if self.at is None else self.source.text.count("\n", 0, self.at) + 1

    def mistake(self, what: str, *, accepted: str = "", hint: str = "") -> None:
        """Note a mistake; *what* follows the key's name."""
        self._note(Severity.ERROR, what, f"accepted: {accepted}" if accepted else hint)

    def warning(self, what: str, *, hint: str = "") -> None:
        """Note something that does not do what it seems to."""
        self._note(Severity.WARNING, what, hint)

    def _note(self, severity: Severity, what: str, hint: str) -> None:
        told = f"{self.key} {what}" if self.key else what
        where = self.source.where
        self.source.report.add(
            Problem(severity=severity, where=where, line=self.line, key=self.key, what=told, hint=hint)
        )

    def within(self, at: int | None) -> Place:
        """The place of a part of the same value."""
        return evolve(self, at=at)


@frozen
class Item:
    """One value of a list of words, and where it stands."""

    value: str
    place: Place
