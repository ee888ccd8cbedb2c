"""A company's metrics and signals, number by number."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.scoring.examples import NIGHT, hit, offer, rules

from ats_core.domain.identity import CompanyId
from ats_core.domain.match import Label
from ats_core.domain.metrics import CompanyMetrics, CompanySignal, ScoredOffer
from ats_core.scoring.aggregation import WHY_LENGTH, company_metrics

CATALOG = rules()
COMPANY = CompanyId("c_1")
TODAY = NIGHT.date()
DAY = timedelta(days=1)


def folded(*offers: ScoredOffer, as_of: date = TODAY) -> tuple[CompanyMetrics, tuple[CompanySignal, ...]]:
    return company_metrics(COMPANY, offers, catalog=CATALOG, as_of=as_of)


def test_a_company_without_offers_has_empty_metrics() -> None:
    metrics, signals = folded()

    assert metrics == CompanyMetrics(
        company_id=COMPANY,
        as_of=TODAY,
        catalog_version=CATALOG.version,
        best_score=0.0,
        label=Label.NONE,
        top_category=None,
        open_offers=0,
        unique_offers=0,
        strong_offers=0,
        new_30d=0,
        new_90d=0,
        reposted_30d=0,
        reposted_90d=0,
        activity=0,
        top_offer_id=None,
        last_strong_at=None,
        why="",
    )
    assert signals == ()


def test_the_best_open_offer_gives_score_label_and_top_category() -> None:
    metrics, _ = folded(
        offer("o_1", hit("trade", 3.0)),
        offer("o_2", hit("fx", 4.0), hit("treasury", 2.5)),
        offer("o_3", hit("fx", 9.0), closed_at=NIGHT),
        offer("o_4", unscored=True),
    )

    assert (metrics.best_score, metrics.label, metrics.top_category) == (6.5, Label.STRONG, "fx")
    assert metrics.top_offer_id == "o_2"
    assert (metrics.open_offers, metrics.unique_offers, metrics.strong_offers) == (3, 3, 1)


def test_of_equal_scores_the_newest_offer_is_on_top_then_the_smaller_id() -> None:
    older = offer("o_1", hit("fx", 4.0), first_seen_at=NIGHT - DAY)

    assert folded(older, offer("o_3", hit("fx", 4.0)), offer("o_2", hit("fx", 4.0)))[0].top_offer_id == "o_2"


def test_when_all_offers_are_closed_the_score_is_zero_but_the_past_stays_known() -> None:
    metrics, signals = folded(offer("o_1", hit("fx", 7.0), first_seen_at=NIGHT - 3 * DAY, closed_at=NIGHT))

    assert (metrics.best_score, metrics.label, metrics.top_category, metrics.why) == (0.0, Label.NONE, None, "")
    assert (metrics.open_offers, metrics.top_offer_id, metrics.strong_offers) == (0, None, 0)
    assert metrics.last_strong_at == NIGHT - 3 * DAY
    assert metrics.new_30d == 1
    (signal,) = signals
    assert (signal.category, signal.best_points, signal.open_offers, signal.best_offer_id) == ("fx", 0.0, 0, None)


def test_reposts_are_counted_as_activity_and_not_as_offers_of_their_own() -> None:
    strong = hit("fx", 7.0)
    metrics, _ = folded(
        offer("o_1", strong, closed_at=NIGHT, first_seen_at=NIGHT - 80 * DAY),
        offer("o_2", strong, repost_of="o_1", first_seen_at=NIGHT - 40 * DAY),
        offer("o_3", strong, repost_of="o_1", first_seen_at=NIGHT),
        offer("o_4", strong, first_seen_at=NIGHT - 2 * DAY),
    )

    assert (metrics.open_offers, metrics.unique_offers, metrics.strong_offers) == (3, 2, 2)
    assert (metrics.new_30d, metrics.new_90d) == (1, 2)
    assert (metrics.reposted_30d, metrics.reposted_90d) == (1, 2)
    assert metrics.activity == 2
    assert metrics.last_strong_at == NIGHT


def test_an_offer_appeared_when_it_was_published_or_first_seen_whichever_is_earlier() -> None:
    metrics, _ = folded(
        offer("o_1", published_at=NIGHT - 29 * DAY),
        offer("o_2", published_at=NIGHT - 30 * DAY),
        offer("o_3", first_seen_at=NIGHT - 30 * DAY, published_at=NIGHT + DAY),
        offer("o_4", published_at=NIGHT - 89 * DAY),
        offer("o_5", published_at=NIGHT - 90 * DAY),
        offer("o_6", first_seen_at=NIGHT + DAY),
    )

    assert (metrics.new_30d, metrics.new_90d) == (1, 4)


def test_signals_say_how_strongly_how_often_and_since_when_in_the_order_of_the_catalog() -> None:
    _, signals = folded(
        offer("o_1", hit("treasury", 2.0), first_seen_at=NIGHT - 9 * DAY, closed_at=NIGHT),
        offer("o_2", hit("treasury", 4.0), hit("fx", 1.0), first_seen_at=NIGHT - 5 * DAY),
        offer("o_3", hit("treasury", 4.0), first_seen_at=NIGHT - 7 * DAY),
        offer("o_4", hit("cloud", -0.5, negated=True), hit("gone", 2.0)),
    )

    assert signals == (
        CompanySignal(
            company_id=COMPANY,
            category="fx",
            best_points=1.0,
            open_offers=1,
            best_offer_id="o_2",  # type: ignore[arg-type]
            first_seen_at=NIGHT - 5 * DAY,
            last_seen_at=NIGHT - 5 * DAY,
        ),
        CompanySignal(
            company_id=COMPANY,
            category="treasury",
            best_points=4.0,
            open_offers=2,
            best_offer_id="o_2",  # type: ignore[arg-type]
            first_seen_at=NIGHT - 9 * DAY,
            last_seen_at=NIGHT - 5 * DAY,
        ),
    )


def test_the_evidence_line_names_the_strongest_categories_and_counts_the_others() -> None:
    one = offer(
        "o_1",
        hit("fx", 4.0, keyword="cobertura de divisas"),
        hit("payments", 2.0, keyword="SEPA"),
        hit("trade", 1.0),
        title="Treasury Analyst",
    )
    other = offer("o_2", hit("payments", 3.0, keyword="cross-border"), hit("cloud", 0.5), title="Controller")

    assert folded(one)[0].why == ('Foreign exchange: "cobertura de divisas" in Treasury Analyst; Payments: "SEPA" (+1)')
    assert folded(one, other)[0].why == (
        'Foreign exchange: "cobertura de divisas" in Treasury Analyst; Payments: "cross-border" in Controller (+2)'
    )


def test_the_evidence_line_stays_one_short_clean_line_whatever_the_titles_are() -> None:
    long = offer("o_1", hit("fx", 4.0, keyword="k" * 90), title="A\x00\n\u202eB" + "x" * 300)
    longer = offer("o_2", hit("treasury", 3.0, keyword="q" * 90), hit("payments", 1.0), title="y" * 300)

    why = folded(long, longer)[0].why

    assert len(why) <= WHY_LENGTH
    assert why.isprintable()
    assert why.startswith('Foreign exchange: "kkk')


HITS = st.lists(
    st.builds(
        lambda category, points, negated: hit(category, -points / 10 if negated else points / 10, negated=negated),
        st.sampled_from(["fx", "payments", "treasury", "trade", "cloud", "gone"]),
        st.integers(1, 40),
        st.booleans(),
    ),
    max_size=4,
    unique_by=lambda h: h.category,
)
OFFERS = st.lists(
    st.builds(
        lambda n, hits, seen, published, is_closed, repost: offer(
            f"o_{n}",
            *hits,
            first_seen_at=NIGHT - seen * DAY,
            published_at=None if published is None else NIGHT - published * DAY,
            closed_at=NIGHT if is_closed else None,
            repost_of=repost,
        ),
        st.integers(0, 99),
        HITS,
        st.integers(0, 100),
        st.none() | st.integers(0, 100),
        st.booleans(),
        st.none() | st.sampled_from(["o_1", "o_2"]),
    ),
    max_size=8,
    unique_by=lambda o: o.id,
)


@given(OFFERS.flatmap(lambda offers: st.tuples(st.just(offers), st.permutations(offers))))
def test_the_order_of_offers_does_not_matter_and_the_numbers_agree_with_each_other(
    both: tuple[list[ScoredOffer], list[ScoredOffer]],
) -> None:
    offers, shuffled = both

    metrics, signals = folded(*offers)

    assert (metrics, signals) == folded(*shuffled)
    assert metrics.strong_offers <= metrics.unique_offers <= metrics.open_offers <= len(offers)
    assert metrics.activity == metrics.new_30d + metrics.reposted_30d <= metrics.new_90d + metrics.reposted_90d
    assert (metrics.best_score > 0) == (metrics.top_offer_id is not None)
    assert len(metrics.why) <= WHY_LENGTH
    assert all(signal.first_seen_at <= signal.last_seen_at for signal in signals)
    assert all((signal.best_offer_id is None) == (signal.open_offers == 0) for signal in signals)
    order = list(CATALOG.category_names)
    assert [s.category for s in signals] == sorted((s.category for s in signals), key=order.index)
