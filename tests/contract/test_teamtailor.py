"""Teamtailor: the contract of every vendor, and what is particular to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from ats_adapters.ats.teamtailor import TEAMTAILOR
from ats_core.domain.board import Board, BoardProbe, LinkKind
from ats_core.domain.offer import Posting, Workplace
from ats_core.domain.signs import ShownPage
from ats_core.errors import FailureKind
from ats_core.provider.exchange import play
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
from ats_core.testing.vendor_http import FakeVendorHttp, recorded

FIXTURE = Path(__file__).parent.parent / "fixtures" / "teamtailor" / "northwind.json"
NORTHWIND = Board(TEAMTAILOR.name, "", "northwind")
AMERICAN = Board(TEAMTAILOR.name, "na", "northwind")


class TeamtailorWorld(XmlBoardWorld):
    provider = TEAMTAILOR
    board = NORTHWIND
    root_attributes = 'version="2.0" xmlns:tt="https://teamtailor.com/locations"'
    published_at = "pubDate"
    optional = "tt:department"
    always = ("link", "remoteStatus")
    links: Mapping[str, tuple[Board, LinkKind] | None] = {
        "https://northwind.teamtailor.com": (NORTHWIND, LinkKind.BOARD),
        "https://NorthWind.teamtailor.com/jobs?department=Finance#jobs": (NORTHWIND, LinkKind.BOARD),
        "https://northwind.teamtailor.com/es/jobs": (NORTHWIND, LinkKind.BOARD),
        "https://northwind.teamtailor.com/departments/finance": (NORTHWIND, LinkKind.BOARD),
        "https://northwind.teamtailor.com/jobs/7308188-treasury-manager": (NORTHWIND, LinkKind.POSTING),
        "https://northwind.teamtailor.com/jobs/7308188-treasury-manager/applications/new": (
            NORTHWIND,
            LinkKind.POSTING,
        ),
        "https://northwind.teamtailor.com/es/jobs/7308188": (NORTHWIND, LinkKind.POSTING),
        "https://northwind.teamtailor.com/jobs.rss": (NORTHWIND, LinkKind.API),
        "https://northwind.teamtailor.com/jobs.json?page=2": (NORTHWIND, LinkKind.API),
        "https://northwind.teamtailor.com/js/embed.js": (NORTHWIND, LinkKind.EMBED),
        "https://northwind.na.teamtailor.com/jobs": (AMERICAN, LinkKind.BOARD),
        "https://northwind.na.teamtailor.com/jobs/686133-treasurer": (AMERICAN, LinkKind.POSTING),
        "https://career.teamtailor.com/jobs": (evolve(NORTHWIND, slug="career"), LinkKind.BOARD),
        "https://www.teamtailor.com/pricing": None,
        "https://app.teamtailor.com/companies/1": None,
        "https://api.na.teamtailor.com/v1": None,
        "https://tt.teamtailor.com/y": None,
        "https://teamtailor.com/": None,
        "https://a.b.teamtailor.com/": None,
        "https://scripts.teamtailor-cdn.com/widgets/eu-pink/jobs.js": None,
        "https://northwind.teamtailor.com.evil.example/": None,
    }

    def record(self, number: int) -> VendorRecord:
        return {
            "title": f"Treasury Analyst {number}",
            "description": "<p>You will move money across borders.</p><ul><li>SWIFT</li></ul>",
            "pubDate": "Mon, 05 Jan 2026 08:00:00 +0100",
            "link": f"https://northwind.teamtailor.com/jobs/{7_000_000 + number}-treasury-analyst",
            "remoteStatus": "hybrid",
            "guid": f"679cc864-7629-4b8f-a5d4-{number:012x}",
            "tt:locations": {
                "tt:location": [
                    {"tt:name": "Madrid", "tt:city": "Madrid", "tt:country": "Spain"},
                    {"tt:name": "Lisbon", "tt:city": "Lisbon", "tt:country": "Portugal"},
                ]
            },
            "tt:department": "Finance",
            "tt:role": "Treasury",
        }

    def spelt(self, at: datetime) -> object:
        return format_datetime(at)


class TestTeamtailor(ProviderSuite):
    def make_world(self) -> VendorWorld:
        return TeamtailorWorld()


class OwnDomainWorld(TeamtailorWorld):
    board = Board(TEAMTAILOR.name, "", "careers.northwind.example")
    hosts = frozenset({"careers.northwind.example", "*.teamtailor.com"})
    links: Mapping[str, tuple[Board, LinkKind] | None] = {}


class TestTeamtailorOnAnOwnDomain(ProviderSuite):
    def make_world(self) -> VendorWorld:
        return OwnDomainWorld()


# What is particular to it


def mapped(**changes: Any) -> Posting:
    """The suite's posting with some fields changed, as the adapter maps it."""
    world = TeamtailorWorld()
    return posting_of(world, {**world.record(1), **changes})


def probed(board: Board, http: FakeVendorHttp) -> BoardProbe:
    """What the vendor says of *board*."""

    async def ask() -> BoardProbe:
        exchange = TEAMTAILOR.probe(board)
        return await play(exchange, lambda requests: http.send(TEAMTAILOR.name, requests), where=str(board))

    found: BoardProbe = run(ask)
    return found


