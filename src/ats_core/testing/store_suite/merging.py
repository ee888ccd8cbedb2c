"""Two rows that turn out to be one company: nothing of either is lost, and both are still found."""

# ruff: noqa: D102 - the name of a test is its sentence

from __future__ import annotations

import pytest
from attrs import evolve

from ats_core.domain.board import Discovery, DiscoveryOutcome
from ats_core.domain.company import Company, Resolution
from ats_core.domain.directory import CompanySeen, DirectoryState, Named
from ats_core.domain.feedback import FeedbackField, ModelFeedback
from ats_core.domain.offer import Offer
from ats_core.ports import Store
from ats_core.scoring.sketch import sketch_of
from ats_core.testing.store_suite.base import DatabaseUnderTest, StoreContract, fill
from ats_core.testing.store_suite.examples import (
    CATALOG,
    DAY,
    a_company,
    a_discovery,
    a_listing,
    a_match,
    a_rating,
    a_signal,
    a_source,
    an_event,
    an_offer,
    at,
    metrics_of,
)

__all__ = ["MergingSuite"]

ACME = a_company("Acme Group", domain="acme.example", created_at=at(5))
NAMED = a_company("Acme")  # the same company, as a list without websites has it
OTHER = a_company("Acme Iberia", domain="acme-iberia.example")
OWN, MOVED = a_source(ACME, "acme-group"), a_source(NAMED, "acme")
RESOLUTION = FeedbackField.RESOLUTION
NONE = a_discovery(ACME)
FOUND = evolve(NONE, outcome=DiscoveryOutcome.FOUND, next_check_at=None, attempts=0)
UNSURE = evolve(FOUND, outcome=DiscoveryOutcome.UNSURE)


def merge(store: Store, gone: Company, kept: Company) -> Company:
    """Make one row of the two."""
    merged = kept.absorbing(gone, at(9))
    with store.write() as work:
        work.companies.merge(gone.id, merged)
    return merged


