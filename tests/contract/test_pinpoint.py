"""Pinpoint: the contract of every vendor, and what is particular to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from ats_adapters.ats.pinpoint import PINPOINT
from ats_core.domain.board import Board, LinkKind
from ats_core.domain.offer import Posting, Salary, Workplace
from ats_core.domain.signs import ShownPage
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
    swept_recording,
)
from ats_core.testing.swept_board import SweptBoard
from ats_core.testing.vendor_http import FakeVendorHttp, recorded

FIXTURE = Path(__file__).parent.parent / "fixtures" / "pinpoint" / "northwind.json"
NORTHWIND = Board(PINPOINT.name, "", "northwind")
UUID = "5f2b7c1e-5a38-4c0b-9d53-0f6f0a9b1c22"


class PinpointWorld(JsonBoardWorld):
    provider = PINPOINT
    board = NORTHWIND
    optional = "job.department.name"
    other_texts = ("key_responsibilities", "skills_knowledge_expertise", "benefits")
    says_published = False
    links: Mapping[str, tuple[Board, LinkKind] | None] = {
        "https://northwind.pinpointhq.com": (NORTHWIND, LinkKind.BOARD),
        "https://NorthWind.pinpointhq.com/?utm_source=site#jobs": (NORTHWIND, LinkKind.BOARD),
        "https://northwind.pinpointhq.com/en/": (NORTHWIND, LinkKind.BOARD),
        f"https://northwind.pinpointhq.com/postings/{UUID}": (NORTHWIND, LinkKind.POSTING),
        f"https://northwind.pinpointhq.com/es/postings/{UUID}": (NORTHWIND, LinkKind.POSTING),
        f"https://northwind.pinpointhq.com/pt-BR/postings/{UUID}/applications/new": (NORTHWIND, LinkKind.POSTING),
        "https://northwind.pinpointhq.com/jobs/456": (NORTHWIND, LinkKind.POSTING),
        "https://northwind.pinpointhq.com/en/jobs/456": (NORTHWIND, LinkKind.POSTING),
        "https://northwind.pinpointhq.com/postings.json": (NORTHWIND, LinkKind.API),
        "https://northwind.pinpointhq.com/en/postings.json": (NORTHWIND, LinkKind.API),
        "https://northwind.pinpointhq.com/embed.js": (NORTHWIND, LinkKind.EMBED),
        "https://www.pinpointhq.com/pricing": None,
        "https://app.pinpointhq.com/": None,
        "https://developers.pinpointhq.com/docs": None,
        "https://pinpointhq.com/": None,
        "https://a.b.pinpointhq.com/": None,
        "https://northwind.pinpointhq.com.evil.example/": None,
        "https://northwindpinpointhq.com/": None,
    }

    def record(self, number: int) -> VendorRecord:
        return {
            "id": str(330_000 + number),
            "title": f"Treasury Analyst {number}",
            "url": f"https://northwind.pinpointhq.com/en/postings/5f2b7c1e-0000-4000-8000-{number:012d}",
            "description": "<div><!--block-->You will move money across borders.</div>",
            "key_responsibilities_header": "Responsibilities",
            "key_responsibilities": "<ul><li>Reconcile</li></ul>",
            "skills_knowledge_expertise_header": "What you bring",
            "skills_knowledge_expertise": "<ul><li>SWIFT</li></ul>",
            "benefits_header": "Benefits",
            "benefits": "<p>Lunch</p>",
            "workplace_type": "onsite",
            "employment_type": "part_time",
            "employment_type_text": "Part Time",
            "compensation": None,
            "compensation_visible": True,
            "compensation_minimum": "21.50",
            "compensation_maximum": None,
            "compensation_currency": "GBP",
            "compensation_frequency": "hour",
            "location": {"name": "HQ", "city": "Leeds", "province": "Yorkshire"},
            "job": {"id": "1", "department": {"id": "2", "name": "Finance"}, "division": None},
        }

    def published(self, record: VendorRecord, at: datetime) -> VendorRecord:
        raise NotImplementedError("Pinpoint says no times")


class TestPinpoint(ProviderSuite):
    def make_world(self) -> VendorWorld:
        return PinpointWorld()


class OwnDomainWorld(PinpointWorld):
    board = Board(PINPOINT.name, "", "jobs.northwind.example")
    hosts = frozenset({"jobs.northwind.example", "*.pinpointhq.com"})
    links: Mapping[str, tuple[Board, LinkKind] | None] = {}


class TestPinpointOnAnOwnDomain(ProviderSuite):
    def make_world(self) -> VendorWorld:
        return OwnDomainWorld()


# What is particular to it


def mapped(**changes: Any) -> Posting:
    """The suite's posting with some fields changed, as the adapter maps it."""
    world = PinpointWorld()
    return posting_of(world, {**world.record(1), **changes})


