"""The sheet's rows and people's feedback."""

# ruff: noqa: D102 - the name of a test is its sentence

from __future__ import annotations

from attrs import evolve

from ats_core.domain.feedback import FeedbackField, FeedbackOutcome, ModelFeedback
from ats_core.ports import Store
from ats_core.testing.store_suite.base import DatabaseUnderTest, StoreContract, fill
from ats_core.testing.store_suite.examples import a_company, a_rating, an_event, at

__all__ = ["FeedbackRepoSuite", "SheetRepoSuite"]

ACME = a_company("Acme", domain="acme.example")
BOLT = a_company("Bolt", domain="bolt.example")
RESOLUTION, NOTES = FeedbackField.RESOLUTION, FeedbackField.NOTES


class SheetRepoSuite(StoreContract):
    """`SheetRepo`."""

    def test_row_hashes_are_kept_replaced_and_forgotten(self, store: Store) -> None:
        fill(store, companies=[ACME, BOLT])
        with store.write() as work:
            work.sheet.save_row_hashes({ACME.id: "a1", BOLT.id: "b1"}, at())
            work.sheet.save_row_hashes({ACME.id: "a2"}, at(1))
        with store.read() as work:
            hashes = work.sheet.row_hashes()
        assert hashes == {ACME.id: "a2", BOLT.id: "b1"}
        assert list(hashes) == sorted(hashes)
        with store.write() as work:
            work.sheet.forget_rows([BOLT.id, a_company("Nobody").id])
            assert work.sheet.row_hashes() == {ACME.id: "a2"}

    def test_keeping_the_same_hash_later_changes_nothing(self, store: Store, database: DatabaseUnderTest) -> None:
        fill(store, companies=[ACME])
        with store.write() as work:
            work.sheet.save_row_hashes({ACME.id: "a1"}, at())
        before = database.changes()
        with store.write() as work:
            work.sheet.save_row_hashes({ACME.id: "a1"}, at(1))
            work.sheet.forget_rows([BOLT.id])
        assert database.changes() == before


class FeedbackRepoSuite(StoreContract):
    """`FeedbackRepo`."""

    def test_the_last_applied_value_stands_until_another_is_applied(self, store: Store) -> None:
        accepted = an_event(ACME.id, "ACCEPTED")
        wrong = evolve(accepted, value="", read="yes!", outcome=FeedbackOutcome.NOT_UNDERSTOOD, detail="not a word")
        note = evolve(accepted, field=NOTES, read="call in May", value="call in May", previous="")
        fill(store, companies=[ACME, BOLT])
        with store.write() as work:
            work.feedback.append([an_event(ACME.id, "REJECTED"), accepted])
            work.feedback.append([wrong, note])
        with store.read() as work:
            assert work.feedback.applied() == {(ACME.id, RESOLUTION): "ACCEPTED", (ACME.id, NOTES): "call in May"}
            assert work.feedback.last_read() == {(ACME.id, RESOLUTION): wrong, (ACME.id, NOTES): note}

    def test_of_two_events_the_one_added_later_is_newer_whatever_its_time(self, store: Store) -> None:
        fill(store, companies=[ACME])
        earlier = an_event(ACME.id, "REJECTED", at=at(-9))
        with store.write() as work:
            work.feedback.append([an_event(ACME.id, "ACCEPTED"), earlier])
        with store.read() as work:
            assert work.feedback.applied() == {(ACME.id, RESOLUTION): "REJECTED"}
            assert work.feedback.last_read() == {(ACME.id, RESOLUTION): earlier}

    def test_events_are_given_by_company_and_field(self, store: Store) -> None:
        fill(store, companies=[ACME, BOLT])
        keys = sorted((company.id, field) for company in (ACME, BOLT) for field in FeedbackField)
        with store.write() as work:
            work.feedback.append([an_event(company_id, "x", field=field) for company_id, field in reversed(keys)])
        with store.read() as work:
            assert list(work.feedback.applied()) == keys
            assert list(work.feedback.last_read()) == keys

    def test_an_emptied_cell_is_an_applied_empty_value(self, store: Store) -> None:
        fill(store, companies=[ACME])
        with store.write() as work:
            work.feedback.append([an_event(ACME.id, "ACCEPTED"), an_event(ACME.id, "")])
            assert work.feedback.applied() == {(ACME.id, RESOLUTION): ""}

    def test_the_newest_rating_of_a_company_counts_with_what_its_score_stood_on(self, store: Store) -> None:
        fill(store, companies=[ACME, BOLT])
        newest = a_rating(ACME.id, ModelFeedback.OK, score=None, top_category=None, catalog_version="", hits=())
        other = a_rating(BOLT.id, ModelFeedback.FN)
        with store.write() as work:
            work.feedback.add_ratings([a_rating(BOLT.id), a_rating(ACME.id)])
            work.feedback.add_ratings([other, newest])
        with store.read() as work:
            assert work.feedback.ratings() == tuple(sorted((newest, other), key=lambda j: j.company_id))

    def test_a_rating_that_was_taken_back_counts_no_more(self, store: Store) -> None:
        fill(store, companies=[ACME])
        with store.write() as work:
            work.feedback.add_ratings([a_rating(ACME.id), a_rating(ACME.id, None)])
            assert work.feedback.ratings() == ()
