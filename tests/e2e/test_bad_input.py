"""Bad input: one clear line, the right exit status, nothing lost, never a traceback."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest
from tests.e2e.program import atsp, run_json, sandbox, tables

NOWHERE = '[http]\nconnect_to = {"*" = "http://127.0.0.1:9"}\nmax_tries = 1\n'
LISTS = '[[directories]]\nkind = "csv"\npath = "companies.csv"\n'


def expect_refusal(done: subprocess.CompletedProcess[str], status: int, *said: str) -> None:
    """The command ended with *status* and one line on stderr that says all of this."""
    assert "Traceback" not in done.stderr + done.stdout
    assert done.returncode == status, done.stderr + done.stdout
    lines = [line for line in done.stderr.strip().splitlines() if not line.startswith("{")]
    assert len(lines) == 1, done.stderr
    for text in said:
        assert text in lines[0]


def project(folder: Path, config: str, companies: str = "name,website\nAcme,acme.example\n") -> Path:
    (folder / "atsp.toml").write_text(config)
    (folder / "companies.csv").write_text(companies)
    return folder


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sandbox after one run."""
    folder = tmp_path_factory.mktemp("ready") / "atsp-sandbox"
    run_json(folder)
    return folder


@pytest.fixture
def world(ready: Path, tmp_path: Path) -> Path:
    """A copy of a sandbox after one run."""
    return Path(shutil.copytree(ready, tmp_path / "atsp-sandbox"))


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("[ingestion]\nspeed = 3", ("atsp.toml [ingestion]", "'speed'", "accepted: interval")),
        ("[ingestion]\ninterval = 'soon'", ("interval = 'soon'", "90s")),
        ("[providers.tever]\nenabled = true", ("[providers.tever]", "installed: ", "lever")),
        ("[scoring]\ncatalog = 'astrology'", ("'astrology'", "international-payments")),
        ('[[directories]]\nkind = "gopher"\npath = "x"', ("'gopher'", "csv")),
        ("[sheets]\nfile = 'leads.docx'", ("leads.docx", ".xlsx")),
        ("[[[", ("not valid TOML",)),
    ],
)
def test_a_wrong_configuration_is_exit_status_2(tmp_path: Path, config: str, said: tuple[str, ...]) -> None:
    done = atsp("run", cwd=project(tmp_path, config))
    expect_refusal(done, 2, *said)


def test_without_a_configuration_the_reader_is_told_what_to_type(tmp_path: Path) -> None:
    done = atsp("run", cwd=tmp_path)
    assert done.returncode == 2
    assert "atsp init" in done.stderr
    assert not (tmp_path / "atsp.db").exists()


def test_init_never_writes_over_anything(tmp_path: Path) -> None:
    assert atsp("init", cwd=tmp_path).returncode == 0
    (tmp_path / "atsp.toml").write_text("# mine")
    expect_refusal(atsp("init", cwd=tmp_path), 2, "atsp.toml", "there already")
    assert (tmp_path / "atsp.toml").read_text() == "# mine"


def test_what_init_writes_is_valid_and_runs(tmp_path: Path) -> None:
    assert atsp("init", cwd=tmp_path).returncode == 0
    done = atsp("run", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr + done.stdout


@pytest.mark.parametrize("command", ["status", "companies", "sources", "runs"])
def test_reading_without_a_database_says_what_to_do_first(tmp_path: Path, command: str) -> None:
    expect_refusal(atsp(command, cwd=tmp_path), 1, "atsp.db", "atsp run")
    assert not (tmp_path / "atsp.db").exists()


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "atsp.db").write_text("my diary\n" * 500)
    expect_refusal(atsp("run", cwd=project(tmp_path, LISTS)), 1, "atsp.db")
    assert (tmp_path / "atsp.db").read_text() == "my diary\n" * 500


def test_somebody_elses_database_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "atsp.db") as connection:
        connection.execute("CREATE TABLE diary (line TEXT)")
        connection.execute("INSERT INTO diary VALUES ('dear diary')")
    connection.close()
    before = (tmp_path / "atsp.db").read_bytes()
    expect_refusal(atsp("run", cwd=project(tmp_path, LISTS)), 1, "atsp.db")
    assert (tmp_path / "atsp.db").read_bytes() == before


def test_a_database_of_a_newer_program_is_left_alone(world: Path) -> None:
    with sqlite3.connect(world / "atsp.db") as connection:
        (table,) = connection.execute("SELECT name FROM sqlite_master WHERE name LIKE '%migrations%'").fetchone()
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info([{table}])")]
        newest = dict(zip(columns, connection.execute(f"SELECT * FROM [{table}]").fetchall()[-1], strict=True))
        newest |= {"name": "9999_from_the_future", "id": 9999}
        newest = {column: newest[column] for column in columns}
        holes = ", ".join("?" * len(columns))
        connection.execute(f"INSERT INTO [{table}] VALUES ({holes})", list(newest.values()))
    connection.close()
    before = tables(world / "atsp.db")
    expect_refusal(atsp("status", cwd=world), 1, "atsp.db", "newer")
    assert tables(world / "atsp.db") == before


