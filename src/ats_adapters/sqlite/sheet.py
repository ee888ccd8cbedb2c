"""What the sheet was last given: `sheet_rows`."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping
from datetime import datetime

from ats_adapters.sqlite.columns import clean, times
from ats_core.domain.identity import CompanyId

__all__ = ["SqliteSheet"]

_HASHES = "SELECT company_id, row_hash FROM sheet_rows ORDER BY company_id"
# A company that was merged into another while the sheet was written is no more.
_SAVE = """
    INSERT INTO sheet_rows (company_id, row_hash, synced_at)
    SELECT ?1, ?2, ?3 WHERE NOT EXISTS (SELECT 1 FROM company_aliases WHERE kind = 'id' AND value = ?1)
    ON CONFLICT (company_id) DO UPDATE SET row_hash = excluded.row_hash, synced_at = excluded.synced_at
    WHERE sheet_rows.row_hash <> excluded.row_hash
"""
_FORGET = "DELETE FROM sheet_rows WHERE company_id = ?"


class SqliteSheet:
    """A `SheetRepo`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def row_hashes(self) -> Mapping[CompanyId, str]:
        """The hash of what was last written to each company's row, by company id."""
        return {CompanyId(id_): row_hash for id_, row_hash in self._connection.execute(_HASHES)}

    def save_row_hashes(self, hashes: Mapping[CompanyId, str], now: datetime) -> None:
        """Insert or replace by company; a row whose hash is the same keeps its time."""
        at = times(now)
        self._connection.executemany(_SAVE, ((id_, clean(row_hash), at) for id_, row_hash in hashes.items()))

    def forget_rows(self, company_ids: Collection[CompanyId]) -> None:
        """These rows are no longer in the sheet."""
        self._connection.executemany(_FORGET, ((clean(id_),) for id_ in company_ids))
