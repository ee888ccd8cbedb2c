"""A sheet in memory that a test can edit as a person would."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ats_core.errors import SheetChanged, SheetError
from ats_core.sheet.table import SheetChanges, SheetTable, cell_text

__all__ = ["FakeSheet"]


class FakeSheet:
    """A `SheetGateway` over a grid of texts. Rows and columns count from 1.

    *writes* are the changes it took. *before_write* holds edits that happen, one a write, between our reading and
    our writing; *after_write* is called when a write is done (raise there to be killed then). While *down* is set it
    is raised by every call; *seen* changes what a read gives, as a cut connection does.
    """

    place = "the sheet in memory"

    def __init__(self, grid: Sequence[Sequence[str]] | None = None) -> None:
        """No worksheet exists yet where *grid* is None."""
        self.grid: list[list[str]] = [list(cells) for cells in grid or ()]
        self.exists = grid is not None
        self.writes: list[SheetChanges] = []
        self.choices: dict[int, tuple[str, ...]] = {}
        self.before_write: list[Callable[[], None]] = []
        self.after_write: Callable[[], None] | None = None
        self.down: SheetError | None = None
        self.seen: Callable[[SheetTable], SheetTable | None] | None = None
        self._edits = 0

    async def read(self) -> SheetTable | None:
        """The grid as it is, unless *seen* says otherwise."""
        if self.down is not None:
            raise self.down
        if not self.exists:
            return None
        lines = tuple(tuple(cells) for cells in self.grid)
        table = SheetTable(header=lines[0] if lines else (), rows=lines[1:], revision=str(self._edits))
        return self.seen(table) if self.seen is not None else table

    async def write(self, changes: SheetChanges, *, read: SheetTable | None) -> None:
        """Take the changes, or raise `SheetChanged` where the grid is not as read."""
        if self.down is not None:
            raise self.down
        if self.before_write:
            self.before_write.pop(0)()
        if (read is not None) != self.exists or (read is not None and read.revision != str(self._edits)):
            raise SheetChanged("the sheet was changed since it was read", where=self.place)
        for (row, column), value in changes.cells.items():
            self._put(row, column, cell_text(value))
        self.choices |= changes.choices
        self.writes.append(changes)
        self._edited()
        if self.after_write is not None:
            self.after_write()

    def type(self, row: int, column: int, text: str) -> None:
        """A person types into a cell."""
        self._put(row, column, text)
        self._edited()

    def cell(self, row: int, column: int) -> str:
        """What a cell shows."""
        cells = self.grid[row - 1] if row <= len(self.grid) else []
        return cells[column - 1] if column <= len(cells) else ""

    def column(self, header: str, *, header_row: int = 1) -> int:
        """The first column with this header; raises `ValueError` where there is none."""
        return self.grid[header_row - 1].index(header) + 1

    def row(self, text: str) -> int:
        """The first row that holds *text* in some cell; raises `ValueError` where there is none."""
        found = [number for number, cells in enumerate(self.grid, 1) if text in cells]
        if not found:
            raise ValueError(f"no row holds {text!r}")
        return found[0]

    def insert_row(self, before: int, cells: Sequence[str] = ()) -> None:
        """A person inserts a row."""
        self.grid.insert(before - 1, list(cells))
        self._edited()

    def delete_row(self, row: int) -> None:
        """A person deletes a row."""
        del self.grid[row - 1]
        self._edited()

    def copy_row(self, row: int, before: int) -> None:
        """A person copies a row and inserts the copy."""
        self.insert_row(before, self.grid[row - 1])

    def sort(self, column: int, *, header_row: int = 1, descending: bool = False) -> None:
        """A person sorts the rows under the header."""
        head, body = self.grid[:header_row], self.grid[header_row:]
        body.sort(key=lambda cells: cells[column - 1] if column <= len(cells) else "", reverse=descending)
        self.grid = head + body
        self._edited()

    def insert_column(self, before: int, cells: Sequence[str] = ()) -> None:
        """A person inserts a column; *cells* from the first row down."""
        self._square()
        for number, row in enumerate(self.grid):
            row.insert(before - 1, cells[number] if number < len(cells) else "")
        self._edited()

    def delete_column(self, column: int) -> None:
        """A person deletes a column."""
        self._square()
        for row in self.grid:
            del row[column - 1]
        self._edited()

    def move_column(self, column: int, before: int) -> None:
        """A person moves a column so that it stands at *before* of the other columns."""
        self._square()
        for row in self.grid:
            row.insert(before - 1, row.pop(column - 1))
        self._edited()

    def _put(self, row: int, column: int, text: str) -> None:
        self.exists = True
        self.grid.extend([] for _ in range(row - len(self.grid)))
        cells = self.grid[row - 1]
        cells.extend("" for _ in range(column - len(cells)))
        cells[column - 1] = text

    def _square(self) -> None:
        width = max((len(cells) for cells in self.grid), default=0)
        for cells in self.grid:
            cells.extend("" for _ in range(width - len(cells)))

    def _edited(self) -> None:
        self._edits += 1
