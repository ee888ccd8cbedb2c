"""The gateway against Google itself, where somebody gives it a spreadsheet to write in."""

from __future__ import annotations

import functools
import os
import secrets
from datetime import date

import anyio
import pytest

from ats_adapters.sheets.google import ats_sheet
from ats_adapters.sheets.google.access import FILE_VARIABLE, JSON_VARIABLE
from ats_adapters.sheets.google.sheet import GoogleSheet
from ats_core.errors import SheetChanged
from ats_core.ports import SheetGateway
from ats_core.settings import HttpSettings, SheetSettings
from ats_core.sheet.columns import COLUMN_ORDER, column_look
from ats_core.sheet.table import CellValue, SheetChanges, SheetTable
from ats_core.testing.sheet_suite import HOSTILE_TEXTS

SPREADSHEET = "GOOGLE_TEST_SPREADSHEET_ID"
missing = [name for name in (SPREADSHEET,) if not os.environ.get(name)]
if not (os.environ.get(FILE_VARIABLE) or os.environ.get(JSON_VARIABLE)):
    missing.append(f"{FILE_VARIABLE} or {JSON_VARIABLE}")
pytestmark = pytest.mark.skipif(bool(missing), reason=f"no Google account to test with: set {', '.join(missing)}")


def read(gateway: SheetGateway) -> SheetTable | None:
    return anyio.run(gateway.read)


def write(gateway: SheetGateway, changes: SheetChanges, at: SheetTable | None) -> None:
    anyio.run(functools.partial(gateway.write, changes, read=at))


def test_a_worksheet_is_made_read_changed_and_guarded() -> None:
    """In a worksheet of its own, which stays there to be looked at."""
    settings = SheetSettings(spreadsheet_id=os.environ[SPREADSHEET], worksheet=f"test {secrets.token_hex(4)}")

    def gateway() -> SheetGateway:
        found = ats_sheet(settings, HttpSettings())
        assert found is not None
        return found

    looks = {number: column_look(column) for number, column in enumerate(COLUMN_ORDER, 1)}
    first: dict[tuple[int, int], CellValue] = {(1, n): column.value for n, column in enumerate(COLUMN_ORDER, 1)}
    first |= {(row, 1): f"c_{row}" for row in range(2, 2 + len(HOSTILE_TEXTS))}
    first |= {(row, 2): text for row, text in enumerate(HOSTILE_TEXTS, 2)}
    first |= {(2, 5): 7.5, (2, 14): date(2026, 11, 2)}
    ours, another = gateway(), gateway()
    assert read(ours) is None
    write(ours, SheetChanges(cells=first, looks=looks, fresh=frozenset(looks)), None)
    table = read(another)
    assert table is not None
    assert [table.at(row, 2) for row in range(2, 2 + len(HOSTILE_TEXTS))] == list(HOSTILE_TEXTS)
    assert (table.at(2, 5), table.at(2, 14)) == ("7.5", "2026-11-02")
    # Somebody else changes an id between reading and writing: what is written is taken back.
    write(another, SheetChanges(cells={(3, 1): "c_moved"}, anchors=frozenset({(1, 1)}), looks=looks), table)
    changes = SheetChanges(cells={(3, 5): 1.0}, anchors=frozenset({(1, 1), (3, 1)}), looks=looks)
    with pytest.raises(SheetChanged):
        write(ours, changes, table)
    table = read(ours)
    assert table is not None
    assert (table.at(3, 1), table.at(3, 5)) == ("c_moved", "")
    write(ours, changes, table)
    last = read(another)
    assert last is not None
    assert last.at(3, 5) == "1"


def test_rows_that_a_filter_hides_are_written_like_any_other() -> None:
    """What a write puts aside is copied, and a browser leaves out of a copy the rows that a filter hides."""
    settings = SheetSettings(spreadsheet_id=os.environ[SPREADSHEET], worksheet=f"test {secrets.token_hex(4)}")
    ours = ats_sheet(settings, HttpSettings())
    assert isinstance(ours, GoogleSheet)
    looks = {number: column_look(column) for number, column in enumerate(COLUMN_ORDER, 1)}
    first: dict[tuple[int, int], CellValue] = {(1, n): column.value for n, column in enumerate(COLUMN_ORDER, 1)}
    first |= {(row, 1): f"c_{row}" for row in range(2, 12)}
    first |= {(row, 5): float(row % 3) for row in range(2, 12)}
    write(ours, SheetChanges(cells=first, looks=looks, fresh=frozenset(looks)), None)
    tab = ours._document.book.tab if ours._document.book is not None else None
    assert tab is not None
    hiding = [{"columnIndex": 0, "filterCriteria": {"hiddenValues": [f"c_{row}" for row in range(3, 8)]}}]
    area = {"sheetId": tab.id, "startRowIndex": 0, "startColumnIndex": 0, "endColumnIndex": len(COLUMN_ORDER)}
    request = {"setBasicFilter": {"filter": {"range": area, "filterSpecs": hiding}}}
    anyio.run(functools.partial(ours._document.commit, [request], applied=lambda book: False))
    rows = range(2, 13)
    cells: dict[tuple[int, int], CellValue] = {(row, 5): 9.0 for row in rows} | {(12, 1): "c_12"}
    anchors = frozenset({(1, 1), (1, 5), *((row, 1) for row in range(2, 12))})
    write(ours, SheetChanges(cells=cells, anchors=anchors, looks=looks), read(ours))
    table = read(ours)
    assert table is not None
    assert [(table.at(row, 1), table.at(row, 5)) for row in rows] == [(f"c_{row}", "9") for row in rows]
