"""Bodies are read within bounds on the wire and after decompression."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import AsyncIterator, Callable

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ats_adapters.http.bodies import BodyTooLarge, BodyUnreadable, read_body
from ats_core.errors import FailureKind


def read(
    data: bytes, encoding: str = "", *, piece: int = 1000, most: int = 1_000_000, cut: bool = False
) -> tuple[bytes, int]:
    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(data), piece):
            yield data[start : start + piece]

    async def main() -> tuple[bytes, int]:
        return await read_body(chunks(), encoding, max_bytes=most, cut=cut)

    return anyio.run(main)


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


ENCODED: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "identity": bytes,
    "gzip": gzip.compress,
    "X-GZIP": gzip.compress,
    "deflate": zlib.compress,
    " Deflate ": raw_deflate,
}


@given(st.binary(max_size=5000), st.sampled_from(sorted(ENCODED)), st.integers(2, 700))
def test_a_body_comes_out_as_it_went_in_whatever_its_pieces(data: bytes, encoding: str, piece: int) -> None:
    wire = ENCODED[encoding](data)
    assert read(wire, encoding, piece=piece) == (data, len(wire))


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=4), st.integers(1, 50))
def test_all_members_of_a_gzip_body_are_read(members: list[bytes], piece: int) -> None:
    wire = b"".join(gzip.compress(member) for member in members) + b"\0\0"
    assert read(wire, "gzip", piece=piece)[0] == b"".join(members)


def test_a_body_of_the_greatest_size_is_whole() -> None:
    assert read(b"x" * 1000, most=1000)[0] == b"x" * 1000
    assert read(gzip.compress(b"x" * 1000), "gzip", most=1000)[0] == b"x" * 1000


@pytest.mark.parametrize("encoding", ["", "gzip", "deflate"])
def test_one_byte_more_is_too_large(encoding: str) -> None:
    with pytest.raises(BodyTooLarge):
        read(ENCODED[encoding](b"x" * 1001), encoding, most=1000)


def test_what_is_too_large_on_the_wire_is_too_large_even_if_nothing_comes_of_it() -> None:
    empty_members = gzip.compress(b"") * 100
    with pytest.raises(BodyTooLarge):
        read(empty_members, "gzip", most=1000)


def test_a_cut_body_is_its_beginning() -> None:
    assert read(b"abcdef" * 1000, most=10, cut=True)[0] == b"abcdefabcd"
    assert read(gzip.compress(b"abcdef" * 1000), "gzip", most=10, cut=True)[0] == b"abcdefabcd"


# Named, as gzip writes the time: workers that collect in different seconds would find different tests.
@pytest.mark.parametrize(
    ("encoding", "packed"),
    [("gzip", gzip.compress(b"whole" * 99)), ("deflate", zlib.compress(b"whole" * 99))],
    ids=["gzip", "deflate"],
)
def test_a_compressed_body_that_ends_early_is_not_taken_for_whole(encoding: str, packed: bytes) -> None:
    with pytest.raises(BodyUnreadable) as raised:
        read(packed[:-3], encoding)
    assert raised.value.kind is FailureKind.NETWORK


def test_a_body_that_is_not_compressed_as_it_claims_is_unreadable() -> None:
    with pytest.raises(BodyUnreadable):
        read(b"<html>plain</html>", "gzip")


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "zstd"])
def test_an_encoding_that_was_not_asked_for_is_no_text(encoding: str) -> None:
    with pytest.raises(BodyUnreadable) as raised:
        read(b"x", encoding)
    assert raised.value.kind is FailureKind.NOT_TEXT


def test_an_empty_body_may_claim_any_compression() -> None:
    assert read(b"", "gzip") == (b"", 0)
