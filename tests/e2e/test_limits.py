"""How vendors are asked: no faster than their buckets, not before the time that they name, each in its own lane.

All is measured at the server.
"""

from __future__ import annotations

import asyncio
import json
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from tests.e2e.desk import FAST, Desk, adds_up, runner, truth
from tests.e2e.program import wait_for
from tests.servers.loopback import Received, answer
from tests.servers.threads import running
from tests.servers.vendors import VendorServer, burst_needed

from ats_adapters.sandbox import World

LEVER, GREENHOUSE = "lever", "greenhouse"
BOARDS = 40
ONE_BY_ONE = {**FAST, "concurrency": 1}
#: The two sides' clocks go alike; a timer may be a little early.
EARLY = 0.005


class Told:
    """A vendor that refuses once, after so many answers, and remembers when (by the monotonic clock)."""

    def __init__(self, vendor: str, retry_after: str | Callable[[], str], *, after: int = 0) -> None:
        self.vendor = vendor
        self.retry_after = retry_after
        self.left = after
        self.at: float | None = None

    async def __call__(self, vendor: str, request: Received) -> bytes | None:
        if vendor != self.vendor or self.at is not None:
            return None
        if self.left:
            self.left -= 1
            return None
        self.at = time.monotonic()
        said = self.retry_after if isinstance(self.retry_after, str) else self.retry_after()
        return answer(status=429, content_type=None, headers={"Retry-After": said})


def in_date(seconds: float) -> str:
    """The time in so many seconds, as HTTP writes it: less its fraction of a second."""
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.fixture(scope="module")
def world() -> World:
    return World.crowd(companies=BOARDS, postings=120, seed=2, text=0)


@contextmanager
def at(
    folder: Path, world: World, *, known: bool = True, **settings: Mapping[str, object]
) -> Iterator[tuple[Desk, VendorServer]]:
    """A desk before a server of *world*; *known*: its boards were found."""
    with running(VendorServer(world)) as server:
        assert isinstance(server, VendorServer)
        desk = Desk.before(folder / "desk", world)
        desk.configure(server.url, {name.replace("_", "."): keys for name, keys in settings.items()})
        if known:
            desk.run("--only", "directory,discovery")
        server.heard.clear()
        server.most.clear()
        yield desk, server


def test_no_vendor_is_asked_faster_or_by_more_at_once_than_its_bucket_says(world: World, tmp_path: Path) -> None:
    slow = {"requests_per_second": 20.0, "burst": 3, "concurrency": 2}
    fast = {"requests_per_second": 60.0, "burst": 1, "concurrency": 4}
    with at(tmp_path, world, known=False, providers_lever=slow, providers_greenhouse=fast) as (desk, server):

        async def take_time(vendor: str, request: Received) -> None:
            await asyncio.sleep(0.1 if vendor else 0)

        server.play = take_time
        desk.run("--loop", "ingest")
        # Discovery asks in a bucket of its own, and is over when ingestion begins.
        assert {vendor: server.most[vendor] for vendor in (LEVER, GREENHOUSE)} == {LEVER: 2, GREENHOUSE: 4}
        for vendor, rate, burst in ((LEVER, 20.0, 3), (GREENHOUSE, 60.0, 1)):
            times = server.times(vendor)
            assert len(times) >= BOARDS
            assert burst_needed(times, rate) <= 2 * burst + rate * 0.2
        assert desk.open_offers() == truth(world)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_nothing_is_asked_before_the_time_has_passed_though_the_process_is_killed_and_begins_again(
    form: str, world: World, tmp_path: Path
) -> None:
    wait = 8
    with at(tmp_path, world, providers_lever=ONE_BY_ONE, pipeline={"lease": "1s"}) as (desk, server):
        server.play = told = Told(LEVER, str(wait) if form == "seconds" else lambda: in_date(wait + 1))
        with desk.started("--only", "ingestion") as first:
            assert wait_for(first, "vendor_asks_to_wait", provider=LEVER)
            first.send_signal(signal.SIGKILL)
            first.wait()
        asked_before = len(server.of(LEVER))
        pauses = desk.rows("SELECT provider, reason FROM provider_pauses")
        greenhouse_before = len(server.of(GREENHOUSE))
        while (done := desk.atsp("run", "--json", "--only", "ingestion")).returncode == 3:  # the dead run's lease
            time.sleep(0.1)
        assert done.returncode == 0, done.stderr

        assert told.at is not None
        assert asked_before == 1
        later = server.times(LEVER)[1:]
        assert min(later) >= told.at + wait - EARLY
        assert server.times(GREENHOUSE)[greenhouse_before] < min(later)  # it did not wait
        assert desk.open_offers() == truth(world)
    assert [(provider, "429" in reason) for provider, reason in pauses] == [(LEVER, True)]
    assert desk.json("status")["pauses"] == []


