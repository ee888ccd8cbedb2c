"""A delimited text file as rows, read as a stream: encoding, delimiter, quotes, and lines that are no good.

Encoding: what the byte order mark says (UTF-8, UTF-16), else UTF-8; a line that is not valid UTF-8 is Windows-1252,
which a line of UTF-8 with an accent in it almost never is. NUL characters are dropped.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from typing import IO

from attrs import frozen

from ats_adapters.directories.columns import ColumnNames, Columns

__all__ = ["BadRecord", "CutOff", "Lines", "Row", "delimiter_of", "encoding_of", "rows"]

#: Characters of one record. Python's own limit for one cell (131 072, unless another part of the process changed it)
#: holds too; it is global, so it is left alone.
MAX_RECORD = 1_000_000
_DELIMITERS = (",", ";", "\t", "|")
_EXCEL_SEPARATOR = re.compile(r'^"?sep=(.)"?\s*$', re.I)
_SURROGATE = re.compile(r"[\udc80-\udcff]")


@frozen
class Row:
    """A record: the number of the line it begins at, and its cells."""

    line: int
    cells: tuple[str, ...]


@frozen
class BadRecord:
    """A record that could not be taken apart: the line it begins at, and why."""

    line: int
    reason: str


class CutOff(Exception):
    """The text ended, or went on without end, inside a quoted cell; *line* is where its record begins."""

    def __init__(self, line: int, what: str) -> None:
        self.line = line
        super().__init__(what)


class _TooLong(Exception):
    """A record has more characters than one may have."""


def encoding_of(beginning: bytes) -> str:
    """The encoding that the first bytes of a file say."""
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig"


class Lines:
    """The lines of a text, one by one, within bounds. *number* is that of the last line given.

    The text must have been opened with `newline=""` and, where it is UTF-8, `errors="surrogateescape"`.
    """

    def __init__(self, text: IO[str]) -> None:
        self._text = text
        self._waiting: list[str] = []
        self._length = 0
        self.number = 0
        self.has_ended = False

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        line = self._waiting.pop(0) if self._waiting else self._text.readline(MAX_RECORD)
        if not line:
            self.has_ended = True
            raise StopIteration
        self.number += 1
        self._length += len(line)
        if len(line) >= MAX_RECORD and not line.endswith(("\n", "\r")):
            self._skip_line()
        if self._length >= MAX_RECORD:
            raise _TooLong
        return _decoded(line)

    def begin_record(self) -> None:
        """The next line begins a record."""
        self._length = 0

    def header(self) -> str:
        """The text of the first record that is not blank; a cell of it may have lines of its own. It stays to be read.

        Lines before it are passed, and so is Excel's `sep=;`, which is returned as the header's own first line.
        """
        record = ""
        taken: list[str] = []
        while len(taken) < 50 and (line := self._text.readline(MAX_RECORD)):
            taken.append(line)
            decoded = _decoded(line)
            record += decoded if record or decoded.strip() else ""
            if record and record.count('"') % 2 == 0 and not _EXCEL_SEPARATOR.match(record):
                break
        self._waiting = taken
        return record

    def _skip_line(self) -> None:
        while (rest := self._text.readline(MAX_RECORD)) and not rest.endswith(("\n", "\r")):
            pass


def _decoded(line: str) -> str:
    if _SURROGATE.search(line):
        line = line.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
    return line.replace("\0", "")


def delimiter_of(header: str, names: ColumnNames) -> str:
    """The delimiter under which the header names most columns that are known by *names*, or else has most cells."""
    named = _EXCEL_SEPARATOR.match(header.splitlines()[0]) if header else None
    if named:
        return named.group(1)

    def fit(delimiter: str) -> tuple[int, int]:
        try:
            cells = next(csv.reader(header.splitlines(keepends=True), delimiter=delimiter), [])
        except csv.Error:
            return 0, 0
        return Columns.of(cells, names).known, len(cells)

    return max(_DELIMITERS, key=fit)


def rows(lines: Lines, delimiter: str) -> Iterator[Row | BadRecord]:
    """The records of a text, blank ones and Excel's `sep=` left out. Raises `CutOff`."""
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        begins = lines.number + 1
        lines.begin_record()
        try:
            cells: Sequence[str] = next(reader)
        except StopIteration:
            return
        except (_TooLong, csv.Error) as error:
            if lines.number > begins:
                raise CutOff(begins, "a quoted cell begins and does not end") from None
            reason = "a cell is longer than can be read" if _is_length(error) else f"not readable: {error}"
            yield BadRecord(begins, reason)
            continue
        if lines.has_ended:
            raise CutOff(begins, "the file ends inside a quoted cell")
        if any(cell.strip() for cell in cells) and not (begins <= 50 and _EXCEL_SEPARATOR.match(delimiter.join(cells))):
            yield Row(begins, tuple(cells))


def _is_length(error: Exception) -> bool:
    return isinstance(error, _TooLong) or "field limit" in str(error)
