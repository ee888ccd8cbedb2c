"""Rows of companies that were merged since they were written: which row stands for whom, and what the others say."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve, frozen

from ats_core.domain.company import Company, Resolution
from ats_core.domain.feedback import FeedbackEvent, FeedbackField
from ats_core.domain.identity import CompanyId
from ats_core.sheet.columns import FIELD_COLUMNS
from ats_core.sheet.decisions import CODES, NotUnderstood, Words
from ats_core.sheet.layout import Layout, row_key

__all__ = ["NOTHING_SAID", "RowEvents", "RowStanding", "decided_elsewhere", "standing_rows"]

#: The newest event of each row's cell, by the id that stands in the row, and field (`FeedbackRepo.last_of_rows`).
RowEvents = Mapping[tuple[CompanyId, FeedbackField], FeedbackEvent]

#: What a cell of a row says that was never read.
NOTHING_SAID: Mapping[FeedbackField, str] = {
    FeedbackField.RESOLUTION: Resolution.PENDING.value,
    FeedbackField.MODEL_FEEDBACK: "",
    FeedbackField.NOTES: "",
}


@frozen(kw_only=True)
class RowStanding:
    """*layout* with a row for every company that has one, be it of an id that was merged into it.

    *row_ids*: the id that stands in a company's row, where it is not the company's own. *merged*: the company of each
    row beside these, by row; *merged_ids*: the id that stands there.
    """

    layout: Layout
    row_ids: Mapping[CompanyId, CompanyId]
    merged: Mapping[int, CompanyId]
    merged_ids: Mapping[int, CompanyId]

    def row_id(self, company_id: CompanyId) -> CompanyId:
        """The id that stands in the company's row."""
        return self.row_ids.get(company_id, company_id)


def standing_rows(layout: Layout, aliases: Mapping[CompanyId, CompanyId]) -> RowStanding:
    """Which row stands for each company: its own, else the first of those of ids that were merged into it.

    *aliases* are the companies by the ids that were merged into them (`CompanyRepo.aliases`).
    """
    of_key = {row_key(old): (old, kept) for old, kept in aliases.items()}
    rows = dict(layout.rows)
    row_ids: dict[CompanyId, CompanyId] = {}
    merged: dict[int, CompanyId] = {}
    merged_ids: dict[int, CompanyId] = {}
    for key, row in layout.rows.items():
        if key not in of_key:
            continue
        old, kept = of_key[key]
        if row_key(kept) not in rows:
            rows[row_key(kept)] = row
            row_ids[kept] = old
        else:
            merged[row], merged_ids[row] = kept, old
    if not row_ids and not merged:
        return RowStanding(layout=layout, row_ids={}, merged={}, merged_ids={})
    return RowStanding(layout=evolve(layout, rows=rows), row_ids=row_ids, merged=merged, merged_ids=merged_ids)


def decided_elsewhere(
    standing: RowStanding,
    company: Company,
    applied: Mapping[tuple[CompanyId, FeedbackField], str],
    said: RowEvents,
    words: Words,
) -> tuple[tuple[FeedbackField, str], ...]:
    """The values that hold of *company*, though its row still says what it said before: another row decided.

    A cell that says something new, or nothing that is understood, is left to the next reading.
    """
    row = standing.layout.row_of(company.id)
    if row is None:
        return ()
    found = []
    for kind in CODES:
        holds = company.resolution.value
        if kind is not FeedbackField.RESOLUTION:
            holds = applied.get((company.id, kind), "")
        last = said.get((standing.row_id(company.id), kind))
        before = NOTHING_SAID[kind] if last is None else last.value
        text = standing.layout.text(row, FIELD_COLUMNS[kind]).strip()
        try:
            shown = words.understood(kind, text) if text else ""
        except NotUnderstood:
            continue
        if not text and kind is FeedbackField.RESOLUTION:
            shown = before  # an emptied resolution decides nothing
        if shown == before and shown != holds and holds:
            found.append((kind, holds))
    return tuple(found)
