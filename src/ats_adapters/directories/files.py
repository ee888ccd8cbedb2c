"""Lists of companies in CSV files.

Encoding: what a byte order mark says, else UTF-8 if the whole file is, else Windows-1252. Delimiter: the one of
`,` `;` tab `|` under which the header has most columns that we know. A file is read row by row, never whole.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TextIO

from ats_adapters.directories.columns import NAME, WEBSITE, Columns
from ats_core import hookimpl
from ats_core.domain.company import ListedCompany
from ats_core.domain.identity import clean_line
from ats_core.domain.offer import RejectedRecord
from ats_core.errors import ConfigurationError, DirectoryError
from ats_core.ports import DirectoryPage, DirectorySource, VendorHttp
from ats_core.settings import DirectorySettings

__all__ = ["CsvDirectory", "ats_directory"]

#: How many rows make a page, and so a transaction.
PAGE_ROWS = 1000
_DELIMITERS = ",;\t|"
_CHUNK = 1 << 20
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@hookimpl
def ats_directory(settings: DirectorySettings, http: VendorHttp) -> DirectorySource | None:
    """A list of kind `csv`."""
    if settings.kind != "csv":
        return None
    if settings.path is None:
        raise ConfigurationError("a csv list is read from a path", where=f"[[directories]] {settings.label}")
    if settings.options:
        raise ConfigurationError(
            f"unknown key {next(iter(settings.options))!r}",
            where=f"[[directories]] {settings.label}",
            hint="accepted: kind, path, name",
        )
    return CsvDirectory(Path(settings.path), settings.label)


class CsvDirectory:
    """One CSV file with a header, in which a column names the company or its website."""

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self._name = name

    @property
    def name(self) -> str:
        """What the database calls the list."""
        return self._name

    async def pages(self) -> AsyncIterator[DirectoryPage]:
        """The list in pages of 1000 rows. Raises `DirectoryError`; what was read before it is yielded first."""
        companies: list[ListedCompany] = []
        rejected: list[RejectedRecord] = []
        failure: DirectoryError | None = None
        try:
            for record in self._records():
                (companies if isinstance(record, ListedCompany) else rejected).append(record)  # type: ignore[arg-type]
                if len(companies) + len(rejected) >= PAGE_ROWS:
                    yield DirectoryPage(companies=tuple(companies), rejected=tuple(rejected))
                    companies, rejected = [], []
        except DirectoryError as error:
            failure = error
        except OSError as error:
            failure = self._error(f"cannot be read: {error.strerror}", hint="correct the path or its permissions")
        if companies or rejected:
            yield DirectoryPage(companies=tuple(companies), rejected=tuple(rejected))
        if failure is not None:
            raise failure

    def _records(self) -> Iterator[ListedCompany | RejectedRecord]:
        with self._path.open(encoding=self._encoding(), errors="replace", newline="") as text:
            rows = _Rows(text)
            columns = self._columns(rows)
            try:
                for row in rows:
                    if any(cell.strip() for cell in row):
                        yield _read_row(row, columns, rows.first_line)
            except csv.Error as error:
                raise self._error(f"line {rows.first_line}: {error}", hint="the rows before it were read") from None
            if rows.ended_inside_quotes:
                raise self._error(
                    f"line {rows.first_line}: a quote is opened and never closed: half-written or cut?",
                    hint="the rows before it were read",
                )

    def _columns(self, rows: _Rows) -> Columns:
        """Find the header, skipping empty lines and the `sep=` line of spreadsheets."""
        header = rows.read_header()
        if header is None:
            raise self._error("is empty", hint="write a header with a column name or website, then a line a company")
        columns = Columns.of(header)
        if not columns.usable:
            shown = ", ".join(repr(clean_line(cell, limit=40)) for cell in header[:12])
            raise self._error(
                f"line {rows.first_line}: the header {shown} has no column for a name or a website",
                hint=f"call one of them {NAME[0]}, {NAME[3]}, {WEBSITE[0]} or {WEBSITE[2]}",
            )
        return columns

    def _encoding(self) -> str:
        decoder = codecs.getincrementaldecoder("utf-8")()
        with self._path.open("rb") as raw:
            start = raw.read(_CHUNK)
            for bom, encoding in _BOMS:
                if start.startswith(bom):
                    return encoding
            chunk = start
            try:
                while chunk:
                    decoder.decode(chunk)
                    chunk = raw.read(_CHUNK)
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                return "cp1252"
        return "utf-8"

    def _error(self, what: str, *, hint: str) -> DirectoryError:
        return DirectoryError(what, where=str(self._path), hint=hint)


class _Rows:
    """The rows of an open file; knows the line on which each begins, and whether the last ended as it should."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._line = 0
        self._record: list[str] = []
        self._reader: Iterator[list[str]] = iter(())
        self._delimiter = ","
        self.first_line = 1

    def read_header(self) -> list[str] | None:
        """The first row that says something, under the delimiter that suits it; None where there is none."""
        for line in self._text:
            self._line += 1
            label = line.strip().casefold()
            if not label.strip(_DELIMITERS) or label.startswith("sep="):
                continue
            self.first_line = self._line
            headers = {d: next(csv.reader([line], delimiter=d)) for d in _DELIMITERS}
            self._delimiter = max(headers, key=lambda d: (Columns.of(headers[d]).found, len(headers[d])))
            self._reader = csv.reader(self._lines(), delimiter=self._delimiter)
            return headers[self._delimiter]
        return None

    def _lines(self) -> Iterator[str]:
        for line in self._text:
            self._line += 1
            self._record.append(line)
            yield line

    def __iter__(self) -> Iterator[list[str]]:
        while True:
            self._record.clear()
            self.first_line = self._line + 1
            row = next(self._reader, None)
            if row is None:
                return
            if self._is_cut():
                return
            yield row

    def _is_cut(self) -> bool:
        """Whether the row at hand ended because the file did, inside quotes. Only a row with quotes can."""
        raw = "".join(self._record)
        if raw.count('"') % 2 == 0:
            return False
        try:
            list(csv.reader(self._record, delimiter=self._delimiter, strict=True))
        except csv.Error as error:
            return "unexpected end of data" in str(error)
        return False

    @property
    def ended_inside_quotes(self) -> bool:
        """Whether reading stopped at a row that was never finished."""
        return bool(self._record)


def _read_row(row: list[str], columns: Columns, line: int) -> ListedCompany | RejectedRecord:
    def cell(position: int | None) -> str:
        return row[position] if position is not None and position < len(row) else ""

    if any(extra.strip() for extra in row[columns.width :]):
        reason = f"{len(row)} cells where the header has {columns.width}: a delimiter without quotes?"
        return RejectedRecord(record=f"line {line}", field="", reason=reason)
    try:
        return ListedCompany.of(
            cell(columns.name), cell(columns.website), listing_url=cell(columns.listing), position=line
        )
    except ValueError as error:
        return RejectedRecord(record=f"line {line}", field="", reason=str(error))
