"""Two runs on one database: who holds the lock goes on, who comes second says so; the dead are succeeded."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.e2e.program import atsp, run_json, sandbox, short_lease, start, wait_for

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")


def begin(folder: Path) -> subprocess.Popen[str]:
    process = start("run", "--sandbox", "--sandbox-folder", str(folder), cwd=folder.parent)
    wait_for(process, "runner_started", runner="discovery")
    return process


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sandbox that was set up, with a list but no company looked at yet."""
    folder = tmp_path / "atsp-sandbox"
    run_json(folder, "--only", "directory")
    return folder


def test_a_second_run_exits_with_3_and_names_the_holder(folder: Path) -> None:
    first = begin(folder)
    first.send_signal(signal.SIGSTOP)
    try:
        second = atsp("run", "--sandbox", "--sandbox-folder", str(folder), cwd=folder.parent)
    finally:
        first.kill()
        first.wait()
    assert second.returncode == 3
    assert f":{first.pid}:" in second.stderr
    assert "since 20" in second.stderr
    assert len(second.stderr.strip().splitlines()) == 1


def test_the_sheet_loop_runs_beside_the_ingest_loop(folder: Path) -> None:
    run_json(folder)
    first = start("run", "--sandbox", "--sandbox-folder", str(folder), "--loop", "ingest", cwd=folder.parent)
    wait_for(first, "runner_started", runner="discovery")
    first.send_signal(signal.SIGSTOP)
    try:
        second = atsp("run", "--sandbox", "--sandbox-folder", str(folder), "--loop", "sheets", cwd=folder.parent)
        third = atsp("run", "--sandbox", "--sandbox-folder", str(folder), "--loop", "ingest", cwd=folder.parent)
    finally:
        first.kill()
        first.wait()
    assert (second.returncode, third.returncode) == (0, 3)


def test_a_run_that_was_taken_for_dead_writes_nothing_more(folder: Path) -> None:
    short_lease(folder)
    stalled = begin(folder)
    stalled.send_signal(signal.SIGSTOP)
    done = sandbox(folder, "--json")
    assert done.returncode == 0, done.stderr
    stalled.send_signal(signal.SIGCONT)
    assert stalled.stderr is not None
    last_words = stalled.stderr.read()
    assert stalled.wait(timeout=60) == 1
    assert "lock" in last_words
    assert "Traceback" not in last_words
    runs = json.loads(atsp("runs", "--json", cwd=folder).stdout)
    assert [run["status"] for run in runs[:2]] == ["completed", "failed"]
    assert "crash" in runs[1]["error"]


def test_a_run_stopped_by_a_signal_is_recorded_and_gives_its_lock_back(folder: Path) -> None:
    first = begin(folder)
    first.send_signal(signal.SIGTERM)
    begun = time.monotonic()
    assert first.wait(timeout=30) == 128 + signal.SIGTERM
    assert time.monotonic() - begun < 10
    runs = json.loads(atsp("runs", "--json", cwd=folder).stdout)
    assert runs[0]["status"] == "interrupted"
    assert atsp("run", "--sandbox", "--sandbox-folder", str(folder), cwd=folder.parent).returncode == 0
