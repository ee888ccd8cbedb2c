"""`atsp run --every`: run after run, never two at once, through all trouble that passes, until it is told to end."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.desk import Desk, truth
from tests.e2e.program import events, wait_for
from tests.servers.loopback import Received, answer
from tests.servers.threads import running
from tests.servers.vendors import VendorServer

from ats_adapters.sandbox import World
from ats_adapters.sqlite import open_store
from ats_adapters.system.clock import SystemClock

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")

WATCHDOG = 15


@contextmanager
def at(folder: Path, **settings: Mapping[str, object]) -> Iterator[tuple[Desk, VendorServer, World]]:
    world = World.crowd(companies=4, postings=8, text=0)
    with running(VendorServer(world)) as server:
        assert isinstance(server, VendorServer)
        desk = Desk.before(folder / "desk", world)
        desk.configure(server.url, settings)
        yield desk, server, world


def runs(desk: Desk) -> list[dict[str, Any]]:
    """The records of all runs, the oldest first."""
    found: list[dict[str, Any]] = desk.json("runs")
    return found[::-1]


def when(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_it_runs_at_once_and_a_signal_ends_its_sleep(number: signal.Signals, tmp_path: Path) -> None:
    with at(tmp_path) as (desk, _, world):
        with desk.started("--every", "24h") as process:
            sleeping = next(event for event in events(process) if event["event"] == "sleeping")
            process.send_signal(number)
            assert process.wait(WATCHDOG) == 128 + number
        assert 0.95 * 86_400 - WATCHDOG <= sleeping["seconds"] <= 1.05 * 86_400
        assert [run["status"] for run in runs(desk)] == ["completed"]  # the run was over: it was not interrupted
        assert desk.open_offers() == truth(world)


def test_runs_follow_one_another_and_never_overlap_though_each_takes_longer_than_the_interval(tmp_path: Path) -> None:
    with at(tmp_path) as (desk, server, _):

        async def take_time(vendor: str, request: Received) -> None:
            if vendor == "lever" and "limit=1" in request.target:
                await asyncio.sleep(1.5)  # longer than an interval of a second, whatever its jitter

        server.play = take_time
        with desk.started("--every", "1s", "--only", "ingestion,directory,discovery") as process:
            for _ in range(3):
                assert wait_for(process, "run_finished", status="completed")
            process.send_signal(signal.SIGTERM)
            assert process.wait(WATCHDOG) == 143
        done = [run for run in runs(desk) if run["status"] == "completed"]
        assert len(done) >= 3
        assert len({run["id"] for run in done}) == len(done)
        for before, after in pairwise(done):
            assert when(before["finished_at"]) <= when(after["started_at"])
        assert when(done[0]["finished_at"]) - when(done[0]["started_at"]) > timedelta(seconds=1)


def test_it_outlives_a_vendor_that_is_down_a_sheet_that_cannot_be_written_and_a_lock_that_another_holds(
    tmp_path: Path,
) -> None:
    with at(tmp_path, sheets={"file": "leads.xlsx"}) as (desk, server, world):
        desk.run()
        sheet = desk.folder / "leads.xlsx"

        async def be_down(vendor: str, request: Received) -> bytes | None:
            return answer(status=404) if vendor else None

        with open_store(desk.database, create=False) as store:
            lock = store.lock(SystemClock())
            lease = lock.acquire("ingest", "another run", timedelta(minutes=5))
            with desk.started("--every", "1s") as process:
                failed = next(event for event in events(process) if event["event"] == "run_failed")
                assert "the ingest lock is held by another run" in failed["error"]

                server.play = be_down
                sheet.unlink()
                sheet.mkdir()
                lock.release(lease)
                trouble = {}
                for event in events(process):
                    if event["event"] == "runner_finished":
                        trouble[event["runner"]] = event["status"]
                    elif event["event"] == "run_finished":
                        break
                assert (trouble["ingestion"], trouble["sheets_sync"]) == ("partial", "partial")

                server.play = None
                sheet.rmdir()
                assert desk.atsp("sources", "resume", "lever").returncode == 0
                assert desk.atsp("sources", "resume", "greenhouse").returncode == 0
                assert wait_for(process, "run_finished", status="completed")
                process.send_signal(signal.SIGTERM)
                assert process.wait(WATCHDOG) == 143
        assert desk.open_offers() == truth(world)
        assert sheet.is_file()


def test_a_configuration_that_becomes_wrong_ends_it_with_2(tmp_path: Path) -> None:
    with at(tmp_path, scoring={"catalog": "mine.toml"}) as (desk, _, _world):
        catalog = desk.folder / "mine.toml"
        wrong = desk.atsp("run", "--every", "1s")
        assert (wrong.returncode, "mine.toml" in wrong.stderr) == (2, True)
        assert not desk.database.exists()
        catalog.write_bytes((files("ats_adapters.catalogs") / "international-payments.toml").read_bytes())
        with desk.started("--every", "1s") as process:
            assert wait_for(process, "run_finished", status="completed")
            catalog.unlink()
            assert process.wait(WATCHDOG) == 2
        assert runs(desk)[-1]["status"] == "completed"


def test_every_takes_a_second_at_least(tmp_path: Path) -> None:
    with at(tmp_path) as (desk, _, _world):
        began = time.monotonic()
        done = desk.atsp("run", "--every", "0s")
        assert (done.returncode, "at least 1s" in done.stderr) == (2, True)
        assert time.monotonic() >= began
