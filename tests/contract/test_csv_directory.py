"""CSV lists as people and programs write them, and as they should not be."""

from __future__ import annotations

import csv
import io
import os
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ats_adapters.directories.csv_list import CsvFormat
from ats_adapters.directories.files import FileDirectory
from ats_adapters.directories.kinds import made_of
from ats_core.domain.company import ListedCompany
from ats_core.domain.offer import RejectedRecord
from ats_core.errors import ConfigurationError, DirectoryError
from ats_core.ports import DirectorySource, DirectoryView
from ats_core.settings import DirectorySettings
from ats_core.testing.directories import DirectorySourceSuite, read_whole
from ats_core.testing.vendor_http import FakeVendorHttp, recorded


class TestCsvDirectory(DirectorySourceSuite):
    def make_source(self, folder: Path, companies: Sequence[tuple[str, str]]) -> DirectorySource:
        return FileDirectory("list", self.write(folder, companies), CsvFormat())

    def make_broken_source(self, folder: Path, companies: Sequence[tuple[str, str]]) -> DirectorySource | None:
        path = self.write(folder, companies)
        with path.open("a") as file:
            file.write('"Half a comp')
        return FileDirectory("list", path, CsvFormat())

    @staticmethod
    def write(folder: Path, companies: Sequence[tuple[str, str]]) -> Path:
        path = folder / "list.csv"
        with path.open("w", newline="") as file:
            csv.writer(file).writerows([("name", "website"), *companies])
        return path


NO_HTTP = FakeVendorHttp(recorded())
Read = tuple[list[ListedCompany], list[RejectedRecord], DirectoryError | None]


def read(folder: Path, content: str | bytes) -> Read:
    path = folder / "companies.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_whole(FileDirectory("list", path, CsvFormat(), shown_as="companies.csv"))


def named(result: Read) -> list[tuple[str, str | None]]:
    companies, rejected, error = result
    assert (rejected, error) == ([], None)
    return [(c.name, c.website) for c in companies]


ACME = [("Acme", "https://acme.example/")]


@pytest.mark.parametrize(
    "header",
    [
        "name,website", "Name,URL", "COMPANY,Web", "company name,site", "Empresa,Página web", "nombre,sitio web",
        "Razón social,Dominio", " Company_Name ,Home-Page", "organisation,domain", '"name","website"',
        "Denominación social,Página corporativa", "Cliente,Página", "Nombre comercial,Web empresa", "Sociedad,URL web",
        "Account,Website Address", "Account Name,Company Domain", "Business name,Web site", "Cliente,Enlace",
        "Organisation name,Dominio web",
    ],
)  # fmt: skip
def test_columns_are_found_by_their_names(tmp_path: Path, header: str) -> None:
    assert named(read(tmp_path, f"{header}\nAcme,acme.example\n")) == ACME


def test_columns_may_stand_in_any_order_among_others(tmp_path: Path) -> None:
    companies, _, _ = read(tmp_path, "id,Ficha,Web,sector,Empresa\n7,list.example/7,acme.example,IT,Acme\n")
    assert [(c.name, c.website, c.listing_url, c.position) for c in companies] == [
        ("Acme", "https://acme.example/", "https://list.example/7", 2)
    ]


def test_the_companys_name_is_preferred_to_another_name_and_the_first_filled_website_counts(tmp_path: Path) -> None:
    content = "name,company,url,website,domain\nJane,Acme,list.example/acme,,acme.example\n"
    assert named(read(tmp_path, content)) == [("Acme", "https://list.example/acme")]