@pytest.mark.slow
def test_a_vendor_that_refuses_without_a_term_is_left_alone_for_a_while_by_the_next_process_too(
    world: World, tmp_path: Path
) -> None:
    tries, wait = 4, 8
    one, four = {"concurrency": 1}, {"max_tries": tries}
    with at(tmp_path, world, ingestion=one, http=four, pipeline={"lease": "1s"}) as (desk, server):
        refused: list[float] = []

        async def refuse(vendor: str, request: Received) -> bytes | None:
            if vendor != LEVER or len(refused) == tries:
                return None
            refused.append(time.monotonic())
            return answer(status=429, content_type=None)

        server.play = refuse
        with desk.started("--only", "ingestion") as first:
            server.wait_until(lambda: len(refused) == tries)
            until = desk.rows("SELECT paused_until FROM provider_pauses")
            while (  # the answer is on its way to be kept
                not until or datetime.fromisoformat(until[0][0]) < datetime.now(UTC) + timedelta(seconds=wait / 2)
            ) and time.monotonic() < refused[-1] + wait / 2:
                until = desk.rows("SELECT paused_until FROM provider_pauses")
            first.send_signal(signal.SIGKILL)
            first.wait()
        while (done := desk.atsp("run", "--json", "--only", "ingestion")).returncode == 3:  # the dead run's lease
            time.sleep(0.1)
        assert done.returncode == 0, done.stderr

        assert min(server.times(LEVER)[tries:]) >= refused[-1] + wait - EARLY
        unread = [board for board, count in truth(world).items() if desk.open_offers()[board] != count]
        assert len(unread) <= 1  # the board that was refused waits for longer than its vendor
    assert desk.json("status")["pauses"] == []


def test_what_a_dry_run_is_told_of_waiting_holds_for_the_runs_after_it(world: World, tmp_path: Path) -> None:
    with at(tmp_path, world, providers_lever=ONE_BY_ONE) as (desk, server):
        server.play = Told(LEVER, "3600")
        dry = runner(desk.run("--only", "ingestion", "--dry-run", status=4), "ingestion")
        assert (dry["counters"]["boards"], dry["counters"]["sources_left_out"]) == (BOARDS / 2, BOARDS / 2 - 1)
        (pause,) = desk.json("status")["pauses"]
        assert (pause["provider"], "429" in pause["reason"]) == (LEVER, True)
        assert set(desk.open_offers().values()) == {0}

        read = runner(desk.run("--only", "ingestion", status=4), "ingestion")
        assert (read["counters"]["sources_left_out"], len(server.of(LEVER))) == (BOARDS / 2, 1)


