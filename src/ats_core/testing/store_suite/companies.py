"""Companies, listings and discoveries."""

# ruff: noqa: D102 - the name of a test is its sentence

from __future__ import annotations

from attrs import evolve

from ats_core.domain.board import DiscoveryOutcome
from ats_core.domain.company import Resolution
from ats_core.domain.identity import CompanyId
from ats_core.ports import Store
from ats_core.testing.store_suite.base import DatabaseUnderTest, StoreContract, fill
from ats_core.testing.store_suite.examples import a_company, a_discovery, a_listing, at

__all__ = ["CompanyRepoSuite"]

ACME = a_company("Acme", domain="acme.example")
BOLT = a_company("Bolt", domain="bolt.example")
CRANE = a_company("Crane")


class CompanyRepoSuite(StoreContract):
    """`CompanyRepo`."""

    def test_a_company_comes_back_as_it_was_saved(self, store: Store) -> None:
        fill(store, companies=[ACME, CRANE])
        with store.read() as work:
            assert work.companies.get(ACME.id) == ACME
            assert work.companies.get(CRANE.id) == CRANE

    def test_an_unknown_company_is_none(self, store: Store) -> None:
        with store.read() as work:
            assert work.companies.get(ACME.id) is None
            assert work.companies.discovery(ACME.id) is None

    def test_saving_a_company_again_replaces_it(self, store: Store) -> None:
        fill(store, companies=[ACME])
        renamed = evolve(ACME, name="Acme Group", domain="acme-group.example", normalized_name="acme group")
        fill(store, companies=[renamed])
        with store.read() as work:
            assert work.companies.get(ACME.id) == renamed
            assert work.companies.with_domains(["acme.example", "acme-group.example"]) == {
                "acme-group.example": renamed
            }
            assert work.companies.with_names(["acme", "acme group"]) == {"acme group": (renamed,)}

    def test_companies_are_found_by_domain(self, store: Store) -> None:
        fill(store, companies=[BOLT, ACME, CRANE])
        with store.read() as work:
            found = work.companies.with_domains(["bolt.example", "acme.example", "nobody.example", "acme.example"])
            assert list(found.items()) == [("acme.example", ACME), ("bolt.example", BOLT)]
            assert work.companies.with_domains([]) == {}

    def test_companies_of_one_name_stand_in_the_order_in_which_they_were_met(self, store: Store) -> None:
        late = a_company("Acme", domain="acme-late.example", created_at=at(2))
        early = a_company("Acme", domain="acme-early.example", created_at=at(1))
        same_time = a_company("Acme", domain="acme-same.example", created_at=at(1))
        fill(store, companies=[late, early, same_time, BOLT])
        with store.read() as work:
            first_two = sorted([early, same_time], key=lambda c: c.id)
            assert work.companies.with_names(["acme", "nobody"]) == {"acme": (*first_two, late)}

    def test_thousands_of_domains_and_names_are_looked_up_at_once(self, store: Store) -> None:
        many = [a_company(f"Company {n}", domain=f"company-{n}.example") for n in range(2500)]
        fill(store, companies=many)
        with store.read() as work:
            assert work.companies.with_domains([c.domain or "" for c in many]) == {c.domain: c for c in many}
            assert len(work.companies.with_names([c.normalized_name for c in many])) == len(many)

    def test_listings_are_kept_by_directory_past_ones_too(self, store: Store) -> None:
        gone = a_listing(ACME, "north", listed=False, listing_url="https://north.example/acme", last_seen_at=at(5))
        listed = a_listing(BOLT, "north")
        elsewhere = a_listing(ACME, "south")
        fill(store, companies=[ACME, BOLT])
        with store.write() as work:
            work.companies.save_listings([listed, gone, elsewhere])
        with store.read() as work:
            assert work.companies.listings("north") == {ACME.id: gone, BOLT.id: listed}
            assert list(work.companies.listings("north")) == sorted([ACME.id, BOLT.id])
            assert work.companies.listings("south") == {ACME.id: elsewhere}
            assert work.companies.listings("east") == {}

    def test_the_careers_links_of_a_company_are_those_of_the_lists_in_which_it_stands_each_once(
        self, store: Store
    ) -> None:
        own, vendors = "https://acme.example/jobs", "https://boards.example/acme"
        fill(store, companies=[ACME, BOLT, CRANE])
        listings = [
            a_listing(ACME, "west", careers_url=own),
            a_listing(ACME, "north", careers_url=own),
            a_listing(ACME, "south", careers_url=vendors),
            a_listing(ACME, "east", careers_url="https://acme.example/old", listed=False),
            a_listing(BOLT, "north"),
            a_listing(CRANE, "north", careers_url="https://crane.example/jobs"),
        ]
        with store.write() as work:
            work.companies.save_listings(listings)
        with store.read() as work:
            assert work.companies.careers_urls([ACME.id, BOLT.id]) == {ACME.id: (own, vendors)}
            assert work.companies.careers_urls([]) == {}
            assert work.companies.listings("south") == {ACME.id: listings[2]}

    def test_companies_never_looked_at_or_due_are_given_in_pages_by_id(self, store: Store) -> None:
        companies = [a_company(f"Company {n}", domain=f"company-{n}.example") for n in range(7)]
        fill(store, companies=companies)
        ids: list[CompanyId] = []
        with store.read() as work:
            page = work.companies.due_for_discovery(at(), after=None, limit=3)
            while page:
                ids += [company.id for company in page]
                page = work.companies.due_for_discovery(at(), after=page[-1].id, limit=3)
        assert ids == sorted(company.id for company in companies)

    def test_a_company_is_due_again_at_its_next_check_and_not_before(self, store: Store) -> None:
        fill(store, companies=[ACME, BOLT])
        with store.write() as work:
            work.companies.save_discovery(a_discovery(ACME, next_check_at=at(24)))
            work.companies.save_discovery(
                a_discovery(BOLT, outcome=DiscoveryOutcome.FOUND, next_check_at=None, attempts=0)
            )
        with store.read() as work:
            assert work.companies.due_for_discovery(at(23.9), after=None, limit=10) == ()
            assert work.companies.due_for_discovery(at(24), after=None, limit=10) == (ACME,)

    def test_companies_whose_resolution_ends_the_work_are_not_due(self, store: Store) -> None:
        companies = [
            a_company(f"Company {r}", domain=f"{r.lower().replace('_', '-')}.example", resolution=r, resolution_at=at())
            for r in Resolution
        ]
        fill(store, companies=companies)
        with store.read() as work:
            due = work.companies.due_for_discovery(at(), after=None, limit=100)
        assert {c.resolution for c in due} == {r for r in Resolution if not r.ends_work}

    def test_a_discovery_comes_back_and_is_replaced(self, store: Store) -> None:
        fill(store, companies=[ACME])
        first = a_discovery(ACME)
        second = evolve(first, outcome=DiscoveryOutcome.FOUND, next_check_at=None, attempts=0, detail="")
        for discovery in (first, second):
            with store.write() as work:
                work.companies.save_discovery(discovery)
            with store.read() as work:
                assert work.companies.discovery(ACME.id) == discovery

    def test_saving_stored_companies_changes_nothing(self, store: Store, database: DatabaseUnderTest) -> None:
        def save() -> None:
            with store.write() as work:
                work.companies.save([ACME, CRANE])
                work.companies.save_listings([a_listing(ACME), a_listing(CRANE)])
                work.companies.save_discovery(a_discovery(ACME))

        save()
        before = database.changes()
        save()
        assert database.changes() == before
