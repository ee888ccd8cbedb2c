"""What to write: the least that makes every company's row say what the database says, and nothing of the person's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from attrs import frozen

from ats_core.domain.identity import CompanyId
from ats_core.sheet.cells import still_holds
from ats_core.sheet.columns import COLUMN_ORDER, OURS, THEIRS, Column, column_look
from ats_core.sheet.layout import Layout
from ats_core.sheet.projection import SheetRow
from ats_core.sheet.table import CellValue, SheetChanges, cell_text
from ats_core.sheet.wording import IN_ENGLISH, Wording

__all__ = ["SheetDelta", "sheet_delta"]


@frozen(kw_only=True)
class SheetDelta:
    """The *changes* to a worksheet, and the hash of every row that it then holds, by company.

    *added*, *updated*, *unchanged* count rows; *mended* those among the updated in which only cells of ours had been
    overtyped.
    """

    changes: SheetChanges
    hashes: Mapping[CompanyId, str]
    added: int
    updated: int
    unchanged: int
    mended: int


def sheet_delta(
    layout: Layout,
    rows: Sequence[SheetRow],
    *,
    written: Mapping[CompanyId, str],
    wording: Wording = IN_ENGLISH,
    merged: Mapping[int, str] = MappingProxyType({}),
    full: bool = False,
    append: bool = True,
) -> SheetDelta:
    """Compare *rows* with the sheet.

    A row whose hash is the one last *written* is left alone, unless a cell of ours plainly no longer holds what we
    wrote; in any other row, and with *full* in all, the cells that differ from what was read are written. Rows that
    the sheet does not have are appended in the order given, if *append*. The person's cells are written where they
    come to be: in an appended row, or under a header that was missing; that is added only with *append*, for then
    *rows* are all that it is to be filled in. The changes rest on every header that was
    found, and on the id of every row that is written and of its copies. *merged* is what our status column says of
    rows whose companies were merged into others, by row; nothing else of them is written.
    """
    columns = dict(layout.columns)
    fresh: list[Column] = []
    for column in COLUMN_ORDER:
        if column not in columns and (append or column in OURS):
            columns[column] = layout.last_column + len(fresh) + 1
            fresh.append(column)
    cells: dict[tuple[int, int], CellValue] = {(layout.header_row, columns[c]): wording.labels[c] for c in fresh}
    anchors = {(layout.header_row, number) for number in layout.columns.values()}
    copies: dict[int, list[int]] = {}
    for copy, first in layout.repeated:
        copies.setdefault(first, []).append(copy)
    next_row = max(layout.last_row, layout.header_row) + 1
    hashes: dict[CompanyId, str] = {}
    added = updated = unchanged = mended = 0
    for row in rows:
        number = layout.row_of(row.company_id)
        values: dict[Column, CellValue]
        if number is None:
            if not append:
                continue
            values = {c: v for c, v in (*row.ours.items(), *row.initial.items()) if v is not None}
            number = next_row
            next_row += 1
            added += 1
        else:
            same = written.get(row.company_id) == row.hash
            values = _differences(layout, number, row, tolerant=same and not full)
            values |= {c: row.initial[c] for c in THEIRS if c in fresh and row.initial[c] is not None}
            if values:
                # Where a person copied the row, which of them is the first shows only in where all of them stand.
                anchors.update((n, columns[Column.ID]) for n in (number, *copies.get(number, ())))
            updated += bool(values)
            unchanged += not values
            mended += bool(values) and same and not fresh
        cells |= {(number, columns[c]): value for c, value in values.items()}
        hashes[row.company_id] = row.hash
    for number, told in merged.items():
        if layout.text(number, Column.STATUS) != told:
            cells[number, columns[Column.STATUS]] = told
            anchors.update((n, columns[Column.ID]) for n in (number, *copies.get(number, ())))
    return SheetDelta(
        changes=SheetChanges(
            cells=cells,
            anchors=frozenset(anchors),
            looks={number: column_look(c, wording.choices) for c, number in columns.items()},
            fresh=frozenset(columns[c] for c in fresh),
            frozen_rows=layout.header_row,
        ),
        hashes=hashes,
        added=added,
        updated=updated,
        unchanged=unchanged,
        mended=mended,
    )


def _differences(layout: Layout, number: int, row: SheetRow, *, tolerant: bool) -> dict[Column, CellValue]:
    """Our cells of row *number* that do not hold their value. The id is what the row was found by: it stays."""
    found: dict[Column, CellValue] = {}
    for column in OURS:
        if column is Column.ID:
            continue
        read, value = layout.text(number, column), row.ours[column]
        if layout.is_uncalculated(number, column) or not (
            still_holds(read, value) if tolerant else read == cell_text(value)
        ):
            found[column] = value
    return found
