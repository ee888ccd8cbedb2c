"""Bringing the sheet up to date: read it, compare, write what differs, remember what was written."""

from __future__ import annotations

from collections.abc import Collection

from attrs import frozen

from ats_core.domain.identity import CompanyId
from ats_core.domain.offer import RejectedRecord
from ats_core.errors import SheetChanged, SheetError
from ats_core.ports import Clock, SheetGateway, Store
from ats_core.settings import SheetSettings
from ats_core.sheet.delta import SheetDelta, sheet_delta
from ats_core.sheet.feedback_plan import repeated_rows
from ats_core.sheet.layout import Layout
from ats_core.sheet.merged_rows import decided_elsewhere, standing_rows
from ats_core.sheet.projection import companies_for_sheet, project

__all__ = ["TRIES", "Delivered", "deliver"]

#: How often the sheet is read again when somebody edits it while we write.
TRIES = 3


@frozen(kw_only=True)
class Delivered:
    """What was compared and written, and the rows of the sheet that do not count."""

    delta: SheetDelta
    repeated: tuple[RejectedRecord, ...]


async def deliver(
    store: Store,
    gateway: SheetGateway,
    clock: Clock,
    settings: SheetSettings,
    *,
    only: Collection[CompanyId] | None = None,
    full: bool = False,
) -> Delivered:
    """Make the sheet say what the database says; raises `SheetError`.

    With *only*, just the rows of these companies, as far as they are there; none is added or forgotten. The hashes
    are saved after the sheet is written: killed in between, the next time finds nothing to write and saves them. A
    run whose lease was taken over writes nothing and ends with `LeaseLost`.
    """
    wording = settings.wording
    for _ in range(TRIES):
        table = await gateway.read()
        as_read = Layout.of(table, place=gateway.place, labels=wording.labels)
        with store.read() as work:
            summaries = work.reports.companies()
            written = work.sheet.row_hashes()
            applied = work.feedback.applied()
            aliases = work.companies.aliases()
            said = work.feedback.last_of_rows() if aliases else {}
        standing = standing_rows(as_read, aliases)
        layout = standing.layout
        if only is None:
            chosen = companies_for_sheet(
                summaries,
                layout.rows,
                minimum_score=settings.minimum_score,
                maximum_rows=settings.maximum_rows,
                hide=settings.hidden,
                order=settings.row_order,
            )
        else:
            chosen = tuple(s for s in summaries if s.company.id in only)
        joined = frozenset(aliases.values())
        rows = [
            project(
                summary,
                applied,
                wording=wording,
                elsewhere=decided_elsewhere(standing, summary.company, applied, said, wording.words)
                if summary.company.id in joined
                else (),
            )
            for summary in chosen
        ]
        names = {summary.company.id: summary.company.name for summary in summaries}
        merged = {row: wording.merged(names[kept], kept) for row, kept in standing.merged.items()}
        delta = sheet_delta(
            layout, rows, written=written, wording=wording, merged=merged, full=full, append=only is None
        )
        if delta.changes:
            with store.write():
                pass  # raises `LeaseLost`: whoever holds the lock now writes the sheet
            try:
                await gateway.write(delta.changes, read=table)
            except SheetChanged:
                continue
        new = {company: digest for company, digest in delta.hashes.items() if written.get(company) != digest}
        gone = frozenset(written) - frozenset(delta.hashes) if only is None else frozenset()
        if new or gone:
            with store.write() as work:
                work.sheet.save_row_hashes(new, clock.now())
                work.sheet.forget_rows(gone)
        return Delivered(delta=delta, repeated=tuple(repeated_rows(layout)))
    raise SheetError(
        f"somebody edited the sheet each of the {TRIES} times that it was about to be written; it is not up to date",
        where=gateway.place,
        hint="the next run tries again",
    )
