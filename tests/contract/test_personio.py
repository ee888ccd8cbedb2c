"""Personio: the contract of every vendor, and what is particular to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from ats_adapters.ats.personio import PERSONIO
from ats_core.domain.board import Board, LinkKind
from ats_core.domain.offer import Posting, Salary, Workplace
from ats_core.errors import FailureKind, ProviderError
from ats_core.provider.messages import Request, Response
from ats_core.testing.provider_suite import (
    ProviderSuite,
    VendorRecord,
    VendorWorld,
    XmlBoardWorld,
    failure_of,
    posting_of,
    probe,
    run,
    sweep,
    swept_recording,
)
from ats_core.testing.provider_suite.play import failing_at
from ats_core.testing.swept_board import SweptBoard
from ats_core.testing.vendor_http import FakeVendorHttp

FIXTURE = Path(__file__).parent.parent / "fixtures" / "personio" / "northwind.json"
NORTHWIND = Board(PERSONIO.name, "", "northwind")


class PersonioWorld(XmlBoardWorld):
    provider = PERSONIO
    board = NORTHWIND
    markup = "jobDescriptions.jobDescription[].value"
    other_texts = ("jobDescriptions.jobDescription[].name",)
    published_at = "createdAt"
    optional = "department"
    always = ("office", "createdAt")
    links: Mapping[str, tuple[Board, LinkKind] | None] = {
        "https://northwind.jobs.personio.de": (NORTHWIND, LinkKind.BOARD),
        "https://NorthWind.jobs.personio.de/?language=de#jobs": (NORTHWIND, LinkKind.BOARD),
        "https://northwind.jobs.personio.com/": (NORTHWIND, LinkKind.BOARD),
        "https://northwind.jobs.personio.de/job/2452785?display=en": (NORTHWIND, LinkKind.POSTING),
        "https://northwind.jobs.personio.com/job/2452785/apply": (NORTHWIND, LinkKind.POSTING),
        "https://northwind.jobs.personio.de/xml?language=de": (NORTHWIND, LinkKind.API),
        "https://northwind.jobs.personio.com/xml": (NORTHWIND, LinkKind.API),
        "https://northwind-jobs.personio.de/job/2452785": (NORTHWIND, LinkKind.POSTING),
        "https://northwind-jobs.personio.de/": (NORTHWIND, LinkKind.BOARD),
        "https://northwind.personio.de/login": None,
        "https://www.personio.com/pricing": None,
        "https://jobs.personio.de/": None,
        "https://api.personio.de/recruiting/applicant": None,
        "https://a.b.jobs.personio.de/": None,
        "https://northwind.jobs.personio.evil.example/": None,
        "https://northwind.jobs.personio.de.evil.example/": None,
    }

    def __init__(self) -> None:
        super().__init__()
        #: Ids of postings that are not written in English.
        self.foreign: set[str] = set()

    def record(self, number: int) -> VendorRecord:
        return {
            "id": str(2_000_000 + number),
            "subcompany": "Northwind Foods Iberia S.L.",
            "office": "Madrid",
            "additionalOffices": {"office": ["Lisbon"]},
            "department": "Finance",
            "recruitingCategory": "Headquarters",
            "name": f"Treasury Analyst {number}",
            "jobDescriptions": {
                "jobDescription": [{"name": "Your tasks", "value": "<p>Move money.</p><ul><li>SWIFT</li></ul>"}]
            },
            "employmentType": "permanent",
            "seniority": "experienced",
            "schedule": "full-time",
            "yearsOfExperience": "2-5",
            "createdAt": "2026-01-05T08:00:00+00:00",
            "salaryInformation": {"min": "42000.00", "max": "51000.00", "currencyCode": "EUR", "type": "yearly"},
        }

    def serve(self, request: Request) -> Response:
        """In the language that is asked for, a text that is not written in it is left out."""
        if "language=" not in request.url:
            return super().serve(request)
        everything: list[Any] = self.records
        self.records = [
            {**record, "jobDescriptions": {}}
            if isinstance(record, dict) and record.get("id") in self.foreign
            else record
            for record in everything
        ]
        try:
            return super().serve(request)
        finally:
            self.records = everything


class TestPersonio(ProviderSuite):
    def make_world(self) -> VendorWorld:
        return PersonioWorld()


class InTwoLanguagesWorld(PersonioWorld):
    """Half of the postings are not written in English."""

    def fill(self, count: int) -> None:
        super().fill(count)
        self.foreign = {record["id"] for record in self.records[::2]}


class TestPersonioInTwoLanguages(ProviderSuite):
    def make_world(self) -> VendorWorld:
        return InTwoLanguagesWorld()


# What is particular to it


def mapped(**changes: Any) -> Posting:
    """The suite's posting with some fields changed, as the adapter maps it."""
    world = PersonioWorld()
    return posting_of(world, {**world.record(1), **changes})


def urls_asked(board: SweptBoard) -> list[str]:
    """What the board's vendor was asked for, all in all."""
    assert isinstance(board.http, FakeVendorHttp)
    return [request.url for request in board.http.requests]


