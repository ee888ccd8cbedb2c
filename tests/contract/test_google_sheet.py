"""The Google gateway beyond the contract: few calls, nothing lost when they fail, looks that stay people's."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import date, timedelta

import anyio
import pytest
import requests
from tests.servers.clocks import JumpingClock
from tests.servers.sheets_api import CellFormat, Formula, Worksheet
from tests.servers.sheets_in_process import KEY, ROBOT, Desk, Fault, response
from tests.unit.sheet.companies_of_the_sheet import NOW, store_companies, store_company

from ats_adapters.sheets.google import ats_sheet, batches, spreadsheet_key
from ats_adapters.sheets.google.access import service_account_info
from ats_adapters.sheets.google.sheet import GoogleSheet
from ats_core.domain.run import RunnerReport, RunStatus
from ats_core.errors import ConfigurationError, SheetChanged, SheetError
from ats_core.ports import Store
from ats_core.runners.sheets_sync import SheetsSyncRunner
from ats_core.settings import HttpSettings, SheetSettings
from ats_core.sheet.table import CellValue, ColumnKind, ColumnLook, SheetChanges, SheetTable
from ats_core.testing.clock import FakeClock
from ats_core.testing.event_log import RecordingLog
from ats_core.testing.memory_store import MemoryStore
from ats_core.testing.sheet_suite import HOSTILE_TEXTS

LOOKS = {
    1: ColumnLook(ours=True),
    2: ColumnLook(kind=ColumnKind.SCORE, ours=True, width=8),
    3: ColumnLook(choices=("YES", "NO")),
    4: ColumnLook(kind=ColumnKind.DATE, ours=True),
}
FIRST = SheetChanges(
    cells={(1, 1): "id", (1, 2): "score", (1, 3): "verdict", (1, 4): "last"}
    | {(2, 1): "c_1", (2, 2): 7.5, (2, 4): date(2026, 11, 2), (3, 1): "c_2", (3, 2): 5.0},
    looks=LOOKS,
    fresh=frozenset(LOOKS),
)


def read(gateway: GoogleSheet) -> SheetTable | None:
    return anyio.run(gateway.read)


def write(gateway: GoogleSheet, changes: SheetChanges, *, at: SheetTable | None = None) -> None:
    anyio.run(functools.partial(gateway.write, changes, read=at if at is not None else read(gateway)))


def update(*rows: int, score: float = 9.0, **more: object) -> SheetChanges:
    """New scores in these rows."""
    cells: dict[tuple[int, int], CellValue] = {(row, 2): score for row in rows}
    anchors = frozenset({(1, 1), (1, 2), (1, 3), (1, 4), *((row, 1) for row in rows)})
    return SheetChanges(cells=cells, anchors=anchors, looks=LOOKS)


def sync(store: Store, desk: Desk) -> RunnerReport:
    """One run's sync, with a gateway of its own."""
    runner = SheetsSyncRunner(store, desk.gateway(), FakeClock(NOW), RecordingLog(), SheetSettings(spreadsheet_id=KEY))
    return anyio.run(runner.run_once)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def made(desk: Desk) -> Desk:
    """A desk whose spreadsheet has the worksheet."""
    write(desk.gateway(), FIRST)
    return desk


@pytest.fixture
def tab(made: Desk) -> Worksheet:
    return made.book.tab("Companies")


# How many calls.


@pytest.mark.slow
def test_ten_thousand_companies_take_few_calls_none_changed_two_and_a_hundred_changed_four(desk: Desk) -> None:
    store = MemoryStore()
    names = [f"Company{n:05}" for n in range(10_000)]
    store_companies(store, names, 5.0)
    report = sync(store, desk)
    assert (report.status, report.counters["added"]) == (RunStatus.COMPLETED, 10_000)
    first = len(desk.api.calls)
    assert sync(store, desk).counters["unchanged"] == 10_000
    unchanged = len(desk.api.calls) - first
    store_companies(store, names[:9_900:99], 8.0)
    assert sync(store, desk).counters["updated"] == 100
    changed = len(desk.api.calls) - first - unchanged
    # Besides, each run asks the token server once.
    assert (first <= 24, unchanged, changed) == (True, 2, 4)
    tab = desk.book.tab("Companies")
    assert len({tab.cell(row, 1) for row in range(2, 10_002)}) == 10_000
    assert [tab.cell(row, tab.column("score")) for row in (2, 101, 102)].count("8") <= 3
    assert sum(tab.cell(row, tab.column("score")) == "8" for row in range(2, 10_002)) == 100


