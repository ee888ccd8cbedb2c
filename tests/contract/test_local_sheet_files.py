"""What the local files do beyond the contract: formats survive, damage is told, nobody's file is lost."""

from __future__ import annotations

import functools
import io
import os
import zipfile
from datetime import date, datetime
from pathlib import Path

import anyio
import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet
from tests.unit.sheet.companies_of_the_sheet import NOW, store_company

from ats_adapters.sheets.delimited import DelimitedText
from ats_adapters.sheets.local_file import LocalFileSheet, local_sheet
from ats_core.domain.company import Resolution
from ats_core.domain.run import RunnerReport, RunStatus
from ats_core.errors import ConfigurationError, SheetChanged, SheetError
from ats_core.runners.feedback import FeedbackRunner
from ats_core.runners.sheets_sync import SheetsSyncRunner
from ats_core.settings import FeedbackSettings, SheetSettings
from ats_core.sheet.table import CellValue, ColumnKind, ColumnLook, SheetChanges, SheetTable
from ats_core.testing.clock import FakeClock
from ats_core.testing.event_log import RecordingLog
from ats_core.testing.memory_store import MemoryStore


def local(folder: Path, name: str = "leads.xlsx", worksheet: str = "Companies") -> LocalFileSheet:
    gateway = local_sheet(SheetSettings(file=name, worksheet=worksheet), folder)
    assert isinstance(gateway, LocalFileSheet)
    return gateway


def read(gateway: LocalFileSheet) -> SheetTable | None:
    return anyio.run(gateway.read)


def write(gateway: LocalFileSheet, changes: SheetChanges) -> None:
    anyio.run(functools.partial(gateway.write, changes, read=read(gateway)))


NEW = SheetChanges(
    cells={(1, 1): "id", (1, 2): "why", (1, 3): "resolution", (2, 1): "c_1", (2, 2): "=1+1", (2, 3): "PENDING"},
    looks={3: ColumnLook(choices=("PENDING", "ACCEPTED"))},
    fresh=frozenset({3}),
)

OTHER = {3: ColumnLook(choices=("OTHER",))}


def made(folder: Path) -> tuple[LocalFileSheet, Path]:
    gateway = local(folder)
    write(gateway, NEW)
    return gateway, folder / "leads.xlsx"


def worksheet(path: Path, title: str = "Companies") -> Worksheet:
    sheet = openpyxl.load_workbook(path)[title]
    assert isinstance(sheet, Worksheet)
    return sheet


