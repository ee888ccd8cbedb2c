"""What it costs to ingest a night of boards, beside the least that it could cost.

A loopback world of generated boards, half Lever and half Greenhouse, runs in a process of its own. The installed
command, `atsp run --only ingestion`, reads it in three runs: the first, one in which nothing has changed, and one on
the next day, when 5 % of the postings have. Discovery is done before and measured apart; limits are off. In turn with
it runs `floor.py`, which only fetches, parses, strips markup, matches keywords and inserts.

CPU is that of the process with its start (user and system time), so a busy machine disturbs it little; memory its
largest resident size. Bytes and requests are counted by the world. Each figure is the median of the rounds.

    python benchmarks/ingestion
    python benchmarks/ingestion --boards 100 --offers 2000 --rounds 1
    python benchmarks/ingestion --huge 20000
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from statistics import median
from typing import Any

from attrs import frozen
from benchmarks.ingestion.processes import Cost, Traffic, World, measured, served

from ats_adapters import sandbox
from ats_adapters.catalogs import builtin_catalog

ATSP = Path(sys.executable).with_name("atsp")
FLOOR = Path(__file__).with_name("floor.py")
RUNS = ("first", "unchanged", "5 % changed")
#: The tables in which rows are counted that a run wrote.
TABLES = ("offers", "offer_payloads", "matches", "company_sources", "company_metrics", "company_signals")

CONFIG = """
[database]
path = "atsp.db"
[http]
connect_to = {{ "*" = "{base_url}" }}
timeout = "300s"
max_api_bytes = 1_000_000_000
[[directories]]
kind = "csv"
path = "companies.csv"
[providers.lever]
requests_per_second = 1e6
burst = 1_000_000
[providers.greenhouse]
requests_per_second = 1e6
burst = 1_000_000
[ingestion]
interval = "0s"
"""


@frozen(kw_only=True)
class Figures:
    """One run of one program. *offers* is how many stand on the boards that it read."""

    offers: int
    cost: Cost
    traffic: Traffic
    rows: dict[str, int]
    counters: dict[str, int]

    @property
    def rate(self) -> float:
        """Offers a CPU second."""
        return float(self.offers / self.cost.cpu)


class Bench:
    """A folder with the program's configuration and database, and the days of the world that it reads."""

    def __init__(self, folder: Path, boards: Sequence[sandbox.BoardKey], days: Sequence[World]) -> None:
        self.folder = folder
        self.database = folder / "atsp.db"
        self.days = days
        catalog = builtin_catalog()
        spellings = [s for category in catalog.categories for keyword in category.keywords for s in keyword.spellings]
        (folder / "boards.json").write_text(json.dumps(boards), encoding="utf-8")
        (folder / "keywords.json").write_text(json.dumps(spellings), encoding="utf-8")

    def seeded(self, companies: str) -> Cost:
        """Read the company list and discover the boards; what comes next is ingestion alone."""
        (self.folder / "companies.csv").write_text(companies, encoding="utf-8")
        cost = self._atsp(self.days[0], "--only", "directory,discovery")
        self._database_as("seeded.db", self.database)
        self.days[0].traffic()
        return cost

    def fresh(self) -> None:
        """Go back to where nothing was ingested."""
        for name in ("atsp.db-wal", "atsp.db-shm", "floor.db", "floor.db-wal", "floor.db-shm"):
            (self.folder / name).unlink(missing_ok=True)
        shutil.copy(self.folder / "seeded.db", self.database)

    def program(self, world: World) -> Figures:
        """One `atsp run --only ingestion`."""
        self._database_as("before.db", self.database)
        world.traffic()
        cost = self._atsp(world, "--only", "ingestion")
        (report,) = json.loads(cost.output)["runners"]
        with closing(sqlite3.connect(self.database)) as connection:
            connection.execute("ATTACH DATABASE ? AS earlier", (str(self.folder / "before.db"),))
            rows = {table: _written(connection, table) for table in TABLES}
            (offers,) = connection.execute("SELECT count(*) FROM offers WHERE closed_at IS NULL").fetchone()
        return Figures(offers=offers, cost=cost, traffic=world.traffic(), rows=rows, counters=report["counters"])

    def floor(self, world: World) -> Figures:
        """One reading of the same boards by the floor script."""
        world.traffic()
        files = ("boards.json", "keywords.json", "floor.db")
        cost = measured([sys.executable, FLOOR, world.base_url, *files], folder=self.folder)
        if cost.status:
            raise SystemExit((self.folder / "stderr.txt").read_text(encoding="utf-8"))
        return Figures(
            offers=json.loads(cost.output)["offers"], cost=cost, traffic=world.traffic(), rows={}, counters={}
        )

    def _atsp(self, world: World, *arguments: str) -> Cost:
        (self.folder / "atsp.toml").write_text(CONFIG.format(base_url=world.base_url), encoding="utf-8")
        cost = measured([ATSP, "run", "--json", *arguments], folder=self.folder)
        if cost.status:
            raise SystemExit(f"atsp ended with status {cost.status}:\n{cost.output}")
        return cost

    def _database_as(self, name: str, database: Path) -> None:
        (self.folder / name).unlink(missing_ok=True)
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(self.folder / name)) as target:
            source.backup(target)