@pytest.mark.parametrize("header", ["name,website,account,enlace", "account,cliente,nombre,url,pagina"])
def test_a_column_that_may_mean_something_else_counts_only_where_no_plainer_one_is_there(
    tmp_path: Path, header: str
) -> None:
    cells = {"name": "Acme", "nombre": "Acme", "website": "acme.example", "url": "acme.example"}
    row = ",".join(cells.get(column, "12.example") for column in header.split(","))
    assert named(read(tmp_path, f"{header}\n{row}\n")) == ACME


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_found_out(tmp_path: Path, delimiter: str, newline: str) -> None:
    rows = [("name", "website", "a, b; c"), ('Acme, the "best"; or | so', "acme.example", "x")]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=newline).writerows(rows)
    assert named(read(tmp_path, text.getvalue())) == [('Acme, the "best"; or | so', "https://acme.example/")]


def test_the_separator_line_of_spreadsheets_is_passed(tmp_path: Path) -> None:
    companies, _, _ = read(tmp_path, "sep=;\r\nname;website\r\nAcme;acme.example\r\n")
    assert [(c.name, c.position) for c in companies] == [("Acme", 3)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_are_found_out(tmp_path: Path, encoding: str) -> None:
    content = "razón social;página web\nCañón Ibérico, S.L.;cañon.example\n".encode(encoding)
    assert named(read(tmp_path, content)) == [("Cañón Ibérico, S.L.", "https://xn--caon-hqa.example/")]


def test_utf_16_of_either_byte_order_is_read(tmp_path: Path) -> None:
    for encoding, mark in (("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")):
        assert named(read(tmp_path, mark + "name,web\nAcme,acme.example".encode(encoding))) == ACME


def test_a_list_that_was_put_together_from_two_encodings_is_read_line_by_line(tmp_path: Path) -> None:
    content = "name\nCafé\n".encode() + "Peña\n".encode("cp1252") + "Øre\n".encode()
    assert [name for name, _ in named(read(tmp_path, content))] == ["Café", "Peña", "Øre"]


def test_nul_characters_are_dropped(tmp_path: Path) -> None:
    assert named(read(tmp_path, b"na\x00me,website\nAc\x00me,acme.example\n")) == ACME


def test_a_website_or_a_name_may_be_missing(tmp_path: Path) -> None:
    content = "name,website\nAcme,\n,bolt.example\nCog\n"
    assert named(read(tmp_path, content)) == [("Acme", None), ("bolt.example", "https://bolt.example/"), ("Cog", None)]


def test_one_column_is_enough(tmp_path: Path) -> None:
    assert named(read(tmp_path, "domain\nacme.example\n")) == [("acme.example", "https://acme.example/")]
    assert named(read(tmp_path, "Empresa\nAcme\n")) == [("Acme", None)]


def test_a_line_that_names_nobody_is_rejected_with_its_number_and_reason(tmp_path: Path) -> None:
    content = 'name,website,x\n,,ashby\nAcme,acme.example,\n"",nonsense,\n!!!,,\n,linkedin.com/company/x,\n'
    companies, rejected, error = read(tmp_path, content)
    assert [(c.name, c.position) for c in companies] == [("Acme", 3)]
    assert [r.record for r in rejected] == ["line 2", "line 4", "line 5", "line 6"]
    assert all(r.reason for r in rejected)
    assert error is None


def test_a_line_of_delimiters_and_spaces_alone_is_empty_and_not_rejected(tmp_path: Path) -> None:
    assert named(read(tmp_path, "name;website;notes\n;;\n ; ;\nAcme;acme.example;\n;;;;;\n")) == ACME


def test_blank_lines_are_passed_and_lines_are_still_counted(tmp_path: Path) -> None:
    companies, rejected, _ = read(tmp_path, "\n\nname,website\n\nAcme,acme.example\n,\n  \nBolt,bolt.example")
    assert [(c.name, c.position) for c in companies] == [("Acme", 5), ("Bolt", 8)]
    assert rejected == []


def test_duplicate_rows_are_all_given(tmp_path: Path) -> None:
    assert named(read(tmp_path, "name,website\nAcme,acme.example\nAcme,acme.example\n")) == ACME * 2


def test_cells_may_hold_lines_and_quotes(tmp_path: Path) -> None:
    content = 'name,website,notes\n"Acme ""the"" firm",acme.example,"one\ntwo"\nBolt "x" Cog,bolt.example,\n'
    companies, _, _ = read(tmp_path, content)
    assert [(c.name, c.position) for c in companies] == [('Acme "the" firm', 2), ('Bolt "x" Cog', 4)]


def test_a_header_cell_may_hold_lines(tmp_path: Path) -> None:
    companies, _, _ = read(tmp_path, '"company\nname";"web\nsite"\nAcme;acme.example\n')
    assert [(c.name, c.website, c.position) for c in companies] == [("Acme", "https://acme.example/", 4)]


def test_a_row_with_too_many_cells_is_rejected_rather_than_read_askew(tmp_path: Path) -> None:
    companies, rejected, _ = read(tmp_path, "name,website\nAcme, Inc,acme.example\nBolt,bolt.example,,\n")
    assert [c.name for c in companies] == ["Bolt"]
    assert [str(r) for r in rejected] == ["line 2: 3 cells where the header has 2; is a quote missing?"]


def test_a_header_that_comes_again_is_no_company(tmp_path: Path) -> None:
    companies, rejected, _ = read(tmp_path, "name,website\nAcme,\nName,Website\nBolt,\n")
    assert [c.name for c in companies] == ["Acme", "Bolt"]
    assert [r.record for r in rejected] == ["line 3"]


@pytest.mark.parametrize(
    ("cell", "website"),
    [
        ("acme.example acme.test", "https://acme.example/"),
        ("www.acme.example (Spanish)", "https://www.acme.example/"),
        ("info@acme.example", None),
        ("info@acme.example / acme.example", "https://acme.example/"),
        ("n/a", None),
        ("ftp://acme.example", None),
        ("http://[", None),
    ],
)
def test_the_website_is_picked_out_of_a_cell(tmp_path: Path, cell: str, website: str | None) -> None:
    assert named(read(tmp_path, f"name,website\nAcme,{cell}\n")) == [("Acme", website)]


def test_formulas_stay_text(tmp_path: Path) -> None:
    assert named(read(tmp_path, 'name,website\n"=HYPERLINK(""x"")",acme.example\n'))[0][0] == '=HYPERLINK("x")'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("\ufeff\n\n", "is empty"),
        ("colour,size\nred,1\n", "columns found: 'colour', 'size'"),
        ("Acme,acme.example\nBolt,bolt.example\n", "looks like a company"),
        ("acme.example\nbolt.example\n", "put a line such as"),
        (b"PK\x05\x06" + b"\0" * 18, "no column"),
        ("x" * 2_000_000, "header"),
    ],
)
def test_a_file_that_is_no_list_gives_one_clear_line(tmp_path: Path, content: str | bytes, said: str) -> None:
    companies, rejected, error = read(tmp_path, content)
    assert (companies, rejected) == ([], [])
    assert said in str(error)
    assert str(error).startswith("companies.csv")
    assert "\n" not in str(error)


