"""What is stored of one board's postings while it is swept: new, changed and reopened ones are written, others not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from datetime import datetime

from attrs import evolve

from ats_core.domain.board import Source
from ats_core.domain.identity import OfferId, offer_id
from ats_core.domain.offer import KnownOffer, Offer, Posting, content_hash
from ats_core.ports import UnitOfWork
from ats_core.runners.tally import Tally
from ats_core.scoring.language import with_language
from ats_core.scoring.sketch import TextSketch, shortened

__all__ = ["BoardOffers"]


class BoardOffers:
    """A board's offers. *known* is what is stored of them, and learns of what is written."""

    def __init__(self, known: Mapping[str, KnownOffer], tally: Tally) -> None:
        self.known = dict(known)
        self._tally = tally

    def store(self, uow: UnitOfWork, source: Source, postings: Iterable[Posting], now: datetime) -> tuple[Offer, ...]:
        """Write what differs of postings that were read, with its sketches; returns the offers that were written.

        Of an offer of which nothing but the vendor's time moved, that alone is kept.
        """
        differing: dict[str, tuple[Posting, str]] = {}
        touched: dict[OfferId, datetime | None] = {}
        for posting in postings:
            key, digest = posting.provider_offer_id, content_hash(posting)
            before = self.known.get(key)
            if before is None or before.content_hash != digest or not before.is_open:
                differing.setdefault(key, (posting, digest))
            else:
                self._tally.count("offers_unchanged")
                if before.updated_at != posting.updated_at:
                    touched[before.id] = posting.updated_at
                    self.known[key] = evolve(before, updated_at=posting.updated_at)
        seen_before = [self.known[key].id for key in differing if key in self.known]
        stored = uow.offers.get_many(seen_before) if seen_before else {}
        written: list[Offer] = []
        sketches: dict[OfferId, TextSketch] = {}
        for key, (posting, digest) in differing.items():
            id_ = offer_id(source.id, key)
            offer, sketches[id_] = self._written(id_, source, posting, digest, stored.get(id_), now)
            written.append(offer)
            self.known[key] = KnownOffer(id_, posting.updated_at, digest, True)
        if written:
            uow.offers.save(written)
            uow.offers.save_sketches(sketches)
        if touched:
            uow.offers.touch(touched)
        return tuple(written)

    def _written(
        self, id_: OfferId, source: Source, posting: Posting, digest: str, before: Offer | None, now: datetime
    ) -> tuple[Offer, TextSketch]:
        posting = with_language(posting)
        fingerprint, sketch = shortened(posting)
        if before is not None:
            self._tally.count("offers_reopened" if before.closed_at else "offers_changed")
            offer = evolve(
                before,
                company_id=source.company_id,
                posting=posting,
                content_hash=digest,
                fingerprint=fingerprint,
                last_seen_at=now,
                closed_at=None,
            )
            return offer, sketch
        self._tally.count("offers_new")
        offer = Offer(
            id=id_,
            source_id=source.id,
            company_id=source.company_id,
            posting=posting,
            content_hash=digest,
            fingerprint=fingerprint,
            first_seen_at=now,
            last_seen_at=now,
        )
        return offer, sketch

    @property
    def open_count(self) -> int:
        """How many of the offers are open."""
        return sum(offer.is_open for offer in self.known.values())

    def missing(self, seen: Set[str]) -> tuple[OfferId, ...]:
        """The open offers whose postings are not among the *seen* ones, by id."""
        return tuple(sorted(offer.id for key, offer in self.known.items() if offer.is_open and key not in seen))
