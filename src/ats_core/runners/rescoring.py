"""Scores again whatever was scored under another version of the catalog, or not at all; no network.

Each batch is a transaction of its own that leaves the companies it touched with true metrics, so that a killed
rescoring goes on where it was.
"""

from __future__ import annotations

from datetime import datetime

import anyio.lowlevel

from ats_core.domain.match import Match
from ats_core.domain.offer import Offer
from ats_core.ports import Clock, EventLog, Store
from ats_core.runners.company_totals import refresh_company
from ats_core.runners.tally import Tally
from ats_core.scoring.scorer import Scorer

__all__ = ["refresh_stale_metrics", "rescore_outdated", "score_offer"]

BATCH = 500


def score_offer(scorer: Scorer, offer: Offer, now: datetime) -> Match:
    """The match of an offer under the scorer's catalog."""
    posting = offer.posting
    scored = scorer.score(
        title=posting.title, department=posting.department or "", description=posting.description_text
    )
    return Match(offer_id=offer.id, catalog_version=scorer.catalog.version, scored=scored, scored_at=now)


async def rescore_outdated(store: Store, scorer: Scorer, clock: Clock, log: EventLog, tally: Tally) -> None:
    """Give every stored offer a match under the scorer's catalog; counts `rescored`."""
    version, after, done = scorer.catalog.version, None, 0
    while True:
        with store.write() as uow:
            offers = uow.offers.outdated(version, after=after, limit=BATCH)
            now = clock.now()
            uow.offers.save_matches(score_offer(scorer, offer, now) for offer in offers)
            for company_id in sorted({offer.company_id for offer in offers}):
                refresh_company(uow, company_id, catalog=scorer.catalog, as_of=now.date())
        if not offers:
            return
        after = offers[-1].id
        done += len(offers)
        tally.count("rescored", len(offers))
        log.progress("rescoring", done, None)
        await anyio.lowlevel.checkpoint()


async def refresh_stale_metrics(store: Store, scorer: Scorer, clock: Clock, tally: Tally) -> None:
    """Bring metrics of another day, or of another catalog, up to date; counts `metrics_refreshed`."""
    as_of = clock.now().date()
    with store.read() as uow:
        stale = uow.offers.stale_metrics(as_of, scorer.catalog.version)
    for start in range(0, len(stale), BATCH):
        batch = stale[start : start + BATCH]
        with store.write() as uow:
            for company_id in batch:
                refresh_company(uow, company_id, catalog=scorer.catalog, as_of=as_of)
        tally.count("metrics_refreshed", len(batch))
        await anyio.lowlevel.checkpoint()
