"""Turns at asking one vendor or host: a token bucket that can be held.

Own rather than aiolimiter: that one measures with the event loop's time, so that nothing short of waiting tests it,
and cannot be told to let nothing through until a time.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import anyio

from ats_core.ports import Clock
from ats_core.provider.messages import RateLimit

__all__ = ["HeldTooLong", "TokenBucket"]

_FOR_EVER = timedelta.max
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class HeldTooLong(Exception):
    """The bucket lets nothing through before *until*, which is longer than its users have patience for."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(f"held until {until:%Y-%m-%d %H:%M:%S} UTC")


class TokenBucket:
    """A `RateLimiter`: *burst* turns at once, then *requests_per_second* evenly, first come first served.

    Kept as one time, at which the bucket would be full again (the generic cell rate algorithm): no number that
    creeps, no task that refills. In any second at most burst + requests_per_second turns are given.
    """

    def __init__(self, limit: RateLimit, clock: Clock, *, patience: timedelta = _FOR_EVER) -> None:
        """*patience*: how long a hold is waited for; turns asked for during a longer one raise `HeldTooLong`."""
        self._clock = clock
        self._patience = patience
        # Rounded up to what a datetime can tell apart: never faster than the limit.
        self._interval = timedelta(microseconds=math.ceil(1_000_000 / limit.requests_per_second))
        self._burst = limit.burst
        self._line = anyio.Lock(fast_acquire=True)
        self._full_at = _LONG_AGO
        self._held_until = _LONG_AGO
        self._held_for = timedelta()

    async def turn(self) -> None:
        """Wait until one more request may be sent. Raises `HeldTooLong` where patience has an end."""
        async with self._line:
            while True:
                now = self._clock.now()
                # A clock that was set back must not lock the bucket for as long.
                self._held_until = min(self._held_until, now + self._held_for)
                if self.held_too_long:
                    raise HeldTooLong(self._held_until)
                self._full_at = min(max(self._full_at, now), now + self._burst * self._interval)
                opens_at = max(self._full_at - (self._burst - 1) * self._interval, self._held_until)
                if opens_at <= now:
                    self._full_at += self._interval
                    self._held_until = _LONG_AGO  # over, even should the clock be set back
                    return
                await self._clock.sleep((opens_at - now).total_seconds())

    @property
    def held_too_long(self) -> bool:
        """Whether a turn asked for now would raise `HeldTooLong`."""
        return self._held_until - self._clock.now() > self._patience

    def hold(self, seconds: float) -> None:
        """Let nothing through for that long, nor for less than an earlier hold said."""
        hold = timedelta(seconds=seconds)
        until = self._clock.now() + hold
        if until > self._held_until:
            self._held_until, self._held_for = until, hold
