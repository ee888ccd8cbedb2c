"""A list of companies as CSV: columns found by name or configured, in any order; read as a stream."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from attrs import field, frozen

from ats_adapters.directories.charsets import opened_text
from ats_adapters.directories.columns import NAME_COLUMNS, WEBSITE_COLUMNS, ColumnNames, Columns
from ats_adapters.directories.delimited import BadRecord, CutOff, Lines, Row, delimiter_of, rows
from ats_adapters.directories.entries import Entry, rejected
from ats_adapters.directories.format import Document
from ats_adapters.directories.words import key_of
from ats_core.domain.identity import clean_line, website_url

__all__ = ["CsvFormat"]


@frozen(kw_only=True)
class CsvFormat:
    """Delimited text with a header; `,` `;` tab and `|` delimit, and quotes hold as in RFC 4180.

    Blank lines are passed. A line that names no company is rejected with its reason; its number is the record.
    """

    names: ColumnNames = field(factory=ColumnNames)
    max_bytes: int = 64_000_000

    def entries(self, document: Document) -> Generator[Entry, None, None]:
        """What each line below the header is. Raises `DirectoryError`; what came before stands."""
        document.refuse_other_files("CSV")
        text = opened_text(document.content, document.content_type)
        try:
            yield from self._read(Lines(text), document)
        finally:
            text.detach()  # the content is whoever's who opened it

    def _read(self, lines: Lines, document: Document) -> Iterator[Entry]:
        header = lines.header()
        if not header.strip():
            raise document.error("is empty", "it needs a header such as name,website and a line for each company")
        columns: Columns | None = None
        try:
            for row in rows(lines, delimiter_of(header, self.names)):
                if columns is not None:
                    yield _entry(row, columns, document)
                elif isinstance(row, Row):
                    columns = self._columns(row, document)
                else:
                    raise document.error(f"the header cannot be read: {row.reason}", line=row.line)
        except CutOff as error:
            hint = "the file is cut short, or a quote is missing; what stands before was read"
            raise document.error(str(error), hint, line=error.line) from None

    def _columns(self, header: Row, document: Document) -> Columns:
        columns = Columns.of(header.cells, self.names)
        found = ", ".join(repr(clean_line(cell, limit=40)) for cell in header.cells[:12])
        if missing := self.names.missing(header.cells):
            raise document.error(
                f"there is no column {missing} (columns found: {found})",
                "mend `columns` in [[directories]]",
                line=header.line,
            )
        if columns.is_usable:
            return columns
        if any(_is_address(cell) for cell in header.cells):
            what = f"the first line looks like a company, not like a header ({found})"
            raise document.error(what, "put a line such as name,website, or website alone, above it", line=header.line)
        raise document.error(
            f"no column holds the company's name or website (columns found: {found})",
            f"name one of them, in any case and order: {', '.join(NAME_COLUMNS)}; {', '.join(WEBSITE_COLUMNS)}; "
            'or say which they are: columns = { name = "...", website = "..." }',
            line=header.line,
        )


def _entry(row: Row | BadRecord, columns: Columns, document: Document) -> Entry:
    where = f"line {row.line}"
    if isinstance(row, BadRecord):
        return rejected(where, row.reason)
    if any(cell.strip() for cell in row.cells[columns.count :]):
        return rejected(where, f"{len(row.cells)} cells where the header has {columns.count}; is a quote missing?")
    if key_of(row.cells[0]) == columns.header[0] and tuple(key_of(cell) for cell in row.cells) == columns.header:
        return rejected(where, "the header once more")
    return columns.entry(row.cells, where=where, position=row.line, own_domain=document.own_domain)


def _is_address(cell: str) -> bool:
    return "." in cell.strip().strip(".") and website_url(cell) is not None
