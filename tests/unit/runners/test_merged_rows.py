"""Companies of the sheet that are merged, in any order with syncs, readings and a person who types."""

from __future__ import annotations

from datetime import timedelta

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.sheet.companies_of_the_sheet import NOW, company, store_company

from ats_core.domain.company import Resolution
from ats_core.domain.feedback import FeedbackField
from ats_core.domain.identity import CompanyId
from ats_core.domain.run import RunnerReport, RunStatus
from ats_core.runners.feedback import FeedbackRunner
from ats_core.runners.sheets_sync import SheetsSyncRunner
from ats_core.settings import FeedbackSettings, SheetSettings
from ats_core.testing.clock import FakeClock
from ats_core.testing.event_log import RecordingLog
from ats_core.testing.memory_store import MemoryStore
from ats_core.testing.sheet_gateway import FakeSheet

FILE = SheetSettings(file="leads.xlsx")
NAMES = ("Norte", "Sur", "Este")


class Office:
    """A store, its sheet, and a person."""

    def __init__(self, scores: dict[str, float | None]) -> None:
        self.store, self.sheet, self.clock = MemoryStore(), FakeSheet(), FakeClock(NOW)
        self.ids = {name: store_company(self.store, name, score).id for name, score in scores.items()}
        self.sync()

    def sync(self) -> None:
        self.clock.advance(timedelta(hours=1))
        runner = SheetsSyncRunner(self.store, self.sheet, self.clock, RecordingLog(), FILE)
        assert anyio.run(runner.run_once).status is RunStatus.COMPLETED

    def feedback(self) -> RunnerReport:
        self.clock.advance(timedelta(hours=1))
        runner = FeedbackRunner(self.store, self.sheet, self.clock, RecordingLog(), FILE, FeedbackSettings())
        return anyio.run(runner.run_once)

    def merge(self, gone: str, kept: str) -> None:
        self.clock.advance(timedelta(hours=1))
        with self.store.write() as work:
            one, other = work.companies.get(self.ids[gone]), work.companies.get(self.ids[kept])
            assert one is not None
            assert other is not None
            work.companies.merge(one.id, other.absorbing(one, self.clock.now()))

    def rows(self) -> list[str]:
        """The names of the companies by whose ids rows are there, in the sheet's order."""
        named = {id_: name for name, id_ in self.ids.items()}
        return [named[CompanyId(cells[0])] for cells in self.sheet.grid[1:] if cells and cells[0] in named]

    def place(self, name: str, column: str) -> tuple[int, int]:
        return self.rows().index(name) + 2, self.sheet.column(column)

    def type(self, name: str, text: str, column: str = "resolution") -> None:
        self.sheet.type(*self.place(name, column), text)

    def shown(self, name: str, column: str = "resolution") -> str:
        return self.sheet.cell(*self.place(name, column))

    def resolution(self, name: str) -> Resolution:
        with self.store.read() as work:
            found = work.companies.get(self.ids[name])
        assert found is not None
        return found.resolution

    def applied(self, name: str, field: FeedbackField) -> str:
        with self.store.read() as work:
            return work.feedback.applied().get((self.ids[name], field), "")


