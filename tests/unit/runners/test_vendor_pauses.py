"""Pauses of vendors, kept in a database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ats_adapters.sqlite import open_store
from ats_core.domain.board import UNTIL_RESUMED, ProviderName, ProviderPause
from ats_core.ports import PauseBook, Store
from ats_core.runners.pauses import StoredPauses
from ats_core.testing.clock import FakeClock
from ats_core.testing.memory_store import MemoryStore

ACME, BOLT = ProviderName("acme"), ProviderName("bolt")
NOW = FakeClock().now()


def pause(hours: float, reason: str = "429", provider: ProviderName = ACME) -> ProviderPause:
    return ProviderPause(provider=provider, paused_until=NOW + timedelta(hours=hours, microseconds=1), reason=reason)


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
        return
    with open_store(tmp_path / "atsp.db", create=True) as opened:
        yield opened


@pytest.fixture
def book(store: Store) -> PauseBook:
    return StoredPauses(store)


def test_a_pause_stands_until_its_end_and_for_its_vendor_only(book: PauseBook) -> None:
    kept = book.keep(pause(1))
    assert book.standing(ACME, NOW) == kept == pause(1)
    assert book.standing(BOLT, NOW) is None
    assert book.standing(ACME, kept.paused_until) is None


def test_a_longer_pause_stays_and_a_longer_one_takes_its_place(book: PauseBook) -> None:
    book.keep(pause(2, "two hours"))
    assert book.keep(pause(1, "one hour")).reason == "two hours"
    assert book.keep(pause(3, "three hours")).reason == "three hours"
    assert book.standing(ACME, NOW) == pause(3, "three hours")


def test_only_the_pause_that_is_meant_is_struck_out(book: PauseBook) -> None:
    book.keep(pause(1))
    by_hand = book.keep(pause(24, "by hand"))
    book.strike(pause(1))
    assert book.standing(ACME, NOW) == by_hand
    book.strike(by_hand)
    assert book.standing(ACME, NOW) is None
    book.strike(by_hand)


def test_what_one_keeps_the_next_one_finds(store: Store) -> None:
    StoredPauses(store).keep(pause(1))
    assert StoredPauses(store).standing(ACME, NOW) == pause(1)


def test_before_there_is_a_store_nothing_is_paused_and_nothing_can_be() -> None:
    book = StoredPauses()
    assert book.standing(ACME, NOW) is None
    with pytest.raises(RuntimeError, match="no store"):
        book.keep(pause(1))
    store = MemoryStore()
    book.keep_in(store)
    book.keep(pause(1))
    assert StoredPauses(store).standing(ACME, NOW) == pause(1)


def test_a_pause_says_who_until_when_and_why() -> None:
    assert str(pause(1)) == "acme is paused until 2026-07-01 05:00:00 UTC (429)"
    endless = ProviderPause(provider=ACME, paused_until=UNTIL_RESUMED, reason="by hand")
    assert str(endless) == "acme is paused until it is resumed (by hand)"
