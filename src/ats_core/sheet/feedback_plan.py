"""From what was read to what to apply: whether the read is whole, what each cell of the person's means, what is new."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from attrs import evolve, frozen

from ats_core.domain.company import Company, Resolution
from ats_core.domain.feedback import FeedbackEvent, FeedbackField, FeedbackOutcome
from ats_core.domain.identity import CompanyId
from ats_core.domain.offer import RejectedRecord
from ats_core.errors import SheetError
from ats_core.sheet.cells import paragraphs
from ats_core.sheet.columns import ENGLISH, FIELD_COLUMNS, THEIRS, Column, Labels
from ats_core.sheet.decisions import understood
from ats_core.sheet.layout import Layout, row_key

__all__ = ["FeedbackPlan", "KnownFeedback", "check_whole", "plan_feedback", "repeated_rows"]


@frozen(kw_only=True)
class KnownFeedback:
    """What the database holds: all *companies*, and of their feedback what was last *applied* and *last_read*."""

    companies: Collection[Company]
    applied: Mapping[tuple[CompanyId, FeedbackField], str]
    last_read: Mapping[tuple[CompanyId, FeedbackField], FeedbackEvent]


@frozen(kw_only=True)
class FeedbackPlan:
    """What to do about the person's cells: *events* to append, *resolutions* to store, cells of no use to report.

    *rows* counts the companies' rows that were read. Of a company's events, the last is the one to show.
    """

    events: tuple[FeedbackEvent, ...]
    resolutions: Mapping[CompanyId, Resolution]
    unusable: tuple[RejectedRecord, ...]
    rows: int


@frozen
class _Cell:
    """What one cell comes to: an event if it is news, and what is not understood of it, news or not."""

    event: FeedbackEvent | None = None
    trouble: str = ""


def check_whole(
    layout: Layout, synced: Collection[CompanyId], *, place: str, labels: Labels = ENGLISH
) -> tuple[CompanyId, ...]:
    """The synced companies whose rows are missing; raises `SheetError` where the read cannot be trusted at all.

    That is where the id or one of the person's columns is missing, or at least half of the synced rows: then
    something was cut, and nothing may be concluded from what is not there.
    """
    lacking = [labels[c] for c in (Column.ID, *THEIRS) if c not in layout.columns]
    if lacking:
        raise SheetError(
            f"the read is not whole: the header lacks {', '.join(map(repr, lacking))}; nothing was applied",
            where=place,
            hint="the next sync adds missing columns again",
        )
    missing = tuple(company for company in synced if layout.row_of(company) is None)
    if missing and 2 * len(missing) >= len(synced):
        raise SheetError(
            f"the read is not whole: {len(missing)} of {len(synced)} synced rows are missing; nothing was applied",
            where=place,
            hint="the next sync adds missing rows again",
        )
    return missing


def plan_feedback(layout: Layout, known: KnownFeedback, *, now: datetime, labels: Labels = ENGLISH) -> FeedbackPlan:
    """Compare the person's cells with the database, row by row, in the sheet's order.

    A cell is news where its value is not the one applied last, where it is not understood (once for each text), or
    where it no longer says what was not understood. An empty resolution decides nothing; emptied notes and model
    feedback are taken back.
    """
    companies = {row_key(company.id): company for company in known.companies}
    events: list[FeedbackEvent] = []
    resolutions: dict[CompanyId, Resolution] = {}
    unusable = list(repeated_rows(layout))
    rows = 0
    for key, row in layout.rows.items():
        company = companies.get(key)
        if company is None:
            continue
        rows += 1
        cells: list[_Cell] = []
        for feedback_field, column in FIELD_COLUMNS.items():
            record = f"row {row} ({company.name})"
            if layout.is_uncalculated(row, column):
                reason = "the formula has no calculated value; open and save the sheet in a spreadsheet program"
                unusable.append(RejectedRecord(record=record, field=labels[column], reason=reason))
                continue
            text = paragraphs(layout.text(row, column))
            cell = _judged(feedback_field, text, company, known, label=labels[column], now=now)
            cells.append(cell)
            if cell.trouble:
                unusable.append(RejectedRecord(record=record, field="", reason=cell.trouble))
        for event in _told(cells):
            events.append(event)
            if event.field is FeedbackField.RESOLUTION and event.value != event.previous:
                resolutions[company.id] = Resolution(event.value)
    return FeedbackPlan(events=tuple(events), resolutions=resolutions, unusable=tuple(unusable), rows=rows)


def repeated_rows(layout: Layout) -> Iterable[RejectedRecord]:
    """Rows that a person copied: the first of one id counts, the others are reported and left alone."""
    for row, first in layout.repeated:
        reason = f"it has the id of row {first}, which alone counts"
        yield RejectedRecord(record=f"row {row}", field="", reason=reason)


def _judged(
    feedback_field: FeedbackField, text: str, company: Company, known: KnownFeedback, *, label: str, now: datetime
) -> _Cell:
    key = (company.id, feedback_field)
    is_resolution = feedback_field is FeedbackField.RESOLUTION
    current = company.resolution.value if is_resolution else known.applied.get(key, "")
    last = known.last_read.get(key)
    was_trouble = last is not None and last.outcome is FeedbackOutcome.NOT_UNDERSTOOD
    event = FeedbackEvent(
        company_id=company.id,
        field=feedback_field,
        read=text,
        previous=current,
        value=current,
        outcome=FeedbackOutcome.NOT_UNDERSTOOD,
        detail="",
        at=now,
    )
    try:
        value = understood(feedback_field, text) if text else (current if is_resolution else "")
    except ValueError as error:
        trouble = f"{label}: {error}"
        told = was_trouble and last is not None and last.read == text
        return _Cell(None if told else event, trouble)
    if value == current and not was_trouble:
        return _Cell()
    return _Cell(evolve(event, value=value, outcome=FeedbackOutcome.APPLIED))


def _told(cells: Iterable[_Cell]) -> list[FeedbackEvent]:
    """The news of one row, what is not understood last; each event carries all the trouble that stands in the row."""
    cells = tuple(cells)
    standing = "; ".join(c.trouble for c in cells if c.trouble)
    news = [evolve(c.event, detail=standing) for c in cells if c.event is not None]
    return sorted(news, key=lambda e: e.outcome is FeedbackOutcome.NOT_UNDERSTOOD)
