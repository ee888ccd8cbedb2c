"""What the Sheets API says of a spreadsheet: its worksheets, their texts, and single cells. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from ats_adapters.sheets.google.batches import Area
from ats_adapters.sheets.google.requests import ANCHOR
from ats_core.errors import SheetError
from ats_core.sheet.table import SheetTable, cell_text

__all__ = ["ASIDE", "BOOK_FIELDS", "CELL_FIELDS", "Book", "Tab", "a1", "book_of", "cells_of", "table_of"]

BOOK_FIELDS = (
    "sheets(properties(sheetId,title,sheetType,gridProperties(rowCount,columnCount)),"
    "developerMetadata(metadataKey,metadataValue))"
)
CELL_FIELDS = "sheets(properties(sheetId),data(startRow,startColumn,rowData(values(effectiveValue))))"
#: How the titles of the worksheets begin in which a write puts aside what it writes over.
ASIDE = "atsp, being written "

Json = Mapping[str, Any]


@frozen(kw_only=True)
class Tab:
    """One worksheet. *is_known*: it is remembered under the configured title, whatever it is called."""

    id: int
    title: str
    rows: int
    columns: int
    is_known: bool


@frozen(kw_only=True)
class Book:
    """A spreadsheet: our *tab* in it, the ids of all worksheets, those of writes that were cut short, all its cells."""

    tab: Tab | None
    ids: frozenset[int]
    leftovers: tuple[int, ...]
    cells: int


def book_of(answer: Json, title: str) -> Book:
    """The spreadsheet of an answer to `BOOK_FIELDS`; our worksheet by its *title*, else by what we remember of it.

    Raises `SheetError` where a tab of that title has no cells.
    """
    by_title: Tab | None = None
    by_anchor: Tab | None = None
    is_taken = False
    ids: list[int] = []
    leftovers: list[int] = []
    cells = 0
    for sheet in answer.get("sheets", ()):
        properties = sheet["properties"]
        # Google leaves out what is 0: the first worksheet's id often is.
        number = int(properties.get("sheetId", 0))
        grid = properties.get("gridProperties", {})
        rows, columns = int(grid.get("rowCount", 0)), int(grid.get("columnCount", 0))
        ids.append(number)
        cells += rows * columns
        name = str(properties.get("title", ""))
        if name.startswith(ASIDE):
            leftovers.append(number)
            continue
        if properties.get("sheetType", "GRID") != "GRID":
            is_taken = is_taken or name.casefold() == title.casefold()
            continue
        metadata = sheet.get("developerMetadata", ())
        is_known = any(m.get("metadataKey") == ANCHOR and m.get("metadataValue") == title for m in metadata)
        tab = Tab(id=number, title=name, rows=rows, columns=columns, is_known=is_known)
        if name.casefold() == title.casefold():
            by_title = tab
        elif is_known and by_anchor is None:
            by_anchor = tab
    if is_taken and by_anchor is None:
        raise SheetError(
            "the tab is a chart, or something else without cells",
            hint="rename it, or name another under [sheets] worksheet",
        )
    return Book(tab=by_title or by_anchor, ids=frozenset(ids), leftovers=tuple(leftovers), cells=cells)


def table_of(answer: Json) -> SheetTable:
    """The worksheet of an answer of `values.get` with unformatted values and formatted dates."""
    lines = tuple(tuple(_text(value) for value in row) for row in answer.get("values", ()))
    revision = hashlib.blake2b(repr(lines).encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()
    return SheetTable(header=lines[0] if lines else (), rows=lines[1:], revision=revision)


def cells_of(answer: Json, sheet: int) -> Mapping[tuple[int, int], str] | None:
    """The texts of the cells in an answer to `CELL_FIELDS`, empty ones left out; None where *sheet* is not in it."""
    found: dict[tuple[int, int], str] | None = None
    for one in answer.get("sheets", ()):
        if int(one["properties"].get("sheetId", 0)) != sheet:
            continue
        found = {} if found is None else found
        for data in one.get("data", ()):
            top, left = int(data.get("startRow", 0)) + 1, int(data.get("startColumn", 0)) + 1
            for row, line in enumerate(data.get("rowData", ()), top):
                for column, cell in enumerate(line.get("values", ()), left):
                    text = _effective(cell.get("effectiveValue", {}))
                    if text:
                        found[row, column] = text
    return found


def a1(title: str, areas: Sequence[Area]) -> list[str]:
    """The areas of a worksheet in A1 notation."""
    quoted = "'" + title.replace("'", "''") + "'"
    return [f"{quoted}!{_letters(a.left)}{a.top}:{_letters(a.right)}{a.bottom}" for a in areas]


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, str):
        return value
    return cell_text(value) if isinstance(value, int | float) else ""


def _effective(value: Json) -> str:
    """The text of an `ExtendedValue`."""
    if "errorValue" in value:
        return f"#{value['errorValue'].get('type', 'ERROR')}"
    return _text(next(iter(value.values()), ""))
