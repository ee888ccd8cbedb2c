"""A company, the lists it stands in, and what a person decided about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum

from attrs import evolve, field, frozen
from attrs.validators import min_len

from ats_core.domain.identity import (
    CompanyId,
    clean_line,
    company_id,
    is_ats_host,
    is_publishing_host,
    is_shared_host,
    normalized_name,
    registrable_domain,
    website_url,
)

__all__ = ["Company", "CompanyListing", "ListedCompany", "Resolution", "same_company"]

_NEVER = datetime.min.replace(tzinfo=UTC)


class Resolution(StrEnum):
    """What a person decided about a company. The last three end the work on it; its data stays."""

    PENDING = "PENDING"
    IN_PROGRESS = "IN_PROGRESS"
    HIGH_INTEREST = "HIGH_INTEREST"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    ALREADY_CUSTOMER = "ALREADY_CUSTOMER"

    @property
    def ends_work(self) -> bool:
        """Whether a company so resolved is no longer discovered or ingested."""
        return self in (Resolution.ACCEPTED, Resolution.REJECTED, Resolution.ALREADY_CUSTOMER)


@frozen(kw_only=True)
class ListedCompany:
    """A company as one line of a directory gives it: a name, a website, or both.

    *position* is the line, record or item number in the list, for messages. *website* (the company's own, no profile
    elsewhere), *listing_url* (the list's own page of the company) and *careers_url* (where the list says that it hires)
    are absolute http(s) URLs.
    """

    name: str = field(validator=min_len(1))
    website: str | None = None
    listing_url: str | None = None
    careers_url: str | None = None
    position: int = 0

    @property
    def domain(self) -> str | None:
        """The registrable domain of the website, if it is the company's own."""
        return registrable_domain(self.website) if self.website else None

    @property
    def normalized_name(self) -> str:
        """The name in comparable form."""
        return normalized_name(self.name)

    @classmethod
    def of(
        cls, name: str, website: str, *, listing_url: str = "", careers_url: str = "", position: int = 0
    ) -> ListedCompany:
        """Build one from raw cells, or raise `ValueError` with the reason why the line names no company.

        A profile on a social network, a portal or a link shortener is nobody's website and left out; a link to a
        vendor's board in its place is a careers link.
        """
        url = website_url(website) if website.strip() else None
        hires_at = website_url(careers_url) if careers_url.strip() else None
        if url is not None and is_shared_host(url) and not is_publishing_host(url):
            hires_at = hires_at or (url if is_ats_host(url) else None)
            url = None
        shown = clean_line(name)
        if website.strip() and website_url(website) is None and not shown:
            raise ValueError(f"{clean_line(website, limit=80)!r} is not a web address, and there is no name")
        if not shown:
            domain = registrable_domain(url) if url else None
            if domain is None:
                raise ValueError("neither a name nor a website of its own")
            shown = domain
        if not normalized_name(shown):
            raise ValueError(f"{shown!r} is not a name")
        return cls(
            name=shown,
            website=url,
            listing_url=website_url(listing_url) if listing_url.strip() else None,
            careers_url=hires_at,
            position=position,
        )


@frozen(kw_only=True)
class Company:
    """A company: one row, however many lists it stands in. Times are UTC."""

    id: CompanyId
    name: str = field(validator=min_len(1))
    website: str | None
    domain: str | None
    normalized_name: str
    resolution: Resolution = Resolution.PENDING
    resolution_at: datetime | None = None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def first_met(cls, listed: ListedCompany, now: datetime) -> Company:
        """The company of a line that names none known yet."""
        return cls(
            id=company_id(domain=listed.domain, name=listed.normalized_name),
            name=listed.name,
            website=listed.website,
            domain=listed.domain,
            normalized_name=listed.normalized_name,
            created_at=now,
            updated_at=now,
        )

    def completed_by(self, listed: ListedCompany, now: datetime) -> Company:
        """This company with what the line adds; what is known already is never overwritten by another list."""
        website = self.website or listed.website
        domain = self.domain or listed.domain
        if self.domain is None and listed.domain is not None:
            website = listed.website
        if (website, domain) == (self.website, self.domain):
            return self
        return evolve(self, website=website, domain=domain, updated_at=now)

    def absorbing(self, gone: Company, now: datetime) -> Company:
        """This company, of which *gone* turned out to be another row: its id and name, and what both are known for.

        The person's latest decision counts, whichever row it was made on.
        """
        decided = max((self, gone), key=lambda company: company.resolution_at or _NEVER)
        has_less = self.domain is None and gone.domain is not None
        return evolve(
            self,
            website=gone.website if has_less else self.website or gone.website,
            domain=self.domain or gone.domain,
            resolution=decided.resolution,
            resolution_at=decided.resolution_at,
            created_at=min(self.created_at, gone.created_at),
            updated_at=now,
        )

    def resolved(self, resolution: Resolution, now: datetime) -> Company:
        """This company with a person's decision."""
        return evolve(self, resolution=resolution, resolution_at=now, updated_at=now)


@frozen(kw_only=True)
class CompanyListing:
    """That a company stands, or stood, in a directory.

    *last_seen_at* is written when the listing appears and when it is found missing; while *listed*, it was last
    seen when its directory was last read. *listing_url* and *careers_url* are as `ListedCompany` has them.
    """

    company_id: CompanyId
    directory: str
    listing_url: str | None
    careers_url: str | None = None
    first_seen_at: datetime
    last_seen_at: datetime
    listed: bool = True

    def joined_with(self, other: CompanyListing) -> CompanyListing:
        """This listing with what *other* adds, that of another row of its company in the same directory."""
        return evolve(
            self,
            listing_url=self.listing_url or other.listing_url,
            careers_url=self.careers_url or other.careers_url,
            first_seen_at=min(self.first_seen_at, other.first_seen_at),
            last_seen_at=max(self.last_seen_at, other.last_seen_at),
            listed=self.listed or other.listed,
        )


def same_company(listed: ListedCompany, *, with_domain: Company | None, with_name: Sequence[Company]) -> Company | None:
    """Which known company a line means: the registrable domain decides first, the normalised name second.

    Same name but two different domains are two companies. A line without a domain means the company of that
    name; where several have it, the one met first.
    """
    if with_domain is not None:
        return with_domain
    candidates = [c for c in with_name if listed.domain is None or c.domain is None]
    return min(candidates, key=lambda c: (c.created_at, c.id), default=None)
