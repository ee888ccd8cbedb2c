"""The first use-case: every configured list of companies goes into the database, page by page.

A company in several lists is one company with several listings. A list that shrank deletes nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from enum import IntEnum

import anyio.lowlevel
from attrs import define, evolve, field

from ats_core.domain.company import Company, CompanyListing, ListedCompany, same_company
from ats_core.domain.identity import CompanyId
from ats_core.domain.run import RunnerName, RunnerReport
from ats_core.errors import ConfigurationError, DirectoryError, FatalError
from ats_core.ports import Clock, DirectoryPage, DirectorySource, EventLog, Store, UnitOfWork
from ats_core.runners.batches import batches
from ats_core.runners.tally import Tally

__all__ = ["DirectoryRunner"]

#: A source may yield longer pages; they are applied in transactions of this many companies.
_BATCH = 1000


class DirectoryRunner:
    """Reads every list, in order, and stores its companies.

    The report counts `lists` read to their end, `records` (each of which is exactly one of `new`, `updated`, `known`,
    `duplicates` or `rejected`), and the companies `no_longer_listed`.
    """

    name = RunnerName.DIRECTORY

    def __init__(self, store: Store, directories: Sequence[DirectorySource], clock: Clock, log: EventLog) -> None:
        """Raises `ConfigurationError` where two lists have one name: each would take the other's for missing."""
        names = [source.name for source in directories]
        for name in names:
            if names.count(name) > 1:
                raise ConfigurationError(
                    f"two directories are called {name!r}",
                    where="[[directories]]",
                    hint="give each a name of its own (name = ...), or leave one out",
                )
        self._store = store
        self._directories = tuple(directories)
        self._clock = clock
        self._log = log

    async def run_once(self) -> RunnerReport:
        """Read every list. Raises `FatalError`; a list that cannot be read is in the report, and the next is read."""
        tally = Tally(
            self.name, "lists", "records", "new", "updated", "known", "duplicates", "rejected", "no_longer_listed"
        )
        if not self._directories:
            return tally.skipped("no directory is configured")
        for source in self._directories:
            await self._read(source, tally)
        return tally.report()

    async def _read(self, source: DirectorySource, tally: Tally) -> None:
        reading = _Reading(source.name, self._store, self._clock, tally)
        try:
            async with _closing(source.pages()) as pages:
                while (page := await _next(pages)) is not None:
                    reading.apply(page)
                    self._log.progress(self.name.value, tally.counters["records"], None)
                    await anyio.lowlevel.checkpoint()
        except _SourceFailed as failed:
            error = failed.error
            kind = "directory" if isinstance(error, DirectoryError) else "crash"
            detail = str(error) if isinstance(error, DirectoryError) else f"{type(error).__name__}: {error}"
            tally.fail(kind, source.name, detail)
            self._log.warning("directory_not_read", directory=source.name, what=detail)
            return
        reading.end()
        tally.count("lists")


class _SourceFailed(Exception):
    """What a source raised; what the database raises passes by."""

    def __init__(self, error: Exception) -> None:
        self.error = error


@asynccontextmanager
async def _closing(pages: AsyncIterator[DirectoryPage]) -> AsyncIterator[AsyncIterator[DirectoryPage]]:
    try:
        yield pages
    finally:
        close = getattr(pages, "aclose", None)
        if close is not None:
            await close()


async def _next(pages: AsyncIterator[DirectoryPage]) -> DirectoryPage | None:
    try:
        return await anext(pages, None)
    except FatalError:
        raise
    except Exception as error:
        raise _SourceFailed(error) from error


