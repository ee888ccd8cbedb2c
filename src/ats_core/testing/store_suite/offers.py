"""Offers, matches, metrics and signals."""

# ruff: noqa: D102 - the name of a test is its sentence

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from attrs import evolve

from ats_core.domain.checkpoint import Checkpoint
from ats_core.domain.identity import OfferId
from ats_core.domain.match import Field, Hit, Label, Scored, Synergy
from ats_core.domain.offer import KnownOffer, Offer, OfferText, Salary, Workplace
from ats_core.ports import Store
from ats_core.scoring.sketch import sketch_of
from ats_core.testing.store_suite.base import DatabaseUnderTest, StoreContract, fill
from ats_core.testing.store_suite.examples import (
    CATALOG,
    DAY,
    a_company,
    a_match,
    a_signal,
    a_source,
    an_offer,
    at,
    metrics_of,
)

__all__ = ["MetricsSuite", "OfferRepoSuite"]

ACME = a_company("Acme", domain="acme.example")
BOLT = a_company("Bolt", domain="bolt.example")
BOARD = a_source(ACME)
OTHER = a_source(BOLT, "bolt")
ONE, TWO, THREE = (an_offer(BOARD, key) for key in ("1", "2", "3"))
RICH = evolve(
    ONE,
    posting=evolve(
        ONE.posting,
        workplace=Workplace.HYBRID,
        department="Finance",
        team="Treasury",
        employment_type="Full-time",
        salary=Salary(
            minimum=Decimal("42000"), maximum=Decimal("51000.50"), currency="EUR", interval="year", text="42-51k"
        ),
        language="es",
        apply_url="https://boards.example/1/apply",
        published_at=at(-48.123),
        raw=b"\x00\xff not even JSON",
    ),
)


def _text(offer: Offer) -> OfferText:
    posting = offer.posting
    return OfferText(
        id=offer.id,
        title=posting.title,
        department=posting.department or "",
        description_text=posting.description_text,
        language=posting.language,
    )


