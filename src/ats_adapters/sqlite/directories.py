"""How far lists were read, and whom their open readings have met: `directories`, `directory_seen`."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from ats_adapters.sqlite.columns import clean, maybe_instant, text, times
from ats_core.domain.checkpoint import Validators
from ats_core.domain.directory import CompanySeen, DirectoryState, Named
from ats_core.domain.identity import CompanyId

__all__ = ["SqliteDirectories"]

_ALL = """
    SELECT name, definition, reading_started_at, next_cursor, last_reading_started_at, completed_at, etag,
        last_modified, content_hash, last_error_at, last_error, consecutive_failures, retry_after
    FROM directories
"""
_GET = _ALL + " WHERE name = ?"
_BY_NAME = _ALL + " ORDER BY name"
_SAVE = """
    INSERT INTO directories (
        name, definition, reading_started_at, next_cursor, last_reading_started_at, completed_at, etag,
        last_modified, content_hash, last_error_at, last_error, consecutive_failures, retry_after
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET
        definition = excluded.definition, reading_started_at = excluded.reading_started_at,
        next_cursor = excluded.next_cursor, last_reading_started_at = excluded.last_reading_started_at,
        completed_at = excluded.completed_at, etag = excluded.etag, last_modified = excluded.last_modified,
        content_hash = excluded.content_hash,
        last_error_at = excluded.last_error_at, last_error = excluded.last_error,
        consecutive_failures = excluded.consecutive_failures, retry_after = excluded.retry_after
    WHERE (
        directories.definition, directories.reading_started_at, directories.next_cursor,
        directories.last_reading_started_at, directories.completed_at, directories.etag,
        directories.last_modified, directories.content_hash, directories.last_error_at,
        directories.last_error, directories.consecutive_failures, directories.retry_after
    ) IS NOT (
        excluded.definition, excluded.reading_started_at, excluded.next_cursor,
        excluded.last_reading_started_at, excluded.completed_at, excluded.etag,
        excluded.last_modified, excluded.content_hash, excluded.last_error_at,
        excluded.last_error, excluded.consecutive_failures, excluded.retry_after
    )
"""
_SEEN = """
    SELECT company_id, met, listing_url, careers_url FROM directory_seen WHERE directory = ? ORDER BY company_id
"""
_SAVE_SEEN = """
    INSERT INTO directory_seen (directory, company_id, met, listing_url, careers_url) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (directory, company_id) DO UPDATE SET
        met = excluded.met, listing_url = excluded.listing_url, careers_url = excluded.careers_url
    WHERE (directory_seen.met, directory_seen.listing_url, directory_seen.careers_url)
        IS NOT (excluded.met, excluded.listing_url, excluded.careers_url)
"""
_FORGET_SEEN = "DELETE FROM directory_seen WHERE directory = ?"


def _state(row: Any) -> DirectoryState:
    name, definition, reading_started_at, next_cursor, last_reading_started_at, completed_at = row[:6]
    etag, last_modified, content_hash, last_error_at, last_error, failures, retry_after = row[6:]
    return DirectoryState(
        name=name,
        definition=definition,
        reading_started_at=maybe_instant(reading_started_at),
        next_cursor=next_cursor,
        last_reading_started_at=maybe_instant(last_reading_started_at),
        completed_at=maybe_instant(completed_at),
        validators=Validators(etag, last_modified),
        content_hash=content_hash,
        last_error_at=maybe_instant(last_error_at),
        last_error=last_error,
        consecutive_failures=failures,
        retry_after=maybe_instant(retry_after),
    )


class SqliteDirectories:
    """A `DirectoryRepo`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get(self, name: str) -> DirectoryState | None:
        """The list of this name."""
        row = self._connection.execute(_GET, (clean(name),)).fetchone()
        return _state(row) if row else None

    def all(self) -> tuple[DirectoryState, ...]:
        """Every list that was ever read, by name."""
        return tuple(map(_state, self._connection.execute(_BY_NAME)))

    def save(self, state: DirectoryState) -> None:
        """Insert or replace by name."""
        self._connection.execute(
            _SAVE,
            (
                clean(state.name),
                clean(state.definition),
                times(state.reading_started_at),
                text(state.next_cursor),
                times(state.last_reading_started_at),
                times(state.completed_at),
                text(state.validators.etag),
                text(state.validators.last_modified),
                text(state.content_hash),
                times(state.last_error_at),
                text(state.last_error),
                state.consecutive_failures,
                times(state.retry_after),
            ),
        )

    def seen(self, name: str) -> Mapping[CompanyId, CompanySeen]:
        """What the list's open reading has seen so far, by company id."""
        rows = self._connection.execute(_SEEN, (clean(name),))
        return {
            CompanyId(id_): CompanySeen(met=bool(met), listing_url=Named(listing), careers_url=Named(careers))
            for id_, met, listing, careers in rows
        }

    def save_seen(self, name: str, seen: Mapping[CompanyId, CompanySeen]) -> None:
        """Insert or replace by list and company. The list must be there."""
        self._connection.executemany(
            _SAVE_SEEN,
            (
                (clean(name), id_, int(one.met), one.listing_url.value, one.careers_url.value)
                for id_, one in seen.items()
            ),
        )

    def forget_seen(self, name: str) -> None:
        """The reading ended, or starts again."""
        self._connection.execute(_FORGET_SEEN, (clean(name),))
