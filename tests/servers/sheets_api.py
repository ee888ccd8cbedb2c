"""Google Sheets in memory: the part of the Sheets API v4 that is called through gspread, and people's edits beside it.

Spreadsheets, worksheets with a grid of typed cells, `spreadsheets.get`, `values.get` and an atomic `batchUpdate`, field
masks included. What the real API refuses (beyond the grid, over 50 000 characters, unknown fields) is refused.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from attrs import field, frozen, mutable

from ats_core.sheet.table import cell_text
from ats_core.testing.sheet_gateway import EditedGrid

Json = dict[str, Any]

MAX_CELLS = 10_000_000
MAX_CHARACTERS = 50_000


class ApiRefusal(Exception):
    """An error answer."""

    def __init__(self, code: int, message: str, status: str, reason: str = "") -> None:
        self.code, self.message, self.status, self.reason = code, message, status, reason
        super().__init__(message)

    def body(self) -> Json:
        details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": self.reason}] if self.reason else []
        return {"error": {"code": self.code, "message": self.message, "status": self.status, "details": details}}


def invalid(message: str) -> ApiRefusal:
    return ApiRefusal(400, message, "INVALID_ARGUMENT")


@frozen
class Formula:
    """What a person typed, and what it comes to."""

    source: str
    value: str | float


CellContent = str | float | Formula


@frozen
class CellFormat:
    number: str = ""
    bold: bool = False
    choices: tuple[str, ...] = ()


class Worksheet(EditedGrid[CellContent]):
    """A worksheet: cells with values, formats beside them, a grid that has bounds."""

    def __init__(
        self, sheet_id: int, title: str, rows: int, columns: int, *, hidden: bool = False, kind: str = "GRID"
    ) -> None:
        super().__init__()
        self.kind = kind
        self.id, self.title, self.hidden = sheet_id, title, hidden
        self.row_count, self.column_count = rows, columns
        self.frozen_rows = 0
        self.formats: dict[tuple[int, int], CellFormat] = {}
        self.widths: dict[int, int] = {}
        self.protected: list[Json] = []
        self.conditional: list[Json] = []
        self.metadata: list[tuple[str, str]] = []

    def typed(self, text: str) -> CellContent:
        """Numbers and formulas are recognised, as in the browser; anything else stays text."""
        if text.startswith("="):
            return Formula(text, "")
        return float(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else text

    def shown(self, cell: CellContent) -> str:
        value = cell.value if isinstance(cell, Formula) else cell
        return value if isinstance(value, str) else cell_text(value)

    @property
    def grid(self) -> list[list[str]]:
        """What the cells show."""
        return [[self.shown(cell) for cell in cells] for cells in self.lines]

    def insert_row(self, before: int, cells: Sequence[str] = ()) -> None:
        self.row_count += 1
        super().insert_row(before, cells)

    def copy_row(self, row: int, before: int) -> None:
        self.row_count += 1
        super().copy_row(row, before)

    def delete_row(self, row: int) -> None:
        self.row_count -= 1
        super().delete_row(row)

    def insert_column(self, before: int, cells: Sequence[str] = ()) -> None:
        self.column_count += 1
        super().insert_column(before, cells)

    def delete_column(self, column: int) -> None:
        self.column_count -= 1
        super().delete_column(column)

    def edited(self) -> None:
        super().edited()
        self.row_count = max(self.row_count, len(self.lines))
        self.column_count = max([self.column_count, *map(len, self.lines)])

    def content(self, row: int, column: int) -> CellContent:
        """The cell at a zero-based place."""
        cells = self.lines[row] if row < len(self.lines) else []
        return cells[column] if column < len(cells) else ""

    def format(self, row: int, column: int) -> CellFormat:
        return self.formats.get((row, column), CellFormat())

    def snapshot(self) -> Worksheet:
        """A copy that the original's cells are not changed through."""
        other = copy.copy(self)
        other.lines = [list(cells) for cells in self.lines]
        other.formats = dict(self.formats)
        other.widths = dict(self.widths)
        other.protected, other.conditional = list(self.protected), list(self.conditional)
        other.metadata = list(self.metadata)
        return other

    def become(self, other: Worksheet) -> None:
        self.__dict__.update(other.__dict__)


