"""Brings a company's reposts, metrics and signals up to date with its offers, inside a unit of work."""

from __future__ import annotations

from datetime import date

from ats_core.domain.catalog import Catalog
from ats_core.domain.identity import CompanyId
from ats_core.ports import UnitOfWork
from ats_core.scoring.aggregation import company_metrics
from ats_core.scoring.reposts import link_reposts

__all__ = ["refresh_company"]


def refresh_company(uow: UnitOfWork, company_id: CompanyId, *, catalog: Catalog, as_of: date) -> None:
    """Recompute everything that follows from the company's offers as of a UTC day, and keep what differs."""
    offers = uow.offers.of_company(company_id)
    reposts = link_reposts(offers)
    uow.offers.save_reposts(
        {o.id: reposts[o.id] for o in offers if (o.repost_of, o.repost_count) != reposts[o.id]},
    )
    metrics, signals = company_metrics(company_id, uow.offers.of_company(company_id), catalog=catalog, as_of=as_of)
    uow.offers.save_metrics(metrics, signals)
