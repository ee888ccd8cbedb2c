from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import anyio
import pytest
from attrs import evolve
from tests.unit.sheet.companies_of_the_sheet import NOW, metrics, source, store_company

from ats_core.domain.company import Company, Resolution
from ats_core.domain.feedback import FeedbackEvent, ModelFeedback, RatedHit
from ats_core.domain.match import Field, Hit, Label, Match, Scored
from ats_core.domain.run import RunnerReport, RunStatus
from ats_core.errors import LeaseLost, SheetError
from ats_core.runners.feedback import FeedbackRunner, read_feedback
from ats_core.runners.sheets_sync import SheetsSyncRunner
from ats_core.settings import FeedbackSettings, SheetSettings, TimeWindow
from ats_core.sheet.table import SheetTable
from ats_core.testing.clock import FakeClock
from ats_core.testing.event_log import RecordingLog
from ats_core.testing.memory_store import MemoryStore
from ats_core.testing.sheet_gateway import FakeSheet
from ats_core.testing.store_suite.examples import an_offer

FILE = SheetSettings(file="leads.xlsx")


@pytest.fixture
def store() -> MemoryStore:
    store = MemoryStore()
    for name, score in (("Norte", 9.0), ("Sur", 6.0), ("Este", 3.0)):
        store_company(store, name, score)
    return store


@pytest.fixture
def sheet(store: MemoryStore) -> FakeSheet:
    sheet = FakeSheet()
    sync(store, sheet)
    return sheet


def sync(store: MemoryStore, sheet: FakeSheet, sheets: SheetSettings = FILE) -> RunnerReport:
    return anyio.run(SheetsSyncRunner(store, sheet, FakeClock(NOW), RecordingLog(), sheets).run_once)


def feedback(
    store: MemoryStore,
    sheet: FakeSheet | None,
    settings: FeedbackSettings = FeedbackSettings(),  # noqa: B008 - frozen
    *,
    now: datetime = NOW,
    now_requested: bool = False,
    sheets: SheetSettings = FILE,
) -> RunnerReport:
    clock, log = FakeClock(now), RecordingLog()
    runner = FeedbackRunner(store, sheet, clock, log, sheets, settings, now_requested=now_requested)
    return anyio.run(runner.run_once)


def stored(store: MemoryStore, name: str) -> Company:
    with store.read() as work:
        [found] = work.reports.find_company(name)
    return found


def events(store: MemoryStore) -> dict[tuple[str, str], FeedbackEvent]:
    with store.read() as work:
        return {(key[0], key[1].value): event for key, event in work.feedback.last_read().items()}


def put(sheet: FakeSheet, company: str, column: str, text: str) -> None:
    sheet.type(sheet.row(company), sheet.column(column), text)


def shown(sheet: FakeSheet, company: str, column: str) -> str:
    return sheet.cell(sheet.row(company), sheet.column(column))


def test_a_decision_is_stored_and_said_in_our_status_column(store: MemoryStore, sheet: FakeSheet) -> None:
    put(sheet, "Norte", "resolution", "rechazado")
    report = feedback(store, sheet)
    norte = stored(store, "Norte")
    assert (norte.resolution, norte.resolution_at) == (Resolution.REJECTED, NOW)
    assert stored(store, "Sur").resolution is Resolution.PENDING
    assert shown(sheet, "Norte", "feedback status") == "applied 2026-11-23"
    assert shown(sheet, "Norte", "resolution") == "rechazado"
    assert shown(sheet, "Sur", "feedback status") == ""
    assert report.status is RunStatus.COMPLETED
    assert (report.counters["applied"], report.counters["decisions"], report.counters["rows"]) == (1, 1, 3)


def test_a_second_run_over_an_unchanged_sheet_changes_nothing(store: MemoryStore, sheet: FakeSheet) -> None:
    put(sheet, "Norte", "resolution", "ACCEPTED")
    put(sheet, "Sur", "resolution", "maybe")
    put(sheet, "Este", "notes", "=1+1 call")
    feedback(store, sheet)
    changes, writes = store.changes, len(sheet.writes)
    for _ in range(2):
        report = feedback(store, sheet, now=datetime(2026, 11, 24, tzinfo=UTC))
        sync(store, sheet)
        assert (store.changes, len(sheet.writes)) == (changes, writes)
        assert report.counters["applied"] == report.counters["not_understood"] == 0
        assert "'maybe' is none of" in report.rejected[0]


