"""What every part of the suite stands on: a database under test, stores over it, a clock."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import pytest

from ats_core.domain.board import Source
from ats_core.domain.company import Company
from ats_core.domain.offer import Offer
from ats_core.ports import Clock, RunLock, Store
from ats_core.testing.clock import FakeClock

__all__ = ["DatabaseUnderTest", "StoreContract", "fill"]


class DatabaseUnderTest(Protocol):
    """One database, empty at first, that can be opened as if by several processes."""

    def open(self) -> Store:
        """One more store over the database."""

    def lock(self, clock: Clock) -> RunLock:
        """The run lock of the database."""

    def changes(self) -> int:
        """How many rows were ever written, changed or deleted; any measure that stands still when nothing changes."""


class StoreContract:
    """The fixtures of the suite. An adapter's author overrides `database`."""

    @pytest.fixture
    def database(self, tmp_path: Path) -> DatabaseUnderTest:
        """The database under test."""
        raise NotImplementedError("override the fixture `database` with one that gives your database")

    @pytest.fixture
    def clock(self) -> FakeClock:
        """The wall clock."""
        return FakeClock()

    @pytest.fixture
    def store(self, database: DatabaseUnderTest) -> Store:
        """A store over the database."""
        return database.open()

    @pytest.fixture
    def lock(self, database: DatabaseUnderTest, clock: FakeClock) -> RunLock:
        """The run lock of the database."""
        return database.lock(clock)


def fill(
    store: Store,
    *,
    companies: Iterable[Company] = (),
    sources: Iterable[Source] = (),
    offers: Iterable[Offer] = (),
) -> None:
    """Store these, in one transaction."""
    with store.write() as work:
        work.companies.save(companies)
        for source in sources:
            work.sources.save(source)
        work.offers.save(offers)
