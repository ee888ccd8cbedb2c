"""Breezy: the contract of every vendor, and what is particular to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from ats_adapters.ats.breezy import BREEZY
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

FIXTURE = Path(__file__).parent.parent / "fixtures" / "breezy" / "northwind.json"
NORTHWIND = Board(BREEZY.name, "", "northwind")


class BreezyWorld(JsonBoardWorld):
    provider = BREEZY
    board = NORTHWIND
    published_at = "published_date"
    links: Mapping[str, tuple[Board, LinkKind] | None] = {
        "https://northwind.breezy.hr": (NORTHWIND, LinkKind.BOARD),
        "https://NorthWind.breezy.hr/?source=site#positions": (NORTHWIND, LinkKind.BOARD),
        "https://northwind.breezy.hr/p/18df3ec23bf901-treasury-manager": (NORTHWIND, LinkKind.POSTING),
        "https://northwind.breezy.hr/p/18df3ec23bf901-treasury-manager/apply": (NORTHWIND, LinkKind.POSTING),
        "https://northwind.breezy.hr/json?verbose=true": (NORTHWIND, LinkKind.API),
        "https://northwind.breezy.hr/embed/jobs.js": (NORTHWIND, LinkKind.EMBED),
        "https://northwind.breezy.hr/embed/js?inline=true&group_by=dept": (NORTHWIND, LinkKind.EMBED),
        "https://northwind.breezy.hr/embed/positions?bzsrc=true&p=https://www.northwind.example/": (
            NORTHWIND,
            LinkKind.EMBED,
        ),
        "https://www.breezy.hr/pricing": None,
        "https://app.breezy.hr/api/apply/linkedin?position_id=9450b95287c4": None,
        "https://api.breezy.hr/v3/signin": None,
        "https://assets-cdn.breezy.hr/breezy-portal/images/indeed-icon.png": None,
        "https://gallery-cdn.breezy.hr/logo.png": None,
        "https://attachments-cdn.breezy.hr/a.pdf": None,
        "https://developer.breezy.hr/reference": None,
        "https://breezy.hr/": None,
        "https://a.b.breezy.hr/": None,
        "https://northwind.breezy.hr.evil.example/": None,
        "https://northwind.breezy.hrm.example/": None,
    }

    def record(self, number: int) -> VendorRecord:
        return {
            "id": f"18df3ec2{number:06x}",
            "friendly_id": f"18df3ec2{number:06x}-treasury-analyst",
            "name": f"Treasury Analyst {number}",
            "url": f"https://northwind.breezy.hr/p/18df3ec2{number:06x}-treasury-analyst",
            "published_date": "2026-01-05T08:00:00.000Z",
            "type": {"id": "partTime", "name": "Part-Time"},
            "location": {
                "country": {"name": "Spain", "id": "ES"},
                "state": {"name": "Madrid", "id": "MD"},
                "city": "Madrid",
                "is_remote": True,
                "remote_details": {"value": "remote"},
                "name": "Madrid, ES",
            },
            "department": "Finance",
            "salary": "€42,000 – €51,000 / year",
            "company": {"name": "Northwind Foods", "friendly_id": "northwind"},
            "description": "<p>You will move money across borders.</p>",
        }


class TestBreezy(ProviderSuite):
    def make_world(self) -> VendorWorld:
        return BreezyWorld()


class OwnDomainWorld(BreezyWorld):
    board = Board(BREEZY.name, "", "careers.northwind.example")
    hosts = frozenset({"careers.northwind.example", "*.breezy.hr"})
    links: Mapping[str, tuple[Board, LinkKind] | None] = {}


class TestBreezyOnAnOwnDomain(ProviderSuite):
    def make_world(self) -> VendorWorld:
        return OwnDomainWorld()


# What is particular to it


def mapped(**changes: Any) -> Posting:
    """The suite's posting with some fields changed, as the adapter maps it."""
    world = BreezyWorld()
    return posting_of(world, {**world.record(1), **changes})


