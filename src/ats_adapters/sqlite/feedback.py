"""What people wrote in their columns: `feedback_events`, to which rows are only ever added."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from ats_adapters.sqlite.columns import clean, instant, json_text, json_value, text, times, word
from ats_core.domain.feedback import (
    FeedbackEvent,
    FeedbackField,
    FeedbackOutcome,
    ModelFeedback,
    RatedHit,
    ScoreRating,
)
from ats_core.domain.identity import CompanyId

__all__ = ["SqliteFeedback", "event"]

# ?1 is the id that stood in the row: where that row's company was merged into another since, the event is the other's.
_APPEND = """
    INSERT INTO feedback_events (company_id, field, read, previous, value, outcome, detail, at, row_id)
    SELECT coalesce(a.company_id, ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8, coalesce(?9, a.value)
    FROM (SELECT 1) LEFT JOIN company_aliases AS a ON a.kind = 'id' AND a.value = ?1
"""
_APPLIED = """
    SELECT company_id, field, value FROM feedback_events
    WHERE id IN (SELECT max(id) FROM feedback_events WHERE outcome = 'applied' GROUP BY company_id, field)
    ORDER BY company_id, field
"""
_LAST_OF_ROWS = """
    SELECT company_id, field, read, previous, value, outcome, detail, at, row_id FROM feedback_events
    WHERE id IN (SELECT max(id) FROM feedback_events GROUP BY coalesce(row_id, company_id), field)
    ORDER BY coalesce(row_id, company_id), field
"""
_LAST_READ = """
    SELECT company_id, field, read, previous, value, outcome, detail, at, row_id FROM feedback_events
    WHERE id IN (SELECT max(id) FROM feedback_events GROUP BY company_id, field)
    ORDER BY company_id, field
"""
_RATE = """
    INSERT INTO score_ratings (company_id, rating, score, top_category, catalog_version, hits, at)
    SELECT coalesce(a.company_id, ?1), ?2, ?3, ?4, ?5, ?6, ?7
    FROM (SELECT 1) LEFT JOIN company_aliases AS a ON a.kind = 'id' AND a.value = ?1
"""
# Of two companies that were merged, the later word counts.
_RATINGS = """
    SELECT company_id, rating, score, top_category, catalog_version, hits, at FROM score_ratings AS r
    WHERE rating <> '' AND NOT EXISTS (
        SELECT 1 FROM score_ratings AS newer
        WHERE newer.company_id = r.company_id AND (newer.at, newer.id) > (r.at, r.id)
    )
    ORDER BY company_id
"""


def event(row: Any) -> FeedbackEvent:
    """The event of a row."""
    company_id, field, read, previous, value, outcome, detail, at, row_id = row
    return FeedbackEvent(
        company_id=CompanyId(company_id),
        field=word(FeedbackField, field),
        read=read,
        previous=previous,
        value=value,
        outcome=word(FeedbackOutcome, outcome),
        detail=detail,
        at=instant(at),
        row_id=CompanyId(row_id) if row_id else None,
    )


class SqliteFeedback:
    """A `FeedbackRepo`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def append(self, events: Iterable[FeedbackEvent]) -> None:
        """Add events, in order."""
        self._connection.executemany(
            _APPEND,
            (
                (
                    e.company_id,
                    e.field.value,
                    clean(e.read),
                    clean(e.previous),
                    clean(e.value),
                    e.outcome.value,
                    clean(e.detail),
                    times(e.at),
                    text(e.row_id),
                )
                for e in events
            ),
        )

    def applied(self) -> Mapping[tuple[CompanyId, FeedbackField], str]:
        """The value that was last applied, by company and field."""
        rows = self._connection.execute(_APPLIED)
        return {(CompanyId(id_), word(FeedbackField, field)): value for id_, field, value in rows}

    def last_read(self) -> Mapping[tuple[CompanyId, FeedbackField], FeedbackEvent]:
        """The newest event, whatever its outcome, by company and field."""
        events = map(event, self._connection.execute(_LAST_READ))
        return {(e.company_id, e.field): e for e in events}

    def last_of_rows(self) -> Mapping[tuple[CompanyId, FeedbackField], FeedbackEvent]:
        """The newest event, whatever its outcome, by the id that stood in the row it was read from, and field."""
        events = map(event, self._connection.execute(_LAST_OF_ROWS))
        return {(e.row_id or e.company_id, e.field): e for e in events}

    def add_ratings(self, ratings: Iterable[ScoreRating]) -> None:
        """Add what people said of scores, in order."""
        self._connection.executemany(
            _RATE,
            (
                (
                    r.company_id,
                    r.rating.value if r.rating else "",
                    r.score,
                    text(r.top_category),
                    clean(r.catalog_version),
                    json_text([[hit.category, hit.keyword, hit.points] for hit in r.hits]),
                    times(r.at),
                )
                for r in ratings
            ),
        )

    def ratings(self) -> tuple[ScoreRating, ...]:
        """The newest rating of each company, by company id; those that were taken back are left out."""
        return tuple(map(_rating, self._connection.execute(_RATINGS)))


def _rating(row: Any) -> ScoreRating:
    company_id, rating, score, top_category, catalog_version, hits, at = row
    return ScoreRating(
        company_id=CompanyId(company_id),
        rating=word(ModelFeedback, rating),
        score=score,
        top_category=top_category,
        catalog_version=catalog_version,
        hits=tuple(RatedHit(category, keyword, float(points)) for category, keyword, points in json_value(hits)),
        at=instant(at),
    )
