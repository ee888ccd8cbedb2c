"""One row a company, one row a company and category: what its offers say together."""

from __future__ import annotations

from datetime import date, datetime

from attrs import frozen

from ats_core.domain.identity import CompanyId, OfferId, SourceId
from ats_core.domain.match import Label, Scored

__all__ = ["CompanyMetrics", "CompanySignal", "ScoredOffer"]


@frozen(kw_only=True)
class ScoredOffer:
    """An offer as far as its company's metrics need it: its life, its text's fingerprint, and its score.

    *scored* is None while the offer has not been scored. *closed_at* None: it is open.
    *language* is an ISO 639-1 code, None where it is not known.
    """

    id: OfferId
    source_id: SourceId
    title: str
    url: str | None
    fingerprint: str
    published_at: datetime | None
    first_seen_at: datetime
    closed_at: datetime | None
    repost_of: OfferId | None
    repost_count: int
    scored: Scored | None
    language: str | None = None


@frozen(kw_only=True)
class CompanyMetrics:
    """A company's hiring in numbers, as of the UTC day *as_of*.

    *best_score* is the highest score (0-10) among open offers, *label* and *top_category* its; *strong_offers*
    counts open, unique offers labelled strong; *unique_offers* leaves reposts out. *activity* is how many offers
    appeared, new or reposted, in the last 30 days. *last_strong_at* is when the newest strong offer was first seen.
    *why* is the evidence in one line.
    """

    company_id: CompanyId
    as_of: date
    catalog_version: str
    best_score: float
    label: Label
    top_category: str | None
    open_offers: int
    unique_offers: int
    strong_offers: int
    new_30d: int
    new_90d: int
    reposted_30d: int
    reposted_90d: int
    activity: int
    top_offer_id: OfferId | None
    last_strong_at: datetime | None
    why: str


@frozen(kw_only=True)
class CompanySignal:
    """How strongly a company shows one category: the best points an open offer earned in it, in how many offers.

    *first_seen_at* is when the first offer (open or closed) showed the category, *last_seen_at* the newest.
    """

    company_id: CompanyId
    category: str
    best_points: float
    open_offers: int
    best_offer_id: OfferId | None
    first_seen_at: datetime
    last_seen_at: datetime