def test_every_field_of_a_recorded_posting_has_its_place() -> None:
    northwind = swept_recording(PERSONIO, NORTHWIND, FIXTURE)
    (posting,) = northwind.postings.values()
    assert evolve(posting, raw=b"{}") == Posting(
        provider_offer_id="2452785",
        title="Treasury Manager, EMEA & LatAm",
        description_text="\n".join(
            [
                "Your tasks",
                "You will run treasury: FX exposure & cash pooling.",
                "Your profile",
                "- Hedge EUR/USD",
                "- Spanish and English",
            ]
        ),
        locations=("Barcelona (Hybrid)", "Ciudad de México (hybrid)"),
        workplace=Workplace.HYBRID,
        department="Finance",
        employment_type="Full-time, permanent",
        salary=Salary(minimum=Decimal(68000), maximum=Decimal("82500.5"), currency="EUR", interval="year"),
        url="https://northwind.jobs.personio.de/job/2452785",
        published_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    )


def test_whom_to_ask_is_not_stored() -> None:
    northwind = swept_recording(PERSONIO, NORTHWIND, FIXTURE)
    assert all(b"robin" not in posting.raw.lower() for posting in northwind.postings.values())


def test_a_board_in_english_is_one_request() -> None:
    world = PersonioWorld()
    world.fill(3)
    assert urls_asked(sweep(world)) == ["https://northwind.jobs.personio.de/xml?language=en"]


def test_texts_that_are_not_in_english_are_read_in_the_accounts_language() -> None:
    world = PersonioWorld()
    world.fill(3)
    world.foreign = {world.id_of(world.records[1])}
    board = sweep(world)
    assert all(posting.description_text.startswith("Your tasks") for posting in board.postings.values())
    assert urls_asked(board)[1:] == ["https://northwind.jobs.personio.de/xml"]
    assert not board.lost_fields


def test_a_change_of_a_text_that_is_not_in_english_is_seen() -> None:
    world = InTwoLanguagesWorld()
    world.fill(2)
    board = sweep(world)
    world.records[0] = world.with_markup(world.records[0], "<p>Geld bewegen.</p>")
    run(board.sweep)
    assert board.postings[world.id_of(world.records[0])].description_text == "Geld bewegen."


def test_where_the_second_request_fails_no_text_is_lost() -> None:
    world = InTwoLanguagesWorld()
    world.fill(2)
    board = sweep(world)
    board.http = FakeVendorHttp(failing_at(1, FailureKind.TIMEOUT, world.serve))
    before = dict(board.postings)
    with pytest.raises(ProviderError):
        run(board.sweep)
    assert board.postings == before


def test_a_board_with_postings_that_have_no_text_at_all_is_read_conditionally() -> None:
    world = PersonioWorld()
    world.records = [world.bare(world.record(1))]
    board = sweep(world)
    asked = len(urls_asked(board))
    run(board.sweep)
    assert len(urls_asked(board)) == asked + 1


def test_the_workplace_is_what_all_offices_say_of_themselves() -> None:
    assert mapped(office="Remote, Italy", additionalOffices={}).workplace is Workplace.REMOTE
    assert mapped(office="Berlin", additionalOffices={"office": ["Berlin (Remote)"]}).workplace is None
    assert mapped(office="Berlin", additionalOffices={}).workplace is None
    assert mapped(office=None, additionalOffices=None).workplace is None


def test_schedule_and_contract_are_said_in_one() -> None:
    def said(schedule: str | None, contract: str | None) -> str | None:
        return mapped(schedule=schedule, employmentType=contract).employment_type

    assert said("full-or-part-time", "permanent") == "Full or part-time, permanent"
    assert said("part-time", "working_student") == "Part-time, working student"
    assert said("full-time", None) == "Full-time"
    assert said(None, "intern") == "Internship"
    assert said(None, None) is None


def test_pay_without_a_maximum_is_pay_and_without_amounts_none() -> None:
    floor = {"min": "20.50", "currencyCode": "EUR", "type": "hourly"}
    assert mapped(salaryInformation=floor).salary == Salary(minimum=Decimal("20.5"), currency="EUR", interval="hour")
    assert mapped(salaryInformation={"currencyCode": "EUR", "type": "monthly"}).salary is None
    assert mapped(salaryInformation="").salary is None


def test_a_probe_counts_the_postings_and_names_no_company() -> None:
    world = PersonioWorld()
    world.fill(2)
    found = probe(world, NORTHWIND)
    assert (found.exists, found.open_postings, found.company_name) == (True, 2, None)


def test_an_unknown_company_whose_visitors_are_sent_to_personio_has_no_board_and_nobody_follows() -> None:
    def moved(request: Request) -> Response:
        assert request.stays
        return Response(url=request.url, status=307, headers={"location": "https://www.personio.com/"})

    assert failure_of(PersonioWorld(), moved, NORTHWIND).kind is FailureKind.NOT_FOUND


def test_a_company_whose_board_has_moved_to_another_host_is_not_given_up() -> None:
    def moved(request: Request) -> Response:
        there = {"location": "https://northwind.jobs.personio.com/xml?language=en"}
        return Response(url=request.url, status=301, headers=there)

    assert failure_of(PersonioWorld(), moved, NORTHWIND).kind is FailureKind.UNEXPECTED_STATUS


def test_a_feed_that_defines_entities_is_refused() -> None:
    def hostile(request: Request) -> Response:
        body = b'<!DOCTYPE x [<!ENTITY a "b">]><workzag-jobs><position><id>&a;</id></position></workzag-jobs>'
        return Response(url=request.url, status=200, body=body)

    assert failure_of(PersonioWorld(), hostile, NORTHWIND).kind is FailureKind.WRONG_SHAPE
