"""What counts as another shape of a vendor's answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ats_core.domain.board import Board, ProviderName
from ats_core.domain.offer import Posting
from ats_core.errors import ConfigurationError
from ats_core.provider.messages import Request, Response
from ats_core.testing.recording.fixture import RecordedExchange, Recording, recorded_exchange
from ats_core.testing.recording.shape import changes, filled_fields, shape_of

BOARD = Board(ProviderName("acmehire"), "eu", "northwind")


def told(before: Any, after: Any) -> list[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    """The changes between two answers, as kind, path and types."""
    shapes = [shape_of(Recording.of(BOARD, [answered(value)]), ()) for value in (before, after)]
    return [(change.kind, change.path, change.before, change.after) for change in changes(*shapes)]


def answered(value: object, url: str = "https://api.acmehire.example/jobs?page=1", **more: Any) -> RecordedExchange:
    return RecordedExchange(url=url, content=value, is_json=True, **more)


def test_other_values_are_no_other_shape() -> None:
    assert told({"jobs": [{"id": 1, "pay": 2.5}]}, {"jobs": [{"id": 9, "pay": 3}, {"id": 8}]}) == []


def test_fields_that_came_and_went_are_told_without_what_is_in_them() -> None:
    before = {"jobs": [{"id": 1, "place": {"city": "Madrid"}}]}
    after = {"jobs": [{"id": 1, "office": {"city": "Madrid", "floors": [1]}}]}
    assert told(before, after) == [
        ("appeared", "jobs[].office", (), ("object",)),
        ("vanished", "jobs[].place", ("object",), ()),
    ]


def test_another_type_is_told_and_nothing_said_is_no_type() -> None:
    before = {"jobs": [{"id": 1, "pay": None, "open": True, "tags": ["a"]}]}
    after = {"jobs": [{"id": "1", "pay": 7, "open": None, "tags": [{"name": "a"}]}]}
    assert told(before, after) == [
        ("changed", "jobs[].id", ("number",), ("text",)),
        ("changed", "jobs[].tags[]", ("text",), ("object",)),
    ]


def test_details_of_all_postings_are_one_place() -> None:
    postings = [Posting(provider_offer_id=id_, title="t", description_text="") for id_ in ("7", "8")]
    urls = [f"https://api.acmehire.example/v7/jobs{path}" for path in ("", "/7", "/Madrid/8-treasury-analyst")]
    shape = shape_of(Recording.of(BOARD, [answered({"text": "x"}, url) for url in urls]), postings)
    assert list(shape) == ["GET api.acmehire.example/v7/jobs", "GET api.acmehire.example, one posting"]


def test_names_that_are_data_are_one_name() -> None:
    assert told({"teams": {"17": {"name": "a"}}}, {"teams": {"18": {"name": "b"}}}) == []


def test_of_answers_that_are_no_json_the_postings_records_count() -> None:
    posting = Posting(provider_offer_id="7", title="t", description_text="", raw=json.dumps({"name": "x"}).encode())
    xml = RecordedExchange(url="https://acme.example/xml", content="<jobs/>")
    assert shape_of(Recording.of(BOARD, [xml]), [posting]) == {
        "a posting": {"": frozenset({"object"}), "name": frozenset({"text"})}
    }


def test_fields_are_counted_that_a_posting_can_be_without() -> None:
    postings = [
        Posting(provider_offer_id="7", title="t", description_text="x", team="Treasury"),
        Posting(provider_offer_id="8", title="t", description_text=""),
    ]
    counted = filled_fields(postings)
    assert (counted["team"], counted["description_text"], counted["salary"]) == (1, 1, 0)
    assert "title" not in counted


def test_a_fixture_reads_as_what_was_written() -> None:
    recording = Recording.of(
        BOARD,
        [
            answered({"jobs": [{"id": 1, "title": "Á"}]}, method="POST", sent={"offset": 0}, headers={"etag": '"1"'}),
            RecordedExchange(url="https://acme.example/", status=404, content="no", answered_at="https://b.example/"),
        ],
    )
    assert Recording.parse(recording.text, where="x.json") == recording


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(st.characters()), lambda x: st.lists(x, max_size=3)
    )
)
def test_whatever_a_vendor_says_is_replayed_as_it_was_said(value: Any) -> None:
    said = Response(url="https://acme.example/", status=200, body=json.dumps(value).encode())
    recording = Recording.of(BOARD, [recorded_exchange(Request(url=said.url), said)])
    (exchange,) = Recording.parse(recording.text, where="x.json").exchanges
    assert json.loads(exchange.response.body) == value
    assert recording.size > 0
    assert not {"\x9b", "\u202e"} & set(recording.text)


def test_data_in_a_script_is_put_back_where_it_stood() -> None:
    page = '<html><script>var a = 1;</script><script type="application/json">{"text": "<b>x</b>"}</script></html>'
    exchange = RecordedExchange(url="https://acme.example/", content=page)
    assert exchange.data == {"text": "<b>x</b>"}
    changed = exchange.with_data({"text": "</script>"})
    assert changed.data == {"text": "</script>"}
    assert str(changed.content).startswith("<html><script>var a = 1;</script>")
    assert str(changed.content).endswith("</script></html>")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"provider": "a", "board": "b", "exchanges": [{}]}', "[" * 9999])
def test_what_is_no_recording_is_said_in_one_line(text: str) -> None:
    with pytest.raises(ConfigurationError, match="it is no recording") as caught:
        Recording.parse(text, where="x.json")
    assert "\n" not in str(caught.value)
