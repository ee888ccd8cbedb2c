"""Plays an adapter's exchange to its end against something that sends requests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from typing import Any, TypeVar

from attrs import evolve

from ats_core.domain.offer import Posting
from ats_core.errors import AtsError, FailureKind, ProviderError, one_line
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
        return _page(await _played(exchange, send, take, where), where)
    postings: list[Posting] = []

    async def keep(portion: Portion) -> None:
        postings.extend(portion.postings)

    page = _page(await _played(exchange, send, keep, where), where)
    return evolve(page, postings=(*postings, *page.postings)) if postings else page


def _page(page: object, where: str) -> OfferPage:
    if not isinstance(page, OfferPage):
        raise _fault(TypeError(f"it read a {type(page).__name__}, not an OfferPage"), where)
    return page


async def _played(
    exchange: Generator[tuple[Request, ...] | Portion, tuple[Reply, ...], T], send: Send, take: Take, where: str
) -> T:
    if not isinstance(exchange, Generator):
        raise _fault(TypeError(f"it returned a {type(exchange).__name__}, not a generator"), where)
    replies: tuple[Reply, ...] | None = None
    try:
        while True:
            try:
                asked = exchange.send(replies)  # type: ignore[arg-type]  # a generator is begun with None
            except StopIteration as done:
                result: T = done.value
                return result
            except (ProviderError, KeyboardInterrupt):
                raise
            except BaseException as error:  # an adapter may raise anything; none of it may end more than its board
                raise _fault(error, where) from error
            try:
                if isinstance(asked, Portion):
                    await take(asked)
                    replies = ()
                else:
                    replies = await send(asked)
            except AtsError:
                raise
            except Exception as error:  # it asked for what is no request
                raise _fault(error, where) from error
    finally:
        _close(exchange)


def _close(exchange: Generator[Any, Any, Any]) -> None:
    """End an exchange that may be under way."""
    try:
        exchange.close()
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: S110 - whatever ends the exchange is under way already, and says more
        pass


def _fault(error: BaseException, where: str) -> ProviderError:
    return ProviderError(
        FailureKind.ADAPTER,
        f"the adapter failed: {one_line(error)}",
        where=where,
        hint="this is a fault of the adapter, please report it",
    )
