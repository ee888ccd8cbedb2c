"""Everything stored is brought under the catalog, in whatever state it was left, and it is told what moved."""

from __future__ import annotations

from datetime import timedelta

import anyio
import pytest
from attrs import evolve
from tests.unit.catalogs import SMALL, small_catalog
from tests.unit.runners.kept_offers import a_company, an_offer, keep

from ats_core.domain.board import Source
from ats_core.domain.match import Label
from ats_core.domain.run import Loop, RunnerName, RunnerReport, RunStatus
from ats_core.errors import LockHeld
from ats_core.pipeline import Pipeline
from ats_core.runners import company_totals, rescoring
from ats_core.runners.rescoring_run import RescoringRunner
from ats_core.scoring.scorer import Scorer
from ats_core.settings import PipelineSettings
from ats_core.testing.clock import FakeClock
from ats_core.testing.event_log import RecordingLog
from ats_core.testing.memory_store import MemoryDatabase, MemoryStore

OLD = Scorer(small_catalog())
#: Cooking is what counts now, and hedging no more.
NEW = Scorer(small_catalog(SMALL.replace('version = "1"', 'version = "2"').replace("hedg", "cook")))


class Kitchen:
    """A database with two companies, scored under the old catalog."""

    def __init__(self, offers: int = 3) -> None:
        self.clock = FakeClock()
        self.log = RecordingLog()
        self.store = MemoryStore()
        self.acme = self.add("acme", "Analyst {n}\nWe do hedging, case {n}", offers)
        self.bolt = self.add("bolt", "Chef {n}\nWe do cooking and treasury, case {n}", offers)

    def add(self, slug: str, text: str, offers: int) -> Source:
        source = a_company(self.store, slug, self.clock.now())
        made = (an_offer(source, f"{n}", text.format(n=n), self.clock.now()) for n in range(offers))
        keep(self.store, OLD, self.clock.now(), *made)
        return source

    def run(self, scorer: Scorer, *, every: bool = False) -> tuple[RunnerReport, RescoringRunner]:
        runner = RescoringRunner(self.store, scorer, self.clock, self.log, every=every)
        return anyio.run(runner.run_once), runner

    def scores(self) -> dict[str, tuple[float, Label, str | None]]:
        with self.store.read() as uow:
            return {s.name: (s.score, s.label, s.top_category) for s in uow.reports.standings()}


def test_another_catalog_scores_everything_and_the_moves_are_told() -> None:
    kitchen = Kitchen()
    before = kitchen.scores()
    report, runner = kitchen.run(NEW)
    assert report.status is RunStatus.COMPLETED
    assert report.counters == {"rescored": 6, "companies_rescored": 2, "companies_moved": 2, "labels_changed": 2}
    assert kitchen.scores() != before
    assert [(move.standing.name, move.by) for move in runner.moves] == [("bolt", 2.0), ("acme", -2.0)]
    moved = {move.standing.name: move for move in runner.moves}
    assert moved["bolt"].after is not None
    assert (moved["bolt"].after.rank, moved["bolt"].after.score) == (1, 4.0)


def test_what_is_current_is_left_alone_and_that_is_said() -> None:
    kitchen = Kitchen()
    before = kitchen.store.changes
    report, runner = kitchen.run(OLD)
    assert (report.status, runner.moves) == (RunStatus.SKIPPED, ())
    assert OLD.catalog.version in report.note
    assert kitchen.store.changes == before


def test_everything_is_scored_again_when_that_is_asked_for() -> None:
    kitchen = Kitchen()
    kitchen.clock.advance(timedelta(hours=1))
    report, runner = kitchen.run(OLD, every=True)
    assert report.counters["rescored"] == 6
    assert runner.moves == ()
    with kitchen.store.read() as uow:
        assert uow.offers.outdated(OLD.catalog.version) == {}


@pytest.mark.parametrize("writes", range(7))
def test_stopped_at_any_transaction_it_goes_on_where_it_was(writes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rescoring, "BATCH", 2)
    monkeypatch.setattr(company_totals, "LOOKED_AT", 2)
    monkeypatch.setattr(company_totals, "WORKED_ON", 2)
    whole, stopped = Kitchen(offers=5), Kitchen(offers=5)
    whole.run(NEW, every=True)

    class Killed(Exception):
        pass

    class DyingStore(MemoryStore):
        left = writes

        def write(self):  # type: ignore[no-untyped-def]
            if not self.left:
                raise Killed
            self.left -= 1
            return super().write()

    dying = DyingStore(stopped.store.database)
    with pytest.raises(Killed):
        anyio.run(RescoringRunner(dying, NEW, stopped.clock, stopped.log, every=True).run_once)
    report, _ = stopped.run(NEW)
    assert report.counters["rescored"] <= 10
    assert contents(stopped.store.database) == contents(whole.store.database)


def contents(database: MemoryDatabase) -> object:
    tables = database.tables
    return tables.offers, tables.matches, tables.metrics, tables.signals


def test_a_large_company_is_scored_in_several_transactions_and_refreshed_in_the_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rescoring, "BATCH", 3)
    monkeypatch.setattr(company_totals, "WORKED_ON", 3)
    kitchen = Kitchen(offers=8)
    report, _ = kitchen.run(NEW)
    assert report.counters["rescored"] == 16
    assert kitchen.scores() == {"bolt": (4.0, Label.MEDIUM, "fx"), "acme": (0.0, Label.NONE, None)}


def test_progress_is_told_with_its_end_in_sight() -> None:
    kitchen = Kitchen()
    kitchen.run(NEW)
    assert [(step.what, step.done, step.total) for step in kitchen.log.steps] == [("rescoring", 6, 6)]
    assert [e.fields for e in kitchen.log.events if e.name == "rescoring"] == [{"done": 6, "total": 6}]


def test_a_rescoring_is_a_run_of_its_own_under_the_lock_of_ingestion() -> None:
    kitchen = Kitchen()
    lock = kitchen.store.lock(kitchen.clock)

    def pipeline() -> Pipeline:
        runner = RescoringRunner(kitchen.store, NEW, kitchen.clock, kitchen.log)
        return Pipeline(
            store=kitchen.store, lock=lock, runners=[runner], clock=kitchen.clock, log=kitchen.log,
            settings=PipelineSettings(), owner="me",
        )  # fmt: skip

    held = lock.acquire("ingest", "another", timedelta(hours=1))
    with pytest.raises(LockHeld):
        anyio.run(pipeline().run, Loop.RESCORE)
    lock.release(held)
    sheets = lock.acquire("sheets", "another", timedelta(hours=1))
    outcome = anyio.run(pipeline().run, Loop.RESCORE)
    lock.release(sheets)
    assert outcome.run.status is RunStatus.COMPLETED
    with kitchen.store.read() as uow:
        (record,) = uow.runs.newest(5)
    assert (record.run.loop, [r.report.runner for r in record.runners]) == (Loop.RESCORE, [RunnerName.RESCORING])
    assert record.runners[0].report.counters["rescored"] == 6


def test_a_lost_lock_ends_it_and_nothing_more_is_written() -> None:
    kitchen = Kitchen()
    lock = kitchen.store.lock(kitchen.clock)
    kitchen.store.fence([evolve(lock.acquire("ingest", "me", timedelta(hours=1)), token=99)])
    before = kitchen.store.changes
    with pytest.raises(Exception, match="taken over"):
        kitchen.run(NEW)
    assert kitchen.store.changes == before
