"""What offers are worth, alone and together: `matches`, `company_metrics`, `company_signals`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import date
from typing import Any

from ats_adapters.sqlite.columns import clean, day, instant, json_text, json_value, maybe_instant, text, times, word
from ats_core.domain.identity import CompanyId, OfferId, SourceId
from ats_core.domain.match import Field, Hit, Label, Match, Scored, Synergy
from ats_core.domain.metrics import CompanyMetrics, CompanySignal, ScoredOffer

__all__ = ["SCORED_OFFERS", "SqliteMetrics", "metrics", "scored_offer", "signal"]

#: Offers with their scores, whatever version of the catalog those are of; rows for `scored_offer`.
SCORED_OFFERS = """
    SELECT o.id, o.source_id, o.title, o.url, o.fingerprint, o.published_at, o.first_seen_at, o.closed_at,
        o.repost_of, o.repost_count, o.language, m.score, m.label, m.top_category, m.hits, m.synergies
    FROM offers AS o LEFT JOIN matches AS m ON m.offer_id = o.id
"""
# Of the company ?1 those behind the place (?2, ?3), ?4 of them at the most.
_IN_ORDER = """
    WHERE o.company_id = ?1 AND (o.first_seen_at, o.id) > (?2, ?3) ORDER BY o.first_seen_at, o.id LIMIT ?4