def _written(connection: sqlite3.Connection, table: str) -> int:
    """How many rows of *table* are new or differ from those before."""
    query = f"SELECT count(*) FROM (SELECT * FROM main.{table} EXCEPT SELECT * FROM earlier.{table})"
    (count,) = connection.execute(query).fetchone()
    return int(count)


def rounds(bench: Bench, count: int) -> dict[str, dict[str, list[Figures]]]:
    """Figures by program and run. The two programs take turns, and every other round the floor begins."""
    found: dict[str, dict[str, list[Figures]]] = {p: {run: [] for run in RUNS} for p in ("atsp", "floor")}
    for number in range(count):
        bench.fresh()
        for run, world in zip(RUNS, (bench.days[0], bench.days[0], bench.days[1]), strict=True):
            turns: list[tuple[str, Callable[[World], Figures]]] = [("atsp", bench.program), ("floor", bench.floor)]
            for program, work in turns if number % 2 == 0 else reversed(turns):
                found[program][run].append(work(world))
    return found


def _median(figures: Sequence[Figures], value: Callable[[Figures], float]) -> float:
    return median(map(value, figures))


def report(found: dict[str, dict[str, list[Figures]]], seeding: Cost, startup: float) -> dict[str, Any]:
    """Print the table; returns its figures."""
    print(f"discovery, before: {seeding.cpu:.1f} CPU s; a start of atsp that does nothing: {startup:.2f} CPU s\n")
    print(f"{'run':12} {'program':7} {'offers':>7} {'CPU s':>7} {'wall s':>7} {'offers/CPU s':>13} {'peak MB':>8} "
          f"{'MB moved':>9} {'requests':>9}")  # fmt: skip
    summary: dict[str, Any] = {}
    for run in RUNS:
        for program in ("atsp", "floor"):
            figures = found[program][run]
            row = {
                "offers": figures[0].offers,
                "cpu": _median(figures, lambda f: f.cost.cpu),
                "wall": _median(figures, lambda f: f.cost.wall),
                "rate": _median(figures, lambda f: f.rate),
                "peak": _median(figures, lambda f: f.cost.peak),
                "bytes": _median(figures, lambda f: f.traffic.total),
                "requests": _median(figures, lambda f: f.traffic.requests),
            }
            summary[f"{program}, {run}"] = row
            print(f"{run:12} {program:7} {row['offers']:7} {row['cpu']:7.2f} {row['wall']:7.2f} {row['rate']:13,.0f} "
                  f"{row['peak'] / 1e6:8.0f} {row['bytes'] / 1e6:9.2f} {row['requests']:9.0f}")  # fmt: skip
    ratios = _ratios(found)
    print()
    for name, value in ratios.items():
        print(f"{name:52} {value:6.3f}")
    print("\nrows written (new or different):")
    for run in RUNS:
        rows = found["atsp"][run][0].rows
        print(f"  {run:12} " + ", ".join(f"{table} {count}" for table, count in rows.items()))
        counters = found["atsp"][run][0].counters
        print(f"  {'':12} " + ", ".join(f"{name} {count}" for name, count in counters.items() if count))
    return {"runs": summary, "ratios": ratios}


