"""The requests of `spreadsheets.batchUpdate` (Sheets API v4) that the gateway makes. Pure; rows and columns from 1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ats_adapters.sheets.google.batches import Area, Block, cell_of
from ats_core.sheet.table import ColumnKind, ColumnLook

__all__ = [
    "add_sheet",
    "copied",
    "delete_sheet",
    "dressed_columns",
    "dressed_rows",
    "frozen",
    "grown",
    "named",
    "written",
]

Request = dict[str, Any]

#: The key of the developer metadata by which a worksheet is known after it was renamed.
ANCHOR = "atsp.worksheet"
_PIXELS_PER_CHARACTER = 7
_FORMATS: Mapping[ColumnKind, Mapping[str, str]] = {
    ColumnKind.SCORE: {"type": "NUMBER", "pattern": "0.0"},
    ColumnKind.COUNT: {"type": "NUMBER", "pattern": "0"},
    ColumnKind.DATE: {"type": "DATE", "pattern": "yyyy-mm-dd"},
}
#: The colours of the scores 0, 5 and 10: white, light amber, green.
_COLOURS = (("0", (1.0, 1.0, 1.0)), ("5", (1.0, 0.949, 0.8)), ("10", (0.341, 0.733, 0.541)))


def _below(sheet: int, row: int, column: int) -> dict[str, int]:
    """The column from *row* down to wherever the worksheet ends."""
    return {"sheetId": sheet, "startRowIndex": row - 1, "startColumnIndex": column - 1, "endColumnIndex": column}


def _range(sheet: int, area: Area) -> dict[str, int]:
    return {
        "sheetId": sheet,
        "startRowIndex": area.top - 1,
        "endRowIndex": area.bottom,
        "startColumnIndex": area.left - 1,
        "endColumnIndex": area.right,
    }


def add_sheet(sheet: int, title: str, *, rows: int, columns: int, hidden: bool = False) -> Request:
    """A worksheet of that size."""
    grid = {"rowCount": rows, "columnCount": columns}
    return {"addSheet": {"properties": {"sheetId": sheet, "title": title, "hidden": hidden, "gridProperties": grid}}}


def delete_sheet(sheet: int) -> Request:
    """The worksheet is gone."""
    return {"deleteSheet": {"sheetId": sheet}}


def named(sheet: int, title: str) -> Request:
    """Remember the worksheet under the *title* that the configuration knows it by."""
    metadata = {"metadataKey": ANCHOR, "metadataValue": title, "visibility": "DOCUMENT", "location": {"sheetId": sheet}}
    return {"createDeveloperMetadata": {"developerMetadata": metadata}}


def grown(sheet: int, dimension: str, count: int) -> Request:
    """*count* more `ROWS` or `COLUMNS` at the end."""
    return {"appendDimension": {"sheetId": sheet, "dimension": dimension, "length": count}}


def copied(source: int, target: int, area: Area, *, only_values: bool = False) -> Request:
    """The cells of *area* in the worksheet *source*, values and formulas alone, put at the same place in *target*."""
    return {
        "copyPaste": {
            "source": _range(source, area),
            "destination": _range(target, area),
            "pasteType": "PASTE_VALUES" if only_values else "PASTE_FORMULA",
            "pasteOrientation": "NORMAL",
        }
    }


def written(sheet: int, block: Block) -> Request:
    """The block's values, their cells' formats left as they are."""
    start = {"sheetId": sheet, "rowIndex": block.row - 1, "columnIndex": block.column - 1}
    rows = [{"values": [cell_of(value) for value in line]} for line in block.values]
    return {"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}}


def frozen(sheet: int, rows: int) -> Request:
    """The first *rows* stay in sight."""
    properties = {"sheetId": sheet, "gridProperties": {"frozenRowCount": rows}}
    return {"updateSheetProperties": {"properties": properties, "fields": "gridProperties.frozenRowCount"}}


def dressed_rows(sheet: int, looks: Mapping[int, ColumnLook], *, first_row: int) -> Iterable[Request]:
    """Number formats and drop-downs of the columns, from *first_row* down."""
    for column, look in sorted(looks.items()):
        area = _below(sheet, first_row, column)
        if look.kind in _FORMATS:
            cell = {"userEnteredFormat": {"numberFormat": dict(_FORMATS[look.kind])}}
            yield {"repeatCell": {"range": area, "cell": cell, "fields": "userEnteredFormat.numberFormat"}}
        if look.choices:
            values = [{"userEnteredValue": choice} for choice in look.choices]
            # A hint, not a wall: what is not understood is reported, so other words may be typed.
            condition = {"type": "ONE_OF_LIST", "values": values}
            rule = {"condition": condition, "strict": False, "showCustomUi": True}
            yield {"setDataValidation": {"range": area, "rule": rule}}


def dressed_columns(sheet: int, looks: Mapping[int, ColumnLook], *, header_row: int) -> Iterable[Request]:
    """All that columns get when they come to be: header, width, formats, drop-downs, colours, a warning on ours."""
    for column, look in sorted(looks.items()):
        header = _range(sheet, Area(header_row, column, header_row, column))
        bold = {"userEnteredFormat": {"textFormat": {"bold": True}}}
        yield {"repeatCell": {"range": header, "cell": bold, "fields": "userEnteredFormat.textFormat.bold"}}
        place = {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": column - 1, "endIndex": column}
        size = {"pixelSize": look.width * _PIXELS_PER_CHARACTER}
        yield {"updateDimensionProperties": {"range": place, "properties": size, "fields": "pixelSize"}}
        if look.kind is ColumnKind.SCORE:
            points = [
                {"type": "NUMBER", "value": score, "color": dict(zip(("red", "green", "blue"), colour, strict=True))}
                for score, colour in _COLOURS
            ]
            gradient = dict(zip(("minpoint", "midpoint", "maxpoint"), points, strict=True))
            area = _below(sheet, header_row + 1, column)
            yield {"addConditionalFormatRule": {"rule": {"ranges": [area], "gradientRule": gradient}, "index": 0}}
    yield from dressed_rows(sheet, looks, first_row=header_row + 1)
    for left, right in _runs(column for column, look in looks.items() if look.ours):
        whole = {"sheetId": sheet, "startColumnIndex": left - 1, "endColumnIndex": right}
        protected = {"range": whole, "description": "written by atsp", "warningOnly": True}
        yield {"addProtectedRange": {"protectedRange": protected}}


def _runs(columns: Iterable[int]) -> Iterable[tuple[int, int]]:
    """The first and last of each run of neighbours."""
    run: list[int] = []
    for column in sorted(columns):
        if run and column != run[-1] + 1:
            yield run[0], run[-1]
            run = []
        run.append(column)
    if run:
        yield run[0], run[-1]
