from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ats_adapters.sqlite.payloads import Packer, unpacked
from ats_core.errors import DatabaseUnusable


@given(st.binary(max_size=2000))
def test_what_was_packed_is_unpacked(record: bytes) -> None:
    assert unpacked("o1", Packer().packed(record)) == record


@given(st.binary(max_size=2000))
def test_rows_of_before_are_read(record: bytes) -> None:
    assert unpacked("o1", zlib.compress(record)) == record


def test_a_missing_payload_is_an_empty_one() -> None:
    assert unpacked("o1", None) == b""


def test_a_text_takes_a_third_of_its_room() -> None:
    record = " ".join(f"sentence {n} of a posting with words of its own" for n in range(200)).encode()
    assert len(Packer().packed(record)) < len(record) / 3


@pytest.mark.parametrize("broken", [b"", b"nonsense", Packer().packed(b"cut short" * 50)[:-5], b"\x28\xb5\x2f\xfd"])
def test_what_is_neither_is_said_with_the_offer(broken: bytes) -> None:
    with pytest.raises(DatabaseUnusable, match="the payload of offer o7 cannot be unpacked"):
        unpacked("o7", broken)
