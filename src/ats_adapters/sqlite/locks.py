"""The run lock: one row a name, kept for good so that its token never goes back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from attrs import evolve

from ats_adapters.sqlite.columns import clean, instant, times
from ats_core.domain.run import Lease
from ats_core.errors import LeaseLost, LockHeld
from ats_core.ports import Clock

__all__ = ["SqliteLocks", "check_fence", "held_leases"]

Transaction = Callable[[], AbstractContextManager[sqlite3.Connection]]

_GET = "SELECT name, owner, token, acquired_at, expires_at FROM locks WHERE name = ?"
_HELD = "SELECT name, owner, token, acquired_at, expires_at FROM locks WHERE owner IS NOT NULL ORDER BY name"
_TAKE = """
    INSERT INTO locks (name, owner, token, acquired_at, expires_at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET
        owner = excluded.owner, token = excluded.token,
        acquired_at = excluded.acquired_at, expires_at = excluded.expires_at
"""
_EXTEND = "UPDATE locks SET expires_at = ? WHERE name = ?"
_RELEASE = "UPDATE locks SET owner = NULL, expires_at = ? WHERE name = ? AND owner = ? AND token = ?"


def _lease(row: Any) -> Lease:
    name, owner, token, acquired_at, expires_at = row
    return Lease(name=name, owner=owner, token=token, acquired_at=instant(acquired_at), expires_at=instant(expires_at))


def held_leases(connection: sqlite3.Connection) -> tuple[Lease, ...]:
    """The leases that nobody gave back, live or lapsed, by name."""
    return tuple(_lease(row) for row in connection.execute(_HELD))


def check_fence(connection: sqlite3.Connection, leases: Iterable[Lease]) -> None:
    """Raise `LeaseLost` unless each of *leases* is still its holder's."""
    for lease in leases:
        row = connection.execute(_GET, (lease.name,)).fetchone()
        if row is None or row[1:3] != (clean(lease.owner), lease.token):
            raise _lost(lease, row)


def _lost(lease: Lease, row: Any) -> LeaseLost:
    if row is None or row[1] is None:
        what = f"this run ({lease.owner}) no longer holds the {lease.name} lock: it was given back"
    else:
        what = f"the {lease.name} lock of this run ({lease.owner}) was taken over by {row[1]} at {row[3]}"
    return LeaseLost(what, hint="this run can write no more; what it had stored stands")


class SqliteLocks:
    """A `RunLock` in the database, apart from the fence: losing a lock must not forbid taking it again."""

    def __init__(self, *, read: Transaction, write: Transaction, clock: Clock) -> None:
        """*write* begins a transaction and ends it; *read* does so unless one is under way."""
        self._read = read
        self._write = write
        self._clock = clock

    def acquire(self, name: str, owner: str, duration: timedelta) -> Lease:
        """Take the lock, also from a holder whose lease has lapsed; raises `LockHeld`."""
        with self._write() as connection:
            now = self._clock.now()
            row = connection.execute(_GET, (name,)).fetchone()
            if row is not None and row[1] is not None:
                held = _lease(row)
                if held.is_live(now):
                    raise LockHeld(name=name, owner=held.owner, since=held.acquired_at, expires_at=held.expires_at)
            token = row[2] + 1 if row is not None else 1
            lease = Lease(name=name, owner=clean(owner), token=token, acquired_at=now, expires_at=now + duration)
            connection.execute(_TAKE, (name, lease.owner, token, times(now), times(lease.expires_at)))
            return lease

    def renew(self, lease: Lease, duration: timedelta) -> Lease:
        """The same lease with a later end, lapsed or not; raises `LeaseLost` where another took it."""
        with self._write() as connection:
            check_fence(connection, (lease,))
            kept = _lease(connection.execute(_GET, (lease.name,)).fetchone())
            expires_at = max(kept.expires_at, self._clock.now() + duration)
            connection.execute(_EXTEND, (times(expires_at), lease.name))
            return evolve(lease, expires_at=expires_at)

    def release(self, lease: Lease) -> None:
        """Give the lock back; nothing happens where another took it."""
        with self._write() as connection:
            connection.execute(_RELEASE, (times(self._clock.now()), lease.name, clean(lease.owner), lease.token))

    def live_owners(self) -> frozenset[str]:
        """The owners of leases that have not lapsed; may be asked inside a unit of work, of whose view it then is."""
        with self._read() as connection:
            now = self._clock.now()
            return frozenset(lease.owner for lease in held_leases(connection) if lease.is_live(now))