def test_what_is_not_understood_is_said_in_the_sheet_and_changes_nothing(store: MemoryStore, sheet: FakeSheet) -> None:
    put(sheet, "Norte", "resolution", "maybe")
    put(sheet, "Sur", "resolution", "ACCEPTED")
    report = feedback(store, sheet)
    assert stored(store, "Norte").resolution is Resolution.PENDING
    assert stored(store, "Sur").resolution is Resolution.ACCEPTED
    assert shown(sheet, "Norte", "feedback status").startswith("not understood: resolution: 'maybe' is none of PENDING")
    assert shown(sheet, "Norte", "resolution") == "maybe"
    assert report.status is RunStatus.COMPLETED
    put(sheet, "Norte", "resolution", "PENDING")
    feedback(store, sheet, now=datetime(2026, 11, 24, tzinfo=UTC))
    assert shown(sheet, "Norte", "feedback status") == "applied 2026-11-24"


def worked_on(store: MemoryStore) -> tuple[set[str], set[str]]:
    """The companies that are looked at for boards, and those whose boards are read."""
    with store.read() as work:
        due = work.companies.due_for_discovery(NOW, after=None, limit=9)
        boards = work.sources.to_ingest()
        return {c.name for c in due}, {s.board.slug for s in boards}


@pytest.mark.parametrize("word", ["REJECTED", "ACCEPTED", "ya es cliente"])
def test_a_decision_ends_the_work_on_a_company_and_taken_back_resumes_it(
    store: MemoryStore, sheet: FakeSheet, word: str
) -> None:
    norte = stored(store, "Norte")
    with store.write() as work:
        work.sources.save(source(norte))
    put(sheet, "Norte", "resolution", word)
    feedback(store, sheet)
    assert worked_on(store) == ({"Sur", "Este"}, set())
    put(sheet, "Norte", "resolution", "PENDING")
    feedback(store, sheet)
    assert worked_on(store) == ({"Norte", "Sur", "Este"}, {"norte"})


def test_decisions_and_events_are_stored_together_or_not_at_all(store: MemoryStore, sheet: FakeSheet) -> None:
    put(sheet, "Norte", "resolution", "REJECTED")
    put(sheet, "Sur", "model feedback", "FP")
    lock = store.lock(FakeClock(NOW))
    lease = lock.acquire("sheets", "us", timedelta(minutes=1))
    store.fence([lease])
    lock.release(lease)
    lock.acquire("sheets", "another run", timedelta(minutes=1))
    with pytest.raises(LeaseLost):
        feedback(store, sheet)
    assert stored(store, "Norte").resolution is Resolution.PENDING
    assert events(store) == {}
    store.fence([])
    feedback(store, sheet)
    assert stored(store, "Norte").resolution is Resolution.REJECTED
    assert {(field, e.value) for (_, field), e in events(store).items()} == {
        ("resolution", "REJECTED"),
        ("model_feedback", "FP"),
    }


def test_killed_before_the_status_was_written_the_next_sync_writes_it(store: MemoryStore, sheet: FakeSheet) -> None:
    class Killed(Exception):
        pass

    def kill() -> None:
        raise Killed

    put(sheet, "Norte", "resolution", "ACCEPTED")
    sheet.before_write = [kill]
    with pytest.raises(Killed):
        feedback(store, sheet)
    assert stored(store, "Norte").resolution is Resolution.ACCEPTED
    sync(store, sheet)
    assert shown(sheet, "Norte", "feedback status") == "applied 2026-11-23"
    assert feedback(store, sheet).counters["applied"] == 0


def test_writing_the_status_adds_no_rows_and_touches_no_other(store: MemoryStore, sheet: FakeSheet) -> None:
    put(sheet, "Norte", "resolution", "ACCEPTED")
    store_company(store, "Oeste", 8.0)
    store_company(store, "Sur", 6.5)
    feedback(store, sheet)
    assert sheet.writes[-1].cells == {(2, sheet.column("feedback status")): "applied 2026-11-23"}