def test_quotas_are_kept_to_whatever_is_asked() -> None:
    clock = JumpingClock()
    gateway = Desk(clock=clock).gateway()
    asked = []

    async def ask_often() -> None:
        for _ in range(130):
            await gateway.read()
            asked.append(clock.now())

    anyio.run(ask_often)
    assert all(later - earlier >= timedelta(minutes=1) for earlier, later in zip(asked, asked[60:], strict=False))


# Looks.


def test_a_new_worksheet_is_laid_out_at_once(tab: Worksheet) -> None:
    assert tab.frozen_rows == 1
    assert tab.format(0, 0).bold
    assert tab.format(1, 1).number == tab.format(90, 1).number == "NUMBER 0.0"
    assert tab.format(1, 3).number == "DATE yyyy-mm-dd"
    assert tab.format(1, 2).choices == tab.format(90, 2).choices == ("YES", "NO")
    assert tab.widths[1] == 56
    assert [(p["range"]["startColumnIndex"], p["range"]["endColumnIndex"]) for p in tab.protected] == [(0, 2), (3, 4)]
    assert all(protected["warningOnly"] for protected in tab.protected)
    assert len(tab.conditional) == 1


def test_numbers_and_days_are_stored_as_numbers_and_texts_as_texts(tab: Worksheet) -> None:
    assert tab.lines[1][:2] == ["c_1", 7.5]
    assert tab.lines[1][3] == 46328.0


def test_what_a_person_made_of_the_looks_stays(made: Desk, tab: Worksheet) -> None:
    tab.formats.clear()
    tab.protected.clear()
    tab.conditional.clear()
    tab.widths.clear()
    tab.frozen_rows = 0
    gateway = made.gateway()
    write(gateway, update(2))
    write(gateway, SheetChanges(cells={(4, 1): "c_3", (4, 2): 1.0}, anchors=frozenset({(1, 1)}), looks=LOOKS))
    assert (tab.formats, tab.protected, tab.conditional, tab.widths, tab.frozen_rows) == ({}, [], [], {}, 0)


def test_rows_that_the_grid_is_grown_by_get_formats_and_drop_downs_and_no_others(made: Desk, tab: Worksheet) -> None:
    tab.formats.clear()
    before = tab.row_count
    cells: dict[tuple[int, int], CellValue] = {(row, 1): f"c_{row}" for row in range(4, before + 5)}
    write(made.gateway(), SheetChanges(cells=cells, anchors=frozenset({(1, 1)}), looks=LOOKS))
    assert tab.format(before - 1, 2) == CellFormat()
    assert tab.format(before, 2).choices == tab.format(tab.row_count - 1, 2).choices == ("YES", "NO")
    assert tab.format(before, 1).number == "NUMBER 0.0"


def test_a_column_that_comes_to_be_later_is_laid_out_and_the_others_are_left(made: Desk, tab: Worksheet) -> None:
    tab.formats.clear()
    looks = {**LOOKS, 5: ColumnLook(kind=ColumnKind.COUNT, ours=True)}
    anchors = frozenset({(1, 1), (2, 1)})
    changes = SheetChanges(cells={(1, 5): "offers", (2, 5): 3}, anchors=anchors, looks=looks, fresh=frozenset({5}))
    write(made.gateway(), changes)
    assert {column for _, column in tab.formats} == {4}
    assert tab.frozen_rows == 1
    assert tab.protected[-1]["range"]["startColumnIndex"] == 4


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "_PAYLOAD", 20_000)
    monkeypatch.setattr(batches, "_PART", 5_000)


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("is_there", [False, True], ids=["no worksheet", "an empty worksheet"])
def test_a_worksheet_that_is_made_in_many_batches_is_laid_out_once(desk: Desk, is_there: bool) -> None:
    store = MemoryStore()
    store_companies(store, [f"Company{n:03}" for n in range(60)], 5.0)
    if is_there:
        desk.book.sheets.append(Worksheet(5, "Companies", 1000, 26))
    sync(store, desk)
    tab = desk.book.tab("Companies")
    assert len(desk.book.batches) > 3
    assert (len(tab.conditional), len(tab.protected), len(tab.metadata), tab.frozen_rows) == (1, 2, 1, 1)