@mutable
class Spreadsheet:
    """A document, with hooks for a test: *before_write* holds edits that happen, one a batch, before it is applied."""

    key: str
    sheets: list[Worksheet] = field(factory=list)
    before_write: list[Callable[[], None]] = field(factory=list)
    after_write: list[Callable[[], None]] = field(factory=list)
    batches: list[Sequence[Json]] = field(factory=list)
    editors: set[str] | None = None

    def tab(self, title: str) -> Worksheet:
        [found] = [sheet for sheet in self.sheets if sheet.title == title]
        return found

    def by_id(self, sheet_id: int) -> Worksheet:
        for sheet in self.sheets:
            if sheet.id == sheet_id:
                return sheet
        raise invalid(f"Invalid requests[0]: No grid with id: {sheet_id}")


class SheetsApi:
    """All spreadsheets. *calls* lists method and path of each call that reached it."""

    def __init__(self, *keys: str) -> None:
        self.books = {key: Spreadsheet(key, [Worksheet(0, "Sheet1", 1000, 26)]) for key in keys}
        self.calls: list[str] = []
        self.is_enabled = True

    def call(self, method: str, path: str, query: Mapping[str, list[str]], body: Any, *, editor: str = "") -> Json:
        """Answer one call; raises `ApiRefusal`. *path* is decoded."""
        self.calls.append(f"{method} {path}")
        match = re.fullmatch(r"/v4/spreadsheets/([^/:]+)(:batchUpdate|/values/(.+))?", path)
        if match is None:
            raise ApiRefusal(404, "Requested entity was not found.", "NOT_FOUND")
        if not self.is_enabled:
            raise ApiRefusal(
                403,
                "Google Sheets API has not been used in project 1 before or it is disabled.",
                "PERMISSION_DENIED",
                "SERVICE_DISABLED",
            )
        book = self.books.get(match[1])
        if book is None:
            raise ApiRefusal(404, "Requested entity was not found.", "NOT_FOUND")
        if book.editors is not None and editor not in book.editors:
            raise ApiRefusal(403, "The caller does not have permission", "PERMISSION_DENIED")
        if method == "POST" and match[2] == ":batchUpdate":
            answer = _batch_update(book, body)
        elif method == "GET" and match[3]:
            answer = _values(book, match[3], query)
        elif method == "GET" and not match[2]:
            answer = _described(book, query.get("ranges", []))
        else:
            raise ApiRefusal(404, "Method not found.", "NOT_FOUND")
        mask = query.get("fields", [""])[0]
        return _masked(answer, _parsed_mask(mask)) if mask else answer


# Reading.


def _values(book: Spreadsheet, name: str, query: Mapping[str, list[str]]) -> Json:
    sheet, top, left, bottom, right = _a1(book, name)
    unformatted = query.get("valueRenderOption", ["FORMATTED_VALUE"])[0] == "UNFORMATTED_VALUE"
    as_serial = query.get("dateTimeRenderOption", ["SERIAL_NUMBER"])[0] == "SERIAL_NUMBER"
    rows: list[list[str | float]] = []
    for row in range(top, min(bottom, len(sheet.lines))):
        cells = sheet.lines[row][left:right]
        values = [_rendered(sheet, row, left + n, c, unformatted and as_serial) for n, c in enumerate(cells)]
        while values and values[-1] == "":
            values.pop()
        rows.append(values if unformatted else [str(value) for value in values])
    while rows and not rows[-1]:
        rows.pop()
    answer: Json = {"range": name, "majorDimension": "ROWS"}
    return {**answer, "values": rows} if rows else answer


def _rendered(sheet: Worksheet, row: int, column: int, cell: CellContent, as_serial: bool) -> str | float:
    value = cell.value if isinstance(cell, Formula) else cell
    if isinstance(value, str):
        return value
    if sheet.format(row, column).number.startswith("DATE") and not as_serial:
        return (date(1899, 12, 30) + timedelta(days=int(value))).isoformat()
    return int(value) if float(value).is_integer() else value


