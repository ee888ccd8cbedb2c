"""The store: the database's transactions, fenced by the leases of the run that writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from attrs import frozen

from ats_adapters.sqlite.companies import SqliteCompanies
from ats_adapters.sqlite.database import connect, copy
from ats_adapters.sqlite.directories import SqliteDirectories
from ats_adapters.sqlite.failures import unusable
from ats_adapters.sqlite.feedback import SqliteFeedback
from ats_adapters.sqlite.locks import SqliteLocks, check_fence
from ats_adapters.sqlite.offers import SqliteOffers
from ats_adapters.sqlite.reports import SqliteReports
from ats_adapters.sqlite.runs import SqliteRuns
from ats_adapters.sqlite.sheet import SqliteSheet
from ats_adapters.sqlite.sources import SqliteSources
from ats_core.domain.run import Lease
from ats_core.ports import Clock

__all__ = ["SqliteStore", "SqliteWork", "open_store"]


@frozen
class SqliteWork:
    """The repositories inside one transaction."""

    companies: SqliteCompanies
    directories: SqliteDirectories
    sources: SqliteSources
    offers: SqliteOffers
    sheet: SqliteSheet
    feedback: SqliteFeedback
    runs: SqliteRuns
    reports: SqliteReports

    @classmethod
    def over(cls, connection: sqlite3.Connection) -> SqliteWork:
        """The repositories that speak through *connection*."""
        return cls(
            companies=SqliteCompanies(connection),
            directories=SqliteDirectories(connection),
            sources=SqliteSources(connection),
            offers=SqliteOffers(connection),
            sheet=SqliteSheet(connection),
            feedback=SqliteFeedback(connection),
            runs=SqliteRuns(connection),
            reports=SqliteReports(connection),
        )


def open_store(path: Path, *, create: bool, patience: timedelta = timedelta(seconds=30)) -> SqliteStore:
    """Open the database at *path*, bringing its schema up to date; with *create*, make it where there is none.

    *patience* is how long another process's transaction is waited for. Raises `DatabaseUnusable`.
    """
    return SqliteStore(connect(path, create=create, patience=patience.total_seconds()), path)


class SqliteStore:
    """A `Store` in one SQLite file. It belongs to the thread that opened it; close it, or use it in a `with`."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._work = SqliteWork.over(connection)
        self._leases: tuple[Lease, ...] = ()
        self.path = path

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database. A transaction that is still open is undone."""
        try:
            self._connection.close()
        except sqlite3.Error as error:
            raise unusable(error, self.path) from error

    def fence(self, leases: Iterable[Lease]) -> None:
        """From now on, write only while every one of these leases is still ours."""
        self._leases = tuple(leases)

    def lock(self, clock: Clock) -> SqliteLocks:
        """The run lock in this database. *clock* is a wall clock: leases guard against other live processes."""
        return SqliteLocks(read=self._view, write=self._unfenced, clock=clock)

    def copy_to(self, path: Path) -> None:
        """Copy the whole database, as it stands in one moment, to the new file *path*. Raises `DatabaseUnusable`."""
        self._refuse_nesting()
        copy(self._connection, self.path, path)

    @property
    def changes(self) -> int:
        """How many rows this store has written, changed or deleted since it was opened."""
        return self._connection.total_changes

    @contextmanager
    def read(self) -> Iterator[SqliteWork]:
        """One consistent view; writing in it raises `RuntimeError`, an unusable database `DatabaseUnusable`."""
        with self._snapshot():
            yield self._work

    @contextmanager
    def write(self) -> Iterator[SqliteWork]:
        """One transaction. Raises `LeaseLost`, or `DatabaseUnusable`; any exception undoes it."""
        with self._unfenced() as connection:
            check_fence(connection, self._leases)
            yield self._work

    @contextmanager
    def _snapshot(self) -> Iterator[sqlite3.Connection]:
        self._refuse_nesting()
        try:
            try:
                self._connection.execute("BEGIN")
                # A transaction sees the database as of its first statement: this one.
                self._connection.execute("SELECT count(*) FROM locks").fetchone()
                yield self._connection
            finally:
                self._roll_back()
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_READONLY:
                raise RuntimeError("a unit of work for reading was written in") from error
            raise unusable(error, self.path) from error

    @contextmanager
    def _view(self) -> Iterator[sqlite3.Connection]:
        """The transaction in hand, or a snapshot."""
        if self._connection.in_transaction:
            yield self._connection
            return
        with self._snapshot() as connection:
            yield connection

    @contextmanager
    def _unfenced(self) -> Iterator[sqlite3.Connection]:
        self._refuse_nesting()
        try:
            # At rest the connection refuses to write: a unit of work kept past its block can harm nothing.
            self._connection.execute("PRAGMA query_only = OFF")
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                self._connection.execute("COMMIT")
            finally:
                self._roll_back()
                self._connection.execute("PRAGMA query_only = ON")
        except sqlite3.Error as error:
            raise unusable(error, self.path) from error

    def _roll_back(self) -> None:
        # Nothing to do after a commit, nor where SQLite undid the transaction itself (full disk, I/O error).
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def _refuse_nesting(self) -> None:
        if self._connection.in_transaction:
            raise RuntimeError("units of work do not nest")
