"""What is written in one go, what it rests on, and what must be vacant for it: plain rows and columns, from 1. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import chain

from attrs import frozen

from ats_core.sheet.cells import CUT_MARK
from ats_core.sheet.table import CellValue, SheetChanges, SheetTable, cell_text

__all__ = ["Area", "Batch", "Block", "batches", "cell_of", "fitted"]

#: What a cell of Google's holds, in characters.
MAX_CELL = 50_000
#: Payloads up to about 2 MB are recommended (Sheets API, "Usage limits").
_PAYLOAD = 1_500_000
_PART = _PAYLOAD // 8
_CELL_WRAPPING = 52
_NO_CHARACTER = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_EPOCH = date(1899, 12, 30)


@frozen
class Area:
    """A rectangle of cells: its first and last row and column, counted from 1, both included."""

    top: int
    left: int
    bottom: int
    right: int

    def lies_in(self, other: Area) -> bool:
        """Whether *other* covers it."""
        return (
            other.top <= self.top
            and self.bottom <= other.bottom
            and other.left <= self.left
            and self.right <= other.right
        )


@frozen
class Block:
    """A rectangle of values, its upper left corner at *row* and *column*."""

    row: int
    column: int
    values: tuple[tuple[CellValue, ...], ...]

    @property
    def area(self) -> Area:
        """Where it is."""
        return Area(self.row, self.column, self.row + len(self.values) - 1, self.column + len(self.values[0]) - 1)


@frozen(kw_only=True)
class Batch:
    """Blocks that are written together or not at all.

    *anchors*: cells of which each must read as given, or the blocks belong elsewhere. *vacant*: areas that must hold
    nothing.
    """

    blocks: tuple[Block, ...]
    anchors: Mapping[tuple[int, int], str]
    vacant: tuple[Area, ...]

    @property
    def anchor_areas(self) -> tuple[Area, ...]:
        """Few areas that cover the anchors: a row's where it has several, else a column's."""
        by_row: dict[int, list[int]] = {}
        for row, column in self.anchors:
            by_row.setdefault(row, []).append(column)
        areas = [Area(row, min(cs), row, max(cs)) for row, cs in by_row.items() if len(cs) > 1]
        by_column: dict[int, list[int]] = {}
        for row, columns in by_row.items():
            if len(columns) == 1:
                by_column.setdefault(columns[0], []).append(row)
        areas += [Area(min(rs), column, max(rs), column) for column, rs in by_column.items()]
        return tuple(areas)

    @property
    def put_aside(self) -> tuple[Area, ...]:
        """Areas that cover all that the blocks write over, and what must be vacant."""
        return (*self.vacant, *(b.area for b in self.blocks if not any(b.area.lies_in(area) for area in self.vacant)))

    @property
    def extent(self) -> tuple[int, int]:
        """The last row and the last column that it has to do with."""
        areas = [*(block.area for block in self.blocks), *self.anchor_areas, *self.vacant]
        return max(a.bottom for a in areas), max(a.right for a in areas)


def fitted(text: str) -> str:
    """*text* as a cell of Google's holds it: without control characters, cut with a mark where it is too long."""
    plain = _NO_CHARACTER.sub("", text)
    return plain if len(plain) <= MAX_CELL else plain[: MAX_CELL - len(CUT_MARK)] + CUT_MARK


def cell_of(value: CellValue) -> dict[str, object]:
    """The value as typed `CellData`: a text is never read as a formula, a number or a date."""
    if value is None or value == "":
        return {}
    if isinstance(value, str):
        return {"userEnteredValue": {"stringValue": fitted(value)}}
    number = (value - _EPOCH).days if isinstance(value, date) else value
    return {"userEnteredValue": {"numberValue": number}}


