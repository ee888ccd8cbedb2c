"""Questions that people ask of the database: the ranked table, one company's evidence, how the database stands."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

from ats_adapters.sqlite.columns import clean, times, word
from ats_adapters.sqlite.companies import SqliteCompanies, company, listing
from ats_adapters.sqlite.directories import SqliteDirectories
from ats_adapters.sqlite.feedback import event
from ats_adapters.sqlite.locks import held_leases
from ats_adapters.sqlite.metrics import SCORED_OFFERS, metrics, scored_offer, signal
from ats_adapters.sqlite.runs import SqliteRuns
from ats_adapters.sqlite.sources import SqliteSources, pause
from ats_core.domain.board import Source
from ats_core.domain.company import Company
from ats_core.domain.feedback import FeedbackEvent
from ats_core.domain.identity import CompanyId, OfferId, normalized_name, registrable_domain, website_url
from ats_core.domain.match import Label
from ats_core.domain.metrics import CompanyMetrics, CompanySignal, ScoredOffer
from ats_core.domain.summary import (
    CompanyEvidence,
    CompanyNews,
    CompanyStanding,
    CompanySummary,
    DatabaseStatus,
)

__all__ = ["SqliteReports"]

T = TypeVar("T")

_SUMMARIES = """
    SELECT c.id, c.name, c.website, c.domain, c.normalized_name, c.resolution, c.resolution_at,
        c.created_at, c.updated_at,
        m.company_id, m.as_of, m.catalog_version, m.best_score, m.label, m.top_category, m.open_offers,
        m.unique_offers, m.strong_offers, m.new_30d, m.new_90d, m.reposted_30d, m.reposted_90d, m.activity,
        m.top_offer_id, m.last_strong_at, m.why
    FROM companies AS c LEFT JOIN company_metrics AS m ON m.company_id = c.id
"""
_RANKED = (
    _SUMMARIES
    + """
    ORDER BY m.company_id IS NULL, m.best_score DESC, m.strong_offers DESC, m.open_offers DESC, c.name, c.id
"""
)
_STANDINGS = """
    SELECT c.id, c.name, m.best_score, m.label, m.top_category
    FROM company_metrics AS m JOIN companies AS c ON c.id = m.company_id
    ORDER BY m.best_score DESC, m.strong_offers DESC, m.open_offers DESC, c.name, c.id
"""
_NEW_SIGNALS = """
    SELECT company_id, category, best_points, open_offers, best_offer_id, first_seen_at, last_seen_at
    FROM company_signals WHERE first_seen_at >= ?1 AND (?2 IS NULL OR category = ?2)
    ORDER BY first_seen_at, category
"""
_ONE = _SUMMARIES + " WHERE c.id = ?"
_COMPANY_COLUMNS = 9
_TOP_OFFERS = SCORED_OFFERS + " JOIN company_metrics AS t ON t.top_offer_id = o.id"
_TOP_OFFER = SCORED_OFFERS + " WHERE o.id = ?"
_LAST_FEEDBACK = """
    SELECT company_id, field, read, previous, value, outcome, detail, at, row_id FROM feedback_events
    WHERE id IN (SELECT max(id) FROM feedback_events GROUP BY company_id)
"""
_LAST_FEEDBACK_OF = """
    SELECT company_id, field, read, previous, value, outcome, detail, at, row_id FROM feedback_events
    WHERE company_id = ? ORDER BY id DESC LIMIT 1
"""
_NAMED = """
    SELECT id, name, website, domain, normalized_name, resolution, resolution_at, created_at, updated_at
    FROM companies
    WHERE id = ?1 OR domain = ?2 OR website = ?3 OR normalized_name = ?4 OR id IN (
        SELECT company_id FROM company_aliases
        WHERE (kind, value) IN (VALUES ('id', ?1), ('domain', ?2), ('name', ?4))
    )
    ORDER BY name, id
"""
_CONTAINING = """
    SELECT id, name, website, domain, normalized_name, resolution, resolution_at, created_at, updated_at
    FROM companies WHERE instr(normalized_name, ?) > 0 ORDER BY name, id
"""
_LISTINGS = """
    SELECT company_id, directory, listing_url, careers_url, first_seen_at, last_seen_at, listed
    FROM company_listings WHERE company_id = ? ORDER BY directory
"""
_SIGNALS = """
    SELECT company_id, category, best_points, open_offers, best_offer_id, first_seen_at, last_seen_at
    FROM company_signals WHERE company_id = ? ORDER BY category
"""
_OFFERS = (
    SCORED_OFFERS
    + """
    WHERE o.company_id = ? ORDER BY o.closed_at IS NOT NULL, m.score IS NULL, m.score DESC, o.id
"""
)
_ROWS = """
    SELECT
        (SELECT count(*) FROM companies) AS companies,
        (SELECT count(*) FROM company_listings) AS company_listings,
        (SELECT count(*) FROM discoveries) AS discoveries,
        (SELECT count(*) FROM company_sources) AS company_sources,
        (SELECT count(*) FROM offers) AS offers,
        (SELECT count(*) FROM matches) AS matches,
        (SELECT count(*) FROM company_metrics) AS company_metrics,
        (SELECT count(*) FROM company_signals) AS company_signals,
        (SELECT count(*) FROM runs) AS runs,
        (SELECT count(*) FROM runner_runs) AS runner_runs,
        (SELECT count(*) FROM sheet_rows) AS sheet_rows,
        (SELECT count(*) FROM feedback_events) AS feedback_events
