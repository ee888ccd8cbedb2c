"""Opens the database: recognises ours, brings its schema up to date, says in one line why it cannot be used."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from attrs import frozen

from ats_adapters.sqlite.failures import is_busy, unusable
from ats_adapters.sqlite.migrations import SCHEMA, SET
from ats_core.errors import DatabaseUnusable

__all__ = ["APPLICATION_ID", "connect", "copy"]

#: `PRAGMA application_id` of our databases: the letters ATSP.
APPLICATION_ID = 0x41545350

_KEEPS_STEPS = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = '_sqlite_migrations'"
_APPLIED = "SELECT name FROM _sqlite_migrations WHERE migration_set = ? ORDER BY rowid"

_RUN_FIRST = "`atsp run` makes one, once `atsp init` has written an atsp.toml"


@frozen
class _State:
    """What a file holds: whose it is, whether anything stands in it, which of our steps were taken."""

    application_id: int
    is_empty: bool
    applied: tuple[str, ...]

    @property
    def pending(self) -> bool:
        return not SCHEMA.keys() <= set(self.applied)


def connect(path: Path, *, create: bool, patience: float) -> sqlite3.Connection:
    """A connection to our database at *path*, its schema up to date, outside a transaction and refusing to write.

    *patience* is how many seconds another process's transaction is waited for. Whoever writes sets
    `PRAGMA query_only = OFF` and begins a transaction. Raises `DatabaseUnusable`.
    """
    try:
        _check_place(path, create=create)
    except OSError as error:
        raise DatabaseUnusable(f"the database cannot be reached: {error.strerror}", where=str(path)) from error
    connection: sqlite3.Connection | None = None
    try:
        connection = _connection(path, create=create, patience=patience)
        _set_up(connection)
        state = _recognised(_state(connection), path, create=create)
        if state.pending:
            _migrate(connection, path)
        _use_write_ahead_log(connection, patience)
        connection.execute("PRAGMA query_only = ON")
    except BaseException as error:
        if connection is not None:
            connection.close()
        if isinstance(error, sqlite3.Error):
            raise unusable(error, path) from error
        raise
    return connection


def copy(connection: sqlite3.Connection, path: Path, target: Path) -> None:
    """Copy the whole database, as it stands in one moment, to the new file *target*. Raises `DatabaseUnusable`."""
    if target.exists() and (not target.is_file() or target.stat().st_size):
        raise DatabaseUnusable("cannot copy the database here: something exists already", where=str(target))
    try:
        with closing(sqlite3.connect(target, isolation_level=None)) as copied:
            connection.backup(copied)
    except sqlite3.Error as error:
        raise DatabaseUnusable(f"cannot copy the database from {path}: {error}", where=str(target)) from error


def _check_place(path: Path, *, create: bool) -> None:
    where = str(path)
    if "\0" in where:
        raise DatabaseUnusable("a file's name holds no NUL character", where=repr(where))
    if path.is_dir():
        raise DatabaseUnusable("this is a folder, not a database", where=where, hint="name a file in it")
    if path.exists():
        if not path.is_file():
            raise DatabaseUnusable("this is not a regular file", where=where)
        if path.stat().st_size == 1:  # SQLite takes such a file for an empty one, and would write over it
            raise DatabaseUnusable("this file is not an SQLite database", where=where)
    elif not create:
        raise DatabaseUnusable("there is no database", where=where, hint=_RUN_FIRST)
    elif not path.parent.is_dir():
        raise DatabaseUnusable("there is no such folder to put the database in", where=where, hint="create it first")


def _connection(path: Path, *, create: bool, patience: float) -> sqlite3.Connection:
    # A URI says whether a missing file may be created; transactions are begun and ended by our own statements.
    uri = f"{path.absolute().as_uri()}?mode={'rwc' if create else 'rw'}"
    return sqlite3.connect(uri, uri=True, timeout=patience, isolation_level=None, cached_statements=256)


def _set_up(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -16000")
    # A page that is written often is copied from the log once for many times: 16 MB of log instead of 4.
    connection.execute("PRAGMA wal_autocheckpoint = 4000")


def _state(connection: sqlite3.Connection) -> _State:
    began = not connection.in_transaction
    if began:
        connection.execute("BEGIN")
    try:
        (application_id,) = connection.execute("PRAGMA application_id").fetchone()
        (objects,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        (keeps_steps,) = connection.execute(_KEEPS_STEPS).fetchone()
        applied = connection.execute(_APPLIED, (SET,)).fetchall() if keeps_steps else []
        return _State(application_id, not objects, tuple(name for (name,) in applied))
    finally:
        if began:
            connection.execute("ROLLBACK")


def _recognised(state: _State, path: Path, *, create: bool) -> _State:
    if state.is_empty and state.application_id == 0:
        if not create:
            raise DatabaseUnusable("the database is empty", where=str(path), hint="`atsp run` fills it")
        return state
    if state.application_id != APPLICATION_ID:
        raise DatabaseUnusable(
            "this is a database of another program",
            where=str(path),
            hint="name another file under [database] path; nothing was changed in it",
        )
    unknown = sorted(set(state.applied) - SCHEMA.keys())
    if unknown:
        raise DatabaseUnusable(
            f"the database was written by a newer version of this program (schema step {unknown[-1]})",
            where=str(path),
            hint="upgrade the program; nothing was changed in the database",
        )
    return state


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Take the missing steps, all in one transaction: a failure or a kill leaves the database as it was."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have been faster while this one waited for its turn.
        state = _recognised(_state(connection), path, create=True)
        if state.pending:
            _take_steps(connection)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID:d}")
            connection.execute(f"PRAGMA user_version = {len(SCHEMA):d}")
        connection.execute("COMMIT")
    except BaseException as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if isinstance(error, Exception) and not isinstance(error, DatabaseUnusable):
            cause = unusable(error, path).what if isinstance(error, sqlite3.Error) else str(error)
            raise DatabaseUnusable(
                f"the database could not be brought to this version: {cause}",
                where=str(path),
                hint="it was left as it was",
            ) from error
        raise


def _use_write_ahead_log(connection: sqlite3.Connection, patience: float) -> None:
    """Let others read while one writes. Changing the mode needs the file alone, and does not wait by itself."""
    if connection.execute("PRAGMA journal_mode").fetchone() == ("wal",):
        return
    deadline = time.monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _take_steps(connection: sqlite3.Connection) -> None:
    # Loaded here because it is seldom needed: it brings much along, and would cost each start a fifth of its time.
    from sqlite_utils import Migrations
    from sqlite_utils.db import Database

    steps = Migrations(SET)
    for name, step in SCHEMA.items():
        steps(name=name)(step)
    steps.apply(Database(connection, recursive_triggers=False, execute_plugins=False))
