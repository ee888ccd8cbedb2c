from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ats_core.domain.feedback import ModelFeedback, RatedHit, ScoreRating
from ats_core.domain.identity import CompanyId
from ats_core.scoring.ratings import Misleading, RatingCounts, count_ratings

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
OK, FP, FN = ModelFeedback
HEDGING, SEPA, EXPORT = RatedHit("fx", "hedging", 2.5), RatedHit("payments", "SEPA", 1.0), RatedHit("trade", "x", 2)


def rated(
    name: str, rating: ModelFeedback | None, *hits: RatedHit, category: str | None = "fx", hours: int = 0
) -> ScoreRating:
    return ScoreRating(
        company_id=CompanyId(name),
        rating=rating,
        at=NOW + timedelta(hours=hours),
        score=6.0,
        top_category=category,
        catalog_version="test:1",
        hits=hits,
    )


def test_ratings_are_counted_by_the_top_category_with_the_newest_examples() -> None:
    told = count_ratings(
        [rated("a", FP), rated("b", FP, hours=1), rated("c", OK), rated("d", FN, category=None)], examples=1
    )
    fx, none = told.categories
    assert (fx.category, fx.counts) == ("fx", RatingCounts(ok=1, fp=2, fn=0))
    assert fx.counts.precision == pytest.approx(1 / 3)
    assert [r.company_id for r in fx.examples[FP]] == ["b"]
    assert (none.category, none.counts.precision, none.counts.precision_range) == (None, None, None)
    assert (told.companies, told.catalog_versions) == (4, {"test:1": 4})


def test_the_keyword_that_made_most_points_in_false_positives_misleads_most() -> None:
    told = count_ratings([rated("a", FP, HEDGING, SEPA), rated("b", FP, SEPA), rated("c", FP, SEPA),
                           rated("d", OK, EXPORT, HEDGING)])  # fmt: skip
    assert told.categories[0].misleading == Misleading(category="payments", keyword="SEPA", points=3.0)
    assert [(k.keyword, k.counts.fp, k.counts.ok, k.fp_points) for k in told.keywords] == [
        ("SEPA", 3, 0, 3.0),
        ("hedging", 1, 1, 2.5),
        ("x", 0, 1, 0.0),
    ]


def test_a_negated_keyword_earned_nothing_and_misled_nobody() -> None:
    told = count_ratings([rated("a", FP, RatedHit("fx", "hedging", -1.0))])
    assert told.categories[0].misleading is None
    assert told.keywords == ()


@given(st.integers(0, 50), st.integers(0, 50))
def test_the_range_holds_the_precision_and_narrows_with_what_is_known(ok: int, fp: int) -> None:
    few, many = RatingCounts(ok=ok, fp=fp, fn=1), RatingCounts(ok=10 * ok, fp=10 * fp, fn=0)
    if ok + fp == 0:
        assert few.precision is None
        assert few.precision_range is None
        return
    (low, high), (closer, nearer) = few.precision_range or (1.0, 0.0), many.precision_range or (1.0, 0.0)
    assert few.precision is not None
    assert 0.0 <= low <= few.precision + 1e-9
    assert few.precision - 1e-9 <= high <= 1.0
    assert nearer - closer < high - low


def test_the_range_is_wilsons() -> None:
    low, high = RatingCounts(ok=8, fp=2, fn=0).precision_range or (0.0, 0.0)
    assert (round(low, 4), round(high, 4)) == (0.4902, 0.9433)


@given(st.lists(st.builds(rated, st.uuids().map(str), st.sampled_from([OK, FP, FN, None]))))
def test_every_rating_is_counted_once(ratings: list[ScoreRating]) -> None:
    told = count_ratings(ratings)
    assert sum(c.counts.ok + c.counts.fp + c.counts.fn for c in told.categories) == told.companies
    assert told.companies == sum(r.rating is not None for r in ratings)
