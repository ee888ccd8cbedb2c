"""BambooHR: the contract of every vendor, and what is particular to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from ats_adapters.ats.bamboohr import BAMBOOHR
from ats_core.domain.board import Board, LinkKind
from ats_core.domain.offer import Posting, Salary, Workplace
from ats_core.domain.signs import ShownPage
from ats_core.errors import FailureKind, ProviderError
from ats_core.provider.exchange import play
from ats_core.provider.messages import Request, Response
from ats_core.testing.provider_suite import (
    JsonBoardWorld,
    ProviderSuite,
    VendorRecord,
    VendorWorld,
    posting_of,
    probe,
    run,
    sweep,
    swept_recording,
)
from ats_core.testing.swept_board import SweptBoard
from ats_core.testing.vendor_http import FakeVendorHttp, recorded

FIXTURE = Path(__file__).parent.parent / "fixtures" / "bamboohr" / "northwind.json"
NORTHWIND = Board(BAMBOOHR.name, "", "northwind")


class BambooHrWorld(JsonBoardWorld):
    provider = BAMBOOHR
    board = NORTHWIND
    markup, published_at, optional = "detail.description", "detail.datePosted", "departmentLabel"
    # Nothing can be asked about conditionally.
    validator = ""
    links: Mapping[str, tuple[Board, LinkKind] | None] = {
        "https://northwind.bamboohr.com": (NORTHWIND, LinkKind.BOARD),
        "https://NorthWind.bamboohr.com/careers?source=site#jobs": (NORTHWIND, LinkKind.BOARD),
        "https://northwind.bamboohr.com/jobs/": (NORTHWIND, LinkKind.BOARD),
        "https://northwind.bamboohr.com/careers/347": (NORTHWIND, LinkKind.POSTING),
        "https://northwind.bamboohr.com/careers/347?source=aWQ9MjA%3D": (NORTHWIND, LinkKind.POSTING),
        "https://northwind.bamboohr.com/jobs/view.php?id=347": (NORTHWIND, LinkKind.POSTING),
        "https://northwind.bamboohr.com/careers/list": (NORTHWIND, LinkKind.API),
        "https://northwind.bamboohr.com/careers/347/detail": (NORTHWIND, LinkKind.API),
        "https://northwind.bamboohr.com/careers/company-info": (NORTHWIND, LinkKind.API),
        "https://northwind.bamboohr.com/js/embed.js": (NORTHWIND, LinkKind.EMBED),
        "https://northwind.bamboohr.com/jobs/embed.php": (NORTHWIND, LinkKind.EMBED),
        "https://northwind.bamboohr.com/jobs/embed2.php?departmentId=0": (NORTHWIND, LinkKind.EMBED),
        "https://www.bamboohr.com/careers/": None,
        "https://app.bamboohr.com/": None,
        "https://api.bamboohr.com/api/gateway.php/northwind/v1/applicant_tracking/jobs": None,
        "https://documentation.bamboohr.com/docs": None,
        "https://images4.bamboohr.com/1/logos/northwind.png": None,
        "https://bamboohr.com/": None,
        "https://a.b.bamboohr.com/careers": None,
        "https://northwind.bamboohr.com.evil.example/careers": None,
        "https://notbamboohr.com/careers": None,
    }

    def record(self, number: int) -> VendorRecord:
        place = {"city": "Madrid", "state": "Madrid"}
        nowhere = {"country": None, "state": None, "province": None, "city": None}
        return {
            "id": str(100 + number),
            "jobOpeningName": f"Treasury Analyst {number}",
            "departmentId": "19099",
            "departmentLabel": "Finance",
            "employmentStatusLabel": "Contractor",
            "location": place,
            "atsLocation": nowhere,
            "isRemote": None,
            "locationType": "1",
            "detail": {
                "jobOpeningShareUrl": f"https://northwind.bamboohr.com/careers/{100 + number}",
                "jobOpeningName": f"Treasury Analyst {number}",
                "jobOpeningStatus": "Open",
                "departmentLabel": "Finance",
                "employmentStatusLabel": "Contractor",
                "location": {**place, "postalCode": "28001", "addressCountry": "Spain"},
                "atsLocation": nowhere,
                "description": "<p>You will move money across borders.</p>",
                "compensation": "€42,000",
                "datePosted": "2026-01-05",
                "locationType": "1",
            },
        }

    def with_markup(self, record: VendorRecord, markup: str) -> VendorRecord:
        # An edit that shows in the list, without which nobody would ask for the text again.
        return super().with_markup({**record, "employmentStatusLabel": "Part-Time"}, markup)

    def spelt(self, at: datetime) -> object:
        return at.date().isoformat()

    def as_told(self, at: datetime) -> datetime:
        return datetime(at.year, at.month, at.day, tzinfo=UTC)


class TestBambooHr(ProviderSuite):
    def make_world(self) -> VendorWorld:
        return BambooHrWorld()


# What is particular to it


def mapped(detail: Mapping[str, Any] | None = None, **changes: Any) -> Posting:
    """The suite's posting with some fields of the list and of the details changed, as the adapter maps it."""
    world = BambooHrWorld()
    record = world.record(1)
    return posting_of(world, {**record, **changes, "detail": {**record["detail"], **(detail or {})}})


