"""The installed command against Google Sheets on loopback: what arrives, and that no trouble stops anything else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from tests.e2e.desk import Desk, runner
from tests.e2e.program import atsp
from tests.servers.sheets_api import Worksheet
from tests.servers.sheets_http import (
    KEY,
    ROBOT,
    TOKEN,
    SheetsServer,
    cut,
    half_of_the_rows,
    key_pair,
    lose,
    refuse,
    service_account,
    sheets_server,
    slow,
)
from tests.servers.threads import running
from tests.servers.vendors import VendorServer

from ats_adapters.sandbox import World

#: Company names that strangers might put in a list.
HOSTILE = (
    '=HYPERLINK("http://evil.example","Norte")',
    "+34 600 000 000",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "\u202eetroN \x07\x1b[31mSL",
    "Emoji 👩‍👩‍👧 عربي SL",
    "Larga " + "x" * 60_000,
)


@pytest.fixture(scope="module")
def world() -> World:
    return World.crowd(companies=16, postings=96, seed=2, text=0)


@pytest.fixture(scope="module")
def vendors(world: World) -> Iterator[VendorServer]:
    with running(VendorServer(world)) as server:
        yield server


@pytest.fixture(scope="module")
def ingested(world: World, vendors: VendorServer, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A folder in which everything was read once, without a sheet."""
    desk = Desk.before(tmp_path_factory.mktemp("desks") / "ingested", world)
    lines = (desk.folder / "companies.csv").read_text(encoding="utf-8").splitlines()
    head, names = lines[0], iter(HOSTILE)
    replaced = [head]
    for line in lines[1:]:
        name = next(names, None)
        rest = line.split(",", 1)[1] if not line.startswith('"') else re.sub(r'^"(?:[^"]|"")*",', "", line)
        quoted = None if name is None else '"' + name.replace('"', '""') + '"'
        replaced.append(line if quoted is None else f"{quoted},{rest}")
    (desk.folder / "companies.csv").write_text("\n".join([*replaced, ""]), encoding="utf-8")
    desk.configure(vendors.url)
    desk.run("--loop", "ingest", status=(0, 4))
    return desk


@frozen
class Office:
    """A folder of the program's that was read once, and Google beside it."""

    desk: Desk
    google: SheetsServer
    environment: dict[str, str]

    def run(self, *arguments: str, status: int = 0, env: Mapping[str, str] | None = None) -> dict[str, Any]:
        """The summary of a run, which must end with *status* and say no secret."""
        done = atsp("run", "--json", *arguments, cwd=self.desk.folder, env={**self.environment, **(env or {})})
        assert done.returncode == status, done.stderr + done.stdout
        private, _ = key_pair()
        for secret in (TOKEN, "PRIVATE KEY", private.splitlines()[3]):
            assert secret not in done.stderr + done.stdout
        summary: dict[str, Any] = json.loads(done.stdout)
        return summary

    @property
    def tab(self) -> Worksheet:
        return self.google.api.books[KEY].tab("Companies")

    def trouble(self, summary: Mapping[str, Any]) -> str:
        """What the sync says of its failure, if it did."""
        return " ".join(failure["detail"] for failure in runner(summary, "sheets_sync")["failures"])


@pytest.fixture
def office(ingested: Desk, vendors: VendorServer, tmp_path: Path) -> Iterator[Office]:
    desk = ingested.copy(tmp_path / "office")
    with sheets_server() as google:
        (desk.folder / "key.json").write_text(json.dumps(service_account()), encoding="utf-8")
        (desk.folder / "atsp.toml").write_text(
            f"""
[[directories]]
kind = "csv"
path = "companies.csv"

[http]
timeout = "1s"
max_tries = 2

[http.connect_to]
"*" = "{vendors.url}"
"sheets.googleapis.com" = "{google.url}"
"oauth2.googleapis.com" = "{google.url}"

[ingestion]
interval = "0s"

[sheets]
spreadsheet_id = "https://docs.google.com/spreadsheets/d/{KEY}/edit"
""",
            encoding="utf-8",
        )
        keys = {"GOOGLE_APPLICATION_CREDENTIALS": str(desk.folder / "key.json"), "GOOGLE_SERVICE_ACCOUNT_JSON": ""}
        yield Office(desk, google, keys)


def test_companies_arrive_and_what_is_unchanged_takes_three_requests_with_the_token(office: Office) -> None:
    first = office.run("--only", "sheets_sync")
    added = runner(first, "sheets_sync")["counters"]["added"]
    assert added > 5
    assert len(office.tab.lines) == added + 1
    office.google.requests.clear()
    again = office.run("--only", "sheets_sync")
    assert runner(again, "sheets_sync")["counters"]["cells_written"] == 0
    hosts = [host for host, _ in office.google.requests]
    assert sorted(hosts) == ["oauth2.googleapis.com", "sheets.googleapis.com", "sheets.googleapis.com"]


def test_a_key_in_the_environment_does_as_well_as_a_file(office: Office) -> None:
    keys = {"GOOGLE_SERVICE_ACCOUNT_JSON": json.dumps(service_account()), "GOOGLE_APPLICATION_CREDENTIALS": "nowhere"}
    assert runner(office.run("--only", "sheets_sync", env=keys), "sheets_sync")["counters"]["added"] > 5


