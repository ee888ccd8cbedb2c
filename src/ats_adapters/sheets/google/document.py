"""A Google spreadsheet as the gateway speaks to it: what it is like, and changes that are made once or not at all."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from ats_adapters.sheets.google.batches import Area
from ats_adapters.sheets.google.book import BOOK_FIELDS, CELL_FIELDS, Book, Tab, a1, book_of, cells_of, table_of
from ats_adapters.sheets.google.calls import GoogleCalls
from ats_adapters.sheets.google.faults import Passing, Refused
from ats_core.errors import SheetChanged
from ats_core.sheet.table import SheetTable

__all__ = ["Cells", "Document"]

_API = "https://sheets.googleapis.com/v4/spreadsheets"
_VALUES = {
    "valueRenderOption": "UNFORMATTED_VALUE",
    "dateTimeRenderOption": "FORMATTED_STRING",
    "majorDimension": "ROWS",
}

Request = dict[str, Any]
#: Texts of cells, by row and column from 1; empty ones are left out.
Cells = Mapping[tuple[int, int], str]


class Document:
    """A spreadsheet. What it is like is asked once, and again when it turns out to be otherwise."""

    def __init__(self, calls: GoogleCalls, key: str, title: str, rng: random.Random) -> None:
        """*key* is its id, *title* what the configuration calls our worksheet in it."""
        self._calls = calls
        self._url = f"{_API}/{quote(key, safe='')}"
        self._rng = rng
        self._book: Book | None = None
        self._shows_what_it_makes = True
        self.title = title

    async def known(self) -> Book:
        """The spreadsheet as it was last seen, which may be now."""
        return self._book if self._book is not None else await self.look()

    async def look(self) -> Book:
        """The spreadsheet as it is now."""
        answer = await self._calls.ask(self._url, {"fields": BOOK_FIELDS})
        self._book = book_of(answer, self.title)
        return self._book

    @property
    def book(self) -> Book | None:
        """The spreadsheet as it was last seen; None where that is known to be wrong."""
        return self._book

    @book.setter
    def book(self, book: Book | None) -> None:
        self._book = book

    async def values(self, tab: Tab) -> SheetTable:
        """All values of a worksheet. Raises `SheetError`: `Refused` where it was renamed or deleted since."""
        [whole] = a1(tab.title, [Area(1, 1, 1, 1)])
        name = whole.rpartition("!")[0]
        return table_of(await self._calls.ask(f"{self._url}/values/{quote(name, safe='')}", _VALUES))

    def new_id(self) -> int:
        """An id for a worksheet."""
        return self._rng.randrange(1, 2**31)

    async def commit(
        self,
        requests: Sequence[Request],
        *,
        applied: Callable[[Book], bool],
        sheet: int = 0,
        title: str = "",
        areas: Sequence[Area] = (),
    ) -> Cells:
        """Carry out all *requests* once, or none; returns the texts in these *areas* of the worksheet afterwards.

        Where the answer is lost, the spreadsheet tells whether they were *applied*. Each of our batches makes or
        deletes a worksheet of its own, so none can be applied twice. Raises `SheetChanged` where they no longer fit.
        """
        ranges = a1(title, areas)
        tried = 0
        while True:
            tried += 1
            params, body = self._told(requests, ranges)
            try:
                answer = await self._calls.tell(f"{self._url}:batchUpdate", params, body)
                break
            except Passing as failure:
                if applied(await self.look()):
                    answer = {}
                    break
                if tried >= self._calls.tries:
                    raise failure.error from None
                await self._calls.pause(tried, after=failure.after)
            except Refused as refusal:
                if ranges and self._shows_what_it_makes and "parse range" in refusal.what:
                    self._shows_what_it_makes = False  # then it is asked for afterwards
                    continue
                if tried > 1 and applied(await self.look()):
                    answer = {}
                    break
                if not refusal.outdated:
                    raise
                self._book = None
                raise SheetChanged(
                    "the worksheet was changed since it was read; nothing was written", hint="read it again"
                ) from None
        if not ranges:
            return {}
        seen = cells_of(answer.get("updatedSpreadsheet", {}), sheet)
        if seen is None:
            seen = cells_of(await self._calls.ask(self._url, {"fields": CELL_FIELDS, "ranges": ranges}), sheet)
        return seen or {}

    def _told(self, requests: Sequence[Request], ranges: Sequence[str]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        if not ranges or not self._shows_what_it_makes:
            return {"fields": "spreadsheetId"}, {"requests": requests}
        shown = {"includeSpreadsheetInResponse": True, "responseRanges": ranges, "responseIncludeGridData": True}
        return {"fields": f"updatedSpreadsheet({CELL_FIELDS})"}, {"requests": requests, **shown}
