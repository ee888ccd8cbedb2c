"""The machine's clock, and the one that stands still."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone

import anyio
import pytest

from ats_adapters.system import FixedClock, SystemClock
from ats_core.ports import Clock

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def test_the_systems_clock_tells_utc() -> None:
    clock: Clock = SystemClock()
    before = datetime.now(UTC)
    now = clock.now()
    assert before <= now <= datetime.now(UTC)
    assert now.utcoffset() == timedelta(0)


def test_a_fixed_clock_stands_still_while_its_waits_are_real() -> None:
    clock: Clock = FixedClock(NOON.astimezone(timezone(timedelta(hours=2))))
    before = time.monotonic()
    anyio.run(clock.sleep, 0.02)
    assert time.monotonic() - before >= 0.02
    assert clock.now() == NOON
    assert clock.now().utcoffset() == timedelta(0)


def test_a_fixed_clock_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        FixedClock(datetime(2026, 7, 1))  # noqa: DTZ001
