"""Calls to the Sheets API through gspread: in a worker thread, in turn, timed, and tried again, but not for ever."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import anyio
import anyio.to_thread
import orjson

from ats_adapters.http.limiter import TokenBucket
from ats_adapters.http.retry import backoff, retry_after
from ats_adapters.sheets.google.access import Access
from ats_core.ports import Clock
from ats_core.provider.messages import RateLimit
from ats_core.settings import HttpSettings

__all__ = ["MORE_TRIES_FOR_QUOTA", "QUOTA", "GoogleCalls", "WallClock"]

#: Google lets an account read 60 times a minute, and write 60 times (Sheets API, "Usage limits"). In no minute does
#: this give more than 20 + 0.6 * 60 = 56 turns.
QUOTA = RateLimit(requests_per_second=0.6, burst=20, concurrency=1)
#: Quotas are refilled every minute: after so many more tries, with pauses that double, a minute has passed.
MORE_TRIES_FOR_QUOTA = 3
_LONGEST_PAUSE = 64.0
# Large batches take Google a while. It drops what takes over 180 s.
_ANSWER_FACTOR = 3.0
_LONGEST_ANSWER = 180.0

Json = dict[str, Any]


class WallClock:
    """A `Clock`: the machine's."""

    def now(self) -> datetime:
        """The time."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await anyio.sleep(seconds)


class GoogleCalls:
    """Asks and tells the Sheets API. One call is under way at a time."""

    def __init__(
        self, open_access: Callable[[], Access], network: HttpSettings, clock: Clock, rng: random.Random | None = None
    ) -> None:
        """*open_access* is called once, in the worker thread, before the first call; it may raise `SheetError`."""
        seconds = network.timeout.total_seconds()
        self._open = open_access
        self._timeout = (seconds, min(_ANSWER_FACTOR * seconds, _LONGEST_ANSWER))
        self._tries = network.max_tries
        self._patience = network.max_retry_after.total_seconds()
        self._clock = clock
        self._rng = rng or random.Random()  # noqa: S311 - spreads pauses, guards nothing
        self._turns = {"get": TokenBucket(QUOTA, clock), "post": TokenBucket(QUOTA, clock)}
        self._client: Any = None
        self._address = ""

    @property
    def tries(self) -> int:
        """How often a call is made that fails in a way that may pass."""
        return self._tries

    @property
    def address(self) -> str:
        """The service account's address; empty before the first call."""
        return self._address

    async def ask(self, url: str, params: Mapping[str, Any]) -> Json:
        """A reading call, tried again whatever passing failure it meets. Raises `SheetError`."""
        return await self._patiently("get", url, params, None, repeat_all=True)

    async def tell(self, url: str, params: Mapping[str, Any], body: Mapping[str, Any]) -> Json:
        """A writing call, tried again while it was certainly not carried out.

        Raises `SheetError`, and `Passing` where the answer was lost: the call may have been carried out.
        """
        return await self._patiently("post", url, params, body, repeat_all=False)

    async def pause(self, tried: int, *, is_quota: bool = False, after: str = "") -> None:
        """Wait before the next try after *tried* ones: what Google says, else exponentially, with jitter."""
        said = retry_after({"retry-after": after}, self._clock.now())
        if said is not None and said <= self._patience:
            seconds = said
        elif is_quota:
            seconds = min(_LONGEST_PAUSE, 2.0**tried) * self._rng.uniform(0.5, 1.0)
        else:
            seconds = backoff(tried, self._rng)
        await self._clock.sleep(seconds)

    async def _patiently(
        self, method: str, url: str, params: Mapping[str, Any], body: Mapping[str, Any] | None, *, repeat_all: bool
    ) -> Json:
        from ats_adapters.sheets.google.faults import Passing

        tried = 0
        while True:
            await self._turns[method].turn()
            tried += 1
            try:
                # Abandoned when the run is told to end: a call that is under way is not waited for.
                return await anyio.to_thread.run_sync(self._call, method, url, params, body, abandon_on_cancel=True)
            except Passing as failure:
                if not (failure.undone or repeat_all):
                    raise
                if tried >= self._tries + MORE_TRIES_FOR_QUOTA * failure.is_quota:
                    raise failure.error from None
                await self.pause(tried, is_quota=failure.is_quota, after=failure.after)

    def _call(self, method: str, url: str, params: Mapping[str, Any], body: Mapping[str, Any] | None) -> Json:
        from gspread.http_client import HTTPClient

        from ats_adapters.sheets.google.faults import judged
        from ats_core.errors import SheetError

        if self._client is None:
            opened = self._open()
            self._client = HTTPClient(None, opened.session)  # type: ignore[arg-type]
            self._client.set_timeout(self._timeout)
            self._address = opened.address
        data = None if body is None else orjson.dumps(body)
        headers = None if body is None else {"Content-Type": "application/json; charset=utf-8"}
        try:
            answer = self._client.request(method, url, params=dict(params), data=data, headers=headers).json()
            if not isinstance(answer, dict):
                raise ValueError("no object")
        except SheetError:
            raise
        except Exception as error:
            raise judged(error, address=self._address) from None
        return answer
