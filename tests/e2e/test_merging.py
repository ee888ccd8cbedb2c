"""A person says that two rows are one company: nothing is lost, and the lists do not make two of it again."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import pytest
from tests.e2e.program import atsp
from tests.unit.runners.kept_offers import a_company, an_offer, keep

from ats_adapters.catalogs import builtin_catalog
from ats_adapters.sqlite import SqliteStore, open_store
from ats_adapters.system.clock import SystemClock
from ats_core.domain.board import Source
from ats_core.domain.metrics import CompanyMetrics
from ats_core.domain.run import RunnerName
from ats_core.runners.rescoring import refresh_stale_metrics, rescore_outdated
from ats_core.runners.tally import Tally
from ats_core.scoring.scorer import Scorer
from ats_core.testing.clock import FakeClock
from ats_core.testing.event_log import RecordingLog

NOW = datetime(2026, 7, 4, 12, tzinfo=UTC)
SCORER = Scorer(builtin_catalog())
TEXTS = {
    "1": "Treasury manager\nYou own our cross-border payments and hedge our currency risk, in many currencies.",
    "2": "Payments lead\nYou run SEPA and SWIFT transfers to suppliers abroad.",
}


def fill(store: SqliteStore) -> tuple[Source, Source]:
    """Two companies, one of which has posted what the other had posted before."""
    acme, iberia = a_company(store, "acme", NOW), a_company(store, "acme-iberia", NOW)
    keep(store, SCORER, NOW, *(an_offer(acme, key, text, NOW - timedelta(days=9)) for key, text in TEXTS.items()))
    keep(store, SCORER, NOW, an_offer(iberia, "9", TEXTS["1"], NOW))
    return acme, iberia


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "companies.csv").write_text("name,website\nacme,acme.example\nacme-iberia,acme-iberia.example\n")
    (tmp_path / "atsp.toml").write_text(
        '[database]\npath = "atsp.db"\n[[directories]]\nkind = "csv"\npath = "companies.csv"\n'
    )
    with open_store(tmp_path / "atsp.db", create=True) as store:
        fill(store)
    return tmp_path


def metrics(store: SqliteStore) -> dict[str, CompanyMetrics | None]:
    with store.read() as work:
        return {summary.company.name: summary.metrics for summary in work.reports.companies()}


def test_two_rows_become_one_with_the_offers_of_both_counted_together(folder: Path) -> None:
    done = atsp("companies", "merge", "acme.example", "acme-iberia.example", "--yes", "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["name"], told["domain"], len(told["merged"])) == ("acme", "acme.example", 1)
    with open_store(folder / "atsp.db", create=False) as store:
        found = metrics(store)["acme"]
        assert found is not None
        assert (found.open_offers, found.unique_offers, found.reposted_30d) == (3, 2, 1)
        before = metrics(store)

        async def rescore() -> None:
            tally, clock = Tally(RunnerName.INGESTION), FakeClock(NOW)
            await rescore_outdated(store, SCORER, clock, RecordingLog(), tally)
            await refresh_stale_metrics(store, SCORER, clock, tally)

        anyio.run(rescore)
        assert metrics(store) == before
    why = atsp("why", told["merged"][0], "--json", cwd=folder)
    assert json.loads(why.stdout)["id"] == told["id"]
    read = atsp("run", "--only", "directory", "--json", cwd=folder)
    assert read.returncode == 0, read.stderr
    assert "list companies.csv: read 20" in atsp("status", cwd=folder).stdout
    with closing(sqlite3.connect(folder / "atsp.db")) as database:
        assert database.execute("SELECT name FROM companies").fetchall() == [("acme",)]
        assert database.execute("SELECT count(*) FROM company_listings").fetchone() == (1,)


def test_nothing_is_merged_without_a_yes_nor_while_a_run_is_at_it(folder: Path) -> None:
    asked = atsp("companies", "merge", "acme.example", "acme-iberia.example", cwd=folder)
    assert asked.returncode == 130
    assert "acme-iberia (acme-iberia.example, c_" in asked.stderr
    twice = atsp("companies", "merge", "acme.example", "https://www.acme.example/", "--yes", cwd=folder)
    assert (twice.returncode, "is named twice" in twice.stderr) == (2, True)
    with open_store(folder / "atsp.db", create=False) as store:
        lease = store.lock(SystemClock()).acquire("sheets", "another run", timedelta(minutes=5))
        held = atsp("companies", "merge", "acme.example", "acme-iberia.example", "--yes", cwd=folder)
        assert (held.returncode, "another run" in held.stderr) == (3, True)
        store.lock(SystemClock()).release(lease)
        with store.read() as work:
            assert len(work.reports.companies()) == 2
