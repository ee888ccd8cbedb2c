"""How far lists were read, and whom their open readings have seen."""

# ruff: noqa: D102 - the name of a test is its sentence

from __future__ import annotations

import pytest
from attrs import evolve

from ats_core.domain.checkpoint import Validators
from ats_core.domain.directory import CompanySeen, DirectoryState, Named
from ats_core.errors import DatabaseUnusable
from ats_core.ports import Store
from ats_core.testing.store_suite.base import DatabaseUnderTest, StoreContract, fill
from ats_core.testing.store_suite.examples import a_company, at

__all__ = ["DirectoryRepoSuite"]

ACME = a_company("Acme", domain="acme.example")
BOLT = a_company("Bolt", domain="bolt.example")
NORTH = DirectoryState(
    name="north",
    definition="csv north.csv",
    reading_started_at=at(1),
    next_cursor="page 40",
    last_reading_started_at=at(-24),
    completed_at=at(-23.5),
    validators=Validators(etag='"abc"', last_modified="Tue, 30 Jun 2026 00:00:00 GMT"),
    content_hash="9f",
    last_error_at=at(2),
    last_error="north.example: timed out",
    consecutive_failures=2,
    retry_after=at(3),
)
MET = CompanySeen(met=True, listing_url=Named.BY_DOMAIN, careers_url=Named.BY_NAME)


class DirectoryRepoSuite(StoreContract):
    """`DirectoryRepo`."""

    def test_a_list_comes_back_as_it_was_saved_and_is_replaced(self, store: Store) -> None:
        bare = DirectoryState(name="north")
        for state in (NORTH, bare):
            with store.write() as work:
                work.directories.save(state)
            with store.read() as work:
                assert work.directories.get("north") == state
        with store.read() as work:
            assert work.directories.get("south") is None

    def test_lists_are_given_by_name(self, store: Store) -> None:
        south = DirectoryState(name="south")
        with store.write() as work:
            work.directories.save(south)
            work.directories.save(NORTH)
            assert work.directories.all() == (NORTH, south)
        with store.read() as work:
            assert work.reports.status(at()).directories == (NORTH, south)

    def test_what_an_open_reading_has_seen_is_kept_replaced_and_forgotten_by_list(self, store: Store) -> None:
        fill(store, companies=[ACME, BOLT])
        with store.write() as work:
            for name in ("north", "south"):
                work.directories.save(DirectoryState(name=name))
                work.directories.save_seen(name, {BOLT.id: CompanySeen(), ACME.id: MET})
            work.directories.save_seen("north", {BOLT.id: MET})
        with store.read() as work:
            seen = work.directories.seen("north")
        assert seen == {ACME.id: MET, BOLT.id: MET}
        assert list(seen) == sorted(seen)
        with store.write() as work:
            work.directories.forget_seen("north")
            assert work.directories.seen("north") == {}
            assert work.directories.seen("south") == {ACME.id: MET, BOLT.id: CompanySeen()}

    def test_only_a_list_that_is_there_can_have_seen_somebody(self, store: Store) -> None:
        fill(store, companies=[ACME])
        with pytest.raises(DatabaseUnusable), store.write() as work:
            work.directories.save_seen("north", {ACME.id: MET})

    def test_saving_a_stored_list_changes_nothing(self, store: Store, database: DatabaseUnderTest) -> None:
        def save() -> None:
            with store.write() as work:
                work.directories.save(NORTH)
                work.directories.save_seen("north", {ACME.id: MET})

        fill(store, companies=[ACME])
        save()
        before = database.changes()
        save()
        assert database.changes() == before
        with store.write() as work:
            work.directories.save(evolve(NORTH, next_cursor="page 41"))
        assert database.changes() == before + 1
