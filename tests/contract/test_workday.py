"""Workday: the contract of every vendor, and what is particular to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
from attrs import evolve

from ats_adapters.ats.workday import WORKDAY
from ats_core.domain.board import Board, LinkKind
from ats_core.domain.offer import Posting, Workplace
from ats_core.errors import FailureKind, ProviderError
from ats_core.provider.json_board import OffsetPages
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

FIXTURE = Path(__file__).parent.parent / "fixtures" / "workday" / "northwind.json"
NORTHWIND = Board(WORKDAY.name, "", "northwind/wd3/Northwind_Careers")
EXT = Board(WORKDAY.name, "", "northwind/wd3/Ext")
SHARED = Board(WORKDAY.name, "myworkdaysite", "northwind/wd5/External")
HOSTED = "https://northwind.wd3.myworkdayjobs.com"
API = f"{HOSTED}/wday/cxs/northwind/Northwind_Careers"


class WorkdayWorld(JsonBoardWorld):
    """Pages of twenty, of which the first tells the total and the others tell none."""

    provider = WORKDAY
    board = NORTHWIND
    hosts = frozenset({"northwind.wd3.myworkdayjobs.com", "*.wd3.myworkdayjobs.com"})
    unknown_slug = "northwind/wd3/Nobody"
    sizes: tuple[int, ...] = (1, 20, 41)
    markup, published_at, optional = "detail.jobDescription", "detail.startDate", "detail.timeType"
    always = ("externalPath",)
    validator = ""
    links: Mapping[str, tuple[Board, LinkKind] | None] = {
        f"{HOSTED}/Northwind_Careers": (NORTHWIND, LinkKind.BOARD),
        f"{HOSTED}/Northwind_Careers/?source=site#top": (NORTHWIND, LinkKind.BOARD),
        "https://NorthWind.WD3.myworkdayjobs.com/en-US/Northwind_Careers": (NORTHWIND, LinkKind.BOARD),
        f"{HOSTED}/es/Northwind_Careers": (NORTHWIND, LinkKind.BOARD),
        f"{HOSTED}/pt-BR/Northwind_Careers/login": (NORTHWIND, LinkKind.BOARD),
        f"{HOSTED}/Northwind_Careers/job/Madrid/Analyst_R1": (NORTHWIND, LinkKind.POSTING),
        f"{HOSTED}/es/Northwind_Careers/job/Madrid/Analyst_R1/apply": (NORTHWIND, LinkKind.POSTING),
        f"{HOSTED}/en-US/Northwind_Careers/details/Analyst_R1": (NORTHWIND, LinkKind.POSTING),
        f"{API}/jobs": (NORTHWIND, LinkKind.API),
        f"{API}/job/Madrid/Analyst_R1": (NORTHWIND, LinkKind.API),
        # A site whose name looks like a language.
        f"{HOSTED}/Ext": (EXT, LinkKind.BOARD),
        f"{HOSTED}/Ext/job/Madrid/Analyst_R1": (EXT, LinkKind.POSTING),
        f"{HOSTED}/Ext/login": (EXT, LinkKind.BOARD),
        f"{HOSTED}/en-US/Ext/jobs": (EXT, LinkKind.BOARD),
        "https://wd5.myworkdaysite.com/recruiting/northwind/External": (SHARED, LinkKind.BOARD),
        "https://wd5.myworkdaysite.com/pt-BR/recruiting/northwind/External": (SHARED, LinkKind.BOARD),
        "https://wd5.myworkdaysite.com/recruiting/northwind/External/job/Porto/Analyst_R1": (SHARED, LinkKind.POSTING),
        "https://wd5.myworkdaysite.com/en-US/recruiting/northwind/External/job/A_R1": (SHARED, LinkKind.POSTING),
        "https://wd5.myworkdaysite.com/wday/cxs/northwind/External/jobs": (SHARED, LinkKind.API),
        f"{HOSTED}/": None,
        f"{HOSTED}/en-US": None,
        f"{HOSTED}/wday/authgwy/northwind/login.htmld": None,
        "https://www.myworkdayjobs.com/wday/static/embed.js": None,
        "https://northwind.myworkdayjobs.com/External": None,
        "https://northwind.wd3.myworkday.com/northwind/d/home.htmld": None,
        "https://wd5.myworkdaysite.com/recruiting/northwind": None,
        "https://www.workday.com/en-us/company/careers.html": None,
        "https://northwind.wd3.myworkdayjobs.com.evil.example/External": None,
        "https://northwindwd3myworkdayjobs.com/External": None,
        "https://evil.example/northwind.wd3.myworkdayjobs.com/External": None,
    }

    def record(self, number: int) -> VendorRecord:
        path = f"/job/Madrid/Treasury-Analyst-{number}_R-{number:05d}"
        return {
            "@id": f"R-{number:05d}",
            "title": f"Treasury Analyst {number}",
            "externalPath": path,
            "locationsText": "Madrid",
            "postedOn": "Posted Today",
            "bulletFields": [f"R-{number:05d}"],
            "detail": {
                "title": f"Treasury Analyst {number}",
                "jobDescription": "<p>You will move money across borders.</p>",
                "location": "Madrid",
                "additionalLocations": ["Lisbon"],
                "postedOn": "Posted Today",
                "startDate": "2026-01-05",
                "timeType": "Part time",
                "jobReqId": f"R-{number:05d}",
                "remoteType": "On-site",
                "externalUrl": f"{HOSTED}/Northwind_Careers{path}",
            },
        }

    def with_markup(self, record: VendorRecord, markup: str) -> VendorRecord:
        return super().with_markup({**record, "locationsText": "Lisbon"}, markup)

    def spelt(self, at: datetime) -> object:
        return at.astimezone(UTC).date().isoformat()

    def as_told(self, at: datetime) -> datetime:
        return datetime.combine(at.astimezone(UTC).date(), time(), UTC)

    def _list(self, request: Request) -> object:
        answer: Any = super()._list(request)
        for record in answer["jobPostings"]:
            if isinstance(record, dict):
                del record["@id"]
        if orjson.loads(request.body or b"{}")["offset"]:
            answer["total"] = 0
        return answer


class TestWorkday(ProviderSuite):
    def make_world(self) -> VendorWorld:
        return WorkdayWorld()


class SharedHostWorld(WorkdayWorld):
    board = SHARED
    sizes = (1, 3)
    hosts = frozenset({"wd5.myworkdaysite.com"})
    unknown_slug = "northwind/wd5/Nobody"
    links: Mapping[str, tuple[Board, LinkKind] | None] = {}


class TestWorkdayOnASharedHost(ProviderSuite):
    def make_world(self) -> VendorWorld:
        return SharedHostWorld()


# What is particular to it


def mapped(listed: Mapping[str, Any] | None = None, **changes: Any) -> Posting:
    """The suite's posting with some fields of the list, and of its details, changed, as the adapter maps it."""
    world = WorkdayWorld()
    record = {**world.record(1), **(listed or {})}
    return posting_of(world, {**record, "detail": {**record["detail"], **changes}})


