"""Brings a company's reposts, metrics and signals up to date with its offers, inside a unit of work."""

from __future__ import annotations

from datetime import date

from attrs import evolve

from ats_core.domain.board import SourceStatus
from ats_core.domain.catalog import Catalog
from ats_core.domain.identity import CompanyId, OfferId
from ats_core.domain.metrics import ScoredOffer
from ats_core.ports import UnitOfWork
from ats_core.scoring.aggregation import company_metrics
from ats_core.scoring.reposts import link_reposts

__all__ = ["refresh_company"]


def refresh_company(uow: UnitOfWork, company_id: CompanyId, *, catalog: Catalog, as_of: date) -> None:
    """Recompute everything that follows from the company's offers as of a UTC day, and keep what differs.

    Offers of a board that a person rejected are not the company's: they count for nothing.
    """
    rejected = {s.id for s in uow.sources.of_company(company_id) if s.status is SourceStatus.REJECTED}
    offers = [offer for offer in uow.offers.of_company(company_id) if offer.source_id not in rejected]
    reposts = link_reposts(offers)
    linked = [_linked(offer, *reposts[offer.id]) for offer in offers]
    uow.offers.save_reposts(
        {new.id: reposts[new.id] for old, new in zip(offers, linked, strict=True) if new is not old}
    )
    metrics, signals = company_metrics(company_id, linked, catalog=catalog, as_of=as_of)
    uow.offers.save_metrics(metrics, signals)


def _linked(offer: ScoredOffer, repost_of: OfferId | None, repost_count: int) -> ScoredOffer:
    if (offer.repost_of, offer.repost_count) == (repost_of, repost_count):
        return offer
    return evolve(offer, repost_of=repost_of, repost_count=repost_count)
