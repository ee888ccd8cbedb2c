"""Offers, matches, metrics and signals in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime

from attrs import evolve

from ats_core.domain.identity import CompanyId, OfferId, SourceId
from ats_core.domain.match import Match, ScoredUnder
from ats_core.domain.metrics import CompanyMetrics, CompanySignal, ScoredOffer
from ats_core.domain.offer import KnownOffer, Offer, OfferText, Salary
from ats_core.scoring.sketch import TextSketch
from ats_core.testing.memory_tables import Tables, Transaction, storable

__all__ = ["MemoryOffers", "offer_text", "scored_offer"]


def offer_text(offer: Offer) -> OfferText:
    """What is scored of the offer."""
    posting = offer.posting
    return OfferText(
        id=offer.id,
        title=posting.title,
        department=posting.department or "",
        description_text=posting.description_text,
        language=posting.language,
    )


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
        language=offer.posting.language,
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

    def texts(self, offer_ids: Collection[OfferId]) -> Mapping[OfferId, OfferText]:
        """What is scored of the offers of these ids, by id."""
        return {id_: offer_text(offer) for id_, offer in self.get_many(offer_ids).items()}

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
            if stored is not None and stored.content_hash != kept.content_hash:
                self._transaction.drop(tables.sketches, offer.id)
                self._outdate_match(offer.id)
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

    def with_old_payloads(self, before: datetime) -> tuple[OfferId, ...]:
        """The offers, by id, that were closed at or before *before* and whose payload is still kept."""
        return tuple(sorted(offer.id for offer in self._closed(before) if offer.posting.raw))

    def drop_payloads(self, offer_ids: Iterable[OfferId]) -> None:
        """Keep the vendor's own records of these offers no longer."""
        offers = self._transaction.changing().offers
        for id_ in offer_ids:
            if id_ in offers:
                posting = evolve(offers[id_].posting, raw=b"")
                self._transaction.put(offers, id_, evolve(offers[id_], posting=posting))

    def with_old_offers(self, before: datetime) -> tuple[CompanyId, ...]:
        """The companies, by id, that have offers which were closed at or before *before*."""
        return tuple(sorted({offer.company_id for offer in self._closed(before)}))

    def delete(self, offer_ids: Collection[OfferId]) -> None:
        """Delete these offers with their matches, sketches and payloads. Nothing that stays may refer to them."""
        tables = self._transaction.changing()
        for id_ in offer_ids:
            self._transaction.drop(tables.matches, id_)
            self._transaction.drop(tables.sketches, id_)
            self._transaction.drop(tables.offers, id_)

    def _closed(self, before: datetime) -> Iterator[Offer]:
        offers = self._transaction.tables.offers.values()
        return (offer for offer in offers if offer.closed_at is not None and offer.closed_at <= before)

    def sketches(self, company_id: CompanyId) -> Mapping[OfferId, TextSketch]:
        """The sketches of the company's offers, by id; offers that have none are left out."""
        tables = self._transaction.tables
        return {id_: tables.sketches[id_] for id_ in self._of(company_id) if id_ in tables.sketches}

    def save_sketches(self, sketches: Mapping[OfferId, TextSketch]) -> None:
        """Insert or replace by offer."""
        tables = self._transaction.changing()
        for id_, sketch in sketches.items():
            self._transaction.refer(tables.offers, id_, "offer")
            self._transaction.put(tables.sketches, id_, sketch)

    def scored_under(self, company_id: CompanyId) -> Mapping[OfferId, ScoredUnder]:
        """Under what each match of the company's offers came about, by id."""
        matches = self._transaction.tables.matches
        scored = (matches[id_] for id_ in self._of(company_id) if id_ in matches)
        return {m.offer_id: ScoredUnder(m.catalog_version, m.boilerplate, m.scored_at) for m in scored}

    def _of(self, company_id: CompanyId) -> list[OfferId]:
        return sorted(o.id for o in self._transaction.tables.offers.values() if o.company_id == company_id)

    def save_matches(self, matches: Iterable[Match]) -> None:
        """Insert or replace by offer."""
        tables = self._transaction.changing()
        for match in map(storable, matches):
            self._transaction.refer(tables.offers, match.offer_id, "offer")
            self._transaction.put(tables.matches, match.offer_id, match)

    def outdated(self, catalog_version: str) -> Mapping[CompanyId, int]:
        """How many offers of each company have no match under this version of the catalog for what they say now.

        By company's id; companies without any are left out. An offer without a sketch has changed since its match.
        """
        return dict(sorted(Counter(offer.company_id for offer in self._outdated(catalog_version)).items()))

    def outdate(self, company_ids: Collection[CompanyId]) -> None:
        """From now on no match of these companies' offers is of any version; what they say stays until replaced."""
        tables = self._transaction.changing()
        for offer in tables.offers.values():
            if offer.company_id in company_ids:
                self._outdate_match(offer.id)

    def _outdate_match(self, id_: OfferId) -> None:
        matches = self._transaction.tables.matches
        if id_ in matches:
            self._transaction.put(matches, id_, evolve(matches[id_], catalog_version=""))

    def _outdated(self, catalog_version: str) -> Iterator[Offer]:
        tables = self._transaction.tables
        current = {id_ for id_, match in tables.matches.items() if match.catalog_version == storable(catalog_version)}
        return (offer for id_, offer in tables.offers.items() if id_ not in current or id_ not in tables.sketches)

    def of_company(
        self,
        company_id: CompanyId,
        *,
        catalog_version: str | None = None,
        after: ScoredOffer | None = None,
        limit: int | None = None,
    ) -> tuple[ScoredOffer, ...]:
        """The company's offers, by first sight, then id; with *catalog_version*, without scores of another."""
        tables = self._transaction.tables
        offers = sorted(
            (o for o in tables.offers.values() if o.company_id == company_id), key=lambda o: (o.first_seen_at, o.id)
        )
        if after is not None:
            offers = [o for o in offers if (o.first_seen_at, o.id) > (after.first_seen_at, after.id)]
        found = [scored_offer(tables, o) for o in offers[:limit]]
        if catalog_version is None:
            return tuple(found)
        other = {id_ for id_, m in tables.matches.items() if m.catalog_version != storable(catalog_version)}
        return tuple(evolve(offer, scored=None) if offer.id in other else offer for offer in found)

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

    def outdate_metrics(self, company_id: CompanyId) -> None:
        """From now on the company's metrics are of no catalog; what they say stays until they are replaced."""
        tables = self._transaction.changing()
        if company_id in tables.metrics:
            outdated = evolve(tables.metrics[company_id], catalog_version="")
            self._transaction.put(tables.metrics, company_id, outdated)

    def are_metrics_outdated(self, company_id: CompanyId) -> bool:
        """Whether the company has no metrics, or only some that were outdated."""
        metrics = self._transaction.tables.metrics.get(company_id)
        return metrics is None or not metrics.catalog_version

    def stale_metrics(self, as_of: date, catalog_version: str) -> tuple[CompanyId, ...]:
        """Companies with offers whose metrics are of another day or catalog, or missing, by id."""
        tables = self._transaction.tables
        current = {id_ for id_, m in tables.metrics.items() if (m.as_of, m.catalog_version) == (as_of, catalog_version)}
        return tuple(sorted({o.company_id for o in tables.offers.values()} - current))