def test_a_row_deleted_before_the_status_is_written_is_left_to_the_next_sync(
    store: MemoryStore, sheet: FakeSheet
) -> None:
    put(sheet, "Norte", "resolution", "ACCEPTED")
    sheet.before_write = [lambda: sheet.delete_row(2)]
    report = feedback(store, sheet)
    assert report.status is RunStatus.COMPLETED
    assert len(sheet.writes) == 1
    sync(store, sheet)
    assert shown(sheet, "Norte", "resolution") == "ACCEPTED"
    assert shown(sheet, "Norte", "feedback status") == "applied 2026-11-23"


def test_a_status_that_cannot_be_written_loses_no_decision(store: MemoryStore, sheet: FakeSheet) -> None:
    put(sheet, "Norte", "resolution", "ACCEPTED")
    sheet.before_write = [lambda: sheet.type(20, 1, "again")] * 3
    report = feedback(store, sheet)
    assert report.status is RunStatus.PARTIAL
    assert stored(store, "Norte").resolution is Resolution.ACCEPTED


def test_a_column_deleted_before_the_status_is_written_takes_nothing_of_other_rows_back(
    store: MemoryStore, sheet: FakeSheet
) -> None:
    put(sheet, "Sur", "notes", "call Ada")
    feedback(store, sheet)
    put(sheet, "Norte", "resolution", "ACCEPTED")
    sheet.before_write = [lambda: sheet.delete_column(sheet.column("notes"))]
    feedback(store, sheet)
    feedback(store, sheet)
    assert events(store)[stored(store, "Sur").id, "notes"].value == "call Ada"
    sync(store, sheet)
    feedback(store, sheet)
    assert shown(sheet, "Sur", "notes") == events(store)[stored(store, "Sur").id, "notes"].value == "call Ada"
    assert shown(sheet, "Norte", "feedback status") == "applied 2026-11-23"


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#ERROR!"])
def test_a_formula_that_fails_changes_no_note(store: MemoryStore, sheet: FakeSheet, error: str) -> None:
    put(sheet, "Norte", "notes", "call Ada")
    feedback(store, sheet)
    put(sheet, "Norte", "notes", error)
    report = feedback(store, sheet)
    assert events(store)[stored(store, "Norte").id, "notes"].value == "call Ada"
    assert error in report.rejected[0]


@pytest.mark.parametrize(
    ("cut", "why"),
    [
        (lambda t: evolve(t, header=t.header[:3], rows=tuple(r[:3] for r in t.rows)), "lacks"),
        (lambda t: evolve(t, header=t.rows[0], rows=t.rows[1:]), "no header of ours"),
        (lambda t: evolve(t, rows=t.rows[:1]), "2 of 3 synced rows are missing"),
        (lambda t: evolve(t, rows=()), "3 of 3 synced rows are missing"),
        (lambda t: SheetTable(header=(), rows=()), "lacks"),
        (lambda t: None, "lacks"),
    ],
)
def test_a_read_that_was_cut_applies_nothing_and_says_why(
    store: MemoryStore, sheet: FakeSheet, cut: object, why: str
) -> None:
    for name in ("Norte", "Sur", "Este"):
        put(sheet, name, "resolution", "ACCEPTED")
    assert callable(cut)
    sheet.seen = cut
    changes = store.changes
    report = feedback(store, sheet)
    assert report.status is RunStatus.PARTIAL
    assert why in report.failures[0].detail
    assert store.changes == changes


def test_an_error_in_the_middle_applies_nothing(store: MemoryStore, sheet: FakeSheet) -> None:
    put(sheet, "Norte", "resolution", "ACCEPTED")
    sheet.down = SheetError("it went away", where="there")
    report = feedback(store, sheet)
    assert [f.detail for f in report.failures] == ["there: it went away"]
    assert stored(store, "Norte").resolution is Resolution.PENDING


