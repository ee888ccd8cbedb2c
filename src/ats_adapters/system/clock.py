"""Clocks: the machine's, one that stands still, and one that goes with the machine's on another date."""

from __future__ import annotations

from datetime import UTC, date, datetime

import anyio

__all__ = ["FixedClock", "ShiftedClock", "SystemClock"]


class SystemClock:
    """The machine's wall clock."""

    def now(self) -> datetime:
        """The time, UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait really that long."""
        await anyio.sleep(seconds)


class FixedClock:
    """A clock whose time is always *now* but whose waits are real: a world on loopback with a date of its own.

    Raises `ValueError` where *now* has no time zone.
    """

    def __init__(self, now: datetime) -> None:
        if now.utcoffset() is None:
            raise ValueError("a clock needs a time with a time zone")
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        """Always the same time, UTC."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Wait really that long; the time stays."""
        await anyio.sleep(seconds)


class ShiftedClock:
    """The machine's time of day on another date, on which it goes on as the machine's does."""

    def __init__(self, day: date) -> None:
        self._shift = day - datetime.now(UTC).date()

    def now(self) -> datetime:
        """The time, UTC."""
        return datetime.now(UTC) + self._shift

    async def sleep(self, seconds: float) -> None:
        """Wait really that long."""
        await anyio.sleep(seconds)