def test_looks_for_boards_that_are_told_to_wait_long_leave_the_vendor_alone_and_so_do_later_runs(
    world: World, tmp_path: Path
) -> None:
    with at(tmp_path, world, known=False, providers_lever=ONE_BY_ONE) as (desk, server):
        server.play = Told(LEVER, "3600")
        first = desk.run("--loop", "ingest", status=4)
        looks, read = runner(first, "discovery"), runner(first, "ingestion")
        assert len(server.of(LEVER)) == 1
        assert (looks["counters"]["found"], looks["counters"]["left_due"]) == (BOARDS / 2, BOARDS / 2 - 1)
        assert [failure["kind"] for failure in looks["failures"]] == ["rate_limited"]
        assert (read["counters"]["boards"], read["failures"]) == (BOARDS / 2, [])
        second = runner(desk.run("--only", "discovery"), "discovery")
        assert (second["counters"]["left_due"], len(server.of(LEVER))) == (BOARDS / 2 - 1, 1)


def test_a_short_wait_that_discovery_is_told_of_is_waited_for_by_ingestion(world: World, tmp_path: Path) -> None:
    probes = BOARDS // 2
    with at(tmp_path, world, known=False, providers_lever=ONE_BY_ONE, http={"max_tries": 1}) as (desk, server):
        server.play = told = Told(LEVER, "3", after=probes - 1)
        report = runner(desk.run("--loop", "ingest", status=4), "ingestion")
        assert report["counters"]["boards"] == BOARDS - 1
        assert told.at is not None
        assert min(server.times(LEVER)[probes:]) >= told.at + 3 - EARLY


def test_a_long_wait_leaves_the_vendors_boards_for_later_until_it_is_lifted_by_hand(
    world: World, tmp_path: Path
) -> None:
    with at(tmp_path, world, providers_lever=ONE_BY_ONE) as (desk, server):
        server.play = Told(LEVER, "7200")
        report = runner(desk.run("--only", "ingestion", status=4), "ingestion")
        assert adds_up(report), report
        assert report["counters"]["failed_rate_limited"] == report["counters"]["boards_failed"] == 1
        assert (report["counters"]["boards"], report["counters"]["sources_left_out"]) == (BOARDS / 2, BOARDS / 2 - 1)
        (pause,) = desk.json("status")["pauses"]
        left = datetime.fromisoformat(pause["paused_until"]) - datetime.now(UTC)
        assert timedelta(hours=1.9) < left <= timedelta(hours=2)
        said = desk.atsp("status").stdout
        assert "lever is paused until 20" in said
        assert "429" in said

        again = runner(desk.run("--only", "ingestion", status=4), "ingestion")
        assert (again["counters"]["sources_left_out"], len(server.of(LEVER))) == (BOARDS / 2 - 1, 1)
        assert adds_up(again)
        assert "lever is paused until" in again["failures"][0]["detail"]

        lifted = desk.atsp("sources", "resume", LEVER)
        assert (lifted.returncode, "lever" in lifted.stdout) == (0, True)
        assert desk.json("status")["pauses"] == []
        desk.run("--only", "ingestion")
        assert desk.open_offers() == truth(world)


@pytest.mark.parametrize(("said", "most"), [("315360000", timedelta(days=1)), ("-30", None)])
def test_no_vendor_can_say_more_than_a_day_and_rubbish_says_nothing(
    said: str, most: timedelta | None, world: World, tmp_path: Path
) -> None:
    with at(tmp_path, world) as (desk, server):
        server.play = Told(GREENHOUSE, said)
        desk.run("--only", "ingestion", status=4 if most else 0)
        pauses = desk.json("status")["pauses"]
    if most is None:
        assert pauses == []
    else:
        left = datetime.fromisoformat(pauses[0]["paused_until"]) - datetime.now(UTC)
        assert most - timedelta(minutes=10) < left <= most


