"""The fakes of time and of the log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import anyio
import pytest

from ats_core.ports import Clock, EventLog
from ats_core.testing.clock import FakeClock
from ats_core.testing.event_log import RecordedEvent, RecordedProgress, RecordingLog

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def test_a_fake_clock_moves_only_when_told_to_or_when_somebody_sleeps() -> None:
    fake = FakeClock(NOON)
    clock: Clock = fake
    assert clock.now() == clock.now() == NOON
    anyio.run(clock.sleep, 90.0)
    assert clock.now() == NOON + timedelta(seconds=90)
    assert fake.slept == [90.0]
    fake.advance(timedelta(hours=1))
    assert clock.now() == NOON + timedelta(hours=1, seconds=90)
    fake.set(NOON.astimezone(timezone(timedelta(hours=2))))
    assert clock.now() == NOON
    assert clock.now().utcoffset() == timedelta(0)


def test_sleeps_that_overlap_take_no_longer_than_the_longest() -> None:
    clock = FakeClock(NOON)

    async def sleep_together() -> None:
        async with anyio.create_task_group() as tasks:
            for seconds in (5.0, 10.0, 10.0):
                tasks.start_soon(clock.sleep, seconds)

    anyio.run(sleep_together)
    assert clock.now() == NOON + timedelta(seconds=10)


def test_a_sleep_of_less_than_nothing_never_goes_back() -> None:
    clock = FakeClock(NOON)
    anyio.run(clock.sleep, -5.0)
    assert clock.now() == NOON


def test_a_fake_clock_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        FakeClock(datetime(2026, 7, 1))  # noqa: DTZ001


def test_a_recording_log_keeps_everything_in_order() -> None:
    recording = RecordingLog()
    log: EventLog = recording
    log.info("run_started", loop="all")
    log.warning("list_failed", directory="north")
    log.progress("boards", 3, 10)
    started = RecordedEvent("info", "run_started", {"loop": "all"})
    failed = RecordedEvent("warning", "list_failed", {"directory": "north"})
    assert recording.events == [started, failed]
    assert recording.warnings == [failed]
    assert recording.named("run_started") == [started]
    assert recording.steps == [RecordedProgress("boards", 3, 10)]