def batches(changes: SheetChanges, read: SheetTable | None, *, grid: tuple[int, int] = (0, 0)) -> Iterator[Batch]:
    """The changes in batches of a bounded size, in the order in which they may be cut short.

    Columns that come to be go first and together, headers and cells: under a header of the person's, an empty cell
    would be taken for theirs. A row that comes to be is never in two batches. Rows and columns that come to be must be
    vacant over the whole *grid*, of so many rows and columns. Headers that are written are in the first batch, and
    later ones rest on them.
    """
    last_row, last_column = read.extent if read is not None else (0, 0)
    fresh_columns: dict[tuple[int, int], CellValue] = {}
    present: dict[tuple[int, int], CellValue] = {}
    added: dict[int, dict[int, CellValue]] = {}
    for (row, column), value in changes.cells.items():
        if row > last_row:
            added.setdefault(row, {})[column] = value
        else:
            (fresh_columns if column > last_column else present)[row, column] = value
    written_rows = {row for row, _ in changes.cells if row > changes.frozen_rows}
    # What stands in no row that is written, as headers do, goes for all batches.
    general = {(row, column) for row, column in changes.anchors if row not in written_rows}
    keys: dict[int, set[tuple[int, int]]] = {}
    for row, column in changes.anchors - general:
        keys.setdefault(row, set()).add((row, column))

    headers = {
        place: fitted(cell_text(value))
        for place, value in changes.cells.items()
        if place[0] == changes.frozen_rows and cell_text(value)
    }
    standing: dict[tuple[int, int], str] = {}

    def batch(blocks: Sequence[Block], vacant: Sequence[Area]) -> Batch:
        rows = {row for block in blocks for row in range(block.area.top, block.area.bottom + 1)}
        rested = general.union(*(keys.get(row, set()) for row in rows))
        anchors = {place: read.at(*place) if read is not None else "" for place in rested} | standing
        standing.update(headers)
        return Batch(blocks=tuple(blocks), anchors=anchors, vacant=tuple(vacant))

    blocks: list[Block] = []
    vacant: list[Area] = []
    size = 0
    for piece in chain(
        _fresh(fresh_columns, last_column, grid[0]), _present(present), _added(added, last_row, grid[1])
    ):
        if size and size + piece.size > _PAYLOAD:
            yield batch(blocks, vacant)
            blocks, vacant, size = [], [], 0
        blocks += piece.blocks
        vacant += piece.vacant
        size += piece.size
    if blocks:
        yield batch(blocks, vacant)


@frozen
class _Piece:
    """Blocks that are not taken apart, what must be vacant for them, and about how many bytes they make."""

    blocks: tuple[Block, ...]
    vacant: tuple[Area, ...]

    @property
    def size(self) -> int:
        return sum(_weight(line) for block in self.blocks for line in block.values)


def _fresh(cells: Mapping[tuple[int, int], CellValue], last_column: int, height: int) -> Iterator[_Piece]:
    if cells:
        blocks = tuple(_blocks(cells))
        bottom = max(height, *(b.area.bottom for b in blocks))
        yield _Piece(blocks, (Area(1, last_column + 1, bottom, max(b.area.right for b in blocks)),))


def _present(cells: Mapping[tuple[int, int], CellValue]) -> Iterator[_Piece]:
    for block in _blocks(cells):
        for part in _parts(block):
            yield _Piece((part,), ())


def _added(rows: Mapping[int, Mapping[int, CellValue]], last_row: int, width: int) -> Iterator[_Piece]:
    """Whole rows must be vacant: what somebody typed there meanwhile, in whatever column, is theirs.

    A cell may look vacant and hold a formula that comes to nothing yet, so columns between ours are not touched.
    """
    if not rows:
        return
    columns = sorted({column for cells in rows.values() for column in cells})
    lines = tuple(
        tuple(rows.get(row, {}).get(column) for column in columns) for row in range(last_row + 1, max(rows) + 1)
    )
    for part in _parts(Block(last_row + 1, columns[0], lines)):
        bottom = part.row + len(part.values) - 1
        blocks = tuple(
            Block(part.row, columns[start], tuple(line[start:end] for line in part.values))
            for start, end in _neighbours(columns)
        )
        yield _Piece(blocks, (Area(part.row, 1, bottom, max(columns[-1], width)),))


def _neighbours(columns: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Slices of the sorted *columns*, each of columns that stand side by side."""
    start = 0
    for end in range(1, len(columns) + 1):
        if end == len(columns) or columns[end] != columns[end - 1] + 1:
            yield start, end
            start = end


def _blocks(cells: Mapping[tuple[int, int], CellValue]) -> list[Block]:
    """The cells, and no others, in few rectangles."""
    runs: list[tuple[int, int, list[CellValue]]] = []
    for (row, column), value in sorted(cells.items(), key=lambda item: item[0]):
        if runs and runs[-1][0] == row and runs[-1][1] + len(runs[-1][2]) == column:
            runs[-1][2].append(value)
        else:
            runs.append((row, column, [value]))
    found: list[tuple[int, int, list[tuple[CellValue, ...]]]] = []
    newest: dict[tuple[int, int], int] = {}
    for row, column, values in runs:
        span = (column, len(values))
        over = found[newest[span]] if span in newest else None
        if over is not None and over[0] + len(over[2]) == row:
            over[2].append(tuple(values))
        else:
            newest[span] = len(found)
            found.append((row, column, [tuple(values)]))
    return [Block(row, column, tuple(lines)) for row, column, lines in found]


def _parts(block: Block) -> Iterator[Block]:
    """The block in parts that pack well, cut between its rows."""
    top, size = block.row, 0
    lines: list[tuple[CellValue, ...]] = []
    for line in block.values:
        weight = _weight(line)
        if lines and size + weight > _PART:
            yield Block(top, block.column, tuple(lines))
            top, size, lines = top + len(lines), 0, []
        lines.append(line)
        size += weight
    yield Block(top, block.column, tuple(lines))


def _weight(line: Sequence[CellValue]) -> int:
    texts = sum(len(value.encode("utf-8", "replace")) for value in line if isinstance(value, str))
    return _CELL_WRAPPING * len(line) + texts