def test_a_vendor_is_paused_and_resumed_by_hand_and_so_is_a_board(world: World, tmp_path: Path) -> None:
    with at(tmp_path, world) as (desk, server):
        paused = desk.atsp("sources", "pause", GREENHOUSE, "--for", "2h", "--reason", "their sale ends today")
        assert paused.stdout.startswith("paused: greenhouse as a whole, until 20")
        lever = desk.json("sources")
        board = next(source for source in lever if source["provider"] == LEVER)
        name = f"lever:{board['board']}" + (f" ({board['region']})" if board["region"] else "")
        assert desk.atsp("sources", "pause", name).stdout == "paused: 1 source\n"
        said = desk.atsp("status").stdout
        assert "(their sale ends today)" in said

        report = runner(desk.run("--only", "ingestion", status=4), "ingestion")
        assert server.of(GREENHOUSE) == []
        assert (report["counters"]["boards"], report["counters"]["sources_left_out"]) == (BOARDS / 2 - 1, BOARDS / 2)

        resumed = desk.atsp("sources", "resume", next(s["id"] for s in lever if s["provider"] == GREENHOUSE))
        assert "but greenhouse is paused until 20" in resumed.stdout
        assert desk.atsp("sources", "resume", GREENHOUSE).returncode == 0
        assert desk.atsp("sources", "resume", name).stdout == "resumed: 1 source\n"
        desk.run("--only", "ingestion")
        assert desk.open_offers() == truth(world)

        assert "until it is resumed" in desk.atsp("sources", "pause", LEVER).stdout
        assert "lever is paused until it is resumed (by hand)" in desk.atsp("status").stdout


def test_a_pause_by_hand_is_obeyed_by_a_run_under_way_from_its_next_request_on(world: World, tmp_path: Path) -> None:
    paused = asyncio.Event()
    with at(tmp_path, world, providers_lever={"concurrency": 1}) as (desk, server):

        async def hold(vendor: str, request: Received) -> None:
            if vendor == LEVER:
                await paused.wait()

        server.play = hold
        with desk.started("--only", "ingestion") as process:
            server.wait_until(lambda: bool(server.of(LEVER)))
            assert desk.atsp("sources", "pause", LEVER).returncode == 0
            server.call(paused.set)
            assert process.wait(60) == 4
        assert len(server.of(LEVER)) == 1
        report = runner(desk.json("runs", "show"), "ingestion")
        assert adds_up(report), report
        assert report["counters"]["sources_left_out"] == BOARDS / 2 - 1
        assert "(by hand)" in json.dumps(report["failures"])


def test_a_vendor_that_never_answers_holds_up_no_board_of_another(world: World, tmp_path: Path) -> None:
    read = asyncio.Event()
    with at(tmp_path, world, http={"timeout": "60s"}) as (desk, server):

        async def hold(vendor: str, request: Received) -> None:
            if vendor == LEVER:
                await read.wait()

        server.play = hold
        with desk.started("--only", "ingestion") as process:
            server.wait_until(lambda: len(server.of(LEVER)) == FAST["concurrency"])
            expected = {board: count for board, count in truth(world).items() if board[0] == GREENHOUSE}
            # Every board of the other vendor is read and stored while not one request of this one is answered.
            while {board: n for board, n in desk.open_offers().items() if board[0] == GREENHOUSE} != expected:
                assert process.poll() is None
                time.sleep(0.02)
            assert len(server.of(LEVER)) == FAST["concurrency"]
            server.call(read.set)
            assert process.wait(60) == 0
        assert desk.open_offers() == truth(world)


def test_looks_for_boards_stop_asking_a_vendor_that_never_answers(world: World, tmp_path: Path) -> None:
    with at(tmp_path, world, known=False, http={"timeout": "0.3s", "max_tries": 1}) as (desk, server):

        async def hang(vendor: str, request: Received) -> None:
            if vendor == LEVER:
                await asyncio.sleep(3600)

        server.play = hang
        report = runner(desk.run("--only", "directory,discovery", status=4), "discovery")
        assert report["counters"]["found"] == BOARDS / 2
        assert len(server.of(LEVER)) <= 5 + 8  # five in a row, and those that were under way beside them
        assert report["counters"]["left_due"] >= BOARDS / 2 - 13
        assert [failure["where"] for failure in report["failures"] if failure["kind"] == "paused"] == [LEVER]
