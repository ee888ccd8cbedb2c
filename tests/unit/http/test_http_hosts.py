"""What is remembered of the hosts of a run."""

from __future__ import annotations

from datetime import timedelta

import anyio
import httpx

from ats_adapters.http.client import Outside
from ats_adapters.http.hosts import Hosts
from ats_core.provider.messages import RateLimit
from ats_core.settings import HttpSettings
from ats_core.testing.clock import FakeClock
from ats_core.testing.event_log import RecordingLog


def hosts() -> Hosts:
    outside = Outside(HttpSettings(timeout=timedelta(seconds=1)), version="0", proxies={})
    return Hosts(outside, FakeClock(), RecordingLog(), RateLimit())


def url(number: int) -> httpx.URL:
    return httpx.URL(f"https://h{number}.example/")


def test_as_many_hosts_are_remembered_as_a_hundred_looks_at_once_are_at() -> None:
    known = hosts()
    first = known.of(url(0))
    for number in range(1, 500):
        known.of(url(number))
    assert known.of(url(0)) is first


def test_a_host_that_is_being_asked_is_not_forgotten_however_many_others_there_are() -> None:
    async def main() -> None:
        known = hosts()
        asked = known.of(url(0))
        async with asked.gate:
            for number in range(1, 5_000):
                known.of(url(number))
            assert known.of(url(0)) is asked
        for number in range(5_000, 10_000):
            known.of(url(number))
        assert known.of(url(0)) is not asked

    anyio.run(main)
