"""A sandbox world behind a server that notes when each vendor was asked, and misbehaves as a test tells it to."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from typing import Self

from attrs import frozen
from tests.servers.loopback import LoopbackServer, Received

from ats_adapters.sandbox import World


@frozen
class Heard:
    """One request: which vendor ("" where a website) was asked for what, and when (seconds, by the monotonic clock)."""

    vendor: str
    target: str
    at: float


#: What to do with a vendor's request before the world answers it: None lets it, bytes are the answer instead.
Play = Callable[[str, Received], Awaitable[bytes | None]]


class VendorServer(LoopbackServer):
    """Serves a world on a thread of its own (`threads.running`); a test reads what it heard from its own.

    *most* counts, by vendor, the requests that were under way together.
    """

    def __init__(self, world: World, play: Play | None = None) -> None:
        super().__init__(self._answer)
        self.world = world
        self.play = play
        self.heard: list[Heard] = []
        self.bytes_sent: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self._under_way: Counter[str] = Counter()
        self._news = threading.Condition()
        self._loop: asyncio.AbstractEventLoop | None = None

    def of(self, vendor: str) -> list[Heard]:
        """What a vendor was asked for so far."""
        return [heard for heard in list(self.heard) if heard.vendor == vendor]

    def times(self, vendor: str) -> list[float]:
        """When a vendor was asked so far."""
        return [heard.at for heard in self.of(vendor)]

    def wait_until(self, seen: Callable[[], bool], *, seconds: float = 60) -> None:
        """Wait until *seen*, which is asked anew with every request that comes."""
        with self._news:
            assert self._news.wait_for(seen, timeout=seconds), f"not seen within {seconds:g} s"

    def call(self, function: Callable[[], object]) -> None:
        """Call a function in the server's thread."""
        assert self._loop is not None
        self._loop.call_soon_threadsafe(function)

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        return await super().__aenter__()

    async def _answer(self, request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        vendor = vendor_of(request.host)
        self._under_way[vendor] += 1
        self.most[vendor] = max(self.most[vendor], self._under_way[vendor])
        with self._news:
            self.heard.append(Heard(vendor, request.target, time.monotonic()))
            self._news.notify_all()
        try:
            played = await self.play(vendor, request) if self.play is not None else None
        finally:
            self._under_way[vendor] -= 1
        if played is not None:
            return played or None
        response = self.world.handle(request.host, request.method, request.target, dict(request.headers))
        self.bytes_sent[vendor] += len(response.body)
        lines = [f"HTTP/1.1 {response.status} Whatever", *(f"{name}: {value}" for name, value in response.headers)]
        return "\r\n".join([*lines, "", ""]).encode() + response.body


def vendor_of(host: str) -> str:
    """The vendor of a host; "" where it is a website."""
    return "greenhouse" if host.endswith("greenhouse.io") else "lever" if host.endswith("lever.co") else ""


def burst_needed(times: Iterable[float], rate: float) -> float:
    """The least burst of a bucket of *rate* that would have let requests through at these times.

    That is the greatest n - rate * t over all spans: n requests within t seconds.
    """
    level = most = 0.0
    last = float("-inf")
    for at in sorted(times):
        level = max(0.0, level - rate * (at - last)) + 1
        most, last = max(most, level), at
    return most
