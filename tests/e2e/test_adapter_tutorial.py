"""The tutorial "write an adapter in 15 minutes", typed as it is written, in a folder of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from attrs import frozen
from tests.e2e.own_environment import OwnEnvironment
from tests.e2e.program import clean_environment

PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "write-an-adapter.md"
#: The port that the page names; here one is taken that is free.
PORT = "8793"
MARK = "=== what follows is of block "
BLOCK = re.compile(r"^```(?P<kind>[^\n]*)\n(?::caption: (?P<file>[^\n]+)\n)?(?P<text>.*?)^```$", re.M | re.S)

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="the page is written for a shell")]


@frozen
class Block:
    """Something to type (`bash`), a *file* to save, or lines to be seen (`text`)."""

    kind: str
    file: str | None
    text: str


def blocks() -> list[Block]:
    found = [Block(m["kind"].split()[-1], m["file"], m["text"]) for m in BLOCK.finditer(PAGE.read_text("utf-8"))]
    assert {block.kind for block in found if block.file is None} == {"bash", "text"}, "a block of another kind"
    return found


def script(of: list[Block]) -> str:
    lines = ["set -e"]
    for number, block in enumerate(of):
        if block.file is not None:
            lines.append(f"cat > {block.file} <<'END OF FILE'\n{block.text}END OF FILE")
        elif block.kind == "bash":
            lines.append(f"echo '{MARK}{number}'\n{block.text}")
    return "\n".join([*lines, f"echo '{MARK}end'"])


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def typed(text: str, folder: Path, environment: OwnEnvironment) -> str:
    """All that a shell shows that is given *text*; the server that it starts does not outlive it."""
    shown = folder.parent / "shown.txt"
    with shown.open("w", encoding="utf-8") as out:
        shell = subprocess.Popen(
            ["bash", "-c", text],
            cwd=folder,
            env=clean_environment({**environment.variables, "COLUMNS": "160"}),  # tables as wide as a terminal is
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            status = shell.wait(timeout=180)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(shell.pid, signal.SIGKILL)
    told = shown.read_text("utf-8")
    assert status == 0, told
    return told


def test_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    page = blocks()
    told = typed(script(page).replace(PORT, free_port()), folder, OwnEnvironment.made(tmp_path / "environment"))
    outputs = {part.partition("\n")[0]: part.partition("\n")[2] for part in told.split(MARK)[1:]}
    last = ""
    checked = 0
    for number, block in enumerate(page):
        if block.file is None and block.kind == "bash":
            last = outputs[str(number)]
        elif block.file is None:
            for line in block.text.splitlines():
                assert line in last, f"{line!r} is not in:\n{last}"
                checked += 1
    assert checked > 5
    assert "end" in outputs
