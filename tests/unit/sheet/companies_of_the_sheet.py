"""Invented companies in a store, for tests of the sheet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from ats_core.domain.board import Board, ProviderName, Source, SourceStatus
from ats_core.domain.company import Company, ListedCompany
from ats_core.domain.match import Label
from ats_core.domain.metrics import CompanyMetrics, ScoredOffer
from ats_core.domain.summary import CompanySummary
from ats_core.ports import Store

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def company(name: str) -> Company:
    return Company.first_met(ListedCompany.of(name, f"https://{name.lower()}.example/"), NOW)


def metrics(of: Company, score: float = 7.5, *, why: str = "fx desk in the title") -> CompanyMetrics:
    return CompanyMetrics(
        company_id=of.id,
        as_of=date(2026, 11, 23),
        catalog_version="test:1",
        best_score=score,
        label=Label.STRONG,
        top_category="fx",
        open_offers=4,
        unique_offers=3,
        strong_offers=2,
        new_30d=1,
        new_90d=2,
        reposted_30d=0,
        reposted_90d=0,
        activity=1,
        top_offer_id=None,
        last_strong_at=datetime(2026, 11, 2, 9, 30, tzinfo=UTC),
        why=why,
    )


def source(of: Company, provider: str = "lever", status: SourceStatus = SourceStatus.ACTIVE) -> Source:
    return Source(
        company_id=of.id,
        board=Board(ProviderName(provider), "", of.normalized_name),
        evidence_url=f"https://{of.domain}/jobs",
        evidence_kind="link",
        confidence=1.0,
        status=status,
        discovered_at=NOW,
    )


def top_offer(of: Company, title: str = "Head of FX") -> ScoredOffer:
    board = source(of)
    return ScoredOffer(
        id="o_1",  # type: ignore[arg-type]
        source_id=board.id,
        title=title,
        url="https://jobs.example/1",
        fingerprint="",
        published_at=None,
        first_seen_at=NOW,
        closed_at=None,
        repost_of=None,
        repost_count=0,
        scored=None,
    )


def summary(name: str, score: float | None = 7.5, *, why: str = "fx desk in the title") -> CompanySummary:
    of = company(name)
    return CompanySummary(
        company=of,
        metrics=None if score is None else metrics(of, score, why=why),
        sources=(source(of),),
        top_offer=top_offer(of) if score is not None else None,
        feedback=None,
    )


def store_company(store: Store, name: str, score: float | None = 7.5, *, why: str = "fx desk") -> Company:
    """Store a company, with metrics unless *score* is None."""
    [of] = store_companies(store, [name], score, why=why)
    return of


def store_companies(
    store: Store, names: Iterable[str], score: float | None = 7.5, *, why: str = "fx desk"
) -> list[Company]:
    """Store companies in one transaction, with metrics unless *score* is None."""
    stored = [company(name) for name in names]
    with store.write() as work:
        for of in stored:
            if work.companies.get(of.id) is None:
                work.companies.save([of])
            if score is not None:
                work.offers.save_metrics(metrics(of, score, why=why), ())
    return stored
