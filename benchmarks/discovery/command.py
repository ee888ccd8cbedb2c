"""How many of the boards that are there discovery finds, how many that it takes are wrong, and what it asks for.

A maze of companies (`ats_adapters.sandbox.maze`) is served over loopback by a process of its own: websites that lead
to a board in some thirty ways, and others that only seem to. The program's own directory and discovery runners,
composed as the command composes them, read the list and fill `company_sources`; that is compared with the truth, which
the maze knows because it made it. Then everything runs a second time, which must cost no request. Limits are off.

    python benchmarks/discovery
    python benchmarks/discovery --companies 200 --seed 7
    python benchmarks/discovery --json > figures.json
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anyio
from attrs import asdict
from benchmarks.discovery.looks import Desk
from benchmarks.discovery.measure import Judged, judged, requests_by_company, summary
from benchmarks.discovery.recorded import Recorded, measured_pages
from benchmarks.discovery.report import as_json, as_text
from benchmarks.ingestion.processes import served

from ats_adapters.sandbox import Maze, World

PAGES = Path(__file__).resolve().parents[3] / "shared" / "recorded" / "pages"


async def measured(folder: Path, maze: Maze, guess_slugs: bool) -> tuple[list[Judged], int, int]:
    """Every company beside the truth, the requests that no company explains, and those of the second run."""
    world, truths = World(1, maze), maze.truths()
    with served(["--maze", str(maze.companies), "--seed", str(maze.seed)], day=1, log=folder / "log.jsonl") as at:
        desk = Desk(folder, world.companies_csv(), at.base_url, world.is_vendor, guess_slugs=guess_slugs)
        asked = await desk.run()
        heard = at.traffic().requests
        again = await desk.run()
    sent = sum(look.counts.total() for look in asked)
    if sent != heard:
        raise SystemExit(f"{sent} requests were counted where they were sent, {heard} where they came in")
    hosts = {truth.host.removeprefix("www."): truth.name for truth in truths}
    requests, unexplained = requests_by_company(asked, truths, hosts)
    return judged(truths, desk.found(), requests), unexplained, sum(look.counts.total() for look in again)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--companies", type=int, default=1000, help="companies on the list (default 1000)")
    parser.add_argument("--seed", type=int, default=1, help="which maze (default 1)")
    parser.add_argument("--guess", action="store_true", help="with [discovery] guess_slugs")
    parser.add_argument("--pages", type=Path, default=PAGES, help="labelled pages to be read besides, with labels.csv")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="atsp-discovery-") as name:
        folder = Path(name)
        maze = Maze(companies=options.companies, seed=options.seed)
        results, unexplained, again = anyio.run(measured, folder, maze, options.guess)
        pages: Recorded = anyio.run(measured_pages, folder, options.pages)
    figures: dict[str, Any] = {
        "seed": options.seed,
        "guess_slugs": options.guess,
        "summary": asdict(summary(results)),
        "second_run_requests": again,
        "unexplained_requests": unexplained,
    }
    if options.json:
        json.dump(as_json(figures, results, pages), sys.stdout, indent=2)
        print()
    else:
        print(as_text(figures, results, pages))
