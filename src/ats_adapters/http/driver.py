"""Sends vendor adapters' requests: under each vendor's limits, tried again where that helps, answered in order.

The loop of tries is own rather than stamina's or tenacity's: the vendor decides how long to wait (Retry-After), for
all requests to it and not only the one that was told; and clock and randomness are ports.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from urllib.parse import urlsplit

import anyio
import httpx
from attrs import define, field, frozen

from ats_adapters.http.client import Answer, Outside, RequestFailed, phrase
from ats_adapters.http.limiter import HeldTooLong, TokenBucket
from ats_adapters.http.retry import backoff, longest_backoff, retry_after
from ats_adapters.http.robots import MAX_ROBOTS_BYTES, RobotRules
from ats_adapters.http.robots_reading import is_answer, origin_of, read_rules, robots_txt, target_of
from ats_adapters.http.traffic import NO_TRAFFIC, Traffic
from ats_adapters.http.urls import shown
from ats_core.domain.board import ProviderName, ProviderPause
from ats_core.errors import FailureKind, FatalError, ProviderError
from ats_core.ports import Clock, EventLog, PauseBook
from ats_core.provider.messages import RateLimit, Reply, Request, Response

__all__ = ["HttpDriver"]

# Headers that say who asks, where and how: the client's own, not an adapter's.
_OURS = frozenset(
    """
    host user-agent accept-encoding connection keep-alive content-length transfer-encoding te trailer upgrade expect
    proxy-authorization proxy-connection if-none-match if-modified-since
    """.split()
)
# What a redirect may carry to another origin: nothing that could be a credential.
_HARMLESS = frozenset({"accept", "accept-language", "content-type", "if-none-match", "if-modified-since"})

# Origins whose robots.txt is remembered; a list has one or two.
_KEPT_ORIGINS = 20

_TRANSIENT = frozenset({FailureKind.NETWORK, FailureKind.TIMEOUT})


@define
class _Lane:
    """One vendor's limits and traffic. *pause*: the last that was kept to, until the vendor answers again.

    *interval*: the seconds that its bucket leaves between requests, once the burst is spent.
    """

    name: ProviderName
    bucket: TokenBucket
    slots: anyio.Semaphore
    interval: float
    pause: ProviderPause | None = None
    traffic: Traffic = NO_TRAFFIC


class _LeftAlone(Exception):
    """The vendor is paused for longer than is waited for."""

    def __init__(self, pause: ProviderPause) -> None:
        self.pause = pause
        super().__init__(pause.reason)


@frozen
class _Setback:
    """A try that failed. *pause*: seconds before the next one; None: there is to be none."""

    error: ProviderError
    pause: float | None = field(default=None)


class HttpDriver:
    """The `VendorHttp` of the real world. One lane a vendor: nothing of one vendor waits for another."""

    def __init__(
        self,
        outside: Outside,
        limits: Mapping[ProviderName, RateLimit],
        clock: Clock,
        log: EventLog,
        rng: random.Random,
        pauses: PauseBook,
    ) -> None:
        """A vendor without an entry in *limits* gets `RateLimit()`.

        *pauses* are looked at before every request, whoever made them; what a vendor says (Retry-After) is kept there
        before anything else is asked of it, so that it holds for the next process too.
        """
        self._outside = outside
        self._settings = outside.settings
        self._patience = outside.settings.max_retry_after.total_seconds()
        self._limits = limits
        self._clock = clock
        self._log = log
        self._rng = rng
        self._pauses = pauses
        self._lanes: dict[ProviderName, _Lane] = {}
        self._rules: dict[str, RobotRules] = {}

    @property
    def traffic(self) -> Mapping[ProviderName, Traffic]:
        """What was asked so far, by vendor."""
        return MappingProxyType({name: lane.traffic for name, lane in self._lanes.items()})

    async def send(self, provider: ProviderName, requests: tuple[Request, ...]) -> tuple[Reply, ...]:
        """One reply for each request, in order, after all tries. Never raises `ProviderError`: it is a reply.

        The requests run side by side as far as the vendor's limits allow. Kinds of failure: network, timeout,
        rate_limited, server_error, forbidden, blocked_address, blocked_by_robots, redirects, too_large, not_text,
        adapter; and paused, where nothing was sent because the vendor is to be left alone for longer than is waited
        for. Raises `FatalError` where a pause cannot be read or kept.
        """
        lane = self._lane(provider)
        if len(requests) == 1:
            return (await self._reply(lane, requests[0]),)
        replies: dict[int, Reply] = {}
        fatal: list[FatalError] = []

        async def play(position: int, request: Request) -> None:
            try:
                replies[position] = await self._reply(lane, request)
            except FatalError as error:  # raised below, not as a group
                fatal.append(error)
                group.cancel_scope.cancel()

        async with anyio.create_task_group() as group:
            for position, request in enumerate(requests):
                group.start_soon(play, position, request)
        if fatal:
            raise fatal[0]
        return tuple(replies[position] for position in range(len(requests)))

    def _lane(self, provider: ProviderName) -> _Lane:
        lane = self._lanes.get(provider)
        if lane is None:
            limit = self._limits.get(provider) or RateLimit()
            bucket = TokenBucket(limit, self._clock, patience=self._settings.max_retry_after)
            slots = anyio.Semaphore(limit.concurrency, fast_acquire=True)
            lane = self._lanes[provider] = _Lane(provider, bucket, slots, 1 / limit.requests_per_second)
        return lane

    async def _reply(self, lane: _Lane, request: Request) -> Reply:
        most = self._settings.max_tries
        tried = 1
        while True:
            outcome = await self._try(lane, request, tried)
            if isinstance(outcome, Response):
                return outcome
            if outcome.pause is None or tried >= most:
                return outcome.error
            self._log.info("request_tried_again", provider=lane.name, tried=tried, of=most, why=str(outcome.error))
            tried += 1
            lane.traffic = lane.traffic.plus(retries=1)
            if outcome.pause:
                await self._clock.sleep(outcome.pause)

    async def _try(self, lane: _Lane, request: Request, tried: int) -> Response | _Setback:
        try:
            # The slot first: a turn is used the moment it is given, so the bucket's promise holds at the vendor.
            async with lane.slots:
                answer = await self._follow(lane, request)
        except _LeftAlone as left:
            error = ProviderError(
                FailureKind.PAUSED,
                f"not asked: {left.pause}",
                where=shown(request.url),
                hint="a later run asks again",
                retry_after=left.pause.paused_until,
            )
            return _Setback(error)
        except RequestFailed as failure:
            error = ProviderError(failure.kind, failure.what, where=failure.where, hint=failure.hint)
            return _Setback(error, backoff(tried, self._rng) if failure.kind in _TRANSIENT else None)
        if answer.status in (429, 503):
            return self._told_to_wait(lane, answer, tried)
        if answer.status >= 500:
            error = self._error(FailureKind.SERVER_ERROR, answer, "the vendor has trouble, a later run asks again")
            return _Setback(error, backoff(tried, self._rng))
        if answer.status == 403:
            return _Setback(self._error(FailureKind.FORBIDDEN, answer, "the vendor does not let us in there"))
        self._answered(lane)
        return Response(url=answer.url, status=answer.status, body=answer.body, headers=answer.headers)

    def _told_to_wait(self, lane: _Lane, answer: Answer, tried: int) -> _Setback:
        now = self._clock.now()
        kind = FailureKind.RATE_LIMITED if answer.status == 429 else FailureKind.SERVER_ERROR
        seconds = retry_after(answer.headers, now)
        if not seconds:  # "come back at once" is no advice to keep to
            is_last = tried >= self._settings.max_tries
            pause = longest_backoff(tried) if is_last else backoff(tried, self._rng)
            # Too many requests: of all of ours, not of this one. So is a service that is not there after all tries.
            if kind is FailureKind.RATE_LIMITED or is_last:
                self._hold(lane, answer, min(pause, self._patience), "did not say for how long")
            return _Setback(self._error(kind, answer, "a later run asks again"), pause)
        until = self._hold(lane, answer, seconds, "asked for it")
        error = self._error(kind, answer, f"it asks to wait until {until:%Y-%m-%d %H:%M:%S} UTC", retry_after=until)
        # The held bucket does the waiting, for this request and all others of the vendor.
        return _Setback(error, 0.0 if not lane.bucket.held_too_long else None)

    def _hold(self, lane: _Lane, answer: Answer, seconds: float, why: str) -> datetime:
        """Ask nothing of the vendor for so long, in this process and in the next; returns until when."""
        until = self._clock.now() + timedelta(seconds=seconds)
        lane.bucket.hold(seconds)
        if seconds:
            reason = f"it answered {phrase(answer.status)} and {why}"
            lane.pause = self._pauses.keep(ProviderPause(provider=lane.name, paused_until=until, reason=reason))
            self._log.info("vendor_asks_to_wait", provider=lane.name, status=answer.status, until=until.isoformat())
        return until

    def _heed(self, lane: _Lane) -> None:
        """Let the bucket wait for the end of a pause; raises `_LeftAlone` where that is too far away."""
        now = self._clock.now()
        pause = self._pauses.standing(lane.name, now)
        if pause is None:
            return
        lane.pause = pause
        left = pause.paused_until - now
        if left > self._settings.max_retry_after:
            raise _LeftAlone(pause)
        lane.bucket.hold(left.total_seconds())

    def _answered(self, lane: _Lane) -> None:
        """The vendor answers as it should: a pause that has ended is done with."""
        if lane.pause is not None and lane.pause.paused_until <= self._clock.now():
            self._pauses.strike(lane.pause)
            lane.pause = None

    def _error(
        self, kind: FailureKind, answer: Answer, hint: str, *, retry_after: datetime | None = None
    ) -> ProviderError:
        return ProviderError(
            kind, f"the answer was {phrase(answer.status)}", where=shown(answer.url), hint=hint, retry_after=retry_after
        )

    async def _turn(self, lane: _Lane) -> None:
        """Wait until the vendor may be asked once more. Raises `_LeftAlone`."""
        self._heed(lane)
        try:
            await lane.bucket.turn()
        except HeldTooLong:
            # It was told to us while we stood in the line.
            assert lane.pause is not None
            raise _LeftAlone(lane.pause) from None

    async def _obey_robots(self, lane: _Lane, url: str) -> None:
        """Raises `RequestFailed` where the rules of the URL's origin, read once a driver, keep us out."""
        target = target_of(url)
        origin = origin_of(target)
        rules = self._rules.get(origin)
        if rules is None:
            rules, _ = await read_rules(target, partial(self._ask_for_rules, lane))
            if rules.unreachable is not None:
                raise RequestFailed(
                    rules.unreachable, f"{rules.why}, so nothing there may be read", url=robots_txt(target)
                )
            if len(self._rules) >= _KEPT_ORIGINS:
                self._rules.clear()
            self._rules[origin] = rules
        if not rules.allow(str(target)):
            raise RequestFailed(FailureKind.BLOCKED_BY_ROBOTS, "robots.txt keeps us out", url=url)
        if rules.delay is not None and rules.delay > lane.interval:
            lane.interval = rules.delay
            limit = RateLimit(requests_per_second=1 / rules.delay, burst=1)
            lane.bucket = TokenBucket(limit, self._clock, patience=self._settings.max_retry_after)

    async def _ask_for_rules(self, lane: _Lane, target: httpx.URL) -> Answer:
        await self._turn(lane)
        lane.traffic = lane.traffic.plus(requests=1)
        answer = await self._outside.ask(str(target), max_bytes=MAX_ROBOTS_BYTES, cut=True, wants=is_answer)
        lane.traffic = lane.traffic.plus(bytes_received=answer.received)
        if not is_answer(answer.status, answer.headers):
            kind = FailureKind.RATE_LIMITED if answer.status == 429 else FailureKind.SERVER_ERROR
            raise RequestFailed(kind, f"the answer was {phrase(answer.status)}", url=str(target))
        return answer

    async def _follow(self, lane: _Lane, request: Request) -> Answer:
        """The answer at the end of the redirects. Raises `RequestFailed` and `_LeftAlone`."""
        url, method, body = request.url, request.method, request.body
        headers = _headers(request)
        most = min(request.max_bytes or self._settings.max_api_bytes, self._settings.max_api_bytes)
        for _ in range(self._settings.max_redirects + 1):
            if request.obeys_robots:
                await self._obey_robots(lane, url)
            await self._turn(lane)
            lane.traffic = lane.traffic.plus(requests=1)
            answer = await self._outside.ask(url, method=method, headers=headers, body=body, max_bytes=most)
            lane.traffic = lane.traffic.plus(bytes_received=answer.received)
            target = answer.redirect_to
            if target is None or (request.stays and urlsplit(target).netloc != urlsplit(answer.url).netloc):
                return answer
            if urlsplit(target)[:2] != urlsplit(answer.url)[:2]:
                headers = {name: value for name, value in headers.items() if name in _HARMLESS}
            if answer.status == 303 or (answer.status in (301, 302) and method == "POST"):
                method, body = "GET", None
                headers.pop("content-type", None)
            url = target
        raise RequestFailed(
            FailureKind.REDIRECTS, f"more than {self._settings.max_redirects} redirects", url=request.url
        )


def _headers(request: Request) -> dict[str, str]:
    """The request's headers, in lower case, its validators among them. Raises `RequestFailed`."""
    headers = {name.strip().lower(): value for name, value in request.headers.items()}
    if taken := _OURS & headers.keys():
        raise RequestFailed(
            FailureKind.ADAPTER,
            f"the adapter sets {', '.join(sorted(taken))}, which is not its to set",
            url=request.url,
            hint="this is a fault of the adapter, please report it",
        )
    if request.validators.etag:
        headers["if-none-match"] = request.validators.etag
    if request.validators.last_modified:
        headers["if-modified-since"] = request.validators.last_modified
    return headers
