"""What the ingestion runner makes of boards that grow, shrink, move, fail and come back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import anyio
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.catalogs import SMALL, small_catalog
from tests.unit.runners.small_vendor import SmallVendor

from ats_core.domain.board import Board, Discovery, DiscoveryOutcome, Source, SourceStatus
from ats_core.domain.company import Company, ListedCompany, Resolution
from ats_core.domain.identity import SourceId
from ats_core.domain.metrics import ScoredOffer
from ats_core.domain.run import RunnerReport, RunStatus
from ats_core.errors import FailureKind, LeaseLost, ProviderError
from ats_core.ports import UnitOfWork
from ats_core.provider.messages import BoardView, Exchange, OfferPage
from ats_core.runners.company_totals import refresh_company
from ats_core.runners.ingestion import AtsIngestionRunner
from ats_core.runners.sweep import implausibly_empty
from ats_core.scoring.scorer import Scorer
from ats_core.settings import IngestionSettings
from ats_core.testing.clock import FakeClock
from ats_core.testing.event_log import RecordingLog
from ats_core.testing.memory_store import MemoryStore


class Night:
    """A database with companies that have boards, a vendor, and runs one after another."""

    def __init__(self, *slugs: str, page_size: int = 100, concurrency: int = 1) -> None:
        self.clock = FakeClock()
        self.store = MemoryStore()
        self.vendor = SmallVendor(page_size=page_size)
        self.log = RecordingLog()
        self.scorer = Scorer(small_catalog())
        self.settings = IngestionSettings(concurrency=concurrency)
        for slug in slugs:
            self.vendor.boards[slug] = {}
            self.add(slug)

    def add(self, slug: str) -> Source:
        now = self.clock.now()
        company = Company.first_met(ListedCompany.of(slug, f"{slug}.example"), now)
        source = Source(
            company_id=company.id,
            board=self.vendor.board(slug),
            evidence_url=f"https://{slug}.example/",
            evidence_kind="link",
            confidence=0.9,
            status=SourceStatus.ACTIVE,
            discovered_at=now,
        )
        with self.store.write() as uow:
            uow.companies.save([company])
            uow.sources.save(source)
        return source

    def runner(self) -> AtsIngestionRunner:
        providers = {self.vendor.name: self.vendor}
        return AtsIngestionRunner(self.store, self.vendor, providers, self.scorer, self.clock, self.log, self.settings)

    def run(self) -> RunnerReport:
        return anyio.run(self.runner().run_once)

    def next_night(self) -> RunnerReport:
        self.clock.advance(timedelta(days=1))
        return self.run()

    def source(self, slug: str) -> Source:
        with self.store.read() as uow:
            found = uow.sources.get(self.vendor.board(slug).source_id)
        assert found is not None
        return found

    def open_texts(self, slug: str) -> dict[str, str]:
        """The open offers of a board as stored: the vendor's id -> text."""
        with self.store.read() as uow:
            known = uow.offers.known(self.source_id(slug))
            stored = uow.offers.get_many([k.id for k in known.values() if k.is_open])
        return {o.posting.provider_offer_id: o.posting.description_text for o in stored.values()}

    def offers(self, slug: str) -> tuple[ScoredOffer, ...]:
        """All offers of a board's company, as stored."""
        company_id = self.source(slug).company_id
        with self.store.read() as uow:
            return uow.offers.of_company(company_id)

    def source_id(self, slug: str) -> SourceId:
        return self.vendor.board(slug).source_id

    def first_seen(self, slug: str, key: str) -> datetime:
        with self.store.read() as uow:
            known = uow.offers.known(self.source_id(slug))
            return uow.offers.get_many([known[key].id])[known[key].id].first_seen_at


def rows(count: int) -> dict[str, str]:
    return {f"p{n}": f"Role {n}\nWe hedge currencies every day, case {n}" for n in range(count)}


def test_a_board_is_stored_scored_and_folded_into_its_company() -> None:
    night = Night("acme")
    night.vendor.boards["acme"] = {"a": "Treasury analyst\nWe do hedging", "b": "Cook\nWe cook"}
    report = night.run()
    assert report.status is RunStatus.COMPLETED
    assert report.counters["offers_new"] == report.counters["scored"] == 2
    with night.store.read() as uow:
        (summary,) = uow.reports.companies()
    assert summary.metrics is not None
    assert (summary.metrics.open_offers, summary.metrics.best_score > 0) == (2, True)
    assert summary.top_offer is not None
    assert summary.top_offer.title == "Treasury analyst"


