"""A run of the program, what each of its runners reports, and the lease that keeps runs apart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from attrs import Factory, field, frozen

from ats_core.domain.identity import RunId

__all__ = [
    "LONGEST_LEASE",
    "ExitStatus",
    "Failure",
    "Lease",
    "Loop",
    "Run",
    "RunStatus",
    "RunnerName",
    "RunnerReport",
    "RunnerRun",
]

#: No lease is longer.
LONGEST_LEASE = timedelta(days=1)


class RunnerName(StrEnum):
    """The five runners of the pipeline, in the order in which they run; then the one that runs alone, when asked."""

    DIRECTORY = "directory"
    DISCOVERY = "discovery"
    INGESTION = "ingestion"
    SHEETS_SYNC = "sheets_sync"
    FEEDBACK = "feedback"
    RESCORING = "rescoring"

    @property
    def lock(self) -> str:
        """The lock that guards what this runner writes."""
        return "sheets" if self in (RunnerName.SHEETS_SYNC, RunnerName.FEEDBACK) else "ingest"


class Loop(StrEnum):
    """Which runners a run takes: all five, those that read the world, those that speak with the sheet, or rescoring.

    The first three are what `atsp run` takes.
    """

    ALL = "all"
    INGEST = "ingest"
    SHEETS = "sheets"
    RESCORE = "rescore"

    @property
    def runners(self) -> tuple[RunnerName, ...]:
        """The runners of this loop, in order."""
        *five, rescoring = RunnerName
        return {
            Loop.ALL: tuple(five),
            Loop.INGEST: tuple(five[:3]),
            Loop.SHEETS: tuple(five[3:]),
            Loop.RESCORE: (rescoring,),
        }[self]

    @property
    def locks(self) -> tuple[str, ...]:
        """The locks that a run of this loop holds."""
        return tuple(sorted({runner.lock for runner in self.runners}))


class RunStatus(StrEnum):
    """How a run, or a runner of it, stands. `partial`: it reached its end, with best-effort failures."""

    STARTED = "started"
    COMPLETED = "completed"
    PARTIAL = "partial"
    FAILED = "failed"
    SKIPPED = "skipped"
    INTERRUPTED = "interrupted"


class ExitStatus(IntEnum):
    """The process's exit status."""

    COMPLETED = 0
    FATAL = 1
    USAGE = 2
    LOCK_HELD = 3
    BEST_EFFORT_FAILURES = 4


@frozen
class Failure:
    """A best-effort failure: its kind (a word to count by), where it happened, and what was seen."""

    kind: str
    where: str
    detail: str


@frozen(kw_only=True)
class RunnerReport:
    """What a runner did: *counters* by name, best-effort *failures*, and *rejected* records (one line each).

    `skipped` carries its reason in *note*; `failed` in *error*.
    """

    runner: RunnerName
    status: RunStatus
    counters: Mapping[str, int] = field(default=Factory(dict))
    failures: tuple[Failure, ...] = ()
    rejected: tuple[str, ...] = ()
    note: str = ""
    error: str = ""


@frozen(kw_only=True)
class RunnerRun:
    """The record of one runner in one run."""

    run_id: RunId
    report: RunnerReport
    started_at: datetime
    finished_at: datetime | None


@frozen(kw_only=True)
class Run:
    """The record of one run of the process. *owner* names host, process and a nonce."""

    id: RunId
    loop: Loop
    owner: str
    status: RunStatus
    started_at: datetime
    finished_at: datetime | None = None
    error: str = ""


@frozen(kw_only=True)
class Lease:
    """A lock held until *expires_at* unless renewed. *token* grows with every new holder of the name: it fences."""

    name: str
    owner: str
    token: int
    acquired_at: datetime
    expires_at: datetime

    def is_live(self, now: datetime) -> bool:
        """Whether it has not lapsed. One that ends later than any lease can was written while the clock was wrong."""
        return now < self.expires_at <= now + LONGEST_LEASE
