"""The SQLite adapter keeps the contract of a store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from ats_adapters.sqlite import SqliteStore, open_store
from ats_core.ports import Clock, RunLock
from ats_core.testing.store_suite import DatabaseUnderTest, StoreSuite


class SqliteFile:
    """A database file, and the stores that were opened over it."""

    def __init__(self, path: Path, closing: ExitStack) -> None:
        self._path = path
        self._closing = closing
        self._stores: list[SqliteStore] = []

    def open(self) -> SqliteStore:
        store = self._closing.enter_context(open_store(self._path, create=True))
        self._stores.append(store)
        return store

    def lock(self, clock: Clock) -> RunLock:
        return self.open().lock(clock)

    def changes(self) -> int:
        return sum(store.changes for store in self._stores)


class TestSqliteStore(StoreSuite):
    @pytest.fixture
    def database(self, tmp_path: Path) -> Iterator[DatabaseUnderTest]:
        with ExitStack() as closing:
            yield SqliteFile(tmp_path / "atsp.db", closing)