def test_hostile_names_arrive_as_text_without_control_characters_and_cut(office: Office) -> None:
    office.run("--only", "sheets_sync")
    column = office.tab.column("company")
    cells = [line[column - 1] for line in office.tab.lines[1:]]
    names = {name for (name,) in office.desk.rows("SELECT name FROM companies JOIN company_metrics ON company_id = id")}
    assert all(isinstance(cell, str) for cell in cells)
    assert {str(cell) for cell in cells} == names
    told = "".join(str(cell) for line in office.tab.lines for cell in line)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", told)
    assert sum(name[:1] in "=+-@" for name in names) >= 2


def test_a_decision_made_in_the_spreadsheet_is_applied_and_confirmed(office: Office) -> None:
    office.run("--only", "sheets_sync")
    company = office.tab.cell(2, office.tab.column("id"))
    office.tab.type(2, office.tab.column("resolution"), "rechazado")
    office.run("--loop", "sheets")
    [(resolution,)] = office.desk.rows("SELECT resolution FROM companies WHERE id = ?", company)
    assert resolution == "REJECTED"
    assert office.tab.cell(2, office.tab.column("feedback status")).startswith("applied ")
    assert office.tab.cell(2, office.tab.column("resolution")) == "rechazado"


@pytest.mark.parametrize(
    ("fault", "call"), [(refuse(429), 0), (refuse(503), 1), (lose, 1), (cut, 1)], ids=["429", "503", "lost", "cut"]
)
def test_a_fault_that_passes_loses_and_doubles_nothing(office: Office, fault: Any, call: int) -> None:
    office.google.faults = [*[None] * call, fault]
    summary = office.run("--only", "sheets_sync")
    added = runner(summary, "sheets_sync")["counters"]["added"]
    ids = [office.tab.cell(row, 1) for row in range(2, len(office.tab.lines) + 1)]
    assert (len(ids), len(set(ids))) == (added, added)


TROUBLE = {
    "down": (refuse(503), "Google Sheets is in trouble (HTTP 503)"),
    "slow": (slow(3.5), "Google did not answer in time"),
    "forbidden": (refuse(403, "The caller does not have permission"), f"share the sheet with {ROBOT} as an editor"),
    "not there": (refuse(404), "there is no such spreadsheet"),
}


@pytest.mark.parametrize(("fault", "said"), TROUBLE.values(), ids=TROUBLE.keys())
def test_a_sheet_in_trouble_stops_nothing_else_and_is_told(office: Office, fault: Any, said: str) -> None:
    office.google.always = fault
    summary = office.run(status=4)
    for name in ("directory", "discovery", "ingestion"):
        assert runner(summary, name)["status"] in ("completed", "partial")
    assert runner(summary, "ingestion")["counters"]["boards"] > 0
    assert said in office.trouble(summary)
    assert runner(summary, "sheets_sync")["status"] == "partial"


def test_credentials_that_are_missing_or_of_no_use_are_told_and_stop_nothing_else(office: Office) -> None:
    summary = office.run("--loop", "sheets", env={"GOOGLE_APPLICATION_CREDENTIALS": ""}, status=4)
    assert "no credentials for Google Sheets; set GOOGLE_APPLICATION_CREDENTIALS or" in office.trouble(summary)
    broken = json.dumps({**service_account(), "private_key": "-----BEGIN PRIVATE KEY-----\nMIIsecret\n"})
    summary = office.run("--loop", "sheets", env={"GOOGLE_SERVICE_ACCOUNT_JSON": broken}, status=4)
    assert "the service account's key is damaged" in office.trouble(summary)
    assert "MIIsecret" not in json.dumps(summary)


def test_without_a_sheet_the_runners_are_skipped_and_the_run_is_whole(office: Office) -> None:
    config = office.desk.folder / "atsp.toml"
    config.write_text(config.read_text(encoding="utf-8").replace("spreadsheet_id", "# spreadsheet_id"))
    summary = office.run("--loop", "sheets")
    assert runner(summary, "sheets_sync")["status"] == "skipped"


def test_half_of_the_rows_read_double_no_row_and_decide_nothing(office: Office) -> None:
    office.run("--loop", "sheets")
    ids = [office.tab.cell(row, 1) for row in range(2, len(office.tab.lines) + 1)]
    for row in range(2, len(office.tab.lines) + 1):
        office.tab.type(row, office.tab.column("resolution"), "ACCEPTED")
    office.google.always = half_of_the_rows
    summary = office.run("--loop", "sheets", status=4)
    assert "somebody edited the sheet each of the 3 times" in office.trouble(summary)
    assert "the read is not whole" in runner(summary, "feedback")["failures"][0]["detail"]
    assert office.desk.rows("SELECT count(*) FROM companies WHERE resolution = 'ACCEPTED'") == [(0,)]
    assert [office.tab.cell(row, 1) for row in range(2, len(office.tab.lines) + 1)] == ids
