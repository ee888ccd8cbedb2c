"""Brings a company's reposts, metrics and signals up to date with its offers, inside a unit of work."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from ats_core.domain.board import SourceStatus
from ats_core.domain.catalog import Catalog
from ats_core.domain.identity import CompanyId, SourceId
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
    offers = _offers(uow, company_id, rejected)
    reposts = link_reposts(offers)
    uow.offers.save_reposts(
        {o.id: reposts[o.id] for o in offers if (o.repost_of, o.repost_count) != reposts[o.id]},
    )
    metrics, signals = company_metrics(company_id, _offers(uow, company_id, rejected), catalog=catalog, as_of=as_of)
    uow.offers.save_metrics(metrics, signals)


def _offers(uow: UnitOfWork, company_id: CompanyId, rejected: Collection[SourceId]) -> list[ScoredOffer]:
    return [offer for offer in uow.offers.of_company(company_id) if offer.source_id not in rejected]