def test_a_folder_in_place_of_the_database(tmp_path: Path) -> None:
    (tmp_path / "atsp.db").mkdir()
    expect_refusal(atsp("run", cwd=project(tmp_path, LISTS)), 1, "atsp.db")


@pytest.mark.parametrize(
    ("companies", "said", "kept"),
    [
        (None, "companies.csv", 0),
        ("", "companies.csv", 0),
        ("colour,size\nred,1\n", "name", 0),
        ('name,website\nAcme,acme.example\nBolt,bolt.example\n"Half', "line", 2),
    ],
)
def test_an_unreadable_or_half_written_list_is_recorded_and_what_was_read_stands(
    tmp_path: Path, companies: str | None, said: str, kept: int
) -> None:
    project(tmp_path, LISTS + NOWHERE, companies or "")
    if companies is None:
        (tmp_path / "companies.csv").unlink()
    done = atsp("run", "--only", "directory", "--json", cwd=tmp_path)
    assert done.returncode == 4, done.stderr
    (report,) = json.loads(done.stdout)["runners"]
    assert report["status"] == "partial"
    assert said in report["failures"][0]["detail"]
    assert "\n" not in report["failures"][0]["detail"]
    assert len(tables(tmp_path / "atsp.db")["companies"]) == kept


def test_a_sandbox_is_not_run_without_its_world(world: Path) -> None:
    expect_refusal(atsp("run", cwd=world), 2, "atsp.toml", "--sandbox")


def test_a_list_that_became_unreadable_loses_no_company(world: Path) -> None:
    (world / "day.txt").unlink()
    before = tables(world / "atsp.db")
    (world / "companies.csv").write_bytes(b"\xff\xfe\x00")
    done = atsp("run", "--only", "directory", cwd=world)
    assert done.returncode == 4
    after = tables(world / "atsp.db")
    assert after.pop("directories") != before.pop("directories"), "that it could not be read"
    assert after == before


def test_without_a_network_everything_is_recorded_and_nothing_is_lost(world: Path) -> None:
    before = tables(world / "atsp.db")
    (world / "day.txt").unlink()  # what tells a sandbox; its configuration leads nowhere unless it is served
    done = atsp("run", "--json", cwd=world)
    assert done.returncode == 4, done.stderr
    assert "Traceback" not in done.stderr
    summary = {report["runner"]: report for report in json.loads(done.stdout)["runners"]}
    assert summary["ingestion"]["counters"]["failed_network"] > 0
    after = tables(world / "atsp.db")
    for name in ("companies", "offers", "matches", "company_metrics", "company_signals"):
        assert len(after[name]) == len(before[name])


@pytest.mark.parametrize("kind", ["html", "invalid-json", "wrong-shape", "truncated", "500", "429-seconds", "reset"])
def test_vendors_that_misbehave_lose_nothing_and_the_quiet_run_after_them_is_whole(
    ready: Path, tmp_path: Path, kind: str
) -> None:
    folder = tmp_path / "atsp-sandbox"
    done = sandbox(folder, "--misbehave", kind, "--json")
    assert done.returncode in (0, 4), done.stderr
    assert "Traceback" not in done.stderr
    failures = [f for report in json.loads(done.stdout)["runners"] for f in report["failures"]]
    assert bool(failures) == (done.returncode == 4)
    assert all(failure["kind"] and "\n" not in failure["detail"] for failure in failures)
    again = sandbox(folder, "--misbehave", kind, "--day", "2", "--json")
    assert again.returncode in (0, 4), again.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["why", "nobody at all"], "no company is called"),
        (["runs", "show", "999"], "no run 999"),
        (["sources", "pause", "lever:nobody"], "no source is called"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(ready: Path, arguments: list[str], said: str) -> None:
    expect_refusal(atsp(*arguments, cwd=ready), 2, said)


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "--only", "dance"],
        ["run", "--every", "often"],
        ["run", "--every", ""],
        ["run", "--only", ""],
        ["run", "--loop", "sheets", "--only", "ingestion"],
        ["runs", "show", "9" * 20],
        ["runs", "--limit", "9" * 20],
        ["sources", "pause", "lever", "--for", "99999999d"],
        ["run", "--day", "2"],
        ["companies", "--limit", "0"],
        ["sing"],
    ],
)
def test_wrong_usage_is_exit_status_2(tmp_path: Path, arguments: list[str]) -> None:
    done = atsp(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())