def test_an_unchanged_board_writes_no_offer_and_scores_nothing() -> None:
    night = Night("acme")
    night.vendor.boards["acme"] = rows(5)
    night.run()
    before = night.offers("acme")
    report = night.next_night()
    assert night.offers("acme") == before
    assert (report.counters["offers_unchanged"], report.counters["scored"]) == (5, 0)


def test_a_board_that_is_not_due_is_not_asked() -> None:
    night = Night("acme")
    night.run()
    asked = len(night.vendor.requests)
    night.clock.advance(timedelta(hours=19))
    assert night.run().counters["sources_due"] == 0
    assert len(night.vendor.requests) == asked


def test_a_changed_posting_keeps_its_first_sight_and_is_scored_again() -> None:
    night = Night("acme")
    night.vendor.boards["acme"] = rows(3)
    night.run()
    seen = night.first_seen("acme", "p1")
    night.vendor.boards["acme"]["p1"] = "Role 1\nNow about cooking"
    report = night.next_night()
    assert (report.counters["offers_changed"], report.counters["scored"]) == (1, 1)
    assert night.open_texts("acme")["p1"] == "Role 1\nNow about cooking"
    assert night.first_seen("acme", "p1") == seen


def test_a_posting_that_went_away_is_closed_and_reopened_when_it_returns() -> None:
    night = Night("acme")
    night.vendor.boards["acme"] = rows(3)
    night.run()
    seen = night.first_seen("acme", "p2")
    text = night.vendor.boards["acme"].pop("p2")
    assert night.next_night().counters["offers_closed"] == 1
    assert set(night.open_texts("acme")) == {"p0", "p1"}
    night.vendor.boards["acme"]["p2"] = text
    assert night.next_night().counters["offers_reopened"] == 1
    assert night.first_seen("acme", "p2") == seen


@pytest.mark.parametrize(
    ("before", "after", "doubted"), [(2, 0, False), (3, 0, True), (19, 1, False), (20, 9, True), (20, 10, False)]
)
def test_which_shrinking_is_implausible(before: int, after: int, doubted: bool) -> None:
    assert implausibly_empty(before, after) is doubted


def test_an_implausibly_empty_board_closes_nothing_until_a_second_sweep_agrees() -> None:
    night = Night("acme")
    night.vendor.boards["acme"] = rows(8)
    night.run()
    night.vendor.boards["acme"] = {}
    first = night.next_night()
    assert (first.counters["boards_doubtful"], first.counters["offers_closed"]) == (1, 0)
    assert len(night.open_texts("acme")) == 8
    night.settings = IngestionSettings(interval=timedelta(0))
    night.clock.advance(timedelta(hours=1))
    assert night.run().counters["offers_closed"] == 0  # an hour later is no second witness
    second = night.next_night()
    assert second.counters["offers_closed"] == 8
    assert night.open_texts("acme") == {}


def test_a_board_that_was_empty_for_one_night_loses_nothing() -> None:
    night = Night("acme")
    night.vendor.boards["acme"] = rows(8)
    night.run()
    night.vendor.boards["acme"] = {}
    night.next_night()
    night.vendor.boards["acme"] = rows(8)
    report = night.next_night()
    assert (report.counters["offers_reopened"], report.counters["offers_closed"]) == (0, 0)
    assert night.source("acme").checkpoint.doubtful_since is None


def test_a_failed_page_keeps_the_cursor_and_the_next_run_goes_on_there() -> None:
    night = Night("acme", page_size=4)
    night.vendor.boards["acme"] = rows(10)
    trouble = ProviderError(FailureKind.SERVER_ERROR, "the answer was 500", where="small:acme")

    def fail_on_third(slug: str) -> None:
        if len(night.vendor.requests) == 3:
            night.vendor.trouble[slug] = trouble

    night.vendor.before_page = fail_on_third
    report = night.run()
    assert report.status is RunStatus.PARTIAL
    assert report.counters["failed_server_error"] == 1
    checkpoint = night.source("acme").checkpoint
    assert (checkpoint.next_cursor, checkpoint.consecutive_failures) == ("8:p7", 1)
    assert len(night.open_texts("acme")) == 8

    night.vendor.trouble.clear()
    night.vendor.requests.clear()
    assert night.run().status is RunStatus.COMPLETED
    assert night.vendor.requests == ["https://small.example/acme?from=8&after=p7"]
    assert night.open_texts("acme") == rows(10)
    assert night.source("acme").checkpoint.last_error is None


