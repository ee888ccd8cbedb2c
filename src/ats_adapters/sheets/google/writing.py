"""One write to a Google worksheet: batches that put aside what they write over, and put it back where they went astray.

Google compares nothing before it writes. So each batch puts aside, in the same atomic call, what it writes over and the
cells that it rests on, in a hidden worksheet of its own. What was put aside says for sure whether the batch hit the
right cells, also after a lost answer; where it did not, it is put back as it was (docs/explanation/the-sheet.md).
"""

from __future__ import annotations

from typing import Any

import anyio
from attrs import evolve

from ats_adapters.sheets.google import requests as make
from ats_adapters.sheets.google.batches import Batch
from ats_adapters.sheets.google.book import ASIDE, Book, Tab
from ats_adapters.sheets.google.document import Cells, Document
from ats_adapters.sheets.google.faults import Passing
from ats_core.errors import SheetChanged, SheetError
from ats_core.sheet.table import SheetChanges

__all__ = ["Writing"]

#: Cells of a spreadsheet at most (Google Drive Help, "Files you can store").
_MAX_CELLS = 10_000_000
#: Rows that are made beyond those needed, so that a night's few new ones need no growing.
_SPARE_ROWS = 100
_SPARE_COLUMNS = 4
#: Seconds that clearing up may take when a run is told to end.
_LAST_SECONDS = 2.0

Request = dict[str, Any]


