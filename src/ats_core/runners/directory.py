"""The directory runner: reads every configured list and keeps who stands in it."""

from __future__ import annotations

from collections.abc import Sequence

import anyio.lowlevel
from attrs import evolve

from ats_core.domain.company import Company, CompanyListing, ListedCompany, same_company
from ats_core.domain.identity import CompanyId
from ats_core.domain.run import RunnerName, RunnerReport
from ats_core.errors import ConfigurationError, DirectoryError
from ats_core.ports import Clock, DirectoryPage, DirectorySource, EventLog, Store, UnitOfWork
from ats_core.runners.tally import Tally

__all__ = ["DirectoryRunner"]


class DirectoryRunner:
    """Turns lists into companies and listings. Deletes nothing: a company that left a list is only no longer listed."""

    name = RunnerName.DIRECTORY

    def __init__(self, store: Store, directories: Sequence[DirectorySource], clock: Clock, log: EventLog) -> None:
        """Raises `ConfigurationError` where two lists have one name: the database could not tell them apart."""
        names = [directory.name for directory in directories]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ConfigurationError(
                f"two lists are called {twice!r}", where="[[directories]]", hint="give one of them a name of its own"
            )
        self._store = store
        self._directories = directories
        self._clock = clock
        self._log = log

    async def run_once(self) -> RunnerReport:
        """Read every list to its end. A list that cannot be read is recorded; what was read of it stands."""
        tally = Tally(self.name, "lists", "records", "new", "updated", "known", "duplicates", "rejected")
        if not self._directories:
            return tally.skipped("no list is configured")
        for directory in self._directories:
            try:
                await self._read(directory, tally)
            except DirectoryError as error:
                tally.fail("directory", directory.name, str(error))
                self._log.warning("list_not_read", directory=directory.name, error=str(error))
            else:
                tally.count("lists")
        return tally.report()

    async def _read(self, directory: DirectorySource, tally: Tally) -> None:
        with self._store.read() as uow:
            listings = dict(uow.companies.listings(directory.name))
        seen: set[CompanyId] = set()
        async for page in directory.pages():
            with self._store.write() as uow:
                self._apply(uow, directory.name, page, listings, seen, tally)
            self._log.progress(self.name, tally.counters["records"], None)
            await anyio.lowlevel.checkpoint()
        self._mark_missing(listings, seen, tally)

    def _apply(
        self,
        uow: UnitOfWork,
        directory: str,
        page: DirectoryPage,
        listings: dict[CompanyId, CompanyListing],
        seen: set[CompanyId],
        tally: Tally,
    ) -> None:
        """Store one page; *listings* and *seen* learn of it."""
        now = self._clock.now()
        tally.count("records", len(page.companies) + len(page.rejected))
        for record in page.rejected:
            tally.reject(directory, record)
        known = _Known(uow, page.companies)
        appeared: dict[CompanyId, CompanyListing] = {}
        for listed in page.companies:
            before = known.company_of(listed)
            company = before.completed_by(listed, now) if before else Company.first_met(listed, now)
            tally.count(_what_happened(before, company, seen))
            known.keep(before, company)
            listing = listings.get(company.id)
            if listing is None or not listing.listed or (company.id not in seen and _moved(listing, listed)):
                listings[company.id] = appeared[company.id] = CompanyListing(
                    company_id=company.id,
                    directory=directory,
                    listing_url=listed.listing_url,
                    first_seen_at=listing.first_seen_at if listing else now,
                    last_seen_at=now,
                )
            seen.add(company.id)
        uow.companies.save(known.changed.values())
        uow.companies.save_listings(appeared.values())

    def _mark_missing(self, listings: dict[CompanyId, CompanyListing], seen: set[CompanyId], tally: Tally) -> None:
        """The list was read whole: who was not in it is no longer listed."""
        now = self._clock.now()
        missing = [
            evolve(listing, listed=False, last_seen_at=now)
            for company_id, listing in sorted(listings.items())
            if listing.listed and company_id not in seen
        ]
        if missing:
            with self._store.write() as uow:
                uow.companies.save_listings(missing)
            tally.count("no_longer_listed", len(missing))


class _Known:
    """The known companies that the lines of a page may mean, and those that the page makes or completes."""

    def __init__(self, uow: UnitOfWork, lines: Sequence[ListedCompany]) -> None:
        self._domains = dict(uow.companies.with_domains({line.domain for line in lines if line.domain}))
        names = uow.companies.with_names({line.normalized_name for line in lines})
        self._names = {name: list(companies) for name, companies in names.items()}
        self.changed: dict[CompanyId, Company] = {}

    def company_of(self, line: ListedCompany) -> Company | None:
        """The company that a line means, if it is known."""
        domain = line.domain
        return same_company(
            line,
            with_domain=self._domains.get(domain) if domain else None,
            with_name=self._names.get(line.normalized_name, ()),
        )

    def keep(self, before: Company | None, company: Company) -> None:
        """Let later lines of the page find *company* as it is now."""
        if company is before:
            return
        self.changed[company.id] = company
        if company.domain:
            self._domains[company.domain] = company
        same_name = self._names.setdefault(company.normalized_name, [])
        same_name[:] = [c for c in same_name if c.id != company.id] + [company]


def _what_happened(before: Company | None, company: Company, seen: set[CompanyId]) -> str:
    """The counter for a line."""
    if before is None:
        return "new"
    if company.id in seen:
        return "duplicates"
    return "known" if company is before else "updated"


def _moved(listing: CompanyListing, listed: ListedCompany) -> bool:
    return listed.listing_url is not None and listing.listing_url != listed.listing_url
