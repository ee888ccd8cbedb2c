from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.unit.sheet.companies_of_the_sheet import summary

from ats_core.domain.identity import CompanyId
from ats_core.sheet.columns import COLUMN_ORDER, ENGLISH, OURS, Column
from ats_core.sheet.delta import SheetDelta, sheet_delta
from ats_core.sheet.layout import Layout
from ats_core.sheet.projection import SheetRow, project
from ats_core.sheet.table import SheetTable, cell_text

HEADER = tuple(ENGLISH[column] for column in COLUMN_ORDER)
NOTHING: Mapping[CompanyId, str] = {}


def rows(*names: str, score: float = 7.5) -> list[SheetRow]:
    return [project(summary(name, score), {}) for name in names]


def shown(row: SheetRow, **typed: str) -> tuple[str, ...]:
    """The row as the sheet shows it after it was written, with what a person *typed* since."""
    values = {**row.ours, **row.initial}
    return tuple(typed.get(column.value, cell_text(values[column])) for column in COLUMN_ORDER)


def compare(
    lines: Sequence[tuple[str, ...]],
    wanted: Sequence[SheetRow],
    written: Mapping[CompanyId, str] = NOTHING,
    *,
    full: bool = False,
    append: bool = True,
) -> SheetDelta:
    table = SheetTable(header=lines[0], rows=tuple(lines[1:])) if lines else None
    return sheet_delta(Layout.of(table, place=""), wanted, written=written, full=full, append=append)


def hashes(wanted: Sequence[SheetRow]) -> dict[CompanyId, str]:
    return {row.company_id: row.hash for row in wanted}


def at(column: Column) -> int:
    return COLUMN_ORDER.index(column) + 1


def test_an_empty_sheet_gets_the_header_and_every_row_in_order() -> None:
    wanted = rows("Sur", "Norte")
    delta = compare([], wanted)
    cells = delta.changes.cells
    assert [cells[1, c] for c in range(1, len(HEADER) + 1)] == list(HEADER)
    assert (cells[2, at(Column.COMPANY)], cells[3, at(Column.COMPANY)]) == ("Sur", "Norte")
    assert cells[2, at(Column.RESOLUTION)] == "PENDING"
    assert (2, at(Column.NOTES)) not in cells
    assert delta.changes.looks[at(Column.MODEL_FEEDBACK)].choices == ("OK", "FP", "FN")
    assert delta.changes.fresh == set(range(1, len(HEADER) + 1))
    assert not delta.changes.anchors
    assert delta.hashes == hashes(wanted)
    assert (delta.added, delta.updated, delta.unchanged) == (2, 0, 0)


def test_what_was_written_and_stands_is_not_written_again() -> None:
    wanted = rows("Norte", "Sur")
    delta = compare([HEADER, *map(shown, wanted)], wanted, hashes(wanted))
    assert not delta.changes
    assert delta.unchanged == 2
    assert not delta.changes.fresh


def test_of_a_changed_row_only_the_cells_that_differ_are_written() -> None:
    [before], [after] = rows("Norte"), rows("Norte", score=8.5)
    delta = compare([HEADER, shown(before, notes="mine")], [after], hashes([before]))
    assert delta.changes.cells == {(2, at(Column.SCORE)): 8.5}
    assert delta.updated == 1


def test_changes_rest_on_the_headers_and_on_the_ids_of_the_rows_that_are_written() -> None:
    before, after = rows("Norte", "Sur", "Este"), rows("Sur", score=8.5)
    delta = compare([HEADER, *map(shown, before)], after, hashes(before))
    assert delta.changes.anchors == {*((1, c) for c in range(1, len(HEADER) + 1)), (3, at(Column.ID))}
    assert not delta.changes.anchors & set(delta.changes.cells)


def test_the_id_that_a_row_was_found_by_is_not_written() -> None:
    [row] = rows("Norte")
    delta = compare([HEADER, shown(row, id=f" {row.company_id.upper()} ")], [row], hashes([row]), full=True)
    assert not delta.changes