class Writing:
    """One write: its batches one after another, what they put aside, and what is left to be done at its end."""

    def __init__(self, document: Document, changes: SheetChanges) -> None:
        self._document = document
        self._changes = changes
        self._aside: int | None = None
        self._last: list[Request] = []
        self._fresh = dict.fromkeys(changes.fresh & changes.looks.keys())

    async def write(self, batch: Batch) -> None:
        """Write a batch; raises `SheetChanged` where it hit other cells than it was meant for, and took it back."""
        if self._aside is not None and self._fresh:
            await self._close()  # columns that stand are dressed, whatever becomes of the batches that follow
        book = await self._document.known()
        if book.tab is None:
            await self._make(batch, book)
        else:
            await self._put(batch, book, book.tab)

    async def _make(self, batch: Batch, book: Book) -> None:
        """The worksheet, laid out, with the first batch: nobody can have been in it before."""
        rows, columns = batch.extent
        known = max(self._changes.looks, default=0)
        tab = Tab(
            id=self._document.new_id(),
            title=self._document.title,
            rows=max((row for row, _ in self._changes.cells), default=rows) + _SPARE_ROWS,
            columns=max(columns, known) + _SPARE_COLUMNS,
            is_known=True,
        )
        self._fits(book.cells + tab.rows * tab.columns)
        requests = [
            *map(make.delete_sheet, book.leftovers),
            make.add_sheet(tab.id, tab.title, rows=tab.rows, columns=tab.columns),
            make.named(tab.id, self._document.title),
            make.frozen(tab.id, self._changes.frozen_rows),
            *(make.written(tab.id, block) for block in batch.blocks),
            *self._dressed(tab),
        ]
        await self._document.commit(requests, applied=lambda found: tab.id in found.ids)
        self._document.book = evolve(
            book, tab=tab, ids=book.ids | {tab.id}, leftovers=(), cells=book.cells + tab.rows * tab.columns
        )
        self._fresh = {}

    async def _put(self, batch: Batch, book: Book, tab: Tab) -> None:
        rows, columns = batch.extent
        grown = evolve(
            tab,
            rows=tab.rows if rows <= tab.rows else rows + _SPARE_ROWS,
            columns=max(tab.columns, columns),
        )
        aside, title = self._document.new_id(), f"{ASIDE}{self._document.new_id():x}"
        cells = book.cells + grown.rows * grown.columns - tab.rows * tab.columns
        self._fits(cells + rows * columns)
        before = {*book.leftovers, *((self._aside,) if self._aside is not None else ())}
        evidence = (*batch.anchor_areas, *batch.vacant)
        requests = [
            *map(make.delete_sheet, sorted(before)),
            *([make.grown(tab.id, "ROWS", grown.rows - tab.rows)] if grown.rows > tab.rows else []),
            *([make.grown(tab.id, "COLUMNS", grown.columns - tab.columns)] if grown.columns > tab.columns else []),
            make.add_sheet(aside, title, rows=rows, columns=columns, hidden=True),
            *(make.copied(tab.id, aside, area, only_values=True) for area in batch.anchor_areas),
            *(make.copied(tab.id, aside, area) for area in batch.put_aside),
            *(make.written(tab.id, block) for block in batch.blocks),
        ]
        found = await self._document.commit(
            requests, applied=lambda now: aside in now.ids, sheet=aside, title=title, areas=evidence
        )
        self._aside = aside
        self._document.book = evolve(book, tab=grown, ids=book.ids | {aside}, leftovers=(), cells=cells)
        if not _fits_in(batch, found):
            await self._take_back(batch, tab.id, aside, found)
            raise SheetChanged("the sheet was changed while it was written; that was taken back", hint="read it again")
        if grown.rows > tab.rows:
            old = {c: look for c, look in self._changes.looks.items() if c not in self._fresh}  # those get all of it
            self._last += make.dressed_rows(tab.id, old, first_row=tab.rows + 1)

    async def _take_back(self, batch: Batch, tab: int, aside: int, found: Cells) -> None:
        """Put back what the batch wrote over, formulas too. Raises `SheetError` where rows moved again meanwhile."""
        requests = [*(make.copied(aside, tab, block.area) for block in batch.blocks), make.delete_sheet(aside)]
        now_called = (await self._document.look()).tab  # it may have been renamed in the same moment
        title = now_called.title if now_called is not None else self._document.title
        self._aside = None
        areas = batch.anchor_areas
        first, last = min(block.area.top for block in batch.blocks), max(block.area.bottom for block in batch.blocks)
        harm = f"cells in rows {first} to {last} may hold what belongs in others"
        hint = "compare them with File > Version history; the next run puts the program's own columns right"
        try:
            now = await self._document.commit(
                requests, applied=lambda seen: aside not in seen.ids, sheet=tab, title=title, areas=areas
            )
        except SheetChanged:
            raise
        except SheetError as error:
            raise SheetError(
                f"the sheet was changed while it was written, and that could not be taken back ({error.what}): {harm}",
                hint=hint,
            ) from None
        if any(now.get(place, "") != found.get(place, "") for place in batch.anchors):
            raise SheetError(f"rows were moved twice while the sheet was written: {harm}", hint=hint)

    async def finish(self) -> None:
        """Delete what was put aside, and dress what came to be."""
        try:
            await self._close()
        except SheetChanged:
            raise SheetError(
                "all was written, but what came to be could not be laid out: rows or columns were deleted meanwhile",
                hint="set number formats and drop-downs by hand, as you like",
            ) from None

    async def _close(self) -> None:
        book, changes = await self._document.known(), self._changes
        if self._aside is None or book.tab is None:
            return
        aside = self._aside
        requests = [make.delete_sheet(aside), *self._last]
        if self._fresh:
            requests += self._dressed(book.tab)
        if changes.frozen_rows and self._fresh and len(self._fresh) == len(changes.looks):
            requests.append(make.frozen(book.tab.id, changes.frozen_rows))
        if not book.tab.is_known:
            requests.append(make.named(book.tab.id, self._document.title))
        await self._document.commit(requests, applied=lambda found: aside not in found.ids)
        self._aside, self._fresh, self._last = None, {}, []
        self._document.book = evolve(book, tab=evolve(book.tab, is_known=True), ids=book.ids - {aside})

    async def abandon(self) -> None:
        """Delete what was put aside, as far as that can still be done; the next write deletes what is left."""
        if self._aside is None:
            return
        aside, self._aside = self._aside, None
        with anyio.move_on_after(_LAST_SECONDS, shield=True):
            try:
                await self._document.commit([make.delete_sheet(aside)], applied=lambda found: aside not in found.ids)
            except (SheetError, Passing):
                return  # what ended the write is what is told

    def _dressed(self, tab: Tab) -> list[Request]:
        looks = {column: self._changes.looks[column] for column in self._fresh}
        return [*make.dressed_columns(tab.id, looks, header_row=self._changes.frozen_rows)]

    def _fits(self, cells: int) -> None:
        if cells > _MAX_CELLS:
            raise SheetError(
                f"a spreadsheet holds {_MAX_CELLS:,} cells at most, and this one would have {cells:,}",
                hint="delete worksheets or empty rows and columns, or set maximum_rows under [sheets]",
            )


def _fits_in(batch: Batch, found: Cells) -> bool:
    """Whether what was put aside shows that every anchor was in its place, and that the vacant areas were vacant."""
    if any(found.get(place, "") != text for place, text in batch.anchors.items()):
        return False
    return not any(
        text.strip() and area.top <= row <= area.bottom and area.left <= column <= area.right
        for (row, column), text in found.items()
        for area in batch.vacant
    )
