"""`python -m ats_adapters.sandbox`: the world in a process of its own, until it is told to end."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys

from ats_adapters.sandbox.faults import FaultKind, Faults
from ats_adapters.sandbox.server import SandboxServer
from ats_adapters.sandbox.world import World

_EXAMPLE = "example: python -m ats_adapters.sandbox --port 8080 --day 2 --misbehave 429-seconds reset --rate 0.2"


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
    parser = argparse.ArgumentParser(prog="python -m ats_adapters.sandbox", description=__doc__, epilog=_EXAMPLE)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: any free one)")
    parser.add_argument("--day", type=_day, default=1, help="day of the world, from 1")
    kinds = [kind.value for kind in FaultKind]
    parser.add_argument(
        "--misbehave", nargs="+", metavar="KIND", choices=kinds, help=f"one or more of {', '.join(kinds)}"
    )
    parser.add_argument("--rate", type=_rate, default=0.2, help="how often a try fails, 0 to 1 (default: 0.2)")
    parser.add_argument("--seed", type=int, default=0, help="which tries fail")
    parser.add_argument(
        "--tries", type=int, default=1, help="only so many first tries of a URL can fail (0: every try)"
    )
    parser.add_argument("--everywhere", action="store_true", help="websites misbehave too, not vendors only")
    return parser


async def _serve(options: argparse.Namespace) -> None:
    faults = None
    if options.misbehave:
        faults = Faults(
            kinds=options.misbehave,
            rate=options.rate,
            seed=options.seed,
            tries=options.tries or None,
            everywhere=options.everywhere,
        )
    told_to_end = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        if sys.platform == "win32":
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(told_to_end.set))
        else:
            loop.add_signal_handler(number, told_to_end.set)
    async with SandboxServer(World(options.day), faults, port=options.port) as server:
        sys.stdout.write(json.dumps({"base_url": server.base_url, "day": options.day}) + "\n")
        sys.stdout.flush()
        await told_to_end.wait()


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; the first line on stdout is `{"base_url": …, "day": …}`."""
    options = _parser().parse_args(arguments)
    try:
        asyncio.run(_serve(options))
    except OSError as error:
        sys.stderr.write(f"port {options.port} of 127.0.0.1 cannot be used: {error.strerror}; choose another --port\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