def test_one_missing_row_is_reported_and_blocks_no_other(store: MemoryStore, sheet: FakeSheet) -> None:
    put(sheet, "Norte", "resolution", "ACCEPTED")
    sheet.delete_row(sheet.row("Este"))
    report = feedback(store, sheet)
    assert stored(store, "Norte").resolution is Resolution.ACCEPTED
    assert report.counters["missing_rows"] == 1
    assert any("Este" in line and "its row is missing" in line for line in report.rejected)


def test_a_column_that_came_back_empty_invents_no_decision(store: MemoryStore, sheet: FakeSheet) -> None:
    put(sheet, "Norte", "notes", "call")
    put(sheet, "Norte", "resolution", "ACCEPTED")
    feedback(store, sheet)
    for column in ("notes", "resolution"):
        sheet.delete_column(sheet.column(column))
    sync(store, sheet)
    assert feedback(store, sheet).counters["applied"] == 0
    assert (shown(sheet, "Norte", "notes"), shown(sheet, "Norte", "resolution")) == ("call", "ACCEPTED")


def test_outside_its_window_it_is_skipped_and_says_when(store: MemoryStore, sheet: FakeSheet) -> None:
    put(sheet, "Norte", "resolution", "ACCEPTED")
    night = FeedbackSettings(window=TimeWindow.parse("03:00-06:00"), timezone=ZoneInfo("Europe/Madrid"))
    noon = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
    report = feedback(store, sheet, night, now=noon)
    assert report.status is RunStatus.SKIPPED
    assert report.note == "feedback is read from 03:00-06:00 (Europe/Madrid); there it is 12:00"
    assert stored(store, "Norte").resolution is Resolution.PENDING
    assert feedback(store, sheet, night, now=noon, now_requested=True).counters["applied"] == 1


def test_inside_its_window_by_local_time_it_runs(store: MemoryStore, sheet: FakeSheet) -> None:
    put(sheet, "Norte", "resolution", "ACCEPTED")
    night = FeedbackSettings(window=TimeWindow.parse("03:00-06:00"), timezone=ZoneInfo("Europe/Madrid"))
    assert feedback(store, sheet, night, now=datetime(2026, 11, 23, 2, 30, tzinfo=UTC)).counters["applied"] == 1


def test_without_a_sheet_or_rows_it_is_skipped(store: MemoryStore) -> None:
    assert "no sheet is configured" in feedback(store, None).note
    assert feedback(store, FakeSheet()).note == "the sheet has no rows yet"


SPANISH = SheetSettings(file="leads.xlsx", language="es", resolutions={"REJECTED": "Perdida"})


def test_a_spanish_sheet_is_written_read_and_answered_in_spanish(store: MemoryStore) -> None:
    sheet = FakeSheet()
    sync(store, sheet, SPANISH)
    assert (shown(sheet, "Norte", "resolución"), sheet.column("puntuación") > 0) == ("Pendiente", True)
    put(sheet, "Norte", "resolución", "perdida")
    put(sheet, "Sur", "resolución", "REJECTED")
    put(sheet, "Este", "valoración del modelo", "quizá")
    feedback(store, sheet, sheets=SPANISH)
    assert stored(store, "Norte").resolution is stored(store, "Sur").resolution is Resolution.REJECTED
    assert shown(sheet, "Norte", "estado de la decisión") == "aplicado 2026-11-23"
    assert shown(sheet, "Este", "estado de la decisión").startswith(
        "no se entiende: valoración del modelo: 'quizá' no es ninguno de Correcto, "
    )


def test_another_language_doubles_no_column_and_loses_no_decision(store: MemoryStore, sheet: FakeSheet) -> None:
    header = list(sheet.grid[0])
    put(sheet, "Norte", "resolution", "ACCEPTED")
    feedback(store, sheet)
    sync(store, sheet, SPANISH)
    assert sheet.grid[0] == header
    assert shown(sheet, "Norte", "feedback status") == "aplicado 2026-11-23"
    assert feedback(store, sheet, sheets=SPANISH).counters["applied"] == 0
    assert stored(store, "Norte").resolution is Resolution.ACCEPTED