"""
_OF_COMPANY = SCORED_OFFERS + _IN_ORDER
_OF_COMPANY_UNDER = SCORED_OFFERS + " AND m.catalog_version = ?5" + _IN_ORDER
_SAVE_MATCH = """
    INSERT INTO matches (
        offer_id, catalog_version, score, label, top_category, hits, synergies, scored_at, boilerplate
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (offer_id) DO UPDATE SET
        catalog_version = excluded.catalog_version, score = excluded.score, label = excluded.label,
        top_category = excluded.top_category, hits = excluded.hits, synergies = excluded.synergies,
        scored_at = excluded.scored_at, boilerplate = excluded.boilerplate
    WHERE (
        matches.catalog_version, matches.score, matches.label, matches.top_category, matches.hits, matches.synergies,
        matches.scored_at, matches.boilerplate
    ) IS NOT (
        excluded.catalog_version, excluded.score, excluded.label, excluded.top_category, excluded.hits,
        excluded.synergies, excluded.scored_at, excluded.boilerplate
    )
"""
_SAVE_METRICS = """
    INSERT INTO company_metrics (
        company_id, as_of, catalog_version, best_score, label, top_category, open_offers, unique_offers,
        strong_offers, new_30d, new_90d, reposted_30d, reposted_90d, activity, top_offer_id, last_strong_at, why
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (company_id) DO UPDATE SET
        as_of = excluded.as_of, catalog_version = excluded.catalog_version, best_score = excluded.best_score,
        label = excluded.label, top_category = excluded.top_category, open_offers = excluded.open_offers,
        unique_offers = excluded.unique_offers, strong_offers = excluded.strong_offers, new_30d = excluded.new_30d,
        new_90d = excluded.new_90d, reposted_30d = excluded.reposted_30d, reposted_90d = excluded.reposted_90d,
        activity = excluded.activity, top_offer_id = excluded.top_offer_id,
        last_strong_at = excluded.last_strong_at, why = excluded.why
    WHERE (
        company_metrics.as_of, company_metrics.catalog_version, company_metrics.best_score, company_metrics.label,
        company_metrics.top_category, company_metrics.open_offers, company_metrics.unique_offers,
        company_metrics.strong_offers, company_metrics.new_30d, company_metrics.new_90d,
        company_metrics.reposted_30d, company_metrics.reposted_90d, company_metrics.activity,
        company_metrics.top_offer_id, company_metrics.last_strong_at, company_metrics.why
    ) IS NOT (
        excluded.as_of, excluded.catalog_version, excluded.best_score, excluded.label, excluded.top_category,
        excluded.open_offers, excluded.unique_offers, excluded.strong_offers, excluded.new_30d, excluded.new_90d,
        excluded.reposted_30d, excluded.reposted_90d, excluded.activity, excluded.top_offer_id,
        excluded.last_strong_at, excluded.why
    )
"""
_CATEGORIES = "SELECT category FROM company_signals WHERE company_id = ?"
_FORGET_SIGNAL = "DELETE FROM company_signals WHERE company_id = ? AND category = ?"
_SAVE_SIGNAL = """
    INSERT INTO company_signals (
        company_id, category, best_points, open_offers, best_offer_id, first_seen_at, last_seen_at
    ) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (company_id, category) DO UPDATE SET
        best_points = excluded.best_points, open_offers = excluded.open_offers,
        best_offer_id = excluded.best_offer_id, first_seen_at = excluded.first_seen_at,
        last_seen_at = excluded.last_seen_at
    WHERE (
        company_signals.best_points, company_signals.open_offers, company_signals.best_offer_id,
        company_signals.first_seen_at, company_signals.last_seen_at
    ) IS NOT (
        excluded.best_points, excluded.open_offers, excluded.best_offer_id, excluded.first_seen_at,
        excluded.last_seen_at
    )
"""
_OUTDATE_METRICS = """
    UPDATE company_metrics SET catalog_version = '' WHERE company_id = ? AND catalog_version <> ''
"""
_HAS_METRICS = "SELECT 1 FROM company_metrics WHERE company_id = ? AND catalog_version <> ''"
_STALE = """
    SELECT c.id FROM companies AS c LEFT JOIN company_metrics AS m ON m.company_id = c.id
    WHERE EXISTS (SELECT 1 FROM offers AS o WHERE o.company_id = c.id)
        AND (m.as_of, m.catalog_version) IS NOT (?, ?)
    ORDER BY c.id
"""


class SqliteMetrics:
    """The part of an `OfferRepo` that keeps scores, metrics and signals."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def save_matches(self, matches: Iterable[Match]) -> None:
        """Insert or replace by offer."""
        self._connection.executemany(
            _SAVE_MATCH,
            (
                (
                    m.offer_id,
                    clean(m.catalog_version),
                    m.scored.score,
                    m.scored.label.value,
                    text(m.scored.top_category),
                    json_text([_hit_columns(hit) for hit in m.scored.hits]),
                    json_text([{"categories": s.categories, "points": s.points} for s in m.scored.synergies]),
                    times(m.scored_at),
                    m.boilerplate,
                )
                for m in matches
            ),
        )

    def of_company(
        self,
        company_id: CompanyId,
        *,
        catalog_version: str | None = None,
        after: ScoredOffer | None = None,
        limit: int | None = None,
    ) -> tuple[ScoredOffer, ...]:
        """The company's offers, by first sight, then id; with *catalog_version*, without scores of another."""
        place = ("", "") if after is None else (times(after.first_seen_at), after.id)
        part = (company_id, *place, -1 if limit is None else limit)
        if catalog_version is None:
            rows = self._connection.execute(_OF_COMPANY, part)
        else:
            rows = self._connection.execute(_OF_COMPANY_UNDER, (*part, clean(catalog_version)))
        return tuple(map(scored_offer, rows))

    def save_metrics(self, metrics: CompanyMetrics, signals: Iterable[CompanySignal]) -> None:
        """Replace the company's metrics and all its signals; what does not differ is not written."""
        m = metrics
        self._connection.execute(
            _SAVE_METRICS,
            (
                m.company_id,
                m.as_of.isoformat(),
                clean(m.catalog_version),
                m.best_score,
                m.label.value,
                text(m.top_category),
                m.open_offers,
                m.unique_offers,
                m.strong_offers,
                m.new_30d,
                m.new_90d,
                m.reposted_30d,
                m.reposted_90d,
                m.activity,
                m.top_offer_id,
                times(m.last_strong_at),
                clean(m.why),
            ),
        )
        rows = {clean(s.category): s for s in signals}
        stored = {category for (category,) in self._connection.execute(_CATEGORIES, (m.company_id,))}
        gone = sorted(stored - rows.keys())
        self._connection.executemany(_FORGET_SIGNAL, ((m.company_id, category) for category in gone))
        self._connection.executemany(
            _SAVE_SIGNAL,
            (
                (
                    s.company_id,
                    category,
                    s.best_points,
                    s.open_offers,
                    s.best_offer_id,
                    times(s.first_seen_at),
                    times(s.last_seen_at),
                )
                for category, s in rows.items()
            ),
        )

    def outdate_metrics(self, company_id: CompanyId) -> None:
        """From now on the company's metrics are of no catalog; what they say stays until they are replaced."""
        self._connection.execute(_OUTDATE_METRICS, (company_id,))

    def are_metrics_outdated(self, company_id: CompanyId) -> bool:
        """Whether the company has no metrics, or only some that were outdated."""
        return self._connection.execute(_HAS_METRICS, (company_id,)).fetchone() is None

    def stale_metrics(self, as_of: date, catalog_version: str) -> tuple[CompanyId, ...]:
        """Companies with offers whose metrics are of another day or catalog, or missing, by id."""
        rows = self._connection.execute(_STALE, (as_of.isoformat(), clean(catalog_version)))
        return tuple(CompanyId(id_) for (id_,) in rows)


def scored_offer(row: Any) -> ScoredOffer:
    """The offer of a row of `SCORED_OFFERS`."""
    id_, source_id, title, url, fingerprint, published_at, first_seen_at, closed_at, repost_of, repost_count = row[:10]
    language, score, label, top_category, hits, synergies = row[10:]
    return ScoredOffer(
        id=OfferId(id_),
        source_id=SourceId(source_id),
        title=title,
        url=url,
        fingerprint=fingerprint,
        published_at=maybe_instant(published_at),
        first_seen_at=instant(first_seen_at),
        closed_at=maybe_instant(closed_at),
        repost_of=OfferId(repost_of) if repost_of else None,
        repost_count=repost_count,
        language=language,
        scored=None
        if label is None
        else Scored(
            score=score,
            label=word(Label, label),
            top_category=top_category,
            hits=tuple(map(_hit, json_value(hits))),
            synergies=tuple(
                Synergy(categories=tuple(item["categories"]), points=item["points"]) for item in json_value(synergies)
            ),
        ),
    )


def metrics(row: Any) -> CompanyMetrics:
    """The metrics of a row: every column of `company_metrics`, in its order."""
    company_id, as_of, catalog_version, best_score, label, top_category, open_offers, unique_offers = row[:8]
    strong_offers, new_30d, new_90d, reposted_30d, reposted_90d, activity, top_offer_id, last_strong_at, why = row[8:]
    return CompanyMetrics(
        company_id=CompanyId(company_id),
        as_of=day(as_of),
        catalog_version=catalog_version,
        best_score=best_score,
        label=word(Label, label),
        top_category=top_category,
        open_offers=open_offers,
        unique_offers=unique_offers,
        strong_offers=strong_offers,
        new_30d=new_30d,
        new_90d=new_90d,
        reposted_30d=reposted_30d,
        reposted_90d=reposted_90d,
        activity=activity,
        top_offer_id=OfferId(top_offer_id) if top_offer_id else None,
        last_strong_at=maybe_instant(last_strong_at),
        why=why,
    )


def signal(row: Any) -> CompanySignal:
    """The signal of a row: every column of `company_signals`, in its order."""
    company_id, category, best_points, open_offers, best_offer_id, first_seen_at, last_seen_at = row
    return CompanySignal(
        company_id=CompanyId(company_id),
        category=category,
        best_points=best_points,
        open_offers=open_offers,
        best_offer_id=OfferId(best_offer_id) if best_offer_id else None,
        first_seen_at=instant(first_seen_at),
        last_seen_at=instant(last_seen_at),
    )


def _hit_columns(hit: Hit) -> dict[str, Any]:
    return {
        "category": hit.category,
        "keyword": hit.keyword,
        "field": hit.field.value,
        "snippet": hit.snippet,
        "points": hit.points,
        "negated": hit.negated,
    }


def _hit(item: Any) -> Hit:
    return Hit(
        category=item["category"],
        keyword=item["keyword"],
        field=word(Field, item["field"]),
        snippet=item["snippet"],
        points=item["points"],
        negated=item["negated"],
    )
