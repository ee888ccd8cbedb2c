from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest
from tests.unit.sheet.companies_of_the_sheet import NOW, company

from ats_core.domain.company import Company, Resolution
from ats_core.domain.feedback import FeedbackEvent, FeedbackField, FeedbackOutcome
from ats_core.domain.identity import CompanyId
from ats_core.errors import SheetError
from ats_core.sheet.decisions import NotUnderstood
from ats_core.sheet.feedback_plan import FeedbackPlan, KnownFeedback, check_whole, plan_feedback
from ats_core.sheet.layout import Layout
from ats_core.sheet.table import SheetTable
from ats_core.sheet.wording import IN_ENGLISH

HEADER = ("id", "resolution", "model feedback", "notes")
NORTE, SUR = company("Norte"), company("Sur")
RESOLUTION, MODEL, NOTES = FeedbackField
APPLIED, NOT_UNDERSTOOD = FeedbackOutcome
LATER = NOW + timedelta(days=1)


def layout(*rows: Sequence[str], header: tuple[str, ...] = HEADER) -> Layout:
    return Layout.of(SheetTable(header=header, rows=tuple(map(tuple, rows))), place="leads.xlsx")


def known(
    *events: FeedbackEvent,
    companies: Sequence[Company] = (NORTE, SUR),
    applied: Mapping[FeedbackField, str] | None = None,
) -> KnownFeedback:
    """What the database holds after *events* about Norte."""
    values = {(e.company_id, e.field): e.value for e in events if e.outcome is APPLIED}
    values |= {(NORTE.id, field): value for field, value in (applied or {}).items()}
    return KnownFeedback(companies=companies, applied=values, last_read={(e.company_id, e.field): e for e in events})


def plan(*cells: str, given: KnownFeedback | None = None) -> FeedbackPlan:
    return plan_feedback(layout((NORTE.id, *cells)), given or known(), now=LATER)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ACCEPTED", "ACCEPTED"),
        (" accepted ", "ACCEPTED"),
        ("In progress", "IN_PROGRESS"),
        ("high-interest", "HIGH_INTEREST"),
        ("Rechazado", "REJECTED"),
        ("ya es cliente", "ALREADY_CUSTOMER"),
        ("Alto interés", "HIGH_INTEREST"),
    ],
)
def test_a_resolution_is_understood_in_any_case_and_in_spanish(text: str, value: str) -> None:
    assert IN_ENGLISH.words.understood(RESOLUTION, text) == value


@pytest.mark.parametrize("value", Resolution)
def test_every_resolution_means_itself(value: Resolution) -> None:
    assert IN_ENGLISH.words.understood(RESOLUTION, value.value) == value.value


def test_a_word_that_means_nothing_is_told_with_what_would() -> None:
    with pytest.raises(NotUnderstood) as error:
        IN_ENGLISH.words.understood(MODEL, "maybe")
    assert IN_ENGLISH.trouble(MODEL, error.value) == "model feedback: 'maybe' is none of OK, FP, FN"


def test_a_new_decision_becomes_one_event_and_one_resolution() -> None:
    made = plan("aceptado", "fp", " call\r\nTuesday ")
    assert made.resolutions == {NORTE.id: Resolution.ACCEPTED}
    assert [(e.field, e.read, e.previous, e.value, e.outcome, e.at) for e in made.events] == [
        (RESOLUTION, "aceptado", "PENDING", "ACCEPTED", APPLIED, LATER),
        (MODEL, "fp", "", "FP", APPLIED, LATER),
        (NOTES, "call\nTuesday", "", "call\nTuesday", APPLIED, LATER),
    ]
    assert made.unusable == ()


def test_what_was_applied_before_is_no_news() -> None:
    decided = NORTE.resolved(Resolution.ACCEPTED, NOW)
    given = known(companies=[decided], applied={MODEL: "FP", NOTES: "call"})
    made = plan("Accepted", "FP", "call", given=given)
    assert (made.events, made.resolutions, made.rows) == ((), {}, 1)


def test_an_empty_resolution_decides_nothing() -> None:
    decided = NORTE.resolved(Resolution.REJECTED, NOW)
    assert plan("", given=known(companies=[decided])).events == ()


def test_a_decision_is_taken_back_by_writing_another() -> None:
    decided = NORTE.resolved(Resolution.REJECTED, NOW)
    made = plan("pending", given=known(companies=[decided]))
    assert made.resolutions == {NORTE.id: Resolution.PENDING}
    assert made.events[0].previous == "REJECTED"