def test_every_field_of_a_recorded_posting_has_its_place() -> None:
    northwind = swept_recording(BAMBOOHR, NORTHWIND, FIXTURE)
    assert evolve(northwind.postings["347"], raw=b"{}") == Posting(
        provider_offer_id="347",
        title="Treasury Manager, EMEA & LatAm",
        description_text="You will run treasury: FX exposure & cash pooling.\n- Hedge EUR/USD",
        locations=("Barcelona, Catalonia, Spain",),
        workplace=Workplace.HYBRID,
        department="Finance",
        employment_type="Full-time",
        salary=Salary(text="€68,000 - €82,500 a year"),
        url="https://northwind.bamboohr.com/careers/347",
        published_at=datetime(2026, 3, 2, tzinfo=UTC),
    )
    auditor = northwind.postings["348"]
    assert (auditor.locations, auditor.salary) == (("Mexico City, Mexico",), None)
    assert not northwind.lost_fields


def test_a_probe_says_whose_the_board_is() -> None:
    http = FakeVendorHttp(recorded(FIXTURE))
    found = run(
        lambda: play(BAMBOOHR.probe(NORTHWIND), lambda requests: http.send(BAMBOOHR.name, requests), where="board")
    )
    assert (found.exists, found.company_name, found.open_postings) == (True, "Northwind Foods", 2)


@pytest.mark.parametrize("said", [b"<!DOCTYPE html><title>Careers</title>", b"[]", b'{"result": {"name": 7}}'])
def test_a_board_is_there_though_nobody_can_read_whose_it_is(said: bytes) -> None:
    class Silent(BambooHrWorld):
        def serve(self, request: Request) -> Response:
            if request.url.endswith("/company-info"):
                return Response(url=request.url, status=200, body=said)
            return super().serve(request)

    world = Silent()
    world.fill(2)
    found = probe(world, NORTHWIND)
    assert (found.exists, found.company_name, found.open_postings) == (True, None, 2)


def test_a_board_that_sends_its_visitors_to_the_vendors_own_site_is_gone() -> None:
    def moved(request: Request) -> Response:
        return Response(url="https://www.bamboohr.com/", status=200, body=b"<html>Welcome</html>")

    with pytest.raises(ProviderError) as caught:
        run(SweptBoard(BAMBOOHR, NORTHWIND, FakeVendorHttp(moved)).sweep)
    assert caught.value.kind is FailureKind.NOT_FOUND


@pytest.mark.parametrize(
    ("kind", "flag", "workplace"),
    [
        ("0", None, Workplace.ON_SITE),
        ("0", True, Workplace.REMOTE),
        ("1", None, Workplace.REMOTE),
        ("2", True, Workplace.HYBRID),
        ("9", None, None),
        (None, True, Workplace.REMOTE),
        (None, False, None),
    ],
)
def test_the_workplace_is_a_number_or_a_flag(kind: str | None, flag: bool | None, workplace: Workplace | None) -> None:
    assert mapped(locationType=kind, isRemote=flag).workplace is workplace


def test_a_place_is_in_the_one_or_in_the_other_of_two_fields() -> None:
    nowhere = {"city": None, "state": None, "addressCountry": None}
    munich = {"city": "Munich", "province": "Upper Bavaria", "country": "Germany"}
    assert mapped({"location": nowhere, "atsLocation": munich}).locations == ("Munich, Upper Bavaria, Germany",)
    assert mapped({"location": nowhere}).locations == ("Madrid",)
    assert mapped({"location": None}, location=nowhere, atsLocation=munich).locations == (
        "Munich, Upper Bavaria, Germany",
    )
    assert mapped({"location": nowhere}, location=nowhere).locations == ()


def test_a_posting_without_a_link_of_its_own_stands_on_its_board() -> None:
    assert mapped({"jobOpeningShareUrl": None}).url == "https://northwind.bamboohr.com/careers/101"


def test_an_unchanged_board_costs_its_list() -> None:
    world = BambooHrWorld()
    world.fill(5)
    board = sweep(world)
    board.http = http = FakeVendorHttp(world.serve)
    run(board.sweep)
    assert [request.url for request in http.requests] == ["https://northwind.bamboohr.com/careers/list"]
    assert board.open_ids == world.ids


def test_only_the_posting_that_is_listed_otherwise_is_asked_for_again() -> None:
    world = BambooHrWorld()
    world.fill(5)
    board = sweep(world)
    world.records[2]["departmentLabel"] = "Treasury"
    board.http = http = FakeVendorHttp(world.serve)
    run(board.sweep)
    assert [request.url for request in http.requests][1:] == ["https://northwind.bamboohr.com/careers/102/detail"]
    assert board.postings["102"].department == "Treasury"


def test_an_embed_names_its_board() -> None:
    page = ShownPage(
        url="https://northwind.example/careers",
        marks=frozenset({"bamboohr", "data-domain"}),
        scripts='data-domain="northwind.bamboohr.com"\ndata-version="1.0.0"',
    )
    signs = list(BAMBOOHR.read_signs(page))
    assert [sign.board for sign in signs if sign.board] == [NORTHWIND]
    assert any("bamboohr" in sign.what for sign in signs)
    hostile = evolve(page, marks=frozenset(), scripts='data-domain="northwind.bamboohr.com.evil.example"')
    assert list(BAMBOOHR.read_signs(hostile)) == []
