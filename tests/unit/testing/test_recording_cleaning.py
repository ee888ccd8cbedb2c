"""What is taken out of a recording, and that its shape stays."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ats_adapters.ats.lever import Lever
from ats_core.domain.board import Board, ProviderName
from ats_core.provider.json_board import JsonBoard, LinkedPages, PostingFields
from ats_core.provider.messages import Request, Response
from ats_core.testing.recording.cleaning import (
    MAILBOX,
    PERSON,
    REMOVED,
    clean_recording,
    clean_text,
    clean_url,
    clean_value,
)
from ats_core.testing.recording.fixture import Recording, recorded_exchange
from ats_core.testing.recording.shape import types_in

BOARD = Board(ProviderName("acmehire"), "", "northwind")
NAMES = st.sampled_from(["id", "title", "apiKey", "token", "recruiter", "phone", "text", "created_by", "url"])
TEXTS = st.text() | st.sampled_from(
    [
        "+34 600 123 456",
        "jane.doe@northwind.example",
        "https://u:p@jobs.example/1?utm_source=x&token=abc&id=7",
        "2026-03-02T09:30:00Z",
        "eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl",
    ]
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_cleaning_keeps_every_field_and_its_type(value: Any) -> None:
    assert list(types_in(clean_value(value))) == list(types_in(value))


@given(VALUES)
def test_what_is_clean_stays_as_it_is(value: Any) -> None:
    once = clean_value(value)
    assert clean_value(once) == once


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Write to jane.doe+jobs@northwind.example now", f"Write to {MAILBOX} now"),
        ("jane&#64;northwind.example", MAILBOX),
        ("mailto:jane%40northwind.example", f"mailto:{MAILBOX}"),
        ("+34 600 123 456", "+00 000 000 000"),
        ("(555) 123-4567 or 555-123-4567", "(000) 000-0000 or 000-000-0000"),
        ("Tel: 912345678.", "Tel: 000000000."),
        ("0034 91 123 45 67", "0000 00 000 00 00"),
        ("Bearer abcdefghijklmnop", f"Bearer {REMOVED}"),
        ("AKIAABCDEFGHIJKLMNOP", REMOVED),
    ],
)
def test_mailboxes_telephones_and_keys_are_replaced(text: str, clean: str) -> None:
    assert clean_text(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02 10:30:00 UTC",
        "2026-03-02T09:30:00.123+01:00",
        "0b7c1f6e-58a9-4f7e-9a34-0c2f5f1d7a10",
        "EUR 42.000 - 51.000 a year, 40 hours, 1,234,567 customers, 24/7",
        "https://jobs.example/postings/555-123-4567?page=2",
        "Version 3.11.7, ISO 27001, 2026-2027",
    ],
)
def test_times_ids_and_sums_are_left_alone(text: str) -> None:
    assert clean_text(text) == text


def test_an_url_loses_tracking_passwords_and_the_values_of_secrets() -> None:
    assert clean_url("https://u:p@a.example/x?utm_source=1&id=7&api_key=s3&gh_src=t") == (
        f"https://a.example/x?id=7&api_key={REMOVED}"
    )
    assert clean_url("https://a.example/x?token=n2&page=2", kept={"token"}) == "https://a.example/x?token=n2&page=2"
    assert clean_text('<a href="https://a.example/?utm_medium=m&amp;a=1&amp;b=2">') == (
        '<a href="https://a.example/?a=1&amp;b=2">'
    )


def test_people_are_replaced_by_name_of_the_field_and_ids_of_postings_stay() -> None:
    record = {"id": "600 123 456", "hiringManager": {"name": "Jane Doe", "id": 4}, "x-api-key": "s3cret", "phone": "91"}
    assert clean_value(record, ids={"600 123 456"}) == {
        "id": "600 123 456",
        "hiringManager": {"name": PERSON, "id": 4},
        "x-api-key": REMOVED,
        "phone": "00",
    }


def test_only_three_headers_of_an_answer_are_kept_and_none_of_a_request() -> None:
    request = Request(url="https://a.example/?token=t", headers={"authorization": "Bearer abc"})
    headers = {"set-cookie": "sid=1", "etag": '"1"', "content-type": "application/json", "x-request-id": "77"}
    response = Response(url=request.url, status=200, body=b'{"jobs": []}', headers=headers)
    recording = clean_recording(Recording.of(BOARD, [recorded_exchange(request, response)]), Lever(), ids=())
    (exchange,) = json.loads(recording.text)["exchanges"]
    assert exchange == {
        "url": f"https://a.example/?token={REMOVED}",
        "headers": {"content-type": "application/json", "etag": '"1"'},
        "json": {"jobs": []},
    }


def test_what_names_the_next_page_is_no_secret() -> None:
    paged = JsonBoard(
        name="acmehire",
        url="https://api.acmehire.example/{slug}",
        links=(),
        records="jobs",
        paging=LinkedPages(next="meta.token", token="session"),
        fields=PostingFields(),
    )
    exchange = recorded_exchange(
        Request(url="https://api.acmehire.example/northwind?session=p2"),
        Response(url="https://api.acmehire.example/northwind?session=p2", status=200, body=b'{"meta":{"token":"p3"}}'),
    )
    recording = Recording.of(BOARD, [exchange])
    assert clean_recording(recording, paged, ids=()) == recording
