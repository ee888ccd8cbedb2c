"""What SQLite's errors mean to the reader: one line with what went wrong and what to do."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ats_core.errors import DatabaseUnusable

__all__ = ["is_busy", "unusable"]

_PRIMARY = 0xFF  # an extended result code carries the primary one in its low byte
_MEANINGS = {
    sqlite3.SQLITE_BUSY: ("the database is locked by another process", "close what uses it, then run again"),
    sqlite3.SQLITE_LOCKED: ("the database is locked by another process", "close what uses it, then run again"),
    sqlite3.SQLITE_FULL: ("the disk is full", "free some space, then run again; what was stored before stands"),
    sqlite3.SQLITE_CORRUPT: ("the database is malformed", "restore it from a copy, or move it away and run again"),
    sqlite3.SQLITE_NOTADB: ("this file is not an SQLite database", "name another file under [database] path"),
    sqlite3.SQLITE_READONLY: ("the database cannot be written", "check the permissions of the file and its folder"),
    sqlite3.SQLITE_CANTOPEN: ("the database cannot be opened", "check that its folder exists and can be written"),
    sqlite3.SQLITE_PERM: ("the database cannot be opened", "check the permissions of the file and its folder"),
    sqlite3.SQLITE_IOERR: ("the disk failed while the database was read or written", "check the disk, then run again"),
    sqlite3.SQLITE_TOOBIG: ("a value is too large for the database", "nothing of this step was stored"),
}


def unusable(error: sqlite3.Error, path: Path) -> DatabaseUnusable:
    """*error* as an error of ours. SQLite's own words follow where they say more."""
    code = getattr(error, "sqlite_errorcode", None)
    what, hint = _MEANINGS.get(code & _PRIMARY if code is not None else -1, ("", ""))
    if not what:
        return DatabaseUnusable(
            f"the database refused a step: {error}", where=str(path), hint="nothing of this step was stored"
        )
    detail = f" ({error})" if code in (sqlite3.SQLITE_CORRUPT,) or (code or 0) > _PRIMARY else ""
    return DatabaseUnusable(what + detail, where=str(path), hint=hint)


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another process is in the way, for the moment."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & _PRIMARY in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