"""
_OUTCOMES = "SELECT outcome, count(*) FROM discoveries GROUP BY outcome ORDER BY outcome"
_STATUSES = "SELECT status, count(*) FROM company_sources GROUP BY status ORDER BY status"
_OPEN_OFFERS = "SELECT count(*) FROM offers WHERE closed_at IS NULL"
_PAUSES = "SELECT provider, paused_until, reason FROM provider_pauses WHERE paused_until > ? ORDER BY provider"


class SqliteReports:
    """The `Reports` of a SQLite database."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def companies(self) -> tuple[CompanySummary, ...]:
        """Every company, ranked; those without metrics last."""
        sources: dict[CompanyId, list[Source]] = {}
        for source in SqliteSources(self._connection).all():
            sources.setdefault(source.company_id, []).append(source)
        offers = {o.id: o for o in map(scored_offer, self._connection.execute(_TOP_OFFERS))}
        feedback = {e.company_id: e for e in map(event, self._connection.execute(_LAST_FEEDBACK))}
        return tuple(
            _summary(*pair, sources=sources, offers=offers, feedback=feedback) for pair in self._summarised(_RANKED, ())
        )

    def standings(self) -> tuple[CompanyStanding, ...]:
        """Where every company that has metrics stands, in the order of `companies`."""
        return tuple(
            CompanyStanding(
                company_id=CompanyId(id_),
                name=name,
                rank=rank,
                score=score,
                label=word(Label, label),
                top_category=top_category,
            )
            for rank, (id_, name, score, label, top_category) in enumerate(
                self._connection.execute(_STANDINGS), start=1
            )
        )

    def news(self, since: datetime, *, category: str | None = None) -> tuple[CompanyNews, ...]:
        """The companies that showed a category, or *category*, for the first time at *since* or later; ranked."""
        new: dict[CompanyId, list[CompanySignal]] = {}
        wanted = None if category is None else clean(category)
        for found in map(signal, self._connection.execute(_NEW_SIGNALS, (times(since), wanted))):
            new.setdefault(found.company_id, []).append(found)
        return tuple(
            CompanyNews(company=company, metrics=metrics, signals=tuple(new[company.id]))
            for company, metrics in self._summarised(_RANKED, ())
            if metrics is not None and company.id in new
        )

    def find_company(self, text: str) -> tuple[Company, ...]:
        """Companies whose id, domain, website or normalised name is *text*; else those whose name contains it.

        By name, then id.
        """
        text = clean(text.strip())
        name = normalized_name(text)
        url = website_url(text)
        domain = registrable_domain(url) if url else None
        named = tuple(map(company, self._connection.execute(_NAMED, (text, domain, url, name or None))))
        if named or not name:
            return named
        return tuple(map(company, self._connection.execute(_CONTAINING, (name,))))

    def evidence(self, company_id: CompanyId) -> CompanyEvidence | None:
        """All that is known of one company."""
        company_id = CompanyId(clean(company_id))
        pair = next(self._summarised(_ONE, (company_id,)), None)
        if pair is None:
            return None
        top = pair[1].top_offer_id if pair[1] else None
        return CompanyEvidence(
            summary=_summary(
                *pair,
                sources={company_id: list(SqliteSources(self._connection).of_company(company_id))},
                offers={o.id: o for o in map(scored_offer, self._connection.execute(_TOP_OFFER, (top,)))},
                feedback={e.company_id: e for e in self._of(_LAST_FEEDBACK_OF, company_id, event)},
            ),
            listings=tuple(self._of(_LISTINGS, company_id, listing)),
            discovery=SqliteCompanies(self._connection).discovery(company_id),
            signals=tuple(self._of(_SIGNALS, company_id, signal)),
            offers=tuple(self._of(_OFFERS, company_id, scored_offer)),
        )

    def status(self, now: datetime) -> DatabaseStatus:
        """How the database stands."""
        rows = self._connection.execute(_ROWS)
        counts = dict(zip((column[0] for column in rows.description), rows.fetchone(), strict=True))
        sources = SqliteSources(self._connection).all()
        paused = tuple(s for s in sources if s.checkpoint.is_paused_until and s.checkpoint.is_paused_until > now)
        return DatabaseStatus(
            rows=counts,
            discoveries=dict(self._connection.execute(_OUTCOMES).fetchall()),
            sources=dict(self._connection.execute(_STATUSES).fetchall()),
            open_offers=self._connection.execute(_OPEN_OFFERS).fetchone()[0],
            directories=SqliteDirectories(self._connection).all(),
            failing_sources=tuple(s for s in sources if s.checkpoint.consecutive_failures),
            paused_sources=paused,
            pauses=tuple(map(pause, self._connection.execute(_PAUSES, (times(now),)))),
            last_runs=SqliteRuns(self._connection).newest_of_loops(),
            locks=held_leases(self._connection),
            as_of=now,
        )

    def _summarised(
        self, statement: str, parameters: tuple[str, ...]
    ) -> Iterator[tuple[Company, CompanyMetrics | None]]:
        for row in self._connection.execute(statement, parameters):
            columns = row[_COMPANY_COLUMNS:]
            yield company(row[:_COMPANY_COLUMNS]), metrics(columns) if columns[0] is not None else None

    def _of(self, statement: str, company_id: CompanyId, mapped: Callable[[Any], T]) -> Iterator[T]:
        return map(mapped, self._connection.execute(statement, (company_id,)))


def _summary(
    company: Company,
    metrics: CompanyMetrics | None,
    *,
    sources: Mapping[CompanyId, list[Source]],
    offers: Mapping[OfferId, ScoredOffer],
    feedback: Mapping[CompanyId, FeedbackEvent],
) -> CompanySummary:
    top = metrics.top_offer_id if metrics else None
    return CompanySummary(
        company=company,
        metrics=metrics,
        sources=tuple(sources.get(company.id, ())),
        top_offer=offers.get(top) if top else None,
        feedback=feedback.get(company.id),
    )
