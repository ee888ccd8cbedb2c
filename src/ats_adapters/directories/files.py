"""A list of companies in a CSV file: columns found by name, in any order; read as a stream, a page at a time."""

from __future__ import annotations

import zipfile
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import anyio.lowlevel

from ats_adapters.directories.columns import NAME_COLUMNS, WEBSITE_COLUMNS, Columns, column_key
from ats_adapters.directories.delimited import BadRecord, CutOff, Lines, Row, delimiter_of, encoding_of, rows
from ats_core import hookimpl
from ats_core.domain.company import ListedCompany
from ats_core.domain.identity import clean_line, website_url
from ats_core.domain.offer import RejectedRecord
from ats_core.errors import ConfigurationError, DirectoryError
from ats_core.ports import DirectoryPage, DirectorySource, VendorHttp
from ats_core.settings import DirectorySettings

__all__ = ["CsvDirectory", "ats_directory", "csv_directory"]

_PAGE = 500


@hookimpl
def ats_directory(settings: DirectorySettings, http: VendorHttp) -> DirectorySource | None:
    """A list of kind `csv`; a relative path is relative to the working directory."""
    return csv_directory(settings, Path()) if settings.kind == "csv" else None


def csv_directory(settings: DirectorySettings, base: Path) -> DirectorySource:
    """The list that a `[[directories]]` entry of kind `csv` describes; a relative path is relative to *base*.

    Raises `ConfigurationError`. Whether the file is there is found out when it is read.
    """
    where = "[[directories]] of kind csv"
    if settings.url is not None:
        raise ConfigurationError(
            f"url = {settings.url!r} cannot be read: a CSV list is a file", where=where, hint="use path = ..."
        )
    if not settings.path or not settings.path.strip():
        raise ConfigurationError("path is missing", where=where, hint='name the file: path = "companies.csv"')
    if settings.options:
        unknown = ", ".join(sorted(settings.options))
        raise ConfigurationError(f"unknown key: {unknown}", where=where, hint="accepted are kind, path and name")
    return CsvDirectory(settings.label, base / Path(settings.path).expanduser(), shown_as=settings.path)


class CsvDirectory:
    """A list of companies in a delimited text file.

    The header names the columns (see `columns`); `,` `;` tab and `|` delimit, and quotes hold as in RFC 4180. Blank
    lines are passed. A line that names no company is rejected with its reason; its number is the record.
    """

    def __init__(self, name: str, path: Path, *, shown_as: str = "") -> None:
        """*name* is what the database calls the list; *shown_as* is how messages call the file."""
        self._name = name
        self._path = path
        self._shown = shown_as or str(path)

    @property
    def name(self) -> str:
        """What the database calls the list."""
        return self._name

    async def pages(self) -> AsyncIterator[DirectoryPage]:
        """The list from its beginning to its end. Raises `DirectoryError`; what was yielded before stands."""
        companies: list[ListedCompany] = []
        rejected: list[RejectedRecord] = []
        records = self._records()
        failed: DirectoryError | None = None
        try:
            while failed is None:
                try:
                    record = next(records, None)
                except DirectoryError as error:
                    failed = error
                    break
                if record is None:
                    break
                if isinstance(record, ListedCompany):
                    companies.append(record)
                else:
                    rejected.append(record)
                if len(companies) + len(rejected) >= _PAGE:
                    yield DirectoryPage(companies=tuple(companies), rejected=tuple(rejected))
                    companies, rejected = [], []
                    await anyio.lowlevel.checkpoint()
            if companies or rejected:
                yield DirectoryPage(companies=tuple(companies), rejected=tuple(rejected))
        finally:
            records.close()
        if failed is not None:
            raise failed

    def _records(self) -> Generator[ListedCompany | RejectedRecord, None, None]:
        try:
            with self._path.open("rb") as file:
                beginning = file.read(4)
            if beginning.startswith(b"PK\x03\x04") and zipfile.is_zipfile(self._path):
                raise self._error("is a spreadsheet or an archive, not CSV", "save it as CSV and name that file")
            encoding = encoding_of(beginning)
            errors = "replace" if encoding == "utf-16" else "surrogateescape"
            with self._path.open(encoding=encoding, errors=errors, newline="") as text:
                yield from self._read(Lines(text))
        except FileNotFoundError:
            raise self._error("no such file", "check the path in [[directories]]") from None
        except IsADirectoryError:
            raise self._error("is a folder, not a file", "name the file in it") from None
        except PermissionError:
            raise self._error("may not be read by this user", "change its permissions") from None
        except OSError as error:
            raise self._error(f"cannot be read: {error.strerror or type(error).__name__}", "") from error

    def _read(self, lines: Lines) -> Iterator[ListedCompany | RejectedRecord]:
        header = lines.header()
        if not header.strip():
            raise self._error("is empty", "it needs a header such as name,website and a line for each company")
        columns: Columns | None = None
        try:
            for row in rows(lines, delimiter_of(header)):
                if columns is not None:
                    yield self._record(row, columns)
                elif isinstance(row, Row):
                    columns = self._columns(row)
                else:
                    raise self._error(f"the header cannot be read: {row.reason}", "", line=row.line)
        except CutOff as error:
            hint = "the file is cut short, or a quote is missing; what stands before was read"
            raise self._error(str(error), hint, line=error.line) from None

    def _columns(self, header: Row) -> Columns:
        columns = Columns.of(header.cells)
        if columns.is_usable:
            return columns
        found = ", ".join(repr(clean_line(cell, limit=40)) for cell in header.cells[:12])
        accepted = f"{', '.join(NAME_COLUMNS)}; {', '.join(WEBSITE_COLUMNS)}"
        if any(_is_address(cell) for cell in header.cells):
            what = f"the first line looks like a company, not like a header ({found})"
            raise self._error(what, "put a line such as name,website, or website alone, above it", line=header.line)
        raise self._error(
            f"no column holds the company's name or website (columns found: {found})",
            f"name one of them, in any case and order: {accepted}",
            line=header.line,
        )

    def _record(self, row: Row | BadRecord, columns: Columns) -> ListedCompany | RejectedRecord:
        where = f"line {row.line}"
        if isinstance(row, BadRecord):
            return RejectedRecord(record=where, field="", reason=row.reason)
        if any(cell.strip() for cell in row.cells[columns.count :]):
            reason = f"{len(row.cells)} cells where the header has {columns.count}; is a quote missing?"
            return RejectedRecord(record=where, field="", reason=reason)
        if tuple(column_key(cell) for cell in row.cells) == columns.header:
            return RejectedRecord(record=where, field="", reason="the header once more")
        name, website, listing = columns.cells(row.cells)
        try:
            return ListedCompany.of(name, website, listing_url=listing, position=row.line)
        except ValueError as error:
            return RejectedRecord(record=where, field="", reason=str(error))

    def _error(self, what: str, hint: str, *, line: int | None = None) -> DirectoryError:
        where = self._shown if line is None else f"{self._shown}, line {line}"
        return DirectoryError(what, where=where, hint=hint)


def _is_address(cell: str) -> bool:
    return "." in cell.strip().strip(".") and website_url(cell) is not None
