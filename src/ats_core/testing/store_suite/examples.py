"""Invented companies, boards and offers, the same in every run."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from attrs import evolve

from ats_core.domain.board import Board, Discovery, DiscoveryOutcome, ProviderName, Source, SourceStatus
from ats_core.domain.company import Company, CompanyListing
from ats_core.domain.feedback import FeedbackEvent, FeedbackField, FeedbackOutcome, ModelFeedback, RatedHit, ScoreRating
from ats_core.domain.identity import CompanyId, company_id, normalized_name, offer_id
from ats_core.domain.match import Field, Hit, Label, Match, Scored
from ats_core.domain.metrics import CompanyMetrics, CompanySignal
from ats_core.domain.offer import Offer, Posting

__all__ = [
    "CATALOG",
    "DAY",
    "a_company",
    "a_discovery",
    "a_listing",
    "a_match",
    "a_signal",
    "a_source",
    "an_event",
    "an_offer",
    "at",
    "metrics_of",
]

#: The day on which everything begins.
DAY = date(2026, 7, 1)
CATALOG = "payments@1"


def at(hours: float = 0) -> datetime:
    """So many hours after the beginning."""
    return datetime(2026, 7, 1, tzinfo=UTC) + timedelta(hours=hours)


def a_company(name: str, *, domain: str | None = None, **changes: Any) -> Company:
    """A company met at the beginning."""
    company = Company(
        id=company_id(domain=domain, name=normalized_name(name)),
        name=name,
        website=f"https://www.{domain}/" if domain else None,
        domain=domain,
        normalized_name=normalized_name(name),
        created_at=at(),
        updated_at=at(),
    )
    return evolve(company, **changes)


def a_listing(company: Company, directory: str = "north", **changes: Any) -> CompanyListing:
    """The company's line in a directory."""
    listing = CompanyListing(
        company_id=company.id, directory=directory, listing_url=None, first_seen_at=at(), last_seen_at=at()
    )
    return evolve(listing, **changes)


def a_discovery(company: Company, **changes: Any) -> Discovery:
    """A look that found nothing and is to be repeated a day later."""
    discovery = Discovery(
        company_id=company.id,
        outcome=DiscoveryOutcome.NOT_FOUND,
        checked_at=at(),
        next_check_at=at(24),
        attempts=1,
        detail="no link to a board",
    )
    return evolve(discovery, **changes)


def a_source(company: Company, slug: str = "acme", **changes: Any) -> Source:
    """An active source, never read."""
    source = Source(
        company_id=company.id,
        board=Board(ProviderName("lever"), "eu", slug),
        evidence_url=f"https://{company.domain}/careers",
        evidence_kind="board",
        confidence=0.9,
        status=SourceStatus.ACTIVE,
        discovered_at=at(),
    )
    return evolve(source, **changes)


def an_offer(source: Source, key: str, **changes: Any) -> Offer:
    """An open offer of the source's company, under the vendor's id *key*."""
    offer = Offer(
        id=offer_id(source.id, key),
        source_id=source.id,
        company_id=source.company_id,
        posting=Posting(
            provider_offer_id=key,
            title=f"Treasury analyst {key}",
            description_text=f"Cross-border payments in many currencies, posting {key}.",
            locations=("Bilbao", "Lyon"),
            url=f"https://boards.example/{key}",
            updated_at=at(-1),
            raw=f'{{"id": "{key}"}}'.encode(),
        ),
        content_hash=f"hash-{key}",
        fingerprint=f"print-{key}",
        first_seen_at=at(),
        last_seen_at=at(),
    )
    return evolve(offer, **changes)


def a_match(offer: Offer, score: float = 7.5, **changes: Any) -> Match:
    """The offer's score, earned in one category."""
    hit = Hit(
        category="fx", keyword="currencies", field=Field.DESCRIPTION, snippet="in many [[currencies]]", points=score
    )
    match = Match(
        offer_id=offer.id,
        catalog_version=CATALOG,
        scored=Scored(score=score, label=Label.STRONG, top_category="fx", hits=(hit,)),
        scored_at=at(),
    )
    return evolve(match, **changes)


def metrics_of(company: Company, **changes: Any) -> CompanyMetrics:
    """A company's metrics."""
    metrics = CompanyMetrics(
        company_id=company.id,
        as_of=DAY,
        catalog_version=CATALOG,
        best_score=7.5,
        label=Label.STRONG,
        top_category="fx",
        open_offers=2,
        unique_offers=2,
        strong_offers=1,
        new_30d=2,
        new_90d=2,
        reposted_30d=0,
        reposted_90d=0,
        activity=2,
        top_offer_id=None,
        last_strong_at=at(),
        why="currencies in Treasury analyst",
    )
    return evolve(metrics, **changes)


def a_signal(company: Company, category: str = "fx", **changes: Any) -> CompanySignal:
    """One category that the company shows."""
    signal = CompanySignal(
        company_id=company.id,
        category=category,
        best_points=2.5,
        open_offers=1,
        best_offer_id=None,
        first_seen_at=at(),
        last_seen_at=at(1),
    )
    return evolve(signal, **changes)


def an_event(company_id: CompanyId, value: str = "ACCEPTED", **changes: Any) -> FeedbackEvent:
    """What a person wrote in the column of the resolution."""
    event = FeedbackEvent(
        company_id=company_id,
        field=FeedbackField.RESOLUTION,
        read=value.lower(),
        previous="PENDING",
        value=value,
        outcome=FeedbackOutcome.APPLIED,
        detail="",
        at=at(),
    )
    return evolve(event, **changes)


def a_rating(company_id: CompanyId, rating: ModelFeedback | None = ModelFeedback.FP, **changes: Any) -> ScoreRating:
    """What a person said of a company's score."""
    said = ScoreRating(
        company_id=company_id,
        rating=rating,
        at=at(),
        score=6.5,
        top_category="fx",
        catalog_version="test:1",
        hits=(RatedHit("fx", "hedging", 2.5), RatedHit("payments", "SEPA", 1.0)),
    )
    return evolve(said, **changes)
