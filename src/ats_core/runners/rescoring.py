"""Scores again whatever was scored under another version of the catalog, or not at all; no network.

Company by company, in transactions of a bounded size. A company's metrics are brought up to date in the transaction
that scores the last of its offers, so that a killed rescoring goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

import anyio.lowlevel

from ats_core.domain.identity import CompanyId
from ats_core.ports import Clock, EventLog, Store, UnitOfWork
from ats_core.runners.batches import batches
from ats_core.runners.company_totals import refresh_company
from ats_core.runners.tally import Tally
from ats_core.scoring.scorer import Scorer

__all__ = ["outdate_all", "refresh_stale_metrics", "rescore_outdated"]

#: How many offers, of companies together, one transaction takes, and how many companies.
BATCH = 500
#: How many offers of one company it takes. Each transaction looks at all of the company's: that is not done often.
MOST = 5000
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
        is_whole = False
        while not is_whole:
            with store.write() as uow:
                count, is_whole = _rescore(uow, companies, scorer, clock.now(), relink=relink)
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


def _rescore(
    uow: UnitOfWork, companies: list[CompanyId], scorer: Scorer, now: datetime, *, relink: bool
) -> tuple[int, bool]:
    """Score what is outdated of the companies, up to `MOST` offers of each, and refresh those that are done.

    Returns how many offers were scored, and whether all companies are done.
    """
    done = [
        refresh_company(uow, company_id, scorer=scorer, now=now, limit=MOST, texts_stand=not relink)
        for company_id in companies
    ]
    return sum(refreshed.scored for refreshed in done), all(refreshed.is_whole for refreshed in done)


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
    for batch in batches(stale, BATCH):
        with store.write() as uow:
            for company_id in batch:
                refresh_company(uow, company_id, scorer=scorer, now=now)
        tally.count("metrics_refreshed", len(batch))
        await anyio.lowlevel.checkpoint()
