"""What a start of the program loads, and where its commands are found."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import ats_cli

SOURCES = Path(ats_cli.__file__).parents[1]
PROGRAM = """
import sys, importlib
import ats_cli.main
importlib.import_module("ats_cli.commands.run")
wanted = sys.argv[1:]
print(*[name for name in wanted if name in sys.modules])
"""


def test_a_start_loads_no_library_that_only_some_runs_need() -> None:
    seldom = (
        "openpyxl",
        "gspread",
        "google.auth",
        "requests",
        "numpy",
        "sqlite_utils",
        "py3langid",
        "ats_adapters.sandbox.server",
        "ats_adapters.sandbox.world",
    )
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *seldom, "click"],
        env={"PYTHONPATH": str(SOURCES)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.split() == ["click"]


def test_every_command_is_of_its_name_in_the_module_of_its_name() -> None:
    from ats_cli.main import COMMANDS, cli

    context = cli.make_context("atsp", ["status"], resilient_parsing=True)
    assert [cli.get_command(context, name).name for name in COMMANDS] == list(COMMANDS)  # type: ignore[union-attr]
    assert set(cli.list_commands(context)) >= set(COMMANDS)
    assert cli.get_command(context, "nonsense") is None
