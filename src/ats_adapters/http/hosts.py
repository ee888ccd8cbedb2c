"""Asks websites politely: one request at a time at any host, in the host's own turn, and back when it says so."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping

import anyio
import httpx
from attrs import Factory, define

from ats_adapters.http.client import Answer, Outside, RequestFailed, phrase
from ats_adapters.http.limiter import HeldTooLong, TokenBucket
from ats_adapters.http.retry import retry_after
from ats_adapters.http.robots import RobotRules
from ats_adapters.http.traffic import NO_TRAFFIC, Traffic
from ats_adapters.http.urls import host_of, shown
from ats_core.errors import FailureKind
from ats_core.ports import Clock, EventLog
from ats_core.provider.messages import RateLimit

__all__ = ["Host", "Hosts"]

# Hosts whose rules and limits are remembered, and rules of robots.txt in all (some 10 MB). A company is looked at in
# one go, so the oldest are done with.
_KEPT_HOSTS = 1_000
_KEPT_RULES = 50_000


@define
class Host:
    """One host: a gate that lets one request in at a time, its bucket, and the rules of its origins.

    *robots_line* is held while an origin's rules are read. *interval*: seconds that a Crawl-delay asks to leave.
    """

    bucket: TokenBucket
    gate: anyio.Lock = Factory(anyio.Lock)
    robots: dict[str, RobotRules] = Factory(dict)
    robots_line: anyio.Lock = Factory(anyio.Lock)
    interval: float = 0.0
    answered: bool = False


class Hosts:
    """The hosts of a run, each with its own limits."""

    def __init__(self, outside: Outside, clock: Clock, log: EventLog, limit: RateLimit) -> None:
        self._outside = outside
        self._patience = outside.settings.max_retry_after
        self._clock = clock
        self._log = log
        self._limit = limit
        self._hosts: OrderedDict[str, Host] = OrderedDict()
        self.traffic: Traffic = NO_TRAFFIC

    def of(self, target: httpx.URL) -> Host:
        """The host of a URL."""
        name = host_of(target)
        host = self._hosts.get(name)
        if host is None:
            host = self._hosts[name] = Host(TokenBucket(self._limit, self._clock, patience=self._patience))
            if len(self._hosts) > _KEPT_HOSTS:
                self._forget_one()
        else:
            self._hosts.move_to_end(name)
        return host

    def _forget_one(self) -> None:
        """Forget the host that was not asked for longest, unless it is being asked: its gate holds for all."""
        idle = (name for name, host in self._hosts.items() if not (host.gate.locked() or host.robots_line.locked()))
        oldest = next(idle, None)
        if oldest is not None:
            del self._hosts[oldest]

    def keep_rules(self, host: Host, origin: str, rules: RobotRules) -> None:
        """Remember the rules of one of the host's origins; the oldest hosts' are forgotten where there are too many."""
        host.robots[origin] = rules
        kept = sum(known.count for other in self._hosts.values() for known in other.robots.values())
        for other in self._hosts.values():
            if kept <= _KEPT_RULES:
                return
            if other is not host:
                kept -= sum(known.count for known in other.robots.values())
                other.robots.clear()

    def slow_down(self, host: Host, interval: float) -> None:
        """Leave at least *interval* seconds between requests to the host; an interval that is kept anyway is none."""
        if interval > max(host.interval, 1 / self._limit.requests_per_second):
            host.interval = interval
            limit = RateLimit(requests_per_second=1 / interval, burst=1)
            host.bucket = TokenBucket(limit, self._clock, patience=self._patience)

    async def visit(
        self, target: httpx.URL, *, max_bytes: int, cut: bool, wants: Callable[[int, Mapping[str, str]], bool]
    ) -> Answer:
        """The answer below 500 and not 429 of one request, made twice where that helps. Raises `RequestFailed`.

        It helps where the host says when to come back, and where the connection to a host that answered before
        breaks: it may just have closed one that was kept open.
        """
        host, url, again = self.of(target), str(target), False
        while True:
            try:
                async with host.gate:
                    await host.bucket.turn()
                    self.traffic = self.traffic.plus(requests=1, retries=int(again))
                    answer = await self._outside.ask(url, max_bytes=max_bytes, cut=cut, wants=wants)
            except HeldTooLong as held:
                raise RequestFailed(
                    FailureKind.RATE_LIMITED, f"not asked: {held}, as the host wants", url=url
                ) from None
            except RequestFailed as failure:
                if again or failure.kind is not FailureKind.NETWORK or not host.answered:
                    raise
            else:
                host.answered = True
                self.traffic = self.traffic.plus(bytes_received=answer.received)
                if answer.status < 500 and answer.status != 429:
                    return answer
                told = self._told_to_wait(host, answer)
                if again or not told or host.bucket.held_too_long:
                    kind = FailureKind.RATE_LIMITED if told or answer.status == 429 else FailureKind.SERVER_ERROR
                    raise RequestFailed(kind, f"the answer was {phrase(answer.status)}", url=url)
            again = True

    def _told_to_wait(self, host: Host, answer: Answer) -> bool:
        """Whether the answer says when to come back; the host's bucket is held until then."""
        seconds = retry_after(answer.headers, self._clock.now()) if answer.status in (429, 503) else None
        if seconds is None:
            return False
        host.bucket.hold(seconds)
        self._log.info("website_asks_to_wait", url=shown(answer.url), status=answer.status, seconds=seconds)
        return True
