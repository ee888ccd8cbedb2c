"""Plays an adapter's exchange to its end against something that sends requests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from typing import TypeVar

from attrs import evolve

from ats_core.domain.offer import Posting
from ats_core.errors import AtsError, FailureKind, ProviderError
from ats_core.provider.messages import Exchange, OfferPage, PageExchange, Portion, Reply, Request

__all__ = ["Send", "Take", "play", "play_page"]

T = TypeVar("T")

Send = Callable[[tuple[Request, ...]], Awaitable[tuple[Reply, ...]]]
#: What is done with a portion of a page before more of it is read.
Take = Callable[[Portion], Awaitable[None]]


async def play(exchange: Exchange[T], send: Send, *, where: str) -> T:
    """What *exchange* returns, its batches sent with *send*.

    Raises `ProviderError`: the adapter's own, or one of kind `adapter` where the adapter raised anything that is
    not an error of ours. *where* names the board for messages.
    """

    async def refuse(_: Portion) -> None:
        raise TypeError("only what reads a page may give portions of it")

    return await _played(exchange, send, refuse, where)


async def play_page(exchange: PageExchange, send: Send, *, where: str, take: Take | None = None) -> OfferPage:
    """The page that *exchange* returns; its portions are given to *take*, or are part of it. Raises as `play` does."""
    if take is not None:
        return await _played(exchange, send, take, where)
    postings: list[Posting] = []

    async def keep(portion: Portion) -> None:
        postings.extend(portion.postings)

    page = await _played(exchange, send, keep, where)
    return evolve(page, postings=(*postings, *page.postings)) if postings else page


async def _played(
    exchange: Generator[tuple[Request, ...] | Portion, tuple[Reply, ...], T], send: Send, take: Take, where: str
) -> T:
    try:
        asked = next(exchange)
        while True:
            if isinstance(asked, Portion):
                await take(asked)
                asked = exchange.send(())
            else:
                asked = exchange.send(await send(asked))
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