def asked_offsets(http: FakeVendorHttp) -> list[int]:
    return [orjson.loads(request.body)["offset"] for request in http.requests if request.body]


def test_every_field_of_a_recorded_posting_has_its_place() -> None:
    northwind = swept_recording(WORKDAY, NORTHWIND, FIXTURE)
    (posting,) = northwind.postings.values()
    assert evolve(posting, raw=b"{}") == Posting(
        provider_offer_id="R-10482-1",
        title="Treasury Manager, EMEA & LatAm",
        description_text="You will run treasury: FX exposure & cash pooling.\n- Hedge EUR/USD\n- Spanish and English",
        locations=("Barcelona", "Mexico City"),
        workplace=Workplace.HYBRID,
        employment_type="Full-time",
        url=f"{HOSTED}/Northwind_Careers/job/Barcelona/Treasury-Manager--EMEA---LatAm_R-10482-1",
        published_at=datetime(2026, 3, 2, tzinfo=UTC),
    )
    (rejected,) = northwind.rejected
    assert rejected.record == "R-10490"
    assert "not there alone" in rejected.reason
    assert not northwind.lost_fields


def test_the_list_is_asked_for_by_post_twenty_at_a_time() -> None:
    world = WorkdayWorld()
    world.fill(45)
    http = FakeVendorHttp(world.serve)
    run(SweptBoard(WORKDAY, NORTHWIND, http).sweep)
    lists = [request for request in http.requests if request.method == "POST"]
    assert {request.url for request in lists} == {f"{API}/jobs"}
    assert orjson.loads(lists[0].body or b"") == {"appliedFacets": {}, "limit": 20, "offset": 0, "searchText": ""}
    assert asked_offsets(http)[:3] == [0, 20, 40]
    assert {orjson.loads(request.body or b"")["limit"] for request in lists} == {20}


