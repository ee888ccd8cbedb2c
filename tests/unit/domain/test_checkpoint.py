"""When a source is due, and what its next sweep may ask with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ats_core.domain.checkpoint import Checkpoint, PostingSizes, Validators

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


KEPT = Validators(etag='"1"')


def swept(checkpoint: Checkpoint, now: datetime, *, rejected: bool = False) -> Checkpoint:
    """The checkpoint after a sweep of one page; one that the vendor calls unchanged where it may."""
    began = checkpoint.sweep_begun(now)
    unmodified = began.usable_validators(now) == KEPT
    read = began.page_read(now, None, rejected=rejected and not unmodified)
    return read.sweep_completed(now, validators=KEPT, unmodified=unmodified)


def test_what_was_rejected_is_read_by_the_next_sweep_and_then_ever_more_rarely_but_every_week() -> None:
    checkpoint, read_on = Checkpoint(), []
    for day in range(40):
        now = NOW + timedelta(days=day)
        if checkpoint.sweep_begun(now).usable_validators(now) != KEPT:
            read_on.append(day)
        checkpoint = swept(checkpoint, now, rejected=True)
    assert read_on == [0, 1, 2, 4, 8, 15, 22, 29, 36]


def test_a_board_without_bad_records_asks_with_its_validators_every_time() -> None:
    checkpoint = swept(Checkpoint(), NOW)
    for day in range(1, 20):
        assert checkpoint.usable_validators(NOW + timedelta(days=day)) == KEPT
        checkpoint = swept(checkpoint, NOW + timedelta(days=day))


def test_records_that_were_mended_are_forgotten() -> None:
    checkpoint = swept(Checkpoint(), NOW, rejected=True)
    checkpoint = swept(checkpoint, NOW + 24 * HOUR)
    assert (checkpoint.rejected_since, checkpoint.rejected_at) == (None, None)


def test_rejections_before_a_sweep_began_again_are_not_of_that_sweep() -> None:
    checkpoint = Checkpoint().sweep_begun(NOW).page_read(NOW, "2", rejected=True).sweep_restarted(NOW + HOUR)
    checkpoint = checkpoint.page_read(NOW + HOUR, None).sweep_completed(NOW + HOUR, validators=KEPT)
    assert checkpoint.rejected_since is None


def test_sizes_are_kept_until_they_are_measured_again() -> None:
    listed, full = PostingSizes(listed_bytes=900), PostingSizes(full_bytes=7_000)
    checkpoint = Checkpoint().page_read(NOW, None, sizes=listed).page_read(NOW, None, sizes=full)
    assert checkpoint.page_read(NOW, None).sizes == PostingSizes(listed_bytes=900, full_bytes=7_000)


def test_a_board_that_was_given_up_begins_anew_should_it_come_back() -> None:
    half = Checkpoint(
        sweep_started_at=NOW, next_cursor="2", validators=KEPT, missing_since=NOW, retry_after=NOW + HOUR,
        consecutive_failures=4, is_paused_until=NOW + 2 * HOUR, last_error="not found",
    )  # fmt: skip
    assert half.given_up() == Checkpoint(is_paused_until=NOW + 2 * HOUR, last_error="not found")
