"""Companies, the sheet and feedback in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from ats_core.domain.board import Discovery
from ats_core.domain.company import Company, CompanyListing
from ats_core.domain.feedback import FeedbackEvent, FeedbackField, FeedbackOutcome
from ats_core.domain.identity import CompanyId
from ats_core.errors import DatabaseUnusable
from ats_core.testing.memory_tables import Tables, Transaction, storable

__all__ = ["MemoryCompanies", "MemoryFeedback", "MemorySheet"]


class MemoryCompanies:
    """A `CompanyRepo`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, company_id: CompanyId) -> Company | None:
        """The company of this id."""
        return self._transaction.tables.companies.get(company_id)

    def with_domains(self, domains: Collection[str]) -> Mapping[str, Company]:
        """The companies that have one of these registrable domains, by domain."""
        tables = self._transaction.tables
        known = sorted({storable(domain) for domain in domains} & tables.by_domain.keys())
        return {domain: tables.companies[tables.by_domain[domain]] for domain in known}

    def with_names(self, normalized_names: Collection[str]) -> Mapping[str, tuple[Company, ...]]:
        """The companies that have one of these normalised names, by name; each tuple by `created_at`, then id."""
        tables = self._transaction.tables
        known = sorted({storable(name) for name in normalized_names} & tables.by_name.keys())
        return {
            name: tuple(sorted((tables.companies[i] for i in tables.by_name[name]), key=lambda c: (c.created_at, c.id)))
            for name in known
        }

    def save(self, companies: Iterable[Company]) -> None:
        """Insert or replace by id."""
        tables = self._transaction.changing()
        for company in map(storable, companies):
            if company.domain is not None and tables.by_domain.get(company.domain, company.id) != company.id:
                raise DatabaseUnusable(
                    f"the database refused a step: two companies of the domain {company.domain}", where="memory"
                )
            self._index(tables, company)
            self._transaction.put(tables.companies, company.id, company)

    @staticmethod
    def _index(tables: Tables, company: Company) -> None:
        before = tables.companies.get(company.id)
        if before is not None:
            if before.domain is not None:
                del tables.by_domain[before.domain]
            others = tables.by_name[before.normalized_name] - {company.id}
            if others:
                tables.by_name[before.normalized_name] = others
            else:
                del tables.by_name[before.normalized_name]
        if company.domain is not None:
            tables.by_domain[company.domain] = company.id
        of_name = tables.by_name.get(company.normalized_name, frozenset())
        tables.by_name[company.normalized_name] = of_name | {company.id}

    def listings(self, directory: str) -> Mapping[CompanyId, CompanyListing]:
        """All listings of a directory, past ones too, by company id."""
        listings = sorted(self._transaction.tables.listings.items())
        return {company_id: item for (company_id, where), item in listings if where == storable(directory)}

    def save_listings(self, listings: Iterable[CompanyListing]) -> None:
        """Insert or replace by company and directory."""
        tables = self._transaction.changing()
        for item in map(storable, listings):
            self._transaction.refer(tables.companies, item.company_id, "company")
            self._transaction.put(tables.listings, (item.company_id, item.directory), item)

    def due_for_discovery(self, now: datetime, *, after: CompanyId | None, limit: int) -> tuple[Company, ...]:
        """The first *limit* companies by id, after *after*, never looked at or due, and not resolved for good."""
        tables = self._transaction.tables

        def is_due(company: Company) -> bool:
            last = tables.discoveries.get(company.id)
            if company.resolution.ends_work or (after is not None and company.id <= after):
                return False
            return last is None or (last.next_check_at is not None and last.next_check_at <= now)

        return tuple(sorted(filter(is_due, tables.companies.values()), key=lambda c: c.id)[:limit])

    def discovery(self, company_id: CompanyId) -> Discovery | None:
        """How the last look for this company's board ended."""
        return self._transaction.tables.discoveries.get(company_id)

    def save_discovery(self, discovery: Discovery) -> None:
        """Insert or replace by company."""
        tables = self._transaction.changing()
        self._transaction.refer(tables.companies, discovery.company_id, "company")
        self._transaction.put(tables.discoveries, discovery.company_id, storable(discovery))


class MemorySheet:
    """A `SheetRepo`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def row_hashes(self) -> Mapping[CompanyId, str]:
        """The hash of what was last written to each company's row, by company id."""
        return dict(sorted(self._transaction.tables.sheet_rows.items()))

    def save_row_hashes(self, hashes: Mapping[CompanyId, str], now: datetime) -> None:
        """Insert or replace by company."""
        tables = self._transaction.changing()
        for company_id, row_hash in hashes.items():
            self._transaction.refer(tables.companies, company_id, "company")
            self._transaction.put(tables.sheet_rows, company_id, row_hash)

    def forget_rows(self, company_ids: Collection[CompanyId]) -> None:
        """These rows are no longer in the sheet."""
        tables = self._transaction.changing()
        for company_id in company_ids:
            self._transaction.drop(tables.sheet_rows, company_id)


class MemoryFeedback:
    """A `FeedbackRepo`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def append(self, events: Iterable[FeedbackEvent]) -> None:
        """Add events, in order."""
        tables = self._transaction.changing()
        for event in map(storable, events):
            self._transaction.refer(tables.companies, event.company_id, "company")
            self._transaction.put(tables.feedback, len(tables.feedback) + 1, event)

    def applied(self) -> Mapping[tuple[CompanyId, FeedbackField], str]:
        """The value that was last applied, by company and field."""
        events = (e for e in self._transaction.tables.feedback.values() if e.outcome is FeedbackOutcome.APPLIED)
        return dict(sorted({(e.company_id, e.field): e.value for e in events}.items()))

    def last_read(self) -> Mapping[tuple[CompanyId, FeedbackField], FeedbackEvent]:
        """The newest event, whatever its outcome, by company and field."""
        events = self._transaction.tables.feedback.values()
        return dict(sorted({(e.company_id, e.field): e for e in events}.items(), key=lambda item: item[0]))
