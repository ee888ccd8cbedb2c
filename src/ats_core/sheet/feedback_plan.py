"""From what was read to what to apply: whether the read is whole, what each cell of the person's means, what is new."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from attrs import Factory, evolve, field, frozen

from ats_core.domain.company import Company, Resolution
from ats_core.domain.feedback import FeedbackEvent, FeedbackField, FeedbackOutcome
from ats_core.domain.identity import CompanyId
from ats_core.domain.offer import RejectedRecord
from ats_core.errors import SheetError
from ats_core.sheet.cells import paragraphs
from ats_core.sheet.columns import ENGLISH, FIELD_COLUMNS, THEIRS, Column, Labels
from ats_core.sheet.decisions import CODES, NotUnderstood
from ats_core.sheet.layout import Layout, row_key
from ats_core.sheet.merged_rows import NOTHING_SAID, RowEvents, standing_rows
from ats_core.sheet.wording import IN_ENGLISH, Wording

__all__ = ["FeedbackPlan", "KnownFeedback", "ReadCell", "check_whole", "plan_feedback", "repeated_rows"]

_UNCALCULATED = "the formula has no calculated value; open and save the sheet in a spreadsheet program"

#: What a formula that fails reads as (Excel, "ERROR.TYPE"; Google Sheets has #ERROR! besides). Free text is none of it.
_ERRORS = frozenset(
    {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!", "#ERROR!"}
)


@frozen(kw_only=True)
class KnownFeedback:
    """What the database holds: all *companies*, and of their feedback what was last *applied* and *last_read*.

    *aliases* are the companies by the ids of rows that were merged into them; *said* is the newest event of each row,
    by the id that stands in it.
    """

    companies: Collection[Company]
    applied: Mapping[tuple[CompanyId, FeedbackField], str]
    last_read: Mapping[tuple[CompanyId, FeedbackField], FeedbackEvent]
    aliases: Mapping[CompanyId, CompanyId] = field(default=Factory(dict))
    said: RowEvents = field(default=Factory(dict))


@frozen(kw_only=True)
class ReadCell:
    """A cell of the person's that is news, or is not understood.

    *event* is what is to be kept of it where it is news. *trouble* is what is not understood, and *accepted* what would
    be; empty where it means something.
    """

    row: int
    company: Company
    event: FeedbackEvent
    is_news: bool
    trouble: str = ""
    accepted: tuple[str, ...] = ()


@frozen(kw_only=True)
class FeedbackPlan:
    """What to do about the person's cells: *events* to append, *resolutions* to store, cells of no use to report.

    *cells* are all that are news or not understood. *left_alone* are copies of rows, formulas without a value, and
    words that gave way to others; *rows* counts the companies' rows that were read. Of a company's events, the last is
    the one to show.
    """

    cells: tuple[ReadCell, ...]
    resolutions: Mapping[CompanyId, Resolution]
    left_alone: tuple[RejectedRecord, ...]
    rows: int

    @property
    def events(self) -> tuple[FeedbackEvent, ...]:
        """What is new."""
        return tuple(cell.event for cell in self.cells if cell.is_news)

    @property
    def unusable(self) -> tuple[RejectedRecord, ...]:
        """What to report: what was left alone, and what is not understood, news or not."""
        told = (
            RejectedRecord(record=_place(cell.row, cell.company), field="", reason=cell.trouble)
            for cell in self.cells
            if cell.trouble
        )
        return (*self.left_alone, *told)


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


def plan_feedback(
    layout: Layout, known: KnownFeedback, *, now: datetime, wording: Wording = IN_ENGLISH
) -> FeedbackPlan:
    """Compare the person's cells with the database, row by row, in the sheet's order.

    A cell is news where its value is not the one applied last, where it is not understood (once for each text), or
    where it no longer says what was not understood. An empty resolution decides nothing; emptied notes and model
    feedback are taken back.

    A company into which others were merged may have several rows. There a cell is news where it does not say what that
    very row said before, for what it said before was decided before the merge. Rows that were merged are read first, so
    that where two are news, the company's own counts; an emptied cell of theirs takes nothing back.
    """
    return _Planning(layout, known, now, wording).plan()


def repeated_rows(layout: Layout) -> Iterable[RejectedRecord]:
    """Rows that a person copied: the first of one id counts, the others are reported and left alone."""
    for row, first in layout.repeated:
        reason = f"it has the id of row {first}, which alone counts"
        yield RejectedRecord(record=f"row {row}", field="", reason=reason)


class _Planning:
    """One comparison: what holds changes as rows are read."""

    def __init__(self, layout: Layout, known: KnownFeedback, now: datetime, wording: Wording) -> None:
        self._layout = layout
        self._known = known
        self._now = now
        self._wording = wording
        self._joined = frozenset(known.aliases.values())
        self._holds = dict(known.applied)
        self._holds |= {(c.id, FeedbackField.RESOLUTION): c.resolution.value for c in known.companies}
        self._stored = dict(self._holds)
        self._recalled: list[ReadCell] = []
        self._cells: list[ReadCell] = []
        self._left_alone = list(repeated_rows(layout))

    def plan(self) -> FeedbackPlan:
        of_key = {row_key(company.id): company for company in self._known.companies}
        by_id = {company.id: company for company in self._known.companies}
        of_key |= {row_key(old): by_id[kept] for old, kept in self._known.aliases.items() if kept in by_id}
        old_ids = {row_key(old): old for old in self._known.aliases}
        merged = standing_rows(self._layout, self._known.aliases).merged
        rows = [(row, key, of_key[key]) for key, row in self._layout.rows.items() if key in of_key]
        for row, key, company in sorted(rows, key=lambda item: item[0] not in merged):
            self._read_row(row, company, old_ids.get(key), is_merged=row in merged)
        resolutions = {
            c.company.id: Resolution(self._holds[c.company.id, FeedbackField.RESOLUTION])
            for c in self._cells
            if c.is_news and c.event.field is FeedbackField.RESOLUTION and c.event.value != c.event.previous
        }
        return FeedbackPlan(
            cells=(*self._recalled, *self._cells),
            resolutions=resolutions,
            left_alone=tuple(self._left_alone),
            rows=len(rows),
        )

    def _read_row(self, row: int, company: Company, old_id: CompanyId | None, *, is_merged: bool) -> None:
        cells: list[ReadCell] = []
        for kind, column in FIELD_COLUMNS.items():
            if self._layout.is_uncalculated(row, column):
                self._leave(row, company, self._wording.labels[column], _UNCALCULATED)
                continue
            text = paragraphs(self._layout.text(row, column))
            if kind not in CODES and text in _ERRORS:
                self._leave(
                    row, company, self._wording.labels[column], f"the formula comes to {text}, which says nothing"
                )
                continue
            cell = self._judged(kind, text, row, company, old_id, is_merged=is_merged)
            if cell is not None:
                cells.append(cell)
        # What is not understood comes last, and each event carries all the trouble that stands in the row.
        standing = "; ".join(c.trouble for c in cells if c.trouble)
        told = [evolve(c, event=evolve(c.event, detail=standing)) for c in cells]
        self._cells += sorted(told, key=lambda c: bool(c.trouble))

    def _judged(
        self, kind: FeedbackField, text: str, row: int, company: Company, old_id: CompanyId | None, *, is_merged: bool
    ) -> ReadCell | None:
        key = (company.id, kind)
        holds = self._holds.get(key, "")
        joined = company.id in self._joined
        last = self._known.said.get((old_id or company.id, kind)) if joined else self._known.last_read.get(key)
        was_trouble = last is not None and last.outcome is FeedbackOutcome.NOT_UNDERSTOOD
        event = FeedbackEvent(
            company_id=company.id,
            field=kind,
            read=text,
            previous=holds,
            value=holds,
            outcome=FeedbackOutcome.NOT_UNDERSTOOD,
            detail="",
            at=self._now,
            row_id=old_id,
        )
        decides_nothing = not text and (is_merged or kind is FeedbackField.RESOLUTION)
        try:
            value = self._wording.words.understood(kind, text) if text else holds if decides_nothing else ""
        except NotUnderstood as error:
            trouble = self._wording.trouble(kind, error)
            is_told = was_trouble and last is not None and last.read == text
            return ReadCell(
                row=row, company=company, event=event, is_news=not is_told, trouble=trouble, accepted=error.accepted
            )
        before = holds
        if joined:
            before = NOTHING_SAID[kind] if last is None else last.value
        if (decides_nothing or value == before) and not was_trouble:
            return None
        if last is None and joined and value == self._stored.get(key, ""):
            # The row began with what was decided in another: that it says so is to be remembered, and decides nothing.
            recalled = evolve(event, previous=value, value=value, outcome=FeedbackOutcome.APPLIED)
            self._recalled.append(ReadCell(row=row, company=company, event=recalled, is_news=True))
            return None
        if value != holds:
            if joined:
                self._overrule(row, company, kind)
            self._holds[key] = value
        return ReadCell(
            row=row,
            company=company,
            event=evolve(event, value=value, outcome=FeedbackOutcome.APPLIED),
            is_news=True,
        )

    def _overrule(self, row: int, company: Company, kind: FeedbackField) -> None:
        """Report what other rows of the company newly say otherwise."""
        for cell in self._cells:
            is_other = cell.company.id == company.id and cell.event.field is kind and cell.row != row
            if is_other and cell.is_news and not cell.trouble and cell.event.value != cell.event.previous:
                label = self._wording.labels[FIELD_COLUMNS[kind]]
                self._leave(cell.row, company, label, f"{cell.event.read!r} gave way to what row {row} says")

    def _leave(self, row: int, company: Company, label: str, reason: str) -> None:
        self._left_alone.append(RejectedRecord(record=_place(row, company), field=label, reason=reason))


def _place(row: int, company: Company) -> str:
    return f"row {row} ({company.name})"
