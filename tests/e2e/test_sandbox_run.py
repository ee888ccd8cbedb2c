"""The whole pipeline as a newcomer meets it: the installed command against the world on loopback."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest
from tests.e2e.program import STATUS_OF_DAY, atsp, columns, differences, run_json, sandbox, tables

from ats_adapters.sandbox.world import World

FOLDER = "atsp-sandbox"


@pytest.fixture(scope="module")
def after_one_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A sandbox after its first run, and what the run printed."""
    folder = tmp_path_factory.mktemp("newcomer") / FOLDER
    done = sandbox(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder, done.stdout


def companies(folder: Path) -> list[dict]:  # type: ignore[type-arg]
    done = atsp("companies", "--all", "--json", "--config", str(folder / "atsp.toml"), cwd=folder)
    assert done.returncode == 0, done.stderr
    found: list[dict] = json.loads(done.stdout)  # type: ignore[type-arg]
    return found


def test_the_first_run_ends_with_a_ranked_and_explained_table(after_one_run: tuple[Path, str]) -> None:
    folder, printed = after_one_run
    ranked = [c for c in companies(folder) if c["metrics"] and c["metrics"]["open_offers"]]
    assert len(ranked) >= 25
    scores = [c["metrics"]["best_score"] for c in ranked]
    assert scores == sorted(scores, reverse=True)
    assert len({c["metrics"]["label"] for c in ranked}) >= 3
    for company in ranked[:10]:
        assert company["metrics"]["top_category"]
        assert company["metrics"]["why"]
        assert company["name"][:12] in printed
    assert "what next" in printed


def test_the_database_holds_every_board_of_the_world_and_no_other(after_one_run: tuple[Path, str]) -> None:
    folder, _ = after_one_run
    found = {
        (s["provider"], s["region"], s["board"]): c["name"]
        for c in companies(folder)
        for s in c["sources"]
        if s["status"] == "active"
    }
    assert found.keys() == {board for boards in World(1).truth().values() for board in boards or ()}


def test_a_second_run_changes_nothing_and_scores_nothing(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    run_json(folder)
    before = tables(folder / "atsp.db")
    sheet_before = (folder / "leads.xlsx").read_bytes()
    run_json(folder)  # the first feedback read has written its status by now
    settled = (folder / "leads.xlsx").read_bytes()
    summary = run_json(folder)
    assert tables(folder / "atsp.db") == before
    assert (folder / "leads.xlsx").read_bytes() == settled == sheet_before
    ingestion = next(r for r in summary["runners"] if r["runner"] == "ingestion")
    assert ingestion["counters"]["boards"] > 25
    assert ingestion["counters"]["scored"] == 0
    assert ingestion["counters"]["offers_new"] == 0
    assert ingestion["counters"]["offers_changed"] == 0


def test_two_fresh_runs_give_the_same_database(after_one_run: tuple[Path, str], tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    run_json(folder)
    assert differences(after_one_run[0] / "atsp.db", folder / "atsp.db") == []


def test_why_shows_points_that_add_up_to_the_score(after_one_run: tuple[Path, str]) -> None:
    folder, _ = after_one_run
    best = companies(folder)[0]
    shown = atsp("why", best["name"], "--json", "--config", "atsp.toml", cwd=folder)
    assert shown.returncode == 0, shown.stderr
    evidence = json.loads(shown.stdout)
    scored = [o["scored"] for o in evidence["offers"] if o["scored"] and o["scored"]["hits"]]
    assert scored
    for match in scored:
        assert round(sum(part["points"] for part in (*match["hits"], *match["synergies"])), 1) == match["score"]
        assert all("[[" in hit["snippet"] for hit in match["hits"])
    assert any(match["synergies"] for match in scored)
    told = atsp("why", best["id"], cwd=folder)
    assert told.returncode == 0, told.stderr
    assert best["name"] in told.stdout
    assert "(together)" in told.stdout
    language = next(o["language"] for o in evidence["offers"] if o["scored"] and o["scored"]["hits"])
    assert language is not None
    assert f", in {language}" in told.stdout
    assert _sums(told.stdout) == [match["score"] for match in scored[: len(_sums(told.stdout))]] != []


def _sums(told: str) -> list[float]:
    """What `atsp why` says that each offer's points come to; they are added up again."""
    sums, running = [], 0.0
    for line in told.splitlines():
        head, rest = line[:6].strip(), line[6:8]
        if head.startswith(("+", "-")) and head[1:].replace(".", "").isdigit():  # not a snippet's list item
            running += float(head)
        elif running and rest == "  " and head.replace(".", "").isdigit():
            assert round(running, 1) == float(head)
            sums.append(float(head))
            running = 0.0
    return sums


@pytest.mark.parametrize("command", [["status"], ["sources"], ["runs"], ["runs", "show"], ["companies"], ["plugins"]])
def test_every_reading_command_speaks_to_people_and_to_programs(
    after_one_run: tuple[Path, str], command: list[str]
) -> None:
    folder, _ = after_one_run
    told = atsp(*command, cwd=folder)
    assert told.returncode == 0, told.stderr
    assert told.stdout.strip()
    spoken = atsp(*command, "--json", cwd=folder)
    assert spoken.returncode == 0, spoken.stderr
    assert json.loads(spoken.stdout)


def test_a_decision_in_the_sheet_is_applied_and_the_next_day_moves_on(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    run_json(folder)
    workbook = openpyxl.load_workbook(folder / "leads.xlsx")
    sheet = workbook["Companies"]
    header = columns(sheet)
    company_id = sheet.cell(2, header["id"]).value
    sheet.cell(2, header["resolution"]).value = "REJECTED"
    sheet.cell(3, header["resolution"]).value = "perhaps"
    workbook.save(folder / "leads.xlsx")

    summary = run_json(folder, "--day", "2", status=STATUS_OF_DAY[2])

    by_id = {c["id"]: c for c in companies(folder)}
    assert by_id[company_id]["resolution"] == "REJECTED"
    assert "applied" in str(
        openpyxl.load_workbook(folder / "leads.xlsx")["Companies"].cell(2, header["feedback status"]).value
    )
    ingestion = next(r for r in summary["runners"] if r["runner"] == "ingestion")["counters"]
    assert ingestion["offers_new"] > 0
    assert ingestion["offers_closed"] > 0
    swept = run_json(folder, "--only", "ingestion")["runners"][0]["counters"]["sources_due"]
    gone = ingestion["failed_not_found"]  # not asked for again on the same day
    assert swept == ingestion["sources_due"] - gone - len(by_id[company_id]["sources"])


def test_a_dry_run_keeps_nothing(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    run_json(folder)
    before, sheet = tables(folder / "atsp.db"), (folder / "leads.xlsx").read_bytes()
    done = sandbox(folder, "--day", "2", "--dry-run")
    assert done.returncode == STATUS_OF_DAY[2], done.stdout + done.stderr
    assert tables(folder / "atsp.db") == before
    assert (folder / "leads.xlsx").read_bytes() == sheet


def test_a_dry_run_in_a_fresh_folder_shows_the_whole_run_and_leaves_neither_database_nor_sheet(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    done = sandbox(folder, "--dry-run", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    runners = {r["runner"]: r for r in json.loads(done.stdout)["runners"]}
    assert {r["status"] for r in runners.values()} == {"completed"}
    assert runners["feedback"]["counters"]["rows"] == runners["sheets_sync"]["counters"]["added"] > 25
    assert {path.name for path in folder.iterdir()} <= {"atsp.toml", "companies.csv", "day.txt"}


def test_a_board_that_is_to_be_rechecked_is_looked_at_by_the_next_run(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    run_json(folder)
    board = next(s for c in companies(folder) for s in c["sources"] if s["status"] == "active")
    assert atsp("sources", "recheck", board["id"], cwd=folder).returncode == 0
    (discovery,) = run_json(folder, "--only", "discovery")["runners"]
    assert discovery["counters"]["looked"] == 1


def test_what_the_database_holds_cannot_command_the_terminal(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    run_json(folder, "--only", "directory")
    company = companies(folder)[0]["id"]
    with closing(sqlite3.connect(folder / "atsp.db")) as database, database:
        database.execute("UPDATE companies SET name = ?1, website = ?1 WHERE id = ?2", ("a\x1b[2Jb\n\x9bc", company))
    for command in (["why", company], ["companies", "--all"]):
        shown = atsp(*command, cwd=folder)
        assert shown.returncode == 0, shown.stderr
        assert "a [2Jb c" in shown.stdout
        assert not {"\x1b", "\x9b"} & set(shown.stdout)
