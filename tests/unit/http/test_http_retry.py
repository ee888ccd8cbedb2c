"""Retry-After in both forms, and backoff."""

from __future__ import annotations

import random
from datetime import timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.servers.clocks import START

from ats_adapters.http.retry import LONGEST, backoff, retry_after


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
        (str(10 * 365 * 24 * 3600), LONGEST),
        ("9" * 400, LONGEST),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST),
    ],
)
def test_what_the_vendor_says_is_understood(value: str, seconds: float) -> None:
    assert retry_after({"retry-after": value}, START) == seconds


@pytest.mark.parametrize("skew", [-3600, -1, 0, 1, 3600])
def test_a_date_is_a_time_of_the_vendors_clock_which_its_answer_tells(skew: int) -> None:
    there = START + timedelta(seconds=skew)
    headers = {"retry-after": format_datetime(there + timedelta(seconds=90), usegmt=True)}
    assert retry_after({**headers, "date": format_datetime(there, usegmt=True)}, START) == 90
    assert retry_after({**headers, "date": "rubbish"}, START) == max(0, skew + 90)


@pytest.mark.parametrize("value", ["", "soon", "-5", "1e9", "١٢", "Mon, 99 Foo 2026", "120 s", "0x10", "nan"])
def test_garbage_says_nothing(value: str) -> None:
    assert retry_after({"retry-after": value}, START) is None


def test_no_header_says_nothing() -> None:
    assert retry_after({}, START) is None


@given(st.text(max_size=60) | st.from_regex(r"[A-Z][a-z]{2}, \d{1,9} [A-Z][a-z]{2} \d{1,9} \d+:\d+:\d+ [+-]?\w+"))
def test_no_value_breaks_it_or_waits_for_ever(value: str) -> None:
    seconds = retry_after({"retry-after": value, "date": value}, START)
    assert seconds is None or 0 <= seconds <= LONGEST


@given(st.integers(1, 60), st.integers())
def test_backoff_is_bounded_and_doubles(tried: int, seed: int) -> None:
    assert 0 <= backoff(tried, random.Random(seed)) <= min(30, 2 ** (tried - 1))


def test_backoff_differs_from_client_to_client() -> None:
    assert len({backoff(3, random.Random(seed)) for seed in range(20)}) == 20
