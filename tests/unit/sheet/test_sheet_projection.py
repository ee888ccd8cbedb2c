from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.sheet.companies_of_the_sheet import NOW, source, summary

from ats_core.domain.board import SourceStatus
from ats_core.domain.company import Resolution
from ats_core.domain.feedback import FeedbackEvent, FeedbackField, FeedbackOutcome
from ats_core.domain.summary import CompanySummary
from ats_core.sheet.cells import CUT_MARK, MAX_CELL, line, paragraphs, still_holds
from ats_core.sheet.columns import OURS, THEIRS, Column
from ats_core.sheet.projection import RowOrder, companies_for_sheet, project
from ats_core.sheet.table import CellValue
from ats_core.sheet.wording import IN_ENGLISH, LANGUAGES


def test_a_company_becomes_one_value_for_each_column_of_ours() -> None:
    norte = summary("Norte")
    assert project(norte, {}).ours == {
        Column.ID: norte.company.id,
        Column.COMPANY: "Norte",
        Column.WEBSITE: "https://norte.example/",
        Column.ATS: "lever",
        Column.SCORE: 7.5,
        Column.LABEL: "strong",
        Column.TOP_CATEGORY: "fx",
        Column.WHY: "fx desk in the title",
        Column.OPEN_OFFERS: 4,
        Column.STRONG_OFFERS: 2,
        Column.ACTIVITY: 1,
        Column.TOP_OFFER: "Head of FX",
        Column.TOP_OFFER_URL: "https://jobs.example/1",
        Column.LAST_STRONG: date(2026, 11, 2),
        Column.STATUS: None,
    }


def test_a_company_without_metrics_has_empty_numbers() -> None:
    row = project(summary("Norte", None), {})
    assert set(row.ours) == set(OURS)
    assert row.ours[Column.SCORE] is None
    assert row.ours[Column.OPEN_OFFERS] is None


def test_only_active_boards_are_named_each_vendor_once() -> None:
    norte = summary("Norte")
    of = norte.company
    boards = (source(of, "lever"), source(of, "greenhouse"), source(of, "ashby", SourceStatus.UNSURE))
    assert project(evolve(norte, sources=boards), {}).ours[Column.ATS] == "greenhouse, lever"


def test_the_persons_cells_begin_with_what_the_database_holds() -> None:
    norte = summary("Norte")
    decided = evolve(norte, company=norte.company.resolved(Resolution.ACCEPTED, NOW))
    of = norte.company.id
    applied = {(of, FeedbackField.NOTES): "call Tuesday", (of, FeedbackField.RESOLUTION): "x"}
    assert project(decided, applied).initial == {
        Column.RESOLUTION: "ACCEPTED",
        Column.MODEL_FEEDBACK: None,
        Column.NOTES: "call Tuesday",
    }
    assert set(project(norte, {}).initial) == set(THEIRS)


def test_the_hash_is_of_our_values_alone() -> None:
    norte = summary("Norte")
    decided = evolve(norte, company=norte.company.resolved(Resolution.ACCEPTED, NOW))
    assert project(decided, {}).hash == project(norte, {}).hash
    assert project(summary("Norte", 7.4), {}).hash != project(norte, {}).hash


def test_the_status_says_what_came_of_the_last_feedback() -> None:
    event = FeedbackEvent(
        company_id=summary("Norte").company.id,
        field=FeedbackField.RESOLUTION,
        read="ok",
        previous="PENDING",
        value="ACCEPTED",
        outcome=FeedbackOutcome.APPLIED,
        detail="",
        at=datetime(2026, 11, 23, 23, 30, tzinfo=UTC),
    )
    assert IN_ENGLISH.status(event) == "applied 2026-11-23"
    assert IN_ENGLISH.status(evolve(event, detail="notes: x")) == "applied 2026-11-23; not understood: notes: x"
    lost = evolve(event, outcome=FeedbackOutcome.NOT_UNDERSTOOD, detail="resolution: 'maybe' is none of A, B")
    assert IN_ENGLISH.status(lost) == "not understood: resolution: 'maybe' is none of A, B"


def test_hostile_text_becomes_one_clean_line_and_keeps_what_it_says() -> None:
    row = project(summary("Norte", why="=1+1\x00\x07\n\u202egnp\ud800 👩‍💻 end"), {})
    why = row.ours[Column.WHY]
    assert isinstance(why, str)
    assert why.startswith("=1+1 ")
    assert why.endswith(" end")
    assert why.isprintable()


def test_a_text_too_long_for_a_cell_is_cut_with_a_mark() -> None:
    why = project(summary("Norte", why="x" * 60_000), {}).ours[Column.WHY]
    assert isinstance(why, str)
    assert len(why) == MAX_CELL
    assert why.endswith(CUT_MARK)


@given(st.text())
def test_cleaning_a_text_twice_is_cleaning_it_once(text: str) -> None:
    assert line(line(text)) == line(text)
    assert paragraphs(paragraphs(text)) == paragraphs(text)
    line(text).encode()
    paragraphs(text).encode()