def _described(book: Spreadsheet, ranges: Sequence[str]) -> Json:
    wanted: dict[int, list[tuple[int, int, int, int]]] = {}
    for name in ranges:
        sheet, *box = _a1(book, name)
        wanted.setdefault(sheet.id, []).append((box[0], box[1], box[2], box[3]))
    return {
        "spreadsheetId": book.key,
        "sheets": [
            {
                # What is 0, false or empty is left out, as everywhere in the API.
                "properties": {
                    **({"sheetId": sheet.id} if sheet.id else {}),
                    "title": sheet.title,
                    "sheetType": sheet.kind,
                    **({"hidden": True} if sheet.hidden else {}),
                    "gridProperties": {"rowCount": sheet.row_count, "columnCount": sheet.column_count},
                },
                **({"developerMetadata": _metadata(sheet)} if sheet.metadata else {}),
                **({"data": [_data(sheet, *box) for box in wanted[sheet.id]]} if sheet.id in wanted else {}),
            }
            for sheet in book.sheets
            if not ranges or sheet.id in wanted
        ],
    }


def _metadata(sheet: Worksheet) -> list[Json]:
    return [{"metadataId": n, "metadataKey": k, "metadataValue": v} for n, (k, v) in enumerate(sheet.metadata, 1)]


def _data(sheet: Worksheet, top: int, left: int, bottom: int, right: int) -> Json:
    rows = [
        {"values": [_cell_data(sheet.content(row, column)) for column in range(left, right)]}
        for row in range(top, min(bottom, max(len(sheet.lines), top)))
    ]
    start = {name: n for name, n in (("startRow", top), ("startColumn", left)) if n}
    return {**start, "rowData": rows} if rows else start


def _cell_data(cell: CellContent) -> Json:
    value = cell.value if isinstance(cell, Formula) else cell
    if value == "":
        return {}
    effective = {"stringValue": value} if isinstance(value, str) else {"numberValue": value}
    entered = {"formulaValue": cell.source} if isinstance(cell, Formula) else effective
    return {"effectiveValue": effective, "userEnteredValue": entered}


def _a1(book: Spreadsheet, name: str) -> tuple[Worksheet, int, int, int, int]:
    match = re.fullmatch(r"'((?:[^']|'')+)'(?:!([A-Z]+)(\d+):([A-Z]+)(\d+))?", name)
    title = match[1].replace("''", "'") if match else ""
    found = [sheet for sheet in book.sheets if sheet.title.casefold() == title.casefold()]
    if match is None or not found:
        raise invalid(f"Unable to parse range: {name}")
    sheet = found[0]
    if match[2] is None:
        return sheet, 0, 0, sheet.row_count, sheet.column_count
    top, left, bottom, right = int(match[3]) - 1, _column(match[2]) - 1, int(match[5]), _column(match[4])
    if bottom > sheet.row_count or right > sheet.column_count:
        raise invalid(f"Range ({name}) exceeds grid limits.")
    return sheet, top, left, bottom, right


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


# Field masks: `a,b(c,d.e)`.

Mask = dict[str, Any]


def _parsed_mask(text: str) -> Mask:
    position = 0

    def group() -> Mask:
        nonlocal position
        found: Mask = {}
        while position < len(text) and text[position] != ")":
            name = re.compile(r"[A-Za-z]+").match(text, position)
            if name is None:
                raise invalid(f"Invalid field selection {text[position:]}")
            position = name.end()
            inner: Mask = {}
            if text[position : position + 1] == "(":
                position += 1
                inner = group()
                if text[position : position + 1] != ")":
                    raise invalid(f"Invalid field selection {text}")
                position += 1
            found[name[0]] = inner
            if text[position : position + 1] == ",":
                position += 1
        return found

    parsed = group()
    if position != len(text):
        raise invalid(f"Invalid field selection {text}")
    return parsed


def _masked(value: Any, mask: Mask) -> Any:
    if not mask:
        return value
    if isinstance(value, list):
        return [_masked(one, mask) for one in value]
    return {name: _masked(value[name], inner) for name, inner in mask.items() if name in value}


# Writing.


