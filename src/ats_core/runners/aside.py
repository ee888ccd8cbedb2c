"""Long computations beside the event loop, so that deadlines, signals and everybody else do not wait for them.

A hostile page of a few megabytes takes a second to read. What it is read with is pure, so a worker thread does it while
its look waits; one such page at a time, because each takes some tens of megabytes meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import anyio
import anyio.to_thread
from attrs import Factory, frozen

__all__ = ["AT_ONCE", "Aside"]

T = TypeVar("T")

#: A text of so many characters is worked on at once: that takes some milliseconds, and a fifth of a second at the
#: worst, where it is nothing but links, each of which is shown to every vendor's adapter.
AT_ONCE = 30_000


@frozen
class Aside:
    """Where long computations are done."""

    _one: anyio.CapacityLimiter = Factory(lambda: anyio.CapacityLimiter(1))

    async def run(self, length: int, work: Callable[[], T]) -> T:
        """What *work* returns, which takes time as a text of *length* characters does. It cannot be stopped half-way.

        Whatever *work* touches is its own until it is over.
        """
        if length <= AT_ONCE:
            return work()
        return await anyio.to_thread.run_sync(work, limiter=self._one)