def test_the_accepted_columns_are_named_where_none_is_found(tmp_path: Path) -> None:
    _, _, error = read(tmp_path, "colour\nred\n")
    for word in ("company", "empresa", "website", "dominio"):
        assert word in str(error)


def test_a_spreadsheet_is_told_from_a_csv_file(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    openpyxl.Workbook().save(tmp_path / "book.xlsx")
    _, _, error = read_whole(FileDirectory("list", tmp_path / "book.xlsx", CsvFormat()))
    assert "save it as CSV" in str(error)


def test_a_half_written_last_line_ends_the_list_and_what_stands_before_was_read(tmp_path: Path) -> None:
    companies, _, error = read(tmp_path, 'name,website\nAcme,acme.example\n"Bolt, the\n fir')
    assert [c.name for c in companies] == ["Acme"]
    assert "companies.csv, line 3" in str(error)


def test_a_quote_that_never_closes_in_a_long_file_ends_the_list_within_bounds(tmp_path: Path) -> None:
    body = "".join(f"Company {n},c{n}.example\n" for n in range(100_000))
    companies, rejected, error = read(tmp_path, f'name,website\nAcme,acme.example\n"Bolt,bolt.example\n{body}')
    assert [c.name for c in companies] == ["Acme"]
    assert rejected == []
    assert "line 3" in str(error)


def test_one_huge_cell_costs_its_row_and_no_other(tmp_path: Path) -> None:
    limit = csv.field_size_limit()
    content = (
        f"name,website,notes\nAcme,acme.example,{'x' * 200_000}\nBolt,bolt.example,\nCog,,{'y' * 3_000_000}\nDyno,,\n"
    )
    companies, rejected, error = read(tmp_path, content)
    assert [(c.name, c.position) for c in companies] == [("Bolt", 3), ("Dyno", 5)]
    assert [r.record for r in rejected] == ["line 2", "line 4"]
    assert error is None
    assert csv.field_size_limit() == limit


def test_a_missing_file_a_folder_and_a_forbidden_file_are_one_clear_line_each(tmp_path: Path) -> None:
    for path, said in ((tmp_path / "none.csv", "no such file"), (tmp_path, "is a folder")):
        companies, _, error = read_whole(FileDirectory("list", path, CsvFormat(), shown_as="companies.csv"))
        assert companies == []
        assert said in str(error)
        assert str(error).startswith("companies.csv: ")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read every file")
def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    path = tmp_path / "companies.csv"
    path.write_text("name\nAcme\n")
    path.chmod(0)
    assert "may not be read" in str(read_whole(FileDirectory("list", path, CsvFormat()))[2])


@pytest.mark.slow
def test_many_rows_are_read_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "companies.csv"
    with path.open("w") as file:
        file.write("name,website\n")
        file.writelines(f"Company {n},https://www.company{n}.example/\n" for n in range(30_000))

    async def count() -> int:
        found = 0
        async for page in FileDirectory("list", path, CsvFormat()).pages(DirectoryView()):
            found += len(page.companies)
        return found

    tracemalloc.start()
    try:
        assert anyio.run(count) == 30_000
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


@given(st.binary(max_size=200) | st.text(alphabet='name,website\n"; é\r|\t.', max_size=200).map(str.encode))
def test_whatever_a_file_holds_it_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.getbasetemp()
    first = read(folder, b"name,website\n" + content)
    second = read(folder, b"name,website\n" + content)
    assert first[:2] == second[:2]
    assert str(first[2]) == str(second[2])
    read(folder, content)


# Configuration


def test_a_path_is_relative_to_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "companies.csv").write_text("name\nAcme\n")
    source = made_of(DirectorySettings(kind="csv", path="companies.csv", name="fairs"), NO_HTTP, tmp_path)
    assert source.name == "fairs"
    assert [c.name for c in read_whole(source)[0]] == ["Acme"]
    assert made_of(DirectorySettings(kind="csv", path="companies.csv"), NO_HTTP, tmp_path).name == "companies.csv"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (DirectorySettings(kind="csv"), "path is missing"),
        (DirectorySettings(kind="csv", path=" "), "path is missing"),
        (DirectorySettings(kind="csv", url="ftp://list.example/x.csv"), "url ="),
        (DirectorySettings(kind="csv", path="x.csv", options={"columns": {"nom": "x"}}), "unknown key columns.nom"),
        (DirectorySettings(kind="csv", path="x.csv", options={"columns": {"name": 3}}), "names no column"),
        (DirectorySettings(kind="csv", path="x.csv", options={"columns": "name"}), "is not a table"),
        (DirectorySettings(kind="csv", path="x.csv", options={"delimeter": ";"}), "unknown key: delimeter"),
    ],
)
def test_wrong_settings_are_refused(settings: DirectorySettings, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        made_of(settings, NO_HTTP, Path())
