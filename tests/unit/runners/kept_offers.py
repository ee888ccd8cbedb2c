"""Companies with boards and stored offers, scored as an ingestion run leaves them."""

from __future__ import annotations

from datetime import datetime

from ats_core.domain.board import Board, ProviderName, Source, SourceStatus
from ats_core.domain.company import Company, ListedCompany
from ats_core.domain.identity import CompanyId, offer_id
from ats_core.domain.offer import Offer, Posting, content_hash
from ats_core.ports import Store
from ats_core.runners.company_totals import refresh_company
from ats_core.scoring.reposts import fingerprint
from ats_core.scoring.scorer import Scorer


def a_company(store: Store, slug: str, now: datetime, *, provider: str = "small") -> Source:
    """A company with a board, stored."""
    company = Company.first_met(ListedCompany.of(slug, f"{slug}.example"), now)
    source = Source(
        company_id=company.id,
        board=Board(ProviderName(provider), "", slug),
        evidence_url=f"https://{slug}.example/",
        evidence_kind="link",
        confidence=0.9,
        status=SourceStatus.ACTIVE,
        discovered_at=now,
    )
    with store.write() as uow:
        uow.companies.save([company])
        uow.sources.save(source)
    return source


def an_offer(
    source: Source,
    key: str,
    text: str,
    first_seen_at: datetime,
    *,
    closed_at: datetime | None = None,
    raw: bytes | None = None,
) -> Offer:
    """An offer whose first line is its title."""
    posting = Posting(
        provider_offer_id=key,
        title=text.split("\n")[0],
        description_text=text,
        raw=f"{key}\n{text}".encode() if raw is None else raw,
    )
    return Offer(
        id=offer_id(source.id, key),
        source_id=source.id,
        company_id=source.company_id,
        posting=posting,
        content_hash=content_hash(posting),
        fingerprint=fingerprint(posting),
        first_seen_at=first_seen_at,
        last_seen_at=first_seen_at,
        closed_at=closed_at,
    )


def keep(store: Store, scorer: Scorer, now: datetime, *offers: Offer) -> None:
    """Store the offers, and what follows from them."""
    with store.write() as uow:
        uow.offers.save(offers)
        for company_id in sorted({offer.company_id for offer in offers}):
            refresh_company(uow, company_id, scorer=scorer, now=now)


def stored(store: Store, company_id: CompanyId) -> list[Offer]:
    """The company's offers, by the vendor's id."""
    with store.read() as uow:
        ids = [offer.id for offer in uow.offers.of_company(company_id)]
        return sorted(uow.offers.get_many(ids).values(), key=lambda offer: offer.posting.provider_offer_id)