@pytest.mark.usefixtures("small_batches")
def test_a_worksheet_is_laid_out_though_somebody_comes_in_between_its_batches(desk: Desk) -> None:
    store = MemoryStore()
    store_companies(store, [f"Company{n:03}" for n in range(60)], 5.0)
    tab = Worksheet(5, "Companies", 1000, 26)
    desk.book.sheets.append(tab)
    desk.book.before_write = [lambda: None, lambda: None, lambda: tab.type(40, 20, "mine")]
    assert sync(store, desk).status is RunStatus.COMPLETED
    assert (len(tab.conditional), len(tab.protected), tab.frozen_rows) == (1, 2, 1)
    assert tab.format(1, tab.column("resolution") - 1).choices


def test_a_tab_of_that_name_that_holds_no_cells_is_told(desk: Desk) -> None:
    desk.book.sheets.append(Worksheet(5, "companies", 0, 0, kind="OBJECT"))
    with pytest.raises(
        SheetError, match=r"the tab is a chart, or something else without cells; .*\[sheets\] worksheet"
    ):
        read(desk.gateway())


def test_an_empty_worksheet_of_the_persons_is_laid_out(desk: Desk) -> None:
    gateway = desk.gateway("Sheet1")
    table = read(gateway)
    assert table is not None
    assert table.extent == (0, 0)
    write(gateway, FIRST)
    tab = desk.book.tab("Sheet1")
    assert (tab.frozen_rows, tab.format(1, 2).choices, tab.cell(2, 1)) == (1, ("YES", "NO"), "c_1")


def test_a_renamed_worksheet_is_found_again_and_a_deleted_one_made_anew(made: Desk, tab: Worksheet) -> None:
    gateway = made.gateway()
    assert read(gateway) is not None
    tab.title = "Leads of June"
    write(gateway, update(2))
    assert tab.cell(2, 2) == "9"
    made.book.sheets.remove(tab)
    assert read(gateway) is None
    write(gateway, FIRST)
    assert made.book.tab("Companies").cell(2, 1) == "c_1"


# Nothing is lost when somebody comes in between.


def test_a_persons_formula_that_was_written_over_is_put_back_as_a_formula(made: Desk, tab: Worksheet) -> None:
    tab.lines.append(["total", Formula("=SUM(B2:B3)", 12.5)])
    gateway = made.gateway()
    at = read(gateway)
    made.book.before_write = [lambda: tab.delete_row(3)]
    with pytest.raises(SheetChanged):
        write(gateway, update(2, 3), at=at)
    assert tab.lines[2] == ["total", Formula("=SUM(B2:B3)", 12.5)]
    assert tab.cell(2, 2) == "7.5"
    assert [sheet.title for sheet in made.book.sheets] == ["Sheet1", "Companies"]


def test_rows_that_move_again_before_they_are_put_back_are_told(made: Desk, tab: Worksheet) -> None:
    gateway = made.gateway()
    at = read(gateway)
    made.book.before_write = [lambda: tab.insert_row(2, ["", "mine"])] * 2
    with pytest.raises(SheetError, match=r"rows 2 to 3 may hold what belongs in others; compare them with") as caught:
        write(gateway, update(2, 3), at=at)
    assert not isinstance(caught.value, SheetChanged)


