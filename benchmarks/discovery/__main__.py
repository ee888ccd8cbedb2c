"""Runs the benchmark, as a folder (`python benchmarks/discovery`) and as a module (`python -m …`)."""

import sys
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from benchmarks.discovery.command import main

main()
