from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ats_adapters.sandbox import FaultKind, Faults, World

HOST, TARGET = "boards-api.greenhouse.io", "/v1/boards/kambixa/jobs"
NOW = datetime(2026, 1, 5, 6, tzinfo=UTC)
GOOD = World().handle(HOST, "GET", TARGET, {})
URLS = [(HOST, f"/v1/boards/b{n}/jobs") for n in range(400)]


def test_only_the_first_tries_of_a_url_fail() -> None:
    faults = Faults(kinds=["500"], tries=2)
    assert [faults.decide(HOST, TARGET, attempt) for attempt in range(4)] == ["500", "500", None, None]


def test_the_hard_way_a_url_fails_always_and_in_the_same_manner() -> None:
    faults = Faults(kinds=list(FaultKind), rate=0.5, tries=None)
    decided = {url: {faults.decide(*url, attempt) for attempt in range(20)} for url in URLS}
    assert all(len(kinds) == 1 for kinds in decided.values())
    assert {None} < {kind for kinds in decided.values() for kind in kinds}


@given(st.floats(min_value=0, max_value=1), st.integers(min_value=0, max_value=50))
def test_the_rate_is_how_often_a_first_try_fails(rate: float, seed: int) -> None:
    faults = Faults(kinds=["reset"], rate=rate, seed=seed)
    failed = sum(faults.decide(*url, 0) is not None for url in URLS) / len(URLS)
    assert abs(failed - rate) < 0.15


def test_the_same_seed_decides_alike_and_another_otherwise() -> None:
    one, same, other = (Faults(kinds=list(FaultKind), rate=0.5, seed=seed) for seed in (3, 3, 4))
    decided = [[faults.decide(*url, 0) for url in URLS] for faults in (one, same, other)]
    assert decided[0] == decided[1] != decided[2]
    assert set(decided[0]) == {None, *FaultKind}


@pytest.mark.parametrize(
    ("kind", "status", "retry_after"),
    [("429-seconds", 429, "7"), ("429", 429, None), ("500", 500, None), ("502", 502, None), ("503", 503, "7")],
)
def test_refusals_have_their_status_and_say_when_to_come_back(kind: str, status: int, retry_after: str | None) -> None:
    spoiled = Faults(kinds=[kind], retry_after=7).spoil(FaultKind(kind), GOOD, NOW)
    assert spoiled.status == status
    assert spoiled.header("retry-after") == retry_after
    assert (spoiled.header("content-type") or "").startswith("text/html")


def test_a_retry_after_date_is_an_http_date_on_the_given_clock() -> None:
    spoiled = Faults(kinds=["429-date"], retry_after=90).spoil(FaultKind.TOO_MANY_DATE, GOOD, NOW)
    text = spoiled.header("retry-after") or ""
    assert text == "Mon, 05 Jan 2026 06:01:30 GMT"
    assert (parsedate_to_datetime(text) - NOW).total_seconds() == 90


def test_invalid_json_claims_to_be_json_and_has_its_full_length() -> None:
    spoiled = Faults(kinds=["invalid-json"]).spoil(FaultKind.INVALID_JSON, GOOD, NOW)
    assert spoiled.status == 200
    assert spoiled.header("content-type") == "application/json; charset=utf-8"
    assert spoiled.header("content-length") == str(len(spoiled.body))
    assert spoiled.header("etag") is None
    with pytest.raises(ValueError):
        json.loads(spoiled.body)


def test_a_wrong_shape_is_json_without_postings() -> None:
    spoiled = Faults(kinds=["wrong-shape"]).spoil(FaultKind.WRONG_SHAPE, GOOD, NOW)
    assert "jobs" not in json.loads(spoiled.body)


def test_html_comes_instead_of_json_with_status_200() -> None:
    spoiled = Faults(kinds=["html"]).spoil(FaultKind.HTML, GOOD, NOW)
    assert (spoiled.status, spoiled.header("content-type")) == (200, "text/html; charset=utf-8")


@pytest.mark.parametrize("kind", ["reset", "hang", "truncated", "drip"])
def test_what_only_a_connection_can_play_leaves_the_answer_as_it_is(kind: str) -> None:
    assert Faults(kinds=[kind]).spoil(FaultKind(kind), GOOD, NOW) == GOOD


@pytest.mark.parametrize("wrong", [{"kinds": []}, {"kinds": ["nonsense"]}, {"kinds": ["500"], "rate": 1.5}])
def test_faults_that_make_no_sense_cannot_be_built(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Faults(**wrong)  # type: ignore[arg-type]


def test_one_kind_may_be_given_as_a_word() -> None:
    assert Faults(kinds="reset").kinds == (FaultKind.RESET,)
