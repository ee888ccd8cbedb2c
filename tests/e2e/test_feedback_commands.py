"""A person decides in a sheet in Spanish: what would be applied, when it is, and what it tells of the catalog."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from tests.e2e.program import atsp, columns
from tests.unit.runners.kept_offers import a_company, an_offer, keep

from ats_adapters.catalogs import builtin_catalog
from ats_adapters.sqlite import open_store
from ats_adapters.system.clock import SystemClock
from ats_core.scoring.scorer import Scorer

NOW = datetime.now(UTC)
NAMES = ("acme", "bolt", "cargo")
TEXT = "Treasury manager\nYou own our cross-border payments and hedge our currency risk, in many currencies."
#: Two hours that do not hold this moment.
LATER = f"{NOW + timedelta(hours=6):%H}:00-{NOW + timedelta(hours=8):%H}:00"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "atsp.toml").write_text(
        f"""
        [sheets]
        file = "leads.xlsx"
        language = "es"
        labels = {{ score = "nota" }}
        resolutions = {{ REJECTED = "Perdida" }}
        [feedback]
        window = "{LATER}"
        """,
        encoding="utf-8",
    )
    with open_store(tmp_path / "atsp.db", create=True) as store:
        for name in NAMES:
            keep(store, Scorer(builtin_catalog()), NOW, an_offer(a_company(store, name, NOW), "1", TEXT, NOW))
    run(tmp_path, "--only", "sheets_sync")
    return tmp_path


def run(folder: Path, *arguments: str, status: int = 0) -> dict[str, Any]:
    """The report of the one runner."""
    done = atsp("run", "--json", *arguments, cwd=folder)
    assert done.returncode == status, done.stderr
    (report,) = json.loads(done.stdout)["runners"]
    return dict(report)


def told(folder: Path, *arguments: str) -> Any:
    done = atsp(*arguments, "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def edit(folder: Path, change: Callable[[Worksheet], object]) -> None:
    with closing(openpyxl.load_workbook(folder / "leads.xlsx")) as book:
        change(book["Companies"])
        book.save(folder / "leads.xlsx")


def write(folder: Path, company: str, column: str, text: str) -> None:
    edit(folder, lambda sheet: setattr(sheet.cell(NAMES.index(company) + 2, columns(sheet)[column]), "value", text))


def shown(folder: Path, company: str, column: str) -> str:
    with closing(openpyxl.load_workbook(folder / "leads.xlsx")) as book:
        sheet = book["Companies"]
        return str(sheet.cell(NAMES.index(company) + 2, columns(sheet)[column]).value or "")


def test_decisions_are_planned_applied_answered_and_counted_for_the_catalog(folder: Path) -> None:
    assert shown(folder, "acme", "resolución") == "Pendiente"
    assert float(shown(folder, "acme", "nota")) > 0
    write(folder, "acme", "resolución", "perdida")
    write(folder, "acme", "valoración del modelo", "Falso positivo")
    write(folder, "bolt", "valoración del modelo", "ok")
    write(folder, "cargo", "resolución", "quizá")

    with open_store(folder / "atsp.db", create=False) as store:
        lease = store.lock(SystemClock()).acquire("sheets", "another run", timedelta(minutes=5))
        plan = told(folder, "feedback", "plan")
        store.lock(SystemClock()).release(lease)
    changes = [(c["row"], c["company"], c["field"], c["previous"], c["value"], c["effect"]) for c in plan["changes"]]
    assert changes == [
        (2, "acme", "resolution", "PENDING", "REJECTED", "ends_work"),
        (2, "acme", "model_feedback", "", "FP", None),
        (3, "bolt", "model_feedback", "", "OK", None),
    ]
    [unknown] = plan["not_understood"]
    assert (unknown["row"], unknown["read"], unknown["accepted"][4]) == (4, "quizá", "Perdida")
    assert (plan["rows"], plan["missing"], plan["left_alone"]) == (3, [], [])
    in_lines = atsp("feedback", "plan", cwd=folder).stdout
    assert "row 4 (cargo): resolución: 'quizá' no es ninguno de Pendiente" in in_lines
    assert f"from {LATER}" in in_lines

    waiting = run(folder, "--only", "feedback")
    assert (waiting["status"], LATER in waiting["note"]) == ("skipped", True)
    applied = run(folder, "--only", "feedback", "--feedback-now")
    assert (applied["counters"]["applied"], applied["counters"]["not_understood"]) == (3, 1)
    assert shown(folder, "acme", "estado de la decisión").startswith("aplicado 20")
    assert shown(folder, "cargo", "estado de la decisión").startswith("no se entiende: resolución: 'quizá'")

    rated = told(folder, "catalog", "feedback")
    [category] = rated["categories"]
    assert (category["ok"], category["fp"], category["fn"], category["precision"]) == (1, 1, 0, 0.5)
    assert [example["name"] for example in category["examples"]["FP"]] == ["acme"]
    assert category["misleading"]["points"] == max(k["fp_points"] for k in rated["keywords"])
    assert "50% (9%–91%)" in atsp("catalog", "feedback", cwd=folder).stdout

    write(folder, "acme", "resolución", "pendiente")
    [change] = told(folder, "feedback", "plan")["changes"]
    assert (change["company"], change["effect"]) == ("acme", "resumes")


def test_a_sheet_of_which_something_is_missing_applies_nothing_and_the_run_says_why(folder: Path) -> None:
    for name in NAMES:
        write(folder, name, "resolución", "Aceptada")
    whole = (folder / "leads.xlsx").read_bytes()
    cuts: dict[str, Callable[[Worksheet], object]] = {
        "the header lacks 'notas'": lambda sheet: sheet.delete_cols(columns(sheet)["notas"]),
        "2 of 3 synced rows are missing": lambda sheet: sheet.delete_rows(3, 2),
        "the header lacks 'id'": lambda sheet: sheet.delete_rows(1, 9),
    }
    for why, cut in cuts.items():
        (folder / "leads.xlsx").write_bytes(whole)
        edit(folder, cut)
        report = run(folder, "--only", "feedback", "--feedback-now", status=4)
        assert why in report["failures"][0]["detail"]
    planned = atsp("feedback", "plan", cwd=folder)
    assert (planned.returncode, planned.stdout, why in planned.stderr) == (1, "", True), planned.stderr
    with open_store(folder / "atsp.db", create=False) as store, store.read() as work:
        assert work.feedback.last_read() == {}
        assert {s.company.resolution for s in work.reports.companies()} == {"PENDING"}


def test_without_a_sheet_there_is_no_plan(tmp_path: Path) -> None:
    done = atsp("feedback", "plan", cwd=tmp_path)
    assert (done.returncode, "no sheet is configured" in done.stderr) == (2, True)
