"""What is text is decoded, whatever it claims to be."""

from __future__ import annotations

import codecs
from encodings.aliases import aliases

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ats_adapters.http.texts import decoded, looks_binary, media_type, readable


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("año".encode(), "text/html; charset=utf-8", "año"),
        ("año".encode("latin-1"), "text/html; charset=ISO-8859-1", "año"),
        ("año".encode("latin-1"), "text/html;charset='latin1'", "año"),
        ("10 €".encode("cp1252"), "text/html; charset=latin1", "10 €"),
        ("año".encode("cp1252"), 'text/html; charset="windows-1252"', "año"),
        ("año".encode("latin-1"), "text/html; charset=iso-8859-15", "año"),
        ("año".encode(), "text/html", "año"),
        (codecs.BOM_UTF8 + "año".encode(), "text/html; charset=latin1", "año"),
        (codecs.BOM_UTF16_LE + "año".encode("utf-16-le"), "text/html", "año"),
        (codecs.BOM_UTF16_BE + "año".encode("utf-16-be"), "", "año"),
        ("日本".encode("shift_jis"), "text/html; charset=Shift_JIS", "日本"),
        ("año".encode(), "text/html; charset=no-such-thing", "año"),
        ("año".encode(), "text/html; charset=rot13", "año"),
        ("año".encode(), "text/html; charset=unicode_escape", "año"),
        ("año".encode(), "text/html; charset=undefined", "año"),
        (b"a\xffb", "text/html; charset=utf-8", "a\ufffdb"),
        ("año".encode("latin-1"), "text/html; charset=utf-8", "a\ufffdo"),
        (b"\x81\x8d", "text/html; charset=latin1", "\ufffd\ufffd"),
    ],
)
def test_a_body_is_decoded(body: bytes, content_type: str, text: str) -> None:
    assert decoded(body, content_type) == text


@pytest.mark.parametrize(
    "head",
    [
        '<meta charset="iso-8859-1">',
        "<META CharSet=latin1>",
        '<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">',
        '<?xml version="1.0" encoding="ISO-8859-1"?>',
    ],
)
def test_a_page_may_name_its_charset_itself(head: str) -> None:
    assert decoded(f"{head}año".encode("latin-1"), "text/html") == f"{head}año"


def test_the_header_goes_before_the_page() -> None:
    assert decoded('<meta charset="latin1">año'.encode(), "text/html; charset=utf-8").endswith("año")


def test_a_page_that_says_utf16_in_ascii_is_not_utf16() -> None:
    assert decoded('<meta charset="utf-16">año'.encode(), "text/html").endswith("año")


@given(st.binary(max_size=300), st.text(max_size=40))
def test_nothing_cannot_be_decoded(body: bytes, label: str) -> None:
    assert isinstance(decoded(body, f"text/html; charset={label}"), str)
    assert isinstance(decoded(b"<meta charset=" + body + b">" + body, label), str)


@given(st.binary(max_size=100), st.sampled_from(sorted(set(aliases.values()))))
def test_no_codec_of_the_language_can_be_made_to_fail(body: bytes, codec: str) -> None:
    assert isinstance(decoded(body, f"text/html; charset={codec}"), str)


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("text/html", True),
        ("TEXT/HTML; charset=x", True),
        ("application/xhtml+xml", True),
        ("application/rss+xml", True),
        ("application/ld+json", True),
        ("text/plain", True),
        ("application/json", True),
        ("", True),
        ("image/svg+xml", False),
        ("image/png", False),
        ("application/pdf", False),
        ("application/octet-stream", False),
        ("video/mp4", False),
    ],
)
def test_only_text_types_are_worth_reading(content_type: str, expected: bool) -> None:
    assert readable(content_type) is expected


def test_a_media_type_is_shown_bare() -> None:
    assert media_type("Text/HTML; charset=utf-8") == "text/html"


@pytest.mark.parametrize(
    "body", [b"%PDF-1.7 x", b"PK\x03\x04", b"\x89PNG\r\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"a\0b"]
)
def test_binary_is_known_by_its_beginning(body: bytes) -> None:
    assert looks_binary(body, "text/html")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"<html>", ""),
        (b"", "text/html"),
        (codecs.BOM_UTF16_LE + "a".encode("utf-16-le"), ""),
        ("ab".encode("utf-16-le"), "text/html; charset=UTF-16LE"),
    ],
)
def test_text_is_not_binary(body: bytes, content_type: str) -> None:
    assert not looks_binary(body, content_type)
