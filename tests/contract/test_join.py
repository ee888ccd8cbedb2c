"""JOIN: the contract of every vendor, and what is particular to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from ats_adapters.ats.join import JOIN
from ats_core.domain.board import Board, LinkKind
from ats_core.domain.offer import Posting, Workplace
from ats_core.errors import FailureKind, ProviderError
from ats_core.provider.messages import Request, Response
from ats_core.testing.provider_suite import (
    JsonBoardWorld,
    ProviderSuite,
    VendorRecord,
    VendorWorld,
    failure_of,
    posting_of,
    probe,
    run,
    sweep,
    swept_recording,
)
from ats_core.testing.swept_board import SweptBoard
from ats_core.testing.vendor_http import FakeVendorHttp, recorded

FIXTURE = Path(__file__).parent.parent / "fixtures" / "join" / "northwind.json"
NORTHWIND = Board(JOIN.name, "", "northwind-foods")
HOSTED = "https://join.com/companies/northwind-foods"
STATE = "props.pageProps.initialState"


def page(data: object) -> bytes:
    """A page of JOIN's with *data* in it, as Next.js writes it into a script."""
    written = json.dumps(data).replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")
    return (
        "<!DOCTYPE html><html><head><title>Jobs</title></head><body><main>Jobs</main>"
        f'<script id="__NEXT_DATA__" type="application/json" crossorigin="anonymous">{written}</script>'
        "<script>more()</script></body></html>"
    ).encode()


def of_state(state: object) -> object:
    return {"props": {"pageProps": {"initialState": state}}, "page": "/companies/[slug]", "buildId": "x1"}


class JoinWorld(JsonBoardWorld):
    provider = JOIN
    board = NORTHWIND
    sizes = (1, 5, 6, 12)
    markup, published_at, optional = "detail.description", "createdAt", "workplaceType"
    # A posting without a text is not known to exist.
    always = ("idParam", "detail")
    validator = ""
    links: Mapping[str, tuple[Board, LinkKind] | None] = {
        HOSTED: (NORTHWIND, LinkKind.BOARD),
        "https://www.join.com/companies/Northwind-Foods/?page=2#jobs": (NORTHWIND, LinkKind.BOARD),
        f"{HOSTED}/9101001-treasury-manager": (NORTHWIND, LinkKind.POSTING),
        f"{HOSTED}/9101001-treasury-manager/apply?pid=1": (NORTHWIND, LinkKind.POSTING),
        "https://www.join.com/companies/northwind-foods/9101001": (NORTHWIND, LinkKind.POSTING),
        f"{HOSTED}/imprint": (NORTHWIND, LinkKind.BOARD),
        "https://join.com/companies": None,
        "https://join.com/companies/": None,
        "https://join.com/": None,
        "https://join.com/api/public/companies/12345/jobs": None,
        "https://join.com/jobs/9101001": None,
        "https://docs.join.com/companies/northwind-foods": None,
        "https://join.com.evil.example/companies/northwind-foods": None,
        "https://enjoin.com/companies/northwind-foods": None,
        "https://evil.example/join.com/companies/northwind-foods": None,
    }

    def record(self, number: int) -> VendorRecord:
        return {
            "id": 9_100_000 + number,
            "idParam": f"{9_100_000 + number}-treasury-analyst",
            "title": f"Treasury Analyst {number}",
            "city": {"cityName": "Valencia", "countryName": "Spain"},
            "workplaceType": "ONSITE",
            "employmentType": {"id": 2, "name": "Part-time"},
            "createdAt": "2026-01-05T08:00:00.000Z",
            "detail": {"id": 9_100_000 + number, "description": "<p>You will move money across borders.</p>"},
        }

    def with_markup(self, record: VendorRecord, markup: str) -> VendorRecord:
        return super().with_markup({**record, "title": "Treasury Lead"}, markup)

    def written(self, request: Request, value: object) -> Response:
        data: Any = value
        company = {"id": 12345, "domain": "northwind-foods", "name": "Northwind Foods"}
        data["props"]["pageProps"]["initialState"].setdefault("company", company)
        return Response(url=request.url, status=200, body=page(data), headers={"content-type": "text/html"})


class TestJoin(ProviderSuite):
    def make_world(self) -> VendorWorld:
        return JoinWorld()


# What is particular to it


def mapped(details: Mapping[str, Any] | None = None, **changes: Any) -> Posting:
    """The suite's posting with some fields of the list, and of its own page, changed, as the adapter maps it."""
    world = JoinWorld()
    record = {**world.record(1), **changes}
    return posting_of(world, {**record, "detail": {**record["detail"], **(details or {})}})


def test_every_field_of_a_recorded_posting_has_its_place() -> None:
    northwind = swept_recording(JOIN, NORTHWIND, FIXTURE)
    assert set(northwind.postings) == {"9101001", "9101002"}
    assert evolve(northwind.postings["9101001"], raw=b"{}") == Posting(
        provider_offer_id="9101001",
        title="Treasury Manager, EMEA & LatAm",
        description_text="You will run treasury: FX exposure & cash pooling.\n- Hedge EUR/USD\n- Spanish and English",
        locations=("Barcelona, Spain",),
        workplace=Workplace.HYBRID,
        employment_type="Full-time",
        url=f"{HOSTED}/9101001-treasury-manager-emea-latam",
        published_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    )
    assert northwind.postings["9101002"].description_text == "Your tasks\n- Pick & pack\n- Drive a forklift"
    assert not northwind.lost_fields