class OfferRepoSuite(StoreContract):
    """`OfferRepo`: the offers themselves."""

    def test_an_offer_comes_back_whole_with_its_payload(self, store: Store) -> None:
        fill(store, companies=[ACME], sources=[BOARD], offers=[RICH, TWO])
        with store.read() as work:
            found = work.offers.get_many([TWO.id, RICH.id, OfferId("o_unknown")])
        assert found == {RICH.id: RICH, TWO.id: TWO}
        assert list(found) == sorted(found)
        assert found[RICH.id].posting.raw == b"\x00\xff not even JSON"

    def test_what_is_known_of_a_board_is_open_and_closed(self, store: Store) -> None:
        closed = evolve(TWO, closed_at=at(3), posting=evolve(TWO.posting, updated_at=None))
        fill(
            store,
            companies=[ACME, BOLT],
            sources=[BOARD, OTHER],
            offers=[closed, ONE, an_offer(OTHER, "1")],
        )
        with store.read() as work:
            known = work.offers.known(BOARD.id)
        assert list(known.items()) == [
            ("1", KnownOffer(ONE.id, at(-1), "hash-1", True)),
            ("2", KnownOffer(TWO.id, None, "hash-2", False)),
        ]

    def test_a_changed_offer_replaces_the_stored_one_but_for_its_reposts(self, store: Store) -> None:
        fill(store, companies=[ACME], sources=[BOARD], offers=[ONE, TWO])
        with store.write() as work:
            work.offers.save_reposts({TWO.id: (ONE.id, 0), ONE.id: (None, 1)})
        changed = evolve(
            TWO,
            posting=evolve(TWO.posting, title="Head of treasury", raw=b'{"new": 1}'),
            content_hash="new",
            last_seen_at=at(9),
            repost_of=None,
            repost_count=7,
        )
        fill(store, offers=[changed])
        with store.read() as work:
            found = work.offers.get_many([ONE.id, TWO.id])
        assert found[TWO.id] == evolve(changed, repost_of=ONE.id, repost_count=0)
        assert found[ONE.id] == evolve(ONE, repost_count=1)

    def test_a_new_offer_keeps_the_reposts_it_comes_with(self, store: Store) -> None:
        repeated = evolve(TWO, repost_of=ONE.id)
        fill(store, companies=[ACME], sources=[BOARD], offers=[repeated, evolve(ONE, repost_count=1)])
        with store.read() as work:
            assert work.offers.get_many([TWO.id])[TWO.id].repost_of == ONE.id
            assert work.offers.get_many([ONE.id])[ONE.id].repost_count == 1

    def test_touching_keeps_the_vendors_time_and_nothing_else(self, store: Store) -> None:
        fill(store, companies=[ACME], sources=[BOARD], offers=[ONE, TWO, THREE])
        with store.write() as work:
            work.offers.touch({ONE.id: at(5), TWO.id: None, OfferId("o_unknown"): at(5)})
        with store.read() as work:
            found = work.offers.get_many([ONE.id, TWO.id, THREE.id])
        assert found[ONE.id] == evolve(ONE, posting=evolve(ONE.posting, updated_at=at(5)))
        assert found[TWO.id] == evolve(TWO, posting=evolve(TWO.posting, updated_at=None))
        assert found[THREE.id] == THREE

    def test_a_closed_offer_was_last_seen_in_the_last_completed_sweep(self, store: Store) -> None:
        read = evolve(BOARD, checkpoint=Checkpoint(last_ingested_at=at(20)))
        written_later = evolve(TWO, last_seen_at=at(21))
        fill(store, companies=[ACME], sources=[read], offers=[ONE, written_later, THREE])
        with store.write() as work:
            work.offers.close([ONE.id, TWO.id, OfferId("o_unknown")], at(40))
        with store.read() as work:
            found = work.offers.get_many([ONE.id, TWO.id, THREE.id])
        assert (found[ONE.id].closed_at, found[ONE.id].last_seen_at) == (at(40), at(20))
        assert (found[TWO.id].closed_at, found[TWO.id].last_seen_at) == (at(40), at(21))
        assert found[THREE.id] == THREE

    def test_an_offer_of_a_board_never_read_whole_was_last_seen_when_it_was_written(self, store: Store) -> None:
        fill(store, companies=[ACME], sources=[BOARD], offers=[ONE])
        with store.write() as work:
            work.offers.close([ONE.id], at(40))
            assert work.offers.get_many([ONE.id])[ONE.id].last_seen_at == ONE.last_seen_at

    def test_the_sweep_that_closes_an_offer_did_not_see_it(self, store: Store) -> None:
        completed = evolve(BOARD, checkpoint=Checkpoint(last_ingested_at=at(40)))
        fill(store, companies=[ACME], sources=[completed], offers=[ONE])
        with store.write() as work:
            work.offers.close([ONE.id], at(40))
            assert work.offers.get_many([ONE.id])[ONE.id].last_seen_at == ONE.last_seen_at

    def test_closing_again_changes_nothing(self, store: Store, database: DatabaseUnderTest) -> None:
        fill(store, companies=[ACME], sources=[BOARD], offers=[ONE])
        with store.write() as work:
            work.offers.close([ONE.id], at(40))
        before = database.changes()
        with store.write() as work:
            work.offers.close([ONE.id], at(50))
            assert work.offers.get_many([ONE.id])[ONE.id].closed_at == at(40)
        assert database.changes() == before

    def test_offers_without_a_match_under_the_catalog_are_counted_by_company(self, store: Store) -> None:
        offers = [an_offer(BOARD, str(n)) for n in range(7)]
        elsewhere = an_offer(OTHER, "1")
        fill(store, companies=[ACME, BOLT], sources=[BOARD, OTHER], offers=[*offers, elsewhere])
        with store.write() as work:
            work.offers.save_sketches({offer.id: sketch_of(offer.posting) for offer in (*offers, elsewhere)})
            work.offers.save_matches([a_match(offers[0]), a_match(offers[1], catalog_version="payments@0")])
        with store.read() as work:
            assert work.offers.outdated(CATALOG) == {ACME.id: 6, BOLT.id: 1}
            assert list(work.offers.outdated(CATALOG)) == sorted([ACME.id, BOLT.id])
        with store.write() as work:
            work.offers.save_matches(map(a_match, [*offers[:5], elsewhere]))
            assert work.offers.outdated(CATALOG) == {ACME.id: 2}

    def test_matches_that_were_outdated_are_so_and_still_say_what_they_said(self, store: Store) -> None:
        elsewhere = an_offer(OTHER, "1")
        fill(store, companies=[ACME, BOLT], sources=[BOARD, OTHER], offers=[ONE, TWO, elsewhere])
        with store.write() as work:
            work.offers.save_sketches({offer.id: sketch_of(offer.posting) for offer in (ONE, TWO, elsewhere)})
            work.offers.save_matches([a_match(ONE), a_match(elsewhere)])
            work.offers.outdate([ACME.id])
        with store.read() as work:
            assert work.offers.outdated(CATALOG) == {ACME.id: 2}
            assert {o.id: o.scored for o in work.offers.of_company(ACME.id)}[ONE.id] == a_match(ONE).scored

    def test_a_companys_offers_are_given_part_by_part_in_their_order(self, store: Store) -> None:
        seen = [(9, "1"), (1, "2"), (5, "3"), (1, "4"), (1.25, "5")]
        offers = [evolve(an_offer(BOARD, key), first_seen_at=at(hours)) for hours, key in seen]
        fill(store, companies=[ACME, BOLT], sources=[BOARD, OTHER], offers=[*offers, an_offer(OTHER, "1")])
        with store.read() as work:
            for version in (None, CATALOG):
                whole = work.offers.of_company(ACME.id, catalog_version=version)
                parts = [work.offers.of_company(ACME.id, catalog_version=version, limit=2)]
                while parts[-1]:
                    parts.append(work.offers.of_company(ACME.id, catalog_version=version, after=parts[-1][-1], limit=2))
                assert [len(part) for part in parts] == [2, 2, 1, 0]
                assert sum(parts, ()) == whole
                assert work.offers.of_company(ACME.id, catalog_version=version, after=whole[1]) == whole[2:]
        assert [o.id for o in whole] == [o.id for o in sorted(offers, key=lambda o: (o.first_seen_at, o.id))]

    def test_the_texts_of_offers_are_given_by_id(self, store: Store) -> None:
        fill(store, companies=[ACME], sources=[BOARD], offers=[RICH, TWO, THREE])
        with store.read() as work:
            found = work.offers.texts([TWO.id, RICH.id, OfferId("o_unknown")])
        assert found == {RICH.id: _text(RICH), TWO.id: _text(TWO)}
        assert (found[RICH.id].department, found[TWO.id].department) == ("Finance", "")
        assert list(found) == sorted(found)

    def test_payloads_of_offers_closed_long_ago_are_found_and_dropped(self, store: Store) -> None:
        old, young = evolve(ONE, closed_at=at(10)), evolve(TWO, closed_at=at(11))
        fill(store, companies=[ACME], sources=[BOARD], offers=[old, young, THREE])
        with store.write() as work:
            assert work.offers.with_old_payloads(at(9.9)) == ()
            assert work.offers.with_old_payloads(at(10)) == (ONE.id,)
            assert work.offers.with_old_payloads(at(50)) == tuple(sorted([ONE.id, TWO.id]))
            work.offers.drop_payloads([ONE.id])
        with store.read() as work:
            assert work.offers.with_old_payloads(at(50)) == (TWO.id,)
            found = work.offers.get_many([ONE.id, TWO.id])
        assert found == {ONE.id: evolve(old, posting=evolve(ONE.posting, raw=b"")), TWO.id: young}

    def test_an_offer_that_is_saved_without_a_payload_has_none(self, store: Store, database: DatabaseUnderTest) -> None:
        bare = evolve(ONE, closed_at=at(1), posting=evolve(ONE.posting, raw=b""))
        fill(store, companies=[ACME], sources=[BOARD], offers=[ONE])
        fill(store, offers=[bare])
        with store.read() as work:
            assert work.offers.get_many([ONE.id]) == {ONE.id: bare}
            assert work.offers.with_old_payloads(at(50)) == ()
        before = database.changes()
        fill(store, offers=[bare])
        assert database.changes() == before

    def test_offers_are_deleted_with_all_that_is_kept_of_them(self, store: Store) -> None:
        old, young = evolve(ONE, closed_at=at(10)), evolve(TWO, closed_at=at(11))
        fill(store, companies=[ACME, BOLT], sources=[BOARD, OTHER], offers=[old, young, THREE, an_offer(OTHER, "1")])
        with store.write() as work:
            work.offers.save_matches([a_match(ONE), a_match(TWO)])
            assert work.offers.with_old_offers(at(9.9)) == ()
            assert work.offers.with_old_offers(at(11)) == (ACME.id,)
            work.offers.delete([ONE.id])
        with store.read() as work:
            assert list(work.offers.known(BOARD.id)) == ["2", "3"]
            assert work.offers.get_many([ONE.id]) == {}
            assert work.offers.with_old_offers(at(10)) == ()
            status = work.reports.status(at(20))
        assert (status.rows["offers"], status.rows["matches"]) == (3, 1)
        fill(store, offers=[ONE])
        with store.read() as work:
            assert work.offers.get_many([ONE.id]) == {ONE.id: ONE}
            assert {o.id: o.scored for o in work.offers.of_company(ACME.id)}[ONE.id] is None

    def test_a_companys_offers_are_given_by_first_sight_with_their_scores(self, store: Store) -> None:
        late, closed = evolve(ONE, first_seen_at=at(5)), evolve(TWO, closed_at=at(9))
        fill(store, companies=[ACME, BOLT], sources=[BOARD, OTHER], offers=[late, closed, THREE, an_offer(OTHER, "9")])
        scored = Scored(
            score=3.4,
            label=Label.MEDIUM,
            top_category="aws",
            hits=(
                Hit(category="aws", keyword="aws", field=Field.TITLE, snippet="[[AWS]] ñ", points=4.4),
                Hit(category="fx", keyword="fx", field=Field.DEPARTMENT, snippet="[[FX]]", points=-1.0, negated=True),
            ),
        )
        with store.write() as work:
            work.offers.save_matches([evolve(a_match(late), scored=scored)])
        with store.read() as work:
            found = work.offers.of_company(ACME.id)
            assert work.offers.of_company(ACME.id, catalog_version=CATALOG) == found
            outdated = work.offers.of_company(ACME.id, catalog_version="payments@0")
            assert outdated == tuple(evolve(offer, scored=None) for offer in found)
        assert [o.id for o in found] == [*sorted([TWO.id, THREE.id]), ONE.id]
        assert found[2].scored == scored
        assert found[0].scored is None
        assert {o.id: o.closed_at for o in found}[TWO.id] == at(9)
        assert found[2].published_at is None
        assert (found[2].title, found[2].url) == (ONE.posting.title, ONE.posting.url)

    def test_what_categories_earn_together_is_kept_with_the_score(
        self, store: Store, database: DatabaseUnderTest
    ) -> None:
        together = (Synergy(categories=("fx", "treasury"), points=0.5), Synergy(categories=("añil", "fx"), points=0.0))
        scored = evolve(a_match(ONE).scored, synergies=together)
        fill(store, companies=[ACME], sources=[BOARD], offers=[ONE])
        with store.write() as work:
            work.offers.save_matches([evolve(a_match(ONE), scored=scored)])
        before = database.changes()
        with store.write() as work:
            work.offers.save_matches([evolve(a_match(ONE), scored=scored)])
        assert database.changes() == before
        with store.write() as work:
            assert work.offers.of_company(ACME.id)[0].scored == scored
            work.offers.save_matches([a_match(ONE)])
            assert work.offers.of_company(ACME.id)[0].scored == a_match(ONE).scored

    def test_saving_stored_offers_changes_nothing(self, store: Store, database: DatabaseUnderTest) -> None:
        def save() -> None:
            with store.write() as work:
                work.offers.save([RICH, TWO])
                work.offers.save_matches([a_match(ONE)])
                work.offers.save_reposts({TWO.id: (ONE.id, 0)})
                work.offers.touch({ONE.id: at(7)})
                work.offers.touch({ONE.id: RICH.posting.updated_at})

        def save_again() -> None:
            with store.write() as work:
                work.offers.save([RICH, TWO])
                work.offers.save_matches([a_match(ONE)])
                work.offers.save_reposts({TWO.id: (ONE.id, 0)})
                work.offers.touch({ONE.id: RICH.posting.updated_at})

        fill(store, companies=[ACME], sources=[BOARD])
        save()
        before = database.changes()
        save_again()
        assert database.changes() == before


