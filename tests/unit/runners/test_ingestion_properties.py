"""Whatever boards, vendors and the process do: once the world is quiet, the database equals the boards.

A machine owns three boards of one company, at three vendors, and a database, in memory or in an SQLite file. Boards
change between runs and between two requests of one sweep; requests fail in every way; runs are killed before any
operation of the store, or cancelled while any answer is waited for.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import orjson
import pytest
from attrs import evolve
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from tests.unit.catalogs import small_catalog
from tests.unit.runners.mortal_store import Killed, MortalStore
from tests.unit.runners.vendor_worlds import World, shortened

from ats_adapters.sqlite.store import SqliteStore, open_store
from ats_core.domain.board import SourceStatus
from ats_core.domain.company import Company, ListedCompany
from ats_core.domain.offer import Offer, content_hash
from ats_core.domain.run import RunnerReport
from ats_core.errors import FailureKind, ProviderError
from ats_core.provider.messages import Reply, Response
from ats_core.runners import company_totals
from ats_core.runners.company_totals import refresh_company
from ats_core.runners.discovery import AtsDiscoveryRunner
from ats_core.runners.ingestion import AtsIngestionRunner
from ats_core.scoring.scorer import Scorer
from ats_core.settings import DiscoverySettings, IngestionSettings
from ats_core.testing.clock import FakeClock
from ats_core.testing.event_log import RecordingLog
from ats_core.testing.memory_store import MemoryDatabase, MemoryStore
from ats_core.testing.web_pages import FakeWebPages

VENDORS = ("lever", "greenhouse", "wholesale")
SITE = (
    "<a href='https://jobs.lever.co/acme'>Careers</a><a href='https://boards.greenhouse.io/acme'>Open positions</a>"
    "<a href='https://wholesale.example/acme'>Jobs</a>"
)
COMPANY = Company.first_met(ListedCompany.of("Acme", "acme.example"), FakeClock().now())

CHANGES = st.sampled_from(
    [
        *("add", "remove", "edit", "restore", "move", "swap", "reverse", "touch", "break", "mend", "empty", "vanish"),
        "return",
    ]
)
PLACES = st.integers(0, 11)
KINDS = (
    FailureKind.NETWORK,
    FailureKind.TIMEOUT,
    FailureKind.RATE_LIMITED,
    FailureKind.SERVER_ERROR,
    FailureKind.FORBIDDEN,
    FailureKind.TOO_LARGE,
    FailureKind.REDIRECTS,
    FailureKind.BLOCKED_ADDRESS,
    FailureKind.PAUSED,
)
BODIES = (b"", b"<html>Checking your browser</html>", b'[{"id": "1", "te', b"{}", b"null", b'{"jobs": {}}', b"[7]")
#: Answers of the right shape that are not true. Nothing in them shows it.
LIES = (b"[]", b'{"jobs": []}')
FAULTS = st.one_of(
    st.sampled_from(KINDS),
    st.sampled_from(BODIES + LIES),
    st.sampled_from([304, 404, 410, 204, 400]),
    st.sampled_from(["shortened", "late"]),
)
#: At which request of a vendor in a run something happens. A board of ten at Lever takes about eight.
MOMENTS = st.tuples(st.sampled_from(VENDORS), st.integers(1, 8))
MEANWHILE = st.dictionaries(MOMENTS, st.tuples(CHANGES, PLACES), max_size=3)
Meanwhile = dict[tuple[str, int], tuple[str, int]]


class Ingestion(RuleBasedStateMachine):
    """The boards, the database, and what must be true of the two."""

    @initialize(in_file=st.booleans(), sizes=st.tuples(*[st.integers(0, 10) for _ in VENDORS]))
    def begin(self, in_file: bool, sizes: tuple[int, ...]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="atsp-")) if in_file else None
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(company_totals, "LOOKED_AT", 3)
        self.patch.setattr(company_totals, "WORKED_ON", 2)
        self.database = MemoryDatabase()
        self.store: SqliteStore | MemoryStore | None = None
        self.clock = FakeClock()
        self.world = World()
        self.scorer = Scorer(small_catalog())
        self.numbers = iter(range(1, 100_000, 10))
        self.stored: dict[str, Offer] = {}
        #: Open offers that have stood in their boards ever since: nothing may close them.
        self.standing: dict[str, set[str]] = {vendor: set() for vendor in VENDORS}
        #: Vendors that told a lie, until one of their sweeps is completed without.
        self.liars: set[str] = set()
        self.open_store()
        with self.store_at_rest.write() as uow:
            uow.companies.save([COMPANY])
        self.discover()
        for vendor, size in zip(VENDORS, sizes, strict=True):
            for at in range(size):
                self.change(vendor, "add", at)
        self.run({}, {})

    def open_store(self) -> None:
        """The store as a new process finds it."""
        if isinstance(self.store, SqliteStore):
            self.store.close()
        if self.folder is not None:
            self.store = open_store(self.folder / "atsp.db", create=True)
        else:
            self.database.is_written = False  # the connection of a dead process is gone
            self.store = MemoryStore(self.database)

    @property
    def store_at_rest(self) -> SqliteStore | MemoryStore:
        assert self.store is not None
        return self.store

    def teardown(self) -> None:
        if not hasattr(self, "store"):
            return
        try:
            self.come_to_rest()
        finally:
            self.patch.undo()
            if isinstance(self.store, SqliteStore):
                self.store.close()
            if self.folder is not None:
                shutil.rmtree(self.folder)

    # What happens to the boards

    @rule(changes=st.lists(st.tuples(st.sampled_from(VENDORS), CHANGES, PLACES), min_size=1, max_size=6))
    def change_some(self, changes: list[tuple[str, str, int]]) -> None:
        for each in changes:
            self.change(*each)

    def change(self, vendor: str, how: str, at: int) -> None:
        if how == "vanish":
            self.world.unknown.add(vendor)
            self.standing[vendor].clear()
        elif how == "return":
            self.world.unknown.discard(vendor)
        else:
            self.world.change(vendor, how, at, next(self.numbers))
            self.standing[vendor] &= self.keys(vendor)

    @rule(hours=st.sampled_from([1, 7, 20, 24, 50]))
    def wait(self, hours: int) -> None:
        self.clock.advance(timedelta(hours=hours))

    # Runs

    @rule(changes=MEANWHILE, faults=st.dictionaries(MOMENTS, FAULTS, max_size=4), concurrency=st.integers(1, 2))
    def run_in_trouble(self, changes: Meanwhile, faults: dict[tuple[str, int], Any], concurrency: int) -> None:
        self.clock.advance(timedelta(hours=24))
        self.run(changes, faults, concurrency=concurrency)

    @rule(at=st.integers(2, 5), how=st.sampled_from(["remove", "add", "move", "swap", "restore"]), place=PLACES)
    def run_while_a_board_of_several_pages_changes(self, at: int, how: str, place: int) -> None:
        self.clock.advance(timedelta(hours=24))
        while len(self.world.boards["lever"]) < 8:
            self.change("lever", "add", 0)
        self.run({}, {})
        self.clock.advance(timedelta(hours=24))
        self.change("lever", "edit", 0)  # so that its pages are read
        self.run({("lever", at): (how, place)}, {})

    @rule(at=st.integers(1, 3), edits=st.integers(1, 4), again=st.booleans())
    def run_while_a_list_or_its_content_is_late(self, at: int, edits: int, again: bool) -> None:
        self.clock.advance(timedelta(hours=24))
        while len(self.world.boards["greenhouse"]) < 4:
            self.change("greenhouse", "add", 0)
        self.run({}, {})
        self.clock.advance(timedelta(hours=24))
        for place in range(edits):
            self.change("greenhouse", "edit", place)
        self.run({("greenhouse", at): ("edit", 0)} if again else {}, {("greenhouse", at): "late"})

    @rule(changes=MEANWHILE, new=st.integers(0, 4), dies_at=st.integers(1, 150), at_once=st.booleans())
    def run_until_it_is_killed(self, changes: Meanwhile, new: int, dies_at: int, at_once: bool) -> None:
        """A run over boards of which nothing is new has some 60 operations; each page that is written has ten more."""
        self.clock.advance(timedelta(hours=24))
        for vendor in VENDORS:
            for at in range(new):
                self.change(vendor, "add", 2 * at)
                self.change(vendor, "edit", 2 * at + 1)
        self.run(changes, {}, dies_at=dies_at)
        if at_once:
            self.run({}, {})

    @rule(changes=MEANWHILE, cancel_at=st.integers(1, 14))
    def run_until_it_is_cancelled(self, changes: Meanwhile, cancel_at: int) -> None:
        self.clock.advance(timedelta(hours=24))
        self.run(changes, {}, cancel_at=cancel_at)

    @rule(vendor=st.sampled_from(VENDORS), nights=st.integers(1, 4))
    def lose_a_board_for_some_nights(self, vendor: str, nights: int) -> None:
        self.change(vendor, "vanish", 0)
        for _ in range(nights):
            self.clock.advance(timedelta(hours=24))
            self.discover()
            self.run({}, {})
        self.change(vendor, "return", 0)

    @rule(
        vendor=st.sampled_from(VENDORS),
        first=st.sampled_from(["remove", "edit", "move", "empty", "break"]),
        then=st.sampled_from(["restore", "mend", "touch", "add"]),
        at=st.integers(0, 11),
        swept_between=st.booleans(),
    )
    def change_and_change_back(self, vendor: str, first: str, then: str, at: int, swept_between: bool) -> None:
        self.change(vendor, first, at)
        if swept_between:
            self.clock.advance(timedelta(hours=24))
            self.run({}, {})
        self.change(vendor, then, at)

    @precondition(lambda self: self.stored)
    @rule()
    def be_quiet(self) -> None:
        self.come_to_rest()

    def run(
        self,
        changes: Meanwhile,
        faults: dict[tuple[str, int], Any],
        *,
        concurrency: int = 2,
        dies_at: int | None = None,
        cancel_at: int | None = None,
    ) -> RunnerReport | None:
        """One run; None where it was killed or cancelled."""
        for vendor in VENDORS:
            if is_lied_to([fault for (told, _), fault in faults.items() if told == vendor], vendor):
                self.standing[vendor].clear()
                self.liars.add(vendor)
        lied, began = set(self.liars), self.clock.now()
        world = self.world

        def happen(vendor: str, number: int) -> None:
            if (vendor, number) in changes:
                self.change(vendor, *changes[vendor, number])

        def fail(vendor: str, number: int, answer: Reply) -> Reply:
            return self.fault(faults[vendor, number], answer) if (vendor, number) in faults else answer

        world.before, world.instead, world.cancel_at = happen, fail, cancel_at
        world.late = {moment for moment, fault in faults.items() if fault == "late"}
        world.requests.clear()
        world.counts.clear()
        mortal = MortalStore(self.store_at_rest, dies_at)
        runner = AtsIngestionRunner(
            mortal,
            world,
            world.providers,
            self.scorer,
            self.clock,
            RecordingLog(),
            IngestionSettings(concurrency=concurrency),
        )
        report = None
        try:
            report = anyio.run(self.cancelled_with, runner, cancel_at)
        except (Killed, BaseExceptionGroup) as error:
            if not is_death(error):
                raise
            self.open_store()
        finally:
            world.before, world.instead, world.cancel_at, world.late = World().before, World().instead, None, set()
        self.check_what_is_stored()
        self.note_what_stands({} if faults else lied, began)
        if report is not None and self.stored:
            self.check_totals()
        return report

    async def cancelled_with(self, runner: AtsIngestionRunner, cancel_at: int | None) -> RunnerReport | None:
        """The run's report, or None where it was cancelled while it waited for an answer."""
        with anyio.CancelScope() as scope:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self.cancel_when_asked, scope, cancel_at)
                report = await runner.run_once()
                tasks.cancel_scope.cancel()
            return report
        return None

    async def cancel_when_asked(self, scope: anyio.CancelScope, cancel_at: int | None) -> None:
        if cancel_at is not None:
            while len(self.world.requests) < cancel_at:
                await anyio.lowlevel.checkpoint()
            scope.cancel()

    def fault(self, fault: Any, answer: Reply) -> Reply:
        if fault == "shortened":
            return shortened(answer)
        if fault == "late":
            return answer
        if isinstance(fault, FailureKind):
            until = self.clock.now() + timedelta(hours=3) if fault is FailureKind.RATE_LIMITED else None
            return ProviderError(fault, f"failed: {fault}", where="here", retry_after=until)
        url = answer.url if isinstance(answer, Response) else ""
        if isinstance(fault, bytes):
            return Response(url=url, status=200, body=fault, headers={"etag": '"lie"'})
        return Response(url=url, status=fault)

    def discover(self) -> None:
        pages = FakeWebPages({"https://acme.example/": SITE})
        runner = AtsDiscoveryRunner(
            self.store_at_rest,
            pages,
            self.world,
            self.world.providers,
            self.clock,
            RecordingLog(),
            DiscoverySettings(recheck=timedelta(hours=1)),
        )
        anyio.run(runner.run_once)

    # What must be true

    def keys(self, vendor: str) -> set[str]:
        """The ids of the well-formed postings of a board."""
        return {self.world.key(vendor, post) for post in self.world.boards[vendor] if not post.is_broken}

    def offers(self) -> dict[str, Offer]:
        with self.store_at_rest.read() as uow:
            ids = [known.id for source in uow.sources.all() for known in uow.offers.known(source.id).values()]
            assert len(set(ids)) == len(ids)
            return {str(id_): offer for id_, offer in uow.offers.get_many(ids).items()}

    def check_what_is_stored(self) -> None:
        """After any run, however it ended: no offer is lost, or seen later than before, or closed while it stood."""
        offers = self.offers()
        assert offers.keys() >= self.stored.keys()
        for id_, before in self.stored.items():
            assert offers[id_].first_seen_at == before.first_seen_at
        self.stored = offers
        for vendor, standing in self.standing.items():
            assert standing <= self.open_offers(vendor).keys(), f"{vendor} closed what stands"

    def note_what_stands(self, liars_before: Collection[str], began: datetime) -> None:
        with self.store_at_rest.read() as uow:
            points = {source.board.provider: source.checkpoint for source in uow.sources.all()}
        for vendor, point in points.items():
            if vendor in liars_before and point.last_ingested_at is not None and point.last_ingested_at >= began:
                self.liars.discard(vendor)
            if vendor not in self.liars | self.world.unknown:
                self.standing[vendor] |= self.open_offers(vendor).keys() & self.keys(vendor)

    def open_offers(self, vendor: str) -> dict[str, Offer]:
        source_id = self.world.board(vendor).source_id
        return {
            o.posting.provider_offer_id: o for o in self.stored.values() if o.source_id == source_id and not o.closed_at
        }

    def come_to_rest(self) -> None:
        """Quiet nights, until records that were mended behind the same version have been read again: at most a week."""
        self.world.unknown.clear()
        for _ in range(9):
            self.clock.advance(timedelta(hours=24))
            self.discover()
            report = self.run({}, {})
            assert report is not None
        assert report is not None
        assert report.failures == ()
        self.check_boards()
        before = self.stored
        self.clock.advance(timedelta(hours=24))
        report = self.run({}, {})
        assert report is not None
        assert self.stored == before
        for counter in ("new", "changed", "reopened", "closed"):
            assert report.counters[f"offers_{counter}"] == 0
        assert report.counters["scored"] == 0

    def check_boards(self) -> None:
        for vendor in VENDORS:
            provider = self.world.providers[self.world.board(vendor).provider]
            open_offers = self.open_offers(vendor)
            posts = {self.world.key(vendor, post): post for post in self.world.boards[vendor]}
            assert self.keys(vendor) <= open_offers.keys() <= posts.keys(), vendor
            for key in self.keys(vendor):
                shown = provider.read_record(orjson.dumps(self.world.record(vendor, posts[key])))
                offer = open_offers[key]
                as_shown = evolve(offer.posting, language=shown.language)
                assert content_hash(shown) == offer.content_hash == content_hash(as_shown)
                assert shown.updated_at == offer.posting.updated_at
                assert offer.first_seen_at <= self.clock.now()
        with self.store_at_rest.read() as uow:
            assert all(source.status is SourceStatus.ACTIVE for source in uow.sources.all())
            assert all(not uow.sources.sightings(source.id) for source in uow.sources.all())
            assert all(source.checkpoint.sweep_started_at is None for source in uow.sources.all())

    def summaries(self) -> object:
        with self.store_at_rest.read() as uow:
            return uow.reports.companies(), uow.offers.of_company(COMPANY.id)

    def check_totals(self) -> None:
        """Scores, reposts, metrics and signals are what they would be, were all computed from the offers alone."""
        stored = self.summaries()
        store, self.store = self.store, MemoryStore()
        try:
            with store.read() as old, self.store_at_rest.write() as new:  # type: ignore[union-attr]
                new.companies.save([company.company for company in old.reports.companies()])
                for source in old.sources.all():
                    new.sources.save(source)
                new.offers.save(evolve(offer, repost_of=None, repost_count=0) for offer in self.stored.values())
                refresh_company(new, COMPANY.id, scorer=self.scorer, now=self.clock.now())
            recomputed = self.summaries()
        finally:
            self.store = store
        assert recomputed == stored


def is_lied_to(faults: list[Any], vendor: str) -> bool:
    """Whether a run with these faults may in good faith take postings for gone that stand.

    Half a list shows that it is one at Greenhouse, which sends its length, and at Lever, which is asked once more.
    """
    if any(fault in LIES or fault in (404, 410, "late") for fault in faults):
        return True
    return "shortened" in faults and (vendor == "wholesale" or (vendor == "lever" and len(faults) > 1))


def is_death(error: BaseException) -> bool:
    """Whether a run ended as it was told to, and by nothing else."""
    if isinstance(error, BaseExceptionGroup):
        return all(map(is_death, error.exceptions))
    return isinstance(error, Killed)


TestIngestion = pytest.mark.slow(Ingestion.TestCase)
TestIngestion.settings = settings(
    max_examples=50,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
