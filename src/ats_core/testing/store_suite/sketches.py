"""Sketches of offers, and what their matches were scored under."""

# ruff: noqa: D102 - the name of a test is its sentence

from __future__ import annotations

import pytest
from attrs import evolve

from ats_core.domain.identity import OfferId
from ats_core.domain.match import ScoredUnder
from ats_core.errors import DatabaseUnusable
from ats_core.ports import Store
from ats_core.scoring.sketch import sketch_of
from ats_core.testing.store_suite.base import DatabaseUnderTest, StoreContract, fill
from ats_core.testing.store_suite.examples import CATALOG, a_company, a_match, a_source, an_offer, at

__all__ = ["SketchSuite"]

ACME = a_company("Acme", domain="acme.example")
BOLT = a_company("Bolt", domain="bolt.example")
BOARD = a_source(ACME)
OTHER = a_source(BOLT, "bolt")
ONE, TWO = (an_offer(BOARD, key) for key in ("1", "2"))
ELSEWHERE = an_offer(OTHER, "1")
SKETCHES = {offer.id: sketch_of(offer.posting) for offer in (ONE, TWO, ELSEWHERE)}


class SketchSuite(StoreContract):
    """`OfferRepo`: what is kept of texts so that they can be compared."""

    def test_an_offer_whose_content_changed_is_outdated_though_its_match_is_of_this_version(self, store: Store) -> None:
        fill(store, companies=[ACME], sources=[BOARD], offers=[ONE, TWO])
        with store.write() as work:
            work.offers.save_sketches({id_: SKETCHES[id_] for id_ in (ONE.id, TWO.id)})
            work.offers.save_matches([a_match(ONE), a_match(TWO)])
            assert work.offers.outdated(CATALOG) == {}
            work.offers.save([evolve(ONE, content_hash="another")])
            assert work.offers.outdated(CATALOG) == {ACME.id: 1}
            work.offers.save_sketches({ONE.id: SKETCHES[TWO.id]})
            assert work.offers.outdated(CATALOG) == {ACME.id: 1}
            assert work.offers.scored_under(ACME.id)[ONE.id].catalog_version == ""
            work.offers.save_matches([a_match(ONE)])
            assert work.offers.outdated(CATALOG) == {}

    def test_a_companys_sketches_come_back_by_id(self, store: Store) -> None:
        fill(store, companies=[ACME, BOLT], sources=[BOARD, OTHER], offers=[ONE, TWO, ELSEWHERE])
        strange = sketch_of(evolve(TWO.posting, title="…", description_text="", language="\ud800!"))
        with store.write() as work:
            work.offers.save_sketches({**SKETCHES, TWO.id: strange})
        with store.read() as work:
            found = work.offers.sketches(ACME.id)
        assert found == {ONE.id: SKETCHES[ONE.id], TWO.id: strange}
        assert list(found) == sorted(found)

    def test_a_sketch_stays_while_the_content_of_its_offer_does(self, store: Store) -> None:
        fill(store, companies=[ACME], sources=[BOARD], offers=[ONE, TWO])
        with store.write() as work:
            work.offers.save_sketches({ONE.id: SKETCHES[ONE.id], TWO.id: SKETCHES[TWO.id]})
            work.offers.save([evolve(ONE, closed_at=at(1)), evolve(TWO, content_hash="another")])
            assert list(work.offers.sketches(ACME.id)) == [ONE.id]
            work.offers.save_sketches({TWO.id: SKETCHES[ONE.id]})
            assert work.offers.sketches(ACME.id)[TWO.id] == SKETCHES[ONE.id]

    def test_a_deleted_offer_has_no_sketch_when_it_comes_back(self, store: Store) -> None:
        fill(store, companies=[ACME], sources=[BOARD], offers=[ONE])
        with store.write() as work:
            work.offers.save_sketches({ONE.id: SKETCHES[ONE.id]})
            work.offers.delete([ONE.id])
            work.offers.save([ONE])
            assert work.offers.sketches(ACME.id) == {}

    def test_saving_the_same_sketch_changes_nothing(self, store: Store, database: DatabaseUnderTest) -> None:
        fill(store, companies=[ACME], sources=[BOARD], offers=[ONE])
        with store.write() as work:
            work.offers.save_sketches({ONE.id: SKETCHES[ONE.id]})
        before = database.changes()
        with store.write() as work:
            work.offers.save([ONE])
            work.offers.save_sketches({ONE.id: SKETCHES[ONE.id]})
        assert database.changes() == before

    def test_an_unknown_offer_can_have_no_sketch(self, store: Store) -> None:
        with pytest.raises(DatabaseUnusable), store.write() as work:
            work.offers.save_sketches({OfferId("o_unknown"): SKETCHES[ONE.id]})

    def test_matches_tell_under_what_they_were_scored(self, store: Store, database: DatabaseUnderTest) -> None:
        fill(store, companies=[ACME, BOLT], sources=[BOARD, OTHER], offers=[ONE, TWO, ELSEWHERE])
        with store.write() as work:
            work.offers.save_matches([a_match(ONE), a_match(ELSEWHERE)])
            assert work.offers.scored_under(ACME.id) == {ONE.id: ScoredUnder(CATALOG, "", at())}
            work.offers.save_matches([a_match(TWO, boilerplate="ab12"), a_match(ONE, boilerplate="cd34")])
        with store.read() as work:
            found = work.offers.scored_under(ACME.id)
        assert found == {ONE.id: ScoredUnder(CATALOG, "cd34", at()), TWO.id: ScoredUnder(CATALOG, "ab12", at())}
        assert list(found) == sorted(found)
        before = database.changes()
        with store.write() as work:
            work.offers.save_matches([a_match(TWO, boilerplate="ab12")])
        assert database.changes() == before
