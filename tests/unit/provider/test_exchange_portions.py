"""A page that comes in portions: each is taken before more is read; who does not care gets the page whole."""

from __future__ import annotations

import anyio
import pytest

from ats_core.domain.offer import Posting
from ats_core.errors import FailureKind, ProviderError
from ats_core.provider.exchange import play, play_page
from ats_core.provider.messages import OfferPage, PageExchange, Portion, Reply, Request, Response

URL = "https://api.acme.example/jobs"


def posting(number: int) -> Posting:
    return Posting(provider_offer_id=str(number), title=f"Job {number}", description_text="")


def in_portions(log: list[str]) -> PageExchange:
    (reply,) = yield (Request(url=URL),)
    assert isinstance(reply, Response)
    for number in (1, 2):
        log.append(f"map {number}")
        assert (yield Portion((posting(number),))) == ()
    return OfferPage(postings=(posting(3),), seen_ids=frozenset("123"))


async def answered(requests: tuple[Request, ...]) -> tuple[Reply, ...]:
    return tuple(Response(url=request.url, status=200) for request in requests)


def test_each_portion_is_taken_before_more_is_read_and_the_page_has_the_rest() -> None:
    log: list[str] = []

    async def take(portion: Portion) -> None:
        log.append("take " + ",".join(each.provider_offer_id for each in portion.postings))

    async def main() -> OfferPage:
        return await play_page(in_portions(log), answered, where="acme", take=take)

    page = anyio.run(main)
    assert log == ["map 1", "take 1", "map 2", "take 2"]
    assert page == OfferPage(postings=(posting(3),), seen_ids=frozenset("123"))


def test_without_anybody_to_take_them_portions_are_part_of_the_page() -> None:
    async def main() -> OfferPage:
        return await play_page(in_portions([]), answered, where="acme")

    assert anyio.run(main).postings == (posting(1), posting(2), posting(3))


def test_what_is_no_page_has_no_portions() -> None:
    async def main() -> object:
        return await play(in_portions([]), answered, where="acme")  # type: ignore[arg-type]

    with pytest.raises(ProviderError) as raised:
        anyio.run(main)
    assert raised.value.kind is FailureKind.ADAPTER
