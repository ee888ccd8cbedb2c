"""Recruitee: the contract of every vendor, and what is particular to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from ats_adapters.ats.recruitee import RECRUITEE
from ats_core.domain.board import Board, BoardProbe, LinkKind
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
    swept_recording,
)
from ats_core.testing.swept_board import SweptBoard
from ats_core.testing.vendor_http import FakeVendorHttp

FIXTURE = Path(__file__).parent.parent / "fixtures" / "recruitee" / "northwind.json"
NORTHWIND = Board(RECRUITEE.name, "", "northwind")


class RecruiteeWorld(JsonBoardWorld):
    provider = RECRUITEE
    board = NORTHWIND
    optional = "department"
    always = ("status",)
    other_texts = ("requirements",)
    links: Mapping[str, tuple[Board, LinkKind] | None] = {
        "https://northwind.recruitee.com": (NORTHWIND, LinkKind.BOARD),
        "https://NorthWind.recruitee.com/?source=site#jobs": (NORTHWIND, LinkKind.BOARD),
        "https://northwind.recruitee.com/o/treasury-analyst": (NORTHWIND, LinkKind.POSTING),
        "https://northwind.recruitee.com/o/treasury-analyst/c/new": (NORTHWIND, LinkKind.POSTING),
        "https://northwind.recruitee.com/es/o/analista": (NORTHWIND, LinkKind.POSTING),
        "https://northwind.recruitee.com/api/offers/": (NORTHWIND, LinkKind.API),
        "https://www.recruitee.com/pricing": None,
        "https://app.recruitee.com/": None,
        "https://recruitee.com/": None,
        "https://a.b.recruitee.com/": None,
        "https://northwind.recruitee.com.evil.example/": None,
    }

    def record(self, number: int) -> VendorRecord:
        return {
            "id": 1_000_000 + number,
            "slug": f"treasury-analyst-{number}",
            "status": "published",
            "title": f"Treasury Analyst {number}",
            "company_name": "Northwind Foods",
            "department": "Finance",
            "description": "<p>You will move money across borders.</p>",
            "requirements": "<ul><li>SWIFT</li><li>SEPA</li></ul>",
            "location": "Madrid, Spain",
            "locations": [{"city": "Madrid", "country": "Spain"}, {"city": "Lisbon", "country": "Portugal"}],
            "remote": False,
            "hybrid": True,
            "on_site": False,
            "employment_type_code": "fulltime_permanent",
            "salary": {"min": "42000.00", "max": "51000.00", "period": "year", "currency": "EUR"},
            "published_at": "2026-01-05 08:00:00 UTC",
            "updated_at": "2026-01-06 08:00:00 UTC",
            "careers_url": f"https://northwind.recruitee.com/o/treasury-analyst-{number}",
            "careers_apply_url": f"https://northwind.recruitee.com/o/treasury-analyst-{number}/c/new",
        }


class TestRecruitee(ProviderSuite):
    def make_world(self) -> VendorWorld:
        return RecruiteeWorld()


class OwnDomainWorld(RecruiteeWorld):
    board = Board(RECRUITEE.name, "", "careers.northwind.example")
    hosts = frozenset({"careers.northwind.example", "*.recruitee.com"})
    links: Mapping[str, tuple[Board, LinkKind] | None] = {}


class TestRecruiteeOnAnOwnDomain(ProviderSuite):
    def make_world(self) -> VendorWorld:
        return OwnDomainWorld()


# What is particular to it


def mapped(**changes: Any) -> Posting:
    """The suite's posting with some fields changed, as the adapter maps it."""
    world = RecruiteeWorld()
    return posting_of(world, {**world.record(1), **changes})


