"""Runs of the process and what their runners reported: `runs`, `runner_runs`."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from datetime import datetime
from typing import Any

from attrs import evolve

from ats_adapters.sqlite.columns import clean, instant, json_text, json_value, maybe_instant, times, word
from ats_core.domain.identity import RunId
from ats_core.domain.run import Failure, Loop, Run, RunnerName, RunnerReport, RunnerRun, RunStatus
from ats_core.domain.summary import RunRecord

__all__ = ["SqliteRuns"]

_CRASHED = "the process ended without finishing this run"

_SELECT = "SELECT id, loop, owner, status, error, started_at, finished_at FROM runs"
_GET = _SELECT + " WHERE id = ?"
_NEWEST = _SELECT + " ORDER BY id DESC LIMIT ?"
_NEWEST_OF_LOOPS = """
    SELECT id, loop, owner, status, error, started_at, finished_at FROM runs
    WHERE id IN (SELECT max(id) FROM runs GROUP BY loop)
"""
_UNFINISHED = _SELECT + " WHERE status = 'started' ORDER BY id"
_START = "INSERT INTO runs (loop, owner, status, error, started_at) VALUES (?, ?, 'started', '', ?)"
_FINISH = "UPDATE runs SET status = ?, error = ?, finished_at = ? WHERE id = ?"
_RUNNERS = """
    SELECT run_id, runner, status, counters, failures, rejected, note, error, started_at, finished_at
    FROM runner_runs WHERE run_id = ?
"""
_START_RUNNER = """
    INSERT INTO runner_runs (run_id, runner, status, counters, failures, rejected, note, error, started_at)
    VALUES (?, ?, 'started', '{}', '[]', '[]', '', '', ?)
    ON CONFLICT (run_id, runner) DO UPDATE SET
        status = excluded.status, counters = excluded.counters, failures = excluded.failures,
        rejected = excluded.rejected, note = excluded.note, error = excluded.error,
        started_at = excluded.started_at, finished_at = NULL
"""
_FINISH_RUNNER = """
    INSERT INTO runner_runs (
        run_id, runner, status, counters, failures, rejected, note, error, started_at, finished_at
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (run_id, runner) DO UPDATE SET
        status = excluded.status, counters = excluded.counters, failures = excluded.failures,
        rejected = excluded.rejected, note = excluded.note, error = excluded.error,
        finished_at = excluded.finished_at
"""
_FAIL_RUNNERS = """
    UPDATE runner_runs SET status = 'failed', error = ?, finished_at = ? WHERE run_id = ? AND status = 'started'
"""


def _run(row: Any) -> Run:
    id_, loop, owner, status, error, started_at, finished_at = row
    return Run(
        id=RunId(id_),
        loop=word(Loop, loop),
        owner=owner,
        status=word(RunStatus, status),
        started_at=instant(started_at),
        finished_at=maybe_instant(finished_at),
        error=error,
    )


def _runner_run(row: Any) -> RunnerRun:
    run_id, runner, status, counters, failures, rejected, note, error, started_at, finished_at = row
    return RunnerRun(
        run_id=RunId(run_id),
        report=RunnerReport(
            runner=word(RunnerName, runner),
            status=word(RunStatus, status),
            counters=json_value(counters),
            failures=tuple(Failure(*item) for item in json_value(failures)),
            rejected=tuple(json_value(rejected)),
            note=note,
            error=error,
        ),
        started_at=instant(started_at),
        finished_at=maybe_instant(finished_at),
    )


class SqliteRuns:
    """A `RunRepo`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def start(self, loop: Loop, owner: str, now: datetime) -> Run:
        """A new run, `started`."""
        cursor = self._connection.execute(_START, (loop.value, clean(owner), times(now)))
        return _run(self._connection.execute(_GET, (cursor.lastrowid,)).fetchone())

    def finish(self, run: Run) -> None:
        """Keep the run's status, error and end."""
        self._connection.execute(_FINISH, (run.status.value, clean(run.error), times(run.finished_at), run.id))

    def start_runner(self, run_id: RunId, runner: RunnerName, now: datetime) -> None:
        """The runner has begun."""
        self._connection.execute(_START_RUNNER, (run_id, runner.value, times(now)))

    def finish_runner(self, run_id: RunId, report: RunnerReport, now: datetime) -> None:
        """Keep what the runner reported; one that never began, began and ended *now*."""
        self._connection.execute(
            _FINISH_RUNNER,
            (
                run_id,
                report.runner.value,
                report.status.value,
                json_text(dict(report.counters)),
                json_text([(f.kind, f.where, f.detail) for f in report.failures]),
                json_text(report.rejected),
                clean(report.note),
                clean(report.error),
                times(now),
                times(now),
            ),
        )

    def fail_crashed(self, owners: Collection[str], now: datetime) -> tuple[Run, ...]:
        """Mark runs found `started` that belong to none of the *owners*, with their runners, failed; by id."""
        live = {clean(owner) for owner in owners}
        unfinished = [_run(row) for row in self._connection.execute(_UNFINISHED)]
        crashed = tuple(
            evolve(run, status=RunStatus.FAILED, error=_CRASHED, finished_at=now)
            for run in unfinished
            if run.owner not in live
        )
        for run in crashed:
            self.finish(run)
            self._connection.execute(_FAIL_RUNNERS, (_CRASHED, times(now), run.id))
        return crashed

    def newest(self, limit: int) -> tuple[RunRecord, ...]:
        """The newest runs first."""
        return self._records(_NEWEST, (limit,))

    def newest_of_loops(self) -> tuple[RunRecord, ...]:
        """The newest run of each loop, in the order of the loops."""
        order = tuple(Loop)
        return tuple(sorted(self._records(_NEWEST_OF_LOOPS, ()), key=lambda record: order.index(record.run.loop)))

    def get(self, run_id: RunId) -> RunRecord | None:
        """One run."""
        return next(iter(self._records(_GET, (run_id,))), None)

    def _records(self, statement: str, parameters: tuple[int, ...]) -> tuple[RunRecord, ...]:
        runs = [_run(row) for row in self._connection.execute(statement, parameters)]
        return tuple(RunRecord(run=run, runners=self._runners(run.id)) for run in runs)

    def _runners(self, run_id: RunId) -> tuple[RunnerRun, ...]:
        order = tuple(RunnerName)
        runners = map(_runner_run, self._connection.execute(_RUNNERS, (run_id,)))
        return tuple(sorted(runners, key=lambda runner: order.index(runner.report.runner)))
