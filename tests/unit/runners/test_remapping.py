"""Stored records are mapped again with the adapters of now, without the vendor."""

from __future__ import annotations

from datetime import timedelta

import anyio
from attrs import evolve
from tests.unit.catalogs import small_catalog
from tests.unit.runners.kept_offers import a_company, an_offer, keep, stored
from tests.unit.runners.small_vendor import SmallVendor

from ats_core.domain.offer import Posting, content_hash
from ats_core.domain.run import RunnerReport, RunStatus
from ats_core.ports import AtsProvider
from ats_core.provider.record import BadField
from ats_core.runners.rescoring_run import RescoringRunner
from ats_core.scoring.scorer import Scorer
from ats_core.testing.clock import FakeClock
from ats_core.testing.event_log import RecordingLog
from ats_core.testing.memory_store import MemoryStore

SCORER = Scorer(small_catalog())


class ReadingVendor(SmallVendor):
    """A vendor whose records are its posting's id and text, a line each; *department* is what its adapter learnt."""

    department: str | None = None

    def read_record(self, raw: bytes) -> Posting:
        key, _, text = raw.decode().partition("\n")
        if not text:
            raise BadField("text", "is missing")
        if "fault" in text:
            raise ZeroDivisionError("of the adapter")
        title = text.split("\n")[0]
        return Posting(provider_offer_id=key, title=title, description_text=text, department=self.department)


class Archive:
    """A database with one company, and an adapter that reads its records."""

    def __init__(self, *, provider: str = "small") -> None:
        self.clock = FakeClock()
        self.store = MemoryStore()
        self.vendor = ReadingVendor()
        self.source = a_company(self.store, "acme", self.clock.now(), provider=provider)

    def keep(self, **offers: bytes | None) -> None:
        first_seen = self.clock.now()
        made = (
            an_offer(self.source, key, f"Cook {key}\nWe cook, {key}", first_seen, raw=raw)
            for key, raw in offers.items()
        )
        keep(self.store, SCORER, first_seen, *made)

    def remap(self, *providers: AtsProvider) -> RunnerReport:
        self.clock.advance(timedelta(hours=1))
        runner = RescoringRunner(
            self.store, SCORER, self.clock, RecordingLog(), remap={p.name: p for p in providers or (self.vendor,)}
        )
        return anyio.run(runner.run_once)


def test_records_that_say_what_is_stored_write_nothing() -> None:
    archive = Archive()
    archive.keep(a=None, b=None)
    before = archive.store.changes
    report = archive.remap()
    assert (report.counters["payloads_read"], report.counters["remapped"]) == (2, 0)
    assert (report.counters["rescored"], archive.store.changes) == (0, before)


def test_offers_whose_records_are_read_otherwise_now_are_written_and_scored_and_their_times_stay() -> None:
    archive = Archive()
    archive.keep(a=None, b=None)
    (a, b) = stored(archive.store, archive.source.company_id)
    vendors_time = archive.clock.now() + timedelta(days=3)
    with archive.store.write() as uow:
        uow.offers.touch({a.id: vendors_time})
        uow.offers.close([b.id], archive.clock.now())
    (a, b) = stored(archive.store, archive.source.company_id)
    archive.vendor.department = "Treasury"
    report = archive.remap()
    assert (report.status, report.counters["remapped"], report.counters["rescored"]) == (RunStatus.COMPLETED, 2, 2)
    for before, after in zip((a, b), stored(archive.store, archive.source.company_id), strict=True):
        posting = evolve(before.posting, department="Treasury")
        assert after == evolve(before, posting=posting, content_hash=content_hash(posting))
    with archive.store.read() as uow:
        (standing,) = uow.reports.standings()
    assert standing.top_category == "treasury"
    assert archive.remap().counters["remapped"] == 0


def test_a_kill_between_mapping_and_scoring_loses_no_score() -> None:
    archive = Archive()
    archive.keep(a=None)
    archive.vendor.department = "Treasury"
    killed = RescoringRunner(
        KilledWhenScoring(archive.store.database), SCORER, archive.clock, RecordingLog(),
        remap={archive.vendor.name: archive.vendor},
    )  # fmt: skip
    try:
        anyio.run(killed.run_once)
    except Killed:
        pass
    else:
        raise AssertionError("it was to be killed")
    runner = RescoringRunner(archive.store, SCORER, archive.clock, RecordingLog())
    assert anyio.run(runner.run_once).counters["rescored"] == 1
    with archive.store.read() as uow:
        (standing,) = uow.reports.standings()
    assert standing.top_category == "treasury"


class Killed(Exception):
    pass


class KilledWhenScoring(MemoryStore):
    """Takes one transaction, that of the mapping, and no more."""

    left = 1

    def write(self):  # type: ignore[no-untyped-def]
        if not self.left:
            raise Killed
        self.left -= 1
        return super().write()


def test_records_that_cannot_be_read_are_counted_and_named_and_their_offers_stay() -> None:
    archive = Archive()
    archive.keep(a=b"a", b=b"b\nThe fault\nof it", c=b"other\nCook c\nWe cook", d=None, e=b"")
    before = stored(archive.store, archive.source.company_id)
    report = archive.remap()
    assert report.status is RunStatus.COMPLETED
    assert (report.counters["rejected"], report.counters["without_payload"]) == (3, 1)
    assert sorted(report.rejected) == [
        "small:acme: a: text: is missing",
        "small:acme: b: the adapter failed on it: ZeroDivisionError: of the adapter",
        "small:acme: c: id: is read as the posting other",
    ]
    assert stored(archive.store, archive.source.company_id) == before


def test_vendors_whose_records_nobody_reads_are_said() -> None:
    for provider, vendor, why in (
        ("gone", ReadingVendor(), "no installed and enabled adapter reads gone"),
        ("small", SmallVendor(), "the adapter of small does not read stored records"),
    ):
        archive = Archive(provider=provider)
        archive.keep(a=None, b=None)
        report = archive.remap(vendor)
        assert (report.status, report.counters["without_adapter"]) == (RunStatus.PARTIAL, 2)
        (failure,) = report.failures
        assert failure.detail == f"{why}: 2 stored offers were not read again"
