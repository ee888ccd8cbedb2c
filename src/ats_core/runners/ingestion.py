"""The ingestion runner: takes the sources that are due, and sends each vendor's boards down a lane of their own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import anyio

from ats_core.domain.board import ProviderName, Source
from ats_core.domain.run import RunnerName, RunnerReport
from ats_core.ports import AtsProvider, Clock, EventLog, Store, VendorHttp
from ats_core.runners.board_visits import BoardVisits
from ats_core.runners.pauses import StoredPauses
from ats_core.runners.rescoring import refresh_stale_metrics, rescore_outdated
from ats_core.runners.retention import apply_retention
from ats_core.runners.tally import Tally
from ats_core.runners.vendor_lane import VendorLane, leave_out
from ats_core.scoring.scorer import Scorer
from ats_core.settings import FOR_EVER, IngestionSettings, RetentionSettings

__all__ = ["AtsIngestionRunner"]


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
        *,
        patience: timedelta = timedelta(),
        retention: RetentionSettings = FOR_EVER,
        pauses: StoredPauses | None = None,
    ) -> None:
        """*patience*: how long *http* waits by itself for a vendor that asks for it. *retention* is applied last.

        *pauses*: where vendors' pauses are kept, if not in *store* alone.
        """
        self._pauses = pauses or StoredPauses(store)
        self._retention = retention
        self._store = store
        self._patience = patience
        self._http = http
        self._providers = providers
        self._scorer = scorer
        self._clock = clock
        self._log = log
        self._settings = settings

    async def run_once(self) -> RunnerReport:
        """Sweep every due board once. Whatever fails is recorded with its source, and the rest goes on."""
        tally = Tally(
            self.name, "sources_due", "boards", "boards_failed", "sources_left_out", "offers_new", "offers_changed",
            "offers_reopened", "offers_closed", "offers_unchanged", "scored",
        )  # fmt: skip
        await rescore_outdated(self._store, self._scorer, self._clock, self._log, tally)
        async with anyio.create_task_group() as tasks:
            for lane in self._lanes(tally):
                tasks.start_soon(lane.run)
        await refresh_stale_metrics(self._store, self._scorer, self._clock, tally)
        await apply_retention(self._store, self._scorer, self._clock, self._log, self._retention, tally)
        return tally.report()

    def _lanes(self, tally: Tally) -> list[VendorLane]:
        """A lane for each vendor with due sources; one that is paused or has no adapter is left out, and it is said."""
        now = self._clock.now()
        with self._store.read() as uow:
            due = [s for s in uow.sources.to_ingest() if s.checkpoint.due(now, self._settings.interval)]
            paused = {p.provider: p for p in uow.sources.pauses() if p.paused_until > now + self._patience}
        tally.count("sources_due", len(due))
        by_vendor: dict[ProviderName, list[Source]] = {}
        for source in due:
            by_vendor.setdefault(source.board.provider, []).append(source)
        visits = BoardVisits(self._store, self._http, self._providers, self._scorer, self._clock, self._log, tally)
        lanes = []
        for provider, sources in by_vendor.items():
            count = len(sources)
            if provider not in self._providers:
                tally.count("sources_without_adapter", count)
                tally.fail(
                    "no_adapter",
                    provider,
                    f"no installed and enabled adapter reads {provider}: {count} sources skipped",
                )
            elif provider in paused:
                leave_out(provider, count, str(paused[provider]), tally=tally, log=self._log)
            else:
                lanes.append(self._lane(provider, sources, visits, tally))
        return lanes

    def _lane(self, provider: ProviderName, sources: list[Source], visits: BoardVisits, tally: Tally) -> VendorLane:
        return VendorLane(
            provider,
            sources,
            visits=visits,
            pauses=self._pauses,
            clock=self._clock,
            log=self._log,
            tally=tally,
            concurrency=self._settings.concurrency,
            block_pause=self._settings.block_pause,
            patience=self._patience,
        )
