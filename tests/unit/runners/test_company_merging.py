"""Rows that lists tell to be one company become one, whatever the order in which the lists are read."""

from __future__ import annotations

from collections.abc import Sequence

import anyio
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ats_core.domain.company import Company, ListedCompany, Resolution
from ats_core.domain.run import RunnerReport
from ats_core.runners.directory import DirectoryRunner
from ats_core.testing.clock import FakeClock
from ats_core.testing.directories import FakeDirectory
from ats_core.testing.event_log import RecordingLog
from ats_core.testing.memory_store import MemoryStore

Line = tuple[str, str]


class World:
    def __init__(self) -> None:
        self.store = MemoryStore()
        self.clock = FakeClock()

    def read(self, *lists: Sequence[Line], page_size: int = 100) -> RunnerReport:
        directories = [
            FakeDirectory(f"list{n}", [ListedCompany.of(*line) for line in some], page_size=page_size)
            for n, some in enumerate(lists)
        ]
        return anyio.run(DirectoryRunner(self.store, directories, self.clock, RecordingLog()).run_once)

    @property
    def companies(self) -> list[Company]:
        with self.store.read() as work:
            return sorted((s.company for s in work.reports.companies()), key=lambda c: c.name)

    @property
    def known_as(self) -> set[str]:
        """The companies by what tells them apart: their domain, or else their name."""
        return {company.domain or company.normalized_name for company in self.companies}


@pytest.mark.parametrize("page_size", [1, 2, 3, 100])
def test_a_line_that_gives_both_a_name_and_a_domain_makes_one_of_the_rows_that_had_one_each(page_size: int) -> None:
    world = World()
    report = world.read([("Acme", ""), ("Acme Group", "acme.example"), ("Acme", "acme.example")], page_size=page_size)
    (company,) = world.companies
    assert (company.name, company.domain) == ("Acme Group", "acme.example")
    assert (report.counters["merged"], report.counters["new"], report.counters["updated"]) == (1, 2, 1)
    with world.store.read() as work:
        (listing,) = work.companies.listings("list0").values()
        assert listing.company_id == company.id
        assert list(work.companies.aliases().values()) == [company.id]


def test_the_row_with_the_domain_is_kept_also_where_the_other_was_met_first_and_decided_on() -> None:
    world = World()
    world.read([("Acme", "")])
    with world.store.write() as work:
        (company,) = work.companies.with_names(["acme"])["acme"]
        work.companies.save([company.resolved(Resolution.REJECTED, world.clock.now())])
    world.read([("Acme", "")], [("Acme Group", "acme.example"), ("Acme", "acme.example")])
    (merged,) = world.companies
    assert (merged.name, merged.resolution, merged.created_at) == (
        "Acme Group",
        Resolution.REJECTED,
        company.created_at,
    )
    with world.store.read() as work:
        assert work.companies.aliases() == {company.id: merged.id}


def test_a_name_that_a_line_gave_a_company_leads_to_it_ever_after() -> None:
    world = World()
    world.read([("Acme Group", "acme.example"), ("Acme", "acme.example")])
    world.read([("Acme, S.L.", "")])
    assert world.known_as == {"acme.example"}


def test_rows_that_were_made_one_by_hand_stay_one() -> None:
    world = World()
    lists = [[("Acme", "acme.example"), ("Acme Iberia", "acme-iberia.example"), ("Acme Iberia", "")]]
    world.read(*lists)
    acme, iberia = world.companies
    with world.store.write() as work:
        work.companies.merge(iberia.id, acme.absorbing(iberia, world.clock.now()))
    report = world.read(*lists)
    assert (report.counters["known"], report.counters["duplicates"]) == (1, 2)
    assert world.known_as == {"acme.example"}


def test_one_name_under_two_domains_stays_two_companies() -> None:
    world = World()
    world.read([("Nova", ""), ("Nova", "nova.example"), ("Nova", "nova.test")])
    assert world.known_as == {"nova.example", "nova.test"}


some_lines = st.lists(
    st.tuples(
        st.sampled_from(["Acme", "Acme S.L.", "Acme Group", "Bolt", "Bolt Iberia", "Cog"]),
        st.sampled_from(["", "", "acme.example", "acme.test", "bolt.example"]),
    ),
    max_size=6,
)
some_lists = st.lists(some_lines, min_size=1, max_size=4)


@given(lists=some_lists, page_size=st.integers(1, 3), data=st.data())
def test_the_order_of_the_lists_and_of_their_lines_does_not_matter_for_which_companies_there_are(
    lists: list[list[Line]], page_size: int, data: st.DataObject
) -> None:
    shuffled = [data.draw(st.permutations(some)) for some in data.draw(st.permutations(lists))]
    first, second = World(), World()
    first.read(*lists, page_size=page_size)
    second.read(*shuffled, page_size=page_size)
    assert first.known_as == second.known_as


@given(lists=some_lists, page_size=st.integers(1, 3))
def test_whatever_was_merged_reading_again_changes_nothing(lists: list[list[Line]], page_size: int) -> None:
    world = World()
    world.read(*lists, page_size=page_size)
    world.read(*lists, page_size=page_size)
    before = evolve(world.store.database.tables, directories={})
    report = world.read(*lists, page_size=page_size)
    assert evolve(world.store.database.tables, directories={}) == before
    assert report.counters["merged"] == report.counters["new"] == report.counters["updated"] == 0
