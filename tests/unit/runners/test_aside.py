"""Long computations leave the event loop free."""

from __future__ import annotations

import threading
from functools import partial

import anyio
import anyio.lowlevel
import pytest

from ats_core.discovery.page import read_page
from ats_core.runners.aside import AT_ONCE, Aside

HOSTILE = "<a href=/x>" * 200_000


def test_the_event_loop_goes_on_while_a_hostile_page_is_read() -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await anyio.lowlevel.checkpoint()
            ticks += 1

    async def main() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(tick)
            await anyio.lowlevel.checkpoint()
            await Aside().run(len(HOSTILE), partial(read_page, "https://acme.example/", HOSTILE))
            group.cancel_scope.cancel()

    anyio.run(main)
    assert ticks > 10


def test_a_short_text_is_worked_on_at_once() -> None:
    async def main() -> tuple[int | None, int | None]:
        aside = Aside()
        return await aside.run(AT_ONCE, threading.get_ident), await aside.run(AT_ONCE + 1, threading.get_ident)

    short, long = anyio.run(main)
    assert short == threading.get_ident()
    assert long != short


def test_one_long_text_at_a_time_is_worked_on() -> None:
    under_way = most = 0
    lock = threading.Lock()

    def work() -> None:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        sum(range(200_000))
        with lock:
            under_way -= 1

    async def main() -> None:
        aside = Aside()
        async with anyio.create_task_group() as group:
            for _ in range(6):
                group.start_soon(aside.run, AT_ONCE + 1, work)

    anyio.run(main)
    assert most == 1


def test_what_goes_wrong_beside_the_loop_is_raised_where_it_was_asked_for() -> None:
    def work() -> None:
        raise ValueError("no page")

    async def main() -> None:
        await Aside().run(AT_ONCE + 1, work)

    with pytest.raises(ValueError, match="no page"):
        anyio.run(main)
