"""Workable: the contract of every vendor, and what is particular to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from attrs import evolve

from ats_adapters.ats.workable import WORKABLE
from ats_core.domain.board import Board, LinkKind
from ats_core.domain.offer import Posting, Workplace
from ats_core.domain.signs import ShownPage
from ats_core.provider.messages import Request, Response
from ats_core.testing.provider_suite import (
    JsonBoardWorld,
    ProviderSuite,
    VendorRecord,
    VendorWorld,
    posting_of,
    probe,
    sweep,
    swept_recording,
)
from ats_core.testing.swept_board import SweptBoard

FIXTURE = Path(__file__).parent.parent / "fixtures" / "workable" / "northwind.json"
NORTHWIND = Board(WORKABLE.name, "", "northwind-foods")


class WorkableWorld(JsonBoardWorld):
    provider = WORKABLE
    board = NORTHWIND
    published_at = "published_on"
    optional = "department"
    links: Mapping[str, tuple[Board, LinkKind] | None] = {
        "https://apply.workable.com/northwind-foods": (NORTHWIND, LinkKind.BOARD),
        "https://apply.workable.com/Northwind-Foods/?lng=es#jobs": (NORTHWIND, LinkKind.BOARD),
        "https://apply.workable.com/northwind-foods/gdpr_policy": (NORTHWIND, LinkKind.BOARD),
        "https://northwind-foods.workable.com": (NORTHWIND, LinkKind.BOARD),
        "https://northwind-foods.workable.com/jobs/1234567": (NORTHWIND, LinkKind.POSTING),
        "https://northwind-foods.workable.com/j/2569874C2B": (NORTHWIND, LinkKind.POSTING),
        "https://apply.workable.com/northwind-foods/j/2569874C2B/": (NORTHWIND, LinkKind.POSTING),
        "https://apply.workable.com/northwind-foods/j/2569874C2B/apply/": (NORTHWIND, LinkKind.POSTING),
        "https://apply.workable.com/api/v1/widget/accounts/northwind-foods?details=true": (NORTHWIND, LinkKind.API),
        "https://apply.workable.com/api/v3/accounts/northwind-foods/jobs": (NORTHWIND, LinkKind.API),
        "https://www.workable.com/api/accounts/northwind-foods?details=true": (NORTHWIND, LinkKind.API),
        "https://apply.workable.com/j/2569874C2B": None,
        "https://apply.workable.com/": None,
        "https://apply.workable.com/api/v1/jobs": None,
        "https://jobs.workable.com/view/abc/treasurer": None,
        "https://www.workable.com/pricing": None,
        "https://help.workable.com/hc/articles/1": None,
        "https://workable.com/": None,
        "https://a.b.workable.com/": None,
        "https://apply.workable.com.evil.example/northwind-foods": None,
    }

    def record(self, number: int) -> VendorRecord:
        code = f"AB{number:08X}"
        return {
            "title": f"Treasury Analyst {number}",
            "shortcode": code,
            "code": "",
            "employment_type": "Full-time",
            "telecommuting": True,
            "department": "Finance",
            "url": f"https://apply.workable.com/j/{code}",
            "shortlink": f"https://apply.workable.com/j/{code}",
            "application_url": f"https://apply.workable.com/j/{code}/apply",
            "published_on": "2026-01-05",
            "created_at": "2026-01-04",
            "country": "Spain",
            "city": "Madrid",
            "state": "Community of Madrid",
            "locations": [
                {"country": "Spain", "countryCode": "ES", "city": "Madrid", "region": "Community of Madrid"},
                {"country": "Portugal", "countryCode": "PT", "city": "Lisbon", "region": None, "hidden": False},
            ],
            "description": "<p>You will move money across borders.</p><ul><li>SWIFT</li></ul>",
        }

    def spelt(self, at: datetime) -> object:
        return at.date().isoformat()

    def as_told(self, at: datetime) -> datetime:
        return datetime(at.year, at.month, at.day, tzinfo=UTC)

    def written(self, request: Request, value: object) -> Response:
        assert isinstance(value, dict)
        return super().written(request, {"name": "Northwind Foods", "description": None, **value})


class TestWorkable(ProviderSuite):
    def make_world(self) -> VendorWorld:
        return WorkableWorld()


# What is particular to it


def swept(*records: Any) -> SweptBoard:
    """The board with those records."""
    world = WorkableWorld()
    world.records = list(records)
    return sweep(world)


def mapped(**changes: Any) -> Posting:
    """The suite's posting with some fields changed, as the adapter maps it."""
    world = WorkableWorld()
    return posting_of(world, {**world.record(1), **changes})


