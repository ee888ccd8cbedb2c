"""From a company to its row: the values of our columns, and what the person's cells begin with."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Mapping

from attrs import frozen

from ats_core.domain.board import SourceStatus
from ats_core.domain.feedback import FeedbackEvent, FeedbackField, FeedbackOutcome
from ats_core.domain.identity import CompanyId
from ats_core.domain.summary import CompanySummary
from ats_core.sheet.cells import line, paragraphs
from ats_core.sheet.columns import OURS, Column
from ats_core.sheet.layout import row_key
from ats_core.sheet.table import CellValue

__all__ = ["AppliedFeedback", "SheetRow", "companies_for_sheet", "project", "status_text"]

#: The value that was last applied, by company and field (`FeedbackRepo.applied`).
AppliedFeedback = Mapping[tuple[CompanyId, FeedbackField], str]


@frozen(kw_only=True)
class SheetRow:
    """A company's row: *ours*, the values of all our columns, and *initial*, what the person's cells begin with.

    *hash* is over *ours*: it is equal for equal rows.
    """

    company_id: CompanyId
    ours: Mapping[Column, CellValue]
    initial: Mapping[Column, CellValue]
    hash: str


def companies_for_sheet(
    ranked: Iterable[CompanySummary], present: Container[str], *, minimum_score: float, maximum_rows: int | None
) -> tuple[CompanySummary, ...]:
    """The companies that have a row or get one, in the order given.

    Those that have one (their keys are in *present*) keep it, whatever they score. Others need metrics, at least
    *minimum_score*, and room: there are at most *maximum_rows* rows.
    """
    companies = tuple(ranked)
    keeping = sum(1 for c in companies if row_key(c.company.id) in present)
    room = None if maximum_rows is None else max(0, maximum_rows - keeping)
    chosen: list[CompanySummary] = []
    for summary in companies:
        if row_key(summary.company.id) not in present:
            if summary.metrics is None or summary.metrics.best_score < minimum_score or room == 0:
                continue
            room = None if room is None else room - 1
        chosen.append(summary)
    return tuple(chosen)


def project(summary: CompanySummary, applied: AppliedFeedback) -> SheetRow:
    """The company's row. Texts are clean single lines that fit a cell; times are ISO 8601 days (UTC).

    The person's cells begin with what the database holds of their decisions: a row or column that was deleted comes
    back as it was.
    """
    company, metrics, top = summary.company, summary.metrics, summary.top_offer
    active = sorted({s.board.provider for s in summary.sources if s.status is SourceStatus.ACTIVE})
    values: dict[Column, CellValue] = dict.fromkeys(OURS)
    values[Column.ID] = company.id
    values[Column.COMPANY] = company.name
    values[Column.WEBSITE] = company.website
    values[Column.ATS] = ", ".join(active)
    if metrics is not None:
        values[Column.SCORE] = metrics.best_score
        values[Column.LABEL] = metrics.label.value
        values[Column.TOP_CATEGORY] = metrics.top_category
        values[Column.WHY] = metrics.why
        values[Column.OPEN_OFFERS] = metrics.open_offers
        values[Column.STRONG_OFFERS] = metrics.strong_offers
        values[Column.ACTIVITY] = metrics.activity
        values[Column.LAST_STRONG] = metrics.last_strong_at.date().isoformat() if metrics.last_strong_at else None
    if top is not None:
        values[Column.TOP_OFFER] = top.title
        values[Column.TOP_OFFER_URL] = top.url
    values[Column.STATUS] = status_text(summary.feedback) if summary.feedback else None
    ours = {column: (line(value) or None) if isinstance(value, str) else value for column, value in values.items()}
    initial: dict[Column, CellValue] = {
        Column.RESOLUTION: company.resolution.value,
        Column.MODEL_FEEDBACK: applied.get((company.id, FeedbackField.MODEL_FEEDBACK)) or None,
        Column.NOTES: paragraphs(applied.get((company.id, FeedbackField.NOTES), "")) or None,
    }
    return SheetRow(company_id=company.id, ours=ours, initial=initial, hash=_row_hash(ours))


def status_text(event: FeedbackEvent) -> str:
    """What the sheet says of the last feedback: `applied 2026-11-23`, or `not understood: …`."""
    trouble = f"not understood: {event.detail}"
    if event.outcome is FeedbackOutcome.NOT_UNDERSTOOD:
        return trouble
    day = f"applied {event.at.date().isoformat()}"
    return f"{day}; {trouble}" if event.detail else day


def _row_hash(ours: Mapping[Column, CellValue]) -> str:
    seen = repr([(column.value, ours[column]) for column in OURS])
    return hashlib.blake2b(seen.encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()
