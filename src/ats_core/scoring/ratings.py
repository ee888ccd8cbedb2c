"""What people said of scores, counted by what the scores stood on: where a catalog is right, and where it misleads."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from attrs import frozen

from ats_core.domain.feedback import ModelFeedback, RatedHit, ScoreRating

__all__ = ["CategoryRatings", "KeywordRatings", "Misleading", "RatingCounts", "Ratings", "count_ratings"]

#: The 97.5th percentile of the normal distribution: of a two-sided interval of 95 %.
_Z = 1.959964


@frozen(kw_only=True)
class RatingCounts:
    """How many companies were rated so: right, false positive, false negative."""

    ok: int
    fp: int
    fn: int

    @classmethod
    def of(cls, ratings: Iterable[ScoreRating]) -> RatingCounts:
        """Count them."""
        counts = Counter(r.rating for r in ratings)
        return cls(ok=counts[ModelFeedback.OK], fp=counts[ModelFeedback.FP], fn=counts[ModelFeedback.FN])

    @property
    def precision(self) -> float | None:
        """The share of right ones among those that scored, false negatives aside; None where nobody rated one."""
        scored = self.ok + self.fp
        return self.ok / scored if scored else None

    @property
    def precision_range(self) -> tuple[float, float] | None:
        """Where the precision lies with 95 % confidence, by what was rated (Wilson's interval)."""
        n = self.ok + self.fp
        if not n:
            return None
        p, z2 = self.ok / n, _Z * _Z
        middle = (p + z2 / (2 * n)) / (1 + z2 / n)
        half = _Z / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
        return max(0.0, middle - half), min(1.0, middle + half)


@frozen(kw_only=True)
class Misleading:
    """A keyword, and the points that it made in companies that were rated false positives."""

    category: str
    keyword: str
    points: float


@frozen(kw_only=True)
class CategoryRatings:
    """What was said of companies whose top category was this one; None: of those that had none.

    *examples* are ratings by what they say, the newest first. *misleading* is the keyword, of whatever category,
    that made most points in its false positives.
    """

    category: str | None
    counts: RatingCounts
    examples: Mapping[ModelFeedback, tuple[ScoreRating, ...]]
    misleading: Misleading | None


@frozen(kw_only=True)
class KeywordRatings:
    """What was said of companies whose top offer earned points by this keyword; *fp_points*: in false positives."""

    category: str
    keyword: str
    counts: RatingCounts
    fp_points: float


@frozen(kw_only=True)
class Ratings:
    """All of it: categories, the most rated first; keywords, those with most points in false positives first.

    *catalog_versions* counts under which catalogs the scores were made.
    """

    companies: int
    categories: tuple[CategoryRatings, ...]
    keywords: tuple[KeywordRatings, ...]
    catalog_versions: Mapping[str, int]


def count_ratings(ratings: Iterable[ScoreRating], *, examples: int = 3) -> Ratings:
    """Count ratings, one a company, with so many *examples* of OK, FP and FN in each category."""
    every = [r for r in ratings if r.rating is not None]
    of_category: dict[str | None, list[ScoreRating]] = {}
    of_keyword: dict[tuple[str, str], list[ScoreRating]] = {}
    for rating in every:
        of_category.setdefault(rating.top_category, []).append(rating)
        for key in dict.fromkeys(map(_key, _earned(rating))):
            of_keyword.setdefault(key, []).append(rating)
    points = _false_points(every)
    keywords = (
        KeywordRatings(
            category=key[0],
            keyword=key[1],
            counts=RatingCounts.of(rated),
            fp_points=round(points.get(key, 0.0), 2),
        )
        for key, rated in of_keyword.items()
    )
    return Ratings(
        companies=len(every),
        categories=tuple(
            _category(category, rated, examples)
            for category, rated in sorted(of_category.items(), key=lambda item: (-len(item[1]), item[0] or ""))
        ),
        keywords=tuple(sorted(keywords, key=lambda k: (-k.fp_points, -k.counts.fp, k.category, k.keyword))),
        catalog_versions=dict(sorted(Counter(r.catalog_version for r in every if r.catalog_version).items())),
    )


def _category(category: str | None, rated: Sequence[ScoreRating], examples: int) -> CategoryRatings:
    newest = sorted(rated, key=lambda r: (r.at, r.company_id), reverse=True)
    points = _false_points(rated)
    worst = min(points, key=lambda key: (-points[key], key), default=None)
    return CategoryRatings(
        category=category,
        counts=RatingCounts.of(rated),
        examples={v: tuple(r for r in newest if r.rating is v)[:examples] for v in ModelFeedback},
        misleading=Misleading(category=worst[0], keyword=worst[1], points=round(points[worst], 2)) if worst else None,
    )


def _false_points(rated: Iterable[ScoreRating]) -> Mapping[tuple[str, str], float]:
    points: dict[tuple[str, str], float] = {}
    for rating in rated:
        if rating.rating is ModelFeedback.FP:
            for hit in _earned(rating):
                points[_key(hit)] = points.get(_key(hit), 0.0) + hit.points
    return points


def _earned(rating: ScoreRating) -> Iterable[RatedHit]:
    return (hit for hit in rating.hits if hit.points > 0)


def _key(hit: RatedHit) -> tuple[str, str]:
    return hit.category, hit.keyword
