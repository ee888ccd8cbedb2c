"""Lists go into the database: who is who, what is written, and what a second reading changes (nothing)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import anyio
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ats_core.domain.company import Company, CompanyListing, ListedCompany
from ats_core.domain.offer import RejectedRecord
from ats_core.domain.run import RunnerReport, RunStatus
from ats_core.errors import ConfigurationError, DirectoryError, LeaseLost
from ats_core.runners.directory import DirectoryRunner
from ats_core.testing.clock import FakeClock
from ats_core.testing.directories import FakeDirectory
from ats_core.testing.event_log import RecordingLog
from ats_core.testing.memory_store import MemoryDatabase, MemoryStore
from ats_core.testing.memory_tables import Tables


class World:
    def __init__(self, *directories: FakeDirectory, database: MemoryDatabase | None = None) -> None:
        self.directories: Sequence[FakeDirectory] = directories
        self.store = MemoryStore(database)
        self.clock = FakeClock()
        self.log = RecordingLog()

    def run(self) -> RunnerReport:
        return anyio.run(DirectoryRunner(self.store, self.directories, self.clock, self.log).run_once)

    @property
    def companies(self) -> list[Company]:
        with self.store.read() as work:
            return sorted((s.company for s in work.reports.companies()), key=lambda c: c.name)

    def listings(self, directory: str) -> dict[str, CompanyListing]:
        with self.store.read() as work:
            names = {s.company.id: s.company.name for s in work.reports.companies()}
            return {names[key]: listing for key, listing in work.companies.listings(directory).items()}


def lists_aside(tables: Tables) -> Tables:
    """What is stored of companies: all but when the lists were read."""
    return evolve(tables, directories={})


def line(name: str, website: str = "", listing_url: str = "") -> ListedCompany:
    return ListedCompany.of(name, website, listing_url=listing_url)


ACME, BOLT = line("Acme", "acme.example", "list.example/1"), line("Bolt", "bolt.example", "list.example/2")


def counts(report: RunnerReport) -> dict[str, int]:
    return {name: n for name, n in report.counters.items() if n}


def test_each_line_becomes_a_company_with_a_listing() -> None:
    world = World(FakeDirectory("fairs", [ACME, BOLT]))
    report = world.run()
    assert counts(report) == {"lists": 1, "records": 2, "new": 2}
    assert [(c.name, c.domain, c.created_at) for c in world.companies] == [
        ("Acme", "acme.example", world.clock.now()),
        ("Bolt", "bolt.example", world.clock.now()),
    ]
    acme = world.listings("fairs")["Acme"]
    assert (acme.listing_url, acme.first_seen_at, acme.last_seen_at, acme.listed) == (
        "https://list.example/1",
        world.clock.now(),
        world.clock.now(),
        True,
    )


def test_a_second_reading_writes_nothing_but_that_it_was() -> None:
    world = World(FakeDirectory("fairs", [ACME, BOLT, line("Acme S.L.", "www.acme.example/es")]))
    world.run()
    before, changes = world.store.database.tables, world.store.changes
    world.clock.advance(timedelta(days=1))
    report = world.run()
    assert counts(report) == {"lists": 1, "records": 3, "known": 2, "duplicates": 1}
    assert lists_aside(world.store.database.tables) == lists_aside(before)
    assert world.store.changes == changes + 2  # its beginning and its end


def test_a_company_in_two_lists_is_one_company_with_two_listings() -> None:
    world = World(
        FakeDirectory("fairs", [ACME]), FakeDirectory("press", [line("ACME, S.L.", "https://jobs.acme.example")])
    )
    world.run()
    (company,) = world.companies
    assert (company.name, company.website) == ("Acme", "https://acme.example/")
    assert set(world.listings("fairs")) == set(world.listings("press")) == {"Acme"}


def test_lines_of_one_page_that_name_one_company_are_one() -> None:
    world = World(
        FakeDirectory(
            "fairs", [line("Acme"), line("Acme", "acme.example"), line("Acme, Inc."), line("Other", "acme.example")]
        )
    )
    assert counts(world.run()) == {"lists": 1, "records": 4, "new": 1, "updated": 1, "duplicates": 2}
    (company,) = world.companies
    assert (company.name, company.domain) == ("Acme", "acme.example")


def test_one_name_under_two_domains_is_two_companies() -> None:
    world = World(FakeDirectory("fairs", [line("Nova", "nova.example"), line("Nova", "nova.test")]))
    assert counts(world.run())["new"] == 2


def test_another_list_completes_a_company_and_overwrites_nothing() -> None:
    world = World(FakeDirectory("fairs", [line("Acme", "linkedin.com/company/acme"), line("Bolt", "bolt.example")]))
    world.run()
    world.clock.advance(timedelta(days=1))
    world.directories = [FakeDirectory("press", [line("Acme", "acme.example"), line("Bolt")])]
    assert counts(world.run()) == {"lists": 1, "records": 2, "updated": 1, "known": 1}
    acme, bolt = world.companies
    assert (acme.website, acme.domain, acme.updated_at) == ("https://acme.example/", "acme.example", world.clock.now())
    assert bolt.website == "https://bolt.example/"


def test_who_left_a_list_is_no_longer_listed_and_comes_back() -> None:
    fairs = FakeDirectory("fairs", [ACME, BOLT])
    world = World(fairs)
    world.run()
    first = world.clock.now()
    fairs.companies = [ACME]
    world.clock.advance(timedelta(days=1))
    assert world.run().counters["no_longer_listed"] == 1
    assert len(world.companies) == 2
    bolt = world.listings("fairs")["Bolt"]
    assert (bolt.listed, bolt.first_seen_at, bolt.last_seen_at) == (False, first, world.clock.now())
    changes = world.store.changes
    assert world.run().counters["no_longer_listed"] == 0
    assert world.store.changes == changes + 2  # its beginning and its end
    fairs.companies = [ACME, BOLT]
    world.clock.advance(timedelta(days=1))
    world.run()
    bolt = world.listings("fairs")["Bolt"]
    assert (bolt.listed, bolt.first_seen_at, bolt.last_seen_at) == (True, first, world.clock.now())


def test_a_list_that_broke_off_keeps_what_was_read_and_marks_nobody_missing() -> None:
    fairs = FakeDirectory("fairs", [ACME, BOLT], page_size=1)
    world = World(fairs, FakeDirectory("press", [line("Cog", "cog.example")]))
    world.run()
    fairs.companies, fairs.error = (
        [line("Dyno", "dyno.example")],
        DirectoryError("cut short", where="fairs.csv, line 3"),
    )
    report = world.run()
    assert report.status is RunStatus.PARTIAL
    assert [(f.kind, f.where, f.detail) for f in report.failures] == [
        ("directory", "fairs", "fairs.csv, line 3: cut short")
    ]
    assert [c.name for c in world.companies] == ["Acme", "Bolt", "Cog", "Dyno"]
    assert all(listing.listed for listing in world.listings("fairs").values())
    assert report.counters["lists"] == 1


def test_a_source_that_crashes_is_a_failure_of_that_list() -> None:
    world = World(FakeDirectory("fairs", [ACME], error=ValueError("a bug")), FakeDirectory("press", [BOLT]))
    report = world.run()
    assert [(f.kind, f.detail) for f in report.failures] == [("crash", "ValueError: a bug")]
    assert len(world.companies) == 2


def test_rejected_records_are_counted_with_their_line_and_reason() -> None:
    rejected = [RejectedRecord(record="line 7", field="", reason="neither a name nor a website of its own")]
    report = World(FakeDirectory("fairs", [ACME], rejected=rejected)).run()
    assert counts(report) == {"lists": 1, "records": 2, "new": 1, "rejected": 1}
    assert report.rejected == ("fairs: line 7: neither a name nor a website of its own",)


def test_two_lists_of_one_name_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="'fairs'"):
        World(FakeDirectory("fairs"), FakeDirectory("fairs")).run()


def test_without_a_list_there_is_nothing_to_do() -> None:
    report = World().run()
    assert (report.status, report.note) == (RunStatus.SKIPPED, "no directory is configured")


def test_a_lost_lease_stops_the_run() -> None:
    world = World(FakeDirectory("fairs", [ACME]))
    lock = world.store.lock(world.clock)
    lease = lock.acquire("ingest", "first", timedelta(seconds=1))
    world.store.fence([lease])
    world.clock.advance(timedelta(seconds=2))
    lock.acquire("ingest", "second", timedelta(seconds=60))
    with pytest.raises(LeaseLost):
        world.run()
    assert world.companies == []


@pytest.mark.parametrize("same_list", [True, False])
@pytest.mark.parametrize("domains", [("acme.example", "acme.test"), ("acme.test", "acme.example")])
def test_a_line_that_gives_a_name_only_means_who_it_meant_before_a_namesake_was_met(
    domains: tuple[str, str], same_list: bool
) -> None:
    first, second = domains
    world = World(
        FakeDirectory("fairs", [line("Acme", first)]),
        FakeDirectory("press", [line("Acme"), *([line("Acme", second)] if same_list else [])]),
        FakeDirectory("expo", [line("Acme", second)]),
    )
    world.run()
    before = world.store.database.tables
    world.run()
    assert lists_aside(world.store.database.tables) == lists_aside(before)


def test_of_several_lines_the_first_that_gives_a_listing_url_counts_and_one_with_the_domain_before_one_without() -> (
    None
):
    lines = [line("Acme", "", "list.example/1"), line("Acme", "acme.example", "list.example/2")]
    lines.append(line("Acme", "acme.example", "list.example/3"))
    world = World(FakeDirectory("fairs", lines))
    world.run()
    assert world.listings("fairs")["Acme"].listing_url == "https://list.example/2"


@pytest.mark.slow
def test_a_hundred_thousand_lines_are_read() -> None:
    lines = [line(f"Company {n}", f"company{n % 70_000}.example") for n in range(100_000)]
    report = World(FakeDirectory("big", lines, page_size=1000)).run()
    assert counts(report) == {"lists": 1, "records": 100_000, "new": 70_000, "duplicates": 30_000}


some_lines = st.builds(
    line,
    st.sampled_from(["Acme", "Acme S.L.", "Bolt", "Cog"]),
    st.sampled_from(["", "acme.example", "acme.test", "bolt.example", "linkedin.com/company/x"]),
    st.sampled_from(["", "list.example/1", "list.example/2"]),
)


@given(
    lists=st.lists(st.lists(some_lines, max_size=7), min_size=1, max_size=3), pages=st.integers(1, 3), data=st.data()
)
def test_killed_between_any_two_pages_and_run_again_the_database_is_the_same(
    lists: list[list[ListedCompany]], pages: int, data: st.DataObject
) -> None:
    def directories() -> list[FakeDirectory]:
        return [FakeDirectory(f"list{n}", lines, page_size=pages) for n, lines in enumerate(lists)]

    whole = World(*directories())
    whole.run()
    killed = World(*directories())
    at = data.draw(st.integers(0, len(lists) - 1), label="list")
    kept = data.draw(st.integers(0, len(lists[at])), label="lines read")
    cut = directories()[: at + 1]
    cut[at].companies, cut[at].error = cut[at].companies[: kept // pages * pages], LeaseLost("killed")
    killed.directories = cut
    with pytest.raises(LeaseLost):
        killed.run()
    killed.directories = directories()
    killed.run()
    assert killed.store.database.tables == whole.store.database.tables


@given(lines=st.lists(some_lines, max_size=10), pages=st.integers(1, 4))
def test_reading_any_list_twice_changes_nothing(lines: list[ListedCompany], pages: int) -> None:
    world = World(FakeDirectory("fairs", lines, page_size=pages))
    first = world.run()
    before, changes = world.store.database.tables, world.store.changes
    world.clock.advance(timedelta(days=1))
    second = world.run()
    assert lists_aside(world.store.database.tables) == lists_aside(before)
    assert world.store.changes <= changes + 2
    for report in (first, second):
        parts = ("new", "updated", "known", "duplicates", "rejected")
        assert report.counters["records"] == sum(report.counters[part] for part in parts) == len(lines)
    assert (second.counters["new"], second.counters["updated"]) == (0, 0)
