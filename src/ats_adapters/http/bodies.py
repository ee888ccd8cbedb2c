"""Reads the body of an answer within bounds: bytes on the wire and bytes after decompression, both counted.

Own rather than httpx's decoders: those inflate a whole chunk before anybody can count it, and take a compressed
body that was cut short for a whole one.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import AsyncIterator

from ats_core.errors import FailureKind

__all__ = ["ACCEPTED_ENCODINGS", "BodyTooLarge", "BodyUnreadable", "Inflater", "read_body"]

ACCEPTED_ENCODINGS = "gzip, deflate"

_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_GZIP_MAGIC = b"\x1f\x8b"


class BodyTooLarge(Exception):
    """There is more of it than may be read."""


class BodyUnreadable(Exception):
    """It ends before its end, is not compressed as it says (network), or in a way not asked for (not_text)."""

    def __init__(self, what: str, kind: FailureKind = FailureKind.NETWORK) -> None:
        self.kind = kind
        super().__init__(what)


class Inflater:
    """Undoes gzip or deflate (zlib's format, or the raw one that some servers send) piece by piece."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(_GZIP_OR_ZLIB)
        self._untouched = True

    @property
    def finished(self) -> bool:
        """Whether the end of the compressed data was seen, or none ever came."""
        return self._inflate.eof or self._untouched

    def feed(self, data: bytes, room: int) -> bytes:
        """At most *room* + 1 bytes of what *data* adds: one more than allowed tells that there is too much.

        Raises `BodyUnreadable`.
        """
        out = b""
        try:
            while data and len(out) <= room:
                if self._inflate.eof:
                    if data[:2] != _GZIP_MAGIC[: len(data)]:
                        break  # padding after the end, which decoders ignore
                    self._inflate = zlib.decompressobj(_GZIP_OR_ZLIB)  # gzip may hold several members
                out += self._step(data, room + 1 - len(out))
                data = self._inflate.unused_data or self._inflate.unconsumed_tail
        except zlib.error as error:
            raise BodyUnreadable("the body is not compressed as it claims to be") from error
        return out

    def _step(self, data: bytes, most: int) -> bytes:
        untouched, self._untouched = self._untouched, False
        try:
            return self._inflate.decompress(data, most)
        except zlib.error:
            if not untouched or data.startswith(_GZIP_MAGIC):
                raise
            self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
            return self._inflate.decompress(data, most)


async def read_body(chunks: AsyncIterator[bytes], encoding: str, *, max_bytes: int, cut: bool) -> tuple[bytes, int]:
    """The body, decompressed, and how many bytes of it came over the wire.

    *encoding* is the Content-Encoding. Beyond *max_bytes*, on the wire or decompressed, reading stops: with *cut*
    the beginning is returned, else `BodyTooLarge` is raised. Raises `BodyUnreadable`.
    """
    coding = encoding.strip().lower()
    if coding in ("", "identity"):
        inflater = None
    elif coding in ("gzip", "x-gzip", "deflate"):
        inflater = Inflater()
    else:
        raise BodyUnreadable(f"the body is encoded as {coding[:40]!r}, which was not asked for", FailureKind.NOT_TEXT)
    # Grows in place and is given away as it is: a large body is in memory once, not in pieces and whole.
    whole = io.BytesIO()
    size = received = 0
    async for chunk in chunks:
        received += len(chunk)
        piece = chunk if inflater is None else inflater.feed(chunk, max_bytes - size)
        whole.write(piece)
        size += len(piece)
        if size > max_bytes or received > max_bytes:
            if not cut:
                raise BodyTooLarge
            return whole.getvalue()[:max_bytes], received
    if inflater is not None and not inflater.finished:
        raise BodyUnreadable("the compressed body ends before its end")
    return whole.getvalue(), received