def test_every_field_of_a_recorded_posting_has_its_place() -> None:
    northwind = swept_recording(PINPOINT, NORTHWIND, FIXTURE)
    (posting,) = northwind.postings.values()
    assert evolve(posting, raw=b"{}") == Posting(
        provider_offer_id="332887",
        title="Treasury Manager, EMEA & LatAm",
        description_text="\n".join(
            [
                "You will run treasury: FX exposure & cash pooling.",
                "Responsibilities",
                "- Hedge EUR/USD",
                "What you bring",
                "- Spanish and English",
            ]
        ),
        locations=("Barcelona, Spain",),
        workplace=Workplace.HYBRID,
        department="Finance",
        employment_type="Full-time",
        salary=Salary(
            minimum=Decimal(68000),
            maximum=Decimal("82500.5"),
            currency="EUR",
            interval="year",
            text="€68,000 - €82,500.50 / year",
        ),
        url=f"https://northwind.pinpointhq.com/en/postings/{UUID}",
    )
    assert not northwind.lost_fields


def test_a_board_that_nobody_has_is_not_found() -> None:
    failure = failure_of(PinpointWorld(), recorded(FIXTURE), evolve(NORTHWIND, slug="nobody"))
    assert failure.kind is FailureKind.NOT_FOUND


def test_a_board_that_sends_its_visitors_to_the_vendors_own_site_is_gone() -> None:
    def moved(request: Request) -> Response:
        return Response(url="https://www.pinpointhq.com/", status=200, body=b"<html>Welcome</html>")

    with pytest.raises(ProviderError) as caught:
        run(SweptBoard(PINPOINT, NORTHWIND, FakeVendorHttp(moved)).sweep)
    assert caught.value.kind is FailureKind.NOT_FOUND


def test_a_probe_counts_the_postings_and_knows_no_company() -> None:
    world = PinpointWorld()
    world.fill(3)
    found = probe(world, NORTHWIND)
    assert (found.exists, found.open_postings, found.company_name) == (True, 3, None)


def test_a_pay_that_the_company_does_not_show_is_none() -> None:
    assert mapped(compensation_visible=False, compensation="£21.50 / hour").salary is None
    wage = Salary(minimum=Decimal("21.5"), currency="GBP", interval="hour")
    assert mapped().salary == wage
    assert mapped(compensation_visible=None, compensation_frequency="hourly").salary == wage


def test_a_place_has_the_city_and_the_companys_own_name_for_it_once() -> None:
    def places(**location: str | None) -> tuple[str, ...]:
        return mapped(location=location).locations

    assert places(name="Colombia", city="Bogotá", province="Bogotá D.C.") == ("Bogotá, Colombia",)
    assert places(name="London - City", city="london", province="London") == ("London - City",)
    assert places(name="", city="Leeds", province="Yorkshire") == ("Leeds, Yorkshire",)
    assert places(name=None, city="Leeds", province="Leeds") == ("Leeds",)
    assert places(name="Remote", city=None) == ("Remote",)
    assert mapped(location=None).locations == ()


def test_a_section_without_a_text_has_no_heading() -> None:
    text = mapped(skills_knowledge_expertise="<div><!--block--></div>", benefits=None).description_text
    assert text == "You will move money across borders.\nResponsibilities\n- Reconcile"


def test_what_is_said_of_the_employment_in_words_counts_where_there_is_no_code() -> None:
    assert mapped(employment_type=None, employment_type_text="Permanent - Full Time").employment_type == (
        "Permanent - Full Time"
    )


def test_a_page_on_an_own_domain_that_pinpoint_serves_is_a_board() -> None:
    picture = "https://app.pinpointhq.com/rails/active_storage/representations/redirect/abc/northwind.png"
    own = ShownPage(url="https://jobs.northwind.example/", urls=("https://jobs.northwind.example/", picture))
    assert [sign.board for sign in PINPOINT.read_signs(own)] == [OwnDomainWorld.board]
    hosted = evolve(own, url="https://northwind.pinpointhq.com/en/")
    assert [sign.board for sign in PINPOINT.read_signs(hosted)] == [None]
    elsewhere = evolve(own, urls=("https://app.pinpointhq.com.evil.example/a.png",))
    assert list(PINPOINT.read_signs(elsewhere)) == []


def test_a_site_that_pinpoint_does_not_serve_has_no_board() -> None:
    class Elsewhere(OwnDomainWorld):
        def serve(self, request: Request) -> Response:
            return Response(url=request.url, status=200, body=b"<!DOCTYPE html><title>Northwind</title>")

    assert probe(Elsewhere(), Elsewhere.board).exists is False


def test_the_element_of_an_embedded_list_is_a_sign_that_names_no_board() -> None:
    page = ShownPage(url="https://northwind.example/careers", marks=frozenset({"data-pinpoint", "pinpoint-job-list"}))
    signs = list(PINPOINT.read_signs(page))
    assert len(signs) == 2
    assert {sign.board for sign in signs} == {None}