def test_a_spanish_sheet_without_a_column_of_the_persons_is_not_trusted(store: MemoryStore) -> None:
    sheet = FakeSheet()
    sync(store, sheet, SPANISH)
    put(sheet, "Norte", "resolución", "Aceptada")
    sheet.delete_column(sheet.column("notas"))
    report = feedback(store, sheet, sheets=SPANISH)
    assert "the header lacks 'notas'; nothing was applied" in report.failures[0].detail
    assert stored(store, "Norte").resolution is Resolution.PENDING


def test_a_rejected_company_gets_no_new_row_where_they_are_hidden(store: MemoryStore, sheet: FakeSheet) -> None:
    hiding = SheetSettings(file="leads.xlsx", hide_resolutions=("REJECTED",))
    put(sheet, "Este", "resolution", "REJECTED")
    feedback(store, sheet, sheets=hiding)
    store_company(store, "Este", 4.5)
    sync(store, sheet, hiding)
    assert shown(sheet, "Este", "score") == "4.5"
    sheet.delete_row(sheet.row("Este"))
    report = feedback(store, sheet, sheets=hiding)
    assert any("its row is missing; companies so resolved get no new one" in line for line in report.rejected)
    sync(store, sheet, hiding)
    assert "Este" not in [cells[sheet.column("company") - 1] for cells in sheet.grid]
    assert feedback(store, sheet, sheets=hiding).counters["missing_rows"] == 0


def test_what_was_said_of_a_score_keeps_what_the_score_stood_on(store: MemoryStore, sheet: FakeSheet) -> None:
    put(sheet, "Norte", "model feedback", "FP")
    put(sheet, "Sur", "model feedback", "falso negativo")
    feedback(store, sheet)
    store_company(store, "Norte", 1.0)
    for _ in range(2):
        feedback(store, sheet, now=NOW + timedelta(days=1))
    with store.read() as work:
        told = {work.companies.get(r.company_id): r for r in work.feedback.ratings()}
    norte, sur = told[stored(store, "Norte")], told[stored(store, "Sur")]
    assert (norte.rating, norte.score, norte.top_category, norte.catalog_version, norte.at) == (
        ModelFeedback.FP, 9.0, "fx", "test:1", NOW,
    )  # fmt: skip
    assert sur.rating is ModelFeedback.FN
    put(sheet, "Norte", "model feedback", "")
    feedback(store, sheet)
    with store.read() as work:
        assert [r.rating for r in work.feedback.ratings()] == [ModelFeedback.FN]


def test_a_rating_holds_the_keywords_that_the_top_offer_earned_points_with(
    store: MemoryStore, sheet: FakeSheet
) -> None:
    norte = stored(store, "Norte")
    offer = an_offer(source(norte), "1")
    hit = Hit("fx", "hedging", Field.TITLE, "[[hedging]]", 2.5)
    scored = Scored(score=2.5, label=Label.WEAK, top_category="fx", hits=(hit,))
    with store.write() as work:
        work.sources.save(source(norte))
        work.offers.save([offer])
        work.offers.save_matches([Match(offer_id=offer.id, catalog_version="test:1", scored=scored, scored_at=NOW)])
        work.offers.save_metrics(evolve(metrics(norte), top_offer_id=offer.id), ())
    put(sheet, "Norte", "model feedback", "OK")
    feedback(store, sheet)
    with store.read() as work:
        [rating] = work.feedback.ratings()
    assert rating.hits == (RatedHit("fx", "hedging", 2.5),)


def test_reading_the_plan_changes_nothing_and_needs_no_window(store: MemoryStore, sheet: FakeSheet) -> None:
    put(sheet, "Norte", "resolution", "ACCEPTED")
    put(sheet, "Sur", "resolution", "maybe")
    changes, writes = store.changes, len(sheet.writes)
    reading = anyio.run(read_feedback, store, sheet, FakeClock(NOW), FILE)
    assert reading is not None
    told = [(c.row, c.company.name, c.event.previous, c.event.value, bool(c.trouble)) for c in reading.plan.cells]
    assert told == [(2, "Norte", "PENDING", "ACCEPTED", False), (3, "Sur", "PENDING", "PENDING", True)]
    assert reading.plan.cells[1].accepted == tuple(Resolution)
    assert (store.changes, len(sheet.writes)) == (changes, writes)