def test_a_row_that_was_moved_is_found_by_its_id() -> None:
    before, [after] = rows("Norte", "Sur"), rows("Sur", score=8.5)
    lines = [HEADER, (), ("", "a row of theirs"), shown(before[1]), shown(before[0])]
    delta = compare(lines, [after], hashes(before))
    assert delta.changes.cells == {(4, at(Column.SCORE)): 8.5}


def test_a_missing_row_is_appended_after_the_last_that_holds_anything() -> None:
    wanted = rows("Norte", "Sur")
    lines = [HEADER, shown(wanted[0]), (), ("", "", "mine"), ("", "")]
    delta = compare(lines, wanted, hashes(wanted))
    assert {row for row, _ in delta.changes.cells} == {5}
    assert delta.added == 1


def test_nothing_is_appended_where_that_is_not_asked_for() -> None:
    delta = compare([HEADER], rows("Norte"), append=False)
    assert not delta.changes
    assert delta.hashes == {}


def test_the_second_row_of_one_id_is_never_written() -> None:
    [before], [after] = rows("Norte"), rows("Norte", score=8.5)
    delta = compare([HEADER, shown(before), shown(before)], [after], hashes([before]))
    assert delta.changes.cells == {(2, at(Column.SCORE)): 8.5}


def test_missing_columns_are_added_at_the_end_with_what_the_database_holds() -> None:
    wanted = rows("Norte")
    kept = [c for c in COLUMN_ORDER if c not in (Column.WHY, Column.RESOLUTION)]
    values = {**wanted[0].ours, **wanted[0].initial}
    lines = [
        (*(ENGLISH[c] for c in kept), "their own"),
        (*(cell_text(values[c]) for c in kept), "", "below no header"),
    ]
    delta = compare(lines, wanted, hashes(wanted))
    width = len(kept) + 2
    assert delta.changes.cells == {
        (1, width + 1): "why",
        (1, width + 2): "resolution",
        (2, width + 1): "fx desk in the title",
        (2, width + 2): "PENDING",
    }
    assert delta.changes.fresh == {width + 1, width + 2}


def test_an_emptied_cell_of_theirs_is_never_filled_again() -> None:
    wanted = rows("Norte")
    lines = [HEADER, shown(wanted[0], resolution="", notes="")]
    assert not compare(lines, wanted, hashes(wanted)).changes
    assert not compare(lines, wanted, full=True).changes


def test_an_overtyped_cell_of_ours_is_mended_even_in_a_row_that_did_not_change() -> None:
    wanted = rows("Norte")
    delta = compare([HEADER, shown(wanted[0], score="99", why="")], wanted, hashes(wanted))
    assert delta.changes.cells == {(2, at(Column.SCORE)): 7.5, (2, at(Column.WHY)): "fx desk in the title"}
    assert (delta.updated, delta.mended) == (1, 1)


def test_a_cell_that_is_only_formatted_otherwise_is_left_alone_until_a_full_comparison() -> None:
    wanted = rows("Norte")
    lines = [HEADER, shown(wanted[0], score="7,50")]
    assert not compare(lines, wanted, hashes(wanted)).changes
    assert compare(lines, wanted, hashes(wanted), full=True).changes.cells == {(2, at(Column.SCORE)): 7.5}


def test_a_header_below_titles_keeps_its_place() -> None:
    wanted = rows("Norte")
    delta = compare([("Leads",), HEADER], wanted)
    assert {row for row, _ in delta.changes.cells} == {3}
    assert delta.changes.frozen_rows == 2


def test_an_uncalculated_formula_in_a_cell_of_ours_is_written_over() -> None:
    [row] = rows("Norte")
    line = shown(row, feedback_status="")
    table = SheetTable(header=HEADER, rows=(line,), uncalculated=frozenset({(2, at(Column.STATUS))}))
    delta = sheet_delta(Layout.of(table, place=""), [row], written=hashes([row]))
    assert delta.changes.cells == {(2, at(Column.STATUS)): None}
    assert Column.STATUS in OURS
