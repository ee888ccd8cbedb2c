"""What follows from a company's offers is, after every transaction, what computing it from nothing gives."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import anyio
from attrs import evolve, frozen
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.unit.catalogs import SMALL, small_catalog
from tests.unit.runners.small_vendor import SmallVendor

from ats_adapters.sqlite import open_store
from ats_core.domain.board import Source, SourceStatus
from ats_core.domain.catalog import Catalog
from ats_core.domain.company import Company, ListedCompany
from ats_core.domain.identity import CompanyId, OfferId
from ats_core.domain.match import Field, Scored
from ats_core.domain.metrics import CompanyMetrics, CompanySignal, ScoredOffer
from ats_core.domain.run import RunnerReport
from ats_core.errors import FailureKind, ProviderError
from ats_core.ports import Store, UnitOfWork
from ats_core.runners.company_totals import refresh_company
from ats_core.runners.ingestion import AtsIngestionRunner
from ats_core.scoring.aggregation import company_metrics
from ats_core.scoring.boilerplate import boilerplate_of
from ats_core.scoring.reposts import link_reposts, same_texts
from ats_core.scoring.scorer import Scorer
from ats_core.scoring.sketch import sketch_of
from ats_core.settings import IngestionSettings
from ats_core.testing.clock import FakeClock
from ats_core.testing.event_log import RecordingLog
from ats_core.testing.memory_store import MemoryStore


@frozen
class Totals:
    """What follows from a company's offers."""

    scored: Mapping[OfferId, Scored]
    reposts: Mapping[OfferId, tuple[OfferId | None, int]]
    metrics: CompanyMetrics
    signals: tuple[CompanySignal, ...]


TITLES = ("Treasury analyst", "Senior treasury analyst", "Cook", "Driver")
# Each is long enough to be boilerplate, if it stands in most texts of a board.
PASSAGES = (
    "We do hedging for small exporters in forty currencies.",
    "Our treasury is young, and our offices are old.",
    "We decide without regard to origin, age or belief.",
    "You will cook lunch for a hundred people every day.",
    "You will drive our vans through the hills by night.",
    "No hedging is needed where everybody pays in euros.",
    "You hedge what we earn abroad. You report to the CFO.",
)
TEXTS = st.builds(
    lambda title, passages: "\n".join((title, *passages)),
    st.sampled_from(TITLES),
    st.lists(st.sampled_from(PASSAGES), min_size=1, max_size=5, unique=True),
)
KEYS = st.sampled_from([f"p{n}" for n in range(9)])
# Boards of one company, and one of another.
BOARDS = {"acme": "acme", "acme-spain": "acme", "bolt": "bolt"}


def catalogs() -> tuple[Catalog, ...]:
    """The small catalog, one in which boilerplate counts for nothing, and one with other keywords."""
    first = small_catalog()
    other = small_catalog(SMALL.replace('version = "1"', 'version = "2"').replace('"treasury"', '"cook"'))
    return first, evolve(first, version="small@blind", fields=evolve(first.fields, boilerplate=0.0)), other


