"""A run that is cancelled wherever it waits: what was read stands, the checkpoint is true, and the next run goes on."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import anyio
import anyio.lowlevel
from tests.unit.catalogs import small_catalog
from tests.unit.runners.vendor_worlds import World

from ats_core.domain.board import Source, SourceStatus
from ats_core.domain.company import Company, ListedCompany
from ats_core.domain.run import Loop, RunnerName, RunStatus
from ats_core.pipeline import Pipeline
from ats_core.ports import Clock
from ats_core.runners.ingestion import AtsIngestionRunner
from ats_core.scoring.scorer import Scorer
from ats_core.settings import IngestionSettings, PipelineSettings
from ats_core.testing.clock import FakeClock
from ats_core.testing.event_log import RecordingLog
from ats_core.testing.memory_store import MemoryStore

SIZES = {"lever": 8, "greenhouse": 3, "wholesale": 2}


class Quiet(FakeClock):
    """A clock by which nothing that sleeps wakes up: the heartbeat does not add to what happens."""

    async def sleep(self, seconds: float) -> None:
        await anyio.sleep_forever()


class Installation:
    """Three boards of one company, and the pipeline over them."""

    def __init__(self) -> None:
        self.world = World()
        self.clock: Clock = Quiet()
        self.store = MemoryStore()
        company = Company.first_met(ListedCompany.of("Acme", "acme.example"), self.clock.now())
        with self.store.write() as uow:
            uow.companies.save([company])
            for vendor, size in SIZES.items():
                for number in range(size):
                    self.world.change(vendor, "add", number, number + 1)
                uow.sources.save(
                    Source(
                        company_id=company.id,
                        board=self.world.board(vendor),
                        evidence_url="https://acme.example/",
                        evidence_kind="link",
                        confidence=0.9,
                        status=SourceStatus.ACTIVE,
                        discovered_at=self.clock.now(),
                    )
                )

    async def run(self) -> None:
        runner = AtsIngestionRunner(
            self.store,
            self.world,
            self.world.providers,
            Scorer(small_catalog()),
            self.clock,
            RecordingLog(),
            IngestionSettings(concurrency=1),
        )
        pipeline = Pipeline(
            store=self.store,
            lock=self.store.lock(self.clock),
            runners=[runner],
            clock=self.clock,
            log=RecordingLog(),
            settings=PipelineSettings(lease=timedelta(seconds=60)),
            owner="test",
        )
        await pipeline.run(Loop.INGEST, only=[RunnerName.INGESTION])

    async def run_cancelled_after(self, turns: int) -> bool:
        """Run, and cancel when the event loop has gone round so many times; whether the run was over before."""
        with anyio.CancelScope() as scope:
            async with anyio.create_task_group() as tasks:

                async def cancel() -> None:
                    for _ in range(turns):
                        await anyio.lowlevel.checkpoint()
                    scope.cancel()

                tasks.start_soon(cancel)
                await self.run()
                tasks.cancel_scope.cancel()
            return True
        return False

    def stored(self, vendor: str) -> set[str]:
        """The ids of the open offers of a board."""
        with self.store.read() as uow:
            known = uow.offers.known(self.world.board(vendor).source_id)
        return {key for key, offer in known.items() if offer.is_open}

    def shown(self, vendor: str) -> set[str]:
        return {self.world.key(vendor, post) for post in self.world.boards[vendor]}

    def sources(self) -> dict[str, Source]:
        with self.store.read() as uow:
            return {source.board.provider: source for source in uow.sources.all()}

    def sightings(self, vendor: str) -> frozenset[str]:
        with self.store.read() as uow:
            return uow.sources.sightings(self.world.board(vendor).source_id)

    def check_checkpoints(self) -> None:
        """Each checkpoint says what was stored, neither more nor less."""
        for vendor, source in self.sources().items():
            point = source.checkpoint
            if point.sweep_started_at is None:
                assert self.stored(vendor) == (self.shown(vendor) if point.last_ingested_at else set())
            else:
                assert point.next_cursor is not None
                assert self.sightings(vendor) == self.stored(vendor) != set()


def test_a_run_cancelled_at_any_moment_leaves_true_checkpoints_and_is_taken_up_where_it_was() -> None:
    seen = set()
    for turns in count():
        it = Installation()
        over = anyio.run(it.run_cancelled_after, turns)
        it.check_checkpoints()
        with it.store.read() as uow:
            runs = uow.runs.newest(9)
        assert it.store.database.held() == ()
        if over:
            break
        assert [run.run.status for run in runs] == [RunStatus.INTERRUPTED]
        (ended,) = (runner.report.status for run in runs for runner in run.runners)
        is_whole = all(it.stored(vendor) == it.shown(vendor) for vendor in SIZES)
        assert ended is RunStatus.INTERRUPTED or (ended is RunStatus.COMPLETED and is_whole)
        seen.add(sum(len(it.stored(vendor)) for vendor in SIZES))
        went_on_at = it.sources()["lever"].checkpoint.next_cursor
        asked = len(it.world.requests)
        anyio.run(it.run)
        again = [request.url for request in it.world.requests[asked:] if "lever" in request.url]
        assert went_on_at is None or "skip=0&" not in again[0]
        for vendor in SIZES:
            assert it.stored(vendor) == it.shown(vendor)
    assert len(seen) > 4  # it was cancelled with nothing stored, with some, and with nearly all
    assert turns > 10
