"""Declared vendors, invented ones, of every way of giving a list: each held to the contract of every vendor."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from attrs import evolve

from ats_core.domain.board import Board, LinkKind
from ats_core.domain.checkpoint import Validators
from ats_core.errors import ProviderError
from ats_core.provider.json_board import (
    Details,
    JsonBoard,
    Link,
    LinkedPages,
    NumberedPages,
    OffsetPages,
    PostingFields,
)
from ats_core.provider.json_board.fields import epoch_s, link
from ats_core.provider.messages import Request, Response
from ats_core.provider.record import Record
from ats_core.testing.provider_suite import JsonBoardWorld, ProviderSuite, VendorRecord, VendorWorld, run, sweep
from ats_core.testing.vendor_http import FakeVendorHttp

WHOLE = JsonBoard(
    name="acmehire",
    url={"": "https://api.acmehire.example/{slug}/jobs", "eu": "https://api.eu.acmehire.example/{slug}/jobs"},
    links=(
        Link("jobs.acmehire.example/{slug}/{posting}", LinkKind.POSTING, posting="[0-9]+"),
        Link("jobs.acmehire.example/{slug}"),
        Link("jobs.eu.acmehire.example/{slug}", region="eu"),
        Link("acmehire.example/embed?for={slug}", LinkKind.EMBED),
    ),
    records="data.jobs",
    fields=PostingFields(
        description="description", locations="place.name", department="team.name", published_at="published_at"
    ),
)


class AcmeWorld(JsonBoardWorld):
    provider = WHOLE
    board = Board(WHOLE.name, "eu", "northwind")
    optional = "team.name"
    links: Mapping[str, tuple[Board, LinkKind] | None] = {
        "https://jobs.acmehire.example/Northwind/7": (Board(WHOLE.name, "", "northwind"), LinkKind.POSTING),
        "https://jobs.acmehire.example/northwind/about": (Board(WHOLE.name, "", "northwind"), LinkKind.BOARD),
        "https://jobs.eu.acmehire.example/northwind": (Board(WHOLE.name, "eu", "northwind"), LinkKind.BOARD),
        "https://acmehire.example/embed?for=northwind": (Board(WHOLE.name, "", "northwind"), LinkKind.EMBED),
        "https://acmehire.example/embed?of=northwind": None,
        "https://jobs.acmehire.example/api": None,
        "https://jobs.acmehire.example": None,
    }

    def record(self, number: int) -> VendorRecord:
        return {
            "id": number,
            "title": f"Analyst {number}",
            "description": "<p>You will move money across borders.</p>",
            "place": {"name": "Madrid"},
            "team": {"name": "Treasury"},
            "published_at": "2026-01-05T08:00:00+01:00",
        }


class TestWholeList(ProviderSuite):
    def make_world(self) -> VendorWorld:
        return AcmeWorld()


class PagedWorld(AcmeWorld):
    """Pages of four."""

    sizes = (1, 3, 4, 5, 13)


class OffsetWorld(PagedWorld):
    provider = evolve(WHOLE, paging=OffsetPages(size=4, offset="skip", total="data.total"))


class TestOffsetPages(ProviderSuite):
    def make_world(self) -> VendorWorld:
        return OffsetWorld()


class OffsetWithoutTotalWorld(PagedWorld):
    provider = evolve(WHOLE, paging=OffsetPages(size=4))
    validator = ""


class TestOffsetPagesWithoutTotal(ProviderSuite):
    def make_world(self) -> VendorWorld:
        return OffsetWithoutTotalWorld()


class RefusingWorld(OffsetWithoutTotalWorld):
    """A vendor that refuses what stands behind the end instead of answering nothing."""

    def serve(self, request: Request) -> Response:
        start = int(parse_qs(urlsplit(request.url).query).get("offset", ["0"])[0])
        if start and start >= len(self.records):
            return Response(url=request.url, status=404, body=b"{}")
        return super().serve(request)


class TestPagesPastTheEndAreRefused(ProviderSuite):
    def make_world(self) -> VendorWorld:
        return RefusingWorld()


class EmptyForStrangersWorld(OffsetWorld):
    """A vendor that answers for a board which it does not have as for an empty one."""

    unknown_looks_empty = True

    def unknown(self, request: Request) -> Response:
        return Response(url=request.url, status=200, body=b'{"data": {"jobs": [], "total": 0}}')


class TestUnknownBoardsLookEmpty(ProviderSuite):
    def make_world(self) -> VendorWorld:
        return EmptyForStrangersWorld()


class PostedWorld(PagedWorld):
    provider = evolve(WHOLE, paging=OffsetPages(size=4, total="data.total"), body=b'{"text": ""}')


class TestPostedList(ProviderSuite):
    def make_world(self) -> VendorWorld:
        return PostedWorld()


class NumberedWorld(PagedWorld):
    provider = evolve(WHOLE, paging=NumberedPages(size=4, last_page="meta.pages"))


class TestNumberedPages(ProviderSuite):
    def make_world(self) -> VendorWorld:
        return NumberedWorld()


class LinkedWorld(AcmeWorld):
    sizes = (1, 10, 11, 25)
    provider = evolve(WHOLE, paging=LinkedPages(next="data.next"))


class TestLinkedPages(ProviderSuite):
    def make_world(self) -> VendorWorld:
        return LinkedWorld()


class TokenWorld(LinkedWorld):
    provider = evolve(WHOLE, paging=LinkedPages(next="data.next", token="after"))


class TestPagesByToken(ProviderSuite):
    def make_world(self) -> VendorWorld:
        return TokenWorld()


APART = JsonBoard(
    name="apart",
    url="https://{slug}.apart.example/list",
    links=(Link("{slug}.apart.example"),),
    paging=OffsetPages(size=4, total="total"),
    records="result",
    keep_board=True,
    details=Details(url="https://{slug}.apart.example/jobs/{id}", record="job", most=3, together=2),
    fields=PostingFields(
        id="key",
        title="name",
        description="detail.text",
        locations="place",
        department="detail.group",
        url=link("https://{@slug}.apart.example/jobs/{key}"),
        published_at=epoch_s("detail.since"),
    ),
)


class ApartWorld(JsonBoardWorld):
    provider = APART
    board = Board(APART.name, "", "northwind")
    sizes = (1, 3, 4, 9)
    markup, published_at, optional = "detail.text", "detail.since", "detail.group"
    links: Mapping[str, tuple[Board, LinkKind] | None] = {
        "https://northwind.apart.example/x": (Board(APART.name, "", "northwind"), LinkKind.BOARD),
        "https://www.apart.example/": None,
    }

    def record(self, number: int) -> VendorRecord:
        details = {"text": "<p>Move money.</p>", "group": "Treasury", "since": 1_767_225_600}
        return {"key": f"j{number}", "name": f"Analyst {number}", "place": "Madrid", "detail": details}

    def with_markup(self, record: VendorRecord, markup: str) -> VendorRecord:
        return super().with_markup({**record, "place": "Lisbon"}, markup)

    def spelt(self, at: datetime) -> object:
        return int(at.timestamp())


class TestTextsApart(ProviderSuite):
    def make_world(self) -> VendorWorld:
        return ApartWorld()


class ApartInOneWorld(ApartWorld):
    provider = evolve(APART, paging=evolve(APART.paging, size=100), details=evolve(APART.details, most=400))  # type: ignore[misc]


class TestTextsApartOfAnUnpagedList(ProviderSuite):
    def make_world(self) -> VendorWorld:
        return ApartInOneWorld()


# What paging must not be deceived by


def test_a_vendor_that_takes_no_notice_of_the_offset_is_read_once() -> None:
    class Deaf(OffsetWithoutTotalWorld):
        def serve(self, request: Request) -> Response:
            return super().serve(evolve(request, url=re.sub(r"offset=\d+", "offset=0", request.url)))

    world = Deaf()
    world.fill(4)
    assert sweep(world).open_ids == world.ids


def test_a_page_of_which_nothing_counts_does_not_end_the_board() -> None:
    def is_listed(record: Record) -> bool:
        return record.fields.get("draft") is not True

    class Drafts(OffsetWorld):
        provider = evolve(OffsetWorld.provider, is_listed=is_listed)

    world = Drafts()
    world.fill(12)
    for record in world.records[4:8]:
        record["draft"] = True
    assert len(sweep(world).open_ids) == 8


def test_a_list_that_is_shorter_than_it_says_is_an_error_and_closes_nothing() -> None:
    class Short(OffsetWorld):
        says = 0

        def _list(self, request: Request) -> object:
            answer: Any = super()._list(request)
            answer["data"]["total"] += self.says
            return answer

    world = Short()
    world.fill(6)
    board = sweep(world)
    del world.records[3]
    world.says = 1
    with pytest.raises(ProviderError, match="lists 5 of its 6 postings"):
        run(board.sweep)
    assert len(board.open_ids) == 6


def test_an_unchanged_board_of_several_pages_is_asked_for_each_page_once() -> None:
    world = OffsetWorld()
    world.fill(13)
    board = sweep(world)
    board.http = http = FakeVendorHttp(world.serve)
    run(board.sweep)
    assert len(http.requests) == 4


def test_a_list_that_is_asked_for_by_post_is_asked_for_without_conditions() -> None:
    world = PostedWorld()
    world.fill(3)
    board = sweep(world)
    assert board.validators == Validators()
    board.http = http = FakeVendorHttp(world.serve)
    run(board.sweep)
    assert {request.validators for request in http.requests} == {Validators()}


def test_of_totals_that_only_the_first_page_tells_the_others_do_not_count() -> None:
    class ToldOnce(OffsetWorld):
        provider = evolve(WHOLE, paging=OffsetPages(size=4, offset="skip", total="data.total", is_told_once=True))

        def _list(self, request: Request) -> object:
            answer: Any = super()._list(request)
            if "skip=0" not in request.url:
                answer["data"]["total"] = 5
            return answer

    world = ToldOnce()
    world.fill(11)
    assert sweep(world).open_ids == world.ids


def test_pages_that_are_said_to_be_there_and_are_the_same_again_are_an_error() -> None:
    class Deaf(NumberedWorld):
        def serve(self, request: Request) -> Response:
            return super().serve(evolve(request, url=re.sub(r"page=\d+", "page=1", request.url)))

    world = Deaf()
    world.fill(9)
    with pytest.raises(ProviderError, match="the same page again for page 2 of 3"):
        sweep(world)


@pytest.mark.parametrize(
    "trouble", [Response(url="", status=404), Response(url="", status=200, body=b'{"data": {"jobs": []}}')]
)
def test_one_answer_that_there_is_no_further_page_does_not_close_what_stands_there(trouble: Response) -> None:
    world = OffsetWithoutTotalWorld()
    world.fill(11)
    board = sweep(world)
    spent: list[str] = []

    def serve(request: Request) -> Response:
        if "offset=8" in request.url and not spent:
            spent.append(request.url)
            return evolve(trouble, url=request.url)
        return world.serve(request)

    board.http = FakeVendorHttp(serve)
    run(board.sweep)
    assert spent
    assert board.restarts == 1
    assert board.open_ids == world.ids