def test_its_pages_are_for_people_and_robots_txt_is_asked_first() -> None:
    world = JoinWorld()
    world.fill(7)
    http = FakeVendorHttp(world.serve)
    run(SweptBoard(JOIN, NORTHWIND, http).sweep)
    assert {request.obeys_robots for request in http.requests} == {True}
    # Two pages of the list, the seven postings, and the first page again: has anything moved meanwhile?
    assert len(http.requests) == 10


def test_an_unchanged_board_costs_its_list() -> None:
    world = JoinWorld()
    world.fill(7)
    board = sweep(world)
    for record in world.records:
        record["applicants"] = 3
    board.http = http = FakeVendorHttp(world.serve)
    run(board.sweep)
    assert [request.url for request in http.requests] == [f"{HOSTED}?page=1", f"{HOSTED}?page=2"]


def test_a_probe_says_whose_the_board_is() -> None:
    world = JoinWorld()
    world.fill(2)
    found = probe(world, NORTHWIND)
    assert (found.company_name, found.open_postings) == ("Northwind Foods", 2)


def test_a_board_that_nobody_has_is_not_found() -> None:
    failure = failure_of(JoinWorld(), recorded(FIXTURE), evolve(NORTHWIND, slug="nobody"))
    assert failure.kind is FailureKind.NOT_FOUND


# Pages of a shape that is not known


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (
            b"<html><body>Jobs<script>self.__next_f.push([1])</script></body></html>",
            FailureKind.NOT_JSON,
            "__NEXT_DATA__",
        ),
        (
            b'<html><script id="__NEXT_DATA__" type="application/json">{"props": {',
            FailureKind.NOT_JSON,
            "__NEXT_DATA__",
        ),
        (b'<script id="__NEXT_DATA__">{"props": {</script>', FailureKind.NOT_JSON, "breaks off"),
        (page({"props": {"pageProps": {"jobs": []}}}), FailureKind.WRONG_SHAPE, f"`{STATE}.jobs.items` is missing"),
        (page(of_state({"jobs": {"items": {}}})), FailureKind.WRONG_SHAPE, "is an object, not a list"),
        (page(of_state({"jobs": {"items": []}})), FailureKind.WRONG_SHAPE, "how many pages"),
        (
            page(of_state({"jobs": {"items": [], "pagination": {"pageCount": "2"}}})),
            FailureKind.WRONG_SHAPE,
            "how many pages",
        ),
    ],
)
def test_a_page_of_a_shape_that_is_not_known_is_an_error_that_says_what_is_missing(
    body: bytes, kind: FailureKind, said: str
) -> None:
    error = failure_of(JoinWorld(), lambda request: Response(url=request.url, status=200, body=body), NORTHWIND)
    assert error.kind is kind
    assert said in str(error)


def test_pages_that_are_said_to_be_there_and_are_not_given_are_an_error_and_close_nothing() -> None:
    world = JoinWorld()
    world.fill(7)
    board = sweep(world)

    def deaf(request: Request) -> Response:
        return world.serve(evolve(request, url=request.url.replace("?page=2", "?page=1")))

    board.http = FakeVendorHttp(deaf)
    with pytest.raises(ProviderError, match="the same page again for page 2 of 2"):
        run(board.sweep)
    assert len(board.open_ids) == 7


@pytest.mark.parametrize("details", [{"description": None}, {"description": ""}, {"description": ["?"]}])
def test_a_posting_without_a_text_is_rejected_by_name(details: dict[str, Any]) -> None:
    world = JoinWorld()
    world.fill(2)
    world.records[1]["detail"] |= details
    board = sweep(world)
    (rejected,) = board.rejected
    assert (rejected.record, rejected.field) == ("9100001", "detail.description")
    assert set(board.postings) == {"9100000"}


@pytest.mark.parametrize("path", [None, "", "../../evil", "9100001?x=1", "9100001/x", "//evil.example"])
def test_a_posting_whose_page_is_not_named_is_rejected_by_name(path: str | None) -> None:
    class Guarded(JoinWorld):
        def _details_url(self, record: VendorRecord) -> str | None:
            return super()._details_url(record) if record["id"] == 9_100_000 else None

    world = Guarded()
    world.fill(2)
    world.records[1]["idParam"] = path
    http = FakeVendorHttp(world.serve)
    board = SweptBoard(JOIN, NORTHWIND, http)
    run(board.sweep)
    (rejected,) = board.rejected
    assert (rejected.record, rejected.field) == ("9100001", "idParam")
    assert len(http.requests) == 2


# What the clients of these pages disagree on


def test_a_text_in_markdown_is_read_as_lines() -> None:
    text = "## Your tasks\n\n* Pay **people** in 40 countries\n* Reconcile\n\nWe are *kind*."
    assert mapped({"description": text}).description_text == (
        "Your tasks\nPay people in 40 countries\nReconcile\nWe are *kind*."
    )


def test_no_pay_is_read() -> None:
    pay = {"salaryAmountFrom": {"amount": 4_800_000, "currency": "EUR"}, "salaryFrequency": "PER_YEAR"}
    assert mapped(pay, **pay).salary is None


def test_a_country_is_a_place_where_no_city_is_named() -> None:
    assert mapped(city=None, country={"name": "Portugal"}).locations == ("Portugal",)
    assert mapped(city=None).locations == ()
