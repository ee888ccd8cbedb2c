"""What to write: the least that makes every company's row say what the database says, and nothing of the person's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import frozen

from ats_core.domain.identity import CompanyId
from ats_core.sheet.cells import still_holds
from ats_core.sheet.columns import CHOICES, COLUMN_ORDER, ENGLISH, OURS, THEIRS, Column, Labels
from ats_core.sheet.layout import Layout
from ats_core.sheet.projection import SheetRow
from ats_core.sheet.table import CellValue, SheetChanges, cell_text

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
    labels: Labels = ENGLISH,
    full: bool = False,
    append: bool = True,
) -> SheetDelta:
    """Compare *rows* with the sheet.

    A row whose hash is the one last *written* is left alone, unless a cell of ours plainly no longer holds what we
    wrote; in any other row, and with *full* in all, the cells that differ from what was read are written. Rows that
    the sheet does not have are appended in the order given, if *append*. The person's cells are written where they
    come to be: in an appended row, or under a header that was missing.
    """
    columns = dict(layout.columns)
    fresh: list[Column] = []
    for column in COLUMN_ORDER:
        if column not in columns:
            columns[column] = layout.last_column + len(fresh) + 1
            fresh.append(column)
    cells: dict[tuple[int, int], CellValue] = {(layout.header_row, columns[c]): labels[c] for c in fresh}
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
            updated += bool(values)
            unchanged += not values
            mended += bool(values) and same and not fresh
        cells |= {(number, columns[c]): value for c, value in values.items()}
        hashes[row.company_id] = row.hash
    choices = {columns[c]: CHOICES[c] for c in fresh if c in CHOICES}
    return SheetDelta(
        changes=SheetChanges(cells=cells, choices=choices, frozen_rows=layout.header_row),
        hashes=hashes,
        added=added,
        updated=updated,
        unchanged=unchanged,
        mended=mended,
    )


def _differences(layout: Layout, number: int, row: SheetRow, *, tolerant: bool) -> dict[Column, CellValue]:
    """Our cells of row *number* that do not hold their value."""
    found: dict[Column, CellValue] = {}
    for column in OURS:
        read, value = layout.text(number, column), row.ours[column]
        if layout.is_uncalculated(number, column) or not (
            still_holds(read, value) if tolerant else read == cell_text(value)
        ):
            found[column] = value
    return found
