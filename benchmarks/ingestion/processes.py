"""Processes of the ingestion benchmark: what a command costs, and the world that it reads, served apart."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from attrs import frozen

__all__ = ["Cost", "Traffic", "World", "measured", "served"]


@frozen(kw_only=True)
class Cost:
    """What a process took: *cpu* (user and system) and *wall* in seconds, *peak* resident memory in bytes."""

    cpu: float
    wall: float
    peak: int
    status: int
    output: str


@frozen(kw_only=True)
class Traffic:
    """What the world was asked meanwhile: requests and bytes of bodies, by vendor and in all."""

    requests: int
    sent: Counter[str]

    @property
    def total(self) -> int:
        return sum(self.sent.values())


# What is started by a large process counts as large itself: its peak is told by a small one between.
_BETWEEN = """
import json, os, sys, time
begun = time.perf_counter()
child = os.spawnv(os.P_NOWAIT, sys.argv[2], sys.argv[2:])
_, status, usage = os.wait4(child, 0)
wall, cpu = time.perf_counter() - begun, usage.ru_utime + usage.ru_stime
told = [wall, cpu, usage.ru_maxrss, os.waitstatus_to_exitcode(status)]
with open(sys.argv[1], "w") as costs:
    json.dump(told, costs)
"""


def measured(command: Sequence[str | Path], *, folder: Path) -> Cost:
    """Run a command to its end. Its output on stdout is kept, on stderr it goes to a file in *folder*."""
    costs = folder / "costs.json"
    between = [sys.executable, "-S", "-c", _BETWEEN, str(costs)]
    with (folder / "stderr.txt").open("ab") as stderr:
        done = subprocess.run(
            [*between, *map(str, command)], cwd=folder, stdout=subprocess.PIPE, stderr=stderr, check=True
        )
    wall, cpu, peak, status = json.loads(costs.read_text(encoding="ascii"))
    # Linux counts kilobytes, macOS bytes.
    peak *= 1 if sys.platform == "darwin" else 1024
    return Cost(cpu=cpu, wall=wall, peak=peak, status=status, output=done.stdout.decode())


class World:
    """A served day of the crowd: where it is, and what it was asked."""

    def __init__(self, base_url: str, log: Path) -> None:
        self.base_url = base_url
        self._log = log
        self._read = 0

    def traffic(self) -> Traffic:
        """What came since this was last asked for."""
        with self._log.open("rb") as lines:
            lines.seek(self._read)
            requests = [json.loads(line) for line in lines]
            self._read = lines.tell()
        sent: Counter[str] = Counter()
        for request in requests:
            host = request["host"]
            vendor = "greenhouse" if "greenhouse" in host else "lever" if "lever.co" in host else "websites"
            sent[vendor] += request["bytes"]
        return Traffic(requests=len(requests), sent=sent)


@contextmanager
def served(options: Sequence[str], *, day: int, log: Path) -> Iterator[World]:
    """The crowd that the *options* describe, on a *day*, in a process of its own."""
    log.touch()
    command = [sys.executable, "-m", "ats_adapters.sandbox", *options, "--day", str(day), "--requests", str(log)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield World(json.loads(process.stdout.readline())["base_url"], log)
        finally:
            process.terminate()
