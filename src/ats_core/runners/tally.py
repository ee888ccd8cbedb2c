"""What a runner counts while it works, and the report it makes of that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ats_core.domain.offer import RejectedRecord
from ats_core.domain.run import Failure, RunnerName, RunnerReport, RunStatus

__all__ = ["Tally"]

#: How many failures and rejected records a report names; all are counted.
KEPT = 500


class Tally:
    """Counters, best-effort failures and rejected records of one run of one runner."""

    def __init__(self, runner: RunnerName, *counters: str) -> None:
        """*counters* are shown even where they stay zero, in this order."""
        self._runner = runner
        self._counters: Counter[str] = Counter(dict.fromkeys(counters, 0))
        self._failures: list[Failure] = []
        self._rejected: list[str] = []

    def count(self, name: str, by: int = 1) -> None:
        """Add to a counter."""
        self._counters[name] += by

    @property
    def counters(self) -> Mapping[str, int]:
        """The counters as they stand."""
        return self._counters

    def fail(self, kind: str, where: str, detail: str) -> None:
        """One best-effort failure, counted by its kind too."""
        self._counters["failures"] += 1
        self._counters[f"failed_{kind}"] += 1
        if len(self._failures) < KEPT:
            self._failures.append(Failure(kind, where, detail))

    def reject(self, where: str, record: RejectedRecord) -> None:
        """One record that could not be used."""
        self._counters["rejected"] += 1
        if len(self._rejected) < KEPT:
            self._rejected.append(f"{where}: {record}")

    def lose(self, where: str, lost: RejectedRecord) -> None:
        """One field that could not be used; its record was used without it."""
        self._counters["fields_lost"] += 1
        if len(self._rejected) < KEPT:
            self._rejected.append(f"{where}: {lost} (used without it)")

    def report(self) -> RunnerReport:
        """The runner reached its end: `completed`, or `partial` where anything failed."""
        return self._report(RunStatus.PARTIAL if self._failures else RunStatus.COMPLETED)

    def skipped(self, why: str) -> RunnerReport:
        """There was nothing to do, and why."""
        return self._report(RunStatus.SKIPPED, note=why)

    def failed(self, error: str) -> RunnerReport:
        """The runner could not do its work."""
        return self._report(RunStatus.FAILED, error=error)

    def _report(self, status: RunStatus, *, note: str = "", error: str = "") -> RunnerReport:
        return RunnerReport(
            runner=self._runner,
            status=status,
            counters=dict(self._counters),
            failures=tuple(self._failures),
            rejected=tuple(self._rejected),
            note=note,
            error=error,
        )
