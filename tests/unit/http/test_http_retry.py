"""Retry-After in both forms, and backoff."""

from __future__ import annotations

import random
from datetime import timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.servers.clocks import START

from ats_adapters.http.retry import backoff, retry_after

MONTH = 30 * 24 * 3600


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("1.5", 1.5),
        (format_datetime(START + timedelta(seconds=90), usegmt=True), 90),
        ("Mon, 02 Mar 2026 06:00:30 -0000", 30),
        ("Mon, 02 Mar 2026 08:00:30 +0200", 30),
        ("Sunday, 01-Mar-26 06:00:00 GMT", 0),
        ("9" * 400, MONTH),
        ("Fri, 31 Dec 9999 23:59:59 GMT", MONTH),
    ],
)
def test_what_the_vendor_says_is_understood(value: str, seconds: float) -> None:
    assert retry_after({"retry-after": value}, START) == seconds


@pytest.mark.parametrize("value", ["", "soon", "-5", "1e9", "١٢", "Mon, 99 Foo 2026", "120 s", "0x10", "nan"])
def test_garbage_says_nothing(value: str) -> None:
    assert retry_after({"retry-after": value}, START) is None


def test_no_header_says_nothing() -> None:
    assert retry_after({}, START) is None


@given(st.text(max_size=60) | st.from_regex(r"[A-Z][a-z]{2}, \d{1,9} [A-Z][a-z]{2} \d{1,9} \d+:\d+:\d+ [+-]?\w+"))
def test_no_value_breaks_it_or_waits_for_ever(value: str) -> None:
    seconds = retry_after({"retry-after": value}, START)
    assert seconds is None or 0 <= seconds <= MONTH


@given(st.integers(1, 60), st.integers())
def test_backoff_is_bounded_and_doubles(tried: int, seed: int) -> None:
    assert 0 <= backoff(tried, random.Random(seed)) <= min(30, 2 ** (tried - 1))


def test_backoff_differs_from_client_to_client() -> None:
    assert len({backoff(3, random.Random(seed)) for seed in range(20)}) == 20
