"""Whoever reads what the command prints may go away, or never have been there; the run is run all the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.e2e.program import ATSP, STATUS_OF_DAY, atsp, clean_environment, run_json

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sandbox after one run."""
    folder = tmp_path_factory.mktemp("streams") / "atsp-sandbox"
    run_json(folder)
    return folder


def piped(command: str, cwd: Path, env: Mapping[str, str] | None = None) -> tuple[int, str]:
    """The exit status of `atsp` in a shell's pipe, and all that was said on stderr."""
    done = subprocess.run(
        ["bash", "-c", f"atsp() {{ '{ATSP}' \"$@\"; }}; {command}; exit ${{PIPESTATUS[0]}}"],
        cwd=cwd,
        env=clean_environment(env),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stderr


def newest_run(folder: Path) -> str:
    status: str = json.loads(atsp("runs", "--json", "--limit", "1", cwd=folder).stdout)[0]["status"]
    return status


@pytest.mark.parametrize("command", ["companies", "companies --all --json", "status", "sources", "runs", "plugins"])
def test_a_reader_that_goes_away_ends_a_command_without_a_word(folder: Path, command: str) -> None:
    assert piped(f"atsp {command} | true", folder) == (0, "")


@pytest.mark.parametrize("command", ["companies", "companies --all --json"])
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_stdout_is_one_line(folder: Path, command: str) -> None:
    status, said = piped(f"atsp {command} > /dev/full", folder)
    assert status == 1
    assert said.strip().splitlines() == ["atsp: the system refused: No space left on device"]


def test_a_run_whose_results_nobody_reads_keeps_its_exit_status(folder: Path) -> None:
    run = f"atsp run --sandbox --sandbox-folder {folder} --day 2"
    assert piped(f"{run} 2>/dev/null | true", folder)[0] == STATUS_OF_DAY[2]
    assert newest_run(folder) == "partial"


@pytest.mark.parametrize("streams", ["2>&1 >/dev/null | true", "2>&- | true", ">&- 2>&-", "2>/dev/full >/dev/null"])
def test_a_run_without_a_log_is_run_to_its_end(folder: Path, streams: str) -> None:
    run_json(folder, "--only", "directory")
    assert piped(f"atsp run --sandbox --sandbox-folder {folder} --only directory,sheets_sync {streams}", folder)[0] == 0
    assert newest_run(folder) == "completed"


def test_a_run_every_so_often_goes_on_when_nobody_reads_it(folder: Path) -> None:
    before = len(json.loads(atsp("runs", "--json", cwd=folder).stdout))
    command = f"atsp run --sandbox --sandbox-folder {folder} --only directory --every 1s"
    _, said = piped(f"timeout -s INT 6 {command.replace('atsp', str(ATSP), 1)} | true", folder)
    assert "Traceback" not in said
    assert "result_not_shown" in said
    assert len(json.loads(atsp("runs", "--json", cwd=folder).stdout)) >= before + 2


def test_a_wrong_configuration_ends_a_run_every_so_often(tmp_path: Path) -> None:
    (tmp_path / "wrong.toml").write_text("[providers.nope]\nenabled = true\n[[directories]]\nkind = 'csv'\npath = 'x'")
    done = atsp("run", "--every", "1h", "--config", "wrong.toml", cwd=tmp_path, timeout=30)
    assert done.returncode == 2
    assert "no provider 'nope'" in done.stderr.strip().splitlines()[-1]


def test_a_terminal_without_our_characters_is_shown_their_codes(folder: Path) -> None:
    done = atsp("companies", cwd=folder, env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0, done.stderr
    assert "\\u2026" in done.stdout


def test_a_folder_whose_name_is_no_utf8_is_a_folder(folder: Path, tmp_path: Path) -> None:
    named = tmp_path / os.fsdecode(b"caf\xe9")
    try:
        named.mkdir()
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    (named / "atsp.toml").write_text("[sheets]\nfile = 'leads.xlsx'\n[[directories]]\nkind = 'csv'\npath = 'x.csv'\n")
    command = "atsp run --json --only directory,sheets_sync --config $'caf\\xe9/atsp.toml'"
    status, said = piped(f"{command} > out.json", tmp_path)
    assert status == 4, said  # there is no x.csv
    runners = json.loads((tmp_path / "out.json").read_text())["runners"]
    assert [runner["status"] for runner in runners] == ["partial", "completed"]
