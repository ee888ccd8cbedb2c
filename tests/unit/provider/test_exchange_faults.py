"""Adapters that break the contract of an exchange: each fails its own board, with one clear error, and nothing else."""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Callable
from functools import partial
from typing import Any

import anyio
import pytest

from ats_core.errors import ConfigurationError, FailureKind, FatalError, ProviderError, one_line
from ats_core.provider.exchange import play, play_page
from ats_core.provider.messages import OfferPage, Reply, Request, Response


class Own(BaseException):
    """Not even an `Exception`."""


class Speechless(Exception):
    def __str__(self) -> str:
        raise ValueError("no words")


async def answer(requests: tuple[Request, ...]) -> tuple[Reply, ...]:
    return tuple(Response(url=request.url, status=200) for request in requests)


def raising(error: BaseException) -> Callable[[], Any]:
    def read() -> Any:
        yield (Request(url="https://acme.example/"),)
        raise error

    return read


def yielding(asked: object) -> Callable[[], Any]:
    def read() -> Any:
        yield asked

    return read


def returning(page: object) -> Callable[[], Any]:
    def read() -> Any:
        yield (Request(url="https://acme.example/"),)
        return page

    return read


@pytest.mark.parametrize(
    "read",
    [
        list,
        lambda: None,
        lambda: iter(()),
        yielding(7),
        yielding(("https://acme.example/",)),
        returning(None),
        returning({"postings": []}),
        *map(raising, (KeyError("x"), Speechless(), SystemExit(3), GeneratorExit(), CancelledError(), Own("x"))),
        *map(raising, (FatalError("stop"), ConfigurationError("mend it"))),
    ],
)
def test_whatever_an_adapter_does_its_page_is_one_error_of_its_own(read: Callable[[], Any]) -> None:
    with pytest.raises(ProviderError) as caught:
        anyio.run(partial(play_page, read(), answer, where="acme:northwind"))
    assert caught.value.kind is FailureKind.ADAPTER
    assert str(caught.value).startswith("acme:northwind: the adapter failed: ")
    assert "\n" not in str(caught.value)


def test_an_interruption_by_a_person_is_none_of_the_adapters_faults() -> None:
    with pytest.raises(KeyboardInterrupt):
        anyio.run(partial(play_page, raising(KeyboardInterrupt())(), answer, where="acme:northwind"))


def test_an_adapter_that_will_not_end_does_not_hide_what_ends_it() -> None:
    def stubborn() -> Any:
        while True:
            try:
                yield (Request(url="https://acme.example/"),)
            except GeneratorExit:
                yield ()

    async def fail(_: tuple[Request, ...]) -> tuple[Reply, ...]:
        raise FatalError("the database is full")

    with pytest.raises(FatalError, match="the database is full"):
        anyio.run(partial(play, stubborn(), fail, where="acme:northwind"))


def test_what_a_generator_returns_is_the_page() -> None:
    page = OfferPage(seen_ids=frozenset({"1"}))
    assert anyio.run(partial(play_page, returning(page)(), answer, where="acme:northwind")) == page


def test_an_error_that_cannot_be_put_into_words_is_named_by_its_type() -> None:
    assert one_line(Speechless()) == "Speechless"
