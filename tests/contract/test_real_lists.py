"""Real lists of companies, where there are any beside the checkout: every line becomes a company or says why not."""

from __future__ import annotations

import csv
from pathlib import Path

import anyio
import pytest
from attrs import evolve

from ats_adapters.directories.csv_list import CsvFormat
from ats_adapters.directories.files import FileDirectory
from ats_adapters.directories.markdown_list import MarkdownFormat
from ats_core.domain.shared_hosts import is_shared_host
from ats_core.runners.directory import DirectoryRunner
from ats_core.testing.clock import FakeClock
from ats_core.testing.directories import read_whole
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
    runner = DirectoryRunner(store, [FileDirectory(name, path, CsvFormat())], FakeClock(), RecordingLog())

    first = anyio.run(runner.run_once)
    companies = evolve(store.database.tables, directories={})
    second = anyio.run(runner.run_once)

    assert first.failures == second.failures == ()
    assert first.counters["records"] == lines
    assert sum(first.counters[part] for part in ("new", "updated", "known", "duplicates", "rejected")) == lines
    with store.read() as work:
        assert len(work.companies.listings(name)) == len(work.reports.companies()) == first.counters["new"] > 0
    assert all("line " in line for line in first.rejected)
    assert {name: count for name, count in second.counters.items() if count} == {"unchanged": 1}
    assert evolve(store.database.tables, directories={}) == companies


def test_a_real_markdown_list_is_taken_in_whole() -> None:
    name = "hiring-without-whiteboards.md"
    path = LISTS / name
    if not path.is_file():
        pytest.skip(f"no real lists beside this checkout (../shared/directories/{name})")
    lines = path.read_text(encoding="utf-8").splitlines()
    items = {number for number, line in enumerate(lines, start=1) if line.lstrip().startswith("- ")}
    companies, rejected, error = read_whole(FileDirectory(name, path, MarkdownFormat()))

    assert error is None
    taken = [company.position for company in companies]
    told_of = [int(record.record.removeprefix("line ")) for record in rejected]
    assert items == (set(taken) | set(told_of)) & items
    assert len(taken) == len(set(taken)) > 700
    assert not set(taken) & set(told_of)
    assert all(record.reason for record in rejected)
    # Whatever its line links to, a company's website is its own.
    assert not [company for company in companies if company.website and is_shared_host(company.website)]

    store = MemoryStore()
    source = FileDirectory(name, path, MarkdownFormat())
    report = anyio.run(DirectoryRunner(store, [source], FakeClock(), RecordingLog()).run_once)
    assert report.counters["records"] == len(companies) + len(rejected)
    assert sum(report.counters[part] for part in ("new", "updated", "known", "duplicates")) == len(companies)
    assert report.counters["rejected"] == len(rejected)
