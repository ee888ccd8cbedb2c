"""Companies, their listings and discoveries: `companies`, `company_listings`, `discoveries`."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from ats_adapters.sqlite.columns import PLACES, chunks, clean, instant, text, times, word
from ats_core.domain.board import Discovery, DiscoveryOutcome
from ats_core.domain.company import Company, CompanyListing, Resolution
from ats_core.domain.identity import CompanyId

__all__ = ["SqliteCompanies", "company", "listing"]

_SELECT = """
    SELECT id, name, website, domain, normalized_name, resolution, resolution_at, created_at, updated_at
    FROM companies
"""
_GET = _SELECT + " WHERE id = ?"
_WITH_DOMAINS = _SELECT + " WHERE domain IN (" + PLACES + ") ORDER BY domain"
_WITH_NAMES = _SELECT + " WHERE normalized_name IN (" + PLACES + ") ORDER BY normalized_name, created_at, id"
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
_LISTINGS = """
    SELECT company_id, directory, listing_url, first_seen_at, last_seen_at, listed
    FROM company_listings WHERE directory = ? ORDER BY company_id
"""
_SAVE_LISTING = """
    INSERT INTO company_listings (company_id, directory, listing_url, first_seen_at, last_seen_at, listed)
    VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (company_id, directory) DO UPDATE SET
        listing_url = excluded.listing_url, first_seen_at = excluded.first_seen_at,
        last_seen_at = excluded.last_seen_at, listed = excluded.listed
    WHERE (
        company_listings.listing_url, company_listings.first_seen_at, company_listings.last_seen_at,
        company_listings.listed
    ) IS NOT (excluded.listing_url, excluded.first_seen_at, excluded.last_seen_at, excluded.listed)
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
        resolution_at=instant(resolution_at) if resolution_at else None,
        created_at=instant(created_at),
        updated_at=instant(updated_at),
    )


def listing(row: Any) -> CompanyListing:
    """The listing of a row."""
    company_id, directory, listing_url, first_seen_at, last_seen_at, listed = row
    return CompanyListing(
        company_id=CompanyId(company_id),
        directory=directory,
        listing_url=listing_url,
        first_seen_at=instant(first_seen_at),
        last_seen_at=instant(last_seen_at),
        listed=bool(listed),
    )


class SqliteCompanies:
    """A `CompanyRepo`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get(self, company_id: CompanyId) -> Company | None:
        """The company of this id."""
        row = self._connection.execute(_GET, (clean(company_id),)).fetchone()
        return company(row) if row else None

    def with_domains(self, domains: Collection[str]) -> Mapping[str, Company]:
        """The companies that have one of these registrable domains, by domain."""
        found = (company(row) for chunk in chunks(domains) for row in self._connection.execute(_WITH_DOMAINS, chunk))
        return {c.domain: c for c in found if c.domain is not None}

    def with_names(self, normalized_names: Collection[str]) -> Mapping[str, tuple[Company, ...]]:
        """The companies that have one of these normalised names, by name; each tuple by `created_at`, then id."""
        found: dict[str, list[Company]] = {}
        for chunk in chunks(normalized_names):
            for row in self._connection.execute(_WITH_NAMES, chunk):
                named = company(row)
                found.setdefault(named.normalized_name, []).append(named)
        return {name: tuple(companies) for name, companies in found.items()}

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
                    times(x.first_seen_at),
                    times(x.last_seen_at),
                    int(x.listed),
                )
                for x in listings
            ),
        )

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
            next_check_at=instant(next_check_at) if next_check_at else None,
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
