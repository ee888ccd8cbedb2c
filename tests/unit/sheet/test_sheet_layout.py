from __future__ import annotations

import pytest

from ats_core.domain.identity import CompanyId
from ats_core.errors import SheetError
from ats_core.sheet.columns import COLUMN_ORDER, ENGLISH, OURS, THEIRS, Column
from ats_core.sheet.layout import Layout, row_key
from ats_core.sheet.table import SheetTable


def layout(*lines: tuple[str, ...]) -> Layout:
    return Layout.of(SheetTable(header=lines[0], rows=lines[1:]), place="leads.xlsx")


def test_every_column_has_a_label_of_its_own_and_one_owner() -> None:
    assert set(ENGLISH) == set(COLUMN_ORDER) == set(OURS) | set(THEIRS)
    assert not set(OURS) & set(THEIRS)
    assert len(set(ENGLISH.values())) == len(COLUMN_ORDER)


@pytest.mark.parametrize("table", [None, SheetTable(header=(), rows=()), SheetTable(header=("", " "), rows=(("",),))])
def test_a_sheet_without_any_content_is_empty(table: SheetTable | None) -> None:
    found = Layout.of(table, place="")
    assert (found.last_row, found.columns, found.rows) == (0, {}, {})


def test_columns_are_found_by_header_in_any_order_case_and_spacing() -> None:
    found = layout((" Notes", "mine", "TOP  CATEGORY", "top_offer", "Id"), ("n", "m", "fx", "t", "c_1"))
    assert found.columns == {Column.NOTES: 1, Column.TOP_CATEGORY: 3, Column.TOP_OFFER: 4, Column.ID: 5}
    assert found.text(2, Column.TOP_CATEGORY) == "fx"
    assert found.text(2, Column.WHY) == ""


def test_of_two_columns_with_one_header_the_first_counts() -> None:
    assert layout(("id", "notes", "notes")).columns[Column.NOTES] == 2


def test_a_header_below_titles_is_found() -> None:
    found = layout(("Our leads",), (), ("id", "company"), ("c_1", "Norte"))
    assert found.header_row == 3
    assert found.rows == {"c_1": 4}


def test_of_two_rows_with_one_id_the_first_counts() -> None:
    found = layout(("id", "notes"), ("c_1", ""), ("c_2", ""), (" C_1 ", "copy"))
    assert found.rows == {"c_1": 2, "c_2": 3}
    assert found.repeated == ((4, 2),)
    assert found.row_of(CompanyId("c_1")) == 2


@pytest.mark.parametrize("text", ["12", " 12 ", "12.0", "'12"])
def test_ids_compare_as_spreadsheet_programs_change_them(text: str) -> None:
    assert row_key(text) == "12"


def test_content_without_a_header_of_ours_is_refused() -> None:
    with pytest.raises(SheetError, match=r"leads\.xlsx: the worksheet has content, but no header of ours"):
        layout(("name", "price"), ("a", "1"))


def test_rows_without_an_id_column_are_refused() -> None:
    with pytest.raises(SheetError, match=r"header \(row 1\) has no column 'id'"):
        layout(("company", "notes"), ("Norte", ""))


def test_a_header_alone_may_lack_the_id() -> None:
    assert layout(("company", "notes")).columns == {Column.COMPANY: 1, Column.NOTES: 2}


def test_a_formula_below_all_rows_counts_though_its_value_is_not_known_where_a_column_of_ours_is() -> None:
    header, row = ("id", "score", "mine"), ("c_1", "7", "")
    table = SheetTable(header=header, rows=(row,), uncalculated=frozenset({(4, 2), (9, 3)}))
    assert Layout.of(table, place="").last_row == 4
    beyond = SheetTable(header=header, rows=(row,), uncalculated=frozenset({(2, 6)}))
    assert (Layout.of(beyond, place="").last_row, Layout.of(beyond, place="").last_column) == (2, 6)


@pytest.mark.parametrize("mark", ["\u200f", "\u200b", "\ufeff", "\u2068"])
def test_invisible_marks_hide_neither_a_header_nor_an_id(mark: str) -> None:
    found = layout(("id", f"{mark}notes"), (f"c_1{mark}", "call"))
    assert found.columns[Column.NOTES] == 2
    assert found.row_of(CompanyId("c_1")) == 2