def test_an_unchanged_board_costs_its_list_whatever_it_says_of_the_day() -> None:
    world = WorkdayWorld()
    world.fill(25)
    board = sweep(world)
    for record in world.records:
        record["postedOn"] = record["detail"]["postedOn"] = "Posted Yesterday"
        record["bulletFields"] = ["9 days left to apply"]
    board.http = http = FakeVendorHttp(world.serve)
    board.written = 0
    run(board.sweep)
    assert asked_offsets(http) == [0, 20]
    assert len(http.requests) == 2
    assert board.written == 0


def test_a_posting_that_is_called_otherwise_now_stays_the_same_offer() -> None:
    world = WorkdayWorld()
    world.fill(3)
    board = sweep(world)
    world.records[1] |= {"title": "Treasury Lead", "externalPath": "/job/Lisbon/Treasury-Lead_R-00001"}
    run(board.sweep)
    assert board.open_ids == {"R-00000", "R-00001", "R-00002"}
    assert board.postings["R-00001"].title == "Treasury Lead"


@pytest.mark.parametrize(
    ("path", "id_"),
    [
        ("/job/Madrid/Analyst_R-1", "R-1"),
        ("/job/Madrid/Analyst_REQ_2026_001", "REQ_2026_001"),
        ("/job/Analyst_JR1/", "JR1"),
        ("/job/Madrid/Analyst", "Analyst"),
        ("/job/M%C3%A1laga/Analista-II_R-7", "R-7"),
    ],
)
def test_the_id_is_what_the_path_ends_with(path: str, id_: str) -> None:
    assert mapped({"@id": id_, "externalPath": path}).provider_offer_id == id_


@pytest.mark.parametrize("path", ["/../../../../evil/Analyst_R1", "/job/%2e%2e/%2e%2e/Analyst_R1", "/job/./A_R1", "/"])
def test_a_path_that_leads_out_of_the_site_is_not_asked_for(path: str) -> None:
    world = WorkdayWorld()
    world.records = [world.record(1), {**world.record(2), "externalPath": path}]

    class Guarded(WorkdayWorld):
        def _details_url(self, record: VendorRecord) -> str | None:
            return super()._details_url(record) if record["externalPath"] != path else None

    guarded = Guarded()
    guarded.records = world.records
    board = sweep(guarded)
    assert set(board.postings) == {"R-00001"}
    (rejected,) = board.rejected
    assert rejected.reason


@pytest.mark.parametrize(
    "path", ["https://evil.example/a_R1", "//evil.example/x_R1", "/job/a?b=c#d_R1", "/job/a%2F..%2Fb_R1"]
)
def test_whatever_a_path_looks_like_it_is_asked_for_below_the_site(path: str) -> None:
    world = WorkdayWorld()
    world.records = [{**world.record(2), "externalPath": path}]
    http = FakeVendorHttp(world.serve)
    run(SweptBoard(WORKDAY, NORTHWIND, http).sweep)
    (asked,) = [request.url for request in http.requests if request.method == "GET"]
    parts = urlsplit(asked)
    assert asked.startswith(f"{API}/")
    assert (parts.query, parts.fragment) == ("", "")
    assert ".." not in parts.path.split("/")


