"""The run lock."""

# ruff: noqa: D102 - the name of a test is its sentence

from __future__ import annotations

from datetime import timedelta

import pytest

from ats_core.domain.run import LONGEST_LEASE
from ats_core.errors import LeaseLost, LockHeld
from ats_core.ports import RunLock, Store
from ats_core.testing.clock import FakeClock
from ats_core.testing.store_suite.base import DatabaseUnderTest, StoreContract

__all__ = ["RunLockSuite"]

MINUTE = timedelta(minutes=1)


class RunLockSuite(StoreContract):
    """`RunLock`."""

    def test_a_lease_says_who_holds_what_from_when_until_when(self, lock: RunLock, clock: FakeClock) -> None:
        lease = lock.acquire("ingest", "host:1:a", MINUTE)
        assert (lease.name, lease.owner, lease.token) == ("ingest", "host:1:a", 1)
        assert (lease.acquired_at, lease.expires_at) == (clock.now(), clock.now() + MINUTE)

    def test_a_held_lock_is_refused_with_its_owner_and_since_when(
        self, lock: RunLock, clock: FakeClock, database: DatabaseUnderTest
    ) -> None:
        lease = lock.acquire("ingest", "host:1:a", MINUTE)
        clock.advance(MINUTE / 2)
        for owner in ("host:2:b", "host:1:a"):
            with pytest.raises(LockHeld) as refused:
                database.lock(clock).acquire("ingest", owner, MINUTE)
            assert (refused.value.name, refused.value.owner) == ("ingest", "host:1:a")
            assert (refused.value.since, refused.value.expires_at) == (lease.acquired_at, lease.expires_at)

    def test_locks_of_different_names_do_not_meet(self, lock: RunLock) -> None:
        lock.acquire("ingest", "one", MINUTE)
        assert lock.acquire("sheets", "two", MINUTE).token == 1

    def test_a_lapsed_lease_is_taken_over_with_a_greater_token(self, lock: RunLock, clock: FakeClock) -> None:
        old = lock.acquire("ingest", "dead", MINUTE)
        clock.advance(MINUTE)
        new = lock.acquire("ingest", "living", MINUTE)
        assert (new.owner, new.token, new.acquired_at) == ("living", old.token + 1, clock.now())
        with pytest.raises(LeaseLost, match="living"):
            lock.renew(old, MINUTE)
        lock.release(old)
        assert lock.live_owners() == {"living"}

    def test_a_token_never_goes_back(self, lock: RunLock) -> None:
        tokens = []
        for _ in range(3):
            lease = lock.acquire("ingest", "me", MINUTE)
            tokens.append(lease.token)
            lock.release(lease)
        assert tokens == [1, 2, 3]

    def test_a_renewed_lease_ends_later_and_keeps_its_token(self, lock: RunLock, clock: FakeClock) -> None:
        lease = lock.acquire("ingest", "me", MINUTE)
        clock.advance(MINUTE / 2)
        renewed = lock.renew(lease, MINUTE)
        assert (renewed.token, renewed.acquired_at) == (lease.token, lease.acquired_at)
        assert renewed.expires_at == clock.now() + MINUTE
        clock.advance(MINUTE * 0.9)
        with pytest.raises(LockHeld):
            lock.acquire("ingest", "another", MINUTE)

    def test_a_lapsed_lease_that_nobody_took_is_renewed(self, lock: RunLock, clock: FakeClock) -> None:
        lease = lock.acquire("ingest", "me", MINUTE)
        clock.advance(10 * MINUTE)
        assert lock.live_owners() == frozenset()
        assert lock.renew(lease, MINUTE).expires_at == clock.now() + MINUTE
        assert lock.live_owners() == {"me"}

    def test_renewing_never_shortens_a_lease_even_when_the_clock_goes_back(
        self, lock: RunLock, clock: FakeClock
    ) -> None:
        lease = lock.acquire("ingest", "me", MINUTE)
        clock.set(clock.now() - 5 * MINUTE)
        assert lock.renew(lease, MINUTE).expires_at == lease.expires_at

    def test_a_lease_that_a_wrong_clock_wrote_holds_nobody_up_for_years(self, lock: RunLock, clock: FakeClock) -> None:
        today = clock.now()
        clock.set(today + 2000 * LONGEST_LEASE)
        lock.acquire("ingest", "lost in time", MINUTE)
        clock.set(today)
        assert lock.live_owners() == frozenset()
        assert lock.acquire("ingest", "me", MINUTE).token == 2

    def test_a_released_lock_is_free_and_cannot_be_renewed(self, lock: RunLock) -> None:
        lease = lock.acquire("ingest", "me", MINUTE)
        lock.release(lease)
        lock.release(lease)
        assert lock.live_owners() == frozenset()
        with pytest.raises(LeaseLost):
            lock.renew(lease, MINUTE)
        assert lock.acquire("ingest", "another", MINUTE).owner == "another"

    def test_live_owners_are_those_whose_leases_have_not_lapsed(self, lock: RunLock, clock: FakeClock) -> None:
        lock.acquire("ingest", "short", MINUTE)
        lock.acquire("sheets", "long", 3 * MINUTE)
        assert lock.live_owners() == {"short", "long"}
        clock.advance(MINUTE)
        assert lock.live_owners() == {"long"}

    def test_live_owners_may_be_asked_inside_a_unit_of_work(self, store: Store, lock: RunLock) -> None:
        lock.acquire("ingest", "me", MINUTE)
        with store.write():
            assert lock.live_owners() == {"me"}
        with store.read():
            assert lock.live_owners() == {"me"}

    def test_a_fenced_store_still_lets_its_lock_be_taken_again(
        self, store: Store, lock: RunLock, clock: FakeClock
    ) -> None:
        old = lock.acquire("ingest", "me", MINUTE)
        store.fence([old])
        lock.release(old)
        assert lock.acquire("ingest", "me", MINUTE).token == old.token + 1