def _batch_update(book: Spreadsheet, body: Json) -> Json:
    requests = body["requests"]
    if book.before_write:
        book.before_write.pop(0)()
    sheets = [sheet.snapshot() for sheet in book.sheets]
    trial = Spreadsheet(book.key, sheets)
    for request in requests:
        [(kind, what)] = request.items()
        if kind not in _REQUESTS:
            raise invalid(f'Invalid JSON payload received. Unknown name "{kind}"')
        _REQUESTS[kind](trial, what)
    if sum(sheet.row_count * sheet.column_count for sheet in trial.sheets) > MAX_CELLS:
        raise invalid(
            "This action would increase the number of cells in the workbook above the limit of 10000000 cells."
        )
    if not any(not sheet.hidden for sheet in trial.sheets):
        raise invalid("You can't remove all the visible sheets in a document.")
    kept = {sheet.id: sheet for sheet in book.sheets}
    for sheet in trial.sheets:
        if sheet.id in kept:
            kept[sheet.id].become(sheet)
    book.sheets = [kept.get(sheet.id, sheet) for sheet in trial.sheets]
    book.batches.append(requests)
    answer: Json = {"spreadsheetId": book.key, "replies": [{} for _ in requests]}
    if body.get("includeSpreadsheetInResponse"):
        answer["updatedSpreadsheet"] = _described(book, body.get("responseRanges", []))
    if book.after_write:
        book.after_write.pop(0)()
    return answer


def _box(book: Spreadsheet, grid_range: Json) -> tuple[Worksheet, int, int, int, int]:
    sheet = book.by_id(grid_range.get("sheetId", 0))
    top, left = grid_range.get("startRowIndex", 0), grid_range.get("startColumnIndex", 0)
    bottom, right = grid_range.get("endRowIndex", sheet.row_count), grid_range.get("endColumnIndex", sheet.column_count)
    _within(sheet, max(bottom, top + 1), max(right, left + 1))
    return sheet, top, left, bottom, right


def _within(sheet: Worksheet, bottom: int, right: int) -> None:
    if bottom > sheet.row_count or right > sheet.column_count:
        raise invalid(
            f"Invalid requests[0]: Range ({sheet.title}!R{bottom}C{right}) exceeds grid limits. "
            f"Max rows: {sheet.row_count}, max columns: {sheet.column_count}"
        )


def _add_sheet(book: Spreadsheet, what: Json) -> None:
    properties = what["properties"]
    if any(sheet.title.casefold() == properties["title"].casefold() for sheet in book.sheets):
        raise invalid(f'Invalid requests[0].addSheet: A sheet with the name "{properties["title"]}" already exists.')
    if any(sheet.id == properties["sheetId"] for sheet in book.sheets):
        raise invalid(f"Invalid requests[0].addSheet: Sheet with id {properties['sheetId']} already exists.")
    grid = properties["gridProperties"]
    if len(properties["title"]) > 100 or grid["rowCount"] < 1 or grid["columnCount"] < 1:
        raise invalid("Invalid requests[0].addSheet")
    hidden = properties.get("hidden", False)
    book.sheets.append(
        Worksheet(properties["sheetId"], properties["title"], grid["rowCount"], grid["columnCount"], hidden=hidden)
    )


def _delete_sheet(book: Spreadsheet, what: Json) -> None:
    if all(sheet.id != what["sheetId"] for sheet in book.sheets):
        raise invalid(f"Invalid requests[0].deleteSheet: No sheet with id: {what['sheetId']}")
    book.sheets = [sheet for sheet in book.sheets if sheet.id != what["sheetId"]]


def _append_dimension(book: Spreadsheet, what: Json) -> None:
    sheet = book.by_id(what["sheetId"])
    if what["dimension"] == "ROWS":
        sheet.row_count += what["length"]
    else:
        sheet.column_count += what["length"]


def _update_cells(book: Spreadsheet, what: Json) -> None:
    if what["fields"] != "userEnteredValue":
        raise invalid("Invalid requests[0].updateCells: fields")
    start = what["start"]
    sheet = book.by_id(start["sheetId"])
    for row, line in enumerate(what["rows"], start["rowIndex"]):
        _within(sheet, row + 1, start["columnIndex"] + len(line["values"]))
        for column, cell in enumerate(line["values"], start["columnIndex"]):
            sheet.put(row + 1, column + 1, _entered(cell.get("userEnteredValue", {})))


def _entered(value: Json) -> CellContent:
    if not value:
        return ""
    [(kind, content)] = value.items()
    if kind == "stringValue" and isinstance(content, str):
        if len(content) > MAX_CHARACTERS:
            raise invalid("Your input contains more than the maximum of 50000 characters in a single cell.")
        if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", content):
            raise invalid("Invalid JSON payload received.")
        return content
    if kind == "numberValue" and isinstance(content, int | float):
        return float(content)
    raise invalid(f'Invalid value at "userEnteredValue" ({kind})')


