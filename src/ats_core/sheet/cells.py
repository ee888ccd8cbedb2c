"""Text as a cell can hold it, and the comparison of a cell with what was written to it."""

from __future__ import annotations

import re
from datetime import date

from ats_core.domain.identity import clean_line
from ats_core.sheet.table import CellValue, cell_text

__all__ = ["CUT_MARK", "MAX_CELL", "line", "paragraphs", "still_holds"]

#: How long a cell's text may be, in UTF-16 units. Excel takes 32 767 ("Excel specifications and limits", Microsoft),
#: Google Sheets 50 000; what fits in one must fit in the other, so that a sheet can be moved.
MAX_CELL = 32_767
CUT_MARK = " … [cut]"

_NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NUMBER = re.compile(r"-?\d+(?:[.,](\d+))?")
_DAY_0 = date(1899, 12, 30)
_DIGITS = re.compile(r"\d+")


def _fitted(text: str) -> str:
    if len(text) * 2 <= MAX_CELL:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * MAX_CELL:
        return text
    return units[: 2 * (MAX_CELL - len(CUT_MARK))].decode("utf-16-le", "ignore") + CUT_MARK


def line(text: str) -> str:
    """*text* as one line without control and bidirectional characters, cut with a mark where it is too long."""
    return _fitted(clean_line(_NOT_TEXT.sub(" ", text), limit=len(text)))


def paragraphs(text: str) -> str:
    """What a person wrote, without control characters and surrounding space; its lines stay lines."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return _fitted(_NOT_TEXT.sub("", unified).strip())


def still_holds(read: str, value: CellValue) -> bool:
    """Whether a cell that reads *read* plainly still holds the *value* that we wrote, however it is formatted.

    A number may be shown rounded or with a decimal comma, a text with other spaces, a day in any order and words, or as
    the number that spreadsheet programs keep it as.
    """
    if read == cell_text(value):
        return True
    if isinstance(value, date):
        if read == str((value - _DAY_0).days):
            return True
        shown_parts = {int(digits) for digits in _DIGITS.findall(read)}
        return value.day in shown_parts and shown_parts <= {value.year, value.year % 100, value.month, value.day, 0}
    if isinstance(value, int | float):
        shown = _NUMBER.fullmatch(read.strip())
        if shown is None:
            return False
        decimals = len(shown[1] or "")
        return abs(float(shown[0].replace(",", ".")) - value) <= 0.5 / 10.0**decimals
    return clean_line(read, limit=len(read)) == clean_line(cell_text(value), limit=MAX_CELL)