@pytest.mark.usefixtures("small_batches")
def test_a_column_inserted_while_a_first_sync_is_under_way_shifts_no_row(desk: Desk) -> None:
    store = MemoryStore()
    names = [f"Company{n:03}" for n in range(60)]
    store_companies(store, names, 5.0)
    desk.book.before_write = [lambda: None, lambda: desk.book.tab("Companies").insert_column(1, ["mine"])]
    assert sync(store, desk).status is RunStatus.COMPLETED
    assert not desk.book.before_write
    tab = desk.book.tab("Companies")
    assert [tab.cell(row, 1) for row in range(1, len(tab.lines) + 1)] == ["mine"] + [""] * 60
    assert sorted(tab.cell(row, tab.column("company")) for row in range(2, len(tab.lines) + 1)) == names


def test_formulas_that_a_person_prepared_between_our_columns_stay(made: Desk, tab: Worksheet) -> None:
    tab.insert_column(2, ["mine"])
    prepared = Formula('=IF(A4="","",C4*2)', "")
    tab.lines += [["", prepared], ["", prepared]]
    tab.edited()
    looks = {1: LOOKS[1], 3: LOOKS[2], 4: LOOKS[3], 5: LOOKS[4]}
    cells: dict[tuple[int, int], CellValue] = {(4, 1): "c_3", (4, 3): 1.0, (4, 5): date(2026, 11, 3), (5, 1): "c_4"}
    write(made.gateway(), SheetChanges(cells=cells, anchors=frozenset({(1, 1), (1, 3)}), looks=looks))
    assert [tab.content(row, 1) for row in (3, 4)] == [prepared, prepared]
    assert [tab.cell(row, 1) for row in (4, 5)] == ["c_3", "c_4"]
    assert tab.cell(4, 3) == "1"


def test_a_grid_that_became_smaller_is_read_again(made: Desk, tab: Worksheet) -> None:
    gateway = made.gateway()
    at = read(gateway)
    tab.row_count = 3
    changes = SheetChanges(cells={(4, 1): "c_3"}, anchors=frozenset({(1, 1)}), looks=LOOKS)
    with pytest.raises(SheetChanged):
        write(gateway, changes, at=at)
    write(gateway, changes)
    assert tab.cell(4, 1) == "c_3"


def test_what_a_killed_write_left_aside_is_cleared_away_by_the_next(made: Desk, tab: Worksheet) -> None:
    made.book.sheets.append(Worksheet(77, "atsp, being written abc", 5, 5, hidden=True))
    write(made.gateway(), update(2))
    assert [sheet.title for sheet in made.book.sheets] == ["Sheet1", "Companies"]


# Nothing is lost or doubled when calls fail.


def refused(status: int, message: str = "no", **headers: str) -> Fault:
    def fault(through: Callable[[], requests.Response], request: requests.PreparedRequest) -> requests.Response:
        made = response(status, {"error": {"code": status, "message": message, "status": "X"}}, request)
        made.headers.update(headers)
        return made

    return fault


def lost(error: Exception) -> Fault:
    """The call is carried out, and its answer is lost."""

    def fault(through: Callable[[], requests.Response], request: requests.PreparedRequest) -> requests.Response:
        through()
        raise error

    return fault


