"""Two runs on one database: who holds the lock goes on, who comes second says so; the dead are succeeded."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from tests.e2e.program import atsp, run_json, sandbox, short_lease, started, tables, wait_for

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")


@contextmanager
def begun(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A run that is in the middle of discovery."""
    with started("run", "--sandbox", "--sandbox-folder", str(folder), *arguments, cwd=folder.parent) as process:
        assert wait_for(process, "runner_started", runner="discovery")
        yield process


def freeze(process: subprocess.Popen[str], folder: Path) -> None:
    """Stop the process where it stands, but not inside a transaction: there it would keep the database to itself."""
    for _ in range(200):
        process.send_signal(signal.SIGSTOP)
        with closing(sqlite3.connect(folder / "atsp.db", timeout=0, isolation_level=None)) as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                process.send_signal(signal.SIGCONT)
                time.sleep(0.01)
            else:
                connection.execute("ROLLBACK")
                return
    raise AssertionError("the process never leaves its transaction")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sandbox that was set up, with a list but no company looked at yet."""
    folder = tmp_path / "atsp-sandbox"
    run_json(folder, "--only", "directory")
    return folder


def test_a_second_run_exits_with_3_and_names_the_holder(folder: Path) -> None:
    with begun(folder) as first:
        freeze(first, folder)
        second = atsp("run", "--sandbox", "--sandbox-folder", str(folder), cwd=folder.parent)
    assert second.returncode == 3
    assert f":{first.pid}:" in second.stderr
    assert "since 20" in second.stderr
    assert len(second.stderr.strip().splitlines()) == 1


def test_the_sheet_loop_runs_beside_the_ingest_loop(folder: Path) -> None:
    run_json(folder)
    with begun(folder, "--loop", "ingest") as first:
        freeze(first, folder)
        second, third = (
            atsp("run", "--sandbox", "--sandbox-folder", str(folder), "--loop", loop, cwd=folder.parent)
            for loop in ("sheets", "ingest")
        )
    assert (second.returncode, third.returncode) == (0, 3)


def test_a_run_that_was_taken_for_dead_writes_nothing_more(folder: Path) -> None:
    short_lease(folder)
    with begun(folder) as stalled:
        freeze(stalled, folder)
        done = sandbox(folder, "--json")
        assert done.returncode == 0, done.stderr
        before = tables(folder / "atsp.db")
        stalled.send_signal(signal.SIGCONT)
        assert stalled.stderr is not None
        last_words = stalled.stderr.read()
        assert stalled.wait(timeout=60) == 1
    assert "lock" in last_words
    assert "Traceback" not in last_words
    assert tables(folder / "atsp.db") == before
    runs = json.loads(atsp("runs", "--json", cwd=folder).stdout)
    assert [run["status"] for run in runs[:2]] == ["completed", "failed"]
    assert "ended without finishing" in runs[1]["error"]


def test_a_run_stopped_by_a_signal_is_recorded_and_gives_its_lock_back(folder: Path) -> None:
    with begun(folder) as first:
        first.send_signal(signal.SIGTERM)
        assert first.wait(timeout=30) == 128 + signal.SIGTERM
    runs = json.loads(atsp("runs", "--json", cwd=folder).stdout)
    assert runs[0]["status"] == "interrupted"
    assert atsp("run", "--sandbox", "--sandbox-folder", str(folder), cwd=folder.parent).returncode == 0
