from __future__ import annotations

from datetime import timedelta

import anyio
import pytest
from tests.unit.sheet.companies_of_the_sheet import NOW, store_company

from ats_core.domain.feedback import FeedbackEvent, FeedbackField, FeedbackOutcome
from ats_core.domain.run import RunnerReport, RunStatus
from ats_core.errors import LeaseLost, SheetError
from ats_core.runners.sheets_sync import SheetsSyncRunner
from ats_core.settings import SheetSettings
from ats_core.testing.clock import FakeClock
from ats_core.testing.event_log import RecordingLog
from ats_core.testing.memory_store import MemoryStore
from ats_core.testing.sheet_gateway import FakeSheet

FILE = SheetSettings(file="leads.xlsx")


@pytest.fixture
def store() -> MemoryStore:
    store = MemoryStore()
    for name, score in (("Norte", 9.0), ("Sur", 6.0), ("Este", 3.0)):
        store_company(store, name, score)
    return store


def sync(
    store: MemoryStore, sheet: FakeSheet | None, settings: SheetSettings = FILE, *, full: bool = False
) -> RunnerReport:
    runner = SheetsSyncRunner(store, sheet, FakeClock(NOW), RecordingLog(), settings, full=full)
    return anyio.run(runner.run_once)


def names(sheet: FakeSheet) -> list[str]:
    column = sheet.column("company")
    return [sheet.cell(row, column) for row in range(2, len(sheet.grid) + 1)]


def test_without_a_sheet_it_is_skipped_and_says_so(store: MemoryStore) -> None:
    report = sync(store, None, SheetSettings())
    assert report.status is RunStatus.SKIPPED
    assert "no sheet is configured" in report.note


def test_the_first_sync_writes_every_company_ranked(store: MemoryStore) -> None:
    sheet = FakeSheet()
    report = sync(store, sheet)
    assert names(sheet) == ["Norte", "Sur", "Este"]
    assert report.status is RunStatus.COMPLETED
    assert (report.counters["added"], report.counters["rows"]) == (3, 3)
    assert len(sheet.writes) == 1


def test_the_second_sync_writes_neither_sheet_nor_database(store: MemoryStore) -> None:
    sheet = FakeSheet()
    sync(store, sheet)
    changes = store.changes
    report = sync(store, sheet)
    assert len(sheet.writes) == 1
    assert store.changes == changes
    assert (report.counters["unchanged"], report.counters["cells_written"]) == (3, 0)


def test_a_company_that_changed_is_written_alone(store: MemoryStore) -> None:
    sheet = FakeSheet()
    sync(store, sheet)
    store_company(store, "Sur", 6.5)
    report = sync(store, sheet)
    assert sheet.writes[-1].cells == {(3, sheet.column("score")): 6.5}
    assert (report.counters["updated"], report.counters["unchanged"]) == (1, 2)


def test_a_row_that_a_person_deleted_comes_back_with_its_decision(store: MemoryStore) -> None:
    sheet = FakeSheet()
    sync(store, sheet)
    of = store_company(store, "Norte", 9.0)
    event = FeedbackEvent(
        company_id=of.id,
        field=FeedbackField.NOTES,
        read="call",
        previous="",
        value="call",
        outcome=FeedbackOutcome.APPLIED,
        detail="",
        at=NOW,
    )
    with store.write() as work:
        work.feedback.append([event])
    sheet.delete_row(2)
    sync(store, sheet)
    assert names(sheet) == ["Sur", "Este", "Norte"]
    assert sheet.cell(4, sheet.column("notes")) == "call"
    assert sheet.cell(4, sheet.column("resolution")) == "PENDING"


def test_a_company_that_fell_below_the_minimum_stays_until_its_row_is_deleted(store: MemoryStore) -> None:
    sheet = FakeSheet()
    sync(store, sheet)
    higher = SheetSettings(file="leads.xlsx", minimum_score=5)
    store_company(store, "Este", 2.5)
    sync(store, sheet, higher)
    assert sheet.cell(4, sheet.column("score")) == "2.5"
    sheet.delete_row(4)
    sync(store, sheet, higher)
    assert names(sheet) == ["Norte", "Sur"]
    with store.read() as work:
        assert len(work.sheet.row_hashes()) == 2


