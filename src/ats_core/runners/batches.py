"""Takes much in pieces, so that no transaction is long and not all of it is in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

__all__ = ["batches"]

T = TypeVar("T")


def batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """*items* in order, *size* of them at a time; the last are as many as are left."""
    return (items[start : start + size] for start in range(0, len(items), size))