def test_a_cut_counts_as_spreadsheets_count_and_splits_no_character() -> None:
    cut = paragraphs("👍" * 40_000)
    assert len(cut.encode("utf-16-le")) <= 2 * MAX_CELL
    assert set(cut.removesuffix(CUT_MARK)) == {"👍"}
    assert paragraphs(cut) == cut


@pytest.mark.parametrize(
    ("read", "value", "holds"),
    [
        ("7.5", 7.5, True),
        ("7,5", 7.5, True),
        ("7.50", 7.5, True),
        ("8", 7.5, True),
        ("9", 7.5, False),
        ("7.6", 7.5, False),
        ("", 7.5, False),
        ("seven", 7, False),
        ("2026-11-02", date(2026, 11, 2), True),
        ("02/11/26", date(2026, 11, 2), True),
        ("2 nov 2026", date(2026, 11, 2), True),
        ("46328", date(2026, 11, 2), True),
        ("2026-11-03", date(2026, 11, 2), False),
        ("", date(2026, 11, 2), False),
        ("", None, True),
        ("x", None, False),
        ("a  b", "a b", True),
        ("a b c", "a b", False),
    ],
)
def test_a_cell_holds_its_value_however_it_is_formatted(read: str, value: CellValue, holds: bool) -> None:
    assert still_holds(read, value) is holds


def test_companies_need_metrics_the_score_and_room_but_rows_that_are_there_stay() -> None:
    ranked = [summary("A", 9), summary("B", 6), summary("C", 3), summary("D", 1), summary("E", None)]

    def names(chosen: Iterable[CompanySummary]) -> str:
        return "".join(c.company.name for c in chosen)

    assert names(companies_for_sheet(ranked, (), minimum_score=0, maximum_rows=None)) == "ABCD"
    assert names(companies_for_sheet(ranked, (), minimum_score=3, maximum_rows=None)) == "ABC"
    assert names(companies_for_sheet(ranked, (), minimum_score=0, maximum_rows=2)) == "AB"
    present = {ranked[3].company.id, ranked[4].company.id}
    assert names(companies_for_sheet(ranked, present, minimum_score=3, maximum_rows=3)) == "DEA"
    assert names(companies_for_sheet(ranked, present, minimum_score=3, maximum_rows=1)) == "DE"


def test_hidden_resolutions_get_no_new_row_but_a_row_that_is_there_stays() -> None:
    kept, lost, taken = (summary(name, 5) for name in ("Kept", "Lost", "Taken"))
    lost = evolve(lost, company=lost.company.resolved(Resolution.REJECTED, NOW))
    taken = evolve(taken, company=taken.company.resolved(Resolution.ACCEPTED, NOW))

    def names(present: Iterable[str], *hide: Resolution) -> list[str]:
        chosen = companies_for_sheet(
            [kept, lost, taken], frozenset(present), minimum_score=0, maximum_rows=None, hide=hide
        )
        return [c.company.name for c in chosen]

    assert names((), Resolution.REJECTED) == ["Kept", "Taken"]
    assert names([lost.company.id], Resolution.REJECTED, Resolution.ACCEPTED) == ["Lost", "Kept"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (RowOrder.SCORE, ["b", "A", "c"]),
        (RowOrder.NAME, ["A", "b", "c"]),
        (RowOrder.NEWEST, ["c", "b", "A"]),
        (RowOrder.ACTIVITY, ["A", "b", "c"]),
    ],
)
def test_new_rows_come_in_the_configured_order_and_the_best_get_what_room_there_is(
    order: RowOrder, expected: list[str]
) -> None:
    ranked = []
    for name, score, days, activity in (("b", 9, 1, 1), ("A", 8, 0, 5), ("c", 7, 2, 0), ("d", 1, 9, 9)):
        of = summary(name, score)
        assert of.metrics is not None
        company = evolve(of.company, created_at=NOW + timedelta(days=days))
        ranked.append(evolve(of, company=company, metrics=evolve(of.metrics, activity=activity)))
    chosen = companies_for_sheet(ranked, (), minimum_score=0, maximum_rows=3, order=order)
    assert [c.company.name for c in chosen] == expected


def test_a_spanish_sheet_begins_with_spanish_words_and_says_so_in_its_status() -> None:
    norte = summary("Norte")
    event = FeedbackEvent(
        company_id=norte.company.id,
        field=FeedbackField.MODEL_FEEDBACK,
        read="fp",
        previous="",
        value="FP",
        outcome=FeedbackOutcome.APPLIED,
        detail="",
        at=NOW,
    )
    applied = {(norte.company.id, FeedbackField.MODEL_FEEDBACK): "FP"}
    row = project(evolve(norte, feedback=event), applied, wording=LANGUAGES["es"])
    assert (row.initial[Column.RESOLUTION], row.initial[Column.MODEL_FEEDBACK]) == ("Pendiente", "Falso positivo")
    assert row.ours[Column.STATUS] == "aplicado 2026-11-23"
