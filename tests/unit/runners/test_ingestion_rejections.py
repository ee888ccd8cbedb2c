"""Records and fields that cannot be used: what is stored all the same, what the run says, when they are read again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import anyio
import pytest
from attrs import evolve
from tests.unit.catalogs import small_catalog
from tests.unit.runners.vendor_worlds import Post, World

from ats_core.domain.board import Source, SourceStatus
from ats_core.domain.company import Company, ListedCompany
from ats_core.domain.run import RunnerReport, RunStatus
from ats_core.provider.messages import Reply, Response
from ats_core.runners.ingestion import AtsIngestionRunner
from ats_core.scoring.scorer import Scorer
from ats_core.settings import IngestionSettings
from ats_core.testing.clock import FakeClock
from ats_core.testing.event_log import RecordingLog
from ats_core.testing.memory_store import MemoryStore


class Board:
    """One board of one company at a vendor, and runs one night after another."""

    def __init__(self, vendor: str, size: int) -> None:
        self.vendor = vendor
        self.world = SpoiltWorld()
        self.world.page_size = 100
        self.world.boards[vendor] = [Post(number=number) for number in range(1, size + 1)]
        self.clock = FakeClock()
        self.store = MemoryStore()
        now = self.clock.now()
        company = Company.first_met(ListedCompany.of("Acme", "acme.example"), now)
        source = Source(
            company_id=company.id,
            board=self.world.board(vendor),
            evidence_url="https://acme.example/",
            evidence_kind="link",
            confidence=0.9,
            status=SourceStatus.ACTIVE,
            discovered_at=now,
        )
        with self.store.write() as uow:
            uow.companies.save([company])
            uow.sources.save(source)

    def next_night(self) -> RunnerReport:
        self.clock.advance(timedelta(days=1))
        self.world.requests.clear()
        runner = AtsIngestionRunner(
            self.store,
            self.world,
            self.world.providers,
            Scorer(small_catalog()),
            self.clock,
            RecordingLog(),
            IngestionSettings(),
        )
        return anyio.run(runner.run_once)

    def open_ids(self) -> set[str]:
        with self.store.read() as uow:
            known = uow.offers.known(self.world.board(self.vendor).source_id)
        return {key for key, offer in known.items() if offer.is_open}

    def key(self, number: int) -> str:
        return self.world.key(self.vendor, Post(number=number))


class SpoiltWorld(World):
    """A world in which some fields of some postings are of another kind."""

    spoilt: dict[int, dict[str, object]] = {}  # noqa: RUF012 - set anew by each test

    def record(self, vendor: str, post: Post) -> dict[str, object]:
        return super().record(vendor, post) | self.spoilt.get(post.number, {})


@pytest.mark.parametrize("vendor", ["lever", "greenhouse", "wholesale"])
def test_one_malformed_posting_among_a_thousand_is_named_and_all_others_are_stored(vendor: str) -> None:
    board = Board(vendor, 1_000)
    name = "text" if vendor == "lever" else "title"
    board.world.spoilt = {345: {name: ["no", "text"]}}
    report = board.next_night()
    assert report.status is RunStatus.COMPLETED
    assert report.counters["offers_new"] == len(board.open_ids()) == 999
    assert report.counters["rejected"] == 1
    assert report.rejected == (f'{vendor}:acme: {board.key(345)}: {name}: is ["no","text"], not text',)
    assert board.key(345) not in board.open_ids()


@pytest.mark.parametrize(
    ("vendor", "fields", "path"),
    [
        ("lever", {"createdAt": "soon"}, "createdAt"),
        ("lever", {"salaryRange": {"min": "a lot", "currency": "EUR"}}, "salaryRange.min"),
        ("lever", {"categories": "Madrid"}, "categories"),
        ("lever", {"hostedUrl": "/acme/1"}, "hostedUrl"),
        ("lever", {"lists": [7]}, "lists[0]"),
        ("greenhouse", {"first_published": "yesterday"}, "first_published"),
        ("greenhouse", {"location": ["Lugo"]}, "location"),
        ("greenhouse", {"content": 7}, "content"),
        ("greenhouse", {"updated_at": "now"}, "updated_at"),
        ("greenhouse", {"pay_input_ranges": [{"min_cents": -5}]}, "pay_input_ranges[0].min_cents"),
    ],
)
def test_a_wrong_field_that_a_posting_can_be_without_costs_that_field_alone(
    vendor: str, fields: dict[str, Any], path: str
) -> None:
    board = Board(vendor, 3)
    board.world.spoilt = {2: fields}
    report = board.next_night()
    assert len(board.open_ids()) == 3
    assert (report.status, report.counters.get("rejected", 0)) == (RunStatus.COMPLETED, 0)
    assert report.counters["fields_lost"] == 1
    (said,) = report.rejected
    assert said.startswith(f"{vendor}:acme: {board.key(2)}: {path}: ")
    assert said.endswith(" (used without it)")


@pytest.mark.parametrize("vendor", ["lever", "greenhouse", "wholesale"])
def test_what_was_rejected_is_read_again_the_next_night_and_then_ever_more_rarely(vendor: str) -> None:
    board = Board(vendor, 2)
    board.world.boards[vendor][1] = Post(number=2, is_broken=True)
    nights = [board.next_night().counters.get("rejected", 0) for _ in range(1, 17)]
    assert nights == [1, 1, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1]


def test_a_posting_that_was_mended_behind_the_same_etag_is_stored_the_next_night() -> None:
    board = Board("greenhouse", 2)

    def without_a_title(vendor: str, number: int, answer: Reply) -> Reply:
        if not isinstance(answer, Response) or b"content" not in answer.body:
            return answer
        return evolve(answer, body=answer.body.replace(b'"title": "FX hedging lead 0"', b'"title": null'))

    board.world.instead = without_a_title
    assert board.next_night().counters["rejected"] == 1
    board.world.instead = World().instead
    assert board.next_night().counters["offers_new"] == 1
    assert board.open_ids() == {"1", "2"}
    assert board.next_night().counters["boards_unmodified"] == 1