def _copy_paste(book: Spreadsheet, what: Json) -> None:
    source, top, left, bottom, right = _box(book, what["source"])
    target, to_top, to_left, to_bottom, to_right = _box(book, what["destination"])
    if (bottom - top, right - left) != (to_bottom - to_top, to_right - to_left):
        raise invalid("Invalid requests[0].copyPaste: the test's server only copies to areas of the same size")
    if what["pasteType"] not in ("PASTE_FORMULA", "PASTE_VALUES"):
        raise invalid("Invalid requests[0].copyPaste: pasteType")
    for row in range(bottom - top):
        for column in range(right - left):
            cell = source.content(top + row, left + column)
            if what["pasteType"] == "PASTE_VALUES" and isinstance(cell, Formula):
                cell = cell.value
            if cell != "" or target.content(to_top + row, to_left + column) != "":
                target.put(to_top + row + 1, to_left + column + 1, cell)


def _repeat_cell(book: Spreadsheet, what: Json) -> None:
    sheet, top, left, bottom, right = _box(book, what["range"])
    entered = what["cell"]["userEnteredFormat"]
    for row in range(top, bottom):
        for column in range(left, right):
            old = sheet.format(row, column)
            number, bold = old.number, old.bold
            if what["fields"] == "userEnteredFormat.numberFormat":
                number = "{type} {pattern}".format(**entered["numberFormat"])
            elif what["fields"] == "userEnteredFormat.textFormat.bold":
                bold = entered["textFormat"]["bold"]
            else:
                raise invalid("Invalid requests[0].repeatCell: fields")
            sheet.formats[row, column] = CellFormat(number, bold, old.choices)


def _set_data_validation(book: Spreadsheet, what: Json) -> None:
    sheet, top, left, bottom, right = _box(book, what["range"])
    condition = what["rule"]["condition"]
    if condition["type"] != "ONE_OF_LIST":
        raise invalid("Invalid requests[0].setDataValidation")
    choices = tuple(value["userEnteredValue"] for value in condition["values"])
    for row in range(top, bottom):
        for column in range(left, right):
            old = sheet.format(row, column)
            sheet.formats[row, column] = CellFormat(old.number, old.bold, choices)


def _update_dimension(book: Spreadsheet, what: Json) -> None:
    place = what["range"]
    sheet = book.by_id(place["sheetId"])
    if place["dimension"] != "COLUMNS" or place["endIndex"] > sheet.column_count or what["fields"] != "pixelSize":
        raise invalid("Invalid requests[0].updateDimensionProperties")
    for column in range(place["startIndex"], place["endIndex"]):
        sheet.widths[column] = what["properties"]["pixelSize"]


def _update_properties(book: Spreadsheet, what: Json) -> None:
    if what["fields"] != "gridProperties.frozenRowCount":
        raise invalid("Invalid requests[0].updateSheetProperties: fields")
    properties = what["properties"]
    sheet = book.by_id(properties["sheetId"])
    count = properties["gridProperties"]["frozenRowCount"]
    if count >= sheet.row_count:
        raise invalid("Invalid requests[0].updateSheetProperties: You can't freeze all rows on the sheet.")
    sheet.frozen_rows = count


def _protect(book: Spreadsheet, what: Json) -> None:
    sheet, *_ = _box(book, what["protectedRange"]["range"])
    sheet.protected.append(what["protectedRange"])


def _colour(book: Spreadsheet, what: Json) -> None:
    for area in what["rule"]["ranges"]:
        sheet, *_ = _box(book, area)
        sheet.conditional.append(what["rule"])


def _add_metadata(book: Spreadsheet, what: Json) -> None:
    metadata = what["developerMetadata"]
    sheet = book.by_id(metadata["location"]["sheetId"])
    sheet.metadata.append((metadata["metadataKey"], metadata["metadataValue"]))


_REQUESTS: Mapping[str, Callable[[Spreadsheet, Json], None]] = {
    "addSheet": _add_sheet,
    "deleteSheet": _delete_sheet,
    "appendDimension": _append_dimension,
    "updateCells": _update_cells,
    "copyPaste": _copy_paste,
    "repeatCell": _repeat_cell,
    "setDataValidation": _set_data_validation,
    "updateDimensionProperties": _update_dimension,
    "updateSheetProperties": _update_properties,
    "addProtectedRange": _protect,
    "addConditionalFormatRule": _colour,
    "createDeveloperMetadata": _add_metadata,
}
