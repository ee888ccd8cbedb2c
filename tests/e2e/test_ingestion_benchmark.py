"""The ingestion benchmark runs, small, and its figures hang together. What they are on this machine proves nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.e2e.program import clean_environment

ROOT = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "wait4"), reason="needs the resource usage of a child"),
]


def benchmark(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "ingestion", *arguments],
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_three_runs_are_measured_beside_the_floor(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    done = benchmark("--boards", "6", "--offers", "60", "--rounds", "1", "--json", str(figures))
    assert done.returncode == 0, done.stderr
    found = json.loads(figures.read_text())
    runs = found["runs"]
    assert {name: run["offers"] for name, run in runs.items() if "5 %" not in name} == {
        f"{program}, {run}": 60 for program in ("atsp", "floor") for run in ("first", "unchanged")
    }
    assert runs["atsp, 5 % changed"]["offers"] == runs["floor, 5 % changed"]["offers"]
    assert all(run["cpu"] > 0 and run["peak"] > 1e6 and run["requests"] >= 6 for run in runs.values())
    assert runs["atsp, unchanged"]["bytes"] < 0.15 * runs["atsp, first"]["bytes"]
    assert found["ratios"]["bytes of Greenhouse, unchanged against first"] < 0.15
    assert "offers 0, offer_payloads 0, matches 0" in done.stdout


def test_the_memory_of_a_huge_board_is_measured_at_both_vendors() -> None:
    done = benchmark("--huge", "130", "--text", "2000")
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()[1:]]
    assert [line[0] for line in lines] == ["greenhouse"] * 3 + ["lever"] * 3
    assert all("130" in line for line in lines if "changed" not in line)
