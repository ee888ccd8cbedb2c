"""What is done to stored offers by the installed command: rescored, re-read, compared, forgotten, asked what is new."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.program import STATUS_OF_DAY, atsp, differences, run_json, short_lease, started, tables, wait_for
from tests.unit.runners.kept_offers import a_company, an_offer, keep

from ats_adapters.catalogs import builtin_catalog
from ats_adapters.sqlite import open_store
from ats_adapters.system.clock import SystemClock
from ats_core.scoring.scorer import Scorer

OTHER = "engineering-growth"


@pytest.fixture(scope="module")
def first_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sandbox") / "atsp-sandbox"
    run_json(folder, "--day", "1")
    return folder


@pytest.fixture
def folder(first_day: Path, tmp_path: Path) -> Path:
    """A sandbox after its first day."""
    target = tmp_path / "atsp-sandbox"
    shutil.copytree(first_day, target)
    return target


def configure(folder: Path, section: str) -> None:
    config = folder / "atsp.toml"
    config.write_text(config.read_text() + f"\n{section}\n")


def choose(folder: Path, catalog: str) -> None:
    """Let the configuration name another catalog."""
    config = folder / "atsp.toml"
    text = "\n".join(line for line in config.read_text().splitlines() if not line.startswith("catalog ="))
    config.write_text(text if "[scoring]" in text else text + "\n[scoring]\n")
    config.write_text(config.read_text().replace("[scoring]", f'[scoring]\ncatalog = "{catalog}"'))


def reading(folder: Path, *arguments: str, status: int = 0) -> Any:
    done = atsp(*arguments, "--json", cwd=folder)
    assert done.returncode == status, done.stderr
    return json.loads(done.stdout)


def counters(summary: dict[str, Any], runner: str) -> dict[str, int]:
    found: dict[str, int] = next(r["counters"] for r in summary["runners"] if r["runner"] == runner)
    return found


def query(folder: Path, statement: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "atsp.db")) as connection, connection:
        return connection.execute(statement).fetchall()


def test_what_is_current_is_not_rescored_and_another_catalog_moves_companies(folder: Path) -> None:
    before = tables(folder / "atsp.db")
    assert "already" in atsp("rescore", cwd=folder).stdout
    assert tables(folder / "atsp.db") == before

    choose(folder, OTHER)
    summary = reading(folder, "rescore", "--limit", "3")
    assert (summary["loop"], summary["status"], summary["exit_status"]) == ("rescore", "completed", 0)
    assert counters(summary, "rescoring")["rescored"] == len(before["offers"])
    assert summary["companies_moved"] > len(summary["moves"]) == 3
    assert summary["moves"][0]["before"]["score"] + summary["moves"][0]["by"] == summary["moves"][0]["after"]["score"]
    newest = reading(folder, "runs", "--limit", "1")[0]
    assert (newest["id"], newest["loop"], newest["runners"][0]["runner"]) == (summary["id"], "rescore", "rescoring")
    assert reading(folder, "rescore")["runners"][0]["status"] == "skipped"


def test_rescoring_and_the_next_ingestion_bring_the_same(folder: Path, tmp_path: Path) -> None:
    choose(folder, OTHER)
    ingested = tmp_path / "other" / "atsp-sandbox"
    shutil.copytree(folder, ingested)
    run_json(ingested, "--day", "1", "--only", "ingestion")
    reading(folder, "rescore")
    assert differences(ingested / "atsp.db", folder / "atsp.db") == []


def test_progress_is_told_in_log_lines_where_there_is_no_terminal(folder: Path) -> None:
    done = atsp("rescore", "--all", cwd=folder)
    told = [json.loads(line) for line in done.stderr.splitlines() if '"event":"rescoring"' in line]
    assert told
    assert told[-1]["done"] == told[-1]["total"] > 0


def test_a_held_lock_is_status_3_and_no_database_status_1(folder: Path, tmp_path: Path) -> None:
    with open_store(folder / "atsp.db", create=False) as store:
        lock = store.lock(SystemClock())
        lease = lock.acquire("ingest", "another run", timedelta(minutes=5))
        done = atsp("rescore", cwd=folder)
        lock.release(lease)
    assert (done.returncode, done.stdout) == (3, "")
    assert "another run" in done.stderr
    assert atsp("rescore", cwd=tmp_path).returncode == 1


def test_stored_records_are_mapped_again_and_what_was_damaged_is_mended(folder: Path) -> None:
    whole = tables(folder / "atsp.db")
    query(folder, "UPDATE offers SET title = 'Damaged', content_hash = '' WHERE rowid % 3 = 0")
    query(folder, "UPDATE offer_payloads SET raw = x'789c030000000001' WHERE rowid = 1")
    (damaged,) = query(folder, "SELECT count(*) FROM offers WHERE title = 'Damaged'")
    query(
        folder, "DELETE FROM offer_payloads WHERE offer_id IN (SELECT id FROM offers WHERE title <> 'Damaged' LIMIT 5)"
    )
    summary = reading(folder, "rescore", "--remap")
    counted = counters(summary, "rescoring")
    assert counted["remapped"] == damaged[0] > 0
    assert 5 <= counted["without_payload"] <= 6
    assert counted["payloads_read"] + counted["without_payload"] == len(whole["offers"])
    after = tables(folder / "atsp.db")
    assert {k: v for k, v in after.items() if k != "offer_payloads"} == {
        k: v for k, v in whole.items() if k != "offer_payloads"
    }


@pytest.mark.slow
def test_a_rescoring_killed_on_its_way_goes_on_where_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "large"
    folder.mkdir()
    (folder / "atsp.toml").write_text("")
    now = SystemClock().now()
    scorer = Scorer(builtin_catalog())
    filler = "We like what we do, and we do it together, every day of the week. " * 30
    with open_store(folder / "atsp.db", create=True) as store:
        for number in range(60):
            source = a_company(store, f"company-{number}", now)
            texts = (f"Treasury analyst {n}\nCurrency hedging, case {n}. {filler}" for n in range(100))
            keep(store, scorer, now, *(an_offer(source, f"{n}", text, now) for n, text in enumerate(texts)))
    choose(folder, OTHER)
    short_lease(folder)
    never = tmp_path / "never killed"
    shutil.copytree(folder, never)
    reading(never, "rescore")

    with started("rescore", cwd=folder) as process:
        assert wait_for(process, "rescoring")
    left = "SELECT count(*) FROM matches WHERE catalog_version NOT LIKE 'engineering-growth@%'"
    ((missing,),) = query(folder, left)
    assert 0 < missing < 6000
    for _ in range(100):
        done = atsp("rescore", "--json", cwd=folder)
        if done.returncode != 3:
            break
    assert done.returncode == 0, done.stderr
    assert counters(json.loads(done.stdout), "rescoring")["rescored"] == missing
    # When it was scored is the wall clock's.
    for table in ("matches", "company_metrics"):
        query(folder, f"UPDATE {table} SET {'scored_at' if table == 'matches' else 'as_of'} = ''")
        query(never, f"UPDATE {table} SET {'scored_at' if table == 'matches' else 'as_of'} = ''")
    assert differences(never / "atsp.db", folder / "atsp.db") == []


def test_what_is_closed_for_long_is_forgotten_and_a_dry_run_only_tells(folder: Path) -> None:
    run_json(folder, "--day", "2", status=STATUS_OF_DAY[2])
    first_seen = "SELECT company_id, category, first_seen_at FROM company_signals ORDER BY 1, 2"
    dates = query(folder, first_seen)
    closed = "SELECT id FROM offers WHERE closed_at < '2026-01-20' ORDER BY id"
    kept = query(folder, closed)
    assert kept
    configure(folder, '[retention]\npayloads = "7d"\nclosed_offers = "90d"')
    with_payload = "SELECT count(*) FROM offer_payloads JOIN offers ON id = offer_id WHERE closed_at < '2026-01-20'"
    before = tables(folder / "atsp.db")
    dry = counters(run_json(folder, "--day", "180", "--dry-run", status=4), "ingestion")
    assert tables(folder / "atsp.db") == before
    counted = counters(run_json(folder, "--day", "180", status=4), "ingestion")
    assert (counted["payloads_dropped"], counted["offers_deleted"]) == (dry["payloads_dropped"], dry["offers_deleted"])
    assert counted["offers_deleted"] > 0
    assert query(folder, with_payload) == [(0,)]
    left = query(folder, closed)
    assert len(kept) - len(left) == counted["offers_deleted"]
    now = {(company, category): at for company, category, at in query(folder, first_seen)}
    assert all(now[company, category] == at for company, category, at in dates if (company, category) in now)
    assert query(folder, "PRAGMA foreign_key_check") == []


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ('closed_offers = "30d"', "closed_offers must be 90d at the least"),
        ('payloads = "soon"', "not a duration"),
        ("payloads = 90", "payloads = 90 is not accepted"),
        ('offers = "90d"', "accepted: payloads, closed_offers"),
    ],
)
def test_an_impossible_retention_is_one_line_and_status_2(folder: Path, section: str, told: str) -> None:
    configure(folder, f"[retention]\n{section}")
    done = atsp("status", cwd=folder)
    assert done.returncode == 2
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


def test_what_is_new_since_a_day_is_asked_by_span_or_date(folder: Path) -> None:
    first_day = {n["company"]["id"] for n in reading(folder, "companies", "--new-since", "2026-01-01", "--all")}
    assert first_day
    run_json(folder, "--day", "30", status=4)
    news = reading(folder, "companies", "--new-since", "2026-01-10", "--all")
    assert news == reading(folder, "companies", "--new-since", "20d", "--all")
    assert news
    for item in news:
        assert all(signal["first_seen_at"] >= "2026-01-10" for signal in item["signals"])
    category = news[0]["signals"][0]["category"]
    of_category = reading(folder, "companies", "--new-since", "2026-01-10", "--category", category)
    assert {s["category"] for item in of_category for s in item["signals"]} == {category}
    assert reading(folder, "companies", "--new-since", "2027-01-01") == []
    table = atsp("companies", "--new-since", "2026-01-10", "--limit", "2", cwd=folder)
    assert f"of {len(news)} companies with something new since 2026-01-10 00:00 UTC" in table.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--new-since", "yesterday"], "neither a span such as 7d nor a date"),
        (["--category", "treasury"], "--category goes with --new-since"),
        (["--new-since", "2027-01-01", "--category", "cookery"], "there is no category 'cookery'"),
    ],
)
def test_a_question_that_makes_no_sense_is_one_line_and_status_2(folder: Path, arguments: list[str], told: str) -> None:
    done = atsp("companies", *arguments, cwd=folder)
    assert done.returncode == 2
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


def test_catalogs_are_compared_over_what_is_stored_and_nothing_is_written(folder: Path) -> None:
    before = tables(folder / "atsp.db")
    found = reading(folder, "catalog", "diff", OTHER, "--limit", "2")
    assert tables(folder / "atsp.db") == before
    assert found == reading(folder, "catalog", "diff", "international-payments", OTHER, "--limit", "2")
    assert len(found["moves"]) == 2 < found["companies_moved"]
    assert found["moves"][0]["because"]["keywords"]
    choose(folder, OTHER)
    summary = reading(folder, "rescore", "--limit", "1000")
    foretold = reading(folder, "catalog", "diff", "international-payments", OTHER, "--limit", "1000")
    assert [{k: v for k, v in move.items() if k != "because"} for move in foretold["moves"]] == summary["moves"]

    same = reading(folder, "catalog", "diff", OTHER)
    assert (same["companies_moved"], same["changes"]) == (0, {"categories": [], "keywords": []})
    people = atsp("catalog", "diff", "international-payments", OTHER, cwd=folder)
    assert f"{foretold['companies_moved']} would move" in people.stdout
    assert "because of" in people.stdout


@pytest.mark.parametrize("arguments", [["nowhere.toml"], ["a", "b", "c"], []])
def test_catalogs_that_are_not_there_are_status_2(folder: Path, arguments: list[str]) -> None:
    done = atsp("catalog", "diff", *arguments, cwd=folder)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
