"""Questions that people ask."""

# ruff: noqa: D102 - the name of a test is its sentence

from __future__ import annotations

from datetime import timedelta

from attrs import evolve

from ats_core.domain.board import DiscoveryOutcome, ProviderName, ProviderPause, SourceStatus
from ats_core.domain.checkpoint import Checkpoint
from ats_core.domain.identity import CompanyId
from ats_core.domain.match import Label
from ats_core.domain.run import Loop
from ats_core.domain.summary import CompanyNews, CompanyStanding
from ats_core.ports import RunLock, Store
from ats_core.testing.store_suite.base import StoreContract, fill
from ats_core.testing.store_suite.examples import (
    a_company,
    a_discovery,
    a_listing,
    a_match,
    a_signal,
    a_source,
    an_event,
    an_offer,
    at,
    metrics_of,
)

__all__ = ["ReportsSuite"]

ACME = a_company("Acme Payments, S.L.", domain="acme.example")
BOLT = a_company("Bolt", domain="bolt.example")
CRANE = a_company("Crane & Sons", website="https://github.com/crane")


class ReportsSuite(StoreContract):
    """`Reports`."""

    def test_companies_are_ranked_and_those_without_metrics_come_last(self, store: Store) -> None:
        best = a_company("Zeta")
        more_strong, more_open = a_company("Yankee"), a_company("Xray")
        by_name, by_name_too = a_company("Alpha", domain="alpha-1.example"), a_company("Beta")
        unread, unread_too = a_company("Aaa"), a_company("Aab")
        fill(store, companies=[unread_too, unread, by_name_too, by_name, more_open, more_strong, best])
        numbers = {best: (9.0, 1, 1), more_strong: (5.0, 3, 1), more_open: (5.0, 2, 8), by_name: (5.0, 2, 1)}
        numbers[by_name_too] = numbers[by_name]
        with store.write() as work:
            for company, (score, strong, offers) in numbers.items():
                metrics = metrics_of(company, best_score=score, strong_offers=strong, open_offers=offers)
                work.offers.save_metrics(metrics, [])
        with store.read() as work:
            ranked = work.reports.companies()
        assert [s.company for s in ranked] == [
            best, more_strong, more_open, by_name, by_name_too, unread, unread_too,
        ]  # fmt: skip
        assert ranked[-1].metrics is None

    def test_standings_are_of_companies_with_metrics_in_order_of_their_rank(self, store: Store) -> None:
        fill(store, companies=[ACME, BOLT, CRANE])
        with store.write() as work:
            work.offers.save_metrics(metrics_of(CRANE, best_score=2.5, label=Label.WEAK, top_category=None), [])
            work.offers.save_metrics(metrics_of(ACME, best_score=8.5, label=Label.STRONG, top_category="fx"), [])
        with store.read() as work:
            assert work.reports.standings() == (
                CompanyStanding(
                    company_id=ACME.id, name=ACME.name, rank=1, score=8.5, label=Label.STRONG, top_category="fx"
                ),
                CompanyStanding(
                    company_id=CRANE.id, name=CRANE.name, rank=2, score=2.5, label=Label.WEAK, top_category=None
                ),
            )

    def test_news_are_of_companies_that_showed_a_category_for_the_first_time_since_then(self, store: Store) -> None:
        fill(store, companies=[ACME, BOLT, CRANE])
        old, new, newest = (a_signal(ACME, name, first_seen_at=at(n)) for n, name in enumerate(("aws", "fx", "crm")))
        other = a_signal(BOLT, "fx", first_seen_at=at(1))
        with store.write() as work:
            work.offers.save_metrics(metrics_of(ACME, best_score=2.0), [newest, old, new])
            work.offers.save_metrics(metrics_of(BOLT, best_score=9.0), [other])
            work.offers.save_metrics(metrics_of(CRANE), [a_signal(CRANE, "fx", first_seen_at=at(0.5))])
        acme = CompanyNews(company=ACME, metrics=metrics_of(ACME, best_score=2.0), signals=(new, newest))
        bolt = CompanyNews(company=BOLT, metrics=metrics_of(BOLT, best_score=9.0), signals=(other,))
        with store.read() as work:
            assert work.reports.news(at(1)) == (bolt, acme)
            assert work.reports.news(at(1), category="fx") == (bolt, evolve(acme, signals=(new,)))
            assert work.reports.news(at(1), category="crm") == (evolve(acme, signals=(newest,)),)
            assert work.reports.news(at(1), category="nothing") == ()
            assert work.reports.news(at(3)) == ()

    def test_a_summary_holds_sources_top_offer_and_last_feedback(self, store: Store) -> None:
        one, two = a_source(ACME, "one"), a_source(ACME, "two", status=SourceStatus.REJECTED)
        offer = an_offer(one, "1")
        fill(store, companies=[ACME, BOLT], sources=[one, two], offers=[offer, an_offer(one, "2")])
        last = an_event(ACME.id, "REJECTED", at=at(-1))
        with store.write() as work:
            work.offers.save_matches([a_match(offer)])
            work.offers.save_metrics(metrics_of(ACME, top_offer_id=offer.id), [])
            work.feedback.append([an_event(ACME.id), last])
        with store.read() as work:
            acme, bolt = work.reports.companies()
            evidence = work.reports.evidence(ACME.id)
        assert acme.sources == tuple(sorted([one, two], key=lambda s: s.id))
        assert acme.top_offer is not None
        assert (acme.top_offer.id, acme.top_offer.scored) == (offer.id, a_match(offer).scored)
        assert acme.feedback == last
        assert (bolt.metrics, bolt.sources, bolt.top_offer, bolt.feedback) == (None, (), None, None)
        assert evidence is not None
        assert evidence.summary == acme

    def test_a_company_is_found_by_id_domain_website_or_name(self, store: Store) -> None:
        fill(store, companies=[ACME, BOLT, CRANE])
        spellings = {
            ACME.id: ACME,
            "acme.example": ACME,
            "ACME.example": ACME,
            "https://www.acme.example/jobs?x=1": ACME,
            "jobs.acme.example": ACME,
            "acme payments": ACME,
            "  ÁCME Payments S.L. ": ACME,
            "bolt": BOLT,
            "https://github.com/crane": CRANE,
            "Crane and Sons": CRANE,
        }
        with store.read() as work:
            found = {text: work.reports.find_company(text) for text in spellings}
        assert found == {text: (company,) for text, company in spellings.items()}

    def test_else_companies_whose_name_contains_the_text_are_found_by_name(self, store: Store) -> None:
        bolting = a_company("Bolting Works")
        thunder = a_company("A Thunderbolt")
        fill(store, companies=[bolting, thunder, BOLT, ACME])
        with store.read() as work:
            assert work.reports.find_company("bol") == (thunder, BOLT, bolting)
            assert work.reports.find_company("bolt") == (BOLT,)
            assert work.reports.find_company("nobody") == ()
            assert work.reports.find_company("%") == ()
            assert work.reports.find_company("") == ()

    def test_two_companies_of_one_name_are_both_found(self, store: Store) -> None:
        twin = a_company("Bolt", domain="bolt-twin.example")
        fill(store, companies=[twin, BOLT])
        with store.read() as work:
            assert work.reports.find_company("bolt") == tuple(sorted([twin, BOLT], key=lambda c: c.id))

    def test_evidence_is_all_that_is_known_of_one_company(self, store: Store) -> None:
        board, other = a_source(ACME), a_source(BOLT, "bolt")
        offers = [an_offer(board, key) for key in "12345"]
        weak, best, unscored = offers[:3]
        best = evolve(best, posting=evolve(best.posting, language="es"))
        tied = offers[4]
        closed = evolve(offers[3], closed_at=at(4))
        fill(
            store,
            companies=[ACME, BOLT],
            sources=[board, other],
            offers=[weak, best, unscored, closed, tied, an_offer(other, "1")],
        )
        listings = [a_listing(ACME, "south"), a_listing(ACME, "north", listed=False)]
        with store.write() as work:
            work.companies.save_listings([*listings, a_listing(BOLT)])
            work.companies.save_discovery(a_discovery(ACME))
            work.offers.save_matches([a_match(weak, 1.0), a_match(best, 8.0), a_match(closed, 9.0), a_match(tied, 8.0)])
            work.offers.save_metrics(metrics_of(ACME), [a_signal(ACME, "trade"), a_signal(ACME, "fx")])
        with store.read() as work:
            evidence = work.reports.evidence(ACME.id)
            nobody = work.reports.evidence(CompanyId("c_nobody"))
        assert nobody is None
        assert evidence is not None
        assert evidence.listings == (listings[1], listings[0])
        assert evidence.discovery == a_discovery(ACME)
        assert evidence.signals == (a_signal(ACME, "fx"), a_signal(ACME, "trade"))
        assert [o.id for o in evidence.offers] == [*sorted([best.id, tied.id]), weak.id, unscored.id, closed.id]
        assert {o.language for o in evidence.offers if o.id == best.id} == {"es"}

    def test_the_status_counts_rows_outcomes_and_trouble(self, store: Store, lock: RunLock) -> None:
        failing = a_source(ACME, "failing", checkpoint=Checkpoint(consecutive_failures=2, last_error="x"))
        paused = a_source(ACME, "paused", checkpoint=Checkpoint(is_paused_until=at(20)))
        was_paused = a_source(BOLT, "bolt", status=SourceStatus.GONE, checkpoint=Checkpoint(is_paused_until=at(5)))
        offers = [an_offer(paused, "1"), evolve(an_offer(paused, "2"), closed_at=at(3))]
        fill(store, companies=[ACME, BOLT], sources=[failing, paused, was_paused], offers=offers)
        live_pause = ProviderPause(provider=ProviderName("lever"), paused_until=at(20), reason="429")
        with store.write() as work:
            work.companies.save_discovery(a_discovery(ACME, outcome=DiscoveryOutcome.FOUND))
            work.companies.save_discovery(a_discovery(BOLT))
            work.sources.save_pause(live_pause)
            work.sources.save_pause(ProviderPause(provider=ProviderName("old"), paused_until=at(5), reason="429"))
            for loop in (Loop.SHEETS, Loop.ALL, Loop.ALL):
                work.runs.start(loop, "host:1", at())
        held = lock.acquire("sheets", "host:1", timedelta(seconds=1))
        lock.release(lock.acquire("ingest", "host:1", timedelta(hours=1)))
        with store.read() as work:
            status = work.reports.status(at(10))
            newest_all, _, sheets = work.runs.newest(3)
        assert status.as_of == at(10)
        assert (status.rows["companies"], status.rows["company_sources"], status.rows["offers"]) == (2, 3, 2)
        assert (status.rows["runs"], status.rows["matches"], status.rows["feedback_events"]) == (3, 0, 0)
        assert status.discoveries == {"found": 1, "not_found": 1}
        assert status.sources == {"active": 2, "gone": 1}
        assert status.open_offers == 1
        assert status.failing_sources == (failing,)
        assert status.paused_sources == (paused,)
        assert status.pauses == (live_pause,)
        assert status.last_runs == (newest_all, sheets)
        assert status.locks == (held,)
