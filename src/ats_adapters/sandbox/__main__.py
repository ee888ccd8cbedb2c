"""`python -m ats_adapters.sandbox`: the world in a process of its own, until it is told to end."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import get_args

from ats_adapters.sandbox.crowd import Crowd, Vendor
from ats_adapters.sandbox.faults import FaultKind, Faults
from ats_adapters.sandbox.maze import Maze
from ats_adapters.sandbox.server import RequestRecord, SandboxServer
from ats_adapters.sandbox.world import World

_EXAMPLES = """examples:
  python -m ats_adapters.sandbox --port 8080 --day 2 --misbehave 429-seconds reset --rate 0.2
  python -m ats_adapters.sandbox --companies 600 --postings 14000 --requests requests.jsonl
"""


def _day(text: str) -> int:
    day = int(text)
    if day < 1:
        raise argparse.ArgumentTypeError(f"the world begins on day 1, not {day}")
    return day


def _rate(text: str) -> float:
    rate = float(text)
    if not 0 <= rate <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not a probability between 0 and 1")
    return rate


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ats_adapters.sandbox",
        description=__doc__,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: any free one)")
    parser.add_argument("--day", type=_day, default=1, help="day of the world, from 1")
    parser.add_argument("--seed", type=int, default=0, help="which crowd it is, and which tries fail (default: 0)")
    parser.add_argument(
        "--requests", type=Path, metavar="FILE", help="append each request to FILE, a JSON object a line"
    )
    crowd = parser.add_argument_group("a crowd", "a generated world instead of the small one; --companies asks for it")
    crowd.add_argument("--companies", type=int, metavar="N", help="so many companies with a board each")
    crowd.add_argument("--postings", type=int, metavar="N", help="so many postings in all (default: 14000)")
    crowd.add_argument("--text", type=int, metavar="N", help="characters of a posting's text (default: 5000)")
    crowd.add_argument("--changed", type=_rate, metavar="SHARE", help="of postings, from day to day (default: 0.05)")
    crowd.add_argument("--signals", type=_rate, metavar="SHARE", help="of companies with signals (default: 0.3)")
    crowd.add_argument("--malformed", type=int, metavar="N", help="records that nobody can use (default: 0)")
    crowd.add_argument("--huge", type=int, metavar="N", help="one board more, of so many postings")
    crowd.add_argument(
        "--vendors",
        nargs="+",
        metavar="VENDOR",
        choices=get_args(Vendor),
        help="whose boards (default: both, by turns)",
    )
    maze = parser.add_argument_group("a maze", "websites that lead to boards in many ways, or only seem to")
    maze.add_argument("--maze", type=int, metavar="N", help="so many companies")
    trouble = parser.add_argument_group("trouble")
    kinds = [kind.value for kind in FaultKind]
    trouble.add_argument(
        "--misbehave", nargs="+", metavar="KIND", choices=kinds, help=f"one or more of {', '.join(kinds)}"
    )
    trouble.add_argument("--rate", type=_rate, default=0.2, help="how often a try fails, 0 to 1 (default: 0.2)")
    trouble.add_argument(
        "--tries", type=int, default=1, help="only so many first tries of a URL can fail (0: every try)"
    )
    trouble.add_argument("--retry-after", type=int, default=1, metavar="SECONDS", help="what a refusal asks for")
    trouble.add_argument("--hang", type=float, default=30.0, metavar="SECONDS", help="how long a silent one stays open")
    trouble.add_argument("--everywhere", action="store_true", help="websites misbehave too, not vendors only")
    return parser


def _world(options: argparse.Namespace) -> World:
    """The world that the options describe. Raises `ValueError`."""
    names = ("companies", "postings", "text", "changed", "signals", "malformed", "huge", "vendors")
    given = {name: value for name in names if (value := getattr(options, name)) is not None}
    if options.maze is not None:
        if given:
            raise ValueError(f"--{next(iter(given))} is of a crowd, and --maze asks for a maze: give one of them")
        return World(options.day, Maze(companies=options.maze, seed=options.seed))
    if not given:
        return World(options.day)
    if "companies" not in given:
        raise ValueError(f"--{next(iter(given))} is of a crowd: give --companies too")
    return World(options.day, Crowd(seed=options.seed, **given))


def _faults(options: argparse.Namespace) -> Faults | None:
    if not options.misbehave:
        return None
    return Faults(
        kinds=options.misbehave,
        rate=options.rate,
        seed=options.seed,
        tries=options.tries or None,
        everywhere=options.everywhere,
        retry_after=options.retry_after,
        hang=options.hang,
    )


@contextmanager
def _told_of_requests(path: Path | None) -> Iterator[Callable[[RequestRecord], None]]:
    """What is to be told of each request; each is in the file as soon as it was told."""
    if path is None:
        yield lambda record: None
        return
    with path.open("a", encoding="utf-8", buffering=1) as lines:

        def tell(record: RequestRecord) -> None:
            line = {
                "host": record.host,
                "method": record.method,
                "target": record.target,
                "at": round(record.heard_at, 6),
                "status": record.status,
                "bytes": record.size,
                "fault": record.fault,
            }
            lines.write(json.dumps(line) + "\n")

        yield tell


async def _serve(world: World, faults: Faults | None, options: argparse.Namespace) -> None:
    told_to_end = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        if sys.platform == "win32":
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(told_to_end.set))
        else:
            loop.add_signal_handler(number, told_to_end.set)
    with _told_of_requests(options.requests) as heard:
        async with SandboxServer(world, faults, port=options.port, heard=heard) as server:
            sys.stdout.write(json.dumps({"base_url": server.base_url, "day": options.day}) + "\n")
            sys.stdout.flush()
            await told_to_end.wait()


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; the first line on stdout is `{"base_url": …, "day": …}`."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        world, faults = _world(options), _faults(options)
    except ValueError as error:
        parser.error(str(error))
    try:
        asyncio.run(_serve(world, faults, options))
    except OSError as error:
        what = f"{error.filename}" if error.filename else f"port {options.port} of 127.0.0.1"
        hint = "choose another file" if error.filename else "choose another --port"
        sys.stderr.write(f"{what} cannot be used: {error.strerror}; {hint}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
