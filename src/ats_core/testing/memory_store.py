"""A store in memory: small, real (transactions, fencing, locks), and held to the same contract as a database's.

    store = MemoryStore()
    with store.write() as work:
        work.companies.save([company])

Several stores over one `MemoryDatabase` behave as several processes on one database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from attrs import Factory, define, evolve, frozen

from ats_core.domain.run import Lease
from ats_core.errors import DatabaseUnusable, LeaseLost, LockHeld
from ats_core.ports import Clock
from ats_core.testing.memory_directories import MemoryDirectories
from ats_core.testing.memory_offers import MemoryOffers
from ats_core.testing.memory_people import MemoryCompanies, MemoryFeedback, MemorySheet
from ats_core.testing.memory_reports import MemoryReports
from ats_core.testing.memory_runs import MemoryRuns
from ats_core.testing.memory_sources import MemorySources
from ats_core.testing.memory_tables import LockRow, Tables, Transaction, storable

__all__ = ["MemoryDatabase", "MemoryLock", "MemoryStore", "MemoryWork"]


@define
class MemoryDatabase:
    """What is stored: committed tables, which are replaced and never changed, and the locks."""

    tables: Tables = Factory(Tables)
    locks: dict[str, LockRow] = Factory(dict)
    is_written: bool = False

    def held(self) -> tuple[Lease, ...]:
        """The leases that nobody gave back, live or lapsed, by name."""
        return tuple(
            Lease(name=name, owner=row.owner, token=row.token, acquired_at=row.acquired_at, expires_at=row.expires_at)
            for name, row in sorted(self.locks.items())
            if row.owner is not None
        )

    def check(self, leases: Iterable[Lease]) -> None:
        """Raise `LeaseLost` unless each of *leases* is still its holder's."""
        for lease in leases:
            row = self.locks.get(lease.name)
            if row is None or row.owner is None:
                raise LeaseLost(f"this run ({lease.owner}) no longer holds the {lease.name} lock: it was given back")
            if (row.owner, row.token) != (lease.owner, lease.token):
                raise LeaseLost(
                    f"the {lease.name} lock of this run ({lease.owner}) was taken over by {row.owner}"
                    f" at {row.acquired_at.isoformat()}"
                )


@frozen
class MemoryWork:
    """The repositories inside one transaction."""

    companies: MemoryCompanies
    directories: MemoryDirectories
    sources: MemorySources
    offers: MemoryOffers
    sheet: MemorySheet
    feedback: MemoryFeedback
    runs: MemoryRuns
    reports: MemoryReports

    @classmethod
    def over(cls, transaction: Transaction, locks: tuple[Lease, ...]) -> MemoryWork:
        """The repositories over *transaction*."""
        return cls(
            companies=MemoryCompanies(transaction),
            directories=MemoryDirectories(transaction),
            sources=MemorySources(transaction),
            offers=MemoryOffers(transaction),
            sheet=MemorySheet(transaction),
            feedback=MemoryFeedback(transaction),
            runs=MemoryRuns(transaction),
            reports=MemoryReports(transaction, locks),
        )


class MemoryStore:
    """A `Store` in memory."""

    def __init__(self, database: MemoryDatabase | None = None) -> None:
        self.database = database or MemoryDatabase()
        #: How many rows this store has written, changed or deleted.
        self.changes = 0
        self._leases: tuple[Lease, ...] = ()
        self._is_inside = False

    def fence(self, leases: Iterable[Lease]) -> None:
        """From now on, write only while every one of these leases is still ours."""
        self._leases = tuple(leases)

    def lock(self, clock: Clock) -> MemoryLock:
        """The run lock in this database."""
        return MemoryLock(self.database, clock)

    @contextmanager
    def read(self) -> Iterator[MemoryWork]:
        """One consistent view; writing in it raises `RuntimeError`."""
        with self._inside(Transaction(self.database.tables, writable=False)) as work:
            yield work

    @contextmanager
    def write(self) -> Iterator[MemoryWork]:
        """One transaction: committed at the end of the block, undone by an exception. Raises `LeaseLost`."""
        if self.database.is_written and not self._is_inside:
            raise DatabaseUnusable("the database is locked by another process", where="memory")
        transaction = Transaction(self.database.tables.copy(), writable=True)
        with self._inside(transaction) as work:
            self.database.check(self._leases)
            self.database.is_written = True
            try:
                yield work
                self.database.tables = transaction.tables
            finally:
                self.database.is_written = False
                self.changes += transaction.changes

    @contextmanager
    def _inside(self, transaction: Transaction) -> Iterator[MemoryWork]:
        if self._is_inside:
            raise RuntimeError("units of work do not nest")
        self._is_inside = True
        try:
            yield MemoryWork.over(transaction, self.database.held())
        finally:
            transaction.is_over = True
            self._is_inside = False


class MemoryLock:
    """A `RunLock` in memory."""

    def __init__(self, database: MemoryDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def acquire(self, name: str, owner: str, duration: timedelta) -> Lease:
        """Take the lock, also from a holder whose lease has lapsed; raises `LockHeld`."""
        now, owner = self._clock.now(), storable(owner)
        held = next((lease for lease in self._database.held() if lease.name == name), None)
        if held is not None and held.is_live(now):
            raise LockHeld(name=name, owner=held.owner, since=held.acquired_at, expires_at=held.expires_at)
        row = self._database.locks.get(name)
        token = row.token + 1 if row is not None else 1
        self._database.locks[name] = LockRow(owner, token, now, now + duration)
        return Lease(name=name, owner=owner, token=token, acquired_at=now, expires_at=now + duration)

    def renew(self, lease: Lease, duration: timedelta) -> Lease:
        """The same lease with a later end, lapsed or not; raises `LeaseLost` where another took it."""
        self._database.check((lease,))
        row = self._database.locks[lease.name]
        row.expires_at = max(row.expires_at, self._clock.now() + duration)
        return evolve(lease, expires_at=row.expires_at)

    def release(self, lease: Lease) -> None:
        """Give the lock back; nothing happens where another took it."""
        row = self._database.locks.get(lease.name)
        if row is not None and (row.owner, row.token) == (lease.owner, lease.token):
            row.owner, row.expires_at = None, self._clock.now()

    def live_owners(self) -> frozenset[str]:
        """The owners of leases that have not lapsed; may be asked inside a unit of work."""
        now = self._clock.now()
        return frozenset(lease.owner for lease in self._database.held() if lease.is_live(now))
