"""A worksheet as read, and the cells to write to it: plain rows and columns, no meaning."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import Factory, field, frozen
from attrs.validators import ge

__all__ = ["CellValue", "SheetChanges", "SheetTable", "cell_text"]

CellValue = str | int | float | None


def cell_text(value: CellValue) -> str:
    """How a written *value* reads back where no format is put on it: `7.5`, `7` (also of 7.0), nothing for None."""
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


@frozen(kw_only=True)
class SheetChanges:
    """What to write. Rows and columns count from 1, as a person sees them; row 1 is the header.

    *cells* is written as given, growing the sheet as needed. *choices* gives the accepted values of columns whose
    cells a person picks from a list, by column.
    """

    cells: Mapping[tuple[int, int], CellValue] = field(default=Factory(dict))
    choices: Mapping[int, tuple[str, ...]] = field(default=Factory(dict))
    frozen_rows: int = field(default=1, validator=ge(0))

    def __bool__(self) -> bool:
        return bool(self.cells)
