"""What every `SheetGateway` must do. Inherit `SheetGatewaySuite`, give it a gateway, and pytest runs it."""

# ruff: noqa: D102 - the name of a test is what it says

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from datetime import date
from pathlib import Path

import anyio
import pytest

from ats_core.errors import SheetChanged
from ats_core.ports import SheetGateway
from ats_core.sheet.table import CellValue, ColumnKind, ColumnLook, SheetChanges, SheetTable

__all__ = ["HOSTILE_TEXTS", "SheetGatewaySuite"]

#: Texts that spreadsheet programs, files and terminals take for something else.
HOSTILE_TEXTS: tuple[str, ...] = (
    '=HYPERLINK("http://evil.example","click")',
    "=1+1",
    "+34 600 000 000",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1)",
    "'=quoted",
    "''",
    "#N/A",
    "TRUE",
    "1e5",
    "007",
    "2026-11-23",
    'say "hi"; a,b\tc',
    "two\nlines",
    "emoji 👩‍👩‍👧 and عربي",
    "<b>&amp;</b>",
    "_x0041_",
)


def _changes(*rows: tuple[CellValue, ...]) -> SheetChanges:
    cells = {(r, c): value for r, row in enumerate(rows, 1) for c, value in enumerate(row, 1)}
    return SheetChanges(cells=cells)


def _shown(table: SheetTable | None) -> list[list[str]]:
    """The table without trailing emptiness."""
    assert table is not None
    rows = [list(cells) for cells in (table.header, *table.rows)]
    for cells in rows:
        while cells and not cells[-1]:
            cells.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows


