from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ats_core.domain.offer import Posting
from ats_core.provider.record import BadField, Record
from ats_core.provider.records import read_records
from ats_core.provider.values import http_url, plain_amount

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
READERS: list[Callable[[Record], Any]] = [
    lambda r: r.id("x"),
    lambda r: r.text("x"),
    lambda r: r.optional_text("x"),
    lambda r: r.markup("x"),
    lambda r: r.texts("x"),
    lambda r: r.time("x"),
    lambda r: r.epoch_ms("x"),
    lambda r: r.amount("x"),
    lambda r: r.url("x"),
    lambda r: r.record("x"),
    lambda r: r.records("x"),
]


@given(JSON, st.sampled_from(READERS))
def test_reading_any_json_gives_a_value_or_names_the_field(value: object, read: Callable[[Record], Any]) -> None:
    read_or_named = reason_of(read, value)
    assert read_or_named is None or ("x: " not in read_or_named and "\n" not in read_or_named)


def reason_of(read: Callable[[Record], Any], value: object) -> str | None:
    """Why the field `x` could not be read, if it could not; any other error is the test's to fail with."""
    record = Record({"x": value})
    try:
        read(record)
    except BadField as bad:
        assert not record.lost
        return bad.reason if bad.field.startswith("x") and bad.reason else "x: the field is not named"
    for field, reason in record.lost.items():
        return reason if field.startswith("x") and reason else "x: the field is not named"
    return None


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_null_and_blank_are_not_said(nothing: object) -> None:
    record = Record({"x": nothing})
    assert record.optional_text("x") is None
    assert record.markup("x") == ""
    assert record.url("x") is None
    with pytest.raises(BadField, match="x: is missing"):
        record.text("x")


def test_ids_are_text_or_whole_numbers() -> None:
    assert Record({"id": 17}).id() == "17"
    assert Record({"id": " a-1 "}).id() == "a-1"
    refused: tuple[object, ...] = (True, 1.5, "", "a\nb", "x" * 300, None, [])
    for bad in refused:
        with pytest.raises(BadField, match=r"^id: "):
            Record({"id": bad}).id()


@pytest.mark.parametrize(
    ("sent", "time"),
    [
        ("2026-03-01T11:45:30-05:00", datetime(2026, 3, 1, 16, 45, 30, tzinfo=UTC)),
        ("2026-03-01T11:45:30.250Z", datetime(2026, 3, 1, 11, 45, 30, 250_000, tzinfo=UTC)),
        ("2026-03-01T11:45:30", datetime(2026, 3, 1, 11, 45, 30, tzinfo=UTC)),
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("", None),
    ],
)
def test_times_are_read_as_utc(sent: str, time: datetime | None) -> None:
    assert Record({"at": sent}).time("at") == time


@pytest.mark.parametrize("sent", ["yesterday", "2026-13-01", 17, "0001-01-01T00:00:00+23:00"])
def test_what_is_no_time_is_lost_by_name(sent: object) -> None:
    record = Record({"at": sent})
    assert record.time("at") is None
    assert list(record.lost) == ["at"]


@pytest.mark.parametrize("sent", [10**20, -(10**20), "soon", [], True, 1e300])
def test_what_is_no_epoch_is_lost_by_name(sent: object) -> None:
    record = Record({"at": sent})
    assert record.epoch_ms("at") is None
    assert list(record.lost) == ["at"]


@pytest.mark.parametrize(
    ("sent", "amount"),
    [(0, "0"), (85000.0, "85000"), ("85000.00", "85000"), (12.5, "12.5"), ("12.50", "12.5"), (1e5, "100000")],
)
def test_an_amount_has_one_spelling(sent: object, amount: str) -> None:
    assert str(Record({"pay": sent}).amount("pay")) == amount


@pytest.mark.parametrize("sent", [-1, "1 000", "NaN", "Infinity", 10**16, True, {}])
def test_what_is_no_amount_is_lost_by_name(sent: object) -> None:
    record = Record({"pay": sent})
    assert record.amount("pay") is None
    assert list(record.lost) == ["pay"]


