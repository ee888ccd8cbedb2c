"""Sources, sightings and pauses."""

# ruff: noqa: D102 - the name of a test is its sentence

from __future__ import annotations

from attrs import evolve

from ats_core.domain.board import Board, ProviderName, ProviderPause, SourceStatus
from ats_core.domain.checkpoint import Checkpoint, PostingSizes, Validators
from ats_core.domain.company import Resolution
from ats_core.ports import Store
from ats_core.testing.store_suite.base import DatabaseUnderTest, StoreContract, fill
from ats_core.testing.store_suite.examples import a_company, a_source, at

__all__ = ["SourceRepoSuite"]

ACME = a_company("Acme", domain="acme.example")
READ_HALF = Checkpoint(
    last_ingested_at=at(1),
    last_sweep_started_at=at(0.5),
    sweep_started_at=at(2),
    next_cursor="skip=100",
    watermark=at(-3),
    validators=Validators('W/"abc"', "Wed, 01 Jul 2026 04:00:00 GMT"),
    sizes=PostingSizes(listed_bytes=900, full_bytes=7_400),
    content_hash="0123",
    doubtful_since=at(1.5),
    missing_since=at(1.75),
    rejected_since=at(-48),
    rejected_at=at(-24),
    last_error_at=at(2.5),
    last_error="network: connection refused",
    consecutive_failures=3,
    retry_after=at(3),
    is_paused_until=at(48),
)


class SourceRepoSuite(StoreContract):
    """`SourceRepo`."""

    def test_a_source_comes_back_with_every_field_of_its_checkpoint(self, store: Store) -> None:
        fresh, half = a_source(ACME, "fresh"), a_source(ACME, "half", checkpoint=READ_HALF)
        fill(store, companies=[ACME], sources=[fresh, half])
        with store.read() as work:
            assert work.sources.get(fresh.id) == fresh
            assert work.sources.get(half.id) == half
            assert work.sources.get(a_source(ACME, "unknown").id) is None

    def test_a_source_is_replaced_by_id(self, store: Store) -> None:
        bolt = a_company("Bolt", domain="bolt.example")
        first = a_source(ACME, checkpoint=READ_HALF)
        second = evolve(first, company_id=bolt.id, status=SourceStatus.GONE, confidence=0.25, checkpoint=Checkpoint())
        fill(store, companies=[ACME, bolt], sources=[first])
        fill(store, sources=[second])
        with store.read() as work:
            assert work.sources.all() == (second,)

    def test_the_same_slug_at_two_vendors_and_in_two_regions_is_three_sources(self, store: Store) -> None:
        boards = [
            Board(ProviderName("lever"), "eu", "acme"),
            Board(ProviderName("lever"), "", "acme"),
            Board(ProviderName("greenhouse"), "", "acme"),
        ]
        sources = [a_source(ACME, board=board) for board in boards]
        fill(store, companies=[ACME], sources=sources)
        with store.read() as work:
            assert work.sources.of_company(ACME.id) == tuple(sorted(sources, key=lambda s: s.id))

    def test_sources_are_given_by_id_whatever_their_status(self, store: Store) -> None:
        sources = [a_source(ACME, f"board-{status}", status=status) for status in SourceStatus]
        fill(store, companies=[ACME], sources=sources)
        in_order = tuple(sorted(sources, key=lambda s: s.id))
        with store.read() as work:
            assert work.sources.all() == in_order
            assert work.sources.of_company(ACME.id) == in_order
            assert work.sources.of_company(a_company("Nobody").id) == ()

    def test_only_active_sources_of_companies_still_worked_on_are_ingested(self, store: Store) -> None:
        companies = [a_company(f"Company {r}", resolution=r, resolution_at=at()) for r in Resolution]
        sources = [a_source(c, f"board-{c.resolution.lower()}") for c in companies]
        idle = [a_source(companies[0], f"idle-{s}", status=s) for s in SourceStatus if s is not SourceStatus.ACTIVE]
        fill(store, companies=companies, sources=[*sources, *idle])
        wanted = [s for s, c in zip(sources, companies, strict=True) if not c.resolution.ends_work]
        with store.read() as work:
            assert work.sources.to_ingest() == tuple(sorted(wanted, key=lambda s: s.id))

    def test_sightings_count_once_and_are_forgotten_by_source(self, store: Store) -> None:
        one, two = a_source(ACME, "one"), a_source(ACME, "two")
        fill(store, companies=[ACME], sources=[one, two])
        with store.write() as work:
            work.sources.add_sightings(one.id, ["a", "b", "a"])
            work.sources.add_sightings(one.id, ["b", "c"])
            work.sources.add_sightings(two.id, ["a"])
        with store.read() as work:
            assert work.sources.sightings(one.id) == {"a", "b", "c"}
        with store.write() as work:
            work.sources.forget_sightings(one.id)
            assert work.sources.sightings(one.id) == frozenset()
            assert work.sources.sightings(two.id) == {"a"}

    def test_pauses_are_kept_by_provider_past_ones_too(self, store: Store) -> None:
        past = ProviderPause(provider=ProviderName("lever"), paused_until=at(-5), reason="429")
        coming = ProviderPause(provider=ProviderName("greenhouse"), paused_until=at(5), reason="503")
        longer = evolve(coming, paused_until=at(6), reason="503 again")
        with store.write() as work:
            work.sources.save_pause(past)
            work.sources.save_pause(coming)
            work.sources.save_pause(longer)
        with store.read() as work:
            assert work.sources.pauses() == (longer, past)
        with store.write() as work:
            work.sources.forget_pause("greenhouse")
            work.sources.forget_pause("never paused")
            assert work.sources.pauses() == (past,)

    def test_saving_a_stored_source_or_pause_changes_nothing(self, store: Store, database: DatabaseUnderTest) -> None:
        def save() -> None:
            with store.write() as work:
                work.companies.save([ACME])
                work.sources.save(a_source(ACME, checkpoint=READ_HALF))
                work.sources.add_sightings(a_source(ACME).id, ["a", "b"])
                work.sources.save_pause(ProviderPause(provider=ProviderName("x"), paused_until=at(), reason="429"))

        save()
        before = database.changes()
        save()
        assert database.changes() == before