def _ratios(found: dict[str, dict[str, list[Figures]]]) -> dict[str, float]:
    """What one run is against another of the same round: medians."""

    def against(these: Sequence[Figures], those: Sequence[Figures], value: Callable[[Figures], float]) -> float:
        return median(value(one) / value(other) for one, other in zip(these, those, strict=True))

    atsp, floor = found["atsp"], found["floor"]
    first, unchanged = atsp["first"], atsp["unchanged"]
    return {
        **{f"offers/CPU s against the floor, {run}": against(atsp[run], floor[run], lambda f: f.rate) for run in RUNS},
        "CPU, unchanged against first": against(unchanged, first, lambda f: f.cost.cpu),
        "bytes of Greenhouse, unchanged against first": against(
            unchanged, first, lambda f: f.traffic.sent["greenhouse"]
        ),
        "bytes of Lever, unchanged against first": against(unchanged, first, lambda f: f.traffic.sent["lever"]),
    }


def memory(folder: Path, arguments: argparse.Namespace) -> dict[str, Any]:
    """The memory that one huge board takes, at each vendor."""
    found: dict[str, Any] = {}
    size = arguments.huge
    vendors: tuple[sandbox.Vendor, ...] = ("greenhouse", "lever")
    for vendor in vendors:
        place = folder / vendor
        place.mkdir()
        options = ["--companies", "1", "--postings", str(size), "--vendors", vendor, *_texts(arguments)]
        world = sandbox.World.crowd(companies=1, postings=size, vendors=[vendor], seed=arguments.seed)
        boards = [key for keys in world.truth().values() if keys for key in keys]
        with ExitStack() as stack:
            days = [stack.enter_context(served(options, day=d, log=place / f"day{d}.jsonl")) for d in (1, 2)]
            bench = Bench(place, boards, days)
            bench.seeded(world.companies_csv())
            for run, day in zip(RUNS, (days[0], days[0], days[1]), strict=True):
                figures = bench.program(day)
                found[f"{vendor}, {run}"] = figures.cost.peak
                print(f"{vendor:10} {run:12} {figures.offers:6} offers, {figures.cost.peak / 1e6:6.0f} MB at the peak, "
                      f"{figures.cost.cpu:6.1f} CPU s, {figures.traffic.total / 1e6:7.1f} MB moved")  # fmt: skip
    return found


def _texts(arguments: argparse.Namespace) -> list[str]:
    return ["--seed", str(arguments.seed), "--text", str(arguments.text)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--boards", type=int, default=600, help="boards in all (default 600)")
    parser.add_argument("--offers", type=int, default=14_000, help="postings in all (default 14000)")
    parser.add_argument("--text", type=int, default=5000, help="characters of a posting (default 5000)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds, of which medians are shown (default 3)")
    parser.add_argument("--seed", type=int, default=1, help="which world (default 1)")
    parser.add_argument("--huge", type=int, metavar="N", help="instead: the memory that a board of N postings takes")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE, too")
    arguments = parser.parse_args()
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.machine()}")
    with tempfile.TemporaryDirectory(prefix="atsp-ingestion-") as name:
        folder = Path(name)
        found = whole(folder, arguments) if arguments.huge is None else memory(folder, arguments)
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(found, indent=2), encoding="utf-8")


def whole(folder: Path, arguments: argparse.Namespace) -> dict[str, Any]:
    """All rounds of all runs."""
    size = ["--companies", str(arguments.boards), "--postings", str(arguments.offers)]
    world = sandbox.World.crowd(companies=arguments.boards, postings=arguments.offers, seed=arguments.seed)
    boards = [key for keys in world.truth().values() if keys for key in keys]
    print(f"{len(boards)} boards, {arguments.offers} offers of {arguments.text} characters, {arguments.rounds} rounds")
    with ExitStack() as stack:
        days = [
            stack.enter_context(served([*size, *_texts(arguments)], day=d, log=folder / f"day{d}.jsonl"))
            for d in (1, 2)
        ]
        bench = Bench(folder, boards, days)
        seeding = bench.seeded(world.companies_csv())
        startup = median(measured([ATSP, "--version"], folder=folder).cpu for _ in range(3))
        return report(rounds(bench, arguments.rounds), seeding, startup)
