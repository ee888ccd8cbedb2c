"""Brings a company's next look for its boards forward, inside a unit of work."""

from __future__ import annotations

from datetime import datetime

from attrs import evolve

from ats_core.domain.identity import CompanyId
from ats_core.ports import UnitOfWork

__all__ = ["look_again"]


def look_again(uow: UnitOfWork, company_id: CompanyId, at: datetime | None = None) -> None:
    """Let the next look be due *at* a time, by default since the last one; who was never looked at is due anyway."""
    last = uow.companies.discovery(company_id)
    if last is not None:
        uow.companies.save_discovery(evolve(last, next_check_at=at or last.checked_at))
