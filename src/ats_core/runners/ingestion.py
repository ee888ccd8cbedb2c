"""The ingestion runner: takes the sources that are due, vendor by vendor, and sweeps each board.

Vendors do not wait for one another. A vendor that blocks us is paused in the database; one that cannot be reached
is left alone for the rest of the run.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import anyio
from attrs import evolve

from ats_core.domain.board import ProviderName, ProviderPause, Source, SourceStatus
from ats_core.domain.run import RunnerName, RunnerReport
from ats_core.errors import FailureKind, FatalError, ProviderError, one_line
from ats_core.ports import AtsProvider, Clock, EventLog, Store, UnitOfWork, VendorHttp
from ats_core.runners.company_totals import refresh_company
from ats_core.runners.look_again import look_again
from ats_core.runners.rescoring import refresh_stale_metrics, rescore_outdated
from ats_core.runners.sweep import BoardSweep
from ats_core.runners.tally import Tally
from ats_core.runners.trouble import BLOCKED, IN_A_ROW, UNREACHABLE, is_gone, retry_at
from ats_core.scoring.scorer import Scorer
from ats_core.settings import IngestionSettings

__all__ = ["AtsIngestionRunner"]

FAULT = "this is a fault of the adapter or of the program, please report it"


class AtsIngestionRunner:
    """Sweeps due boards, scores what is new or changed, and keeps companies' metrics true."""

    name = RunnerName.INGESTION

    def __init__(
        self,
        store: Store,
        http: VendorHttp,
        providers: Mapping[ProviderName, AtsProvider],
        scorer: Scorer,
        clock: Clock,
        log: EventLog,
        settings: IngestionSettings,
    ) -> None:
        self._store = store
        self._http = http
        self._providers = providers
        self._scorer = scorer
        self._clock = clock
        self._log = log
        self._settings = settings

    async def run_once(self) -> RunnerReport:
        """Sweep every due board once. Whatever fails is recorded with its source, and the rest goes on."""
        tally = Tally(
            self.name, "boards", "offers_new", "offers_changed", "offers_reopened", "offers_closed", "offers_unchanged",
            "scored",
        )  # fmt: skip
        await rescore_outdated(self._store, self._scorer, self._clock, self._log, tally)
        lanes = self._lanes(tally)
        tally.count("sources_due", sum(map(len, lanes.values())))
        async with anyio.create_task_group() as tasks:
            for provider, sources in lanes.items():
                tasks.start_soon(_Lane(self, provider, sources, tally).run)
        await refresh_stale_metrics(self._store, self._scorer, self._clock, tally)
        return tally.report()

    def _lanes(self, tally: Tally) -> dict[ProviderName, list[Source]]:
        """The due sources by vendor; vendors that are paused or have no adapter are left out, and it is said."""
        now = self._clock.now()
        with self._store.read() as uow:
            due = [s for s in uow.sources.to_ingest() if s.checkpoint.due(now, self._settings.interval)]
            paused = {p.provider: p for p in uow.sources.pauses() if p.paused_until > now}
        lanes: dict[ProviderName, list[Source]] = {}
        for source in due:
            lanes.setdefault(source.board.provider, []).append(source)
        for provider in list(lanes):
            if provider not in self._providers:
                count = len(lanes.pop(provider))
                tally.count("sources_without_adapter", count)
                tally.fail("no_adapter", provider, f"no installed adapter reads {provider}: {count} sources skipped")
            elif provider in paused:
                self.left_out(provider, len(lanes.pop(provider)), _said(paused[provider]), tally)
        return lanes

    def left_out(self, provider: ProviderName, count: int, why: str, tally: Tally) -> None:
        """Keep that boards of a vendor were not read in this run."""
        tally.count("sources_left_out", count)
        tally.fail(FailureKind.PAUSED, provider, f"{why}: {count} sources left for a later run")
        self._log.warning("provider_left_out", provider=provider, sources=count, why=why)

    async def sweep(self, source: Source, tally: Tally) -> ProviderError | None:
        """Sweep one board; a failure is stored with the source and returned.

        So is what a faulty adapter's page, or a fault of our own, makes of one board: it ends no other's sweep.
        """
        provider = self._providers[source.board.provider]
        try:
            await BoardSweep(self._store, self._http, provider, self._scorer, self._clock, tally).run(source)
        except ProviderError as error:
            self._keep_failure(source, error, tally)
            return error
        except FatalError:
            raise
        except Exception as error:
            failure = ProviderError(FailureKind.ADAPTER, one_line(error), where=str(source.board), hint=FAULT)
            self._keep_failure(source, failure, tally, error)
            return failure
        return None

    def _keep_failure(self, source: Source, error: ProviderError, tally: Tally, cause: Exception | None = None) -> None:
        tally.fail(error.kind, str(source.board), str(error))
        told = {} if cause is None else {"exc_info": cause}
        self._log.warning("board_not_read", board=str(source.board), kind=error.kind.value, error=str(error), **told)
        with self._store.write() as uow:
            stored = uow.sources.get(source.id) or source
            now = self._clock.now()
            again_at = error.retry_after or retry_at(error.kind, stored.checkpoint.consecutive_failures + 1, now)
            checkpoint = stored.checkpoint.failed(
                now, str(error), retry_after=again_at, missing=error.kind is FailureKind.NOT_FOUND
            )
            stored = evolve(stored, checkpoint=checkpoint)
            uow.sources.save(stored)
            if is_gone(checkpoint, now):
                self._give_up(uow, stored, now, tally)

    def _give_up(self, uow: UnitOfWork, source: Source, now: datetime, tally: Tally) -> None:
        """The board is gone: its offers are closed, it is kept, and its company is looked at again."""
        uow.sources.save(evolve(source, status=SourceStatus.GONE))
        uow.sources.forget_sightings(source.id)
        closing = [offer.id for offer in uow.offers.known(source.id).values() if offer.is_open]
        uow.offers.close(closing, now)
        look_again(uow, source.company_id, now)
        refresh_company(uow, source.company_id, catalog=self._scorer.catalog, as_of=now.date())
        tally.count("boards_gone")
        tally.count("offers_closed", len(closing))
        self._log.warning("board_gone", board=str(source.board), offers_closed=len(closing))

    def pause(self, provider: ProviderName, until: datetime, reason: str) -> ProviderPause:
        """Leave a vendor alone until a time, across runs; a longer pause that stands already stays."""
        pause = ProviderPause(provider=provider, paused_until=until, reason=reason)
        with self._store.write() as uow:
            standing = next((p for p in uow.sources.pauses() if p.provider == provider), None)
            if standing is not None and standing.paused_until >= until:
                return standing
            uow.sources.save_pause(pause)
        self._log.warning("provider_paused", provider=provider, until=until.isoformat(), reason=reason)
        return pause

    def pause_for(self, error: ProviderError, in_a_row: int) -> datetime | None:
        """Until when a vendor that answered so is to be paused, if at all."""
        now = self._clock.now()
        if error.kind not in BLOCKED:
            return None
        if error.retry_after is not None and error.retry_after > now:
            return error.retry_after
        return now + self._settings.block_pause if in_a_row >= IN_A_ROW else None

    def say_progress(self, tally: Tally) -> None:
        """How far the runner is, over all vendors."""
        done = tally.counters["boards"] + tally.counters["failures"]
        self._log.progress(self.name, done, tally.counters["sources_due"])

    @property
    def concurrency(self) -> int:
        """How many boards of one vendor are read at once."""
        return self._settings.concurrency