class SheetGatewaySuite(ABC):
    """The contract of `SheetGateway`."""

    @abstractmethod
    def gateway(self, folder: Path) -> SheetGateway:
        """A gateway to a worksheet that does not exist yet. *folder* is the test's own.

        Called twice with one folder it may give two gateways to one sheet.
        """

    @abstractmethod
    def type_as_person(self, gateway: SheetGateway, row: int, column: int, text: str) -> None:
        """Edit a cell of the existing sheet, behind the gateway's back."""

    def _read(self, gateway: SheetGateway) -> SheetTable | None:
        return anyio.run(gateway.read)

    def _write(self, gateway: SheetGateway, changes: SheetChanges, read: SheetTable | None) -> None:
        anyio.run(functools.partial(gateway.write, changes, read=read))

    def test_a_sheet_that_does_not_exist_reads_as_none(self, tmp_path: Path) -> None:
        gateway = self.gateway(tmp_path)
        assert self._read(gateway) is None
        assert gateway.place

    def test_a_new_sheet_reads_back_as_text_what_was_written(self, tmp_path: Path) -> None:
        gateway = self.gateway(tmp_path)
        self._write(gateway, _changes(("id", "company", "score"), ("c_1", "Norte Ágil", 7.5), ("c_2", None, 7.0)), None)
        assert _shown(self._read(gateway)) == [
            ["id", "company", "score"],
            ["c_1", "Norte Ágil", "7.5"],
            ["c_2", "", "7"],
        ]

    def test_only_the_given_cells_change(self, tmp_path: Path) -> None:
        gateway = self.gateway(tmp_path)
        self._write(gateway, _changes(("id", "notes"), ("c_1", ""), ("c_2", "")), None)
        self.type_as_person(gateway, 2, 2, "mine")
        self._write(gateway, SheetChanges(cells={(3, 1): "c_9"}), self._read(gateway))
        assert _shown(self._read(gateway)) == [["id", "notes"], ["c_1", "mine"], ["c_9"]]

    def test_the_sheet_grows_as_needed(self, tmp_path: Path) -> None:
        gateway = self.gateway(tmp_path)
        self._write(gateway, _changes(("id",)), None)
        self._write(gateway, SheetChanges(cells={(40, 30): "far"}), self._read(gateway))
        table = self._read(gateway)
        assert table is not None
        assert table.cell(38, 29) == "far"
        assert table.cell(5, 29) == ""

    def test_none_empties_a_cell(self, tmp_path: Path) -> None:
        gateway = self.gateway(tmp_path)
        self._write(gateway, _changes(("id", "why"), ("c_1", "old")), None)
        self._write(gateway, SheetChanges(cells={(2, 2): None}), self._read(gateway))
        assert _shown(self._read(gateway)) == [["id", "why"], ["c_1"]]

    @pytest.mark.parametrize("text", HOSTILE_TEXTS)
    def test_text_stays_text_whatever_it_looks_like(self, tmp_path: Path, text: str) -> None:
        gateway = self.gateway(tmp_path)
        self._write(gateway, _changes(("id", "why", "end"), ("c_1", text, "x")), None)
        assert _shown(self._read(gateway))[1] == ["c_1", text, "x"]
        self._write(gateway, SheetChanges(cells={(3, 1): "c_2"}), self._read(gateway))
        assert _shown(self._read(gateway))[1] == ["c_1", text, "x"]

    def test_characters_that_no_sheet_can_hold_lose_no_row(self, tmp_path: Path) -> None:
        gateway = self.gateway(tmp_path)
        self._write(gateway, _changes(("id", "why"), ("c_1", "a\x00b\x07c\ud800d"), ("c_2", "fine")), None)
        rows = _shown(self._read(gateway))
        assert rows[1][0] == "c_1"
        assert rows[1][1].startswith("a")
        assert rows[2] == ["c_2", "fine"]

    def test_a_text_longer_than_any_cell_loses_no_row(self, tmp_path: Path) -> None:
        gateway = self.gateway(tmp_path)
        self._write(gateway, _changes(("id", "why"), ("c_1", "x" * 60_000), ("c_2", "fine")), None)
        rows = _shown(self._read(gateway))
        assert rows[1][0] == "c_1"
        assert rows[1][1].startswith("x" * 30_000)
        assert rows[2] == ["c_2", "fine"]

    def test_a_day_reads_back_as_it_is_written_in_iso_8601(self, tmp_path: Path) -> None:
        gateway = self.gateway(tmp_path)
        looks = {2: ColumnLook(kind=ColumnKind.DATE)}
        cells: dict[tuple[int, int], CellValue] = {
            (1, 1): "id",
            (1, 2): "last",
            (2, 1): "c_1",
            (2, 2): date(2026, 2, 3),
        }
        self._write(gateway, SheetChanges(cells=cells, looks=looks, fresh=frozenset(looks)), None)
        assert _shown(self._read(gateway))[1] == ["c_1", "2026-02-03"]

    def test_looks_change_no_value(self, tmp_path: Path) -> None:
        gateway = self.gateway(tmp_path)
        looks = {
            1: ColumnLook(ours=True),
            2: ColumnLook(kind=ColumnKind.SCORE, ours=True, width=8),
            3: ColumnLook(choices=("YES", "NO")),
        }
        lines = (("id", "score", "theirs"), ("c_1", 7.5, "maybe"))
        cells = _changes(*lines).cells
        self._write(gateway, SheetChanges(cells=cells, looks=looks, fresh=frozenset({1, 2, 3})), None)
        more: dict[tuple[int, int], CellValue] = {(3, 1): "c_2", (3, 2): 7.0, (1, 4): "late", (2, 4): "x"}
        fresh = {**looks, 4: ColumnLook(kind=ColumnKind.COUNT)}
        self._write(gateway, SheetChanges(cells=more, looks=fresh, fresh=frozenset({4})), self._read(gateway))
        assert _shown(self._read(gateway)) == [
            ["id", "score", "theirs", "late"],
            ["c_1", "7.5", "maybe", "x"],
            ["c_2", "7"],
        ]

    def test_an_edit_between_reading_and_writing_is_never_written_over(self, tmp_path: Path) -> None:
        gateway = self.gateway(tmp_path)
        self._write(gateway, _changes(("id", "score", "notes"), ("c_1", 1, "")), None)
        read = self._read(gateway)
        self.type_as_person(gateway, 2, 3, "typed meanwhile")
        changes = SheetChanges(cells={(2, 2): 2}, anchors=frozenset({(1, 1), (2, 1)}))
        try:
            self._write(gateway, changes, read)
            score = "2"
        except SheetChanged:
            score = "1"
        assert _shown(self._read(gateway)) == [["id", "score", "notes"], ["c_1", score, "typed meanwhile"]]

    def test_where_an_anchor_no_longer_stands_nothing_is_written(self, tmp_path: Path) -> None:
        gateway = self.gateway(tmp_path)
        self._write(gateway, _changes(("id", "score"), ("c_1", 1), ("c_2", 2)), None)
        read = self._read(gateway)
        self.type_as_person(gateway, 2, 1, "c_3")
        changes = SheetChanges(cells={(2, 2): 5, (4, 1): "c_4"}, anchors=frozenset({(1, 1), (2, 1)}))
        with pytest.raises(SheetChanged):
            self._write(gateway, changes, read)
        assert _shown(self._read(gateway)) == [["id", "score"], ["c_3", "1"], ["c_2", "2"]]

    def test_where_somebody_typed_below_the_last_row_meanwhile_no_row_is_put(self, tmp_path: Path) -> None:
        gateway = self.gateway(tmp_path)
        self._write(gateway, _changes(("id", "score"), ("c_1", 1)), None)
        read = self._read(gateway)
        self.type_as_person(gateway, 3, 2, "mine")
        with pytest.raises(SheetChanged):
            self._write(gateway, SheetChanges(cells={(3, 1): "c_2"}, anchors=frozenset({(1, 1)})), read)
        assert _shown(self._read(gateway)) == [["id", "score"], ["c_1", "1"], ["", "mine"]]

    def test_where_somebody_typed_beside_the_last_column_meanwhile_no_column_is_put(self, tmp_path: Path) -> None:
        gateway = self.gateway(tmp_path)
        self._write(gateway, _changes(("id", "score"), ("c_1", 1)), None)
        read = self._read(gateway)
        self.type_as_person(gateway, 2, 3, "mine")
        cells: dict[tuple[int, int], CellValue] = {(1, 3): "why", (2, 3): "fx"}
        with pytest.raises(SheetChanged):
            self._write(gateway, SheetChanges(cells=cells, anchors=frozenset({(1, 1), (2, 1)})), read)
        assert _shown(self._read(gateway)) == [["id", "score"], ["c_1", "1", "mine"]]

    def test_what_is_written_twice_is_there_once(self, tmp_path: Path) -> None:
        gateway = self.gateway(tmp_path)
        self._write(gateway, _changes(("id",), ("c_1",)), None)
        for _ in range(2):
            self._write(gateway, SheetChanges(cells={(3, 1): "c_2"}), self._read(gateway))
        assert _shown(self._read(gateway)) == [["id"], ["c_1"], ["c_2"]]

    def test_a_sheet_that_came_to_be_since_it_was_looked_for_is_not_written_over(self, tmp_path: Path) -> None:
        gateway = self.gateway(tmp_path)
        self._write(gateway, _changes(("theirs",)), None)
        with pytest.raises(SheetChanged):
            self._write(gateway, _changes(("ours",)), None)
        assert _shown(self._read(gateway)) == [["theirs"]]

    def test_reading_twice_gives_one_revision_and_every_change_another(self, tmp_path: Path) -> None:
        gateway = self.gateway(tmp_path)
        self._write(gateway, _changes(("id", "notes"), ("c_1", "")), None)
        first, second = self._read(gateway), self._read(gateway)
        assert first == second
        self.type_as_person(gateway, 2, 2, "x")
        third = self._read(gateway)
        assert first is not None
        assert third is not None
        assert first.revision != third.revision
