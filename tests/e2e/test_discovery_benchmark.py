"""The discovery benchmark runs, small, and what it promises holds on a small world."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.e2e.program import clean_environment

from ats_adapters.sandbox.maze import Kind, Maze

ROOT = Path(__file__).parents[2]


def test_nearly_every_board_is_found_hardly_any_wrong_one_and_little_is_asked() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "discovery", "--companies", "60", "--json"],
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    figures = found["summary"]
    assert figures["companies"] == 60
    assert figures["recall_companies"] >= 0.97, found["misses"]
    assert figures["recall_boards"] >= 0.97, found["misses"]
    assert figures["precision_companies"] >= 0.995, found["wrong"]
    assert figures["precision_boards"] >= 0.995, found["wrong"]
    assert figures["requests_with"] <= 6
    assert figures["requests_without"] <= 12
    assert (found["second_run_requests"], found["unexplained_requests"]) == (0, 0)
    assert figures["boards_taken"] >= sum(truth.kind is Kind.BOARD for truth in Maze(companies=60).truths()) * 0.9
    assert "missed" not in {page["result"] for page in found["recorded_pages"]}
    assert "wrong" not in {page["result"] for page in found["recorded_pages"]}
    skipped = {page["detail"] for page in found["recorded_pages"] if page["result"] == "skipped"}
    assert all(detail.endswith(": no adapter") for detail in skipped)
