"""The runner behind `atsp rescore`: brings all stored offers under the scorer's catalog, and tells what moved."""

from __future__ import annotations

from collections.abc import Mapping

from ats_core.domain.board import ProviderName
from ats_core.domain.run import RunnerName, RunnerReport
from ats_core.domain.summary import CompanyStanding
from ats_core.ports import AtsProvider, Clock, EventLog, Store
from ats_core.runners.remapping import remap_payloads
from ats_core.runners.rescoring import outdate_all, refresh_stale_metrics, rescore_outdated
from ats_core.runners.tally import Tally
from ats_core.scoring.catalog_diff import Move, moves
from ats_core.scoring.scorer import Scorer

__all__ = ["RescoringRunner"]


class RescoringRunner:
    """Scores what is not current, or everything; with *remap*, reads the stored payloads again before.

    *remap* are the adapters that read them.
    """

    name = RunnerName.RESCORING

    def __init__(
        self,
        store: Store,
        scorer: Scorer,
        clock: Clock,
        log: EventLog,
        *,
        every: bool = False,
        remap: Mapping[ProviderName, AtsProvider] | None = None,
    ) -> None:
        self._store = store
        self._scorer = scorer
        self._clock = clock
        self._log = log
        self._every = every
        self._remap = remap
        #: The companies that stand otherwise than before `run_once`, the greatest changes first.
        self.moves: tuple[Move, ...] = ()

    async def run_once(self) -> RunnerReport:
        """Do it once; skipped where all is current."""
        tally = Tally(self.name, "rescored", "companies_rescored")
        before = self._standings()
        if self._remap is not None:
            await remap_payloads(self._store, self._remap, self._log, tally)
        if self._every:
            await outdate_all(self._store)
        await rescore_outdated(self._store, self._scorer, self._clock, self._log, tally, relink=self._every)
        if not any(tally.counters.values()):
            return tally.skipped(f"all offers are scored under {self._scorer.catalog.version} already")
        await refresh_stale_metrics(self._store, self._scorer, self._clock, tally)
        self.moves = moves(before, self._standings())
        tally.count("companies_moved", len(self.moves))
        tally.count("labels_changed", sum(move.relabelled for move in self.moves))
        return tally.report()

    def _standings(self) -> tuple[CompanyStanding, ...]:
        with self._store.read() as uow:
            return uow.reports.standings()
