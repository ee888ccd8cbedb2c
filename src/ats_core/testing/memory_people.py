"""Companies, the sheet and feedback in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from attrs import evolve

from ats_core.domain.board import Discovery
from ats_core.domain.company import Company, CompanyListing
from ats_core.domain.feedback import FeedbackEvent, FeedbackField, FeedbackOutcome, ScoreRating
from ats_core.domain.identity import CompanyId
from ats_core.errors import DatabaseUnusable
from ats_core.testing.memory_merging import move_all
from ats_core.testing.memory_tables import Tables, Transaction, storable

__all__ = ["MemoryCompanies", "MemoryFeedback", "MemorySheet"]


class MemoryCompanies:
    """A `CompanyRepo`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, company_id: CompanyId) -> Company | None:
        """The company of this id, or the one into which the row of this id was merged."""
        company = self._transaction.tables.companies.get(company_id)
        merged = self.aliases().get(company_id) if company is None else None
        return company if merged is None else self._transaction.tables.companies[merged]

    def with_domains(self, domains: Collection[str]) -> Mapping[str, Company]:
        """The companies that have one of these registrable domains, or had it before a merge, by domain."""
        tables = self._transaction.tables
        once = {value: owner for kind, value, owner in tables.aliases if kind == "domain"}
        owners = {**once, **tables.by_domain}
        known = sorted({storable(domain) for domain in domains} & owners.keys())
        return {domain: tables.companies[owners[domain]] for domain in known}

    def with_names(self, normalized_names: Collection[str]) -> Mapping[str, tuple[Company, ...]]:
        """The companies that have one of these normalised names, by name; each tuple by `created_at`, then id."""
        tables = self._transaction.tables
        other: dict[str, set[CompanyId]] = {}
        for kind, value, owner in tables.aliases:
            if kind == "name":
                other.setdefault(value, set()).add(owner)
        known = sorted({storable(name) for name in normalized_names} & (tables.by_name.keys() | other.keys()))
        return {
            name: tuple(
                sorted(
                    (tables.companies[i] for i in tables.by_name.get(name, frozenset()) | other.get(name, set())),
                    key=lambda c: (c.created_at, c.id),
                )
            )
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

    def add_names(self, names: Iterable[tuple[CompanyId, str]]) -> None:
        """Keep normalised names that companies bear beside their own."""
        tables = self._transaction.changing()
        for company_id, name in names:
            company = tables.companies.get(company_id)
            if company is not None and company.normalized_name != storable(name):
                self._transaction.put(tables.aliases, ("name", storable(name), company_id), True)

    def merge(self, gone: CompanyId, kept: Company) -> None:
        """Make one of two rows: all that is stored of *gone* is *kept*'s from now on, and *gone* is no more."""
        tables = self._transaction.changing()
        was = tables.companies.get(gone)
        if was is None:
            return
        move_all(self._transaction, was, kept)
        self._drop_from_index(tables, was)
        self._transaction.drop(tables.companies, gone)
        self.save([kept])

    def aliases(self) -> Mapping[CompanyId, CompanyId]:
        """The companies, by the ids of rows that were merged into them."""
        known_by = sorted(self._transaction.tables.aliases)
        return {CompanyId(value): owner for kind, value, owner in known_by if kind == "id"}

    @staticmethod
    def _drop_from_index(tables: Tables, company: Company) -> None:
        if company.domain is not None:
            del tables.by_domain[company.domain]
        others = tables.by_name[company.normalized_name] - {company.id}
        if others:
            tables.by_name[company.normalized_name] = others
        else:
            del tables.by_name[company.normalized_name]

    @classmethod
    def _index(cls, tables: Tables, company: Company) -> None:
        before = tables.companies.get(company.id)
        if before is not None:
            cls._drop_from_index(tables, before)
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

    def careers_urls(self, company_ids: Collection[CompanyId]) -> Mapping[CompanyId, tuple[str, ...]]:
        """Where the lists in which these companies stand say that they hire, each link once, in order of the lists."""
        wanted, found = set(company_ids), dict[CompanyId, dict[str, None]]()
        for (company_id, _), item in sorted(self._transaction.tables.listings.items(), key=lambda x: x[0]):
            if company_id in wanted and item.listed and item.careers_url is not None:
                found.setdefault(company_id, {})[item.careers_url] = None
        return {company_id: tuple(links) for company_id, links in found.items()}

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
            if any((kind, value) == ("id", company_id) for kind, value, _ in tables.aliases):
                continue
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
        merged = {CompanyId(value): owner for kind, value, owner in tables.aliases if kind == "id"}
        for event in map(storable, events):
            if event.company_id in merged:
                row_id = event.row_id or event.company_id
                event = evolve(event, company_id=merged[event.company_id], row_id=row_id)
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

    def last_of_rows(self) -> Mapping[tuple[CompanyId, FeedbackField], FeedbackEvent]:
        """The newest event, whatever its outcome, by the id that stood in the row it was read from, and field."""
        events = self._transaction.tables.feedback.values()
        by_row = {(e.row_id or e.company_id, e.field): e for e in events}
        return dict(sorted(by_row.items(), key=lambda item: item[0]))

    def add_ratings(self, ratings: Iterable[ScoreRating]) -> None:
        """Add what people said of scores, in order."""
        tables = self._transaction.changing()
        merged = {CompanyId(value): owner for kind, value, owner in tables.aliases if kind == "id"}
        for rating in map(storable, ratings):
            rating = evolve(rating, company_id=merged.get(rating.company_id, rating.company_id))
            self._transaction.refer(tables.companies, rating.company_id, "company")
            self._transaction.put(tables.ratings, len(tables.ratings) + 1, rating)

    def ratings(self) -> tuple[ScoreRating, ...]:
        """The newest rating of each company, by company id; those that were taken back are left out."""
        newest: dict[CompanyId, tuple[datetime, int, ScoreRating]] = {}
        for number, rating in self._transaction.tables.ratings.items():
            there = newest.get(rating.company_id)
            if there is None or (there[0], there[1]) < (rating.at, number):
                newest[rating.company_id] = (rating.at, number, rating)
        return tuple(r for _, (_, _, r) in sorted(newest.items()) if r.rating is not None)
