"""Forgets what is kept longer than the configuration wants: raw payloads, and offers, of postings closed long ago.

What was said of a company stays true. Of each board, the first and the newest offer that show a category are kept,
and the newest strong one, so that no date of a metric or signal moves; an offer and its reposts go together, so that
no link leads nowhere. An offer of the same id that comes back after it was forgotten is new.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import anyio.lowlevel

from ats_core.domain.identity import CompanyId, OfferId
from ats_core.domain.match import Label
from ats_core.domain.metrics import ScoredOffer
from ats_core.ports import Clock, EventLog, Store
from ats_core.runners.batches import batches
from ats_core.runners.company_totals import CompanyRefresh
from ats_core.runners.tally import Tally
from ats_core.scoring.scorer import Scorer
from ats_core.settings import RetentionSettings

__all__ = ["apply_retention", "expendable"]

#: How many payloads, or offers, one transaction deletes at the most.
BATCH = 500


async def apply_retention(
    store: Store, scorer: Scorer, clock: Clock, log: EventLog, settings: RetentionSettings, tally: Tally
) -> None:
    """Drop what has been closed for longer than *settings* keep it; counts `payloads_dropped` and `offers_deleted`.

    In transactions of a bounded size; what a kill leaves undone of a company's totals the next run makes good.
    """
    now = clock.now()
    if settings.payloads is not None:
        await _drop_payloads(store, now - settings.payloads, tally)
    if settings.closed_offers is not None:
        before = now - settings.closed_offers
        with store.read() as uow:
            companies = uow.offers.with_old_offers(before)
        for done, company_id in enumerate(companies, start=1):
            await _delete_offers(store, company_id, before, scorer, now, tally)
            log.progress("retention", done, len(companies))


async def _drop_payloads(store: Store, before: datetime, tally: Tally) -> None:
    with store.read() as uow:
        old = uow.offers.with_old_payloads(before)
    for batch in batches(old, BATCH):
        with store.write() as uow:
            uow.offers.drop_payloads(batch)
        tally.count("payloads_dropped", len(batch))
        await anyio.lowlevel.checkpoint()


async def _delete_offers(
    store: Store, company_id: CompanyId, before: datetime, scorer: Scorer, now: datetime, tally: Tally
) -> None:
    with store.read() as uow:
        old = expendable(uow.offers.of_company(company_id), before)
    for batch in batches(old, BATCH):
        with store.write() as uow:
            uow.offers.delete(batch)
            uow.offers.outdate_metrics(company_id)
        tally.count("offers_deleted", len(batch))
        await anyio.lowlevel.checkpoint()
    if old:
        await CompanyRefresh(company_id, scorer=scorer, now=now).finish(store)


def expendable(offers: Iterable[ScoredOffer], before: datetime) -> tuple[OfferId, ...]:
    """Those of a company's offers that can be forgotten: closed at or before *before*, and telling nothing any more.

    *offers* are all of the company's, in any order, their reposts linked. Reposts come before what they repeat. An
    offer that was not scored yet is kept: what it tells is not known.
    """
    offers = sorted(offers, key=lambda offer: (offer.first_seen_at, offer.id))
    kept = _telling(offers) | {o.id for o in offers if o.closed_at is None or o.closed_at > before or o.scored is None}
    kept_texts = {offer.repost_of or offer.id for offer in offers if offer.id in kept}
    old = [offer for offer in offers if (offer.repost_of or offer.id) not in kept_texts]
    return tuple(offer.id for offer in sorted(old, key=lambda offer: (offer.repost_of is None, offer.id)))


def _telling(offers: Sequence[ScoredOffer]) -> set[OfferId]:
    """Of each board's offers, by first sight: the first and the last that show each category, the last strong one.

    Board by board, because a person may reject a board, or take that back: its offers then count for nothing, or
    count again.
    """
    first: dict[tuple[str, str], OfferId] = {}
    last: dict[tuple[str, str], OfferId] = {}
    strong: dict[str, OfferId] = {}
    for offer in offers:
        if offer.scored is None:
            continue
        for hit in offer.scored.hits:
            if not hit.negated:
                first.setdefault((offer.source_id, hit.category), offer.id)
                last[offer.source_id, hit.category] = offer.id
        if offer.scored.label is Label.STRONG:
            strong[offer.source_id] = offer.id
    return {*first.values(), *last.values(), *strong.values()}