def cut(through: Callable[[], requests.Response], request: requests.PreparedRequest) -> requests.Response:
    """The call is carried out, and half of its answer comes."""
    whole = through()
    whole._content = whole.content[: len(whole.content) // 2]
    return whole


def foreign(through: Callable[[], requests.Response], request: requests.PreparedRequest) -> requests.Response:
    """Something between here and Google answers in its own way."""
    return response(502, {"error": "bad_gateway"}, request)


def passed(through: Callable[[], requests.Response], request: requests.PreparedRequest) -> requests.Response:
    return through()


RESET = requests.exceptions.ConnectionError("reset")
LATE = requests.exceptions.ReadTimeout("late")


@pytest.mark.parametrize("fault", [refused(429), refused(503), refused(500), lost(RESET), lost(LATE), cut])
@pytest.mark.parametrize("call", range(5))
def test_a_call_that_fails_once_in_passing_changes_nothing_of_the_result(desk: Desk, fault: Fault, call: int) -> None:
    store = MemoryStore()
    store_companies(store, ["Norte", "Sur"], 5.0)
    sync(store, desk)
    store_companies(store, ["Sur", "Este"], 7.0)
    desk.network.faults = [*[passed] * call, fault]
    report = sync(store, desk)
    assert report.status is RunStatus.COMPLETED, report.failures
    tab = desk.book.tab("Companies")
    column = tab.column("score")
    shown = {tab.cell(row, 2): tab.cell(row, column) for row in range(2, len(tab.lines) + 1)}
    assert (shown, len(tab.lines)) == ({"Norte": "5", "Sur": "7", "Este": "7"}, 4)
    assert [sheet.title for sheet in desk.book.sheets] == ["Sheet1", "Companies"]
    assert sync(store, desk).counters["cells_written"] == 0


@pytest.mark.parametrize("fault", [lost(RESET), cut, refused(503)])
def test_a_lost_answer_to_a_first_write_makes_one_worksheet_with_each_row_once(desk: Desk, fault: Fault) -> None:
    store = MemoryStore()
    store_companies(store, ["Norte", "Sur"], 5.0)
    desk.network.faults = [passed, fault]
    assert sync(store, desk).status is RunStatus.COMPLETED
    tab = desk.book.tab("Companies")
    assert [tab.cell(row, 2) for row in range(1, len(tab.lines) + 1)] == ["company", "Norte", "Sur"]


def test_a_lost_answer_does_not_hide_that_rows_had_moved(made: Desk, tab: Worksheet) -> None:
    gateway = made.gateway()
    at = read(gateway)
    made.book.before_write = [lambda: tab.insert_row(2, ["", "mine"])]
    made.network.faults = [lost(RESET)]
    with pytest.raises(SheetChanged):
        write(gateway, update(2, 3), at=at)
    assert [tab.cell(row, 2) for row in (2, 3, 4)] == ["mine", "7.5", "5"]


def test_if_no_worksheet_is_shown_that_was_only_just_made_it_is_asked_for(made: Desk, tab: Worksheet) -> None:
    gateway = made.gateway()
    at = read(gateway)
    made.network.faults = [refused(400, "Unable to parse range: 'atsp, being written 1'!A1:D1")]
    write(gateway, update(2), at=at)
    assert tab.cell(2, 2) == "9"


def test_quota_errors_are_waited_out_for_a_minute(made: Desk) -> None:
    clock = made.clock
    assert isinstance(clock, JumpingClock)
    begun = clock.now()
    made.network.faults = [refused(429)] * 6
    assert read(made.gateway()) is not None
    assert 30 <= (clock.now() - begun).total_seconds() <= 180


def test_what_google_asks_to_wait_is_waited(made: Desk) -> None:
    clock = made.clock
    assert isinstance(clock, JumpingClock)
    clock.slept.clear()
    made.network.faults = [refused(429, **{"Retry-After": "17"})]
    read(made.gateway())
    assert clock.slept == [17.0]


SAID = {
    "quota": (refused(429), "Google's quota for this minute is used up"),
    "down": (refused(503), "Google Sheets is in trouble (HTTP 503)"),
    "late": (lost(LATE), "Google did not answer in time"),
    "reset": (lost(RESET), "Google cannot be reached (ConnectionError)"),
    "cut": (cut, "Google's answer was cut, or is no JSON"),
    "token": (refused(401), "Google refused the service account's token"),
    "protected": (refused(400, "You are trying to edit a protected cell."), f"let {ROBOT} edit the protected"),
    "office": (refused(400, "This operation is not supported for this document"), "it is an Office file"),
    "full": (refused(400, "above the limit of 10000000 cells."), "10 million cells at most"),
    "foreign": (foreign, "Google's answer is none of the Sheets API"),
    "strange": (refused(418, "teapot"), "Google answered HTTP 418 (teapot)"),
    "certificate": (lost(requests.exceptions.SSLError("x")), "REQUESTS_CA_BUNDLE"),
}


@pytest.mark.parametrize(("fault", "said"), SAID.values(), ids=SAID.keys())
def test_a_failure_that_stays_is_one_line_that_says_where_and_what(made: Desk, fault: Fault, said: str) -> None:
    made.network.faults = [fault] * 50
    with pytest.raises(SheetError) as caught:
        read(made.gateway())
    assert said in str(caught.value)
    assert str(caught.value).startswith(f"Google spreadsheet {KEY}, worksheet 'Companies': ")
    assert "\n" not in str(caught.value)


def test_who_may_not_edit_is_told_whom_to_share_the_sheet_with(made: Desk) -> None:
    made.book.editors = {"somebody@else.example"}
    with pytest.raises(SheetError, match=f"share the sheet with {ROBOT} as an editor"):
        read(made.gateway())


def test_an_api_that_is_not_enabled_and_a_spreadsheet_that_is_not_there_are_told_apart(made: Desk) -> None:
    made.api.is_enabled = False
    with pytest.raises(SheetError, match="API is not enabled"):
        read(made.gateway())
    made.api.is_enabled = True
    made.api.books.clear()
    with pytest.raises(SheetError, match="there is no such spreadsheet"):
        read(made.gateway())


def test_a_spreadsheet_that_would_be_too_large_is_refused_before_anything_is_written(made: Desk) -> None:
    made.book.tab("Sheet1").row_count = 380_000
    gateway = made.gateway()
    at = read(gateway)
    cells: dict[tuple[int, int], CellValue] = {(60_000, 1): "far"}
    calls = len(made.api.calls)
    with pytest.raises(SheetError, match="10,000,000 cells at most"):
        write(gateway, SheetChanges(cells=cells, looks=LOOKS), at=at)
    assert len(made.api.calls) == calls


# Values.


def test_hostile_texts_are_stored_as_texts_and_cut_where_they_are_too_long(made: Desk, tab: Worksheet) -> None:
    texts = [*HOSTILE_TEXTS, "a\x00b\x1bc", "x" * 60_000, "\u202eright to left"]
    cells: dict[tuple[int, int], CellValue] = {(4 + n, 1): text for n, text in enumerate(texts)}
    write(made.gateway(), SheetChanges(cells=cells, looks=LOOKS))
    stored = [line[0] for line in tab.lines[3:]]
    assert stored[: len(HOSTILE_TEXTS)] == list(HOSTILE_TEXTS)
    assert stored[-3] == "abc"
    assert isinstance(stored[-2], str)
    assert (len(stored[-2]), stored[-2][-8:]) == (50_000, " … [cut]")


def test_a_day_that_lost_its_format_is_not_written_every_night(desk: Desk) -> None:
    store = MemoryStore()
    store_company(store, "Norte", 5.0)
    sync(store, desk)
    desk.book.tab("Companies").formats.clear()
    assert sync(store, desk).counters["cells_written"] == 0


# Which spreadsheet.


@pytest.mark.parametrize(
    "text",
    [
        "1AbC-dEf_234567890",
        " https://docs.google.com/spreadsheets/d/1AbC-dEf_234567890/edit#gid=0 ",
        "https://docs.google.com/spreadsheets/u/1/d/1AbC-dEf_234567890",
    ],
)
def test_a_spreadsheet_is_named_by_its_id_or_url(text: str) -> None:
    assert spreadsheet_key(text) == "1AbC-dEf_234567890"


@pytest.mark.parametrize(
    "text", ["short", "https://sheets.example/d/1AbCdEf234567890", "1AbC/../dEf234567890", "a b" * 9]
)
def test_what_names_no_spreadsheet_is_a_mistake_of_the_configuration(text: str) -> None:
    with pytest.raises(ConfigurationError, match="between /d/ and /edit"):
        ats_sheet(SheetSettings(spreadsheet_id=text), HttpSettings())


@pytest.mark.parametrize("key", ['{"type": "service_account", "private_key": "secret"}', "secret" * 400])
def test_a_key_in_the_place_of_its_files_path_is_in_no_message(key: str) -> None:
    with pytest.raises(SheetError, match="put the key into GOOGLE_SERVICE_ACCOUNT_JSON") as caught:
        service_account_info({"GOOGLE_APPLICATION_CREDENTIALS": key})
    assert "secret" not in str(caught.value)


def test_without_a_spreadsheet_there_is_no_gateway() -> None:
    assert ats_sheet(SheetSettings(file="leads.xlsx"), HttpSettings()) is None
