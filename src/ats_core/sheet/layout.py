"""Where things stand in a worksheet as read: the header, each column, each company's row."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from attrs import frozen

from ats_core.domain.identity import CompanyId
from ats_core.errors import SheetError
from ats_core.sheet.columns import ENGLISH, Column, Labels, find_columns
from ats_core.sheet.table import SheetTable

__all__ = ["HEADER_LINES", "Layout", "row_key"]

#: The header is looked for in so many lines: people put titles above it.
HEADER_LINES = 10


def row_key(text: str) -> str:
    """An id in comparable form: `12`, ` 12 ` and `12.0` are one, as spreadsheet programs turn one into another.

    Invisible marks, which come along when text is pasted, do not count.
    """
    if not text.isascii():
        text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return text.strip().removeprefix("'").removesuffix(".0").casefold()


@frozen(kw_only=True)
class Layout:
    """A worksheet with its meaning. Rows and columns count from 1.

    *columns*: those found, by what they hold; of two with one header the first counts. *rows*: the row of each id;
    of two with one id the first counts, *repeated* holds the others (their row, the first one's). *last_row* and
    *last_column* are the last that hold anything, be it a formula without a value; 0: the sheet is empty.
    """

    table: SheetTable
    header_row: int
    columns: Mapping[Column, int]
    rows: Mapping[str, int]
    repeated: tuple[tuple[int, int], ...]
    last_row: int
    last_column: int

    @classmethod
    def of(cls, table: SheetTable | None, *, place: str, labels: Labels = ENGLISH) -> Layout:
        """Find the header and the rows; raises `SheetError` where there is content but no header of ours."""
        table = table or SheetTable(header=(), rows=())
        lines = (table.header, *table.rows)
        last_row, last_column = table.extent
        if last_row == 0:
            return cls(table=table, header_row=1, columns={}, rows={}, repeated=(), last_row=0, last_column=0)
        header_row, columns = _header(lines[:HEADER_LINES], labels)
        if not columns:
            raise SheetError(
                "the worksheet has content, but no header of ours: nothing was written",
                where=place,
                hint=f"name another worksheet, empty this one, or put a header row with {labels[Column.ID]!r} back",
            )
        if Column.ID not in columns and last_row > header_row:
            raise SheetError(
                f"the header (row {header_row}) has no column {labels[Column.ID]!r}: no row can be told from another",
                where=place,
                hint=f"name the column of the company ids {labels[Column.ID]!r} again, or empty the worksheet",
            )
        # A formula whose value is not known yet shows nothing, and is somebody's all the same.
        ours = frozenset(columns.values())
        last_row = max([last_row, *(row for row, column in table.uncalculated if column in ours)])
        last_column = max([last_column, *(column for _, column in table.uncalculated)])
        rows: dict[str, int] = {}
        repeated: list[tuple[int, int]] = []
        if Column.ID in columns:
            for row in range(header_row + 1, last_row + 1):
                key = row_key(table.at(row, columns[Column.ID]))
                if key and rows.setdefault(key, row) != row:
                    repeated.append((row, rows[key]))
        return cls(
            table=table,
            header_row=header_row,
            columns=columns,
            rows=rows,
            repeated=tuple(repeated),
            last_row=last_row,
            last_column=last_column,
        )

    def row_of(self, company_id: CompanyId) -> int | None:
        """The company's row, if it has one."""
        return self.rows.get(row_key(company_id))

    def text(self, row: int, column: Column) -> str:
        """What a cell reads; empty where there is nothing, the column included."""
        number = self.columns.get(column)
        return "" if number is None else self.table.at(row, number)

    def is_uncalculated(self, row: int, column: Column) -> bool:
        """Whether a cell holds a formula whose value is not known."""
        return (row, self.columns.get(column, 0)) in self.table.uncalculated


def _header(lines: Sequence[tuple[str, ...]], labels: Labels) -> tuple[int, Mapping[Column, int]]:
    """The first line with an id column and another of ours; else the first that holds anything."""
    fallback: tuple[int, Mapping[Column, int]] | None = None
    for number, cells in enumerate(lines, 1):
        found = find_columns(cells, labels)
        if Column.ID in found and len(found) > 1:
            return number, found
        if fallback is None and any(c.strip() for c in cells):
            fallback = number, found
    return fallback or (1, {})
