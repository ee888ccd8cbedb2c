"""A sheet as it would be, for dry runs: it takes changes and shows them, and nothing is written."""

from __future__ import annotations

from ats_core.errors import SheetChanged
from ats_core.ports import SheetGateway
from ats_core.sheet.table import SheetChanges, SheetTable, cell_text

__all__ = ["ReadOnlySheet"]


class ReadOnlySheet:
    """Another gateway's sheet, with the changes written here laid over it.

    Until the first write, reading is passed on. From then on the sheet is what the changes made of it, whoever
    edits the other gateway's meanwhile.
    """

    def __init__(self, gateway: SheetGateway) -> None:
        self._gateway = gateway
        self._written: SheetTable | None = None
        self._writes = 0

    @property
    def place(self) -> str:
        """Where the sheet is."""
        return self._gateway.place

    async def read(self) -> SheetTable | None:
        """The worksheet as it is, or as it would be after what was written here. Raises `SheetError`."""
        return await self._gateway.read() if self._written is None else self._written

    async def write(self, changes: SheetChanges, *, read: SheetTable | None) -> None:
        """Show these cells from now on; the other gateway is not written to.

        Raises `SheetChanged` where *read* is older than what was written here.
        """
        if self._written is not None and (read is None or read.revision != self._written.revision):
            raise SheetChanged("the sheet was changed since it was read", where=self.place)
        self._writes += 1
        self._written = _with_changes(read, changes, revision=f"dry run, write {self._writes}")


def _with_changes(table: SheetTable | None, changes: SheetChanges, *, revision: str) -> SheetTable:
    """*table* (None: no worksheet yet) with the cells of *changes* in it, grown as needed."""
    grid = [list(table.header), *(list(cells) for cells in table.rows)] if table is not None else []
    for (row, column), value in changes.cells.items():
        grid.extend([] for _ in range(row - len(grid)))
        cells = grid[row - 1]
        cells.extend("" for _ in range(column - len(cells)))
        cells[column - 1] = cell_text(value)
    lines = tuple(tuple(cells) for cells in grid)
    uncalculated: frozenset[tuple[int, int]] = table.uncalculated if table is not None else frozenset()
    return SheetTable(
        header=lines[0] if lines else (),
        rows=lines[1:],
        revision=revision,
        uncalculated=uncalculated.difference(changes.cells),
    )
