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
    are saved after the file is written: killed in between, the next time finds nothing to write and saves them.
    """
    for _ in range(TRIES):
        table = await gateway.read()
        layout = Layout.of(table, place=gateway.place)
        with store.read() as work:
            summaries = work.reports.companies()
            written = work.sheet.row_hashes()
            applied = work.feedback.applied()
        if only is None:
            chosen = companies_for_sheet(
                summaries, layout.rows, minimum_score=settings.minimum_score, maximum_rows=settings.maximum_rows
            )
        else:
            chosen = tuple(s for s in summaries if s.company.id in only)
        rows = [project(summary, applied) for summary in chosen]
        delta = sheet_delta(layout, rows, written=written, full=full, append=only is None)
        if delta.changes:
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
        f"somebody edited the sheet each of the {TRIES} times that it was about to be written; nothing was written",
        where=gateway.place,
        hint="the next run tries again",
    )
