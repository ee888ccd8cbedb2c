"""`kill -9` at random instants in every runner: the next run to the end gives the database of a run never killed."""

from __future__ import annotations

import json
import random
import shutil
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from tests.e2e.program import (
    STATUS_OF_DAY,
    atsp,
    columns,
    differences,
    run_json,
    sandbox,
    short_lease,
    started,
    wait_for,
)

from ats_core.domain.run import Loop, RunnerName

RUNNERS = Loop.ALL.runners
ROUNDS = 10  # of one kill in each of five runners: 50 kills
pytestmark = pytest.mark.slow


class Baseline:
    """What runs that were never killed leave behind, day by day, and how long each runner took."""

    def __init__(self, folder: Path) -> None:
        self.folders: dict[int, Path] = {}
        self.seconds: dict[int, Mapping[str, float]] = {}
        today = folder / "baseline"
        for day in (1, 2):
            if day == 2:
                decide(today)
            summary = run_json(today, "--day", str(day), status=STATUS_OF_DAY[day])
            self.seconds[day] = dict.fromkeys(RUNNERS, 0.0) | _durations(summary, today)
            self.folders[day] = folder / f"day-{day}"
            shutil.copytree(today, self.folders[day])


def _durations(summary: dict, folder: Path) -> dict[str, float]:  # type: ignore[type-arg]
    shown = json.loads(atsp("runs", "show", str(summary["id"]), "--json", cwd=folder).stdout)
    return {
        r["runner"]: (
            datetime.fromisoformat(r["finished_at"]) - datetime.fromisoformat(r["started_at"])
        ).total_seconds()
        for r in shown["runners"]
    }


def decide(folder: Path) -> None:
    """Write a decision, a rejection, a remark and rubbish into the sheet, as a person would."""
    workbook = openpyxl.load_workbook(folder / "leads.xlsx")
    sheet = workbook["Companies"]
    header = columns(sheet)
    sheet.cell(2, header["resolution"]).value = "HIGH_INTEREST"
    sheet.cell(3, header["resolution"]).value = "REJECTED"
    sheet.cell(4, header["resolution"]).value = "who knows"
    sheet.cell(5, header["notes"]).value = "=call them"
    workbook.save(folder / "leads.xlsx")


@pytest.fixture(scope="module")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> Baseline:
    return Baseline(tmp_path_factory.mktemp("never-killed"))


def kill_in(folder: Path, runner: RunnerName, day: int, after: float) -> None:
    """Start a run and kill it *after* seconds into a runner; sooner, in another run, where it ended before."""
    while True:
        with started(
            "run", "--sandbox", "--sandbox-folder", str(folder), "--day", str(day), cwd=folder.parent
        ) as process:
            if wait_for(process, "runner_started", runner=runner.value):
                time.sleep(after)
                if process.poll() is None:
                    return
                after /= 2
                continue
        assert process.returncode == 3  # the lease of the run that was killed before
        time.sleep(0.2)


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_run_killed_in_every_runner_ends_as_if_it_never_was(number: int, baseline: Baseline, tmp_path: Path) -> None:
    dice = random.Random(number)
    day = 1 + number % 2
    folder = tmp_path / "atsp-sandbox"
    if day == 2:
        shutil.copytree(baseline.folders[1], folder)
        decide(folder)
    else:
        folder.mkdir()
        shutil.copy(baseline.folders[1] / "atsp.toml", folder)
    short_lease(folder)

    for runner in RUNNERS:
        kill_in(folder, runner, day, dice.uniform(0, baseline.seconds[day][runner]))

    done = sandbox(folder, "--day", str(day))  # the board that is gone fails once a day, before a kill or after it
    assert done.returncode in (0, STATUS_OF_DAY[day]), done.stderr
    assert differences(baseline.folders[day] / "atsp.db", folder / "atsp.db") == []
    sheets = [
        [[c.value for c in row] for row in openpyxl.load_workbook(f / "leads.xlsx")["Companies"].iter_rows()]
        for f in (baseline.folders[day], folder)
    ]
    assert sheets[0] == sheets[1]