class Companies(RuleBasedStateMachine):
    """Boards come, go, grow and fail; people reject and accept them; catalogs change; days pass."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock()
        self.vendor = SmallVendor(page_size=3)
        self.vendor.before_page = self._before_page
        self.catalogs = catalogs()
        self.scorer = Scorer(self.catalogs[0])
        self.failing_page = 0
        self.pages = 0
        self.store = self.new_store()
        for slug in BOARDS:
            self._add(slug)

    def new_store(self) -> Store:
        return MemoryStore()

    def _add(self, slug: str) -> None:
        name = BOARDS[slug]
        company = Company.first_met(ListedCompany.of(name, f"{name}.example"), self.clock.now())
        source = Source(
            company_id=company.id,
            board=self.vendor.board(slug),
            evidence_url="",
            evidence_kind="link",
            confidence=0.9,
            status=SourceStatus.ACTIVE,
            discovered_at=self.clock.now(),
        )
        self.vendor.boards[slug] = {}
        with self.store.write() as uow:
            uow.companies.save([company])
            uow.sources.save(source)

    def run(self) -> RunnerReport:
        runner = AtsIngestionRunner(
            self.store,
            self.vendor,
            {self.vendor.name: self.vendor},
            self.scorer,
            self.clock,
            RecordingLog(),
            IngestionSettings(interval=timedelta(0), concurrency=1),
        )
        return anyio.run(runner.run_once)

    @property
    def company_id(self) -> CompanyId:
        """The company of the first board."""
        with self.store.read() as uow:
            source = uow.sources.get(self.vendor.board("acme").source_id)
        assert source is not None
        return source.company_id

    def offers(self) -> dict[str, ScoredOffer]:
        """The offers of the first board's company, by title."""
        company_id = self.company_id
        with self.store.read() as uow:
            return {offer.title: offer for offer in uow.offers.of_company(company_id)}

    def _before_page(self, slug: str) -> None:
        self.everything_follows_from_the_stored_offers()
        self.pages += 1
        trouble = ProviderError(FailureKind.SERVER_ERROR, "the answer was 500", where=slug)
        self.vendor.trouble = {slug: trouble} if self.pages == self.failing_page else {}

    @initialize(board=st.dictionaries(KEYS, TEXTS, min_size=5))
    def begin(self, board: dict[str, str]) -> None:
        self.vendor.boards["acme"] = board
        self.sweep(hours=24, failing_page=0)

    @rule(slug=st.sampled_from(list(BOARDS)), board=st.dictionaries(KEYS, TEXTS))
    def replace(self, slug: str, board: dict[str, str]) -> None:
        self.vendor.boards[slug] = board

    @rule(slug=st.sampled_from(list(BOARDS)), key=KEYS, text=st.none() | TEXTS)
    def change(self, slug: str, key: str, text: str | None) -> None:
        if text is None:
            self.vendor.boards[slug].pop(key, None)
        else:
            self.vendor.boards[slug][key] = text

    @rule(hours=st.sampled_from([0, 7, 24, 24 * 40]), failing_page=st.integers(0, 9))
    def sweep(self, hours: int, failing_page: int) -> None:
        self.clock.advance(timedelta(hours=hours))
        self.failing_page, self.pages = failing_page, 0
        self.run()
        with self.store.read() as uow:
            days = {s.metrics.as_of for s in uow.reports.companies() if s.metrics is not None}
        assert days <= {self.clock.now().date()}

    @rule(slug=st.sampled_from(list(BOARDS)), status=st.sampled_from([SourceStatus.REJECTED, SourceStatus.ACTIVE]))
    def judge(self, slug: str, status: SourceStatus) -> None:
        with self.store.write() as uow:
            source = uow.sources.get(self.vendor.board(slug).source_id)
            assert source is not None
            uow.sources.save(evolve(source, status=status))
            if uow.offers.of_company(source.company_id):
                refresh_company(uow, source.company_id, scorer=self.scorer, now=self.clock.now())

    @rule(number=st.integers(0, 2))
    def take_another_catalog(self, number: int) -> None:
        self.scorer = Scorer(self.catalogs[number])
        self.sweep(hours=0, failing_page=0)

    @invariant()
    def everything_follows_from_the_stored_offers(self) -> None:
        with self.store.read() as uow:
            for summary in uow.reports.companies():
                if summary.metrics is not None:
                    assert stored(uow, summary.company.id, summary.metrics) == from_nothing(
                        uow, summary.company.id, self.scorer, summary.metrics
                    )


def stored(uow: UnitOfWork, company_id: CompanyId, metrics: CompanyMetrics) -> Totals:
    offers = uow.offers.of_company(company_id)
    scored = {offer.id: offer.scored for offer in offers if offer.scored is not None}
    evidence = uow.reports.evidence(company_id)
    assert evidence is not None
    return Totals(scored, {o.id: (o.repost_of, o.repost_count) for o in offers}, metrics, by_category(evidence.signals))


def from_nothing(uow: UnitOfWork, company_id: CompanyId, scorer: Scorer, metrics: CompanyMetrics) -> Totals:
    """The same from the offers' contents and lives alone."""
    rejected = {s.id for s in uow.sources.of_company(company_id) if s.status is SourceStatus.REJECTED}
    offers = uow.offers.get_many([offer.id for offer in uow.offers.of_company(company_id)])
    sketches = {offer.id: sketch_of(offer.posting) for offer in offers.values()}
    bare = [
        ScoredOffer(
            id=offer.id,
            source_id=offer.source_id,
            title=offer.posting.title,
            url=offer.posting.url,
            fingerprint=offer.fingerprint,
            published_at=offer.posting.published_at,
            first_seen_at=offer.first_seen_at,
            closed_at=offer.closed_at,
            repost_of=None,
            repost_count=0,
            scored=None,
        )
        for offer in offers.values()
    ]
    distinct = same_texts([offer for offer in bare if offer.source_id not in rejected], sketches)
    boilerplate = boilerplate_of([[sketches[offer.id] for offer in same] for same in distinct])
    scored = {}
    for offer in offers.values():
        own, common = boilerplate.split(offer.posting.description_text, sketches[offer.id])
        scored[offer.id] = scorer.score(title=offer.posting.title, department="", description=own, boilerplate=common)
    linked = dict.fromkeys(offers, (None, 0)) | link_reposts(distinct)
    counted = [
        evolve(o, repost_of=linked[o.id][0], repost_count=linked[o.id][1], scored=scored[o.id])
        for same in distinct
        for o in same
    ]
    totals, signals = company_metrics(company_id, counted, catalog=scorer.catalog, as_of=metrics.as_of)
    return Totals(scored, linked, totals, by_category(signals))


