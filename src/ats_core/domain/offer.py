"""A posting as a vendor shows it now, and the offer that we keep of it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import orjson
from attrs import field, frozen
from attrs.validators import min_len
from xxhash import xxh3_128_hexdigest

from ats_core.domain.identity import CompanyId, OfferId, SourceId

__all__ = ["KnownOffer", "Offer", "OfferText", "Posting", "RejectedRecord", "Salary", "Workplace", "content_hash"]


class Workplace(StrEnum):
    """Where the work is done, as the vendor states it."""

    ON_SITE = "on_site"
    HYBRID = "hybrid"
    REMOTE = "remote"


@frozen(kw_only=True)
class Salary:
    """Pay as the vendor states it: a range in whole units of *currency* (ISO 4217) per *interval*, and its own words.

    *interval* is the vendor's word made plain: `year`, `month`, `week`, `day`, `hour`, or what it wrote.
    """

    minimum: Decimal | None = None
    maximum: Decimal | None = None
    currency: str | None = None
    interval: str | None = None
    text: str | None = None


@frozen(kw_only=True)
class Posting:
    """One record of a board, mapped. Texts are plain (no markup), times are UTC, *raw* is the vendor's own JSON.

    None or empty means that the vendor does not say. *updated_at* is the vendor's; it may move when nothing did.
    An empty *raw* means that the vendor's record is not kept (any more). *language* is what the vendor writes; in a
    stored offer it is an ISO 639-1 code, where need be told from the text.
    """

    provider_offer_id: str = field(validator=min_len(1))
    title: str = field(validator=min_len(1))
    description_text: str
    locations: tuple[str, ...] = ()
    workplace: Workplace | None = None
    department: str | None = None
    team: str | None = None
    employment_type: str | None = None
    salary: Salary | None = None
    language: str | None = None
    url: str | None = None
    apply_url: str | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None
    raw: bytes = field(default=b"{}", repr=False)


@frozen(kw_only=True)
class RejectedRecord:
    """A record that could not be used, or a field that its record was used without.

    Which record (its id or position), which field (empty: the record as such), and why.
    """

    record: str
    field: str
    reason: str

    def __str__(self) -> str:
        return f"{self.record}: {self.field}: {self.reason}" if self.field else f"{self.record}: {self.reason}"


@frozen
class KnownOffer:
    """What is stored of an offer, as far as deciding whether to read it again needs."""

    id: OfferId
    updated_at: datetime | None
    content_hash: str
    is_open: bool


@frozen(kw_only=True)
class OfferText:
    """What of a stored offer is scored. Missing texts are empty. *language*: see `Posting`."""

    id: OfferId
    title: str
    department: str
    description_text: str
    language: str | None = None

    @classmethod
    def of(cls, offer: Offer) -> OfferText:
        """What is scored of *offer*."""
        posting = offer.posting
        return cls(
            id=offer.id,
            title=posting.title,
            department=posting.department or "",
            description_text=posting.description_text,
            language=posting.language,
        )


@frozen(kw_only=True)
class Offer:
    """An offer as stored: the posting's last shown content, where it is from, and its life.

    *last_seen_at* is written when the content changes and when the offer closes; while it is open and unchanged it
    was last seen when its source's last sweep completed. *fingerprint* is equal for equal texts; *repost_of* names
    the offer that this one repeats under a new id, *repost_count* how often this one was repeated.
    """

    id: OfferId
    source_id: SourceId
    company_id: CompanyId
    posting: Posting
    content_hash: str
    fingerprint: str
    first_seen_at: datetime
    last_seen_at: datetime
    closed_at: datetime | None = None
    repost_of: OfferId | None = None
    repost_count: int = 0


def content_hash(posting: Posting) -> str:
    """A hash of everything that a reader would see; not of the vendor's `updated_at`, nor of its raw record.

    Quick rather than proof against forgery: a vendor that makes two contents collide hides its own change.
    """
    pay = posting.salary
    seen = (
        posting.title,
        posting.description_text,
        posting.locations,
        posting.workplace,
        posting.department,
        posting.team,
        posting.employment_type,
        (str(pay.minimum), str(pay.maximum), pay.currency, pay.interval, pay.text) if pay else None,
        posting.language,
        posting.url,
        posting.apply_url,
        posting.published_at.isoformat() if posting.published_at else None,
    )
    try:
        said = orjson.dumps(seen)
    except orjson.JSONEncodeError:  # a lone surrogate, which JSON has no room for
        said = repr(seen).encode("utf-8", "surrogatepass")
    return xxh3_128_hexdigest(said)
