#!/usr/bin/env python3
"""Sets the project up and runs it: `python3 dev.py sandbox`, `python3 dev.py test`, `python3 dev.py check`.

Needs nothing but Python 3.11 or newer. Everything is installed into `.venv` beside this file, once; what follows a
command's name is passed on to it.
"""

import hashlib
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if sys.platform == "win32" else "bin")
PYTHON = BIN / "python"


def main(arguments: Sequence[str]) -> int:
    """Run the command named first; returns its exit status."""
    name, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if sys.version_info < (3, 11):  # noqa: UP036
        print(f"dev.py: Python 3.11 or newer is needed, this is {sys.version.split()[0]}", file=sys.stderr)
        return 2
    if name == "sandbox":
        return install() or run("atsp", "run", "--sandbox", *rest)
    if name == "test":
        return install("test") or run("pytest", *(rest or ["-n", "2", "--dist", "worksteal"]))
    if name == "check":
        return install("dev") or check()
    print(__doc__, file=sys.stderr)
    return 2


def run(program: str, *arguments: str) -> int:
    """Run a program of the environment from the project's folder."""
    return subprocess.run([BIN / program, *arguments], cwd=ROOT, check=False).returncode


def check() -> int:
    """Style, types, the direction of imports, and the documentation."""
    steps = (
        ("ruff", "check"),
        ("ruff", "format", "--check"),
        ("mypy",),
        ("lint-imports",),
        ("sphinx-build", "-q", "-W", "-b", "html", "docs", "docs/_build"),
    )
    for step in steps:
        print("+", *step, flush=True)
        if status := run(*step):
            return status
    return 0


def install(group: str = "") -> int:
    """Make the environment and install the project, with a dependency group; again only when pyproject.toml changed."""
    stamp = VENV / f".installed-{group or 'project'}"
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return 0
    print(f"setting up {VENV.name} (once)", file=sys.stderr, flush=True)
    steps: list[list[str | Path]] = [[PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "pip>=25.1"]]
    if not any(VENV.glob(".installed-*")):  # none yet, or one that was begun and never finished
        steps.insert(0, [sys.executable, "-m", "venv", VENV])
    groups = ["--group", group] if group else []
    steps.append([PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-e", ".", *groups])
    for step in steps:
        if status := subprocess.run(step, cwd=ROOT, check=False).returncode:
            print("dev.py: setting up failed; on Debian and Ubuntu, install python3-venv", file=sys.stderr)
            return status
    stamp.write_text(wanted)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
