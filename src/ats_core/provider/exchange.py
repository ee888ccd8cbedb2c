"""Plays an adapter's exchange to its end against something that sends requests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from ats_core.errors import AtsError, FailureKind, ProviderError
from ats_core.provider.messages import Exchange, Reply, Request

__all__ = ["Send", "play"]

T = TypeVar("T")

Send = Callable[[tuple[Request, ...]], Awaitable[tuple[Reply, ...]]]


async def play(exchange: Exchange[T], send: Send, *, where: str) -> T:
    """What *exchange* returns, its batches sent with *send*.

    Raises `ProviderError`: the adapter's own, or one of kind `adapter` where the adapter raised anything that is
    not an error of ours. *where* names the board for messages.
    """
    try:
        batch = next(exchange)
        while True:
            batch = exchange.send(await send(batch))
    except StopIteration as done:
        result: T = done.value
        return result
    except AtsError:
        raise
    except Exception as error:
        raise ProviderError(
            FailureKind.ADAPTER,
            f"the adapter failed: {type(error).__name__}: {error}",
            where=where,
            hint="this is a fault of the adapter, please report it",
        ) from error
    finally:
        exchange.close()