def test_every_field_of_a_recorded_posting_has_its_place() -> None:
    northwind = swept_recording(RECRUITEE, NORTHWIND, FIXTURE)
    (posting,) = northwind.postings.values()
    assert evolve(posting, raw=b"{}") == Posting(
        provider_offer_id="1874001",
        title="Treasury Manager, EMEA & LatAm",
        description_text="\n".join(
            ["You will run treasury: FX exposure & cash pooling.", "- Hedge EUR/USD", "- Spanish and English"]
        ),
        locations=("Barcelona, Spain", "Mexico City, Mexico"),
        workplace=Workplace.HYBRID,
        department="Finance",
        employment_type="Full-time, fixed term",
        salary=Salary(minimum=Decimal(68000), maximum=Decimal("82500.5"), currency="EUR", interval="year"),
        url="https://northwind.recruitee.com/o/treasury-manager-emea",
        apply_url="https://northwind.recruitee.com/o/treasury-manager-emea/c/new",
        published_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
        updated_at=datetime(2026, 3, 9, 9, 30, tzinfo=UTC),
    )


def test_a_probe_says_whose_the_board_is() -> None:
    world = RecruiteeWorld()
    world.fill(2)
    found = probe(world, NORTHWIND)
    assert (found.company_name, found.open_postings) == ("Northwind Foods", 2)


def test_a_place_is_the_one_line_where_no_list_is_given() -> None:
    assert mapped(locations=None).locations == ("Madrid, Spain",)
    assert mapped(locations=[], location="", city="Madrid", country="Spain").locations == ("Madrid, Spain",)


def test_flags_say_the_workplace_and_several_of_them_are_hybrid() -> None:
    assert mapped(remote=True, hybrid=False).workplace is Workplace.REMOTE
    assert mapped(remote=True, hybrid=False, on_site=True).workplace is Workplace.HYBRID
    assert mapped(remote=False, hybrid=False, on_site=True).workplace is Workplace.ON_SITE
    assert mapped(remote=False, hybrid=False).workplace is None


def test_a_currency_alone_is_no_pay() -> None:
    assert mapped(salary={"min": None, "max": None, "period": "year", "currency": "EUR"}).salary is None


def test_the_creation_counts_where_no_publication_is_said() -> None:
    assert mapped(published_at=None, created_at="2026-01-02 03:04:05 UTC").published_at == datetime(
        2026, 1, 2, 3, 4, 5, tzinfo=UTC
    )


def test_a_page_on_an_own_domain_that_recruitee_serves_is_a_board() -> None:
    own = ShownPage(
        url="https://careers.northwind.example/",
        urls=("https://careers.northwind.example/", "https://careers.recruiteecdn.com/app.js"),
    )
    assert [sign.board for sign in RECRUITEE.read_signs(own)] == [OwnDomainWorld.board]
    elsewhere = ShownPage(
        url="https://northwind.example/", urls=("https://careers.recruiteecdn.com.evil.example/app.js",)
    )
    assert list(RECRUITEE.read_signs(elsewhere)) == []


def test_a_page_of_recruitees_own_is_no_own_domain() -> None:
    page = ShownPage(url="https://acme.recruitee.com/", urls=("https://careers.recruiteecdn.com/app.js",))
    assert [sign.board for sign in RECRUITEE.read_signs(page)] == [None]


def test_a_site_that_recruitee_does_not_serve_has_no_board() -> None:
    def site(request: Request) -> Response:
        return Response(url=request.url, status=200, body=b"<!DOCTYPE html><title>Northwind</title>")

    world = OwnDomainWorld()
    http = FakeVendorHttp(site)

    async def ask() -> BoardProbe:
        exchange = RECRUITEE.probe(world.board)
        return await play(exchange, lambda requests: http.send(RECRUITEE.name, requests), where="board")

    assert run(ask).exists is False


def test_a_board_that_sends_its_visitors_elsewhere_is_gone() -> None:
    def moved(request: Request) -> Response:
        return Response(url="https://recruitee.com/", status=200, body=b"<html>Welcome</html>")

    with pytest.raises(ProviderError) as caught:
        run(SweptBoard(RECRUITEE, NORTHWIND, FakeVendorHttp(moved)).sweep)
    assert caught.value.kind is FailureKind.NOT_FOUND
    assert "recruitee.com" in str(caught.value)
