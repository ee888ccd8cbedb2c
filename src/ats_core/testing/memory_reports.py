"""Questions that people ask, answered from memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sized
from datetime import datetime

from ats_core.domain.company import Company
from ats_core.domain.identity import CompanyId, normalized_name, registrable_domain, website_url
from ats_core.domain.metrics import CompanySignal
from ats_core.domain.run import Lease
from ats_core.domain.summary import (
    CompanyEvidence,
    CompanyNews,
    CompanyStanding,
    CompanySummary,
    DatabaseStatus,
)
from ats_core.testing.memory_directories import MemoryDirectories
from ats_core.testing.memory_offers import scored_offer
from ats_core.testing.memory_runs import MemoryRuns
from ats_core.testing.memory_sources import MemorySources
from ats_core.testing.memory_tables import Transaction, storable

__all__ = ["MemoryReports"]


class MemoryReports:
    """The `Reports` of a store in memory."""

    def __init__(self, transaction: Transaction, locks: tuple[Lease, ...]) -> None:
        self._transaction = transaction
        self._locks = locks

    def companies(self) -> tuple[CompanySummary, ...]:
        """Every company, ranked; those without metrics last."""

        def rank(summary: CompanySummary) -> tuple[bool, float, int, int, str, str]:
            m = summary.metrics
            numbers = (-m.best_score, -m.strong_offers, -m.open_offers) if m else (0.0, 0, 0)
            return (m is None, *numbers, summary.company.name, summary.company.id)

        return tuple(sorted(map(self._summary, self._transaction.tables.companies.values()), key=rank))

    def standings(self) -> tuple[CompanyStanding, ...]:
        """Where every company that has metrics stands, in the order of `companies`."""
        ranked = ((s.company, s.metrics) for s in self.companies() if s.metrics is not None)
        return tuple(
            CompanyStanding(
                company_id=company.id,
                name=company.name,
                rank=rank,
                score=metrics.best_score,
                label=metrics.label,
                top_category=metrics.top_category,
            )
            for rank, (company, metrics) in enumerate(ranked, start=1)
        )

    def news(self, since: datetime, *, category: str | None = None) -> tuple[CompanyNews, ...]:
        """The companies that showed a category, or *category*, for the first time at *since* or later; ranked."""
        new: dict[CompanyId, list[CompanySignal]] = {}
        for signal in self._transaction.tables.signals.values():
            if signal.first_seen_at >= since and category in (None, signal.category):
                new.setdefault(signal.company_id, []).append(signal)
        return tuple(
            CompanyNews(
                company=summary.company,
                metrics=summary.metrics,
                signals=tuple(sorted(new[summary.company.id], key=lambda s: (s.first_seen_at, s.category))),
            )
            for summary in self.companies()
            if summary.metrics is not None and summary.company.id in new
        )

    def find_company(self, text: str) -> tuple[Company, ...]:
        """Companies whose id, domain, website or normalised name is *text*; else those whose name contains it."""
        text = storable(text.strip())
        name = normalized_name(text)
        url = website_url(text)
        domain = registrable_domain(url) if url else None
        aliases = self._transaction.tables.aliases
        asked = [("id", text), *([("domain", domain)] if domain else []), *([("name", name)] if name else [])]
        companies = sorted(self._transaction.tables.companies.values(), key=lambda c: (c.name, c.id))
        named = tuple(
            c
            for c in companies
            if c.id == text
            or (domain is not None and c.domain == domain)
            or (url is not None and c.website == url)
            or (name and c.normalized_name == name)
            or any((kind, value, c.id) in aliases for kind, value in asked)
        )
        if named or not name:
            return named
        return tuple(c for c in companies if name in c.normalized_name)

    def evidence(self, company_id: CompanyId) -> CompanyEvidence | None:
        """All that is known of one company."""
        tables = self._transaction.tables
        company = tables.companies.get(company_id)
        if company is None:
            return None
        offers = [scored_offer(tables, o) for o in tables.offers.values() if o.company_id == company_id]
        offers.sort(key=lambda o: (o.closed_at is not None, -o.scored.score if o.scored else 1.0, o.id))
        return CompanyEvidence(
            summary=self._summary(company),
            listings=tuple(item for key, item in sorted(tables.listings.items()) if key[0] == company_id),
            discovery=tables.discoveries.get(company_id),
            signals=tuple(item for key, item in sorted(tables.signals.items()) if key[0] == company_id),
            offers=tuple(offers),
        )

    def status(self, now: datetime) -> DatabaseStatus:
        """How the database stands."""
        tables = self._transaction.tables
        sources = MemorySources(self._transaction)
        every = sources.all()
        rows: Mapping[str, Sized] = {
            "companies": tables.companies,
            "company_listings": tables.listings,
            "discoveries": tables.discoveries,
            "company_sources": tables.sources,
            "offers": tables.offers,
            "matches": tables.matches,
            "company_metrics": tables.metrics,
            "company_signals": tables.signals,
            "runs": tables.runs,
            "runner_runs": tables.runner_runs,
            "sheet_rows": tables.sheet_rows,
            "feedback_events": tables.feedback,
        }
        return DatabaseStatus(
            rows={name: len(table) for name, table in rows.items()},
            discoveries=dict(sorted(Counter(d.outcome.value for d in tables.discoveries.values()).items())),
            sources=dict(sorted(Counter(s.status.value for s in every).items())),
            open_offers=sum(offer.closed_at is None for offer in tables.offers.values()),
            directories=MemoryDirectories(self._transaction).all(),
            failing_sources=tuple(s for s in every if s.checkpoint.consecutive_failures),
            paused_sources=tuple(
                s for s in every if s.checkpoint.is_paused_until and s.checkpoint.is_paused_until > now
            ),
            pauses=tuple(pause for pause in sources.pauses() if pause.paused_until > now),
            last_runs=MemoryRuns(self._transaction).newest_of_loops(),
            locks=self._locks,
            as_of=now,
        )

    def _summary(self, company: Company) -> CompanySummary:
        tables = self._transaction.tables
        metrics = tables.metrics.get(company.id)
        top = tables.offers.get(metrics.top_offer_id) if metrics and metrics.top_offer_id else None
        events = [event for event in tables.feedback.values() if event.company_id == company.id]
        return CompanySummary(
            company=company,
            metrics=metrics,
            sources=MemorySources(self._transaction).of_company(company.id),
            top_offer=scored_offer(tables, top) if top else None,
            feedback=events[-1] if events else None,
        )
