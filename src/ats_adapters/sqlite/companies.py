"""Companies, their listings and discoveries: `companies`, `company_listings`, `discoveries`."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from attrs import evolve

from ats_adapters.sqlite.columns import PLACES, chunks, clean, instant, maybe_instant, text, times, word
from ats_adapters.sqlite.merging import move_all
from ats_core.domain.board import Discovery, DiscoveryOutcome
from ats_core.domain.company import Company, CompanyListing, Resolution
from ats_core.domain.identity import CompanyId

__all__ = ["SqliteCompanies", "company", "listing"]

_SELECT = """
    SELECT id, name, website, domain, normalized_name, resolution, resolution_at, created_at, updated_at
    FROM companies
"""
_ROW = _SELECT + " WHERE id = ?"
_MERGED_INTO = "SELECT company_id FROM company_aliases WHERE kind = 'id' AND value = ?1"
_GET = _SELECT + " WHERE id = ?1 OR id = (" + _MERGED_INTO + ")"
_KNOWN_BY = """
    SELECT c.id, c.name, c.website, c.domain, c.normalized_name, c.resolution, c.resolution_at,
        c.created_at, c.updated_at, a.value
    FROM company_aliases AS a JOIN companies AS c ON c.id = a.company_id
"""
_WITH_DOMAINS = (
    _SELECT + " WHERE domain IN (" + PLACES + ")",
    _KNOWN_BY + " WHERE a.kind = 'domain' AND a.value IN (" + PLACES + ")",
)
_WITH_NAMES = (
    _SELECT + " WHERE normalized_name IN (" + PLACES + ")",
    _KNOWN_BY + " WHERE a.kind = 'name' AND a.value IN (" + PLACES + ")",
)
_SAVE = """
    INSERT INTO companies (
        id, name, website, domain, normalized_name, resolution, resolution_at, created_at, updated_at
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET
        name = excluded.name, website = excluded.website, domain = excluded.domain,
        normalized_name = excluded.normalized_name, resolution = excluded.resolution,
        resolution_at = excluded.resolution_at, created_at = excluded.created_at, updated_at = excluded.updated_at
    WHERE (
        companies.name, companies.website, companies.domain, companies.normalized_name, companies.resolution,
        companies.resolution_at, companies.created_at, companies.updated_at
    ) IS NOT (
        excluded.name, excluded.website, excluded.domain, excluded.normalized_name, excluded.resolution,
        excluded.resolution_at, excluded.created_at, excluded.updated_at
    )
"""
_DUE = """
    SELECT c.id, c.name, c.website, c.domain, c.normalized_name, c.resolution, c.resolution_at,
        c.created_at, c.updated_at
    FROM companies AS c LEFT JOIN discoveries AS d ON d.company_id = c.id
    WHERE c.id > ? AND (d.company_id IS NULL OR d.next_check_at <= ?)
        AND c.resolution NOT IN ('ACCEPTED', 'REJECTED', 'ALREADY_CUSTOMER')
    ORDER BY c.id LIMIT ?
"""
_ADD_NAME = """
    INSERT INTO company_aliases (kind, value, company_id)
    SELECT 'name', ?2, id FROM companies WHERE id = ?1 AND normalized_name <> ?2
    ON CONFLICT (kind, value, company_id) DO NOTHING
"""
_MERGED = "SELECT value, company_id FROM company_aliases WHERE kind = 'id' ORDER BY value"
_LISTINGS_OF = """
    SELECT company_id, directory, listing_url, careers_url, first_seen_at, last_seen_at, listed
    FROM company_listings WHERE company_id = ? ORDER BY directory
"""
_LISTINGS = """
    SELECT company_id, directory, listing_url, careers_url, first_seen_at, last_seen_at, listed
    FROM company_listings WHERE directory = ? ORDER BY company_id
"""
_GIVEN_LINKS = """
    SELECT company_id, careers_url FROM company_listings WHERE careers_url IS NOT NULL AND listed = 1
"""
_CAREERS_URLS = _GIVEN_LINKS + " AND company_id IN (" + PLACES + ") ORDER BY company_id, directory"
_SAVE_LISTING = """
    INSERT INTO company_listings (company_id, directory, listing_url, careers_url, first_seen_at, last_seen_at, listed)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (company_id, directory) DO UPDATE SET
        listing_url = excluded.listing_url, careers_url = excluded.careers_url,
        first_seen_at = excluded.first_seen_at, last_seen_at = excluded.last_seen_at, listed = excluded.listed
    WHERE (
        company_listings.listing_url, company_listings.careers_url, company_listings.first_seen_at,
        company_listings.last_seen_at, company_listings.listed
    ) IS NOT (
        excluded.listing_url, excluded.careers_url, excluded.first_seen_at, excluded.last_seen_at, excluded.listed
    )
"""
_DISCOVERY = """
    SELECT company_id, outcome, checked_at, next_check_at, attempts, detail FROM discoveries WHERE company_id = ?
"""
_SAVE_DISCOVERY = """
    INSERT INTO discoveries (company_id, outcome, checked_at, next_check_at, attempts, detail)
    VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (company_id) DO UPDATE SET
        outcome = excluded.outcome, checked_at = excluded.checked_at, next_check_at = excluded.next_check_at,
        attempts = excluded.attempts, detail = excluded.detail
    WHERE (
        discoveries.outcome, discoveries.checked_at, discoveries.next_check_at, discoveries.attempts,
        discoveries.detail
    ) IS NOT (
        excluded.outcome, excluded.checked_at, excluded.next_check_at, excluded.attempts, excluded.detail
    )
"""


def company(row: Any) -> Company:
    """The company of a row."""
    id_, name, website, domain, normalized_name, resolution, resolution_at, created_at, updated_at = row
    return Company(
        id=CompanyId(id_),
        name=name,
        website=website,
        domain=domain,
        normalized_name=normalized_name,
        resolution=word(Resolution, resolution),
        resolution_at=maybe_instant(resolution_at),
        created_at=instant(created_at),
        updated_at=instant(updated_at),
    )


def listing(row: Any) -> CompanyListing:
    """The listing of a row."""
    company_id, directory, listing_url, careers_url, first_seen_at, last_seen_at, listed = row
    return CompanyListing(
        company_id=CompanyId(company_id),
        directory=directory,
        listing_url=listing_url,
        careers_url=careers_url,
        first_seen_at=instant(first_seen_at),
        last_seen_at=instant(last_seen_at),
        listed=bool(listed),
    )


class SqliteCompanies:
    """A `CompanyRepo`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get(self, company_id: CompanyId) -> Company | None:
        """The company of this id, or the one into which the row of this id was merged."""
        row = self._connection.execute(_GET, (clean(company_id),)).fetchone()
        return company(row) if row else None

    def with_domains(self, domains: Collection[str]) -> Mapping[str, Company]:
        """The companies that have one of these registrable domains, or had it before a merge, by domain."""
        found: dict[str, Company] = {}
        for chunk in chunks(domains):
            now, once = (self._connection.execute(statement, chunk) for statement in _WITH_DOMAINS)
            found |= {row[9]: company(row[:9]) for row in once}
            found |= {row[3]: company(row) for row in now}
        return dict(sorted(found.items()))

    def with_names(self, normalized_names: Collection[str]) -> Mapping[str, tuple[Company, ...]]:
        """The companies that have one of these normalised names, by name; each tuple by `created_at`, then id."""
        found: dict[str, dict[CompanyId, Company]] = {}
        for chunk in chunks(normalized_names):
            own, other = (self._connection.execute(statement, chunk) for statement in _WITH_NAMES)
            for name, named in (*((row[4], company(row)) for row in own), *((r[9], company(r[:9])) for r in other)):
                found.setdefault(name, {})[named.id] = named
        return {
            name: tuple(sorted(companies.values(), key=lambda c: (c.created_at, c.id)))
            for name, companies in sorted(found.items())
        }

    def save(self, companies: Iterable[Company]) -> None:
        """Insert or replace by id."""
        self._connection.executemany(
            _SAVE,
            (
                (
                    c.id,
                    clean(c.name),
                    text(c.website),
                    text(c.domain),
                    clean(c.normalized_name),
                    c.resolution.value,
                    times(c.resolution_at),
                    times(c.created_at),
                    times(c.updated_at),
                )
                for c in companies
            ),
        )

    def add_names(self, names: Iterable[tuple[CompanyId, str]]) -> None:
        """Keep normalised names that companies bear beside their own."""
        self._connection.executemany(_ADD_NAME, ((id_, clean(name)) for id_, name in names))

    def merge(self, gone: CompanyId, kept: Company) -> None:
        """Make one of two rows: all that is stored of *gone* is *kept*'s from now on, and *gone* is no more."""
        row = self._connection.execute(_ROW, (gone,)).fetchone()
        if row is None:
            return
        own = {item.directory: item for item in self._listings_of(kept.id)}
        moved = (evolve(item, company_id=kept.id) for item in self._listings_of(gone))
        self.save_listings(own[item.directory].joined_with(item) if item.directory in own else item for item in moved)
        looks = [look for look in (self.discovery(kept.id), self.discovery(gone)) if look is not None]
        for look in looks[:1]:
            self.save_discovery(evolve(look, company_id=kept.id).joined_with(looks[-1]))
        move_all(self._connection, company(row), kept)
        # After that of its other row, whose domain it may take.
        self.save([kept])

    def aliases(self) -> Mapping[CompanyId, CompanyId]:
        """The companies, by the ids of rows that were merged into them."""
        return {CompanyId(once): CompanyId(now) for once, now in self._connection.execute(_MERGED)}

    def _listings_of(self, company_id: CompanyId) -> tuple[CompanyListing, ...]:
        return tuple(map(listing, self._connection.execute(_LISTINGS_OF, (company_id,))))

    def listings(self, directory: str) -> Mapping[CompanyId, CompanyListing]:
        """All listings of a directory, past ones too, by company id."""
        rows = self._connection.execute(_LISTINGS, (clean(directory),))
        return {item.company_id: item for item in map(listing, rows)}

    def save_listings(self, listings: Iterable[CompanyListing]) -> None:
        """Insert or replace by company and directory."""
        self._connection.executemany(
            _SAVE_LISTING,
            (
                (
                    x.company_id,
                    clean(x.directory),
                    text(x.listing_url),
                    text(x.careers_url),
                    times(x.first_seen_at),
                    times(x.last_seen_at),
                    int(x.listed),
                )
                for x in listings
            ),
        )

    def careers_urls(self, company_ids: Collection[CompanyId]) -> Mapping[CompanyId, tuple[str, ...]]:
        """Where the lists in which these companies stand say that they hire, each link once, in order of the lists."""
        found: dict[CompanyId, dict[str, None]] = {}
        for chunk in chunks(company_ids):
            for company_id, link in self._connection.execute(_CAREERS_URLS, chunk):
                found.setdefault(CompanyId(company_id), {})[link] = None
        return {company_id: tuple(links) for company_id, links in found.items()}

    def due_for_discovery(self, now: datetime, *, after: CompanyId | None, limit: int) -> tuple[Company, ...]:
        """The first *limit* companies by id, after *after*, never looked at or due, and not resolved for good."""
        return tuple(map(company, self._connection.execute(_DUE, (after or "", times(now), limit))))

    def discovery(self, company_id: CompanyId) -> Discovery | None:
        """How the last look for this company's board ended."""
        row = self._connection.execute(_DISCOVERY, (clean(company_id),)).fetchone()
        if row is None:
            return None
        _, outcome, checked_at, next_check_at, attempts, detail = row
        return Discovery(
            company_id=company_id,
            outcome=word(DiscoveryOutcome, outcome),
            checked_at=instant(checked_at),
            next_check_at=maybe_instant(next_check_at),
            attempts=attempts,
            detail=detail,
        )

    def save_discovery(self, discovery: Discovery) -> None:
        """Insert or replace by company."""
        self._connection.execute(
            _SAVE_DISCOVERY,
            (
                discovery.company_id,
                discovery.outcome.value,
                times(discovery.checked_at),
                times(discovery.next_check_at),
                discovery.attempts,
                clean(discovery.detail),
            ),
        )
