"""A visit to one board: its sweep, and what is kept of it where that fails, until the board is given up as gone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from functools import partial

import anyio
from attrs import evolve

from ats_core.domain.board import ProviderName, Source, SourceStatus
from ats_core.domain.identity import CompanyId
from ats_core.errors import FailureKind, FatalError, ProviderError, one_line
from ats_core.ports import AtsProvider, Clock, EventLog, Store, UnitOfWork, VendorHttp
from ats_core.runners.company_totals import CompanyRefresh
from ats_core.runners.look_again import look_again
from ats_core.runners.sweep import BoardSweep
from ats_core.runners.tally import Tally
from ats_core.runners.trouble import is_gone, retry_at
from ats_core.scoring.scorer import Scorer

__all__ = ["BoardVisits"]

FAULT = "this is a fault of the adapter or of the program, please report it"


class BoardVisits:
    """Sweeps boards of any vendor, one by one, and keeps each one's failures with its source."""

    def __init__(
        self,
        store: Store,
        http: VendorHttp,
        providers: Mapping[ProviderName, AtsProvider],
        scorer: Scorer,
        clock: Clock,
        log: EventLog,
        tally: Tally,
    ) -> None:
        self._store = store
        self._http = http
        self._providers = providers
        self._scorer = scorer
        self._clock = clock
        self._log = log
        self._tally = tally
        # A company may have several boards; what follows from its offers is worked out by one sweep at a time.
        self._companies: dict[CompanyId, anyio.Lock] = defaultdict(partial(anyio.Lock, fast_acquire=True))

    async def visit(self, source: Source) -> ProviderError | None:
        """Sweep one board; a failure is stored with the source and returned.

        So is what a faulty adapter's page, or a fault of our own, makes of one board: it ends no other's sweep. Where
        the vendor was not asked, being paused, nothing was learnt of the board and nothing is stored.
        """
        provider = self._providers[source.board.provider]
        company = self._companies[source.company_id]
        sweep = BoardSweep(self._store, self._http, provider, self._scorer, self._clock, self._tally, company=company)
        try:
            await sweep.run(source)
        except ProviderError as error:
            if error.kind is not FailureKind.PAUSED:
                async with company:
                    await self._keep_failure(source, error)
            return error
        except FatalError:
            raise
        except Exception as error:
            failure = ProviderError(FailureKind.ADAPTER, one_line(error), where=str(source.board), hint=FAULT)
            async with company:
                await self._keep_failure(source, failure, error)
            return failure
        return None

    async def _keep_failure(self, source: Source, error: ProviderError, cause: Exception | None = None) -> None:
        self._tally.count("boards_failed")
        self._tally.fail(error.kind, str(source.board), str(error))
        told = {} if cause is None else {"exc_info": cause}
        self._log.warning("board_not_read", board=str(source.board), kind=error.kind.value, error=str(error), **told)
        refresh: CompanyRefresh | None = None
        with self._store.write() as uow:
            stored = uow.sources.get(source.id) or source
            now = self._clock.now()
            again_at = error.retry_after or retry_at(error.kind, stored.checkpoint.consecutive_failures + 1, now)
            is_missing = error.kind is FailureKind.NOT_FOUND
            checkpoint = stored.checkpoint.failed(now, str(error), retry_after=again_at, missing=is_missing)
            stored = evolve(stored, checkpoint=checkpoint)
            uow.sources.save(stored)
            if is_missing and is_gone(checkpoint, now):
                refresh = self._give_up(uow, stored, now)
        if refresh is not None:
            await refresh.finish(self._store)

    def _give_up(self, uow: UnitOfWork, source: Source, now: datetime) -> CompanyRefresh:
        """The board is gone: its offers are closed, it is kept, and its company is looked at again.

        Returns what brings the company up to date, begun.
        """
        uow.sources.save(evolve(source, status=SourceStatus.GONE, checkpoint=source.checkpoint.given_up()))
        uow.sources.forget_sightings(source.id)
        closing = [offer.id for offer in uow.offers.known(source.id).values() if offer.is_open]
        uow.offers.close(closing, now)
        look_again(uow, source.company_id, now)
        refresh = CompanyRefresh(source.company_id, scorer=self._scorer, now=now)
        refresh.step(uow)
        self._tally.count("boards_gone")
        self._tally.count("offers_closed", len(closing))
        self._log.warning("board_gone", board=str(source.board), offers_closed=len(closing))
        return refresh
