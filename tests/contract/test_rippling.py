"""Rippling: the contract of every vendor, and what is particular to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from ats_adapters.ats.rippling import RIPPLING
from ats_core.domain.board import Board, LinkKind
from ats_core.domain.offer import Posting, Salary, Workplace
from ats_core.errors import FailureKind
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

FIXTURE = Path(__file__).parent.parent / "fixtures" / "rippling" / "northwind.json"
NORTHWIND = Board(RIPPLING.name, "", "northwind-foods")
UUID = "3c36a1f0-6d1b-4a44-9a60-0b1de2f3a4c5"
HOSTED = "https://ats.rippling.com/northwind-foods"


class RipplingWorld(JsonBoardWorld):
    provider = RIPPLING
    board = NORTHWIND
    markup, published_at, optional = "detail.description.role", "detail.createdOn", "department.label"
    other_texts = ("detail.description.company",)
    # Nothing can be asked about conditionally.
    validator = ""
    links: Mapping[str, tuple[Board, LinkKind] | None] = {
        HOSTED: (NORTHWIND, LinkKind.BOARD),
        f"{HOSTED}/jobs?source=site#all": (NORTHWIND, LinkKind.BOARD),
        f"{HOSTED}/jobs/{UUID}": (NORTHWIND, LinkKind.POSTING),
        f"{HOSTED}/jobs/{UUID}/apply?step=application": (NORTHWIND, LinkKind.POSTING),
        f"https://ats.rippling.com/en-GB/northwind-foods/jobs/{UUID}": (NORTHWIND, LinkKind.POSTING),
        "https://ats.rippling.com/en-CA/northwind-foods/": (NORTHWIND, LinkKind.BOARD),
        "https://ats.rippling.com/fr-CA/northwind-foods/jobs": (NORTHWIND, LinkKind.BOARD),
        "https://ats.rippling.com/Northwind_Foods/jobs": (Board(RIPPLING.name, "", "Northwind_Foods"), LinkKind.BOARD),
        "https://ats.rippling.com/hr/jobs": (Board(RIPPLING.name, "", "hr"), LinkKind.BOARD),
        "https://ats.rippling.com/api/v2/board/northwind-foods/jobs?page=0": (NORTHWIND, LinkKind.API),
        f"https://api.rippling.com/platform/api/ats/v1/board/northwind-foods/jobs/{UUID}": (NORTHWIND, LinkKind.API),
        "https://ats.rippling.com/en-GB/jobs": None,
        "https://ats.rippling.com/api/health": None,
        "https://ats.rippling.com/_next/static/chunks/main.js": None,
        "https://ats.rippling.com/": None,
        "https://api.rippling.com/platform/api/employees": None,
        "https://app.rippling.com/login": None,
        "https://www.rippling.com/careers/open-roles": None,
        "https://ats.rippling.com.evil.example/northwind-foods/jobs": None,
    }

    def record(self, number: int) -> VendorRecord:
        uuid = f"3c36a1f0-0000-4000-8000-{number:012x}"
        return {
            "uuid": uuid,
            "name": f"Treasury Analyst {number}",
            "department": {"id": "Finance", "label": "Finance"},
            "url": f"{HOSTED}/jobs/{uuid}",
            "workLocation": {"label": "Remote (Spain)", "id": "Remote (Spain)"},
            "detail": {
                "uuid": uuid,
                "name": f"Treasury Analyst {number}",
                "description": {"company": "<p>We feed people.</p>", "role": "<p>You will move money.</p>"},
                "workLocations": ["Remote (Spain)"],
                "department": {"name": "Finance"},
                "employmentType": {"label": "SALARIED_PT", "id": "Salaried, part-time"},
                "createdOn": "2026-01-05T08:00:00+01:00",
                "payRangeDetails": [
                    {"location": None, "currency": "EUR", "frequency": "YEAR", "rangeStart": 42000, "rangeEnd": 51000}
                ],
                "companyName": "Northwind Foods",
            },
        }

    def with_markup(self, record: VendorRecord, markup: str) -> VendorRecord:
        # An edit that shows in the list, without which nobody would ask for the text again.
        return super().with_markup({**record, "workLocation": {"label": "Lisbon"}}, markup)


class TestRippling(ProviderSuite):
    def make_world(self) -> VendorWorld:
        return RipplingWorld()


# What is particular to it


def mapped(detail: Mapping[str, Any] | None = None, **changes: Any) -> Posting:
    """The suite's posting with some fields of the list and of the details changed, as the adapter maps it."""
    world = RipplingWorld()
    record = world.record(1)
    return posting_of(world, {**record, **changes, "detail": {**record["detail"], **(detail or {})}})


def at(*labels: str) -> Posting:
    """The suite's posting, listed once for each of these places."""
    world = RipplingWorld()
    world.records = [{**world.record(1), "workLocation": {"label": label}} for label in labels]
    (posting,) = sweep(world).postings.values()
    return posting


def test_every_field_of_a_recorded_posting_has_its_place() -> None:
    northwind = swept_recording(RIPPLING, NORTHWIND, FIXTURE)
    assert evolve(northwind.postings[UUID], raw=b"{}") == Posting(
        provider_offer_id=UUID,
        title="Treasury Manager, EMEA & LatAm",
        description_text="\n".join(
            [
                "Northwind Foods feeds two continents.",
                "You will run treasury: FX exposure & cash pooling.",
                "- Hedge EUR/USD",
            ]
        ),
        locations=("Hybrid (Barcelona, Spain)", "Mexico City, Mexico"),
        workplace=Workplace.HYBRID,
        department="Finance",
        employment_type="Full-time",
        salary=Salary(minimum=Decimal(52000), maximum=Decimal("82500.5"), currency="EUR", interval="year"),
        url=f"{HOSTED}/jobs/{UUID}",
        published_at=datetime(2026, 3, 2, 9, 30, 0, 194000, tzinfo=UTC),
    )
    assert len(northwind.postings) == 2
    assert not northwind.lost_fields