@define
class _Reading:
    """One reading of one list: its listings as they stand, and the companies met so far."""

    directory: str
    store: Store
    clock: Clock
    tally: Tally
    listings: dict[CompanyId, CompanyListing] = field(init=False)
    #: The companies met, and how well the lines that gave the listing's URL named them.
    met: dict[CompanyId, _Named] = field(init=False, factory=dict)
    #: Those that a line which gives a name only may have meant: nobody can say that they left the list.
    perhaps_met: set[CompanyId] = field(init=False, factory=set)

    def __attrs_post_init__(self) -> None:
        with self.store.read() as work:
            self.listings = dict(work.companies.listings(self.directory))

    def apply(self, page: DirectoryPage) -> None:
        """Store a page's companies. Raises what the database raises."""
        for lines in batches(page.companies, _BATCH):
            self._apply(lines)
        for record in page.rejected:
            self.tally.count("records")
            self.tally.reject(self.directory, record)

    def end(self) -> None:
        """The list was read to its end: whoever was not met is not listed any more."""
        there = self.met.keys() | self.perhaps_met
        missing = [known for known in self.listings.values() if known.listed and known.company_id not in there]
        for some in batches(missing, _BATCH):
            now = self.clock.now()
            with self.store.write() as work:
                work.companies.save_listings([evolve(known, listed=False, last_seen_at=now) for known in some])
            self.tally.count("no_longer_listed", len(some))

    def _apply(self, lines: Sequence[ListedCompany]) -> None:
        now = self.clock.now()
        counted: Counter[str] = Counter()
        listings: dict[CompanyId, CompanyListing] = {}
        with self.store.write() as work:
            batch = _Batch(work, lines)
            for line in lines:
                namesakes = [c for c in batch.namesakes(line) if self._is_listed(c)] if line.domain is None else []
                company, what = batch.place(line, now, among=namesakes)
                counted["duplicates" if what == "known" and company.id in self.met else what] += 1
                listing = self._listing(line, company, now)
                if listing != self.listings.get(company.id):
                    self.listings[company.id] = listings[company.id] = listing
                self.perhaps_met.update(namesake.id for namesake in namesakes)
            batch.save()
            if listings:
                work.companies.save_listings(listings.values())
        for what, times in counted.items():
            self.tally.count("records", times)
            self.tally.count(what, times)

    def _is_listed(self, company: Company) -> bool:
        listing = self.listings.get(company.id)
        return listing is not None and listing.listed

    def _listing(self, line: ListedCompany, company: Company, now: datetime) -> CompanyListing:
        """The company's listing after this line.

        Of several lines the first that gives a URL counts, and one that names the company by its domain before one
        that only bears its name; so that a second reading, when more companies are known, says the same.
        """
        named = _Named.BY_DOMAIN if line.domain is not None else _Named.BY_NAME
        so_far = self.met.setdefault(company.id, _Named.WITHOUT_URL)
        known = self.listings.get(company.id)
        counts = known is None or named is _Named.BY_DOMAIN or company.domain is None
        if line.listing_url is not None and counts and named > so_far:
            self.met[company.id] = named
            url: str | None = line.listing_url
        else:
            url = known.listing_url if known is not None else None
        if known is None:
            return CompanyListing(
                company_id=company.id, directory=self.directory, listing_url=url, first_seen_at=now, last_seen_at=now
            )
        if not known.listed:
            return evolve(known, listing_url=url, last_seen_at=now, listed=True)
        return evolve(known, listing_url=url)


class _Named(IntEnum):
    """How well a line that gave a listing's URL named the company."""

    WITHOUT_URL = 0
    BY_NAME = 1
    BY_DOMAIN = 2


class _Batch:
    """The companies that some lines mean: those stored, and those that the lines before have made or completed."""

    def __init__(self, work: UnitOfWork, lines: Sequence[ListedCompany]) -> None:
        self._work = work
        self._by_domain = dict(work.companies.with_domains({line.domain for line in lines if line.domain}))
        self._by_name = dict(work.companies.with_names({line.normalized_name for line in lines}))
        self._changed: dict[CompanyId, Company] = {}

    def namesakes(self, line: ListedCompany) -> tuple[Company, ...]:
        """The companies that bear the line's name."""
        return self._by_name.get(line.normalized_name, ())

    def place(self, line: ListedCompany, now: datetime, *, among: Sequence[Company]) -> tuple[Company, str]:
        """The company that a line means, and whether that is `new`, `updated` or `known`.

        *among* are those of its name that stand in the list already: it means one of these, if there are any. So a
        line that gives a name only means no other company than before because one more bears that name now.
        """
        with_domain = self._by_domain.get(line.domain) if line.domain else None
        known = same_company(line, with_domain=with_domain, with_name=among or self.namesakes(line))
        company = known.completed_by(line, now) if known is not None else Company.first_met(line, now)
        if known is not None and company == known:
            return company, "known"
        self._changed[company.id] = company
        if company.domain is not None:
            self._by_domain[company.domain] = company
        others = tuple(c for c in self._by_name.get(company.normalized_name, ()) if c.id != company.id)
        self._by_name[company.normalized_name] = (*others, company)
        return company, "new" if known is None else "updated"

    def save(self) -> None:
        """Store the companies that are new or changed."""
        if self._changed:
            self._work.companies.save(self._changed.values())
