"""Transactions: whole or not at all, one at a time, fenced."""

# ruff: noqa: D102 - the name of a test is its sentence

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from ats_core.errors import DatabaseUnusable, LeaseLost
from ats_core.ports import RunLock, Store
from ats_core.testing.clock import FakeClock
from ats_core.testing.store_suite.base import DatabaseUnderTest, StoreContract, fill
from ats_core.testing.store_suite.examples import a_company, a_listing, a_source, an_offer

__all__ = ["TransactionSuite"]

ACME = a_company("Acme", domain="acme.example")
BOLT = a_company("Bolt", domain="bolt.example")
HOUR = timedelta(hours=1)


class TransactionSuite(StoreContract):
    """`Store`."""

    @pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, GeneratorExit])
    def test_any_exception_undoes_the_whole_block(self, store: Store, error: type[BaseException]) -> None:
        fill(store, companies=[ACME])
        with pytest.raises(error), store.write() as work:  # noqa: PT012 - the block is the subject
            work.companies.save([BOLT])
            work.companies.save_listings([a_listing(ACME)])
            raise error
        with store.read() as work:
            assert work.companies.get(BOLT.id) is None
            assert work.companies.get(ACME.id) == ACME
            assert work.companies.listings("north") == {}
        fill(store, companies=[BOLT])

    def test_a_block_sees_what_it_wrote_and_others_see_it_afterwards(
        self, store: Store, database: DatabaseUnderTest
    ) -> None:
        other = database.open()
        with store.write() as work:
            work.companies.save([ACME])
            assert work.companies.get(ACME.id) == ACME
            with other.read() as elsewhere:
                assert elsewhere.companies.get(ACME.id) is None
        with other.read() as elsewhere:
            assert elsewhere.companies.get(ACME.id) == ACME

    def test_a_view_stays_as_it_was_while_others_write(self, store: Store, database: DatabaseUnderTest) -> None:
        other = database.open()
        with store.read() as work:
            fill(other, companies=[ACME])
            assert work.companies.get(ACME.id) is None
            assert work.reports.companies() == ()
        with store.read() as work:
            assert work.companies.get(ACME.id) == ACME

    def test_writing_in_a_view_is_an_error_and_changes_nothing(self, store: Store) -> None:
        with pytest.raises(RuntimeError), store.read() as work:
            work.companies.save([ACME])
        with store.read() as work:
            assert work.companies.get(ACME.id) is None
        fill(store, companies=[ACME])

    def test_units_of_work_do_not_nest(self, store: Store) -> None:
        for outer, inner in ((store.write, store.write), (store.write, store.read), (store.read, store.write)):
            with outer() as work:
                with pytest.raises(RuntimeError), inner():
                    pass
                assert work.companies.get(ACME.id) is None
        fill(store, companies=[ACME])

    def test_rows_that_would_refer_to_nothing_are_refused_and_the_block_undone(self, store: Store) -> None:
        source = a_source(ACME)
        with pytest.raises(DatabaseUnusable), store.write() as work:  # noqa: PT012 - the block is the subject
            work.companies.save([BOLT])
            work.companies.save_listings([a_listing(ACME)])
        with pytest.raises(DatabaseUnusable):
            fill(store, sources=[source])
        with pytest.raises(DatabaseUnusable):
            fill(store, companies=[ACME], offers=[an_offer(source, "1")])
        with store.read() as work:
            assert work.reports.companies() == ()

    def test_two_companies_of_one_domain_are_refused(self, store: Store) -> None:
        fill(store, companies=[ACME])
        with pytest.raises(DatabaseUnusable):
            fill(store, companies=[evolve(BOLT, domain="acme.example")])

    def test_writing_needs_every_lease_that_fences(self, store: Store, lock: RunLock, clock: FakeClock) -> None:
        ingest, sheets = lock.acquire("ingest", "me", HOUR), lock.acquire("sheets", "me", HOUR)
        store.fence([ingest, sheets])
        fill(store, companies=[ACME])
        clock.advance(2 * HOUR)
        fill(store, companies=[BOLT])  # lapsed, but nobody took it
        lock.acquire("sheets", "another", HOUR)
        with pytest.raises(LeaseLost, match=r"sheets.*another"):
            fill(store, companies=[a_company("Crane")])
        with store.read() as work:
            assert work.companies.get(a_company("Crane").id) is None
            assert work.companies.get(BOLT.id) == BOLT

    def test_a_lease_given_back_fences_too(self, store: Store, lock: RunLock) -> None:
        lease = lock.acquire("ingest", "me", HOUR)
        store.fence([lease])
        lock.release(lease)
        with pytest.raises(LeaseLost):
            fill(store, companies=[ACME])

    def test_an_old_holder_stays_out_when_its_successor_has_gone(
        self, store: Store, lock: RunLock, clock: FakeClock
    ) -> None:
        old = lock.acquire("ingest", "me", HOUR)
        store.fence([old])
        clock.advance(2 * HOUR)
        lock.release(lock.acquire("ingest", "another", HOUR))
        again = lock.acquire("ingest", "me", HOUR)
        with pytest.raises(LeaseLost):
            fill(store, companies=[ACME])
        store.fence([again])
        fill(store, companies=[ACME])

    def test_a_fence_is_replaced_and_lifted(self, store: Store, lock: RunLock) -> None:
        lease = lock.acquire("ingest", "me", HOUR)
        store.fence([lease])
        lock.release(lease)
        store.fence([])
        fill(store, companies=[ACME])
        with store.read() as work:
            assert work.companies.get(ACME.id) == ACME
