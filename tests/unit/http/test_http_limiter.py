"""Turns are given no faster than the limit, in order, and none while held."""

from __future__ import annotations

from datetime import datetime, timedelta

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.servers.clocks import START, HandClock, JumpingClock

from ats_adapters.http.limiter import HeldTooLong, TokenBucket
from ats_core.provider.messages import RateLimit


async def turns(bucket: TokenBucket, clock: JumpingClock, number: int) -> list[datetime]:
    times: list[datetime] = []
    for _ in range(number):
        await bucket.turn()
        times.append(clock.now())
    return times


@settings(max_examples=50, deadline=None)
@given(st.floats(0.05, 5000), st.integers(1, 20), st.lists(st.floats(0, 3), max_size=20))
def test_in_no_second_are_there_more_turns_than_burst_and_rate(rate: float, burst: int, idle: list[float]) -> None:
    clock = JumpingClock()
    bucket = TokenBucket(RateLimit(requests_per_second=rate, burst=burst), clock)

    async def main() -> list[datetime]:
        times = await turns(bucket, clock, 30)
        for pause in idle:
            await clock.sleep(pause)
            times += await turns(bucket, clock, 3)
        return times

    times = anyio.run(main)
    for start in times:
        within = sum(start <= time < start + timedelta(seconds=1) for time in times)
        assert within <= burst + rate


def test_a_burst_goes_at_once_and_the_rest_evenly() -> None:
    clock = JumpingClock()
    bucket = TokenBucket(RateLimit(requests_per_second=2, burst=3), clock)
    times = anyio.run(turns, bucket, clock, 5)
    assert [(time - START).total_seconds() for time in times] == [0, 0, 0, 0.5, 1.0]


def test_turns_are_given_in_the_order_in_which_they_were_asked_for() -> None:
    async def main() -> list[int]:
        clock = JumpingClock()
        bucket = TokenBucket(RateLimit(requests_per_second=1, burst=1), clock)
        order: list[int] = []

        async def take(number: int) -> None:
            await bucket.turn()
            order.append(number)

        async with anyio.create_task_group() as group:
            for number in range(10):
                group.start_soon(take, number)
        return order

    assert anyio.run(main) == list(range(10))


def test_nothing_passes_a_held_bucket_not_even_who_waits_already() -> None:
    async def main() -> list[float]:
        clock = HandClock()
        bucket = TokenBucket(RateLimit(requests_per_second=1, burst=1), clock)
        passed: list[float] = []

        async def take() -> None:
            await bucket.turn()
            passed.append((clock.now() - START).total_seconds())

        await take()
        async with anyio.create_task_group() as group:
            group.start_soon(take)
            await clock.until_someone_sleeps()
            bucket.hold(10)
            bucket.hold(3)
            clock.advance(1)
            await clock.until_someone_sleeps()
            clock.advance(9)
        return passed

    assert anyio.run(main) == [0, 10]


def test_a_longer_hold_than_patience_is_not_waited_for() -> None:
    clock = JumpingClock()
    bucket = TokenBucket(RateLimit(), clock, patience=timedelta(seconds=60))
    bucket.hold(60)
    anyio.run(bucket.turn)
    assert clock.slept == [60]
    bucket.hold(61)
    with pytest.raises(HeldTooLong) as raised:
        anyio.run(bucket.turn)
    assert raised.value.until == START + timedelta(seconds=121)


def test_a_clock_that_is_set_back_does_not_lock_the_bucket() -> None:
    clock = JumpingClock()
    bucket = TokenBucket(RateLimit(requests_per_second=1, burst=1), clock)
    anyio.run(turns, bucket, clock, 2)
    clock.set(START - timedelta(hours=1))
    anyio.run(turns, bucket, clock, 1)
    assert sum(clock.slept) <= 3


def test_a_hold_lasts_no_longer_for_a_clock_that_is_set_back() -> None:
    clock = JumpingClock()
    bucket = TokenBucket(RateLimit(), clock, patience=timedelta(seconds=60))
    bucket.hold(30)
    clock.set(START - timedelta(hours=1))
    anyio.run(bucket.turn)
    assert sum(clock.slept) == 30


def test_a_hold_that_is_over_does_not_come_back_with_a_clock_that_is_set_back() -> None:
    clock = JumpingClock()
    bucket = TokenBucket(RateLimit(requests_per_second=1, burst=1), clock)
    bucket.hold(30)
    anyio.run(turns, bucket, clock, 1)
    clock.set(START - timedelta(hours=1))
    anyio.run(turns, bucket, clock, 1)
    assert sum(clock.slept) <= 32


def test_a_waiter_that_is_cancelled_takes_no_turn() -> None:
    async def main() -> datetime:
        clock = HandClock()
        bucket = TokenBucket(RateLimit(requests_per_second=1, burst=1), clock)
        await bucket.turn()
        async with anyio.create_task_group() as group:
            group.start_soon(bucket.turn)
            await clock.until_someone_sleeps()
            group.cancel_scope.cancel()
        clock.advance(1)
        await bucket.turn()
        return clock.now()

    assert anyio.run(main) == START + timedelta(seconds=1)
