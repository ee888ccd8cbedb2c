"""What a person says of two rows: they are one company. The lists say so by themselves in `line_placing`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time

from ats_core.domain.company import Company
from ats_core.ports import UnitOfWork
from ats_core.runners.company_totals import refresh_company
from ats_core.scoring.scorer import Scorer

__all__ = ["merge_companies"]


def merge_companies(
    uow: UnitOfWork, kept: Company, others: Iterable[Company], scorer: Scorer, now: datetime
) -> Company:
    """Make *others* one row with *kept*, inside a unit of work; returns it as it is then.

    What follows from their offers together is as of the day on which it last was, so that a row that was up to date is
    up to date still. Where neither had any, the next run makes it.
    """
    others = tuple(others)
    days = [
        evidence.summary.metrics.as_of
        for company in (kept, *others)
        if (evidence := uow.reports.evidence(company.id)) is not None and evidence.summary.metrics is not None
    ]
    for other in others:
        kept = kept.absorbing(other, now)
        uow.companies.merge(other.id, kept)
    if days:
        refresh_company(uow, kept.id, scorer=scorer, now=datetime.combine(max(days), time(), UTC))
    return kept