def test_a_board_that_moves_between_pages_is_read_again_and_loses_nothing() -> None:
    night = Night("acme", page_size=4)
    night.vendor.boards["acme"] = rows(10)

    def remove_the_first(slug: str) -> None:
        if len(night.vendor.requests) == 2:
            del night.vendor.boards[slug]["p0"]

    night.vendor.before_page = remove_the_first
    report = night.run()
    assert report.counters["sweeps_restarted"] == 1
    assert set(night.open_texts("acme")) == {f"p{n}" for n in range(1, 10)}


def test_a_board_that_never_stands_still_is_left_for_the_next_run_and_closes_nothing() -> None:
    night = Night("acme", page_size=4)
    night.vendor.boards["acme"] = rows(10)

    def always_remove(slug: str) -> None:
        board = night.vendor.boards[slug]
        del board[next(iter(board))]
        board[f"n{len(night.vendor.requests)}"] = "New\nnew"

    night.vendor.before_page = always_remove
    report = night.run()
    assert report.counters["failed_board_moved"] == 1
    assert report.counters["offers_closed"] == 0
    night.vendor.before_page = lambda slug: None
    assert night.run().status is RunStatus.COMPLETED
    assert night.open_texts("acme") == night.vendor.boards["acme"]


def test_one_board_in_trouble_does_not_keep_the_others() -> None:
    night = Night("acme", "bolt", "coil")
    for slug in night.vendor.boards:
        night.vendor.boards[slug] = rows(2)
    del night.vendor.boards["bolt"]
    report = night.run()
    assert (report.status, report.counters["boards"]) == (RunStatus.PARTIAL, 2)
    (failure,) = report.failures
    assert (failure.kind, failure.where) == ("not_found", "small:bolt")


def test_a_vendor_that_asks_to_wait_is_paused_in_the_database_and_left_out_until_then() -> None:
    night = Night("acme", "bolt", "coil")
    until = night.clock.now() + timedelta(hours=30)
    for slug in night.vendor.boards:
        night.vendor.trouble[slug] = ProviderError(
            FailureKind.RATE_LIMITED, "the answer was 429", where=slug, retry_after=until
        )
    night.run()
    assert len(night.vendor.requests) == 1
    with night.store.read() as uow:
        (pause,) = uow.sources.pauses()
    assert pause.paused_until == until
    night.vendor.trouble.clear()
    report = night.next_night()
    assert len(night.vendor.requests) == 1
    assert report.status is RunStatus.PARTIAL
    assert "paused until" in report.failures[0].detail
    assert night.next_night().counters["boards"] == 3


def test_a_vendor_that_cannot_be_reached_is_left_alone_for_the_run_but_not_for_the_next() -> None:
    night = Night(*(f"board{n}" for n in range(9)))
    for slug in night.vendor.boards:
        night.vendor.trouble[slug] = ProviderError(FailureKind.NETWORK, "no route", where=slug)
    report = night.run()
    assert report.counters["failed_network"] == 5
    assert report.counters["sources_left_out"] == 4
    night.vendor.trouble.clear()
    assert night.run().counters["boards"] == 9


def test_a_board_on_which_the_adapter_or_the_program_fails_loses_no_other() -> None:
    night = Night("acme", "bolt", "crane")
    for slug in night.vendor.boards:
        night.vendor.boards[slug] = rows(2)
    read_page = night.vendor.read_page

    def read_page_wrongly(board: Board, view: BoardView) -> Exchange[OfferPage]:
        page = yield from read_page(board, view)
        return None if board.slug == "bolt" else page  # type: ignore[return-value]

    night.vendor.read_page = read_page_wrongly  # type: ignore[method-assign]
    report = night.run()
    assert report.status is RunStatus.PARTIAL
    assert report.counters["boards"] == 2
    assert [(f.kind, f.where) for f in report.failures] == [("adapter", "small:bolt")]
    assert "it read a NoneType, not an OfferPage" in (night.source("bolt").checkpoint.last_error or "")
    assert night.open_texts("bolt") == {}


def test_a_source_without_an_adapter_is_said_and_kept() -> None:
    night = Night("acme")
    night.vendor.boards["acme"] = rows(1)
    runner = AtsIngestionRunner(night.store, night.vendor, {}, night.scorer, night.clock, night.log, night.settings)
    report = anyio.run(runner.run_once)
    assert report.counters["sources_without_adapter"] == 1
    assert report.failures[0].kind == "no_adapter"


def test_a_company_that_was_decided_on_is_not_read_until_the_decision_is_taken_back() -> None:
    night = Night("acme")
    night.vendor.boards["acme"] = rows(1)
    company_id = night.source("acme").company_id
    for resolution, swept in ((Resolution.REJECTED, 0), (Resolution.PENDING, 1)):
        with night.store.write() as uow:
            company = uow.companies.get(company_id)
            assert company is not None
            uow.companies.save([company.resolved(resolution, night.clock.now())])
        assert night.next_night().counters["boards"] == swept


