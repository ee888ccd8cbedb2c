"""A worksheet as read, and the cells to write to it: plain rows and columns, no meaning."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from attrs import Factory, field, frozen
from attrs.validators import ge

__all__ = ["CellValue", "ColumnKind", "ColumnLook", "SheetChanges", "SheetTable", "cell_text"]

CellValue = str | int | float | date | None


def cell_text(value: CellValue) -> str:
    """How a written *value* reads back where nobody formats it: `7.5`, `7` (also of 7.0), `2026-11-02`, "" for None."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


@frozen(kw_only=True)
class SheetTable:
    """A worksheet: *header* is row 1, `rows[i]` is row i + 2; cells are text as a person would read them.

    Trailing empty cells and rows may be missing. *revision* changes whenever the content may have. *uncalculated*
    are the cells (row and column counted from 1) that hold a formula without a calculated value: what they say is
    not known.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    revision: str = ""
    uncalculated: frozenset[tuple[int, int]] = frozenset()

    def cell(self, row: int, column: int) -> str:
        """The text at `rows[row]`, zero-based *column*; empty where there is nothing."""
        cells = self.rows[row]
        return cells[column] if column < len(cells) else ""

    def at(self, row: int, column: int) -> str:
        """The text where a person sees it: row and column count from 1, the header is row 1; empty beyond the end."""
        if row > len(self.rows) + 1:
            return ""
        cells = self.header if row == 1 else self.rows[row - 2]
        return cells[column - 1] if column <= len(cells) else ""

    @property
    def extent(self) -> tuple[int, int]:
        """The last row and the last column, counted from 1, that hold anything; 0 where nothing does."""
        lines = (self.header, *self.rows)
        last_row = max((n for n, cells in enumerate(lines, 1) if any(c.strip() for c in cells)), default=0)
        last_column = max((n for cells in lines for n, c in enumerate(cells, 1) if c.strip()), default=0)
        return last_row, last_column


class ColumnKind(StrEnum):
    """What the values of a column are, for the format that new cells get."""

    TEXT = "text"
    COUNT = "count"
    SCORE = "score"
    DATE = "date"


@frozen(kw_only=True)
class ColumnLook:
    """How a column of ours or of the person's is laid out when it comes to be; afterwards its looks are the person's.

    *width* is in characters. *ours*: people are warned before they type in it. *choices*: what a person picks from.
    """

    kind: ColumnKind = ColumnKind.TEXT
    width: int = field(default=14, validator=ge(1))
    ours: bool = False
    choices: tuple[str, ...] = ()


@frozen(kw_only=True)
class SheetChanges:
    """What to write. Rows and columns count from 1, as a person sees them; row 1 is the header.

    *cells* is written as given, growing the sheet as needed. *anchors* are the cells that the changes rest on, none
    of them written: where one no longer reads as it was read, everything may stand elsewhere, and nothing is
    written. *looks* are those of all columns that the program knows, by column; *fresh* are the columns that come to
    be with these changes.
    """

    cells: Mapping[tuple[int, int], CellValue] = field(default=Factory(dict))
    anchors: frozenset[tuple[int, int]] = frozenset()
    looks: Mapping[int, ColumnLook] = field(default=Factory(dict))
    fresh: frozenset[int] = frozenset()
    frozen_rows: int = field(default=1, validator=ge(0))

    def __bool__(self) -> bool:
        return bool(self.cells)
