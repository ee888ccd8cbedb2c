"""Offers, matches, metrics and signals in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from attrs import evolve

from ats_core.domain.identity import CompanyId, OfferId, SourceId
from ats_core.domain.match import Match
from ats_core.domain.metrics import CompanyMetrics, CompanySignal, ScoredOffer
from ats_core.domain.offer import KnownOffer, Offer, Salary
from ats_core.testing.memory_tables import Tables, Transaction, storable

__all__ = ["MemoryOffers", "scored_offer"]


def scored_offer(tables: Tables, offer: Offer) -> ScoredOffer:
    """The offer as its company's metrics see it."""
    match = tables.matches.get(offer.id)
    return ScoredOffer(
        id=offer.id,
        source_id=offer.source_id,
        title=offer.posting.title,
        url=offer.posting.url,
        fingerprint=offer.fingerprint,
        published_at=offer.posting.published_at,
        first_seen_at=offer.first_seen_at,
        closed_at=offer.closed_at,
        repost_of=offer.repost_of,
        repost_count=offer.repost_count,
        scored=match.scored if match else None,
    )


class MemoryOffers:
    """An `OfferRepo`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def known(self, source_id: SourceId) -> Mapping[str, KnownOffer]:
        """What is stored of the source's offers, open and closed, by the vendor's id."""
        offers = (o for o in self._transaction.tables.offers.values() if o.source_id == source_id)
        return {
            o.posting.provider_offer_id: KnownOffer(o.id, o.posting.updated_at, o.content_hash, o.closed_at is None)
            for o in sorted(offers, key=lambda o: o.posting.provider_offer_id)
        }

    def get_many(self, offer_ids: Collection[OfferId]) -> Mapping[OfferId, Offer]:
        """The offers of these ids, by id."""
        offers = self._transaction.tables.offers
        return {id_: offers[id_] for id_ in sorted(set(offer_ids) & offers.keys())}

    def save(self, offers: Iterable[Offer]) -> None:
        """Insert or replace by id; reposts are left as they stand."""
        tables = self._transaction.changing()
        for offer in map(storable, offers):
            self._transaction.refer(tables.companies, offer.company_id, "company")
            self._transaction.refer(tables.sources, offer.source_id, "source")
            stored = tables.offers.get(offer.id)
            kept = offer
            if stored is not None:
                kept = evolve(kept, repost_of=stored.repost_of, repost_count=stored.repost_count)
            if kept.posting.salary == Salary():
                kept = evolve(kept, posting=evolve(kept.posting, salary=None))
            self._transaction.put(tables.offers, kept.id, kept)

    def touch(self, updated_at: Mapping[OfferId, datetime | None]) -> None:
        """Keep the vendor's new times of offers of which nothing else changed."""
        offers = self._transaction.changing().offers
        for id_, at in updated_at.items():
            if id_ in offers:
                posting = evolve(offers[id_].posting, updated_at=at)
                self._transaction.put(offers, id_, evolve(offers[id_], posting=posting))

    def close(self, offer_ids: Collection[OfferId], now: datetime) -> None:
        """Close these open offers: last seen when their source was last read whole before *now*, or as stored."""
        tables = self._transaction.changing()
        for id_ in offer_ids:
            offer = tables.offers.get(id_)
            if offer is None or offer.closed_at is not None:
                continue
            read_at = tables.sources[offer.source_id].checkpoint.last_ingested_at
            seen_at = offer.last_seen_at
            if read_at is not None and read_at < now:
                seen_at = max(seen_at, read_at)
            self._transaction.put(tables.offers, id_, evolve(offer, closed_at=now, last_seen_at=seen_at))

    def save_matches(self, matches: Iterable[Match]) -> None:
        """Insert or replace by offer."""
        tables = self._transaction.changing()
        for match in map(storable, matches):
            self._transaction.refer(tables.offers, match.offer_id, "offer")
            self._transaction.put(tables.matches, match.offer_id, match)

    def outdated(self, catalog_version: str, *, after: OfferId | None, limit: int) -> tuple[Offer, ...]:
        """The first *limit* offers by id, after *after*, that have no match under this version of the catalog."""
        tables = self._transaction.tables
        current = {id_ for id_, match in tables.matches.items() if match.catalog_version == catalog_version}
        ids = sorted(id_ for id_ in tables.offers if id_ not in current and (after is None or id_ > after))
        return tuple(tables.offers[id_] for id_ in ids[:limit])

    def of_company(self, company_id: CompanyId) -> tuple[ScoredOffer, ...]:
        """The company's offers, open and closed, by first sight, then id."""
        tables = self._transaction.tables
        offers = (o for o in tables.offers.values() if o.company_id == company_id)
        return tuple(scored_offer(tables, o) for o in sorted(offers, key=lambda o: (o.first_seen_at, o.id)))

    def save_reposts(self, reposts: Mapping[OfferId, tuple[OfferId | None, int]]) -> None:
        """Keep which offer each repeats, and how often each was repeated."""
        offers = self._transaction.changing().offers
        for id_, (repeated, count) in reposts.items():
            if id_ in offers:
                self._transaction.put(offers, id_, evolve(offers[id_], repost_of=repeated, repost_count=count))

    def save_metrics(self, metrics: CompanyMetrics, signals: Iterable[CompanySignal]) -> None:
        """Replace the company's metrics and all its signals."""
        tables = self._transaction.changing()
        self._transaction.refer(tables.companies, metrics.company_id, "company")
        self._transaction.refer(tables.offers, metrics.top_offer_id, "offer")
        self._transaction.put(tables.metrics, metrics.company_id, storable(metrics))
        new = {(s.company_id, s.category): s for s in map(storable, signals)}
        for key in [key for key in tables.signals if key[0] == metrics.company_id and key not in new]:
            self._transaction.drop(tables.signals, key)
        for key, signal in new.items():
            self._transaction.refer(tables.offers, signal.best_offer_id, "offer")
            self._transaction.put(tables.signals, key, signal)

    def stale_metrics(self, as_of: date, catalog_version: str) -> tuple[CompanyId, ...]:
        """Companies with offers whose metrics are of another day or catalog, or missing, by id."""
        tables = self._transaction.tables
        current = {id_ for id_, m in tables.metrics.items() if (m.as_of, m.catalog_version) == (as_of, catalog_version)}
        return tuple(sorted({o.company_id for o in tables.offers.values()} - current))
