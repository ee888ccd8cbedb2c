"""Clocks for tests: no test waits for the wall's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import anyio
import anyio.lowlevel

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


class JumpingClock:
    """Whoever sleeps wakes at once, that much later. *slept* lists the sleeps."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._now += timedelta(seconds=seconds)
        await anyio.lowlevel.checkpoint()

    def set(self, now: datetime) -> None:
        self._now = now


class HandClock:
    """Stands still until it is advanced by hand."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._sleepers: list[tuple[datetime, anyio.Event]] = []

    @property
    def sleepers(self) -> int:
        """How many wait."""
        return len(self._sleepers)

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        event = anyio.Event()
        sleeper = (self._now + timedelta(seconds=seconds), event)
        self._sleepers.append(sleeper)
        try:
            await event.wait()
        finally:
            if sleeper in self._sleepers:
                self._sleepers.remove(sleeper)

    async def until_someone_sleeps(self) -> None:
        """Let the others run until one of them waits for this clock."""
        with anyio.fail_after(5):
            while not self._sleepers:  # noqa: ASYNC110 - a test may watch; the clock need not know of it
                await anyio.sleep(0.001)

    def advance(self, seconds: float) -> None:
        """Let time pass, and wake whose time has come."""
        self._now += timedelta(seconds=seconds)
        for sleeper in [sleeper for sleeper in self._sleepers if sleeper[0] <= self._now]:
            self._sleepers.remove(sleeper)
            sleeper[1].set()


class ListLog:
    """An event log that keeps what it was told."""

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, object]]] = []

    def info(self, event: str, /, **fields: object) -> None:
        self.events.append((event, fields))

    def warning(self, event: str, /, **fields: object) -> None:
        self.events.append((event, fields))

    def progress(self, what: str, done: int, total: int | None) -> None:
        self.events.append((what, {"done": done, "total": total}))
