"""Lists and their open readings in memory."""

from __future__ import annotations

from collections.abc import Mapping

from ats_core.domain.directory import CompanySeen, DirectoryState
from ats_core.domain.identity import CompanyId
from ats_core.testing.memory_tables import Transaction, storable

__all__ = ["MemoryDirectories"]


class MemoryDirectories:
    """A `DirectoryRepo`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, name: str) -> DirectoryState | None:
        """The list of this name."""
        return self._transaction.tables.directories.get(storable(name))

    def all(self) -> tuple[DirectoryState, ...]:
        """Every list that was ever read, by name."""
        return tuple(state for _, state in sorted(self._transaction.tables.directories.items(), key=lambda x: x[0]))

    def save(self, state: DirectoryState) -> None:
        """Insert or replace by name."""
        state = storable(state)
        self._transaction.put(self._transaction.changing().directories, state.name, state)

    def seen(self, name: str) -> Mapping[CompanyId, CompanySeen]:
        """What the list's open reading has seen so far, by company id."""
        seen = sorted(self._transaction.tables.directory_seen.items(), key=lambda item: item[0])
        return {company_id: one for (where, company_id), one in seen if where == storable(name)}

    def save_seen(self, name: str, seen: Mapping[CompanyId, CompanySeen]) -> None:
        """Insert or replace by list and company. The list must be there."""
        tables, name = self._transaction.changing(), storable(name)
        for company_id, one in seen.items():
            self._transaction.refer(tables.directories, name, "directory")
            self._transaction.refer(tables.companies, company_id, "company")
            self._transaction.put(tables.directory_seen, (name, company_id), one)

    def forget_seen(self, name: str) -> None:
        """The reading ended, or starts again."""
        tables = self._transaction.changing()
        for key in [key for key in tables.directory_seen if key[0] == storable(name)]:
            self._transaction.drop(tables.directory_seen, key)
