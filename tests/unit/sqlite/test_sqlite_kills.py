"""A process may die at any instant while it opens a database, and others may open it at the same time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import ats_core

SCRIPT = Path(__file__).parent / "kill_while_opening.py"
SOURCE = Path(ats_core.__file__).parents[1]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that fork"),
]


def run(way: str, folder: Path) -> int:
    ended = subprocess.run(
        [sys.executable, str(SCRIPT), way, str(folder)],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    return int(ended.stdout)


def test_a_kill_at_any_statement_of_the_migration_leaves_a_database_that_opens(tmp_path: Path) -> None:
    assert run("statements", tmp_path) > 40


def test_a_kill_at_any_moment_of_the_migration_leaves_a_database_that_opens(tmp_path: Path) -> None:
    assert run("moments", tmp_path) > 0


def test_processes_that_start_at_once_all_open_one_new_database(tmp_path: Path) -> None:
    assert run("together", tmp_path) == 40
