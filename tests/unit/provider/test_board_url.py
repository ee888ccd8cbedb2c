from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ats_core.provider.board_url import BoardUrl, split_board_url


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        (
            "https://Jobs.Vendor.Example./Acme%20Co//x/?a=1&amp;b=2&a=3#f",
            BoardUrl("jobs.vendor.example", ("Acme Co", "x"), {"a": "1", "b": "2"}),
        ),
        ("http://vendor.example", BoardUrl("vendor.example", (), {})),
        ("https://vendor.example/a%2Fb", BoardUrl("vendor.example", ("a/b",), {})),
        ("https://vendor.example/%252e", BoardUrl("vendor.example", ("%2e",), {})),
        ("https://user@vendor.example:8443/a", BoardUrl("vendor.example", ("a",), {})),
        ("mailto:a@vendor.example", None),
        ("//vendor.example/a", None),
        ("https:///a", None),
        ("https://[vendor.example/a", None),
        ("https://vendor.example/" + "a" * 5000, None),
        ("", None),
    ],
)
def test_a_url_is_taken_apart_as_pages_write_it(url: str, parts: BoardUrl | None) -> None:
    assert split_board_url(url) == parts


@given(st.text() | st.text().map("https://vendor.example/{}".format) | st.text().map("https://{}".format))
def test_any_string_may_be_asked(text: str) -> None:
    parts = split_board_url(text)
    assert parts is None or all(parts.segments)
