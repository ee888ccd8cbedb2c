"""A clock that a test sets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import anyio.lowlevel

__all__ = ["FakeClock"]


class FakeClock:
    """A `Clock` that moves only when it is told to, or when somebody sleeps: then it is at once that much later.

    Sleeps that overlap overlap here too: two tasks that each sleep ten seconds make it ten seconds later.
    """

    def __init__(self, now: datetime = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)) -> None:
        if now.utcoffset() is None:
            raise ValueError("a clock needs a time with a time zone")
        self._now = now.astimezone(UTC)
        #: Every sleep that was asked for, in seconds.
        self.slept: list[float] = []

    def now(self) -> datetime:
        """The time, UTC."""
        return self._now

    def set(self, now: datetime) -> None:
        """Set the time, also back."""
        self._now = now.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self._now += by

    async def sleep(self, seconds: float) -> None:
        """Let time pass, and the other tasks run."""
        self.slept.append(seconds)
        end = self._now + timedelta(seconds=max(0.0, seconds))
        await anyio.lowlevel.checkpoint()
        self._now = max(self._now, end)
