"""The sheet of a dry run: it shows what would be written, and leaves the sheet beneath it alone."""

from __future__ import annotations

from collections.abc import Mapping

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ats_adapters.sheets.read_only import ReadOnlySheet
from ats_core.errors import SheetChanged, SheetError
from ats_core.sheet.table import CellValue, SheetChanges, SheetTable
from ats_core.testing.sheet_gateway import FakeSheet

Cells = Mapping[tuple[int, int], CellValue]


def written(sheet: ReadOnlySheet, cells: Cells) -> SheetTable:
    """What *sheet* reads after these cells were written to it."""

    async def write_and_read() -> SheetTable | None:
        await sheet.write(SheetChanges(cells=cells), read=await sheet.read())
        return await sheet.read()

    table = anyio.run(write_and_read)
    assert table is not None
    return table


def test_until_something_is_written_the_sheet_is_the_one_beneath() -> None:
    beneath = FakeSheet([["id", "notes"], ["c_1", "call"]])
    sheet = ReadOnlySheet(beneath)
    assert sheet.place == beneath.place
    assert anyio.run(sheet.read) == anyio.run(beneath.read)
    assert anyio.run(ReadOnlySheet(FakeSheet()).read) is None


def test_what_was_written_is_read_and_the_sheet_beneath_is_untouched() -> None:
    beneath = FakeSheet([["id", "notes"], ["c_1", "call"]])
    table = written(ReadOnlySheet(beneath), {(1, 3): "score", (2, 3): 7.0, (3, 1): "=c_2"})
    assert table.header == ("id", "notes", "score")
    assert table.rows == (("c_1", "call", "7"), ("=c_2",))
    assert beneath.writes == []
    assert beneath.grid == [["id", "notes"], ["c_1", "call"]]


def test_a_sheet_that_does_not_exist_yet_grows_as_needed() -> None:
    beneath = FakeSheet()
    table = written(ReadOnlySheet(beneath), {(1, 2): "id", (4, 1): 0.5, (4, 2): None})
    assert table.header == ("", "id")
    assert table.rows == ((), (), ("0.5", ""))
    assert not beneath.exists


def test_several_writes_add_up_and_each_is_another_revision() -> None:
    sheet = ReadOnlySheet(FakeSheet([["id"]]))
    tables = [anyio.run(sheet.read), written(sheet, {(2, 1): "c_1"}), written(sheet, {(3, 1): "c_2"})]
    assert tables[-1] is not None
    assert tables[-1].rows == (("c_1",), ("c_2",))
    assert len({table.revision for table in tables if table is not None}) == 3


def test_changes_computed_from_an_older_reading_are_refused() -> None:
    async def write_twice() -> None:
        sheet = ReadOnlySheet(FakeSheet([["id"]]))
        read = await sheet.read()
        await sheet.write(SheetChanges(cells={(2, 1): "c_1"}), read=read)
        await sheet.write(SheetChanges(cells={(2, 1): "c_2"}), read=read)

    with pytest.raises(SheetChanged, match="was changed"):
        anyio.run(write_twice)


def test_a_cell_that_is_written_over_an_uncalculated_formula_is_known() -> None:
    class Formulas(FakeSheet):
        async def read(self) -> SheetTable | None:
            return SheetTable(header=("id", "notes"), rows=(("", ""),), uncalculated=frozenset({(2, 1), (2, 2)}))

    table = written(ReadOnlySheet(Formulas()), {(2, 1): "c_1"})
    assert table.uncalculated == {(2, 2)}


def test_a_sheet_that_cannot_be_read_says_so() -> None:
    beneath = FakeSheet([["id"]])
    beneath.down = SheetError("gone", where=beneath.place)
    with pytest.raises(SheetError, match="gone"):
        anyio.run(ReadOnlySheet(beneath).read)


_cells = st.dictionaries(
    st.tuples(st.integers(1, 6), st.integers(1, 6)), st.one_of(st.none(), st.integers(), st.floats(0, 10), st.text())
)


@given(st.lists(_cells, min_size=1, max_size=4))
def test_it_reads_as_the_real_sheet_would_after_the_same_writes(batches: list[Cells]) -> None:
    grid = [["id", "notes"], ["c_1"]]
    real, sheet = FakeSheet(grid), ReadOnlySheet(FakeSheet(grid))

    async def write_to_real(cells: Cells) -> SheetTable | None:
        await real.write(SheetChanges(cells=cells), read=await real.read())
        return await real.read()

    for cells in batches:
        expected, table = anyio.run(write_to_real, cells), written(sheet, cells)
        assert expected is not None
        assert (table.header, table.rows) == (expected.header, expected.rows)
