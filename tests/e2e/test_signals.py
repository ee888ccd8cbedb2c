"""SIGINT and SIGTERM, wherever they come: a quick end, a true checkpoint, and a next run that goes on at once."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import openpyxl
import pytest
from tests.e2e.desk import Desk, runner, truth
from tests.e2e.program import wait_for
from tests.servers.loopback import Received, answer
from tests.servers.threads import running
from tests.servers.vendors import VendorServer
from tests.unit.sheet.companies_of_the_sheet import company, metrics

from ats_adapters.sandbox import World
from ats_adapters.sqlite import open_store

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")

#: An end is promised within 5 s; the rest is for a machine that does much else meanwhile.
WATCHDOG = 15


@contextmanager
def at(folder: Path, world: World, **settings: Mapping[str, object]) -> Iterator[tuple[Desk, VendorServer]]:
    """A desk whose boards are known, before a server of *world*."""
    with running(VendorServer(world)) as server:
        assert isinstance(server, VendorServer)
        desk = Desk.before(folder / "desk", world)
        desk.configure(server.url, settings)
        desk.run("--only", "directory,discovery")
        server.heard.clear()
        yield desk, server


def end(process: subprocess.Popen[str], number: signal.Signals, desk: Desk) -> None:
    """Send a signal, and see the run end as it should."""
    process.send_signal(number)
    assert process.wait(WATCHDOG) == 128 + number
    (record,) = desk.json("runs")[:1]
    assert record["status"] == "interrupted"
    assert record["runners"][-1]["status"] == "interrupted"
    assert desk.json("status")["locks"] == []


def finish(desk: Desk, world: World) -> None:
    """The next run begins at once, and ends as one that was never interrupted."""
    desk.run("--only", "ingestion")
    assert desk.open_offers() == truth(world)
    assert desk.rows("SELECT count(*) FROM offers WHERE closed_at IS NOT NULL") == [(0,)]
    assert desk.rows("SELECT count(*) FROM sweep_sightings") == [(0,)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_between_the_pages_of_a_board(number: signal.Signals, tmp_path: Path) -> None:
    world = World.crowd(companies=1, postings=350, text=0, vendors=("lever",))
    never = asyncio.Event()
    with at(tmp_path, world) as (desk, server):

        async def hold_third_page(vendor: str, request: Received) -> None:
            if "skip=198" in request.target:
                await never.wait()

        server.play = hold_third_page
        with desk.started("--only", "ingestion") as process:
            server.wait_until(lambda: any("skip=198" in heard.target for heard in server.heard))
            end(process, number, desk)
        assert desk.rows("SELECT count(*) FROM offers") == [(199,)]
        server.play = None
        server.heard.clear()
        finish(desk, world)
        assert "skip=198" in server.heard[0].target  # it went on where it was
        assert sum("skip=0" in heard.target for heard in server.heard) == 1  # the last page's check of the earlier


def test_while_a_failed_request_waits_for_its_next_try(tmp_path: Path) -> None:
    world = World.crowd(companies=4, postings=8, text=0)
    with at(tmp_path, world, http={"max_tries": 10}) as (desk, server):

        async def fail(vendor: str, request: Received) -> bytes | None:
            return answer(status=500) if vendor else None

        server.play = fail
        with desk.started("--only", "ingestion") as process:
            assert wait_for(process, "request_tried_again")
            end(process, signal.SIGINT, desk)
        server.play = None
        finish(desk, world)


def test_while_a_vendor_that_asked_for_it_is_waited_for(tmp_path: Path) -> None:
    world = World.crowd(companies=4, postings=8, text=0)
    with at(tmp_path, world) as (desk, server):

        async def refuse(vendor: str, request: Received) -> bytes | None:
            return answer(status=429, headers={"Retry-After": "50"}) if vendor == "lever" else None

        server.play = refuse
        with desk.started("--only", "ingestion") as process:
            assert wait_for(process, "vendor_asks_to_wait", provider="lever")
            end(process, signal.SIGTERM, desk)
        (pause,) = desk.json("status")["pauses"]
        assert pause["provider"] == "lever"
        server.play = None
        assert desk.atsp("sources", "resume", "lever").returncode == 0
        finish(desk, world)


@pytest.mark.slow
@pytest.mark.parametrize("moment", [0.0, 1.0])
def test_while_a_large_board_is_read_mapped_and_scored(moment: float, tmp_path: Path) -> None:
    world = World.crowd(companies=1, postings=8_000, text=1_500, vendors=("greenhouse",))
    with at(tmp_path, world) as (desk, server):
        with desk.started("--only", "ingestion") as process:
            server.wait_until(lambda: server.bytes_sent["greenhouse"] > 15_000_000)
            if moment:
                with pytest.raises(subprocess.TimeoutExpired):
                    process.wait(moment)
            end(process, signal.SIGTERM, desk)
        finish(desk, world)


@pytest.mark.slow
def test_while_a_large_sheet_is_written(tmp_path: Path) -> None:
    rows = 8_000
    desk = Desk(tmp_path / "desk")
    desk.folder.mkdir()
    desk.configure("http://127.0.0.1:9", {"sheets": {"file": "leads.xlsx"}})
    companies = [company(f"Company{number}") for number in range(rows)]
    with open_store(desk.database, create=True) as store, store.write() as work:
        work.companies.save(companies)
        for of in companies:
            work.offers.save_metrics(metrics(of), ())
    with desk.started("--loop", "sheets") as process:
        assert wait_for(process, "runner_started", runner="sheets_sync")
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        end(process, signal.SIGTERM, desk)
    report = runner(desk.run("--only", "sheets_sync"), "sheets_sync")
    assert report["counters"]["rows"] == rows
    book = openpyxl.load_workbook(desk.folder / "leads.xlsx", read_only=True)
    assert book["Companies"].max_row == rows + 1
    book.close()
    assert list(desk.folder.glob(".leads*")) == []


def test_a_second_signal_ends_it_at_once_and_the_next_run_says_that_it_crashed(tmp_path: Path) -> None:
    world = World.crowd(companies=4, postings=8, text=0)
    never = asyncio.Event()
    with at(tmp_path, world, pipeline={"lease": "1s"}) as (desk, server):

        async def hold(vendor: str, request: Received) -> None:
            await never.wait()

        server.play = hold
        with desk.started("--only", "ingestion") as process:
            server.wait_until(lambda: bool(server.heard))
            process.send_signal(signal.SIGSTOP)  # both come before it can do anything
            process.send_signal(signal.SIGINT)
            process.send_signal(signal.SIGTERM)
            process.send_signal(signal.SIGCONT)
            assert process.wait(WATCHDOG) in (130, 143)
        server.play = None
        while (done := desk.atsp("run", "--json", "--only", "ingestion")).returncode == 3:  # the dead run's lease
            pass
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["status"] == "completed"
        crashed = desk.json("runs")[1]
        assert (crashed["status"], "ended without finishing" in crashed["error"]) == ("failed", True)
        assert desk.open_offers() == truth(world)