class TestWorkbook:
    def test_a_new_workbook_is_laid_out(self, tmp_path: Path) -> None:
        _, path = made(tmp_path)
        sheet = worksheet(path)
        assert sheet["A1"].font.bold
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == "A1:C2"
        [choices] = sheet.data_validations.dataValidation
        assert choices.formula1 == '"PENDING,ACCEPTED"'
        assert "C2" in choices.sqref
        assert "C5000" in choices.sqref

    def test_a_column_that_comes_to_be_gets_its_width_colours_and_number_format(self, tmp_path: Path) -> None:
        looks = {2: ColumnLook(kind=ColumnKind.SCORE, width=8), 3: ColumnLook(kind=ColumnKind.DATE, width=18)}
        cells: dict[tuple[int, int], CellValue] = {(1, 1): "id", (1, 2): "score", (1, 3): "last"}
        cells |= {(2, 2): 7.0, (2, 3): date(2026, 11, 2)}
        gateway = local(tmp_path)
        write(gateway, SheetChanges(cells=cells, looks=looks, fresh=frozenset(looks)))
        sheet = worksheet(tmp_path / "leads.xlsx")
        assert (sheet["B2"].value, sheet["B2"].number_format) == (7, "0.0")
        assert (sheet["C2"].value, sheet["C2"].number_format) == (datetime(2026, 11, 2), "yyyy-mm-dd")  # noqa: DTZ001 - Excel knows no zones
        assert sheet.column_dimensions["B"].width == 8
        [colours] = sheet.conditional_formatting
        assert ("B2" in colours, [rule.type for rule in colours.rules]) == (True, ["colorScale"])
        table = read(gateway)
        assert table is not None
        assert table.rows[0] == ("", "7", "2026-11-02")

    def test_a_format_that_a_person_chose_stays_when_the_value_changes(self, tmp_path: Path) -> None:
        looks = {2: ColumnLook(kind=ColumnKind.SCORE)}
        gateway = local(tmp_path)
        write(gateway, SheetChanges(cells={(1, 2): "score", (2, 2): 7.0}, looks=looks, fresh=frozenset({2})))
        book = openpyxl.load_workbook(tmp_path / "leads.xlsx")
        book["Companies"]["B2"].number_format = "0%"
        book["Companies"]["B3"].number_format = "0.000"
        book.save(tmp_path / "leads.xlsx")
        write(gateway, SheetChanges(cells={(2, 2): 8.0, (3, 2): 6.0}, looks=looks))
        sheet = worksheet(tmp_path / "leads.xlsx")
        assert (sheet["B2"].number_format, sheet["B3"].number_format) == ("0%", "0.000")

    @pytest.mark.parametrize("text", ["=1+1", "+34 600", "-2+3", "@SUM(A1)"])
    def test_a_value_that_looks_like_a_formula_is_stored_as_text(self, tmp_path: Path, text: str) -> None:
        gateway, path = made(tmp_path)
        write(gateway, SheetChanges(cells={(2, 2): text}))
        cell = worksheet(path)["B2"]
        assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)

    def test_what_a_person_made_of_the_workbook_survives(self, tmp_path: Path) -> None:
        gateway, path = made(tmp_path)
        book = openpyxl.load_workbook(path)
        sheet = book["Companies"]
        sheet["A2"].fill = PatternFill("solid", fgColor="00FFAA00")
        sheet["A1"].font = Font(italic=True)
        sheet.freeze_panes = "C4"
        sheet["E1"] = "my sum"
        sheet["E2"] = "=SUM(F1:F9)"
        book.create_sheet("Mine")["B7"] = "kept"
        book.save(path)
        write(gateway, SheetChanges(cells={(2, 2): "new", (3, 1): "c_2"}, looks=OTHER, fresh=frozenset({3})))
        kept = worksheet(path)
        assert kept["A2"].fill.fgColor.rgb == "00FFAA00"
        assert kept["A1"].font.italic
        assert not kept["A1"].font.bold
        assert kept.freeze_panes == "C4"
        assert kept["E2"].value == "=SUM(F1:F9)"
        assert [v.formula1 for v in kept.data_validations.dataValidation] == ['"PENDING,ACCEPTED"']
        assert worksheet(path, "Mine")["B7"].value == "kept"

    def test_a_formula_without_a_calculated_value_is_not_taken_for_an_empty_cell(self, tmp_path: Path) -> None:
        gateway, path = made(tmp_path)
        book = openpyxl.load_workbook(path)
        book["Companies"]["C2"] = '=IF(1=1,"ACCEPTED","")'
        book["Companies"]["A2"] = ArrayFormula("A2:A2", "=SUM(F1:F3)")
        book.save(path)
        table = read(gateway)
        assert table is not None
        assert table.uncalculated == {(2, 1), (2, 3)}
        assert table.rows[0] == ("", "=1+1", "")

    def test_a_renamed_worksheet_is_found_again(self, tmp_path: Path) -> None:
        gateway, path = made(tmp_path)
        book = openpyxl.load_workbook(path)
        book["Companies"].title = "Leads of June"
        # Spreadsheet programs carry defined names along when a worksheet is renamed; openpyxl does not.
        [name] = book.defined_names.values()
        name.attr_text = "'Leads of June'!$A$1"
        book.save(path)
        write(gateway, SheetChanges(cells={(3, 1): "c_2"}))
        assert openpyxl.load_workbook(path).sheetnames == ["Leads of June"]
        assert worksheet(path, "Leads of June")["A3"].value == "c_2"

    def test_a_worksheet_is_added_to_a_workbook_that_lacks_it(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        book.worksheets[0].title = "Mine"
        book.worksheets[0]["A1"] = "kept"
        book.save(tmp_path / "leads.xlsx")
        gateway = local(tmp_path)
        assert read(gateway) is None
        write(gateway, NEW)
        assert openpyxl.load_workbook(gateway.place).sheetnames == ["Mine", "Companies"]

    def test_the_filter_and_a_persons_table_reach_over_appended_rows(self, tmp_path: Path) -> None:
        gateway, path = made(tmp_path)
        book = openpyxl.load_workbook(path)
        book["Companies"].auto_filter.ref = "A1:C2"
        book["Companies"].add_table(Table(displayName="Leads", ref="A1:C2"))
        book.save(path)
        write(gateway, SheetChanges(cells={(3, 1): "c_2", (4, 1): "c_3"}))
        assert worksheet(path).tables["Leads"].ref == "A1:C4"
        assert worksheet(path).auto_filter.ref == "A1:C4"

    def test_a_new_header_looks_like_its_neighbour(self, tmp_path: Path) -> None:
        gateway, path = made(tmp_path)
        write(gateway, SheetChanges(cells={(1, 4): "notes"}))
        assert worksheet(path)["D1"].font.bold

    def test_merged_cells_in_the_way_are_told_and_nothing_is_written(self, tmp_path: Path) -> None:
        gateway, path = made(tmp_path)
        book = openpyxl.load_workbook(path)
        book["Companies"].merge_cells("A2:B2")
        book.save(path)
        before = path.read_bytes()
        with pytest.raises(SheetError, match=r"leads\.xlsx: the merged cells A2:B2"):
            write(gateway, SheetChanges(cells={(2, 2): "x"}))
        assert path.read_bytes() == before

    @pytest.mark.parametrize(
        ("part", "told"),
        [
            ("xl/media/image1.png", "images"),
            ("xl/slicers/slicer1.xml", "slicers"),
            ("xl/richData/rdrichvalue.xml", "pictures or data types in cells"),
        ],
    )
    def test_a_workbook_that_would_lose_something_is_not_rewritten(self, tmp_path: Path, part: str, told: str) -> None:
        gateway, path = made(tmp_path)
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(part, b"x")
        before = path.read_bytes()
        with pytest.raises(SheetError, match=told):
            write(gateway, SheetChanges(cells={(2, 2): "x"}))
        assert path.read_bytes() == before

    def test_sparklines_are_not_dropped_in_silence(self, tmp_path: Path) -> None:
        gateway, path = made(tmp_path)
        extension = b'<extLst><ext uri="{05C60535-1F16-4FD2-B633-F4F36F0B64E0}"/></extLst></worksheet>'
        out = io.BytesIO()
        with zipfile.ZipFile(path) as archive, zipfile.ZipFile(out, "w") as patched:
            for name in archive.namelist():
                data = archive.read(name)
                is_sheet = name == "xl/worksheets/sheet1.xml"
                patched.writestr(name, data.replace(b"</worksheet>", extension) if is_sheet else data)
        path.write_bytes(out.getvalue())
        assert read(gateway) is not None
        with pytest.raises(SheetError, match="sparklines"):
            write(gateway, SheetChanges(cells={(2, 2): "x"}))
        assert path.read_bytes() == out.getvalue()

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            (b"", "is empty"),
            (b"<html>not found</html>", "not a readable .xlsx"),
            (b"PK\x03\x04 cut off", "not a readable .xlsx"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password-protected"),
        ],
    )
    def test_a_damaged_file_gives_one_line_and_stays_as_it_is(self, tmp_path: Path, content: bytes, told: str) -> None:
        path = tmp_path / "leads.xlsx"
        path.write_bytes(content)
        for attempt in (lambda g: read(g), lambda g: anyio.run(functools.partial(g.write, NEW, read=None))):
            with pytest.raises(SheetError) as caught:
                attempt(local(tmp_path))
            assert told in str(caught.value)
            assert str(path) in str(caught.value)
            assert "\n" not in str(caught.value)
        assert path.read_bytes() == content

    def test_a_half_written_workbook_is_told(self, tmp_path: Path) -> None:
        gateway, path = made(tmp_path)
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
        with pytest.raises(SheetError, match="not a readable"):
            read(gateway)

    def test_a_zip_that_is_no_workbook_is_told(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "leads.xlsx", "w") as archive:
            archive.writestr("readme.txt", "hello")
        with pytest.raises(SheetError, match="not a readable"):
            read(local(tmp_path))

    @pytest.mark.parametrize("title", ["a" * 32, "a/b", "what?", "'quoted'"])
    def test_a_worksheet_name_that_cannot_be_is_a_configuration_error(self, tmp_path: Path, title: str) -> None:
        with pytest.raises(ConfigurationError, match="worksheet"):
            local(tmp_path, worksheet=title)


