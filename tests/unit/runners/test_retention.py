"""What is kept longer than wanted is forgotten, and what was said of a company stays true."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import anyio
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.catalogs import small_catalog
from tests.unit.runners.kept_offers import a_company, an_offer, keep, stored
from tests.unit.runners.small_vendor import SmallVendor

from ats_core.domain.catalog import Catalog
from ats_core.domain.identity import CompanyId, OfferId, SourceId
from ats_core.domain.match import Field, Hit, Label, Scored
from ats_core.domain.metrics import CompanyMetrics, CompanySignal, ScoredOffer
from ats_core.domain.run import RunnerName, RunnerReport, RunStatus
from ats_core.runners.ingestion import AtsIngestionRunner
from ats_core.runners.retention import BATCH, apply_retention, expendable
from ats_core.runners.tally import Tally
from ats_core.scoring.aggregation import company_metrics
from ats_core.scoring.reposts import link_reposts, same_texts
from ats_core.scoring.scorer import Scorer
from ats_core.settings import IngestionSettings, RetentionSettings
from ats_core.testing.clock import FakeClock
from ats_core.testing.event_log import RecordingLog
from ats_core.testing.memory_store import MemoryStore

NOW = datetime(2026, 7, 1, tzinfo=UTC)
YEAR = timedelta(days=365)
SCORER = Scorer(small_catalog())


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def forget(store: MemoryStore, at: datetime = NOW, **kept: timedelta) -> Tally:
    """Apply the retention at a time; the tally tells what went."""
    clock = FakeClock()
    clock.advance(at - clock.now())
    tally = Tally(RunnerName.INGESTION)
    anyio.run(apply_retention, store, SCORER, clock, RecordingLog(), RetentionSettings(**kept), tally)
    return tally


def summary(store: MemoryStore, company_id: CompanyId) -> tuple[CompanyMetrics | None, tuple[CompanySignal, ...]]:
    with store.read() as uow:
        evidence = uow.reports.evidence(company_id)
    assert evidence is not None
    return evidence.summary.metrics, evidence.signals


def test_nothing_is_forgotten_unless_it_is_asked_for() -> None:
    store = MemoryStore()
    source = a_company(store, "acme", ago(2000))
    keep(store, SCORER, NOW, an_offer(source, "a", "Cook\nWe cook", ago(2000), closed_at=ago(1990)))
    before = store.changes
    tally = forget(store)
    assert not any(tally.counters.values())
    assert store.changes == before


def test_payloads_of_offers_closed_long_enough_ago_are_dropped_and_the_offers_stay() -> None:
    store = MemoryStore()
    source = a_company(store, "acme", ago(400))
    offers = [
        an_offer(source, "a", "Cook\nWe cook", ago(400), closed_at=ago(90)),
        an_offer(source, "b", "Baker\nWe bake", ago(400), closed_at=ago(89)),
        an_offer(source, "c", "Clerk\nWe file", ago(400)),
    ]
    keep(store, SCORER, NOW, *offers)
    tally = forget(store, payloads=timedelta(days=90))
    assert tally.counters["payloads_dropped"] == 1
    raws = [offer.posting.raw for offer in stored(store, source.company_id)]
    assert raws == [b"", offers[1].posting.raw, offers[2].posting.raw]
    before = store.changes
    assert forget(store, payloads=timedelta(days=90)).counters["payloads_dropped"] == 0
    assert store.changes == before


def test_offers_closed_long_enough_ago_are_deleted_with_their_matches() -> None:
    store = MemoryStore()
    source = a_company(store, "acme", ago(900))
    keep(
        store, SCORER, NOW,
        an_offer(source, "a", "Cook\nWe cook", ago(900), closed_at=ago(365)),
        an_offer(source, "b", "Baker\nWe bake", ago(900), closed_at=ago(364)),
        an_offer(source, "c", "Clerk\nWe file", ago(900)),
    )  # fmt: skip
    before = summary(store, source.company_id)
    tally = forget(store, closed_offers=YEAR)
    assert tally.counters["offers_deleted"] == 1
    assert [o.posting.provider_offer_id for o in stored(store, source.company_id)] == ["b", "c"]
    with store.read() as uow:
        assert uow.reports.status(NOW).rows["matches"] == 2
    assert summary(store, source.company_id) == before
    assert forget(store, closed_offers=YEAR).counters["offers_deleted"] == 0


def test_the_date_at_which_a_category_was_first_shown_does_not_move() -> None:
    store = MemoryStore()
    source = a_company(store, "acme", ago(900))
    texts = {f"{n}": f"Analyst {n}\nWe do hedging, {n}" for n in range(5)}
    old = [an_offer(source, n, text, ago(900 - int(n)), closed_at=ago(800)) for n, text in texts.items()]
    keep(store, SCORER, NOW, *old, an_offer(source, "z", "Analyst\nWe do hedging today", ago(10)))
    before = summary(store, source.company_id)
    assert forget(store, closed_offers=YEAR).counters["offers_deleted"] == 4
    assert [o.posting.provider_offer_id for o in stored(store, source.company_id)] == ["0", "z"]
    assert summary(store, source.company_id) == before
    (signal,) = before[1]
    assert signal.first_seen_at == ago(900)


def test_an_offer_and_its_reposts_go_together() -> None:
    store = MemoryStore()
    source = a_company(store, "acme", ago(900))
    text = "Cook\nWe cook for everyone in the house, every day of the week"
    keep(
        store, SCORER, NOW,
        an_offer(source, "original", text, ago(900), closed_at=ago(800)),
        an_offer(source, "repeat", text, ago(700), closed_at=ago(600)),
        an_offer(source, "standing", text, ago(10)),
    )  # fmt: skip
    assert forget(store, closed_offers=YEAR).counters["offers_deleted"] == 0
    offers = {o.posting.provider_offer_id: o for o in stored(store, source.company_id)}
    assert offers["standing"].repost_of == offers["original"].id
    assert offers["original"].repost_count == 2

    closed = evolve(offers["standing"], closed_at=ago(1))
    keep(store, SCORER, NOW, closed)
    later = NOW + YEAR
    assert forget(store, later, closed_offers=YEAR).counters["offers_deleted"] == 3
    assert stored(store, source.company_id) == []


def test_more_than_one_transactions_worth_is_deleted_in_several() -> None:
    store = MemoryStore()
    source = a_company(store, "acme", ago(900))
    keep(
        store, SCORER, NOW,
        *(an_offer(source, f"{n}", f"Cook {n}\nWe cook, {n}", ago(900), closed_at=ago(800)) for n in range(BATCH + 1)),
    )  # fmt: skip
    assert forget(store, closed_offers=YEAR).counters["offers_deleted"] == BATCH + 1
    assert stored(store, source.company_id) == []


def test_a_run_applies_it_last_and_an_offer_that_comes_back_is_new() -> None:
    clock, store, vendor = FakeClock(), MemoryStore(), SmallVendor()
    source = a_company(store, "acme", clock.now())
    runner = AtsIngestionRunner(
        store, vendor, {vendor.name: vendor}, SCORER, clock, RecordingLog(), IngestionSettings(),
        retention=RetentionSettings(payloads=timedelta(days=1), closed_offers=YEAR),
    )  # fmt: skip

    def night(days: float, **board: str) -> RunnerReport:
        clock.advance(timedelta(days=days))
        vendor.boards["acme"] = board
        return anyio.run(runner.run_once)

    begun = clock.now()
    night(0, a="Cook\nWe cook", b="Baker\nWe bake")
    assert night(1, b="Baker\nWe bake").counters["offers_closed"] == 1
    assert night(1, b="Baker\nWe bake").counters["payloads_dropped"] == 1
    report = night(364, b="Baker\nWe bake")
    assert (report.status, report.counters["offers_deleted"]) == (RunStatus.COMPLETED, 1)
    report = night(1, a="Cook\nWe cook", b="Baker\nWe bake")
    assert (report.counters["offers_new"], report.counters["offers_reopened"]) == (1, 0)
    first_seen = {o.posting.provider_offer_id: o.first_seen_at for o in stored(store, source.company_id)}
    assert first_seen == {"a": clock.now(), "b": begun}


def test_offers_needed_for_the_activity_of_90_days_cannot_be_wanted_gone() -> None:
    with pytest.raises(ValueError, match="closed_offers must be 90d at the least"):
        RetentionSettings(closed_offers=timedelta(days=89))
    with pytest.raises(ValueError, match="payloads must not be negative"):
        RetentionSettings(payloads=timedelta(days=-1))


def test_an_offer_that_was_never_scored_is_kept() -> None:
    old = _offer("a", 0, 500, closed=400, scored=None)
    assert expendable([old], ago(365)) == ()
    assert expendable([evolve(old, scored=_scored(()))], ago(365)) == ("a",)


CATALOG: Catalog = small_catalog()
CATEGORIES = ("fx", "treasury", "of another catalog")


def _scored(categories: tuple[str, ...], negated: tuple[str, ...] = ()) -> Scored:
    points = 4.0
    hits = tuple(
        Hit(category=c, keyword=c, field=Field.TITLE, snippet=c, points=points, negated=c in negated)
        for c in categories
    )
    score = points * sum(not hit.negated for hit in hits)
    label = Label.STRONG if score >= 6 else Label.MEDIUM if score >= 3 else Label.NONE
    return Scored(score=min(score, 10.0), label=label, top_category=None, hits=hits)


def _offer(
    name: str, text: int, seen: int, *, closed: int | None, scored: Scored | None, source: str = "s"
) -> ScoredOffer:
    return ScoredOffer(
        id=OfferId(name),
        source_id=SourceId(source),
        title="Analyst",
        url=None,
        fingerprint=f"text {text}",
        published_at=None,
        first_seen_at=ago(seen),
        closed_at=None if closed is None else ago(closed),
        repost_of=None,
        repost_count=0,
        scored=scored,
    )


@st.composite
def companies(draw: st.DrawFn) -> list[ScoredOffer]:
    """A company's offers of two boards, their reposts linked."""
    offers = []
    for number in range(draw(st.integers(0, 14))):
        seen = draw(st.integers(1, 900))
        shown = draw(st.lists(st.sampled_from(CATEGORIES), unique=True, max_size=3).map(tuple))
        negated = draw(st.lists(st.sampled_from(CATEGORIES), unique=True, max_size=1).map(tuple))
        offers.append(
            _offer(
                f"o{number}",
                draw(st.integers(0, 4)),
                seen,
                closed=draw(st.none() | st.integers(0, seen)),
                scored=draw(st.just(_scored(shown, negated)) | st.none()),
                source=draw(st.sampled_from("st")),
            )
        )
    return linked(offers)


