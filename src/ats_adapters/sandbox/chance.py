"""Choices that look random and are not: each follows from a hash of what it is about, on every machine alike."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

from attrs import frozen

__all__ = ["Dice"]

T = TypeVar("T")


@frozen
class Dice:
    """Draws for one subject. The same subject and the same question always give the same answer."""

    subject: str

    def number(self, *question: object) -> int:
        """A whole number of 64 bits."""
        key = "\x1f".join((self.subject, *(str(part) for part in question)))
        return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8, person=b"sandbox").digest(), "big")

    def below(self, limit: int, *question: object) -> int:
        """A whole number from 0 up to, not including, *limit*."""
        return self.number(*question) % limit

    def happens(self, probability: float, *question: object) -> bool:
        """Whether something of this probability (0-1) happens."""
        return self.number(*question) < probability * 2**64

    def pick(self, choices: Sequence[T], *question: object) -> T:
        """One of the choices, of which there must be any."""
        return choices[self.below(len(choices), *question)]

    def some(self, choices: Sequence[T], count: int, *question: object) -> tuple[T, ...]:
        """*count* of the choices (all, where there are fewer), in their own order."""
        ranked = sorted(range(len(choices)), key=lambda i: self.number(*question, i))
        return tuple(choices[i] for i in sorted(ranked[:count]))
