"""The most memory that a command takes."""

from __future__ import annotations

import subprocess
import sys

from tests.e2e.desk import Desk
from tests.e2e.program import ATSP, clean_environment

#: `ru_maxrss` is in bytes on macOS and in kibibytes elsewhere.
_UNIT = 1 if sys.platform == "darwin" else 1024
# In a process between: what is started by a large one counts as large itself.
_BETWEEN = """
import os, sys
child = os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(child, 0)
print(usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def peak_of(desk: Desk, *arguments: str) -> int:
    """The largest resident size of `atsp` with these arguments, in bytes. It must complete."""
    done = subprocess.run(
        [sys.executable, "-c", _BETWEEN, ATSP, *arguments],
        cwd=desk.folder,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[-1]) * _UNIT
