"""Sends vendor adapters' requests: under each vendor's limits, tried again where that helps, answered in order.

The loop of tries is own rather than stamina's or tenacity's: the vendor decides how long to wait (Retry-After), for
all requests to it and not only the one that was told; and clock and randomness are ports.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from urllib.parse import urlsplit

import anyio
from attrs import define, field, frozen

from ats_adapters.http.client import Answer, Outside, RequestFailed, phrase
from ats_adapters.http.limiter import HeldTooLong, TokenBucket
from ats_adapters.http.retry import backoff, retry_after
from ats_adapters.http.traffic import NO_TRAFFIC, Traffic
from ats_adapters.http.urls import shown
from ats_core.domain.board import ProviderName
from ats_core.errors import FailureKind, ProviderError
from ats_core.ports import Clock, EventLog
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

_TRANSIENT = frozenset({FailureKind.NETWORK, FailureKind.TIMEOUT})


@define
class _Lane:
    """One vendor's limits and traffic. *held_as*: what the vendor's last word was when it asked to be left alone."""

    name: ProviderName
    bucket: TokenBucket
    slots: anyio.Semaphore
    held_as: FailureKind = FailureKind.RATE_LIMITED
    traffic: Traffic = NO_TRAFFIC


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
    ) -> None:
        """A vendor without an entry in *limits* gets `RateLimit()`."""
        self._outside = outside
        self._settings = outside.settings
        self._patience = outside.settings.max_retry_after.total_seconds()
        self._limits = limits
        self._clock = clock
        self._log = log
        self._rng = rng
        self._lanes: dict[ProviderName, _Lane] = {}

    @property
    def traffic(self) -> Mapping[ProviderName, Traffic]:
        """What was asked so far, by vendor."""
        return MappingProxyType({name: lane.traffic for name, lane in self._lanes.items()})

    async def send(self, provider: ProviderName, requests: tuple[Request, ...]) -> tuple[Reply, ...]:
        """One reply for each request, in order, after all tries. Never raises `ProviderError`: it is a reply.

        The requests run side by side as far as the vendor's limits allow. Kinds of failure: network, timeout,
        rate_limited, server_error, forbidden, blocked_address, redirects, too_large, not_text, adapter.
        """
        lane = self._lane(provider)
        if len(requests) == 1:
            return (await self._reply(lane, requests[0]),)
        replies: dict[int, Reply] = {}

        async def play(position: int, request: Request) -> None:
            replies[position] = await self._reply(lane, request)

        async with anyio.create_task_group() as group:
            for position, request in enumerate(requests):
                group.start_soon(play, position, request)
        return tuple(replies[position] for position in range(len(requests)))

    def _lane(self, provider: ProviderName) -> _Lane:
        lane = self._lanes.get(provider)
        if lane is None:
            limit = self._limits.get(provider) or RateLimit()
            bucket = TokenBucket(limit, self._clock, patience=self._settings.max_retry_after)
            slots = anyio.Semaphore(limit.concurrency, fast_acquire=True)
            lane = self._lanes[provider] = _Lane(provider, bucket, slots)
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
        except HeldTooLong as held:
            error = ProviderError(
                lane.held_as,
                f"not asked: the vendor wants to be left alone until {held.until:%Y-%m-%d %H:%M:%S} UTC",
                where=shown(request.url),
                hint="a later run asks again",
                retry_after=held.until,
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
        return Response(url=answer.url, status=answer.status, body=answer.body, headers=answer.headers)

    def _told_to_wait(self, lane: _Lane, answer: Answer, tried: int) -> _Setback:
        now = self._clock.now()
        kind = FailureKind.RATE_LIMITED if answer.status == 429 else FailureKind.SERVER_ERROR
        seconds = retry_after(answer.headers, now)
        if not seconds:  # "come back at once" is no advice to keep to
            pause = backoff(tried, self._rng)
            if kind is FailureKind.RATE_LIMITED:  # too many requests: of all of ours, not of this one
                lane.bucket.hold(min(pause, self._patience))
            return _Setback(self._error(kind, answer, "a later run asks again"), pause)
        lane.bucket.hold(seconds)
        lane.held_as = kind
        until = now + timedelta(seconds=seconds)
        self._log.info("vendor_asks_to_wait", provider=lane.name, status=answer.status, until=until.isoformat())
        error = self._error(kind, answer, f"it asks to wait until {until:%Y-%m-%d %H:%M:%S} UTC", retry_after=until)
        # The held bucket does the waiting, for this request and all others of the vendor.
        return _Setback(error, 0.0 if not lane.bucket.held_too_long else None)

    def _error(
        self, kind: FailureKind, answer: Answer, hint: str, *, retry_after: datetime | None = None
    ) -> ProviderError:
        return ProviderError(
            kind, f"the answer was {phrase(answer.status)}", where=shown(answer.url), hint=hint, retry_after=retry_after
        )

    async def _follow(self, lane: _Lane, request: Request) -> Answer:
        """The answer at the end of the redirects. Raises `RequestFailed` and `HeldTooLong`."""
        url, method, body = request.url, request.method, request.body
        headers = _headers(request)
        for _ in range(self._settings.max_redirects + 1):
            await lane.bucket.turn()
            lane.traffic = lane.traffic.plus(requests=1)
            answer = await self._outside.ask(
                url, method=method, headers=headers, body=body, max_bytes=self._settings.max_api_bytes
            )
            lane.traffic = lane.traffic.plus(bytes_received=answer.received)
            target = answer.redirect_to
            if target is None:
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