def test_hundredths_keep_their_value() -> None:
    assert plain_amount(Decimal(7_050_050) / 100) == Decimal("70500.5")


@pytest.mark.parametrize(
    ("sent", "url"),
    [
        (" https://acme.example/jobs?id=1 ", "https://acme.example/jobs?id=1"),
        ("HTTP://acme.example", "HTTP://acme.example"),
        ("javascript:alert(1)", None),
        ("https://", None),
        ("https://acme.example/a b", None),
        ('https://acme.example/"onclick=', None),
        ("https://[acme", None),
        ("//acme.example", None),
        ("https://acme.example/" + "x" * 3000, None),
        (17, None),
    ],
)
def test_only_web_addresses_are_links(sent: object, url: str | None) -> None:
    assert http_url(sent) == url


def test_a_nested_field_is_named_by_its_path() -> None:
    record = Record({"departments": [{"name": "Sales"}, {"name": 5}], "pay": {"min": "x"}})
    with pytest.raises(BadField, match=r"^departments\[1\]\.name: is 5, not text"):
        [department.text("name") for department in record.records("departments")]
    pay = record.record("pay")
    assert pay is not None
    assert pay.amount("min") is None
    assert record.lost == {"pay.min": '"x" is no number'}


def test_a_wrong_part_of_a_list_is_lost_and_the_others_are_read() -> None:
    record = Record({"places": ["Madrid", 7, "Porto"], "lists": [{"text": "You"}, "bring", {"text": ["boots"]}]})
    assert record.texts("places") == ("Madrid", "Porto")
    assert [part.optional_text("text") for part in record.records("lists")] == ["You", None]
    assert record.lost == {
        "places": "holds 7, not text",
        "lists[1]": 'is "bring", not an object',
        "lists[2].text": 'is ["boots"], not text',
    }


@pytest.mark.parametrize("sent", ["javascript:alert(1)", 7])
def test_a_link_that_is_none_is_lost_and_a_blank_one_is_not_said(sent: object) -> None:
    record = Record({"url": sent, "blank": " "})
    assert (record.url("url"), record.url("blank")) == (None, None)
    assert list(record.lost) == ["url"]


def test_texts_of_a_list_come_once_and_in_order() -> None:
    assert Record({"x": ["B", "A ", None, "B", ""]}).texts("x") == ("B", "A")


def reader(record: Record) -> Posting | None:
    if record.fields.get("known"):
        return None
    if record.fields.get("bug"):
        raise KeyError("location")
    record.time("at")
    return Posting(
        provider_offer_id=record.id(),
        title=record.text("title"),
        description_text="",
        raw=orjson.dumps(record.fields),
    )


def test_each_record_is_read_seen_or_rejected_and_none_disturbs_another() -> None:
    read = read_records(
        [
            {"id": 1, "title": "A"},
            {"id": 2},
            {"id": 3, "title": "C", "known": True, "at": "soon"},
            "posting",
            {"title": "no id"},
            {"id": 1, "title": "again"},
            {"id": 6, "title": "F", "bug": True},
            {"id": 7, "title": "G", "at": "soon"},
        ],
        reader,
        first=100,
    )
    assert [posting.title for posting in read.postings] == ["A", "G"]
    assert read.seen_ids == {"1", "2", "3", "6", "7"}
    assert [str(record) for record in read.rejected] == [
        "2: title: is missing",
        '#103: is "posting", not an object',
        "#104: id: is missing",
        "6: the adapter failed on it: KeyError: 'location'",
    ]
    assert [str(field) for field in read.lost_fields] == ['7: at: "soon" is no ISO-8601 time']


def test_a_record_with_thousands_of_wrong_fields_names_some_of_them() -> None:
    record = Record({"places": [0] * 5000})
    assert record.records("places") == []
    assert len(record.lost) == 100


def test_what_is_kept_of_a_record_holds_on_to_no_more_memory_than_it_has() -> None:
    tracemalloc.start()
    try:
        kept = [Record({"id": number, "title": "Analyst"}).raw() for number in range(500)]
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept[7] == b'{"id":7,"title":"Analyst"}'
    assert held < 500 * 500
