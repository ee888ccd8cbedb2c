"""A large company is brought up to date in many small transactions, and ends as it would in one."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import anyio
import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.catalogs import small_catalog
from tests.unit.runners.kept_offers import a_company, an_offer

from ats_core.domain.board import Board, Source, SourceStatus
from ats_core.domain.checkpoint import PostingSizes
from ats_core.domain.offer import Posting
from ats_core.domain.run import RunnerName
from ats_core.errors import FailureKind, ProviderError
from ats_core.ports import AtsProvider
from ats_core.provider.messages import BoardView, PageExchange, Portion, Response
from ats_core.runners import company_totals
from ats_core.runners.company_totals import CompanyRefresh, refresh_company
from ats_core.runners.sweep import BoardSweep
from ats_core.runners.tally import Tally
from ats_core.scoring.reposts import fingerprint
from ats_core.scoring.scorer import Scorer
from ats_core.testing.clock import FakeClock
from ats_core.testing.memory_store import MemoryDatabase, MemoryStore
from ats_core.testing.vendor_http import FakeVendorHttp

SCORER = Scorer(small_catalog())
NOW = FakeClock().now()
ABOUT = "We move money across borders for small exporters."
TEXTS = ("Hedging", "You do treasury for case", "You cook for case")


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(company_totals, "LOOKED_AT", 3)
    monkeypatch.setattr(company_totals, "WORKED_ON", 2)


def a_store(*kinds: int, boards: int = 1) -> tuple[MemoryStore, list[Source]]:
    """A company with offers of these kinds, stored and not looked at, on its boards in turn."""
    store = MemoryStore()
    sources = [a_company(store, "acme", NOW)]
    for number in range(1, boards):
        board = evolve(sources[0].board, slug=f"acme-{number}")
        sources.append(evolve(sources[0], board=board))
        with store.write() as uow:
            uow.sources.save(sources[-1])
    with store.write() as uow:
        uow.offers.save(
            an_offer(
                sources[number % boards],
                f"{number:02}",
                f"Role {kind}\n{ABOUT}\n{TEXTS[kind % 3]} {kind}, told at some length.",
                NOW + timedelta(hours=number % 4),
            )
            for number, kind in enumerate(kinds)
        )
    return store, sources


def in_steps(store: MemoryStore, source: Source) -> int:
    """Bring the company up to date; how many transactions it took."""
    refresh = CompanyRefresh(source.company_id, scorer=SCORER, now=NOW)
    for steps in range(1, 1000):
        scored = refresh.scored
        with store.write() as uow:
            refresh.step(uow)
        assert refresh.scored - scored <= company_totals.WORKED_ON
        with store.read() as uow:
            assert uow.offers.are_metrics_outdated(source.company_id) is not refresh.is_whole
        if refresh.is_whole:
            return steps
    raise AssertionError("it never ends")


def at_once(store: MemoryStore, source: Source) -> MemoryStore:
    with store.write() as uow:
        refresh_company(uow, source.company_id, scorer=SCORER, now=NOW)
    return store


def contents(database: MemoryDatabase) -> object:
    tables = database.tables
    return tables.offers, tables.matches, tables.sketches, tables.metrics, tables.signals


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=12))
def test_step_by_step_it_ends_as_it_does_at_once_and_shows_until_then_that_it_is_not_done(kinds: list[int]) -> None:
    stepped, (source,) = a_store(*kinds)
    whole, _ = a_store(*kinds)

    steps = in_steps(stepped, source)

    assert steps > len(kinds) // 3
    assert contents(stepped.database) == contents(at_once(whole, source).database)


@pytest.mark.parametrize("after", range(0, 12, 2))
def test_a_board_that_is_rejected_between_two_steps_counts_for_nothing_at_the_end(after: int) -> None:
    stepped, sources = a_store(*range(8), boards=2)
    whole, _ = a_store(*range(8), boards=2)
    refresh = CompanyRefresh(sources[0].company_id, scorer=SCORER, now=NOW)
    rejected = evolve(sources[1], status=SourceStatus.REJECTED)

    for _ in range(after):
        with stepped.write() as uow:
            refresh.step(uow)
    assert not refresh.is_whole
    for store in (stepped, whole):
        with store.write() as uow:
            uow.sources.save(rejected)
    while not refresh.is_whole:
        with stepped.write() as uow:
            refresh.step(uow)

    assert contents(stepped.database) == contents(at_once(whole, sources[0]).database)


def test_with_a_missing_sketch_the_fingerprint_of_an_older_version_is_replaced() -> None:
    store, (source,) = a_store(0, 0, 1)
    with store.write() as uow:
        offers = uow.offers.get_many([offer.id for offer in uow.offers.of_company(source.company_id)])
        uow.offers.save(evolve(offer, fingerprint=f"older-{offer.id}") for offer in offers.values())

    in_steps(store, source)

    with store.read() as uow:
        renewed = uow.offers.get_many(list(offers)).values()
    assert [offer.fingerprint for offer in renewed] == [fingerprint(offer.posting) for offer in renewed]
    assert sum(offer.repost_count for offer in renewed) == 1


def test_what_a_page_measured_is_kept_with_its_first_portion_so_that_a_broken_off_sweep_loses_it_not() -> None:
    store, (source,) = a_store(0)
    sizes = PostingSizes(full_bytes=3665)

    class Breaking:
        name = source.board.provider

        def read_page(self, board: Board, view: BoardView) -> PageExchange:
            yield Portion((Posting(provider_offer_id="new", title="New", description_text="New"),), sizes)
            raise ProviderError(FailureKind.NETWORK, "gone", where=str(board))

    sweep = BoardSweep(
        store,
        FakeVendorHttp(lambda _: Response(url="", status=404)),
        cast("AtsProvider", Breaking()),
        SCORER,
        FakeClock(),
        Tally(RunnerName.INGESTION),
        company=anyio.Lock(),
    )
    with pytest.raises(ProviderError, match="gone"):
        anyio.run(sweep.run, source)

    with store.read() as uow:
        kept = uow.sources.get(source.id)
        assert kept is not None
        assert kept.checkpoint == evolve(source.checkpoint, sizes=sizes)
        assert set(uow.offers.known(source.id)) == {"00", "new"}
        assert not uow.offers.are_metrics_outdated(source.company_id)
