"""Real lists of companies, where there are any beside the checkout: every line becomes a company or says why not."""

from __future__ import annotations

import csv
from pathlib import Path

import anyio
import pytest

from ats_adapters.directories.files import CsvDirectory
from ats_core.runners.directory import DirectoryRunner
from ats_core.testing.clock import FakeClock
from ats_core.testing.event_log import RecordingLog
from ats_core.testing.memory_store import MemoryStore

LISTS = Path(__file__).parents[3] / "shared" / "directories"


@pytest.mark.parametrize("name", ["companies.csv", "known_boards.csv"])
def test_a_real_list_is_taken_in_whole(name: str) -> None:
    path = LISTS / name
    if not path.is_file():
        pytest.skip(f"no real lists beside this checkout (../shared/directories/{name})")
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = sum(any(row) for row in csv.reader(file)) - 1
    store = MemoryStore()
    runner = DirectoryRunner(store, [CsvDirectory(name, path)], FakeClock(), RecordingLog())

    first = anyio.run(runner.run_once)
    tables, changes = store.database.tables, store.changes
    second = anyio.run(runner.run_once)

    assert first.failures == second.failures == ()
    assert first.counters["records"] == lines
    for report in (first, second):
        parts = ("new", "updated", "known", "duplicates", "rejected")
        assert sum(report.counters[part] for part in parts) == lines
    with store.read() as work:
        assert len(work.companies.listings(name)) == len(work.reports.companies()) == first.counters["new"] > 0
    assert all("line " in line for line in first.rejected)
    assert second.counters["new"] == second.counters["updated"] == 0
    assert (store.database.tables, store.changes) == (tables, changes)