def test_a_posting_without_a_path_is_rejected_by_name() -> None:
    world = WorkdayWorld()
    world.fill(2)
    del world.records[1]["externalPath"]

    class Pathless(WorkdayWorld):
        def _details_url(self, record: VendorRecord) -> str | None:
            return super()._details_url(record) if "externalPath" in record else None

    pathless = Pathless()
    pathless.records = world.records
    (rejected,) = sweep(pathless).rejected
    assert (rejected.record, rejected.field, rejected.reason) == ("#1", "@id", "is missing")


def test_a_list_that_ends_before_its_total_closes_nothing() -> None:
    class Short(WorkdayWorld):
        says = 0

        def _list(self, request: Request) -> object:
            answer: Any = super()._list(request)
            answer["total"] += self.says if answer["total"] else 0
            return answer

    world = Short()
    world.fill(30)
    board = sweep(world)
    del world.records[25]
    world.says = 1
    with pytest.raises(ProviderError, match="lists 29 of its 30 postings"):
        run(board.sweep)
    assert len(board.open_ids) == 30


def test_a_posting_that_goes_while_the_list_is_read_makes_the_sweep_begin_again() -> None:
    world = WorkdayWorld()
    world.fill(30)
    asked = 0

    def serve(request: Request) -> Response:
        nonlocal asked
        answer = world.serve(request)
        asked += 1
        if asked == 1:
            del world.records[29]
        return answer

    board = SweptBoard(WORKDAY, NORTHWIND, FakeVendorHttp(serve))
    run(board.sweep)
    assert board.restarts == 1
    assert board.open_ids == world.ids


def test_a_total_at_which_the_vendor_stops_counting_does_not_end_the_board() -> None:
    paging = WORKDAY.paging
    assert isinstance(paging, OffsetPages)
    assert paging.most_told == 2000
    counting_to_40 = evolve(WORKDAY, paging=evolve(paging, most_told=40))

    class Capped(WorkdayWorld):
        provider = counting_to_40

        def _list(self, request: Request) -> object:
            answer: Any = super()._list(request)
            answer["total"] = min(answer["total"], 40)
            return answer

    world = Capped()
    world.fill(65)
    board = sweep(world)
    assert board.open_ids == world.ids
    assert probe(world, NORTHWIND).open_postings is None


def test_the_place_of_the_list_counts_where_the_details_name_none() -> None:
    assert mapped({"locationsText": "Leeds, UK"}, location=None, additionalLocations=None).locations == ("Leeds, UK",)
    assert mapped({"locationsText": "2 Locations"}, location=None, additionalLocations=[]).locations == ()
    assert mapped({"locationsText": "2 Locations"}).locations == ("Madrid", "Lisbon")


def test_a_probe_counts_the_postings_and_knows_no_company() -> None:
    world = WorkdayWorld()
    world.fill(23)
    found = probe(world, NORTHWIND)
    assert (found.exists, found.open_postings, found.company_name) == (True, 23, None)


@pytest.mark.parametrize("slug", ["northwind/wd3/Nobody", "nobody/wd3/Careers"])
def test_a_site_and_a_tenant_that_nobody_has_are_not_found(slug: str) -> None:
    failure = failure_of(WorkdayWorld(), recorded(FIXTURE), evolve(NORTHWIND, slug=slug))
    assert failure.kind is FailureKind.NOT_FOUND


@pytest.mark.parametrize(
    "slug",
    [
        "northwind",
        "northwind/External",
        "northwind/wd3/",
        "northwind/ww3/External",
        "northwind/wd3/en-US",
        "a/b/wd3/External",
    ],
)
def test_a_board_is_a_tenant_a_data_centre_and_a_site(slug: str) -> None:
    assert WORKDAY.board(slug) is None