def test_emptied_notes_and_model_feedback_are_taken_back() -> None:
    made = plan("PENDING", "", "", given=known(applied={MODEL: "FP", NOTES: "call"}))
    assert [(e.field, e.previous, e.value) for e in made.events] == [(MODEL, "FP", ""), (NOTES, "call", "")]


def test_what_is_not_understood_is_told_once_and_reported_every_time() -> None:
    first = plan("maybe")
    [event] = first.events
    assert (event.outcome, event.value, event.previous) == (NOT_UNDERSTOOD, "PENDING", "PENDING")
    assert event.detail.startswith("resolution: 'maybe' is none of PENDING, ")
    second = plan("maybe", given=known(event))
    assert second.events == ()
    assert [str(r) for r in first.unusable] == [str(r) for r in second.unusable]
    assert str(second.unusable[0]).startswith("row 2 (Norte): resolution: 'maybe' is none of")
    assert len(plan("perhaps", given=known(event)).events) == 1


def test_a_mended_cell_is_news_even_where_it_changes_nothing() -> None:
    [trouble] = plan("maybe").events
    for mended in ("PENDING", ""):
        made = plan(mended, given=known(trouble))
        assert [(e.outcome, e.value, e.detail) for e in made.events] == [(APPLIED, "PENDING", "")]
        assert made.resolutions == {}
        assert plan(mended, given=known(trouble, *made.events)).events == ()


def test_the_last_event_of_a_row_tells_all_trouble_that_stands_in_it() -> None:
    made = plan("maybe", "perhaps", "call")
    assert [e.outcome for e in made.events] == [APPLIED, NOT_UNDERSTOOD, NOT_UNDERSTOOD]
    assert "'maybe'" in made.events[-1].detail
    assert "'perhaps'" in made.events[-1].detail
    later = plan("maybe", "OK", "call", given=known(*made.events))
    [event] = later.events
    assert event.outcome is APPLIED
    assert "'maybe'" in event.detail
    assert "'perhaps'" not in event.detail


def test_rows_of_nobody_and_rows_without_an_id_are_left_alone() -> None:
    made = plan_feedback(layout(("", "ACCEPTED"), ("c_unknown", "ACCEPTED")), known(), now=LATER)
    assert (made.events, made.rows, made.unusable) == ((), 0, ())


def test_a_copied_row_does_not_count_and_is_reported() -> None:
    made = plan_feedback(layout((NORTE.id, "ACCEPTED"), (NORTE.id, "REJECTED")), known(), now=LATER)
    assert made.resolutions == {NORTE.id: Resolution.ACCEPTED}
    assert [str(r) for r in made.unusable] == ["row 3: it has the id of row 2, which alone counts"]


def test_one_bad_row_costs_no_other() -> None:
    made = plan_feedback(layout((NORTE.id, "???"), (SUR.id, "ACCEPTED")), known(), now=LATER)
    assert made.resolutions == {SUR.id: Resolution.ACCEPTED}


def test_a_formula_that_was_never_calculated_says_nothing() -> None:
    table = SheetTable(header=HEADER, rows=((NORTE.id, "PENDING", "", ""),), uncalculated=frozenset({(2, 4)}))
    given = known(applied={NOTES: "call"})
    made = plan_feedback(Layout.of(table, place=""), given, now=LATER)
    assert made.events == ()
    assert "no calculated value" in str(made.unusable[0])


@pytest.mark.parametrize("lacking", HEADER)
def test_a_read_without_one_of_the_columns_is_not_trusted(lacking: str) -> None:
    header = tuple(label for label in HEADER if label != lacking)
    with pytest.raises(SheetError, match=f"not whole: the header lacks '{lacking}'; nothing was applied"):
        check_whole(layout(header=header), [], place="leads.xlsx")


def test_a_read_without_half_of_the_rows_is_not_trusted() -> None:
    ids = [CompanyId(f"c_{n}") for n in range(4)]
    with pytest.raises(SheetError, match=r"leads\.xlsx: .* 2 of 4 synced rows are missing; nothing was applied"):
        check_whole(layout(("c_0",), ("c_1",)), ids, place="leads.xlsx")
    assert check_whole(layout(("c_0",), ("c_1",), ("c_2",)), ids, place="") == ("c_3",)
    assert check_whole(layout(), [], place="") == ()