def linked(offers: list[ScoredOffer]) -> list[ScoredOffer]:
    links = link_reposts(same_texts(offers, {}))
    return [evolve(o, repost_of=links[o.id][0], repost_count=links[o.id][1]) for o in offers]


@given(offers=companies(), days=st.integers(90, 900), rejected=st.sets(st.sampled_from("st")))
def test_forgetting_changes_no_metric_no_signal_and_no_link(
    offers: list[ScoredOffer], days: int, rejected: set[str]
) -> None:
    gone = expendable(offers, ago(days))
    left = [offer for offer in offers if offer.id not in gone]
    assert all(o.closed_at is not None and o.closed_at <= ago(days) for o in offers if o.id in gone)
    assert linked(left) == left

    def counted(some: list[ScoredOffer]) -> object:
        own = [offer for offer in some if offer.source_id not in rejected]
        return company_metrics(CompanyId("c"), linked(own), catalog=CATALOG, as_of=NOW.date())

    assert counted(left) == counted(offers)
    assert expendable(left, ago(days)) == ()


@given(offers=companies(), size=st.integers(1, 5))
def test_whenever_it_is_interrupted_no_repost_is_left_without_what_it_repeats(
    offers: list[ScoredOffer], size: int
) -> None:
    gone = expendable(offers, ago(90))
    left = {offer.id for offer in offers} - set(gone[:size])
    assert all(offer.repost_of in left for offer in offers if offer.id in left and offer.repost_of is not None)