def test_every_field_of_a_recorded_posting_has_its_place() -> None:
    northwind = swept_recording(WORKABLE, NORTHWIND, FIXTURE)
    (posting,) = northwind.postings.values()
    assert evolve(posting, raw=b"{}") == Posting(
        provider_offer_id="2569874C2B",
        title="Treasury Manager, EMEA & LatAm",
        description_text="\n".join(
            [
                "You will run treasury: FX exposure & cash pooling.",
                "Requirements",
                "- Hedge EUR/USD",
                "- Spanish and English",
            ]
        ),
        locations=("Barcelona, Catalonia, Spain", "Mexico"),
        workplace=Workplace.REMOTE,
        department="Finance",
        employment_type="Full-time",
        url="https://apply.workable.com/j/2569874C2B",
        apply_url="https://apply.workable.com/j/2569874C2B/apply",
        published_at=datetime(2026, 3, 2, tzinfo=UTC),
    )


def test_a_probe_says_whose_the_board_is_even_if_it_is_empty() -> None:
    world = WorkableWorld()
    found = probe(world, NORTHWIND)
    assert (found.exists, found.company_name, found.open_postings) == (True, "Northwind Foods", 0)


def test_a_posting_that_is_listed_once_a_place_is_one_with_all_its_places() -> None:
    world = WorkableWorld()
    madrid, lisbon = ({**world.record(1), "locations": [place]} for place in world.record(1)["locations"])
    other = world.record(2)
    board = swept(madrid, other, lisbon, madrid)
    assert board.postings["AB00000001"].locations == ("Madrid, Community of Madrid, Spain", "Lisbon, Portugal")
    assert len(json.loads(board.postings["AB00000001"].raw)["locations"]) == 2
    assert (board.written, board.rejected) == (2, [])


def test_a_probe_counts_a_posting_in_several_places_once() -> None:
    world = WorkableWorld()
    world.records = [world.record(1), world.record(1), world.record(2)]
    assert probe(world, NORTHWIND).open_postings == 2


def test_entries_of_one_posting_whose_places_are_no_lists_do_no_harm() -> None:
    record = WorkableWorld().record(1)
    for first, second in ((None, []), ([], "Madrid"), ("Madrid", None)):
        board = swept({**record, "locations": first}, {**record, "locations": second})
        assert board.postings["AB00000001"].locations == ("Madrid, Community of Madrid, Spain",)


def test_places_that_the_account_hides_are_left_out() -> None:
    shown = {"country": "Spain", "city": "Madrid", "region": None, "hidden": False}
    hidden = {"country": "Spain", "city": "Getafe", "region": None, "hidden": True}
    assert mapped(locations=[shown, hidden]).locations == ("Madrid, Spain",)
    assert mapped(locations=[hidden]).locations == ()


def test_a_posting_that_is_not_remote_may_be_hybrid_so_nothing_is_said() -> None:
    assert mapped(telecommuting=False).workplace is None


def test_the_creation_counts_where_no_publication_is_said() -> None:
    assert mapped(published_on=None).published_at == datetime(2026, 1, 4, tzinfo=UTC)


def test_the_widget_on_a_page_names_its_account_by_number() -> None:
    page = ShownPage(
        url="https://northwind.example/careers",
        marks=frozenset({"whr_embed_hook"}),
        scripts="whr(document).ready(function(){ whr_embed(234415, {detail: 'titles', base: 'jobs'}); });",
    )
    signs = list(WORKABLE.read_signs(page))
    assert [sign.board for sign in signs] == [None, Board(WORKABLE.name, "", "234415")]
    assert list(WORKABLE.read_signs(ShownPage(url=page.url, scripts="my_whr_embed(1); whr_embed(0, {})"))) == []


def test_the_vendor_is_asked_slowly() -> None:
    assert WORKABLE.limit.requests_per_second <= 0.2
    assert WORKABLE.limit.concurrency == 1
