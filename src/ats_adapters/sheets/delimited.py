"""A .csv file as a sheet: text only, so what would be taken for a formula is marked as text with an apostrophe."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

from attrs import frozen

from ats_core.errors import SheetError
from ats_core.sheet.layout import HEADER_LINES
from ats_core.sheet.table import CellValue, SheetChanges, SheetTable, cell_text

__all__ = ["DelimitedText"]

# Spreadsheet programs evaluate a cell that begins so (OWASP, "CSV Injection"); an apostrophe before it makes it text.
_EVALUATED = re.compile(r"'*[=+\-@\t\r]")
_DELIMITERS = ",;\t"


@frozen(kw_only=True)
class _Dialect:
    delimiter: str = ","
    end_of_line: str = "\r\n"


class DelimitedText:
    """Reads UTF-8 (with or without a mark), UTF-16 and Windows-1252, with comma, semicolon or tab; writes UTF-8.

    The delimiter and the ends of lines stay as found. Raises `SheetError` where a quoted cell, or the last row, does
    not end.
    """

    def parse(self, data: bytes) -> SheetTable | None:
        """The file's table; an apostrophe that marks a cell as text is not part of it."""
        grid, _ = _grid(data)
        shown = tuple(tuple(_shown(cell) for cell in row) for row in grid)
        return SheetTable(header=shown[0] if shown else (), rows=shown[1:])

    def with_changes(self, data: bytes | None, changes: SheetChanges) -> bytes:
        """The file with these cells written; a text file has no choices and no frozen rows."""
        grid, dialect = _grid(data or b"")
        width = max((column for _, column in changes.cells), default=0)
        for (row, column), value in changes.cells.items():
            grid.extend([] for _ in range(row - len(grid)))
            cells = grid[row - 1]
            cells.extend("" for _ in range(max(column, width) - len(cells)))
            cells[column - 1] = _written(value)
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=dialect.delimiter, lineterminator=dialect.end_of_line)
        writer.writerows(grid)
        return out.getvalue().encode("utf-8-sig", "replace")


def _grid(data: bytes) -> tuple[list[list[str]], _Dialect]:
    text = _decoded(data)
    dialect = _dialect(text)
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=dialect.delimiter, strict=True)
        grid = [list(row) for row in rows]
    except csv.Error as error:
        raise SheetError(f"the file is not a readable table: {error}", hint="mend its quotes, or restore it") from error
    width = max(map(len, grid[:HEADER_LINES]), default=0)
    if len(grid) > 1 and not text.endswith(("\n", "\r")) and len(grid[-1]) < width:
        # Programs that end no last line, as Google's export, write all of its cells.
        raise SheetError(
            f"the file was cut: it ends in the middle of row {len(grid)}", hint="restore it, or end its last line"
        )
    return grid, dialect


def _decoded(data: bytes) -> str:
    # Excel saves "Unicode text" as UTF-16, "CSV UTF-8" with a byte order mark, and "CSV" in the 8-bit code page.
    is_wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetError("the file is no text in UTF-8, UTF-16 or Windows-1252", hint="save it as CSV UTF-8")


def _dialect(text: str) -> _Dialect:
    """From the first line: the delimiter that stands there most often outside quotes, and how the line ends."""
    first, quoted, end_of_line = Counter[str](), False, "\r\n"
    for position, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif not quoted and character in "\r\n":
            end_of_line = "\r\n" if text.startswith("\r\n", position) else character
            break
        elif not quoted and character in _DELIMITERS:
            first[character] += 1
    delimiter = max(_DELIMITERS, key=lambda c: first[c])
    return _Dialect(delimiter=delimiter, end_of_line=end_of_line)


def _shown(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _EVALUATED.match(cell) else cell


def _written(value: CellValue) -> str:
    text = cell_text(value).replace("\x00", "")
    return f"'{text}" if isinstance(value, str) and _EVALUATED.match(text) else text