class Model:
    """What must hold, told once more."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.owner = {name: name for name in office.ids}
        self.holds = dict.fromkeys(office.ids, "PENDING")
        self.decided = dict.fromkeys(office.ids, 0)
        self.said: dict[str, str] = {}
        self.has_decided: set[str] = set()
        self.time = 0

    def see_new_rows(self) -> None:
        for name in self.office.rows():
            if name not in self.said:
                self.said[name] = self.office.shown(name)
                assert self.said[name] == self.holds[self.owner[name]]

    def read(self) -> None:
        self.time += 1
        rows, stored = self.office.rows(), dict(self.holds)
        standing = {owner: owner if owner in rows else None for owner in self.owner.values()}
        for name in rows:
            standing[self.owner[name]] = standing[self.owner[name]] or name
        for name in sorted(rows, key=lambda name: standing[self.owner[name]] == name):
            text = self.office.shown(name)
            if not text or text == self.said[name]:
                continue
            self.said[name] = text
            # The first word of a row that says what holds already gives way to one that says otherwise.
            if name in self.has_decided or text != stored[self.owner[name]]:
                self.holds[self.owner[name]] = text
                self.decided[self.owner[name]] = self.time
            self.has_decided.add(name)

    def merge(self, gone: str, kept: str) -> None:
        if self.decided[gone] > self.decided[kept]:
            self.holds[kept], self.decided[kept] = self.holds[gone], self.decided[gone]
        self.owner = {name: kept if owner == gone else owner for name, owner in self.owner.items()}

    def check(self) -> None:
        for name, owner in self.owner.items():
            assert self.office.resolution(name) == self.holds[owner], name


names = st.sampled_from(NAMES)
steps = st.one_of(
    st.tuples(st.just("type"), names, st.sampled_from(["ACCEPTED", "REJECTED", "PENDING", "IN_PROGRESS", ""])),
    st.tuples(st.just("merge"), names, names),
    st.tuples(st.sampled_from(["sync", "feedback"]), names, names),
)


@settings(max_examples=120, deadline=None)
@given(scored=st.tuples(st.booleans(), st.booleans(), st.booleans()), order=st.lists(steps, max_size=12))
def test_in_whatever_order_no_decision_is_lost_or_invented(
    scored: tuple[bool, ...], order: list[tuple[str, str, str]]
) -> None:
    office = Office({name: 5.0 if has else None for name, has in zip(NAMES, scored, strict=True)})
    model, typed = Model(office), dict[str, str]()
    model.see_new_rows()
    merges_unread = 0
    for what, one, other in [*order, ("feedback", "", ""), ("sync", "", ""), ("feedback", "", "")]:
        if what == "type" and one in office.rows():
            office.type(one, other)
            typed[one] = other
        elif what == "merge" and one != other and model.owner[one] == one and model.owner[other] == other:
            if merges_unread:  # a company takes in one other between two readings: see "the sheet" in the docs
                model.read()
                office.feedback()
            merges_unread += 1
            model.merge(one, other)
            office.merge(one, other)
        elif what == "sync":
            office.sync()
            model.see_new_rows()
        elif what == "feedback":
            merges_unread = 0
            model.read()
            office.feedback()
            model.check()
    assert {name: office.shown(name) for name in typed} == typed
    office.sync()
    writes, changes = len(office.sheet.writes), office.store.changes
    office.sync()
    office.feedback()
    assert (len(office.sheet.writes), office.store.changes) == (writes, changes)
    for name in office.rows():
        owner = model.owner[name]
        own = owner if owner in office.rows() else next(n for n in office.rows() if model.owner[n] == owner)
        status = office.shown(name, "feedback status")
        assert status.startswith("merged into") is (name != own)
        if name == own:
            assert ("decided in a merged row" in status) is (model.said[name] != model.holds[owner])


@pytest.fixture
def office() -> Office:
    return Office({"Norte": 9.0, "Sur": 6.0, "Este": 3.0})


def test_a_decision_of_the_row_that_is_no_more_is_not_undone_by_the_row_that_stays(office: Office) -> None:
    office.type("Sur", "REJECTED")
    office.feedback()
    office.merge("Sur", "Norte")
    for _ in range(2):
        office.feedback()
        office.sync()
        assert office.resolution("Norte") is Resolution.REJECTED
    assert office.shown("Norte") == "PENDING"
    assert "decided in a merged row: resolution REJECTED" in office.shown("Norte", "feedback status")
    told = f"merged into Norte ({office.ids['Norte']}): decide in its row"
    assert office.shown("Sur", "feedback status") == told
    office.type("Norte", "IN_PROGRESS")
    office.feedback()
    assert office.resolution("Norte") is Resolution.IN_PROGRESS
    assert "merged row" not in office.shown("Norte", "feedback status")


def test_a_decision_that_was_not_yet_read_when_its_row_was_merged_still_counts(office: Office) -> None:
    office.type("Sur", "ACCEPTED")
    office.type("Sur", "call", "notes")
    office.merge("Sur", "Norte")
    office.sync()
    office.feedback()
    assert office.resolution("Norte") is Resolution.ACCEPTED
    assert office.applied("Norte", FeedbackField.NOTES) == "call"
    with office.store.read() as work:
        event = work.feedback.last_of_rows()[office.ids["Sur"], FeedbackField.RESOLUTION]
    assert (event.company_id, event.row_id, event.value) == (office.ids["Norte"], office.ids["Sur"], "ACCEPTED")


def test_where_both_rows_say_something_new_the_companys_own_counts_and_the_other_is_reported(office: Office) -> None:
    office.type("Sur", "ACCEPTED")
    office.type("Norte", "REJECTED")
    office.merge("Sur", "Norte")
    report = office.feedback()
    assert office.resolution("Norte") is Resolution.REJECTED
    assert any("row 3 (Norte)" in line and "'ACCEPTED' gave way to what row 2 says" in line for line in report.rejected)


def test_an_emptied_cell_of_a_merged_row_takes_nothing_back(office: Office) -> None:
    office.type("Sur", "FP", "model feedback")
    office.feedback()
    office.merge("Sur", "Norte")
    office.type("Sur", "", "model feedback")
    office.feedback()
    assert office.applied("Norte", FeedbackField.MODEL_FEEDBACK) == "FP"
    office.sync()
    assert "decided in a merged row: model feedback FP" in office.shown("Norte", "feedback status")


def test_the_row_of_an_old_id_stands_for_a_company_without_one_and_keeps_its_id() -> None:
    office = Office({"Norte": None, "Sur": 6.0, "Este": 3.0})
    office.type("Sur", "HIGH_INTEREST")
    office.merge("Sur", "Norte")
    store_company(office.store, "Norte", 9.9)
    office.sync()
    assert office.rows() == ["Sur", "Este"]
    assert (office.shown("Sur", "company"), office.shown("Sur", "score")) == ("Norte", "9.9")
    office.feedback()
    assert office.resolution("Norte") is Resolution.HIGH_INTEREST
    assert office.shown("Sur", "feedback status").startswith("applied ")


def test_what_is_not_understood_in_a_merged_row_is_told_once_in_the_row_that_stays(office: Office) -> None:
    office.merge("Sur", "Norte")
    office.type("Sur", "maybe")
    assert office.feedback().counters["not_understood"] == 1
    assert office.feedback().counters["not_understood"] == 0
    assert "'maybe' is none of" in office.shown("Norte", "feedback status")
    office.type("Sur", "PENDING")
    office.feedback()
    assert office.shown("Norte", "feedback status").startswith("applied ")


def test_a_merged_row_is_no_missing_row(office: Office) -> None:
    office.merge("Sur", "Norte")
    office.sheet.delete_row(office.rows().index("Norte") + 2)
    assert office.feedback().counters["missing_rows"] == 0
    assert company("Norte").id == office.ids["Norte"]
