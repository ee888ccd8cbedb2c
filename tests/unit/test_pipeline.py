"""Order, locks, records and exit statuses of a run, whatever its runners do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

import anyio
import pytest

from ats_core.domain.run import ExitStatus, Lease, Loop, RunnerName, RunnerReport, RunStatus
from ats_core.domain.summary import RunRecord
from ats_core.errors import DatabaseUnusable, DirectoryError, LeaseLost, LockHeld
from ats_core.pipeline import Pipeline, RunOutcome
from ats_core.settings import PipelineSettings
from ats_core.testing.clock import FakeClock
from ats_core.testing.event_log import RecordingLog
from ats_core.testing.memory_store import MemoryDatabase, MemoryStore

Work = Callable[[], Awaitable[None]]


async def nothing() -> None:
    """A runner with nothing to do."""


class StubRunner:
    def __init__(self, name: RunnerName, trail: list[RunnerName], work: Work, status: RunStatus) -> None:
        self.name = name
        self._trail = trail
        self._work = work
        self._status = status

    async def run_once(self) -> RunnerReport:
        self._trail.append(self.name)
        await self._work()
        return RunnerReport(runner=self.name, status=self._status, counters={"done": 1})


class RealClock(FakeClock):
    """Stands still, and really lets others run while it sleeps."""

    async def sleep(self, seconds: float) -> None:
        await anyio.sleep(0.001)


class Bench:
    """A pipeline of five stub runners on a database in memory."""

    def __init__(self, owner: str = "host:1:a", database: MemoryDatabase | None = None) -> None:
        self.database = database or MemoryDatabase()
        self.store = MemoryStore(self.database)
        self.clock = RealClock()
        self.log = RecordingLog()
        self.owner = owner
        self.trail: list[RunnerName] = []
        self.work: dict[RunnerName, Work] = {}
        self.statuses: dict[RunnerName, RunStatus] = {}

    def pipeline(self) -> Pipeline:
        return Pipeline(
            store=self.store,
            lock=self.store.lock(self.clock),
            runners=[
                StubRunner(n, self.trail, self.work.get(n, nothing), self.statuses.get(n, RunStatus.COMPLETED))
                for n in RunnerName
            ],
            clock=self.clock,
            log=self.log,
            settings=PipelineSettings(lease=timedelta(seconds=30)),
            owner=self.owner,
        )

    def run(self, loop: Loop = Loop.ALL, only: tuple[RunnerName, ...] = ()) -> RunOutcome:
        return anyio.run(self.pipeline().run, loop, only)

    def records(self) -> tuple[RunRecord, ...]:
        with self.store.read() as uow:
            return uow.runs.newest(10)


def test_all_runs_the_five_runners_in_order_and_gives_the_locks_back() -> None:
    bench = Bench()
    outcome = bench.run()
    assert bench.trail == list(Loop.ALL.runners)
    assert outcome.exit_status is ExitStatus.COMPLETED
    assert bench.store.lock(bench.clock).live_owners() == frozenset()
    (record,) = bench.records()
    assert record.run.status is RunStatus.COMPLETED
    assert [r.report.runner for r in record.runners] == list(Loop.ALL.runners)


@pytest.mark.parametrize(
    ("loop", "only", "expected"),
    [
        (Loop.INGEST, (), ["directory", "discovery", "ingestion"]),
        (Loop.SHEETS, (), ["sheets_sync", "feedback"]),
        (Loop.ALL, (RunnerName.FEEDBACK, RunnerName.DIRECTORY), ["directory", "feedback"]),
    ],
)
def test_loops_and_only_choose_runners(loop: Loop, only: tuple[RunnerName, ...], expected: list[str]) -> None:
    bench = Bench()
    bench.run(loop, only)
    assert bench.trail == expected


def test_only_takes_the_locks_that_its_runners_need() -> None:
    bench = Bench()
    bench.store.lock(bench.clock).acquire("sheets", "host:2:b", timedelta(seconds=30))
    assert bench.run(Loop.ALL, (RunnerName.INGESTION,)).exit_status is ExitStatus.COMPLETED
    with pytest.raises(LockHeld):
        bench.run(Loop.ALL, (RunnerName.FEEDBACK,))


def test_a_held_lock_is_said_with_its_owner_and_leaves_nothing_behind() -> None:
    bench = Bench()
    bench.store.lock(bench.clock).acquire("sheets", "host:2:b", timedelta(seconds=30))
    with pytest.raises(LockHeld, match="host:2:b since 20"):
        bench.run()
    assert bench.records() == ()
    assert bench.store.lock(bench.clock).live_owners() == {"host:2:b"}


@pytest.mark.parametrize("status", [RunStatus.PARTIAL, RunStatus.FAILED])
def test_a_best_effort_failure_lets_the_rest_run_and_is_exit_status_4(status: RunStatus) -> None:
    bench = Bench()
    bench.statuses[RunnerName.DISCOVERY] = status
    outcome = bench.run()
    assert outcome.exit_status is ExitStatus.BEST_EFFORT_FAILURES
    assert bench.trail == list(Loop.ALL.runners)


@pytest.mark.parametrize("error", [ValueError("a bug"), DirectoryError("cut short", where="list.csv")])
def test_a_runner_that_raises_is_recorded_and_the_next_one_runs(error: Exception) -> None:
    bench = Bench()

    async def fail() -> None:
        raise error

    bench.work[RunnerName.DIRECTORY] = fail
    outcome = bench.run()
    assert outcome.exit_status is ExitStatus.BEST_EFFORT_FAILURES
    assert bench.trail == list(Loop.ALL.runners)
    (record,) = bench.records()
    assert record.runners[0].report.status is RunStatus.FAILED
    assert str(error) in record.runners[0].report.error


def test_a_fatal_error_ends_the_run_even_from_inside_a_group_and_is_recorded() -> None:
    bench = Bench()

    async def fail() -> None:
        raise BaseExceptionGroup("tasks", [DatabaseUnusable("the disk is full", where="atsp.db")])

    bench.work[RunnerName.DISCOVERY] = fail
    with pytest.raises(DatabaseUnusable, match="disk is full"):
        bench.run()
    assert bench.trail == [RunnerName.DIRECTORY, RunnerName.DISCOVERY]
    (record,) = bench.records()
    assert record.run.status is RunStatus.FAILED
    assert "disk is full" in record.run.error
    assert bench.store.lock(bench.clock).live_owners() == frozenset()


def test_a_run_whose_lock_was_taken_stops_and_writes_nothing_more() -> None:
    bench = Bench()

    async def be_taken_for_dead() -> None:
        bench.clock.advance(timedelta(minutes=2))
        other = MemoryStore(bench.database)
        other.lock(bench.clock).acquire("ingest", "host:2:b", timedelta(seconds=30))
        await anyio.sleep(5)  # the heartbeat notices long before

    bench.work[RunnerName.INGESTION] = be_taken_for_dead
    with pytest.raises(LeaseLost):
        bench.run()
    (record,) = bench.records()
    assert record.run.status is RunStatus.STARTED
    assert RunnerName.SHEETS_SYNC not in bench.trail


def test_the_next_run_marks_a_crashed_one_as_failed() -> None:
    bench = Bench()
    with bench.store.write() as uow:
        dead = uow.runs.start(Loop.ALL, "host:9:dead", bench.clock.now())
        uow.runs.start_runner(dead.id, RunnerName.INGESTION, bench.clock.now())
    bench.run()
    with bench.store.read() as uow:
        record = uow.runs.get(dead.id)
    assert record is not None
    assert record.run.status is RunStatus.FAILED
    assert record.runners[0].report.status is RunStatus.FAILED
    assert bench.log.named("run_crashed")


def test_a_run_of_the_other_loop_that_is_alive_is_not_marked() -> None:
    database = MemoryDatabase()
    other, bench = Bench("host:2:b", database), Bench("host:1:a", database)

    async def meanwhile() -> None:
        await bench.pipeline().run(Loop.SHEETS)

    other.work[RunnerName.INGESTION] = meanwhile
    assert other.run(Loop.INGEST).run.status is RunStatus.COMPLETED
    assert [record.run.status for record in bench.records()] == [RunStatus.COMPLETED, RunStatus.COMPLETED]


def test_a_lock_that_cannot_be_given_back_hides_nothing_of_how_the_run_ended() -> None:
    bench = Bench()
    lock = bench.store.lock(bench.clock)

    class Stuck(type(lock)):  # type: ignore[misc]
        def release(self, lease: Lease) -> None:
            raise DatabaseUnusable("the database is locked by another process")

    pipeline = bench.pipeline()
    pipeline._lock = Stuck(bench.database, bench.clock)
    assert anyio.run(pipeline.run, Loop.ALL).exit_status is ExitStatus.COMPLETED
    assert len(bench.log.named("lock_not_released")) == 2


def test_a_run_of_the_other_loop_that_begins_at_the_same_moment_is_not_marked() -> None:
    database = MemoryDatabase()
    bench, other = Bench("host:1:a", database), MemoryStore(database)
    lock = bench.store.lock(bench.clock)

    class AskedEarly(type(lock)):  # type: ignore[misc]
        def live_owners(self) -> frozenset[str]:
            owners: frozenset[str] = super().live_owners()
            with suppress(DatabaseUnusable), other.write() as uow:  # refused, where we are in a transaction
                other.lock(bench.clock).acquire("sheets", "host:2:b", timedelta(seconds=30))
                uow.runs.start(Loop.SHEETS, "host:2:b", bench.clock.now())
            return owners

    pipeline = bench.pipeline()
    pipeline._lock = AskedEarly(database, bench.clock)
    anyio.run(pipeline.run, Loop.INGEST)
    assert bench.log.named("run_crashed") == []


def test_what_is_recorded_of_an_error_is_one_line() -> None:
    bench = Bench()

    async def fail() -> None:
        raise ValueError("first\nsecond")

    bench.work[RunnerName.DIRECTORY] = fail
    bench.run()
    assert bench.records()[0].runners[0].report.error == "ValueError: first second"


def test_a_cancelled_run_is_recorded_as_interrupted_and_gives_its_locks_back() -> None:
    bench = Bench()

    async def work() -> None:
        with anyio.CancelScope() as scope:

            async def stop() -> None:
                scope.cancel()
                await anyio.sleep(5)

            bench.work[RunnerName.DISCOVERY] = stop
            await bench.pipeline().run(Loop.ALL)

    anyio.run(work)
    (record,) = bench.records()
    assert record.run.status is RunStatus.INTERRUPTED
    assert [r.report.status for r in record.runners] == [RunStatus.COMPLETED, RunStatus.INTERRUPTED]
    assert bench.store.lock(bench.clock).live_owners() == frozenset()


def test_leases_are_renewed_while_a_runner_works() -> None:
    bench = Bench()

    async def long_work() -> None:
        for _ in range(20):
            bench.clock.advance(timedelta(seconds=10))
            await anyio.sleep(0.01)
        with pytest.raises(LockHeld):
            bench.store.lock(bench.clock).acquire("ingest", "host:2:b", timedelta(seconds=30))

    bench.work[RunnerName.INGESTION] = long_work
    assert bench.run().exit_status is ExitStatus.COMPLETED