def test_every_field_of_a_recorded_posting_has_its_place() -> None:
    northwind = swept_recording(TEAMTAILOR, NORTHWIND, FIXTURE)
    (posting,) = northwind.postings.values()
    assert evolve(posting, raw=b"{}") == Posting(
        provider_offer_id="679cc864-7629-4b8f-a5d4-6f9ebeccfaad",
        title="Treasury Manager, EMEA & LatAm",
        description_text="\n".join(
            ["You will run treasury: FX exposure & cash pooling.", "- Hedge EUR/USD", "- Spanish and English"]
        ),
        locations=("Barcelona, Spain", "Latin America - Remote"),
        workplace=Workplace.HYBRID,
        department="Finance",
        team="Treasury",
        url="https://northwind.teamtailor.com/jobs/7308188-treasury-manager-emea-latam",
        published_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    )


def test_a_probe_says_whose_the_board_is_and_that_there_is_none() -> None:
    http = FakeVendorHttp(recorded(FIXTURE))
    found = probed(NORTHWIND, http)
    assert (found.exists, found.company_name, found.open_postings) == (True, "Northwind Foods", 1)
    assert probed(evolve(NORTHWIND, slug="nobody"), http).exists is False


def test_a_board_of_the_american_region_is_asked_there() -> None:
    (request,) = next(TEAMTAILOR.probe(AMERICAN))
    assert request.url.startswith("https://northwind.na.teamtailor.com/jobs.rss?")


def test_boards_at_the_edge_of_a_page_are_read_whole() -> None:
    for size in (199, 200, 201):
        world = TeamtailorWorld()
        world.fill(size)
        assert sweep(world).open_ids == world.ids


def test_the_remote_status_says_the_workplace_if_somebody_chose_it() -> None:
    said = {status: mapped(remoteStatus=status).workplace for status in ("fully", "hybrid", "onsite")}
    assert said == {"fully": Workplace.REMOTE, "hybrid": Workplace.HYBRID, "onsite": Workplace.ON_SITE}
    assert mapped(remoteStatus="none").workplace is None
    assert mapped(remoteStatus="temporary").workplace is None


def test_a_place_without_an_address_is_called_by_its_name() -> None:
    places = [{"tt:name": "Remote, Europe"}, {"tt:name": "HQ", "tt:country": "Spain"}, {"tt:name": "HQ 2"}]
    assert mapped(**{"tt:locations": {"tt:location": places}}).locations == ("Remote, Europe", "Spain", "HQ 2")
    assert mapped(**{"tt:locations": None}).locations == ()


@pytest.mark.parametrize("declaration", ['<!ENTITY a "b">', '<!ENTITY a SYSTEM "file:///etc/passwd">'])
def test_a_feed_that_defines_entities_is_refused(declaration: str) -> None:
    def hostile(request: Request) -> Response:
        body = f"<!DOCTYPE rss [{declaration}]><rss><channel><item><title>&a;</title></item></channel></rss>"
        return Response(url=request.url, status=200, body=body.encode())

    error = failure_of(TeamtailorWorld(), hostile, NORTHWIND)
    assert error.kind is FailureKind.WRONG_SHAPE


def test_a_page_on_an_own_domain_that_teamtailor_serves_is_a_board() -> None:
    own = ShownPage(
        url="https://careers.northwind.example/",
        urls=("https://careers.northwind.example/", "https://assets-aws.teamtailor-cdn.com/assets/careersite.js"),
    )
    assert [sign.board for sign in TEAMTAILOR.read_signs(own)] == [OwnDomainWorld.board]
    for elsewhere in ("https://teamtailor-cdn.com.evil.example/a.js", "https://my-teamtailor-cdn.com/a.js"):
        assert list(TEAMTAILOR.read_signs(ShownPage(url=own.url, urls=(elsewhere,)))) == []


def test_the_job_widget_on_a_page_says_which_vendor_it_is() -> None:
    page = ShownPage(
        url="https://northwind.example/",
        marks=frozenset({"teamtailor-jobs-widget", "data-teamtailor-api-key"}),
    )
    assert {sign.what for sign in TEAMTAILOR.read_signs(page)} == {
        "element teamtailor-jobs-widget",
        "element data-teamtailor-api-key",
    }


def test_a_site_that_teamtailor_does_not_serve_has_no_board() -> None:
    def site(request: Request) -> Response:
        return Response(url=request.url, status=200, body=b"<!DOCTYPE html><html><title>Northwind</title></html>")

    def feed(request: Request) -> Response:
        return Response(url=request.url, status=200, body=b"<feed><entry><title>News</title></entry></feed>")

    for serve in (site, feed):
        assert probed(OwnDomainWorld.board, FakeVendorHttp(serve)).exists is False


def test_a_probe_counts_the_postings_of_a_board_of_one_page() -> None:
    world = TeamtailorWorld()
    world.fill(3)
    assert probe(world, NORTHWIND).open_postings == 3