class SavedMeanwhile(DelimitedText):
    """A person saves the file while ours is being made."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def with_changes(self, data: bytes | None, changes: SheetChanges) -> bytes:
        self._path.write_bytes(b"id,notes\r\nc_1,mine\r\n")
        return super().with_changes(data, changes)


class TestFile:
    def test_what_a_person_saves_while_ours_is_made_is_not_overwritten(self, tmp_path: Path) -> None:
        path = tmp_path / "leads.csv"
        path.write_bytes(b"id\r\nc_1\r\n")
        with pytest.raises(SheetChanged):
            write(LocalFileSheet(path, SavedMeanwhile(path)), SheetChanges(cells={(2, 2): "ours"}))
        assert path.read_bytes() == b"id,notes\r\nc_1,mine\r\n"
        assert list(tmp_path.iterdir()) == [path]

    @pytest.mark.parametrize("name", ["leads.xlsx", "leads.csv"])
    def test_reading_leaves_the_file_untouched(self, tmp_path: Path, name: str) -> None:
        gateway = local(tmp_path, name)
        write(gateway, NEW)
        path = tmp_path / name
        before = path.read_bytes(), path.stat().st_mtime_ns
        read(gateway)
        assert (path.read_bytes(), path.stat().st_mtime_ns) == before
        assert [p.name for p in tmp_path.iterdir()] == [name]

    @pytest.mark.parametrize("name", ["leads.xlsx", "leads.csv"])
    def test_a_file_that_another_program_locks_is_told_and_not_lost(
        self, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gateway = local(tmp_path, name)
        write(gateway, NEW)
        before = (tmp_path / name).read_bytes()

        def refused(source: object, target: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "replace", refused)
        with pytest.raises(SheetError, match="close it where it is open"):
            write(gateway, SheetChanges(cells={(2, 2): "x"}))
        assert (tmp_path / name).read_bytes() == before
        assert [p.name for p in tmp_path.iterdir()] == [name]

    def test_a_read_only_file_is_respected(self, tmp_path: Path) -> None:
        gateway, path = made(tmp_path)
        path.chmod(0o444)
        if os.access(path, os.W_OK):
            pytest.skip("this user may write read-only files")
        with pytest.raises(SheetError, match="read-only"):
            write(gateway, SheetChanges(cells={(2, 2): "x"}))

    def test_the_files_mode_and_a_link_to_it_stay(self, tmp_path: Path) -> None:
        (tmp_path / "real").mkdir()
        _, path = made(tmp_path / "real")
        path.chmod(0o640)
        (tmp_path / "leads.xlsx").symlink_to(path)
        write(local(tmp_path), SheetChanges(cells={(2, 2): "x"}))
        assert (tmp_path / "leads.xlsx").is_symlink()
        assert path.stat().st_mode & 0o777 == 0o640
        assert worksheet(path)["B2"].value == "x"

    def test_a_copy_that_a_killed_run_left_is_swept_up(self, tmp_path: Path) -> None:
        gateway, path = made(tmp_path)
        leftover = tmp_path / ".leads.xlsx.4711.atsp-tmp"
        leftover.write_bytes(b"half")
        other = tmp_path / ".other.xlsx.4711.atsp-tmp"
        other.write_bytes(b"not ours")
        assert read(gateway) is not None
        write(gateway, SheetChanges(cells={(2, 2): "x"}))
        assert sorted(p.name for p in tmp_path.iterdir()) == [other.name, path.name]

    def test_a_folder_in_place_of_the_file_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "leads.xlsx").mkdir()
        with pytest.raises(SheetError, match="it is not a file"):
            read(local(tmp_path))

    @pytest.mark.parametrize("name", ["nowhere/leads.xlsx", "file.txt/leads.csv"])
    def test_a_missing_folder_is_told(self, tmp_path: Path, name: str) -> None:
        (tmp_path / "file.txt").write_text("")
        with pytest.raises(SheetError, match="its folder does not exist"):
            anyio.run(functools.partial(local(tmp_path, name).write, NEW, read=None))

    def test_other_kinds_of_files_are_left_to_plugins(self, tmp_path: Path) -> None:
        assert local_sheet(SheetSettings(file="leads.ods"), tmp_path) is None
        assert local_sheet(SheetSettings(), tmp_path) is None


class TestDelimited:
    def test_delimiter_and_line_ends_stay_as_found(self, tmp_path: Path) -> None:
        path = tmp_path / "leads.csv"
        path.write_bytes(b'id;"a, b, c";notes\nc_1;x;"y;z"\n')
        write(local(tmp_path, "leads.csv"), SheetChanges(cells={(3, 1): "c_2", (3, 3): "n"}))
        assert path.read_bytes() == b'\xef\xbb\xbfid;a, b, c;notes\nc_1;x;"y;z"\nc_2;;n\n'

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
    def test_every_encoding_in_which_excel_saves_is_read(self, tmp_path: Path, encoding: str) -> None:
        (tmp_path / "leads.csv").write_bytes("id,company\r\nc_1,Ñandú\r\n".encode(encoding))
        table = read(local(tmp_path, "leads.csv"))
        assert table is not None
        assert table.rows == (("c_1", "Ñandú"),)

    def test_what_would_be_evaluated_is_marked_in_the_file_but_not_in_what_is_read(self, tmp_path: Path) -> None:
        gateway = local(tmp_path, "leads.csv")
        write(gateway, NEW)
        assert b"c_1,'=1+1,PENDING" in (tmp_path / "leads.csv").read_bytes()
        table = read(gateway)
        assert table is not None
        assert table.cell(0, 1) == "=1+1"

    def test_what_a_person_typed_stays_as_they_typed_it(self, tmp_path: Path) -> None:
        path = tmp_path / "leads.csv"
        path.write_bytes(b"id,notes\r\nc_1,=A1\r\n")
        write(local(tmp_path, "leads.csv"), SheetChanges(cells={(3, 1): "c_2"}))
        assert b"c_1,=A1\r\n" in path.read_bytes()

    def test_an_empty_file_is_an_empty_sheet(self, tmp_path: Path) -> None:
        (tmp_path / "leads.csv").write_bytes(b"")
        gateway = local(tmp_path, "leads.csv")
        assert read(gateway) is not None
        write(gateway, NEW)
        assert (tmp_path / "leads.csv").read_bytes().startswith(b"\xef\xbb\xbfid,why,resolution")

    @pytest.mark.parametrize("end", ["c_2,Sur", "c_2", 'c_2,"Sur"'])
    def test_a_file_that_ends_in_the_middle_of_a_row_was_cut(self, tmp_path: Path, end: str) -> None:
        path = tmp_path / "leads.csv"
        path.write_bytes(f"id,company,notes\r\nc_1,Norte,call Ada\r\n{end}".encode())
        with pytest.raises(SheetError, match="it ends in the middle of row 3"):
            read(local(tmp_path, "leads.csv"))
        path.write_bytes(f"id,company,notes\r\nc_1,Norte,call Ada\r\n{end}\r\n".encode())
        table = read(local(tmp_path, "leads.csv"))
        assert table is not None
        assert table.at(3, 1) == "c_2"

    def test_a_quoted_cell_that_does_not_end_is_told(self, tmp_path: Path) -> None:
        content = b'id,notes\r\nc_1,"open\r\nc_2,x\r\n'
        (tmp_path / "leads.csv").write_bytes(content)
        with pytest.raises(SheetError, match="not a readable table"):
            read(local(tmp_path, "leads.csv"))
        assert (tmp_path / "leads.csv").read_bytes() == content


class TestRunnersOverFiles:
    """The sync and the feedback runner, with a real file between them and a person."""

    def runs(self, store: MemoryStore, gateway: LocalFileSheet) -> tuple[RunnerReport, RunnerReport]:
        settings, clock, log = SheetSettings(file="leads"), FakeClock(NOW), RecordingLog()
        synced = anyio.run(SheetsSyncRunner(store, gateway, clock, log, settings).run_once)
        feedback = FeedbackRunner(store, gateway, clock, log, settings, FeedbackSettings())
        return synced, anyio.run(feedback.run_once)

    @pytest.mark.parametrize("name", ["leads.xlsx", "leads.csv"])
    def test_hostile_companies_go_in_decisions_come_back_and_then_the_file_rests(
        self, tmp_path: Path, name: str
    ) -> None:
        store, gateway, path = MemoryStore(), local(tmp_path, name), tmp_path / name
        names = ["Norte", "=HYPERLINK(1)", "+Sur", "'=Este", "@Oeste", "-1 💻 عربي", "_x0041_ SL"]
        for company_name in names:
            store_company(store, company_name, why="x" * 60_000)
        synced, _ = self.runs(store, gateway)
        assert synced.counters["added"] == len(names)
        table = read(gateway)
        assert table is not None
        company, resolution = table.header.index("company"), table.header.index("resolution")
        assert sorted(cells[company] for cells in table.rows) == sorted(names)
        row = next(n for n, cells in enumerate(table.rows) if cells[company] == "'=Este")
        write(gateway, SheetChanges(cells={(row + 2, resolution + 1): "rechazado"}))
        _, feedback = self.runs(store, gateway)
        assert feedback.counters["decisions"] == 1
        with store.read() as work:
            decided = {s.company.name for s in work.reports.companies() if s.company.resolution.ends_work}
        assert decided == {"'=Este"}
        before, changes = (path.read_bytes(), path.stat().st_mtime_ns), store.changes
        synced, feedback = self.runs(store, gateway)
        assert (path.read_bytes(), path.stat().st_mtime_ns) == before
        assert store.changes == changes
        assert (synced.counters["unchanged"], feedback.counters["applied"]) == (len(names), 0)

    def test_a_total_below_the_rows_stays_a_formula_when_rows_are_added(self, tmp_path: Path) -> None:
        store, gateway, path = MemoryStore(), local(tmp_path), tmp_path / "leads.xlsx"
        store_company(store, "Norte", 9.0)
        self.runs(store, gateway)
        book = openpyxl.load_workbook(path)
        sheet = book["Companies"]
        column = [cell.value for cell in sheet[1]].index("score") + 1
        sheet.cell(3, column).value = "=SUM(E2:E2)"  # saved by a program that calculates nothing, as ours
        book.save(path)
        store_company(store, "Sur", 6.0)
        self.runs(store, gateway)
        kept = worksheet(path)
        assert kept.cell(3, column).value == "=SUM(E2:E2)"
        assert kept.cell(4, column).value == 6

    @pytest.mark.parametrize("name", ["leads.xlsx", "leads.csv"])
    def test_a_file_that_is_damaged_between_two_runs_loses_no_decision(self, tmp_path: Path, name: str) -> None:
        store, gateway, path = MemoryStore(), local(tmp_path, name), tmp_path / name
        of = store_company(store, "Norte")
        self.runs(store, gateway)
        with store.write() as work:
            work.companies.save([of.resolved(Resolution.ACCEPTED, NOW)])
        path.write_bytes(b'id,"cut')
        for report in self.runs(store, gateway):
            assert report.status is RunStatus.PARTIAL
            assert name in report.failures[0].detail
        path.unlink()
        self.runs(store, gateway)
        table = read(gateway)
        assert table is not None
        assert table.rows[0][table.header.index("resolution")] == "ACCEPTED"
        with store.read() as work:
            assert work.companies.get(of.id) == of.resolved(Resolution.ACCEPTED, NOW)
