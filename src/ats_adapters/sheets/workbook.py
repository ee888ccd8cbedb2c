"""An .xlsx workbook as a sheet: cells are written into the workbook as it is, formats and other sheets kept."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from datetime import date, datetime

import openpyxl
from openpyxl.cell.cell import MergedCell
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter, quote_sheetname, range_boundaries
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.worksheet import Worksheet

from ats_adapters.sheets.workbook_losses import refuse_losses
from ats_core.errors import ConfigurationError, SheetError
from ats_core.sheet.table import CellValue, ColumnKind, ColumnLook, SheetChanges, SheetTable, cell_text

__all__ = ["Workbook"]

#: What an Excel worksheet has at most ("Excel specifications and limits", Microsoft).
_MAX_ROWS = 1_048_576
_MAX_WIDTH = 60
_MEASURED_ROWS = 200
# What XML 1.0 (section 2.2) has no characters for.
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_OLE_HEADER = b"\xd0\xcf\x11\xe0"
#: How numbers of a kind are shown in cells that come to be; dates get their format from openpyxl.
_FORMATS: Mapping[ColumnKind, str] = {ColumnKind.SCORE: "0.0", ColumnKind.COUNT: "0"}
#: The colours of the scores 0, 5 and 10: white, light amber, green.
_COLOURS = ("FFFFFF", "FFF2CC", "57BB8A")


class Workbook:
    """One worksheet of a workbook. It is found by its name, or, renamed, by a name that we define in the workbook."""

    def __init__(self, worksheet: str) -> None:
        """Raises `ConfigurationError` where no worksheet may be called so."""
        if len(worksheet) > 31 or re.search(r"[\[\]:*?/\\]", worksheet) or worksheet.strip("' ") != worksheet:
            raise ConfigurationError(
                f"{worksheet!r} cannot be the name of a worksheet",
                where="[sheets] worksheet",
                hint="at most 31 characters, none of []:*?/\\, no quote at its ends",
            )
        self._title = worksheet
        self._anchor = "atsp_" + re.sub(r"\W", "_", worksheet.casefold())

    def parse(self, data: bytes) -> SheetTable | None:
        """The worksheet's values; formulas read as what the spreadsheet program last calculated."""
        with _readable(data):
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
            sheet = self._find(book)
            if sheet is None:
                return None
            grid, formulas = _values(sheet)
            unknown: set[tuple[int, int]] = set()
            if formulas:
                calculated = self._find(openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True))
                results, _ = _values(calculated) if calculated is not None else ([], set())
                for row, column in formulas:
                    found = row <= len(results) and column <= len(results[row - 1])
                    text = results[row - 1][column - 1] if found else ""
                    grid[row - 1][column - 1] = text
                    if not text:
                        unknown.add((row, column))
        shown = [tuple(cells) for cells in grid]
        return SheetTable(header=shown[0] if shown else (), rows=tuple(shown[1:]), uncalculated=frozenset(unknown))

    def with_changes(self, data: bytes | None, changes: SheetChanges) -> bytes:
        """The workbook with these cells written as text and numbers, never as formulas.

        A worksheet that held nothing is laid out: bold frozen header, widths, filter. A column that comes to be gets
        its choices and colours, a cell that comes to be its number format. Nothing that a person formatted is touched.
        """
        with _readable(data), _warnings() as lost:
            if data is None:
                book = openpyxl.Workbook()
                book.remove(book.worksheets[0])
            else:
                book = openpyxl.load_workbook(io.BytesIO(data), rich_text=True)
            sheet = self._find(book)
            if sheet is None:
                sheet = book.create_sheet(self._title)
            rows = enumerate(sheet.iter_rows(min_row=1, values_only=True), 1)
            last_row = max((row for row, values in rows if any(v is not None for v in values)), default=0)
        for (row, column), value in changes.cells.items():
            _write(sheet, row, column, value, changes.looks.get(column))
        for column in sorted(changes.fresh & changes.looks.keys()):
            _dress_column(sheet, column, changes.looks[column], first_row=changes.frozen_rows + 1)
        if last_row == 0:
            _lay_out(sheet, changes)
        else:
            _dress_new_headers(sheet, changes)
            _grow_ranges(sheet, last_row)
        if self._anchored(book) != sheet.title:
            target = f"{quote_sheetname(sheet.title)}!$A$1"
            book.defined_names[self._anchor] = DefinedName(self._anchor, attr_text=target)
        out = io.BytesIO()
        book.save(out)
        if data is not None:
            refuse_losses(data, out.getvalue(), lost)
        return out.getvalue()

    def _find(self, book: openpyxl.Workbook) -> Worksheet | None:
        by_title = {sheet.title.casefold(): sheet for sheet in book.worksheets}
        return by_title.get(self._title.casefold()) or by_title.get(self._anchored(book).casefold())

    def _anchored(self, book: openpyxl.Workbook) -> str:
        """The title of the worksheet that our defined name points into: spreadsheet programs keep it up to date."""
        name = book.defined_names.get(self._anchor)
        return next((title for title, _ in name.destinations), "") if name is not None else ""


