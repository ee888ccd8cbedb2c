"""`atsp init`, and what it says to type next."""

from __future__ import annotations

import shlex
from pathlib import Path

from tests.e2e.program import atsp


def test_what_init_says_to_type_runs(tmp_path: Path) -> None:
    for folder in (".", "my leads"):
        done = atsp("init", folder, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        (tmp_path / folder / "companies.csv").write_text("name,website\n")
        command = shlex.split(done.stdout.strip().rpartition("then: ")[2])
        ran = atsp(*command[1:], cwd=tmp_path)
        assert ran.returncode == 0, ran.stderr
        assert (tmp_path / folder / "leads.xlsx").exists()
        assert "put companies into" in ran.stdout  # the list that it wrote names none yet


def test_a_list_that_is_there_is_kept_and_a_configuration_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "companies.csv").write_text("name\nMine\n")
    assert "was there already" in atsp("init", cwd=tmp_path).stdout
    assert (tmp_path / "companies.csv").read_text() == "name\nMine\n"
    (tmp_path / "atsp.toml").write_text("# mine\n")
    again = atsp("init", cwd=tmp_path)
    assert again.returncode == 2
    assert "nothing was written" in again.stderr
    assert (tmp_path / "atsp.toml").read_text() == "# mine\n"
