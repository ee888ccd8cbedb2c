"""The pipeline: which runners run in which order, under which locks, what is recorded of it, and what ends it.

A run takes the locks of its loop, marks runs that crashed, then runs each runner and records what it reported.
Fatal errors end the run; anything else that goes wrong in a runner is recorded, and the next runner runs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Protocol

import anyio
from attrs import evolve, field, frozen

from ats_core.domain.run import ExitStatus, Lease, Loop, Run, RunnerName, RunnerReport, RunStatus
from ats_core.errors import FatalError, LeaseLost, one_line
from ats_core.ports import Clock, EventLog, RunLock, Store
from ats_core.settings import PipelineSettings

__all__ = ["Pipeline", "RunOutcome", "Runner"]


class Runner(Protocol):
    """A use-case: does its whole responsibility once, keeps its state in the database only."""

    @property
    def name(self) -> RunnerName:
        """Which it is."""

    async def run_once(self) -> RunnerReport:
        """Do the work. Best-effort failures are in the report; a `FatalError` ends the run."""


@frozen(kw_only=True)
class RunOutcome:
    """How a run ended: its record, its runners' reports in order, and the process's exit status."""

    run: Run
    reports: tuple[RunnerReport, ...] = field(default=())

    @property
    def exit_status(self) -> ExitStatus:
        """`COMPLETED`, or `BEST_EFFORT_FAILURES` where any runner failed in part or in whole."""
        return ExitStatus.COMPLETED if self.run.status is RunStatus.COMPLETED else ExitStatus.BEST_EFFORT_FAILURES


class Pipeline:
    """Runs the runners of a loop under its locks. *clock* is the wall clock: runs and leases are real."""

    def __init__(
        self,
        *,
        store: Store,
        lock: RunLock,
        runners: Collection[Runner],
        clock: Clock,
        log: EventLog,
        settings: PipelineSettings,
        owner: str,
    ) -> None:
        self._store = store
        self._lock = lock
        self._runners: Mapping[RunnerName, Runner] = {runner.name: runner for runner in runners}
        self._clock = clock
        self._log = log
        self._lease: timedelta = settings.lease
        self._owner = owner

    async def run(self, loop: Loop, only: Collection[RunnerName] = ()) -> RunOutcome:
        """One run of the loop, or of the runners named in *only*.

        Raises `LockHeld`, `LeaseLost` and other `FatalError`s. Cancelled, it records the run as interrupted, gives
        its locks back and lets the cancellation through.
        """
        names = [name for name in loop.runners if not only or name in only]
        leases = self._acquire([lock for lock in loop.locks if lock in {name.lock for name in names}])
        try:
            return await self._run_locked(loop, names, leases)
        finally:
            self._release(leases)

    def _acquire(self, names: Collection[str]) -> list[Lease]:
        """All of these locks, or none."""
        leases: list[Lease] = []
        try:
            for name in names:
                leases.append(self._lock.acquire(name, self._owner, self._lease))
        except BaseException:
            self._release(leases)
            raise
        return leases

    def _release(self, leases: Collection[Lease]) -> None:
        """Give the locks back; one that cannot be given back lapses, and hides nothing of how the run ended."""
        for lease in leases:
            try:
                self._lock.release(lease)
            except FatalError as error:
                self._log.warning("lock_not_released", lock=lease.name, error=str(error))

    async def _run_locked(self, loop: Loop, names: Collection[RunnerName], leases: list[Lease]) -> RunOutcome:
        self._store.fence(leases)
        with self._store.write() as uow:
            # In one transaction: a run of the other loop that begins meanwhile is not taken for dead.
            crashed = uow.runs.fail_crashed(self._lock.live_owners(), self._clock.now())
            run = uow.runs.start(loop, self._owner, self._clock.now())
        for dead in crashed:
            self._log.warning("run_crashed", run=dead.id, owner=dead.owner)
        self._log.info("run_started", run=run.id, loop=loop.value)
        reports: list[RunnerReport] = []
        try:
            await self._under_heartbeat(run, names, leases, reports)
        except anyio.get_cancelled_exc_class():
            self._finish(run, RunStatus.INTERRUPTED, "stopped by a signal")
            raise
        except LeaseLost:
            raise  # whoever has the lock now has marked this run as crashed, or will
        except FatalError as error:
            self._finish(run, RunStatus.FAILED, str(error))
            raise
        whole = all(report.status in (RunStatus.COMPLETED, RunStatus.SKIPPED) for report in reports)
        return RunOutcome(
            run=self._finish(run, RunStatus.COMPLETED if whole else RunStatus.PARTIAL), reports=tuple(reports)
        )

    async def _under_heartbeat(
        self, run: Run, names: Collection[RunnerName], leases: list[Lease], reports: list[RunnerReport]
    ) -> None:
        """Run the runners in order while the leases are renewed; one of several errors is let through, as it is."""
        failure: FatalError | None = None
        async with anyio.create_task_group() as tasks:

            async def heartbeat() -> None:
                nonlocal failure
                try:
                    while True:
                        await self._clock.sleep(self._lease.total_seconds() / 3)
                        leases[:] = [self._lock.renew(lease, self._lease) for lease in leases]
                except FatalError as error:
                    failure = error
                    tasks.cancel_scope.cancel()

            tasks.start_soon(heartbeat)
            try:
                for name in names:
                    reports.append(await self._run_one(run, self._runners[name]))
            except FatalError as error:
                failure = failure or error
            tasks.cancel_scope.cancel()
        if failure is not None:
            raise failure

    async def _run_one(self, run: Run, runner: Runner) -> RunnerReport:
        with self._store.write() as uow:
            uow.runs.start_runner(run.id, runner.name, self._clock.now())
        self._log.info("runner_started", runner=runner.name.value)
        try:
            report = await runner.run_once()
        except anyio.get_cancelled_exc_class():
            self._record(run, RunnerReport(runner=runner.name, status=RunStatus.INTERRUPTED))
            raise
        except LeaseLost:
            raise
        except Exception as error:
            fatal = _only_fatal(error)
            report = RunnerReport(runner=runner.name, status=RunStatus.FAILED, error=one_line(fatal or error))
            self._record(run, report)
            if fatal is not None:
                raise fatal from error
            self._log.warning("runner_failed", runner=runner.name.value, error=report.error, exc_info=error)
            return report
        self._record(run, report)
        return report

    def _record(self, run: Run, report: RunnerReport) -> None:
        with self._store.write() as uow:
            uow.runs.finish_runner(run.id, report, self._clock.now())
        self._log.info(
            "runner_finished", runner=report.runner.value, status=report.status.value, **dict(report.counters)
        )

    def _finish(self, run: Run, status: RunStatus, error: str = "") -> Run:
        finished = evolve(run, status=status, error=error, finished_at=self._clock.now())
        with self._store.write() as uow:
            uow.runs.finish(finished)
        self._log.info("run_finished", run=run.id, status=status.value, **({"error": error} if error else {}))
        return finished


def _only_fatal(error: BaseException) -> FatalError | None:
    """The fatal error that *error* is, or that the exception group *error* carries."""
    if isinstance(error, BaseExceptionGroup):
        inner = (_only_fatal(e) for e in error.exceptions)
        return next((e for e in inner if e is not None), None)
    return error if isinstance(error, FatalError) else None
