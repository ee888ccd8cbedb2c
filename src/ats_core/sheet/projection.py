"""From a company to its row: the values of our columns, and what the person's cells begin with."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from enum import StrEnum

from attrs import frozen

from ats_core.domain.board import SourceStatus
from ats_core.domain.company import Resolution
from ats_core.domain.feedback import FeedbackField
from ats_core.domain.identity import CompanyId
from ats_core.domain.summary import CompanySummary
from ats_core.sheet.cells import line, paragraphs
from ats_core.sheet.columns import OURS, Column
from ats_core.sheet.layout import row_key
from ats_core.sheet.table import CellValue
from ats_core.sheet.wording import IN_ENGLISH, Wording

__all__ = ["AppliedFeedback", "RowOrder", "SheetRow", "companies_for_sheet", "project"]

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


class RowOrder(StrEnum):
    """In which order new rows are added: by rank, by name, the companies met last first, or the most active first."""

    SCORE = "score"
    NAME = "name"
    NEWEST = "newest"
    ACTIVITY = "activity"


def companies_for_sheet(
    ranked: Iterable[CompanySummary],
    present: Container[str],
    *,
    minimum_score: float,
    maximum_rows: int | None,
    hide: Collection[Resolution] = (),
    order: RowOrder = RowOrder.SCORE,
) -> tuple[CompanySummary, ...]:
    """The companies that have a row or get one: those that get one in the *order* in which they are to be added.

    Those that have one (their keys are in *present*) keep it, whatever they score and whatever was decided. Others need
    metrics, at least *minimum_score*, a resolution that is none of *hide*, and room: there are at most *maximum_rows*
    rows, and the best of the *ranked* get what room there is.
    """
    companies = tuple(ranked)
    keeping = [c for c in companies if row_key(c.company.id) in present]
    room = None if maximum_rows is None else max(0, maximum_rows - len(keeping))
    coming = [
        c
        for c in companies
        if row_key(c.company.id) not in present
        and c.metrics is not None
        and c.metrics.best_score >= minimum_score
        and c.company.resolution not in hide
    ]
    return (*keeping, *_ordered(coming[:room], order))


def _ordered(ranked: Iterable[CompanySummary], order: RowOrder) -> Iterable[CompanySummary]:
    """Equals stay as they are ranked."""
    match order:
        case RowOrder.SCORE:
            return ranked
        case RowOrder.NAME:
            return sorted(ranked, key=lambda c: (c.company.name.casefold(), c.company.name))
        case RowOrder.NEWEST:
            return sorted(ranked, key=lambda c: c.company.created_at, reverse=True)
        case RowOrder.ACTIVITY:
            return sorted(ranked, key=lambda c: c.metrics.activity if c.metrics else 0, reverse=True)


def project(
    summary: CompanySummary,
    applied: AppliedFeedback,
    *,
    wording: Wording = IN_ENGLISH,
    elsewhere: Sequence[tuple[FeedbackField, str]] = (),
) -> SheetRow:
    """The company's row. Texts are clean single lines that fit a cell; times are days (UTC).

    The person's cells begin with what the database holds of their decisions: a row or column that was deleted comes
    back as it was. *elsewhere* is what holds though the row says otherwise (`decided_elsewhere`).
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
        values[Column.LAST_STRONG] = metrics.last_strong_at.date() if metrics.last_strong_at else None
    if top is not None:
        values[Column.TOP_OFFER] = top.title
        values[Column.TOP_OFFER_URL] = top.url
    values[Column.STATUS] = wording.status(summary.feedback, elsewhere=elsewhere)
    ours = {column: (line(value) or None) if isinstance(value, str) else value for column, value in values.items()}
    judged = applied.get((company.id, FeedbackField.MODEL_FEEDBACK), "")
    initial: dict[Column, CellValue] = {
        Column.RESOLUTION: wording.words.of(FeedbackField.RESOLUTION, company.resolution.value),
        Column.MODEL_FEEDBACK: wording.words.of(FeedbackField.MODEL_FEEDBACK, judged) if judged else None,
        Column.NOTES: paragraphs(applied.get((company.id, FeedbackField.NOTES), "")) or None,
    }
    return SheetRow(company_id=company.id, ours=ours, initial=initial, hash=_row_hash(ours))


def _row_hash(ours: Mapping[Column, CellValue]) -> str:
    seen = repr([(column.value, ours[column]) for column in OURS])
    return hashlib.blake2b(seen.encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()