def by_category(signals: tuple[CompanySignal, ...]) -> tuple[CompanySignal, ...]:
    return tuple(sorted(signals, key=lambda signal: signal.category))


class CompaniesInSqlite(Companies):
    """The same in a database file."""

    def new_store(self) -> Store:
        self.folder = tempfile.TemporaryDirectory()
        self.sqlite = open_store(Path(self.folder.name) / "atsp.db", create=True)
        return self.sqlite

    def teardown(self) -> None:
        self.sqlite.close()
        self.folder.cleanup()


TestCompaniesInMemory = Companies.TestCase
TestCompaniesInMemory.settings = settings(max_examples=40, stateful_step_count=12, deadline=None)
TestCompaniesInSqlite = CompaniesInSqlite.TestCase
TestCompaniesInSqlite.settings = settings(max_examples=25, stateful_step_count=10, deadline=None)


ABOUT = "We do hedging for exporters who have better things to do."


def roles(*numbers: int) -> dict[str, str]:
    """Postings that have nothing in common but who the company is."""
    return {f"p{n}": f"Role{n}\nTask {n} is yours, and nobody else has one like it.\n{ABOUT}" for n in numbers}


def fields(offers: Mapping[str, ScoredOffer]) -> set[Field]:
    return {hit.field for offer in offers.values() if offer.scored for hit in offer.scored.hits}


def test_a_board_of_one_page_is_scored_once_and_its_boilerplate_weighs_less() -> None:
    companies = Companies()
    companies.vendor.page_size = 100
    companies.vendor.boards["acme"] = roles(*range(6))

    assert companies.run().counters["scored"] == 6

    assert fields(companies.offers()) == {Field.BOILERPLATE}
    assert {offer.scored.score for offer in companies.offers().values() if offer.scored} == {1.0}


def test_what_is_boilerplate_no_more_is_scored_again_and_only_then() -> None:
    companies = Companies()
    companies.vendor.page_size = 100
    companies.vendor.boards["acme"] = roles(0, 1, 2) | {"q": "Role9\nNobody says here who we are, nor what we do."}
    assert companies.run().counters["scored"] == 4
    assert fields(companies.offers()) == {Field.BOILERPLATE}
    companies.vendor.boards["acme-spain"] = {
        f"n{n}": f"Job{n}\nHere {n} things are to be done by you, and all of them by the end of the day."
        for n in range(3)
    }

    before, company_id = companies.clock.now(), companies.company_id
    companies.clock.advance(timedelta(days=1))

    assert companies.run().counters["scored"] == 3 + 3

    assert fields(companies.offers()) == {Field.DESCRIPTION}
    with companies.store.read() as uow:
        scored_at = [under.scored_at for under in uow.offers.scored_under(company_id).values()]
    assert sorted(scored_at) == [before] * 4 + [companies.clock.now()] * 3
    assert companies.run().counters["scored"] == 0


def test_closing_an_offer_changes_no_score() -> None:
    companies = Companies()
    companies.vendor.boards["acme"] = roles(*range(5))
    companies.run()
    before = companies.offers()
    companies.vendor.boards["acme"] = roles(4)
    companies.clock.advance(timedelta(days=1))

    report = companies.run()

    assert (report.counters["offers_closed"], report.counters["scored"]) == (4, 0)
    assert {t: o.scored for t, o in companies.offers().items()} == {t: o.scored for t, o in before.items()}


def test_a_posting_put_up_again_nearly_as_it_was_is_activity_and_no_offer_of_its_own() -> None:
    companies = Companies()
    companies.vendor.page_size = 100
    text = "Treasury analyst\n" + "\n".join(PASSAGES)
    companies.vendor.boards["acme"] = {"a": text}
    companies.run()
    companies.vendor.boards["acme"] = {"a": text, "b": text.replace("a hundred people", "two hundred people")}
    companies.run()

    with companies.store.read() as uow:
        (summary,) = (s for s in uow.reports.companies() if s.metrics is not None)

    assert summary.metrics is not None
    assert (summary.metrics.open_offers, summary.metrics.unique_offers) == (2, 1)
    assert (summary.metrics.new_30d, summary.metrics.reposted_30d) == (1, 1)
