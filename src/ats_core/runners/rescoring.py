"""Scores again whatever was scored under another version of the catalog, or not at all; no network.

In transactions of a bounded size: small companies together, a large one step by step. What a kill leaves undone shows
in the database (a match of another version, metrics that are of none), and the next run goes on with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import anyio.lowlevel

from ats_core.domain.identity import CompanyId
from ats_core.ports import Clock, EventLog, Store
from ats_core.runners.batches import batches
from ats_core.runners.company_totals import CompanyRefresh
from ats_core.runners.tally import Tally
from ats_core.scoring.scorer import Scorer

__all__ = ["outdate_all", "refresh_stale_metrics", "rescore_outdated"]

#: How many offers, of companies together, one transaction takes, and how many companies.
BATCH = 500
#: How many log lines tell of a rescoring, at the most.
LINES = 20


async def rescore_outdated(
    store: Store, scorer: Scorer, clock: Clock, log: EventLog, tally: Tally, *, relink: bool = False
) -> None:
    """Give every stored offer a match under the scorer's catalog; counts `rescored` and `companies_rescored`.

    *relink*: look anew for reposts, which another catalog does not change.
    """
    with store.read() as uow:
        outdated = uow.offers.outdated(scorer.catalog.version)
    total = sum(outdated.values())
    done = told = 0
    for companies in _batches(outdated):
        now = clock.now()
        pending: Sequence[CompanyRefresh] = [
            CompanyRefresh(company_id, scorer=scorer, now=now, texts_stand=not relink) for company_id in companies
        ]
        while pending:
            before = sum(refresh.scored for refresh in pending)
            with store.write() as uow:
                for refresh in pending:
                    refresh.step(uow)
            count = sum(refresh.scored for refresh in pending) - before
            pending = [refresh for refresh in pending if not refresh.is_whole]
            done += count
            tally.count("rescored", count)
            log.progress("rescoring", done, total)
            if (done - told) * LINES >= total:
                log.info("rescoring", done=done, total=total)
                told = done
            await anyio.lowlevel.checkpoint()
        tally.count("companies_rescored", len(companies))


def _batches(outdated: Mapping[CompanyId, int]) -> Iterator[list[CompanyId]]:
    """The companies in order, as many together as have `BATCH` offers; one that has more is alone."""
    batch: list[CompanyId] = []
    offers = 0
    for company_id, count in outdated.items():
        if batch and offers + count > BATCH:
            yield batch
            batch, offers = [], 0
        batch.append(company_id)
        offers += count
    if batch:
        yield batch


async def outdate_all(store: Store) -> None:
    """Let every match be of no version, so that the next rescoring takes all of them."""
    with store.read() as uow:
        companies = list(uow.offers.outdated(""))
    for some in batches(companies, BATCH):
        with store.write() as uow:
            uow.offers.outdate(some)
        await anyio.lowlevel.checkpoint()


async def refresh_stale_metrics(store: Store, scorer: Scorer, clock: Clock, tally: Tally) -> None:
    """Bring metrics of another day, or of another catalog, up to date; counts `metrics_refreshed`."""
    now = clock.now()
    with store.read() as uow:
        stale = uow.offers.stale_metrics(now.date(), scorer.catalog.version)
    for company_id in stale:
        await CompanyRefresh(company_id, scorer=scorer, now=now).finish(store)
        tally.count("metrics_refreshed")
