"""Runs in memory."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from attrs import evolve

from ats_core.domain.identity import RunId
from ats_core.domain.run import Loop, Run, RunnerName, RunnerReport, RunnerRun, RunStatus
from ats_core.domain.summary import RunRecord
from ats_core.testing.memory_tables import Transaction, storable

__all__ = ["MemoryRuns"]

_CRASHED = "the process ended without finishing this run"


class MemoryRuns:
    """A `RunRepo`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def start(self, loop: Loop, owner: str, now: datetime) -> Run:
        """A new run, `started`."""
        runs = self._transaction.changing().runs
        id_ = RunId(len(runs) + 1)
        run = Run(id=id_, loop=loop, owner=storable(owner), status=RunStatus.STARTED, started_at=now)
        self._transaction.put(runs, id_, run)
        return run

    def finish(self, run: Run) -> None:
        """Keep the run's status, error and end."""
        runs = self._transaction.changing().runs
        if run.id in runs:
            ended = evolve(runs[run.id], status=run.status, error=run.error, finished_at=run.finished_at)
            self._transaction.put(runs, run.id, storable(ended))

    def start_runner(self, run_id: RunId, runner: RunnerName, now: datetime) -> None:
        """The runner has begun."""
        report = RunnerReport(runner=runner, status=RunStatus.STARTED)
        self._keep(RunnerRun(run_id=run_id, report=report, started_at=now, finished_at=None))

    def finish_runner(self, run_id: RunId, report: RunnerReport, now: datetime) -> None:
        """Keep what the runner reported; one that never began, began and ended *now*."""
        begun = self._transaction.tables.runner_runs.get((run_id, report.runner))
        began_at = begun.started_at if begun else now
        self._keep(RunnerRun(run_id=run_id, report=report, started_at=began_at, finished_at=now))

    def fail_crashed(self, owners: Collection[str], now: datetime) -> tuple[Run, ...]:
        """Mark runs found `started` that belong to none of the *owners*, with their runners, failed; by id."""
        tables = self._transaction.changing()
        crashed = tuple(
            evolve(run, status=RunStatus.FAILED, error=_CRASHED, finished_at=now)
            for _, run in sorted(tables.runs.items(), key=lambda item: item[0])
            if run.status is RunStatus.STARTED and run.owner not in owners
        )
        for run in crashed:
            self.finish(run)
            for runner in self._runners(run.id):
                if runner.report.status is RunStatus.STARTED:
                    report = evolve(runner.report, status=RunStatus.FAILED, error=_CRASHED)
                    self._keep(evolve(runner, report=report, finished_at=now))
        return crashed

    def newest(self, limit: int) -> tuple[RunRecord, ...]:
        """The newest runs first."""
        ids = sorted(self._transaction.tables.runs, reverse=True)[:limit]
        return tuple(record for record in map(self.get, ids) if record is not None)

    def newest_of_loops(self) -> tuple[RunRecord, ...]:
        """The newest run of each loop, in the order of the loops."""
        newest = {run.loop: run.id for _, run in sorted(self._transaction.tables.runs.items(), key=lambda x: x[0])}
        found = (self.get(newest[loop]) for loop in Loop if loop in newest)
        return tuple(record for record in found if record is not None)

    def get(self, run_id: RunId) -> RunRecord | None:
        """One run."""
        run = self._transaction.tables.runs.get(run_id)
        return RunRecord(run=run, runners=self._runners(run_id)) if run else None

    def _keep(self, runner: RunnerRun) -> None:
        tables = self._transaction.changing()
        self._transaction.refer(tables.runs, runner.run_id, "run")
        self._transaction.put(tables.runner_runs, (runner.run_id, runner.report.runner), storable(runner))

    def _runners(self, run_id: RunId) -> tuple[RunnerRun, ...]:
        rows = self._transaction.tables.runner_runs
        return tuple(rows[run_id, runner] for runner in RunnerName if (run_id, runner) in rows)
