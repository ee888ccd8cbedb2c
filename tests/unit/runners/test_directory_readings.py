"""When a list is read, from where, and what a reading that was cut short leaves for the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from sqlite3 import connect
from typing import Any

import anyio
import pytest
from tests.unit.runners.mortal_store import Killed, MortalStore

from ats_adapters.sqlite import open_store
from ats_core.domain.board import Discovery, DiscoveryOutcome
from ats_core.domain.company import ListedCompany
from ats_core.domain.directory import DirectoryState
from ats_core.domain.run import RunnerReport, RunStatus
from ats_core.errors import DirectoryError
from ats_core.ports import DirectoryPage, DirectorySource, DirectoryView
from ats_core.runners.directory import DirectoryRunner, DirectoryTerms
from ats_core.testing.clock import FakeClock
from ats_core.testing.directories import FakeDirectory
from ats_core.testing.event_log import RecordingLog
from ats_core.testing.memory_store import MemoryStore

DAY = timedelta(days=1)
NAMES = ("Acme", "Bolt", "Cog", "Dyno", "Echo")


def lines(*names: str) -> list[ListedCompany]:
    return [ListedCompany.of(name, f"{name.lower()}.example") for name in names]


class World:
    def __init__(self, *directories: DirectorySource, terms: Mapping[str, DirectoryTerms] | None = None) -> None:
        self.directories: Sequence[DirectorySource] = directories
        self.terms = terms or {}
        self.store = MemoryStore()
        self.clock = FakeClock()

    def run(self) -> RunnerReport:
        runner = DirectoryRunner(self.store, self.directories, self.clock, RecordingLog(), self.terms)
        return anyio.run(runner.run_once)

    def state(self, name: str = "fairs") -> DirectoryState:
        with self.store.read() as work:
            state = work.directories.get(name)
        assert state is not None
        return state

    def listed(self, name: str = "fairs") -> set[str]:
        with self.store.read() as work:
            listings = work.companies.listings(name)
            return {
                s.company.name
                for s in work.reports.companies()
                if s.company.id in listings and listings[s.company.id].listed
            }


def counts(report: RunnerReport) -> dict[str, int]:
    return {name: n for name, n in report.counters.items() if n}


def paged(**changes: Any) -> FakeDirectory:
    return FakeDirectory("fairs", lines(*NAMES), page_size=2, has_cursors=True, **changes)


def test_a_list_that_is_not_due_costs_no_request_and_is_counted() -> None:
    fairs = FakeDirectory("fairs", lines(*NAMES))
    world = World(fairs, terms={"fairs": DirectoryTerms(interval=DAY)})
    world.run()
    world.clock.advance(DAY - timedelta(seconds=1))
    assert counts(world.run()) == {"not_due": 1}
    assert len(fairs.views) == 1
    world.clock.advance(timedelta(seconds=1))
    assert counts(world.run()) == {"lists": 1, "records": 5, "known": 5}


def test_a_list_without_an_interval_is_read_at_every_run() -> None:
    fairs = FakeDirectory("fairs", lines(*NAMES))
    world = World(fairs)
    world.run()
    world.run()
    assert len(fairs.views) == 2


@pytest.mark.parametrize(("etag", "content_hash"), [('"1"', None), (None, "1f")])
def test_an_unchanged_list_is_counted_and_nobody_is_missing(etag: str | None, content_hash: str | None) -> None:
    fairs = FakeDirectory("fairs", lines(*NAMES), etag=etag, content_hash=content_hash)
    world = World(fairs)
    world.run()
    world.clock.advance(DAY)
    fairs.companies = []  # what is not read cannot be missed
    report = world.run()
    assert counts(report) == {"unchanged": 1}
    assert world.listed() == set(NAMES)
    assert world.state().completed_at == world.clock.now()
    assert (fairs.views[1].validators.etag, fairs.views[1].content_hash) == (fairs.etag, fairs.content_hash)


def test_a_list_that_changed_is_read_whole() -> None:
    fairs = FakeDirectory("fairs", lines(*NAMES), content_hash="old")
    world = World(fairs)
    world.run()
    fairs.companies, fairs.content_hash = lines("Acme", "Fig"), "new"
    assert counts(world.run()) == {"lists": 1, "records": 2, "new": 1, "known": 1, "no_longer_listed": 4}
    assert counts(world.run()) == {"unchanged": 1}


@pytest.mark.parametrize("interval", [timedelta(), DAY])
def test_a_list_that_is_configured_otherwise_is_read_whole_and_at_once(interval: timedelta) -> None:
    fairs = FakeDirectory("fairs", lines(*NAMES), content_hash="same")
    world = World(fairs, terms={"fairs": DirectoryTerms(interval=interval, definition="one selector")})
    world.run()
    world.terms = {"fairs": DirectoryTerms(interval=interval, definition="another")}
    assert counts(world.run()) == {"lists": 1, "records": 5, "known": 5}
    assert fairs.views[1] == DirectoryView()


def test_a_list_that_broke_off_goes_on_at_its_cursor_in_the_next_run_due_or_not() -> None:
    fairs = paged(error=DirectoryError("timed out", where="fairs, page 3"))
    fairs.companies = fairs.companies[:4]
    world = World(fairs, terms={"fairs": DirectoryTerms(interval=DAY)})
    report = world.run()
    assert report.status is RunStatus.PARTIAL
    assert (world.state().last_error, world.state().next_cursor) == ("fairs, page 3: timed out", "2")
    fairs.companies, fairs.error = lines(*NAMES), None
    assert counts(world.run()) == {"lists": 1, "records": 3, "new": 1, "known": 2}
    assert [view.cursor for view in fairs.views] == [None, "2"]
    assert world.listed() == set(NAMES)
    state = world.state()
    assert (state.last_error, state.next_cursor, state.reading_started_at) == (None, None, None)


def test_who_left_the_list_is_told_at_the_end_of_a_reading_that_was_gone_on_with() -> None:
    world = World(FakeDirectory("fairs", lines(*NAMES, "Gone")))
    world.run()
    broken = paged(error=DirectoryError("timed out"))
    broken.companies = broken.companies[:4]
    world.directories = [broken]
    assert counts(world.run())["failures"] == 1
    assert "Gone" in world.listed()
    world.directories = [paged()]
    assert counts(world.run())["no_longer_listed"] == 1
    assert world.listed() == set(NAMES)
    with world.store.read() as work:
        assert work.directories.seen("fairs") == {}


def test_a_reading_that_was_gone_on_with_says_nothing_of_what_the_list_is_like() -> None:
    fairs = paged(content_hash="same", error=DirectoryError("timed out"))
    fairs.companies = fairs.companies[:4]
    world = World(fairs)
    world.run()
    fairs.companies, fairs.error = lines(*NAMES), None
    world.run()
    assert world.state().content_hash is None
    assert counts(world.run()) == {"lists": 1, "records": 5, "known": 5}
    assert counts(world.run()) == {"unchanged": 1}


def test_a_list_is_not_taken_for_unchanged_after_a_reading_of_another_state_of_it_broke_off() -> None:
    fairs = FakeDirectory("fairs", lines("Acme"), content_hash="old")
    world = World(fairs)
    world.run()
    fairs.companies, fairs.content_hash, fairs.error = lines("Bolt"), "new", DirectoryError("cut short")
    world.run()
    fairs.companies, fairs.content_hash, fairs.error = lines("Acme"), "old", None
    assert counts(world.run())["no_longer_listed"] == 1
    assert world.listed() == {"Acme"}


def test_a_list_that_could_not_be_read_at_all_is_tried_at_the_next_run_and_still_compared() -> None:
    fairs = FakeDirectory("fairs", lines(*NAMES), etag='"1"')
    world = World(fairs, terms={"fairs": DirectoryTerms(interval=timedelta(days=9))})
    world.run()
    world.clock.advance(timedelta(days=9))

    class Down(FakeDirectory):
        async def pages(self, view: DirectoryView) -> Any:
            raise DirectoryError("no answer", retry_after=None)
            yield

    world.directories = [Down("fairs")]
    assert counts(world.run()) == {"failures": 1, "failed_directory": 1}
    assert world.state().last_error_at == world.clock.now()
    world.clock.advance(timedelta(hours=1))
    world.directories = [fairs]
    assert counts(world.run()) == {"unchanged": 1}
    assert world.state().last_error is None
    assert world.listed() == set(NAMES)


def test_a_host_that_asked_for_time_is_left_alone_until_then() -> None:
    fairs = FakeDirectory("fairs")
    world = World(fairs)
    fairs.error = DirectoryError("429", retry_after=world.clock.now() + timedelta(hours=2))
    world.run()
    fairs.error = None
    assert counts(world.run()) == {"not_due": 1}
    world.clock.advance(timedelta(hours=2))
    assert counts(world.run()) == {"lists": 1}


@pytest.mark.parametrize("passed", [timedelta(days=7, seconds=1), timedelta()])
def test_a_reading_that_is_too_old_or_gets_no_further_begins_again(passed: timedelta) -> None:
    fairs = paged(error=DirectoryError("a page that never answers"))
    fairs.companies = fairs.companies[:4]
    world = World(fairs)
    for _ in range(1 if passed else 3):
        world.run()
    world.clock.advance(passed)
    world.run()
    assert [view.cursor for view in fairs.views] == [None, *["2"] * (0 if passed else 2), None]


def test_a_source_that_says_unchanged_without_having_been_told_since_when_is_a_failure() -> None:
    class Lazy(FakeDirectory):
        async def pages(self, view: DirectoryView) -> Any:
            yield DirectoryPage(not_modified=True)

    world = World(Lazy("fairs"))
    report = world.run()
    assert [f.detail for f in report.failures] == [
        "fairs: its source says that it has not changed, though it was not told since when;"
        " the plugin that reads this kind is at fault"
    ]


def test_a_careers_link_of_the_list_is_kept_and_the_first_counts() -> None:
    first = ListedCompany.of("Acme", "acme.example", careers_url="acme.example/jobs")
    second = ListedCompany.of("Acme", "acme.example", careers_url="acme.example/work")
    world = World(FakeDirectory("fairs", [ListedCompany.of("Acme", ""), first, second]))
    world.run()
    with world.store.read() as work:
        (listing,) = work.companies.listings("fairs").values()
        assert listing.careers_url == "https://acme.example/jobs"
        assert work.companies.careers_urls([listing.company_id]) == {listing.company_id: ("https://acme.example/jobs",)}


@pytest.mark.parametrize(("outcome", "is_due"), [(DiscoveryOutcome.NOT_FOUND, True), (DiscoveryOutcome.FOUND, False)])
@pytest.mark.parametrize(
    "told", [ListedCompany.of("Acme", "acme.example"), ListedCompany.of("Acme", "", careers_url="boards.example/acme")]
)
def test_a_company_without_a_board_of_which_a_list_tells_more_is_looked_at_again(
    told: ListedCompany, outcome: DiscoveryOutcome, is_due: bool
) -> None:
    fairs = FakeDirectory("fairs", [ListedCompany.of("Acme", "")])
    world = World(fairs)
    world.run()
    now = world.clock.now()
    with world.store.write() as work:
        (company,) = work.companies.due_for_discovery(now, after=None, limit=9)
        look = Discovery(
            company_id=company.id,
            outcome=outcome,
            checked_at=now,
            next_check_at=now + 30 * DAY if outcome is DiscoveryOutcome.NOT_FOUND else None,
            attempts=1,
            detail="",
        )
        work.companies.save_discovery(look)
    fairs.companies = [told]
    for _ in range(2):
        world.run()
    with world.store.read() as work:
        assert bool(work.companies.due_for_discovery(now, after=None, limit=9)) is is_due


LISTS = [
    [
        ListedCompany.of("Acme", ""),
        ListedCompany.of("Bolt", "bolt.example", listing_url="fairs.example/bolt"),
        ListedCompany.of("Bolt", "", careers_url="bolt.example/jobs"),
        ListedCompany.of("Acme", "acme.example"),
        ListedCompany.of("Cog", ""),
        ListedCompany.of("Cog Group", "cog.example"),
        ListedCompany.of("Cog", "cog.example"),  # two rows are one company
    ],
    [ListedCompany.of("Cog", "", careers_url="cog.example/jobs"), ListedCompany.of("Dyno", "dyno.example")],
]


def dump(path: Path) -> Iterator[str]:
    with closing(connect(path)) as database:
        yield from (statement for statement in database.iterdump() if "sqlite_migrations" not in statement)


def read_lists(path: Path, *, dies_at: int | None = None) -> int:
    """One run over the lists, of which one had more companies before; how many operations it took, or got to."""
    directories = [FakeDirectory(f"list{n}", some, page_size=2, has_cursors=True) for n, some in enumerate(LISTS)]
    with open_store(path, create=True) as store:
        mortal = MortalStore(store, dies_at)
        runner = DirectoryRunner(mortal, directories, FakeClock(), RecordingLog())
        with suppress(Killed):
            anyio.run(runner.run_once)
        return mortal.operations


def test_killed_at_any_operation_and_run_again_the_database_is_that_of_a_run_that_was_not(tmp_path: Path) -> None:
    before, whole = tmp_path / "before.db", tmp_path / "whole.db"
    with open_store(before, create=True) as store:
        earlier = FakeDirectory("list0", lines("Acme", "Gone"))
        anyio.run(DirectoryRunner(store, [earlier], FakeClock(), RecordingLog()).run_once)
    whole.write_bytes(before.read_bytes())
    operations = read_lists(whole)
    expected = list(dump(whole))
    assert operations > 60
    for dies_at in range(1, operations + 1):
        killed = tmp_path / f"killed{dies_at}.db"
        killed.write_bytes(before.read_bytes())
        read_lists(killed, dies_at=dies_at)
        read_lists(killed)
        assert list(dump(killed)) == expected, dies_at