class MergingSuite(StoreContract):
    """`CompanyRepo.merge`, and what leads to a company besides its id, domain and name."""

    def offers(self, store: Store) -> tuple[Offer, Offer]:
        """One scored offer of each row, both with sketches and metrics."""
        own, moved = an_offer(OWN, "1"), an_offer(MOVED, "2")
        fill(store, companies=[ACME, NAMED], sources=[OWN, MOVED], offers=[own, moved])
        with store.write() as work:
            for offer in (own, moved):
                work.offers.save_sketches({offer.id: sketch_of(offer.posting)})
                work.offers.save_matches([a_match(offer)])
            for company in (ACME, NAMED):
                work.offers.save_metrics(metrics_of(company), [a_signal(company)])
        return own, moved

    def test_the_row_that_is_kept_has_what_both_had_and_the_other_is_no_more(self, store: Store) -> None:
        fill(store, companies=[ACME, NAMED])
        merged = merge(store, NAMED, ACME)
        assert (merged.id, merged.name, merged.created_at) == (ACME.id, "Acme Group", at())
        with store.read() as work:
            assert work.companies.get(ACME.id) == merged
            assert work.companies.get(NAMED.id) == merged
            assert [s.company for s in work.reports.companies()] == [merged]

    def test_both_names_both_domains_and_both_ids_lead_to_it(self, store: Store) -> None:
        fill(store, companies=[ACME, NAMED, OTHER])
        merge(store, NAMED, OTHER)
        merged = merge(store, OTHER, ACME)
        with store.read() as work:
            names = ("acme", "acme group", "acme iberia")
            assert work.companies.with_names(names) == dict.fromkeys(names, (merged,))
            assert work.companies.with_domains(["acme.example", "acme-iberia.example"]) == {
                "acme-iberia.example": merged,
                "acme.example": merged,
            }
            assert work.companies.aliases() == {NAMED.id: ACME.id, OTHER.id: ACME.id}
            for text in (NAMED.id, OTHER.id, "https://acme-iberia.example/jobs", "ACME, S.L."):
                assert work.reports.find_company(text) == (merged,), text

    def test_a_row_that_had_no_domain_may_take_that_of_the_other(self, store: Store) -> None:
        fill(store, companies=[ACME, NAMED])
        merged = merge(store, ACME, NAMED)
        assert (merged.id, merged.domain, merged.website) == (NAMED.id, "acme.example", ACME.website)
        with store.read() as work:
            assert work.companies.with_domains(["acme.example"]) == {"acme.example": merged}
            assert work.companies.with_names(["acme group"]) == {"acme group": (merged,)}

    def test_sources_and_offers_move_and_the_vendors_ids_stay(self, store: Store) -> None:
        own, moved = self.offers(store)
        merge(store, NAMED, ACME)
        with store.read() as work:
            assert work.sources.of_company(ACME.id) == tuple(
                sorted([OWN, evolve(MOVED, company_id=ACME.id)], key=lambda s: s.id)
            )
            assert {o.id for o in work.offers.of_company(ACME.id)} == {own.id, moved.id}
            assert work.offers.get_many([moved.id]) == {moved.id: evolve(moved, company_id=ACME.id)}
            assert work.offers.of_company(NAMED.id) == ()

    def test_scores_and_totals_are_made_anew(self, store: Store) -> None:
        own, _ = self.offers(store)
        merge(store, NAMED, ACME)
        with store.read() as work:
            assert work.offers.stale_metrics(DAY, CATALOG) == (ACME.id,)
            assert set(work.offers.sketches(ACME.id)) == {own.id}
            assert work.offers.outdated(CATALOG) == {ACME.id: 1}
            (summary,) = work.reports.companies()
            evidence = work.reports.evidence(ACME.id)
        assert summary.metrics is not None
        assert summary.metrics.company_id == ACME.id
        assert evidence is not None
        assert [signal.company_id for signal in evidence.signals] == [ACME.id]

    def test_the_latest_decision_counts_whichever_row_it_was_made_on(self, store: Store) -> None:
        for number, (hours, expected) in enumerate([(1, Resolution.ACCEPTED), (3, Resolution.REJECTED)]):
            kept = a_company(f"Kept {number}", resolution=Resolution.ACCEPTED, resolution_at=at(2))
            gone = a_company(f"Gone {number}", resolution=Resolution.REJECTED, resolution_at=at(hours))
            fill(store, companies=[kept, gone])
            merge(store, gone, kept)
            with store.read() as work:
                stored = work.companies.get(kept.id)
            assert stored is not None
            assert (stored.resolution, stored.resolution_at) == (expected, at(max(2, hours)))

    def test_feedback_moves_and_still_says_from_which_row_it_was_read(self, store: Store) -> None:
        fill(store, companies=[ACME, NAMED, OTHER])
        own, early, late = an_event(ACME.id, "ACCEPTED"), an_event(NAMED.id, "PENDING"), an_event(NAMED.id, "REJECTED")
        with store.write() as work:
            work.feedback.append([own, early, late])
            work.sheet.save_row_hashes({ACME.id: "a", NAMED.id: "n"}, at())
        merge(store, NAMED, OTHER)
        merge(store, OTHER, ACME)
        moved = evolve(late, company_id=ACME.id, row_id=NAMED.id)
        with store.read() as work:
            assert work.feedback.applied() == {(ACME.id, RESOLUTION): "REJECTED"}
            assert work.feedback.last_read() == {(ACME.id, RESOLUTION): moved}
            by_row = work.feedback.last_of_rows()
            assert by_row == {(ACME.id, RESOLUTION): own, (NAMED.id, RESOLUTION): moved}
            assert list(by_row) == sorted(by_row)
            assert work.sheet.row_hashes() == {ACME.id: "a"}

    def test_what_is_still_said_of_the_row_that_is_no_more_is_said_of_the_other(self, store: Store) -> None:
        fill(store, companies=[ACME, NAMED])
        merge(store, NAMED, ACME)
        event = an_event(NAMED.id, "REJECTED")
        with store.write() as work:
            work.sheet.save_row_hashes({ACME.id: "a", NAMED.id: "n"}, at())
            work.feedback.append([event, an_event(ACME.id, "notes", field=FeedbackField.NOTES)])
        with store.read() as work:
            assert work.sheet.row_hashes() == {ACME.id: "a"}
            assert work.feedback.last_of_rows() == {
                (ACME.id, FeedbackField.NOTES): an_event(ACME.id, "notes", field=FeedbackField.NOTES),
                (NAMED.id, RESOLUTION): evolve(event, company_id=ACME.id, row_id=NAMED.id),
            }

    def test_of_the_ratings_of_both_rows_the_latest_counts(self, store: Store) -> None:
        fill(store, companies=[ACME, NAMED])
        late = a_rating(NAMED.id, ModelFeedback.OK, at=at(3))
        with store.write() as work:
            work.feedback.add_ratings([late, a_rating(ACME.id, at=at(2))])
        merge(store, NAMED, ACME)
        with store.read() as work:
            assert work.feedback.ratings() == (evolve(late, company_id=ACME.id),)
        last = a_rating(NAMED.id, ModelFeedback.FN, at=at(4))
        with store.write() as work:
            work.feedback.add_ratings([last])
            assert work.feedback.ratings() == (evolve(last, company_id=ACME.id),)

    def test_listings_in_one_directory_are_joined_and_others_move(self, store: Store) -> None:
        fill(store, companies=[ACME, NAMED])
        own = a_listing(ACME, listing_url="https://north.example/1", listed=False, first_seen_at=at(4))
        same = a_listing(NAMED, careers_url="https://acme.example/jobs", last_seen_at=at(6))
        south = a_listing(NAMED, "south")
        with store.write() as work:
            work.companies.save_listings([own, same, south])
        merge(store, NAMED, ACME)
        joined = evolve(
            own, careers_url=same.careers_url, first_seen_at=same.first_seen_at, last_seen_at=at(6), listed=True
        )
        with store.read() as work:
            assert work.companies.listings("north") == {ACME.id: joined}
            assert work.companies.listings("south") == {ACME.id: evolve(south, company_id=ACME.id)}

    @pytest.mark.parametrize(
        ("own", "others", "expected"),
        [
            (NONE, FOUND, FOUND),
            (FOUND, NONE, FOUND),
            (UNSURE, FOUND, FOUND),
            (NONE, evolve(NONE, attempts=7), NONE),
            (None, NONE, NONE),
            (NONE, None, NONE),
        ],
    )
    def test_of_two_looks_the_one_that_ended_with_a_board_stays_else_that_of_the_row_that_is_kept(
        self, store: Store, own: Discovery | None, others: Discovery | None, expected: Discovery
    ) -> None:
        fill(store, companies=[ACME, NAMED])
        with store.write() as work:
            for company, look in ((ACME, own), (NAMED, others)):
                if look is not None:
                    work.companies.save_discovery(evolve(look, company_id=company.id))
        merge(store, NAMED, ACME)
        with store.read() as work:
            assert work.companies.discovery(ACME.id) == evolve(expected, company_id=ACME.id)
            assert work.companies.discovery(NAMED.id) is None

    def test_open_readings_have_seen_the_row_that_is_kept(self, store: Store) -> None:
        fill(store, companies=[ACME, NAMED])
        with store.write() as work:
            for name in ("north", "south"):
                work.directories.save(DirectoryState(name=name))
            work.directories.save_seen("north", {ACME.id: CompanySeen(careers_url=Named.BY_DOMAIN)})
            for name in ("north", "south"):
                work.directories.save_seen(name, {NAMED.id: CompanySeen(met=True, listing_url=Named.BY_NAME)})
        merge(store, NAMED, ACME)
        with store.read() as work:
            assert work.directories.seen("north") == {
                ACME.id: CompanySeen(met=True, listing_url=Named.BY_NAME, careers_url=Named.BY_DOMAIN)
            }
            assert work.directories.seen("south") == {ACME.id: CompanySeen(met=True, listing_url=Named.BY_NAME)}

    def test_merging_again_changes_nothing(self, store: Store, database: DatabaseUnderTest) -> None:
        self.offers(store)
        merged = merge(store, NAMED, ACME)
        before = database.changes()
        with store.write() as work:
            work.companies.merge(NAMED.id, merged)
        assert database.changes() == before

    def test_a_company_bears_every_name_that_was_added_for_it(self, store: Store) -> None:
        fill(store, companies=[ACME, OTHER])
        for _ in range(2):
            with store.write() as work:
                work.companies.add_names([(ACME.id, "acme"), (OTHER.id, "acme"), (ACME.id, ACME.normalized_name)])
        with store.read() as work:
            assert work.companies.with_names(["acme", "acme group"]) == {
                "acme": (OTHER, ACME),  # by when they were met
                "acme group": (ACME,),
            }
            assert set(work.reports.find_company("Acme")) == {ACME, OTHER}
