"""The in-memory fake keeps the same contract as the database it stands for."""

from __future__ import annotations

from collections import Counter

import pytest

from ats_core.ports import Clock, RunLock
from ats_core.testing.memory_store import MemoryDatabase, MemoryStore
from ats_core.testing.store_suite import DatabaseUnderTest, StoreSuite


class Memory:
    """A database in memory, and the stores that were opened over it."""

    def __init__(self) -> None:
        self._database = MemoryDatabase()
        self._stores: list[MemoryStore] = []

    def open(self) -> MemoryStore:
        store = MemoryStore(self._database)
        self._stores.append(store)
        return store

    def lock(self, clock: Clock) -> RunLock:
        return self.open().lock(clock)

    def changes(self) -> int:
        return sum(store.changes for store in self._stores)


class TestMemoryStore(StoreSuite):
    @pytest.fixture
    def database(self) -> DatabaseUnderTest:
        return Memory()


def test_no_test_of_the_suite_hides_another() -> None:
    names = Counter(name for part in StoreSuite.__bases__ for name in vars(part) if name.startswith("test_"))
    assert [name for name, times in names.items() if times > 1] == []