@contextmanager
def _readable(data: bytes | None) -> Iterator[None]:
    """Turn whatever goes wrong inside a file that is no workbook into one line."""
    if data is not None and data.startswith(_OLE_HEADER):
        raise SheetError(
            "the file is password-protected, or in the old .xls format",
            hint="save it as an .xlsx workbook without a password",
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except SheetError:
        raise
    except Exception as error:  # openpyxl raises whatever its parsing of a damaged file trips over
        reason = "it is empty" if data == b"" else f"{type(error).__name__}: {error}"
        raise SheetError(
            f"the file is not a readable .xlsx workbook ({reason})",
            hint="restore it, or move it away and a new one is made",
        ) from error


@contextmanager
def _warnings() -> Iterator[list[str]]:
    """What openpyxl says that it leaves out."""
    said: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield said
    said.extend(str(warning.message) for warning in caught)


def _values(sheet: Worksheet) -> tuple[list[list[str]], set[tuple[int, int]]]:
    """The cells' texts, and where formulas stand (rows and columns from 1)."""
    reset = getattr(sheet, "reset_dimensions", None)
    if reset is not None:
        reset()  # other programs state them wrongly
    grid = [[_text(value) for value in values] for values in sheet.iter_rows(values_only=True)]
    formulas: set[tuple[int, int]] = set()
    if any(text.startswith("=") for texts in grid for text in texts):  # or text that looks like one
        for row, cells in enumerate(sheet.iter_rows(), 1):
            formulas.update((row, column) for column, cell in enumerate(cells, 1) if cell.data_type == "f")
    return grid, formulas


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, ArrayFormula | DataTableFormula):
        return "="
    return cell_text(value) if isinstance(value, int | float) else str(value)


def _write(sheet: Worksheet, row: int, column: int, value: CellValue, look: ColumnLook | None) -> None:
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        merged = next(area.coord for area in sheet.merged_cells.ranges if cell.coordinate in area)
        raise SheetError(
            f"the merged cells {merged} of worksheet {sheet.title!r} are in the way; nothing was written",
            hint="unmerge them",
        )
    if look is not None and look.kind in _FORMATS and cell.value is None and not cell.has_style:
        cell.number_format = _FORMATS[look.kind]
    cell.value = _NOT_XML.sub("", value) if isinstance(value, str) else value
    if isinstance(value, str):
        # Text stays text, whatever it looks like; the quote prefix keeps it so when a person edits the cell.
        cell.data_type = "s"
        if value.startswith(("=", "+", "-", "@")):
            cell.quotePrefix = True


def _dress_column(sheet: Worksheet, column: int, look: ColumnLook, *, first_row: int) -> None:
    letter = get_column_letter(column)
    if letter not in sheet.column_dimensions:
        sheet.column_dimensions[letter].width = look.width
    if look.choices:
        _offer_choices(sheet, column, look.choices, first_row=first_row)
    if look.kind is ColumnKind.SCORE:
        low, middle, high = _COLOURS
        colours = ColorScaleRule(  # type: ignore[no-untyped-call]
            start_type="num", start_value=0, start_color=low, mid_type="num", mid_value=5, mid_color=middle,
            end_type="num", end_value=10, end_color=high,
        )  # fmt: skip
        sheet.conditional_formatting.add(f"{letter}{first_row}:{letter}{_MAX_ROWS}", colours)


def _offer_choices(sheet: Worksheet, column: int, accepted: tuple[str, ...], *, first_row: int) -> None:
    letter = get_column_letter(column)
    if any(f"{letter}{first_row}" in area for area in sheet.data_validations.dataValidation):
        return
    choices = DataValidation(type="list", formula1=f'"{",".join(accepted)}"', allow_blank=True)
    # A hint, not a wall: what is not understood is reported, so other words may be typed.
    choices.errorStyle = "warning"
    choices.add(f"{letter}{first_row}:{letter}{_MAX_ROWS}")
    sheet.add_data_validation(choices)


def _lay_out(sheet: Worksheet, changes: SheetChanges) -> None:
    """Dress a worksheet that held nothing, where the person has not dressed it already."""
    header = changes.frozen_rows
    widths: dict[str, int] = {}
    for (row, column), value in changes.cells.items():
        letter = get_column_letter(column)
        widths[letter] = max(widths.get(letter, 0), len(cell_text(value)) if row <= _MEASURED_ROWS else 0)
    for letter, width in widths.items():
        if letter not in sheet.column_dimensions:
            sheet.column_dimensions[letter].width = min(width + 3, _MAX_WIDTH)
    for cell in sheet[header]:
        if not cell.has_style:
            cell.font = Font(bold=True)
    sheet.freeze_panes = sheet.freeze_panes or f"A{header + 1}"
    sheet.auto_filter.ref = sheet.auto_filter.ref or f"A{header}:{get_column_letter(sheet.max_column)}{sheet.max_row}"


def _dress_new_headers(sheet: Worksheet, changes: SheetChanges) -> None:
    """A header that comes to stand right of others looks like its neighbour."""
    for row, column in sorted(changes.cells):
        if row == changes.frozen_rows and column > 1 and not sheet.cell(row, column).has_style:
            for look in ("font", "fill", "border", "alignment"):
                setattr(sheet.cell(row, column), look, copy(getattr(sheet.cell(row, column - 1), look)))


def _grow_ranges(sheet: Worksheet, last_row: int) -> None:
    """Let the filter, and a table that the person made of the rows, reach over rows that were appended."""
    if sheet.max_row <= last_row:
        return
    if sheet.auto_filter.ref:
        sheet.auto_filter.ref = _reaching(sheet.auto_filter.ref, last_row, sheet.max_row)
    for table in sheet.tables.values():
        if not table.totalsRowCount:
            table.ref = _reaching(table.ref, last_row, sheet.max_row)
            if table.autoFilter is not None:
                table.autoFilter.ref = table.ref


def _reaching(reference: str, last_row: int, new_last_row: int) -> str:
    left, top, right, bottom = range_boundaries(reference)
    if bottom != last_row or left is None or right is None:
        return reference
    return f"{get_column_letter(left)}{top}:{get_column_letter(right)}{new_last_row}"