class _Lane:
    """One vendor's due boards, taken in order by a few workers, until the vendor turns out to be in trouble."""

    def __init__(self, runner: AtsIngestionRunner, provider: ProviderName, sources: list[Source], tally: Tally) -> None:
        self._runner = runner
        self._provider = provider
        self._waiting = list(reversed(sources))
        self._tally = tally
        self._in_a_row = 0

    async def run(self) -> None:
        async with anyio.create_task_group() as workers:
            for _ in range(min(self._runner.concurrency, len(self._waiting))):
                workers.start_soon(self._work)

    async def _work(self) -> None:
        while self._waiting:
            error = await self._runner.sweep(self._waiting.pop(), self._tally)
            self._runner.say_progress(self._tally)
            if error is None:
                self._in_a_row = 0
            else:
                self._consider(error)

    def _consider(self, error: ProviderError) -> None:
        """Close the lane where the failures tell of the vendor."""
        if error.kind not in BLOCKED | UNREACHABLE:
            return
        self._in_a_row += 1
        until = self._runner.pause_for(error, self._in_a_row)
        if until is not None:
            why = _said(self._runner.pause(self._provider, until, str(error)))
        elif self._in_a_row >= IN_A_ROW:
            why = f"{self._in_a_row} boards in a row could not be read, the last: {error}"
        else:
            return
        left, self._waiting = len(self._waiting), []
        if left:
            self._runner.left_out(self._provider, left, why, self._tally)


def _said(pause: ProviderPause) -> str:
    return f"{pause.provider} is paused until {pause.paused_until:%Y-%m-%d %H:%M} UTC ({pause.reason})"
