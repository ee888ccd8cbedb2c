"""The installed `atsp` command as a process, and what it leaves in a database."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from openpyxl.worksheet.worksheet import Worksheet

ATSP = Path(sys.executable).parent / ("atsp.exe" if sys.platform == "win32" else "atsp")
#: What a run of the sandbox ends with on each day: on the second, a board is gone from its vendor.
STATUS_OF_DAY = {1: 0, 2: 4}
#: Tables that tell of runs, not of the world: they differ from run to run.
RUN_RECORDS = frozenset({"runs", "runner_runs", "locks", "_sqlite_migrations", "sqlite_sequence"})


def clean_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment without keys of the configuration."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("ATSP_", "GOOGLE_SHEETS", "COV_"))}
    return {**kept, **(extra or {})}


def atsp(
    *arguments: str, cwd: Path, env: Mapping[str, str] | None = None, timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [ATSP, *arguments],
        cwd=cwd,
        env=clean_environment(env),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@contextmanager
def started(*arguments: str, cwd: Path) -> Iterator[subprocess.Popen[str]]:
    """The command as a process, killed at the end where it still runs; its log lines come on stderr."""
    with subprocess.Popen(
        [ATSP, *arguments],
        cwd=cwd,
        env=clean_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def events(process: subprocess.Popen[str]) -> Iterator[dict[str, Any]]:
    """The log events of a started command, as they come."""
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("{"):
            yield json.loads(line)


def wait_for(process: subprocess.Popen[str], event: str, **fields: object) -> bool:
    """Read log lines until this event comes; false where the command ends before."""
    for found in events(process):
        if found["event"] == event and all(found.get(k) == v for k, v in fields.items()):
            return True
    process.wait()
    return False


def run_json(folder: Path, *arguments: str, status: int = 0) -> dict[str, Any]:
    """The summary of `atsp run --json` in the sandbox of *folder*, which must end with *status*."""
    done = sandbox(folder, "--json", *arguments)
    assert done.returncode == status, done.stderr + done.stdout
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary


def sandbox(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`atsp run --sandbox` in *folder*; waits for a dead run's lease to end."""
    for _ in range(100):
        done = atsp("run", "--sandbox", "--sandbox-folder", str(folder), *arguments, cwd=folder.parent)
        if done.returncode != 3:
            return done
        time.sleep(0.2)
    raise AssertionError(done.stderr)


def short_lease(folder: Path) -> None:
    """Let the locks of the sandbox in *folder* end a second after their holder died."""
    config = folder / "atsp.toml"
    config.write_text(config.read_text() + '\n[pipeline]\nlease = "1s"\n')


def tables(database: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every table's rows, in order of their values, but for run records."""
    with sqlite3.connect(database) as connection:
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            if name not in RUN_RECORDS
        ]
        return {name: sorted(connection.execute(f"SELECT * FROM [{name}]"), key=repr) for name in names}


def differences(one: Path, other: Path) -> list[str]:
    """What differs between two databases, a few rows of each table."""
    first, second = tables(one), tables(other)
    assert first.keys() == second.keys()
    found = []
    for name in first:
        lost = [row for row in first[name] if row not in second[name]]
        gained = [row for row in second[name] if row not in first[name]]
        if lost or gained:
            found.append(f"{name}: {len(lost)} lost, such as {lost[:2]}; {len(gained)} gained, such as {gained[:2]}")
    return found


def columns(sheet: Worksheet) -> dict[str, int]:
    """The columns of a sheet by their labels."""
    return {str(cell.value).casefold(): number for number, cell in enumerate(sheet[1], start=1)}
