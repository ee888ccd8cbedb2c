"""Runs and their runners."""

# ruff: noqa: D102 - the name of a test is its sentence

from __future__ import annotations

from attrs import evolve

from ats_core.domain.identity import RunId
from ats_core.domain.run import Failure, Loop, Run, RunnerName, RunnerReport, RunnerRun, RunStatus
from ats_core.ports import Store
from ats_core.testing.store_suite.base import StoreContract
from ats_core.testing.store_suite.examples import at

__all__ = ["RunRepoSuite"]

REPORT = RunnerReport(
    runner=RunnerName.DISCOVERY,
    status=RunStatus.PARTIAL,
    counters={"companies": 12, "found": 3, "failures": 1},
    failures=(Failure("timeout", "https://acme.example/", "no answer in 10 s"),),
    rejected=("line 7: neither a name nor a website",),
    note="one list was cut short",
    error="",
)


class RunRepoSuite(StoreContract):
    """`RunRepo`."""

    @staticmethod
    def start(store: Store, *, owner: str = "host:1:a", loop: Loop = Loop.ALL) -> Run:
        """A run that began."""
        with store.write() as work:
            return work.runs.start(loop, owner, at())

    def test_a_run_and_its_runners_come_back_in_the_order_of_the_runners(self, store: Store) -> None:
        run = self.start(store)
        skipped = RunnerReport(runner=RunnerName.DIRECTORY, status=RunStatus.SKIPPED, note="no list is configured")
        ended = evolve(run, status=RunStatus.PARTIAL, error="the sheet was not reached", finished_at=at(3))
        with store.write() as work:
            work.runs.start_runner(run.id, RunnerName.DISCOVERY, at(1))
            work.runs.finish_runner(run.id, REPORT, at(2))
            work.runs.finish_runner(run.id, skipped, at(1))
            work.runs.start_runner(run.id, RunnerName.INGESTION, at(2))
            work.runs.finish(ended)
        with store.read() as work:
            record = work.runs.get(run.id)
        assert record is not None
        assert record.run == ended
        assert record.runners == (
            RunnerRun(run_id=run.id, report=skipped, started_at=at(1), finished_at=at(1)),
            RunnerRun(run_id=run.id, report=REPORT, started_at=at(1), finished_at=at(2)),
            RunnerRun(
                run_id=run.id,
                report=RunnerReport(runner=RunnerName.INGESTION, status=RunStatus.STARTED),
                started_at=at(2),
                finished_at=None,
            ),
        )
        assert list(record.runners[1].report.counters) == ["companies", "found", "failures"]

    def test_runs_have_growing_numbers_and_the_newest_comes_first(self, store: Store) -> None:
        runs = [self.start(store, owner=f"host:{n}") for n in range(4)]
        assert [run.id for run in runs] == sorted({run.id for run in runs})
        assert runs[0].status is RunStatus.STARTED
        with store.read() as work:
            assert [record.run for record in work.runs.newest(3)] == [runs[3], runs[2], runs[1]]
            assert work.runs.get(RunId(99)) is None

    def test_an_undone_run_leaves_no_record(self, store: Store) -> None:
        class Undo(Exception):
            pass

        try:
            with store.write() as work:
                work.runs.start(Loop.ALL, "host:1", at())
                raise Undo
        except Undo:
            pass
        with store.read() as work:
            assert work.runs.newest(5) == ()

    def test_runs_left_by_dead_processes_are_marked_failed_with_their_runners(self, store: Store) -> None:
        dead, live = self.start(store, owner="dead"), self.start(store, owner="live")
        ended = self.start(store, owner="ended")
        with store.write() as work:
            work.runs.finish(evolve(ended, status=RunStatus.COMPLETED, finished_at=at(1)))
            work.runs.start_runner(dead.id, RunnerName.DISCOVERY, at())
            work.runs.finish_runner(dead.id, REPORT, at(1))
            work.runs.start_runner(dead.id, RunnerName.INGESTION, at(1))
            work.runs.start_runner(live.id, RunnerName.DIRECTORY, at())
        with store.write() as work:
            crashed = work.runs.fail_crashed({"live"}, at(9))
        assert [run.id for run in crashed] == [dead.id]
        assert (crashed[0].status, crashed[0].finished_at) == (RunStatus.FAILED, at(9))
        assert crashed[0].error
        with store.read() as work:
            record = work.runs.get(dead.id)
            alive = work.runs.get(live.id)
        assert record is not None
        assert alive is not None
        assert record.run == crashed[0]
        assert [runner.report.status for runner in record.runners] == [RunStatus.PARTIAL, RunStatus.FAILED]
        assert record.runners[0].report == REPORT
        assert (record.runners[1].report.error, record.runners[1].finished_at) == (crashed[0].error, at(9))
        assert alive.run == live
        assert alive.runners[0].report.status is RunStatus.STARTED

    def test_nothing_is_marked_twice(self, store: Store) -> None:
        self.start(store, owner="dead")
        with store.write() as work:
            assert len(work.runs.fail_crashed((), at(9))) == 1
            assert work.runs.fail_crashed((), at(10)) == ()