def test_rows_are_bounded(store: MemoryStore) -> None:
    sheet = FakeSheet()
    sync(store, sheet, SheetSettings(file="leads.xlsx", maximum_rows=2))
    assert names(sheet) == ["Norte", "Sur"]


def test_killed_between_the_sheet_and_the_database_the_next_sync_ends_the_same(store: MemoryStore) -> None:
    class Killed(Exception):
        pass

    def kill() -> None:
        raise Killed

    sheet = FakeSheet()
    sheet.after_write = kill
    with pytest.raises(Killed):
        sync(store, sheet)
    sheet.after_write = None
    grid = [list(cells) for cells in sheet.grid]
    sync(store, sheet)
    assert sheet.grid == grid
    assert len(sheet.writes) == 1
    with store.read() as work:
        assert len(work.sheet.row_hashes()) == 3


def test_an_edit_between_reading_and_writing_is_kept_and_the_sync_tries_again(store: MemoryStore) -> None:
    sheet = FakeSheet()
    sync(store, sheet)
    store_company(store, "Sur", 6.5)
    sheet.before_write = [lambda: sheet.insert_row(2, ["", "typed meanwhile"])]
    report = sync(store, sheet)
    assert report.status is RunStatus.COMPLETED
    assert sheet.grid[1][1] == "typed meanwhile"
    assert sheet.cell(sheet.row("Sur"), sheet.column("score")) == "6.5"


def test_a_sheet_that_somebody_keeps_editing_is_given_up_and_recorded(store: MemoryStore) -> None:
    sheet = FakeSheet()
    sync(store, sheet)
    store_company(store, "Sur", 6.5)
    sheet.before_write = [lambda: sheet.type(9, 1, "again")] * 3
    report = sync(store, sheet)
    assert report.status is RunStatus.PARTIAL
    assert "somebody edited the sheet each of the 3 times" in report.failures[0].detail
    assert len(sheet.writes) == 1


def test_a_sheet_that_is_down_is_recorded_and_never_raised(store: MemoryStore) -> None:
    sheet = FakeSheet()
    sheet.down = SheetError("it cannot be read", where="there")
    report = sync(store, sheet)
    assert report.status is RunStatus.PARTIAL
    assert [(f.kind, f.detail) for f in report.failures] == [("sheet", "there: it cannot be read")]


def test_a_worksheet_of_somebody_elses_is_not_touched(store: MemoryStore) -> None:
    sheet = FakeSheet([["name", "price"], ["bolt", "1"]])
    report = sync(store, sheet)
    assert report.status is RunStatus.PARTIAL
    assert sheet.grid == [["name", "price"], ["bolt", "1"]]


def test_a_copied_row_is_reported_and_left_alone(store: MemoryStore) -> None:
    sheet = FakeSheet()
    sync(store, sheet)
    sheet.copy_row(2, 5)
    store_company(store, "Norte", 9.5)
    report = sync(store, sheet)
    assert report.rejected == ("the sheet in memory: row 5: it has the id of row 2, which alone counts",)
    assert [sheet.cell(row, sheet.column("score")) for row in (2, 5)] == ["9.5", "9"]


def test_a_full_sync_writes_cells_that_are_only_formatted_otherwise(store: MemoryStore) -> None:
    sheet = FakeSheet()
    sync(store, sheet)
    sheet.type(2, sheet.column("score"), "9,0")
    assert sync(store, sheet).counters["cells_written"] == 0
    assert sync(store, sheet, full=True).counters["cells_written"] == 1


def test_a_run_whose_lease_was_taken_over_writes_nothing_to_the_sheet(store: MemoryStore) -> None:
    clock, sheet = FakeClock(NOW), FakeSheet()
    lock = store.lock(clock)
    store.fence([lock.acquire("sheets", "slow", timedelta(minutes=1))])
    clock.advance(timedelta(minutes=2))
    lock.acquire("sheets", "next", timedelta(minutes=1))
    with pytest.raises(LeaseLost):
        sync(store, sheet)
    assert sheet.writes == []
    assert not sheet.exists
