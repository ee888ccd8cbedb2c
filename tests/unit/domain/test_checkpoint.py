"""When a source is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ats_core.domain.checkpoint import Checkpoint

NOW = datetime(2026, 3, 1, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("checkpoint", "due"),
    [
        (Checkpoint(), True),
        (Checkpoint(last_sweep_started_at=NOW - 20 * HOUR), True),
        (Checkpoint(last_sweep_started_at=NOW - 19 * HOUR), False),
        (Checkpoint(last_sweep_started_at=NOW - HOUR, sweep_started_at=NOW - HOUR), True),
        (Checkpoint(retry_after=NOW + HOUR), False),
        (Checkpoint(retry_after=NOW), True),
        (Checkpoint(is_paused_until=NOW + HOUR, sweep_started_at=NOW - HOUR), False),
    ],
)
def test_a_source_is_due_when_its_interval_is_over_and_nothing_forbids_it(checkpoint: Checkpoint, due: bool) -> None:
    assert checkpoint.due(NOW, 20 * HOUR) is due


def test_a_sweep_that_a_wrong_clock_put_into_the_future_does_not_keep_a_board_waiting() -> None:
    assert Checkpoint(last_sweep_started_at=NOW + 9000 * HOUR).due(NOW, 20 * HOUR)


def test_without_an_interval_a_source_is_always_due() -> None:
    assert Checkpoint(last_sweep_started_at=NOW).due(NOW, timedelta())
