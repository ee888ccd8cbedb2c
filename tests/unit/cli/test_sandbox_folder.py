"""The sandbox's folder: made once, gone on in, never half-written."""

from __future__ import annotations

from pathlib import Path

import pytest

from ats_cli.sandbox import prepare
from ats_core.errors import ConfigurationError


def inodes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_ino for path in folder.iterdir()}


def test_a_folder_is_gone_on_in_and_what_does_not_change_is_not_written(tmp_path: Path) -> None:
    prepare(tmp_path, None)
    before = inodes(tmp_path)
    assert before.keys() == {"atsp.toml", "companies.csv", "day.txt"}
    assert prepare(tmp_path, None).day == 1
    assert inodes(tmp_path) == before


def test_a_file_that_changes_is_replaced_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare(tmp_path, 1)

    def killed(path: Path, target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        prepare(tmp_path, 2)
    monkeypatch.undo()
    assert inodes(tmp_path).keys() == {"atsp.toml", "companies.csv", "day.txt"}
    assert prepare(tmp_path, None).day == 1
    assert prepare(tmp_path, 2).day == 2


def test_time_does_not_go_back(tmp_path: Path) -> None:
    prepare(tmp_path, 3)
    with pytest.raises(ConfigurationError, match="at day 3 already"):
        prepare(tmp_path, 2)