def test_another_catalog_scores_everything_again_without_a_request() -> None:
    night = Night("acme")
    night.vendor.boards["acme"] = rows(3)
    night.run()
    asked = len(night.vendor.requests)
    night.scorer = Scorer(small_catalog(SMALL.replace('version = "1"', 'version = "2"')))
    report = night.run()
    assert report.counters["rescored"] == 3
    assert len(night.vendor.requests) == asked
    assert night.run().counters.get("rescored", 0) == 0


def test_metrics_are_as_of_today_though_no_offer_changed() -> None:
    night = Night("acme")
    night.vendor.boards["acme"] = rows(2)
    night.run()
    night.clock.advance(timedelta(days=40))
    night.run()
    with night.store.read() as uow:
        (summary,) = uow.reports.companies()
    assert summary.metrics is not None
    assert summary.metrics.as_of == night.clock.now().date()
    assert (summary.metrics.new_30d, summary.metrics.new_90d) == (0, 2)


def test_a_lost_lock_ends_the_run_and_is_no_failure_of_a_board() -> None:
    night = Night("acme")
    night.vendor.boards["acme"] = rows(1)
    lease = night.store.lock(night.clock).acquire("ingest", "us", timedelta(seconds=1))
    night.store.fence([lease])

    def be_taken_for_dead(slug: str) -> None:
        night.clock.advance(timedelta(minutes=1))
        night.store.lock(night.clock).acquire("ingest", "them", timedelta(seconds=60))

    night.vendor.before_page = be_taken_for_dead
    with pytest.raises(BaseExceptionGroup) as raised:
        night.run()
    assert raised.group_contains(LeaseLost)
    assert len(night.vendor.requests) == 1
    assert night.log.named("board_not_read") == []
    assert night.open_texts("acme") == {}


KEYS = st.sampled_from([f"p{n}" for n in range(12)])
BOARD = st.dictionaries(KEYS, st.sampled_from(["Cook\nWe cook", "Trader\nWe do hedging", "Clerk\nWe file"]))


@settings(max_examples=60, deadline=None)
@given(
    boards=st.lists(BOARD, min_size=1, max_size=5),
    page_size=st.integers(min_value=1, max_value=5),
    faults=st.sets(st.integers(min_value=1, max_value=40), max_size=8),
)
def test_once_the_world_is_quiet_the_database_equals_the_board(
    boards: list[dict[str, str]], page_size: int, faults: set[int]
) -> None:
    night = Night("acme", page_size=page_size)
    trouble = ProviderError(FailureKind.SERVER_ERROR, "the answer was 500", where="small:acme")

    def sometimes_fail(slug: str) -> None:
        night.vendor.trouble = {slug: trouble} if len(night.vendor.requests) in faults else {}

    night.vendor.before_page = sometimes_fail
    for board in boards:
        night.vendor.boards["acme"] = dict(board)
        night.next_night()
    night.vendor.before_page = lambda slug: None
    night.vendor.trouble = {}
    night.next_night()
    night.next_night()  # a second sweep, where the first was implausibly empty
    assert night.open_texts("acme") == boards[-1]
    offers = night.offers("acme")
    assert len({o.id for o in offers}) == len(offers)
    assert all(o.scored is not None for o in offers)


def test_a_sources_own_pause_survives_a_sweep_under_way() -> None:
    night = Night("acme", page_size=1)
    night.vendor.boards["acme"] = rows(2)
    until = night.clock.now() + timedelta(days=400)

    def pause_meanwhile(slug: str) -> None:
        if len(night.vendor.requests) == 2:
            source = night.source(slug)
            with night.store.write() as uow:
                uow.sources.save(evolve(source, checkpoint=evolve(source.checkpoint, is_paused_until=until)))

    night.vendor.before_page = pause_meanwhile
    night.run()
    assert night.source("acme").checkpoint.is_paused_until == until
    assert night.next_night().counters["sources_due"] == 0


def test_a_board_that_its_vendor_does_not_know_is_asked_for_ever_more_rarely() -> None:
    night = Night("acme")
    night.settings = IngestionSettings(interval=timedelta(0))
    del night.vendor.boards["acme"]
    for hours in (1, 2, 4, 8, 12, 12):
        assert night.run().counters["failed_not_found"] == 1
        night.clock.advance(timedelta(hours=hours, minutes=-1))
        assert night.run().counters["sources_due"] == 0
        night.clock.advance(timedelta(minutes=1))


