"""One vendor's due boards, taken in order by a few workers, until the vendor turns out to be in trouble.

A vendor that blocks us is paused in the database; one that cannot be reached is left alone for the rest of the run.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import anyio

from ats_core.domain.board import ProviderName, ProviderPause, Source
from ats_core.domain.run import RunnerName
from ats_core.errors import FailureKind, ProviderError
from ats_core.ports import Clock, EventLog
from ats_core.runners.board_visits import BoardVisits
from ats_core.runners.pauses import StoredPauses
from ats_core.runners.tally import Tally
from ats_core.runners.trouble import BLOCKED, IN_A_ROW, UNREACHABLE

__all__ = ["VendorLane", "leave_out"]


class VendorLane:
    """Visits the boards of one vendor. Vendors do not wait for one another: each has a lane of its own."""

    def __init__(
        self,
        provider: ProviderName,
        sources: Iterable[Source],
        *,
        visits: BoardVisits,
        pauses: StoredPauses,
        clock: Clock,
        log: EventLog,
        tally: Tally,
        concurrency: int,
        block_pause: timedelta,
        patience: timedelta,
    ) -> None:
        """*concurrency*: boards read at once. *block_pause*: how long a vendor that blocks without a term is paused.

        *patience*: how long a vendor that names a term is waited for by whoever sends the requests.
        """
        self._provider = provider
        self._waiting = list(reversed(list(sources)))
        self._visits = visits
        self._pauses = pauses
        self._clock = clock
        self._log = log
        self._tally = tally
        self._concurrency = concurrency
        self._block_pause = block_pause
        self._patience = patience
        self._in_a_row = 0
        self._left = 0
        self._why = ""

    async def run(self) -> None:
        """Visit the boards; those that are left when the lane is closed are counted, with the reason."""
        async with anyio.create_task_group() as workers:
            for _ in range(min(self._concurrency, len(self._waiting))):
                workers.start_soon(self._work)
        if self._left:
            leave_out(self._provider, self._left, self._why, tally=self._tally, log=self._log)

    async def _work(self) -> None:
        while self._waiting:
            error = await self._visits.visit(self._waiting.pop())
            done = self._tally.counters["boards"] + self._tally.counters["boards_failed"]
            self._log.progress(RunnerName.INGESTION, done, self._tally.counters["sources_due"])
            if error is None:
                self._in_a_row = 0
            else:
                self._consider(error)

    def _consider(self, error: ProviderError) -> None:
        """Close the lane where the failures tell of the vendor."""
        if error.kind is FailureKind.PAUSED:  # nothing was asked of this board
            self._left += 1
            self._close(str(error))
        if error.kind not in BLOCKED | UNREACHABLE:
            return
        self._in_a_row += 1
        until = self._pause_until(error)
        if until is not None:
            self._close(str(self._pause(until, str(error))))
        elif self._in_a_row >= IN_A_ROW:
            self._close(f"{self._in_a_row} boards in a row could not be read, the last: {error}")

    def _pause_until(self, error: ProviderError) -> datetime | None:
        """Until when the vendor, having answered so, is to be left alone across runs, if at all."""
        now = self._clock.now()
        if error.kind not in BLOCKED:
            return None
        if error.retry_after is not None and error.retry_after > now + self._patience:
            return error.retry_after
        return now + self._block_pause if self._in_a_row >= IN_A_ROW else None

    def _pause(self, until: datetime, reason: str) -> ProviderPause:
        """What pause stands when this one is kept: a longer one stays."""
        pause = ProviderPause(provider=self._provider, paused_until=until, reason=reason)
        standing = self._pauses.keep(pause)
        if standing is pause:
            self._log.warning("provider_paused", provider=self._provider, until=until.isoformat(), reason=reason)
        return standing

    def _close(self, why: str) -> None:
        """Take no more boards in this run."""
        left, self._waiting = len(self._waiting), []
        self._left += left
        self._why = self._why or why


def leave_out(provider: ProviderName, count: int, why: str, *, tally: Tally, log: EventLog) -> None:
    """Keep that boards of a vendor were not read in this run."""
    tally.count("sources_left_out", count)
    tally.fail(FailureKind.PAUSED, provider, f"{why}: {count} sources left for a later run")
    log.warning("provider_left_out", provider=provider, sources=count, why=why)
