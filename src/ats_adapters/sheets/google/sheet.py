"""A worksheet of a Google spreadsheet as a `SheetGateway`."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ats_adapters.sheets.google.batches import batches
from ats_adapters.sheets.google.calls import GoogleCalls
from ats_adapters.sheets.google.document import Document
from ats_adapters.sheets.google.faults import Passing, Refused
from ats_adapters.sheets.google.writing import Writing
from ats_core.errors import SheetChanged, SheetError
from ats_core.sheet.table import SheetChanges, SheetTable

__all__ = ["GoogleSheet"]


class GoogleSheet:
    """One worksheet, which people edit whenever they like."""

    def __init__(self, calls: GoogleCalls, key: str, worksheet: str, *, rng: random.Random | None = None) -> None:
        """*key* is the spreadsheet's id, *worksheet* the title of the tab, which is made where there is none."""
        # Ids that are unlikely to be taken.
        self._document = Document(calls, key, worksheet, rng or random.Random())  # noqa: S311
        self._key = key

    @property
    def place(self) -> str:
        """The spreadsheet's id and the tab."""
        return f"Google spreadsheet {self._key}, worksheet {self._document.title!r}"

    async def read(self) -> SheetTable | None:
        """The worksheet, or None where it does not exist yet; numbers plain, days as shown. Raises `SheetError`."""
        document = self._document
        async with self._placed():
            if document.book is not None and document.book.tab is not None:
                try:
                    return await document.values(document.book.tab)
                except Refused as refusal:
                    if not refusal.outdated:
                        raise
            tab = (await document.look()).tab
            return None if tab is None else await document.values(tab)

    async def write(self, changes: SheetChanges, *, read: SheetTable | None) -> None:
        """Write the cells in few batches. Raises `SheetError`, and `SheetChanged` with nothing of a batch left behind.

        Batches that had been written before somebody came in between stand, as they were right.
        """
        document = self._document
        async with self._placed():
            tab = (await document.known()).tab
            if (read is None) != (tab is None):
                document.book = None
                raise SheetChanged("the worksheet came or went since it was looked for", hint="read it again")
            writing = Writing(document, changes)
            try:
                for batch in batches(changes, read, grid=(tab.rows, tab.columns) if tab is not None else (0, 0)):
                    await writing.write(batch)
                await writing.finish()
            except BaseException:
                await writing.abandon()
                raise

    @asynccontextmanager
    async def _placed(self) -> AsyncIterator[None]:
        try:
            yield
        except Passing as failure:
            failure.error.where = failure.error.where or self.place
            raise failure.error from None
        except SheetError as error:
            error.where = error.where or self.place
            raise