def test_a_board_unknown_for_two_days_is_gone_its_offers_are_closed_and_its_company_is_looked_at_again() -> None:
    night = Night("acme")
    night.vendor.boards["acme"] = rows(4)
    night.run()
    company_id = night.source("acme").company_id
    with night.store.write() as uow:
        uow.companies.save_discovery(
            Discovery(
                company_id=company_id,
                outcome=DiscoveryOutcome.FOUND,
                checked_at=night.clock.now(),
                next_check_at=None,
                attempts=0,
                detail="",
            )
        )
    del night.vendor.boards["acme"]
    assert [night.next_night().counters.get("boards_gone", 0) for _ in range(3)] == [0, 0, 1]
    assert night.source("acme").status is SourceStatus.GONE
    assert night.open_texts("acme") == {}
    with night.store.read() as uow:
        (summary,) = uow.reports.companies()
        due = uow.companies.due_for_discovery(night.clock.now(), after=None, limit=9)
    assert summary.metrics is not None
    assert (summary.metrics.open_offers, summary.metrics.best_score) == (0, 0.0)
    assert [company.id for company in due] == [company_id]
    assert night.next_night().status is RunStatus.COMPLETED


def test_a_board_that_was_missing_once_and_then_could_not_be_reached_is_not_gone() -> None:
    night = Night("acme")
    night.vendor.boards["acme"] = rows(4)
    night.run()
    board = night.vendor.boards.pop("acme")
    night.next_night()
    night.vendor.boards["acme"] = board
    night.vendor.trouble["acme"] = ProviderError(FailureKind.NETWORK, "no route", where="small:acme")
    for _ in range(4):
        night.next_night()
    assert night.source("acme").status is SourceStatus.ACTIVE
    assert len(night.open_texts("acme")) == 4


def test_a_board_that_was_gone_in_the_middle_of_a_sweep_is_read_from_its_beginning_should_it_come_back() -> None:
    night = Night("acme", page_size=4)
    night.vendor.boards["acme"] = rows(10)

    def vanish_on_third(slug: str) -> None:
        if len(night.vendor.requests) == 3:
            night.vendor.boards.pop(slug)

    night.vendor.before_page = vanish_on_third
    night.run()
    for _ in range(3):
        night.next_night()
    gone = night.source("acme")
    assert (gone.status, gone.checkpoint.next_cursor, night.open_texts("acme")) == (SourceStatus.GONE, None, {})
    night.vendor.boards["acme"] = rows(10)
    with night.store.write() as uow:
        uow.sources.save(evolve(gone, status=SourceStatus.ACTIVE))
    assert night.next_night().counters["offers_reopened"] == 8
    assert night.open_texts("acme") == rows(10)


def test_a_board_that_answers_between_two_refusals_is_not_gone() -> None:
    night = Night("acme")
    night.vendor.boards["acme"] = rows(4)
    night.run()
    for _ in range(4):
        board = night.vendor.boards.pop("acme")
        night.next_night()
        night.vendor.boards["acme"] = board
        night.next_night()
    assert night.source("acme").status is SourceStatus.ACTIVE
    assert len(night.open_texts("acme")) == 4


def test_offers_of_a_rejected_board_count_for_nothing() -> None:
    night = Night("acme")
    night.vendor.boards["acme"] = {"a": "Treasury analyst\nWe do hedging"}
    night.run()
    with night.store.write() as uow:
        uow.sources.save(evolve(night_source(uow, night), status=SourceStatus.REJECTED))
        refresh_company(uow, night_source(uow, night).company_id, scorer=night.scorer, now=night.clock.now())
    with night.store.read() as uow:
        (summary,) = uow.reports.companies()
    assert summary.metrics is not None
    assert (summary.metrics.open_offers, summary.metrics.best_score) == (0, 0.0)


def night_source(uow: UnitOfWork, night: Night) -> Source:
    found = uow.sources.get(night.source_id("acme"))
    assert found is not None
    return found


def test_a_page_is_read_on_the_day_on_which_its_sweep_began_with_what_the_last_one_left() -> None:
    night = Night("acme")
    night.vendor.boards["acme"] = rows(3)
    views: list[BoardView] = []
    read_page = night.vendor.read_page

    def read_page_watched(board: Board, view: BoardView) -> Exchange[OfferPage]:
        views.append(view)
        return (yield from read_page(board, view))

    night.vendor.read_page = read_page_watched  # type: ignore[method-assign]
    begun = night.clock.now()
    night.run()
    night.next_night()
    today = (begun - datetime(1970, 1, 1, tzinfo=UTC)).days
    assert sorted({view.day for view in views if view.day is not None}) == [today, today + 1]
    assert views[-1].last_validators == night.source("acme").checkpoint.validators
