"""URLs are read strictly and shown without secrets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ats_adapters.http.urls import InvalidTarget, host_of, joined, parsed, shown


@pytest.mark.parametrize(
    "url",
    [
        "ftp://acme.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "//acme.example/",
        "acme.example",
        "",
        "http://",
        "http:///jobs",
        "http://acme.example:0/",
        "http://acme.example:99999/",
        "http://0177.0.0.1/",
        "http://[::1/",
        "http://acme.example/\x01",
    ],
)
def test_what_is_no_http_url_is_refused(url: str) -> None:
    with pytest.raises(InvalidTarget):
        parsed(url)


def test_user_password_and_fragment_are_dropped() -> None:
    assert str(parsed("https://user:secret@acme.example/jobs?x=1#top")) == "https://acme.example/jobs?x=1"


def test_a_name_in_other_letters_becomes_ascii() -> None:
    assert host_of(parsed("https://ÜBER.example./")) == "xn--ber-goa.example"


@pytest.mark.parametrize(
    ("reference", "url"),
    [
        ("/b?c", "https://acme.example/b?c"),
        ("b", "https://acme.example/a/b"),
        ("//beta.example/x", "https://beta.example/x"),
        ("http://beta.example/#frag", "http://beta.example/"),
        (" /spaced ", "https://acme.example/spaced"),
        ("/ñ", "https://acme.example/%C3%B1"),
    ],
)
def test_a_location_is_made_absolute(reference: str, url: str) -> None:
    assert joined("https://acme.example/a/", reference) == url


def test_a_location_that_is_no_http_url_is_refused() -> None:
    with pytest.raises(InvalidTarget):
        joined("https://acme.example/", "mailto:jobs@acme.example")


def test_a_shown_url_keeps_neither_password_nor_query() -> None:
    assert shown("https://user:secret@acme.example:8443/jobs?token=secret#x") == "https://acme.example:8443/jobs?…"


@given(st.text(max_size=80))
def test_any_text_can_be_shown_in_one_line(text: str) -> None:
    line = shown(text)
    assert len(line) <= 200
    assert "\n" not in line
    assert "\x1b" not in line


@given(st.text(max_size=60))
def test_any_text_is_a_url_or_an_invalid_target(text: str) -> None:
    for candidate in (text, f"http://{text}", f"http://acme.example/{text}"):
        try:
            read = parsed(candidate)
        except InvalidTarget:
            continue
        assert read.scheme in ("http", "https")
        assert read.raw_host
        assert not read.userinfo


@pytest.mark.parametrize(
    "url", ["http://%31%32%37.0.0.1/", "http://127.0.0%2e1/", "http://acme%00.example/", "http://127.0.0.1%09/"]
)
def test_a_host_that_is_spelled_with_escapes_is_nobodys(url: str) -> None:
    with pytest.raises(InvalidTarget):
        parsed(url)


@pytest.mark.parametrize(
    "url", ["http://a_b-c.example/", "http://[fe80::1%25eth0]/", "http://[::1]:8080/", "http://año.example/"]
)
def test_names_and_addresses_are_hosts(url: str) -> None:
    assert parsed(url).raw_host
