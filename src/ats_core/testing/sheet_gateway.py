"""A sheet in memory that a test can edit as a person would."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from ats_core.errors import SheetChanged, SheetError
from ats_core.sheet.table import SheetChanges, SheetTable, cell_text

__all__ = ["EditedGrid", "FakeSheet"]

Cell = TypeVar("Cell")


class EditedGrid(Generic[Cell]):
    """Lines of cells that a person edits. Rows and columns count from 1. *edits* counts what was done to them.

    A kind of grid says what a cell is by `typed` and `shown`.
    """

    def __init__(self, lines: Sequence[Sequence[Cell]] = ()) -> None:
        self.lines: list[list[Cell]] = [list(cells) for cells in lines]
        self.edits = 0

    def typed(self, text: str) -> Cell:
        """The cell that a person makes by typing *text*."""
        raise NotImplementedError

    def shown(self, cell: Cell) -> str:
        """What a cell shows."""
        raise NotImplementedError

    def edited(self) -> None:
        """Something was done to the grid."""
        self.edits += 1

    def type(self, row: int, column: int, text: str) -> None:
        """A person types into a cell."""
        self.put(row, column, self.typed(text))
        self.edited()

    def cell(self, row: int, column: int) -> str:
        """What a cell shows."""
        cells = self.lines[row - 1] if row <= len(self.lines) else []
        return self.shown(cells[column - 1]) if column <= len(cells) else ""

    def column(self, header: str, *, header_row: int = 1) -> int:
        """The first column with this header; raises `ValueError` where there is none."""
        return [self.shown(cell) for cell in self.lines[header_row - 1]].index(header) + 1

    def row(self, text: str) -> int:
        """The first row that holds *text* in some cell; raises `ValueError` where there is none."""
        found = [number for number, cells in enumerate(self.lines, 1) if text in map(self.shown, cells)]
        if not found:
            raise ValueError(f"no row holds {text!r}")
        return found[0]

    def insert_row(self, before: int, cells: Sequence[str] = ()) -> None:
        """A person inserts a row."""
        self.lines.insert(before - 1, [self.typed(text) for text in cells])
        self.edited()

    def delete_row(self, row: int) -> None:
        """A person deletes a row."""
        del self.lines[row - 1]
        self.edited()

    def copy_row(self, row: int, before: int) -> None:
        """A person copies a row and inserts the copy."""
        self.lines.insert(before - 1, list(self.lines[row - 1]))
        self.edited()

    def sort(self, column: int, *, header_row: int = 1, descending: bool = False) -> None:
        """A person sorts the rows under the header."""
        head, body = self.lines[:header_row], self.lines[header_row:]
        body.sort(
            key=lambda cells: self.shown(cells[column - 1]) if column <= len(cells) else "",
            reverse=descending,
        )
        self.lines[:] = head + body
        self.edited()

    def insert_column(self, before: int, cells: Sequence[str] = ()) -> None:
        """A person inserts a column; *cells* from the first row down."""
        self._square()
        for number, row in enumerate(self.lines):
            row.insert(before - 1, self.typed(cells[number] if number < len(cells) else ""))
        self.edited()

    def delete_column(self, column: int) -> None:
        """A person deletes a column."""
        self._square()
        for row in self.lines:
            del row[column - 1]
        self.edited()

    def move_column(self, column: int, before: int) -> None:
        """A person moves a column so that it stands at *before* of the other columns."""
        self._square()
        for row in self.lines:
            row.insert(before - 1, row.pop(column - 1))
        self.edited()

    def put(self, row: int, column: int, cell: Cell) -> None:
        """Set a cell, whoever does it."""
        blank = self.typed("")
        self.lines.extend([] for _ in range(row - len(self.lines)))
        cells = self.lines[row - 1]
        cells.extend(blank for _ in range(column - len(cells)))
        cells[column - 1] = cell

    def _square(self) -> None:
        width, blank = max((len(cells) for cells in self.lines), default=0), self.typed("")
        for cells in self.lines:
            cells.extend(blank for _ in range(width - len(cells)))


class FakeSheet(EditedGrid[str]):
    """A `SheetGateway` over a grid of texts.

    *writes* are the changes it took. *before_write* holds edits that happen, one a write, between our reading and
    our writing; *after_write* is called when a write is done (raise there to be killed then). While *down* is set it
    is raised by every call; *seen* changes what a read gives, as a cut connection does.
    """

    place = "the sheet in memory"

    def __init__(self, grid: Sequence[Sequence[str]] | None = None) -> None:
        """No worksheet exists yet where *grid* is None."""
        super().__init__(grid or ())
        self.exists = grid is not None
        self.writes: list[SheetChanges] = []
        self.before_write: list[Callable[[], None]] = []
        self.after_write: Callable[[], None] | None = None
        self.down: SheetError | None = None
        self.seen: Callable[[SheetTable], SheetTable | None] | None = None

    @property
    def grid(self) -> list[list[str]]:
        """The texts."""
        return self.lines

    def typed(self, text: str) -> str:
        """The text itself."""
        return text

    def shown(self, cell: str) -> str:
        """The text itself."""
        return cell

    def put(self, row: int, column: int, cell: str) -> None:
        """Set a cell; then the worksheet exists."""
        self.exists = True
        super().put(row, column, cell)

    async def read(self) -> SheetTable | None:
        """The grid as it is, unless *seen* says otherwise."""
        if self.down is not None:
            raise self.down
        if not self.exists:
            return None
        lines = tuple(tuple(cells) for cells in self.grid)
        table = SheetTable(header=lines[0] if lines else (), rows=lines[1:], revision=str(self.edits))
        return self.seen(table) if self.seen is not None else table

    async def write(self, changes: SheetChanges, *, read: SheetTable | None) -> None:
        """Take the changes, or raise `SheetChanged` where the grid is not as read."""
        if self.down is not None:
            raise self.down
        if self.before_write:
            self.before_write.pop(0)()
        if (read is not None) != self.exists or (read is not None and read.revision != str(self.edits)):
            raise SheetChanged("the sheet was changed since it was read", where=self.place)
        for (row, column), value in changes.cells.items():
            self.put(row, column, cell_text(value))
        self.writes.append(changes)
        self.edited()
        if self.after_write is not None:
            self.after_write()