def test_a_posting_in_several_places_is_counted_and_asked_for_once() -> None:
    http = FakeVendorHttp(recorded(FIXTURE))
    run(SweptBoard(RIPPLING, NORTHWIND, http).sweep)
    assert len(http.requests) == 3
    world = RipplingWorld()
    world.records = [
        {**world.record(n), "workLocation": {"label": place}} for place in ("Madrid", "Oslo") for n in (1, 2)
    ]
    assert probe(world, NORTHWIND).open_postings == 2


def test_a_row_that_is_repeated_as_it_is_adds_no_place() -> None:
    assert at("Madrid", "Madrid").locations == ("Madrid",)
    assert at("Madrid", "Oslo", "Madrid").locations == ("Madrid", "Oslo")


def test_a_place_that_is_added_is_read() -> None:
    world = RipplingWorld()
    world.fill(2)
    board = sweep(world)
    world.records.append({**world.records[0], "workLocation": {"label": "Oslo"}})
    board.http = http = FakeVendorHttp(world.serve)
    run(board.sweep)
    assert len(http.requests) == 2
    assert board.postings[world.id_of(world.records[0])].locations == ("Remote (Spain)", "Oslo")


def test_the_details_say_the_places_where_the_list_does_not() -> None:
    assert mapped({"workLocations": ["Madrid", "Oslo"]}, workLocation=None).locations == ("Madrid", "Oslo")


@pytest.mark.parametrize(
    ("places", "workplace"),
    [
        (("Remote (United States)",), Workplace.REMOTE),
        (("Hybrid (San Francisco, California, US)",), Workplace.HYBRID),
        (("Austin, TX",), None),
        (("Austin, TX", "Hybrid (Oslo, Norway)"), Workplace.HYBRID),
        (("Remote (Spain)", "Hybrid (Oslo, Norway)"), None),
    ],
)
def test_the_workplace_is_what_the_places_begin_with(places: tuple[str, ...], workplace: Workplace | None) -> None:
    world = RipplingWorld()
    record = world.record(1)
    record["detail"]["workLocations"] = list(places)
    world.records = [{**record, "workLocation": {"label": place}} for place in places]
    (posting,) = sweep(world).postings.values()
    assert posting.workplace is workplace


def test_pay_in_several_currencies_or_intervals_is_none() -> None:
    euros = {"currency": "EUR", "frequency": "YEAR", "rangeStart": 1, "rangeEnd": 2}
    assert mapped({"payRangeDetails": [euros, {**euros, "currency": "NOK"}]}).salary is None
    assert mapped({"payRangeDetails": [euros, {**euros, "frequency": "HOUR"}]}).salary is None
    assert mapped({"payRangeDetails": []}).salary is None
    assert mapped({"payRangeDetails": [{**euros, "rangeStart": None, "rangeEnd": None}]}).salary is None


def test_an_hourly_pay_is_hourly_and_may_be_open_at_one_end() -> None:
    wage = {"currency": "USD", "frequency": "HOUR", "rangeStart": 18, "rangeEnd": None}
    assert mapped({"payRangeDetails": [wage]}).salary == Salary(minimum=Decimal(18), currency="USD", interval="hour")


@pytest.mark.parametrize(
    ("code", "words", "employment"),
    [
        ("HOURLY_FT", "Team Member", "Full-time"),
        ("TEMP", "Seasonal help", "Temporary"),
        (None, "Apprentice, 2nd year", "Apprentice, 2nd year"),
    ],
)
def test_the_vendors_code_for_the_employment_counts_before_the_companys_words(
    code: str | None, words: str, employment: str
) -> None:
    assert mapped({"employmentType": {"label": code, "id": words}}).employment_type == employment


def test_an_unchanged_board_costs_its_list() -> None:
    world = RipplingWorld()
    world.fill(5)
    board = sweep(world)
    board.http = http = FakeVendorHttp(world.serve)
    run(board.sweep)
    assert [request.url for request in http.requests] == [
        "https://api.rippling.com/platform/api/ats/v1/board/northwind-foods/jobs"
    ]
    assert board.open_ids == world.ids


def test_a_posting_whose_details_are_gone_is_rejected_alone() -> None:
    world = RipplingWorld()
    world.fill(3)
    gone = world.id_of(world.records[1])

    class Gone(RipplingWorld):
        def serve(self, request: Any) -> Any:
            return self.unknown(request) if request.url.endswith(gone) else super().serve(request)

    without = Gone()
    without.records = world.records
    board = sweep(without)
    assert set(board.postings) == world.ids - {gone}
    assert [rejected.record for rejected in board.rejected] == [gone]


def test_a_board_that_nobody_has_is_not_found() -> None:
    failure = failure_of(RipplingWorld(), recorded(FIXTURE), evolve(NORTHWIND, slug="nobody"))
    assert failure.kind is FailureKind.NOT_FOUND


def test_a_language_is_no_board() -> None:
    assert RIPPLING.board("en-GB") is None
    assert RIPPLING.board("11fs-group-ltd") == Board(RIPPLING.name, "", "11fs-group-ltd")
