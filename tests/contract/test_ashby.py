"""Ashby: the contract of every vendor, and what is particular to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, Literal

import pytest
from attrs import evolve

from ats_adapters.ats.ashby import ASHBY
from ats_core.domain.board import Board, LinkKind
from ats_core.domain.offer import Posting, Salary, Workplace
from ats_core.domain.signs import ShownPage
from ats_core.errors import FailureKind, ProviderError
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

FIXTURE = Path(__file__).parent.parent / "fixtures" / "ashby" / "northwind.json"
NORTHWIND = Board(ASHBY.name, "", "Northwind Foods")
UUID = "3f1c9a52-0b1d-4c57-9e3e-{:012d}"


class AshbyWorld(JsonBoardWorld):
    provider = ASHBY
    board = NORTHWIND
    validator: ClassVar[Literal["etag", "last_modified", ""]] = "last_modified"
    markup = "descriptionHtml"
    published_at = "publishedAt"
    always = ("isListed",)
    other_texts = ("descriptionPlain",)
    links: Mapping[str, tuple[Board, LinkKind] | None] = {
        "https://jobs.ashbyhq.com/Northwind%20Foods": (NORTHWIND, LinkKind.BOARD),
        "HTTPS://JOBS.ASHBYHQ.COM/northwind/?utm_source=site": (Board(ASHBY.name, "", "northwind"), LinkKind.BOARD),
        f"https://jobs.ashbyhq.com/Northwind%20Foods/{UUID.format(1)}/application": (NORTHWIND, LinkKind.POSTING),
        f"https://jobs.ashbyhq.com/Northwind%20Foods?ashby_jid={UUID.format(1)}": (NORTHWIND, LinkKind.POSTING),
        "https://jobs.ashbyhq.com/northwind/embed?version=2": (Board(ASHBY.name, "", "northwind"), LinkKind.EMBED),
        "https://app.ashbyhq.com/job-board/northwind/embed": (Board(ASHBY.name, "", "northwind"), LinkKind.EMBED),
        "https://app.ashbyhq.com/job-board/northwind": (Board(ASHBY.name, "", "northwind"), LinkKind.BOARD),
        "https://api.ashbyhq.com/posting-api/job-board/northwind": (Board(ASHBY.name, "", "northwind"), LinkKind.API),
        "https://jobs.ashbyhq.com/": None,
        "https://jobs.ashbyhq.com/api/embed.js": None,
        "https://jobs.ashbyhq.com/..%2Fadmin": None,
        "https://www.ashbyhq.com/northwind": None,
        "https://jobs.ashbyhq.com.evil.example/northwind": None,
    }

    def record(self, number: int) -> VendorRecord:
        return {
            "id": UUID.format(number),
            "title": f"Payments Engineer {number}",
            "department": "Engineering",
            "team": "Payments",
            "employmentType": "FullTime",
            "location": "Madrid",
            "secondaryLocations": [{"location": "Lisbon"}],
            "isRemote": False,
            "workplaceType": "Hybrid",
            "isListed": True,
            "publishedAt": "2026-01-05T08:00:00.000+00:00",
            "descriptionHtml": "<p>You will move money across borders.</p>",
            "descriptionPlain": "You will move money across borders.",
            "jobUrl": f"https://jobs.ashbyhq.com/northwind/{UUID.format(number)}",
            "applyUrl": f"https://jobs.ashbyhq.com/northwind/{UUID.format(number)}/application",
        }


class TestAshby(ProviderSuite):
    def make_world(self) -> VendorWorld:
        return AshbyWorld()


# What is particular to it


def mapped(**changes: Any) -> Posting:
    """The suite's posting with some fields changed, as the adapter maps it."""
    world = AshbyWorld()
    return posting_of(world, {**world.record(1), **changes})


def test_every_field_of_a_recorded_posting_has_its_place() -> None:
    northwind = swept_recording(ASHBY, NORTHWIND, FIXTURE)
    (posting,) = northwind.postings.values()
    assert evolve(posting, raw=b"{}") == Posting(
        provider_offer_id="0b7c1f6e-58a9-4f7e-9a34-0c2f5f1d7a10",
        title="Treasury Manager, EMEA & LatAm",
        description_text="About the role\nYou will run treasury: FX exposure & cash pooling.\n- Hedge EUR/USD",
        locations=("Barcelona, Spain", "Mexico City"),
        workplace=Workplace.HYBRID,
        department="Finance",
        team="Treasury",
        employment_type="Full-time",
        salary=Salary(
            minimum=Decimal(68000),
            maximum=Decimal(90000),
            currency="EUR",
            interval="year",
            text="€68K – €90K • Offers Equity",
        ),
        url="https://jobs.ashbyhq.com/Northwind%20Foods/0b7c1f6e-58a9-4f7e-9a34-0c2f5f1d7a10",
        apply_url="https://jobs.ashbyhq.com/Northwind%20Foods/0b7c1f6e-58a9-4f7e-9a34-0c2f5f1d7a10/application",
        published_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    )


