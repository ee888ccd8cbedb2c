"""What people wrote in their columns: `feedback_events`, to which rows are only ever added."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from ats_adapters.sqlite.columns import clean, instant, times, word
from ats_core.domain.feedback import FeedbackEvent, FeedbackField, FeedbackOutcome
from ats_core.domain.identity import CompanyId

__all__ = ["SqliteFeedback", "event"]

_APPEND = """
    INSERT INTO feedback_events (company_id, field, read, previous, value, outcome, detail, at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_APPLIED = """
    SELECT company_id, field, value FROM feedback_events
    WHERE id IN (SELECT max(id) FROM feedback_events WHERE outcome = 'applied' GROUP BY company_id, field)
    ORDER BY company_id, field
"""
_LAST_READ = """
    SELECT company_id, field, read, previous, value, outcome, detail, at FROM feedback_events
    WHERE id IN (SELECT max(id) FROM feedback_events GROUP BY company_id, field)
    ORDER BY company_id, field
"""


def event(row: Any) -> FeedbackEvent:
    """The event of a row."""
    company_id, field, read, previous, value, outcome, detail, at = row
    return FeedbackEvent(
        company_id=CompanyId(company_id),
        field=word(FeedbackField, field),
        read=read,
        previous=previous,
        value=value,
        outcome=word(FeedbackOutcome, outcome),
        detail=detail,
        at=instant(at),
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
