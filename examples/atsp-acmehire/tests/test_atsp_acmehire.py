"""Acmehire: the contract of every vendor, and what is particular to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from ats_core.domain.board import Board, LinkKind
from ats_core.domain.offer import Posting, Salary, Workplace
from ats_core.testing.provider_suite import (
    JsonBoardWorld,
    ProviderSuite,
    VendorRecord,
    VendorWorld,
    probe,
    swept_recording,
)
from attrs import evolve

from atsp_acmehire.vendor import ACMEHIRE

FIXTURE = Path(__file__).parent / "fixtures" / "northwind.json"
NORTHWIND = Board(ACMEHIRE.name, "", "northwind")


class World(JsonBoardWorld):
    """The vendor's server, with one board. It answers as the declaration says."""

    provider = ACMEHIRE
    board = NORTHWIND
    # URLs as pages show them, and what must be recognised in each.
    links: Mapping[str, tuple[Board, LinkKind] | None] = {
        "https://jobs.acmehire.example/Northwind?ref=site": (NORTHWIND, LinkKind.BOARD),
        "https://jobs.acmehire.example/northwind/7": (NORTHWIND, LinkKind.POSTING),
        "https://api.acmehire.example/v1/boards/northwind/jobs": (NORTHWIND, LinkKind.API),
        "https://jobs.acmehire.example/": None,
        "https://jobs.acmehire.example.evil.example/northwind": None,
    }

    def record(self, number: int) -> VendorRecord:
        """A posting with every field that the vendor can send."""
        return {
            "id": number,
            "title": f"Treasury Analyst {number}",
            "description": "<p>You will move money across borders.</p>",
            "places": ["Madrid", "Lisbon"],
            "workplace": "hybrid",
            "department": "Finance",
            "employment": "FULL_TIME",
            "pay": {"min": 42000, "max": 51000, "currency": "EUR", "per": "year"},
            "url": f"https://jobs.acmehire.example/northwind/{number}",
            "published_at": "2026-01-05T08:00:00+01:00",
        }


class TestTheContract(ProviderSuite):
    """What every vendor must do: all of these tests are inherited."""

    def make_world(self) -> VendorWorld:
        """A new server for each test."""
        return World()


def test_every_field_of_a_recorded_posting_has_its_place() -> None:
    northwind = swept_recording(ACMEHIRE, NORTHWIND, FIXTURE)
    assert not northwind.rejected
    posting = northwind.postings["1201"]
    assert evolve(posting, raw=b"{}") == Posting(
        provider_offer_id="1201",
        title="Treasury Manager, EMEA",
        description_text="You will run treasury: FX & cash pooling.\n- Hedge EUR/USD",
        locations=("Barcelona", "Mexico City"),
        workplace=Workplace.HYBRID,
        department="Finance",
        employment_type="Full-time",
        salary=Salary(minimum=Decimal(68000), maximum=Decimal(82500), currency="EUR", interval="year"),
        url="https://jobs.acmehire.example/northwind/1201",
        published_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    )


def test_a_posting_may_say_no_more_than_its_title() -> None:
    northwind = swept_recording(ACMEHIRE, NORTHWIND, FIXTURE)
    posting = northwind.postings["1202"]
    assert (posting.title, posting.description_text, posting.salary) == ("Warehouse Associate", "", None)


def test_a_probe_says_whose_the_board_is() -> None:
    world = World()
    world.fill(2)
    found = probe(world, NORTHWIND)
    assert (found.exists, found.open_postings) == (True, 2)