def test_a_posting_that_is_not_listed_is_not_there_and_not_counted() -> None:
    northwind = swept_recording(ASHBY, NORTHWIND, FIXTURE)
    assert northwind.open_ids == {"0b7c1f6e-58a9-4f7e-9a34-0c2f5f1d7a10"}
    world = AshbyWorld()
    world.records = [world.record(1), {**world.record(2), "isListed": False}]
    assert probe(world, NORTHWIND).open_postings == 1


def test_a_posting_that_is_listed_no_longer_closes() -> None:
    world = AshbyWorld()
    world.fill(2)
    board = sweep(world)
    world.records[0]["isListed"] = False
    run(board.sweep)
    assert board.open_ids == {UUID.format(1)}


def test_a_name_is_asked_for_as_it_is_spelt() -> None:
    http = FakeVendorHttp(recorded(FIXTURE))
    board = SweptBoard(ASHBY, evolve(NORTHWIND, slug="nobody"), http)
    with pytest.raises(ProviderError) as caught:
        run(board.sweep)
    assert caught.value.kind is FailureKind.NOT_FOUND
    assert ASHBY.board("Northwind Foods") == NORTHWIND != ASHBY.board("northwind foods")


def test_an_unchanged_board_is_one_conditional_request() -> None:
    world = AshbyWorld()
    world.fill(3)
    board = sweep(world)
    board.http = http = FakeVendorHttp(world.serve)
    run(board.sweep)
    (request,) = http.requests
    assert request.validators.last_modified
    assert board.open_ids == world.ids


def test_a_remote_flag_counts_where_no_workplace_is_said() -> None:
    assert mapped(workplaceType=None, isRemote=True).workplace is Workplace.REMOTE
    assert mapped(workplaceType=None, isRemote=False).workplace is None
    assert mapped(workplaceType="OnSite", isRemote=True).workplace is Workplace.ON_SITE


def pay_of(*components: dict[str, object], summary: str | None = None) -> Salary | None:
    return mapped(
        compensation={"compensationTierSummary": summary, "compensationTiers": [{"components": list(components)}]}
    ).salary


def test_pay_in_several_currencies_is_said_in_words_alone() -> None:
    euros = {"compensationType": "Salary", "interval": "1 YEAR", "currencyCode": "EUR", "minValue": 1, "maxValue": 2}
    dollars = {**euros, "currencyCode": "USD"}
    assert pay_of(euros, dollars, summary="€1 – $2") == Salary(text="€1 – $2")
    assert pay_of(euros, dollars) is None


def test_an_open_ended_hourly_pay_keeps_its_end_open() -> None:
    wage = {"compensationType": "Salary", "interval": "1 HOUR", "currencyCode": "USD", "minValue": 31.5}
    assert pay_of(wage) == Salary(minimum=Decimal("31.5"), currency="USD", interval="hour")


def test_equity_alone_is_no_pay() -> None:
    assert pay_of({"compensationType": "EquityPercentage", "interval": "NONE", "minValue": 0.1}) is None


def test_an_embed_shows_whose_board_and_which_posting_it_is() -> None:
    page = ShownPage(
        url="https://northwind.example/jobs",
        urls=("https://northwind.example/jobs", f"https://northwind.example/jobs?ashby_jid={UUID.format(7)}"),
        marks=frozenset({"ashby-job-board"}),
        scripts='window.__ashby_config__ = {"organizationHostedJobsPageName": "northwind"};',
    )
    signs = list(ASHBY.read_signs(page))
    assert [sign.posting_id for sign in signs if sign.what == "ashby_jid"] == [UUID.format(7)]
    assert [sign.board for sign in signs if sign.board] == [Board(ASHBY.name, "", "northwind")]
    assert any("ashby-job-board" in sign.what for sign in signs)
