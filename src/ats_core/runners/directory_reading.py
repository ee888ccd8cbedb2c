"""One reading of one list: from where it goes on to where it ends, and what of it is in the database at any time.

Each page is stored in one transaction with the place where a later reading can go on after it. What an unfinished
reading has seen is kept from place to place, so that at its end it is known who left the list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from attrs import evolve

from ats_core.domain.board import DiscoveryOutcome
from ats_core.domain.checkpoint import Validators
from ats_core.domain.company import Company, CompanyListing, ListedCompany
from ats_core.domain.directory import CompanySeen, DirectoryState, Named
from ats_core.domain.identity import CompanyId
from ats_core.ports import Clock, DirectoryPage, DirectoryView, Store, UnitOfWork
from ats_core.runners.batches import batches
from ats_core.runners.line_placing import LinePlacing
from ats_core.runners.listed_before import ListedBefore
from ats_core.runners.look_again import look_again
from ats_core.runners.tally import Tally

__all__ = ["DirectoryReading"]

#: A source may yield longer pages; they are applied in transactions of this many companies.
_BATCH = 1000


class DirectoryReading:
    """One reading of one list: its listings as they stand, and the companies seen so far."""

    def __init__(self, directory: str, definition: str, store: Store, clock: Clock, tally: Tally) -> None:
        """*definition* is what the list is configured as. Raises what the database raises, as all methods do."""
        self._directory = directory
        self._store = store
        self._clock = clock
        self._tally = tally
        with store.read() as work:
            known = work.directories.get(directory) or DirectoryState(name=directory)
        #: As the database knows it, less what it says of another list that stood there under the same name.
        self._stored = known.defined_as(definition)
        self._state = self._stored.begun(clock.now())
        self._is_resumed = self._state.next_cursor is not None
        self._has_begun = False
        self._validators = Validators()
        self._content_hash: str | None = None
        self._listings: dict[CompanyId, CompanyListing] = {}
        self._seen: dict[CompanyId, CompanySeen] = {}
        #: Seen since the last place where a later reading can go on: only then the database has to know of it.
        self._unsaved: set[CompanyId] = set()

    def is_due(self, interval: timedelta) -> bool:
        """Whether it is time to read the list."""
        return self._stored.due(self._clock.now(), interval)

    @property
    def view(self) -> DirectoryView:
        """What the list's source is to be asked with.

        A list is compared with its last completed reading only where none was begun since: that has left traces.
        """
        known = ListedBefore(self._directory, self._store)
        if self._is_resumed:
            return DirectoryView(cursor=self._state.next_cursor, known=known)
        if self._stored.reading_started_at is not None:
            return DirectoryView(known=known)
        if self._stored.completed_at is None:
            return DirectoryView()  # never read as it is configured now: nothing is known of what it says
        return DirectoryView(validators=self._stored.validators, content_hash=self._stored.content_hash, known=known)

    def apply(self, page: DirectoryPage) -> None:
        """Store a page's companies, and where to go on after it."""
        pieces = [*batches(page.companies, _BATCH)] or [()]
        for number, lines in enumerate(pieces, start=1):
            self._apply(lines, page.next_cursor if number == len(pieces) else None)
        for record in page.rejected:
            self._tally.count("records")
            self._tally.reject(self._directory, record)
        if page.validators != Validators():
            self._validators = page.validators
        self._content_hash = page.content_hash or self._content_hash

    def end(self) -> None:
        """The list was read to its end: whoever was not seen is not listed any more.

        A reading that was gone on with has seen the list at more than one time. What describes it at the last one says
        nothing of its beginning, and is not kept: the next reading reads it whole.
        """
        if not self._has_begun:
            with self._changing():
                pass
        missing = [known for known in self._listings.values() if known.listed and known.company_id not in self._seen]
        for some in batches(missing, _BATCH):
            now = self._clock.now()
            with self._store.write() as work:
                work.companies.save_listings([evolve(known, listed=False, last_seen_at=now) for known in some])
            self._tally.count("no_longer_listed", len(some))
        state = self._state.completed(
            self._clock.now(),
            validators=Validators() if self._is_resumed else self._validators,
            content_hash=None if self._is_resumed else self._content_hash,
        )
        with self._store.write() as work:
            work.directories.save(state)
            work.directories.forget_seen(self._directory)

    def found_unchanged(self) -> None:
        """The list is what it was when it was last read to its end."""
        with self._store.write() as work:
            work.directories.save(self._state.unchanged(self._clock.now()))

    def failed(self, error: str, *, retry_after: datetime | None) -> None:
        """The list could not be read, or not to its end; whoever was not met may be there."""
        with self._store.write() as work:
            work.directories.save(self._stored.failed(self._clock.now(), error, retry_after=retry_after))

    @contextmanager
    def _changing(self) -> Iterator[UnitOfWork]:
        """A transaction of this reading. The first marks it as begun."""
        with self._store.write() as work:
            if not self._has_begun:
                work.directories.save(self._state)
                self._listings = dict(work.companies.listings(self._directory))
                if self._is_resumed:
                    self._seen = dict(work.directories.seen(self._directory))
                else:
                    work.directories.forget_seen(self._directory)
            yield work
        self._has_begun = True
        self._stored = self._state

    def _apply(self, lines: Sequence[ListedCompany], next_cursor: str | None) -> None:
        if not lines and next_cursor is None:
            return
        counted: Counter[str] = Counter()
        with self._changing() as work:
            if lines:
                self._place(work, lines, counted)
            if next_cursor is not None:
                self._state = self._state.page_read(next_cursor)
                work.directories.save(self._state)
                work.directories.save_seen(self._directory, {id_: self._seen[id_] for id_ in sorted(self._unsaved)})
                self._unsaved.clear()
        for what, times in counted.items():
            self._tally.count(what, times)

    def _place(self, work: UnitOfWork, lines: Sequence[ListedCompany], counted: Counter[str]) -> None:
        now = self._clock.now()
        changed: dict[CompanyId, CompanyListing] = {}
        placing = LinePlacing(work, lines, now)

        def save() -> None:
            placing.save()
            work.companies.save_listings(changed.values())
            changed.clear()

        for line in lines:
            namesakes = [c for c in placing.namesakes(line) if self._is_listed(c)] if line.domain is None else []
            placed = placing.place(line, among=namesakes)
            company = placed.company
            for other in placed.others:
                save()
                company = placing.absorb(company, other)
                self._joined(other.id, company.id)
                counted["merged"] += 1
            was_met = company.id in self._seen and self._seen[company.id].met
            counted["records"] += 1
            counted["duplicates" if placed.what == "known" and was_met else placed.what] += 1
            known = self._listings.get(company.id)
            listing = self._listing(line, company, known, now)
            if listing != known:
                self._listings[company.id] = changed[company.id] = listing
            if placed.what == "updated" or (known and known.careers_url is None and listing.careers_url is not None):
                _look_again(work, company.id)
            for namesake in namesakes:
                self._saw(namesake.id, CompanySeen())
        save()

    def _is_listed(self, company: Company) -> bool:
        listing = self._listings.get(company.id)
        return listing is not None and listing.listed

    def _saw(self, company_id: CompanyId, seen: CompanySeen) -> None:
        before = self._seen.get(company_id)
        after = seen if before is None else before.and_also(seen)
        if after != before:
            self._seen[company_id] = after
            self._unsaved.add(company_id)

    def _joined(self, gone: CompanyId, kept: CompanyId) -> None:
        """The database has made one row of two."""
        listing, own = self._listings.pop(gone, None), self._listings.get(kept)
        if listing is not None:
            moved = evolve(listing, company_id=kept)
            self._listings[kept] = moved if own is None else own.joined_with(moved)
        seen = self._seen.pop(gone, None)
        self._unsaved.discard(gone)
        if seen is not None:
            self._saw(kept, seen)

    def _listing(
        self, line: ListedCompany, company: Company, known: CompanyListing | None, now: datetime
    ) -> CompanyListing:
        """The company's listing after this line.

        Of several lines the first that gives a link counts, and one that names the company by its domain before one
        that only bears its name; so that a second reading, when more companies are known, says the same.
        """
        named = Named.BY_DOMAIN if line.domain is not None else Named.BY_NAME
        counts = known is None or named is Named.BY_DOMAIN or company.domain is None
        seen = self._seen.get(company.id, CompanySeen())
        listing_url = known.listing_url if known is not None else None
        careers_url = known.careers_url if known is not None else None
        if line.listing_url is not None and counts and named > seen.listing_url:
            listing_url, seen = line.listing_url, evolve(seen, listing_url=named)
        if line.careers_url is not None and counts and named > seen.careers_url:
            careers_url, seen = line.careers_url, evolve(seen, careers_url=named)
        self._saw(company.id, evolve(seen, met=True))
        if known is None:
            return CompanyListing(
                company_id=company.id,
                directory=self._directory,
                listing_url=listing_url,
                careers_url=careers_url,
                first_seen_at=now,
                last_seen_at=now,
            )
        if not known.listed:
            return evolve(known, listing_url=listing_url, careers_url=careers_url, last_seen_at=now, listed=True)
        return evolve(known, listing_url=listing_url, careers_url=careers_url)


def _look_again(work: UnitOfWork, company_id: CompanyId) -> None:
    """A list told more of a company without a board: where it has its website, or where it hires."""
    last = work.companies.discovery(company_id)
    if last is not None and last.outcome not in (DiscoveryOutcome.FOUND, DiscoveryOutcome.UNSURE):
        look_again(work, company_id)