def test_every_field_of_a_recorded_posting_has_its_place() -> None:
    northwind = swept_recording(BREEZY, NORTHWIND, FIXTURE)
    (posting,) = northwind.postings.values()
    assert evolve(posting, raw=b"{}") == Posting(
        provider_offer_id="18df3ec23bf901",
        title="Treasury Manager, EMEA & LatAm",
        description_text="You will run treasury: FX exposure & cash pooling.\n- Hedge EUR/USD",
        locations=("Barcelona, Catalonia, Spain", "Mexico City, Mexico"),
        workplace=Workplace.REMOTE,
        department="Finance",
        employment_type="Full-time",
        salary=Salary(text="€68,000 – €82,500 / year"),
        url="https://northwind.breezy.hr/p/18df3ec23bf901-treasury-manager-emea-latam",
        published_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    )
    assert not northwind.lost_fields


def test_a_probe_says_whose_the_board_is() -> None:
    world = BreezyWorld()
    world.fill(2)
    found = probe(world, NORTHWIND)
    assert (found.company_name, found.open_postings) == ("Northwind Foods", 2)
    world.records = []
    found = probe(world, NORTHWIND)
    assert (found.exists, found.company_name, found.open_postings) == (True, None, 0)


def test_a_board_that_nobody_has_is_not_found() -> None:
    failure = failure_of(BreezyWorld(), recorded(FIXTURE), evolve(NORTHWIND, slug="nobody"))
    assert failure.kind is FailureKind.NOT_FOUND


def test_a_board_that_sends_its_visitors_to_the_vendors_own_site_is_gone() -> None:
    def moved(request: Request) -> Response:
        return Response(url="https://breezy.hr/", status=200, body=b"<html>Welcome</html>")

    with pytest.raises(ProviderError) as caught:
        run(SweptBoard(BREEZY, NORTHWIND, FakeVendorHttp(moved)).sweep)
    assert caught.value.kind is FailureKind.NOT_FOUND


def test_a_place_has_a_name_where_it_is_nowhere_in_particular() -> None:
    assert mapped(location={"is_remote": True, "name": "Worldwide"}).locations == ("Worldwide",)
    assert mapped(locations=[{"name": "Worldwide"}, {"city": "Madrid", "name": "HQ"}]).locations == (
        "Worldwide",
        "Madrid",
    )
    assert mapped(location=None).locations == ()


@pytest.mark.parametrize(
    ("is_remote", "kind", "workplace"),
    [
        (True, "remote", Workplace.REMOTE),
        (True, "remote-location", Workplace.REMOTE),
        (True, "hybrid", Workplace.HYBRID),
        (True, "anything", Workplace.REMOTE),
        (True, None, Workplace.REMOTE),
        (False, "no-remote", None),
        (None, "remote", None),
    ],
)
def test_only_a_posting_that_is_flagged_as_remote_has_a_workplace(
    is_remote: bool | None, kind: str | None, workplace: Workplace | None
) -> None:
    location = {"city": "Madrid", "is_remote": is_remote, "remote_details": {"value": kind}}
    assert mapped(location=location).workplace is workplace


def test_pay_is_kept_in_the_vendors_words_and_no_words_are_no_pay() -> None:
    assert mapped(salary="$25 - $30 / hr").salary == Salary(text="$25 - $30 / hr")
    assert mapped(salary="").salary is None


def test_a_page_on_an_own_domain_that_breezy_serves_is_a_board() -> None:
    script = "https://assets-cdn.breezy.hr/breezy-portal/javascripts/v3/translate.breezy.js"
    own = ShownPage(url="https://careers.northwind.example/", urls=("https://careers.northwind.example/", script))
    assert [sign.board for sign in BREEZY.read_signs(own)] == [OwnDomainWorld.board]
    hosted = evolve(own, url="https://northwind.breezy.hr/p/18df3ec23bf901-treasury-manager")
    assert [sign.board for sign in BREEZY.read_signs(hosted)] == [None]
    elsewhere = evolve(own, urls=("https://assets-cdn.breezy.hr.evil.example/a.js",))
    assert list(BREEZY.read_signs(elsewhere)) == []


def test_the_element_of_a_widget_is_a_sign_that_names_no_board() -> None:
    page = ShownPage(url="https://northwind.example/jobs", marks=frozenset({"bzopeningscontainer"}))
    assert [sign.board for sign in BREEZY.read_signs(page)] == [None]


def test_a_site_that_breezy_does_not_serve_has_no_board() -> None:
    class Elsewhere(OwnDomainWorld):
        def serve(self, request: Request) -> Response:
            return Response(url=request.url, status=200, body=b"<!DOCTYPE html><title>Northwind</title>")

    assert probe(Elsewhere(), Elsewhere.board).exists is False