class MetricsSuite(StoreContract):
    """`OfferRepo`: what a company's offers say together."""

    def test_metrics_and_signals_are_replaced(self, store: Store) -> None:
        fill(store, companies=[ACME], sources=[BOARD], offers=[ONE])
        first = metrics_of(ACME, top_offer_id=ONE.id)
        second = evolve(first, best_score=2.0, label=Label.WEAK, top_category=None, top_offer_id=None, why="")
        kept, gone, new = a_signal(ACME, "fx"), a_signal(ACME, "trade"), a_signal(ACME, "cloud", best_offer_id=ONE.id)
        with store.write() as work:
            work.offers.save_metrics(first, [kept, gone])
        with store.write() as work:
            work.offers.save_metrics(second, [evolve(kept, best_points=9.0), new])
        with store.read() as work:
            evidence = work.reports.evidence(ACME.id)
        assert evidence is not None
        assert evidence.summary.metrics == second
        assert evidence.signals == (new, evolve(kept, best_points=9.0))

    def test_the_signals_of_other_companies_stay(self, store: Store) -> None:
        fill(store, companies=[ACME, BOLT])
        with store.write() as work:
            work.offers.save_metrics(metrics_of(BOLT), [a_signal(BOLT)])
            work.offers.save_metrics(metrics_of(ACME), [])
            evidence = work.reports.evidence(BOLT.id)
        assert evidence is not None
        assert evidence.signals == (a_signal(BOLT),)

    def test_saving_the_same_metrics_changes_nothing(self, store: Store, database: DatabaseUnderTest) -> None:
        fill(store, companies=[ACME])
        with store.write() as work:
            work.offers.save_metrics(metrics_of(ACME), [a_signal(ACME, "fx"), a_signal(ACME, "trade")])
        before = database.changes()
        with store.write() as work:
            work.offers.save_metrics(metrics_of(ACME), [a_signal(ACME, "trade"), a_signal(ACME, "fx")])
        assert database.changes() == before

    def test_metrics_are_stale_when_of_another_day_or_catalog_or_missing(self, store: Store) -> None:
        names = ("fresh", "other day", "other catalog", "outdated", "missing")
        companies = {name: a_company(name) for name in names}
        without_offers = a_company("no offers")
        sources = {name: a_source(c, name.replace(" ", "-")) for name, c in companies.items()}
        fill(
            store,
            companies=[*companies.values(), without_offers],
            sources=sources.values(),
            offers=[evolve(an_offer(s, "1"), closed_at=at(1)) for s in sources.values()],
        )
        with store.write() as work:
            work.offers.save_metrics(metrics_of(companies["fresh"]), [])
            work.offers.save_metrics(metrics_of(companies["other day"], as_of=DAY - timedelta(days=1)), [])
            work.offers.save_metrics(metrics_of(companies["other catalog"], catalog_version="payments@0"), [])
            work.offers.save_metrics(metrics_of(companies["outdated"]), [])
            work.offers.outdate_metrics(companies["outdated"].id)
        with store.read() as work:
            stale = work.offers.stale_metrics(DAY, CATALOG)
            outdated = [name for name, c in companies.items() if work.offers.are_metrics_outdated(c.id)]
        assert outdated == ["outdated", "missing"]
        assert stale == tuple(sorted(companies[name].id for name in names[1:]))
