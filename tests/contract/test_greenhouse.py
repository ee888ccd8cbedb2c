"""Greenhouse: the contract of every vendor, and what is particular to it."""

from __future__ import annotations

import copy
import html
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from attrs import evolve

from ats_adapters.ats.greenhouse import Greenhouse, cheaper_one_by_one
from ats_core.domain.board import Board, LinkKind, ProviderName
from ats_core.domain.checkpoint import Validators
from ats_core.domain.offer import Posting, Salary, Workplace
from ats_core.domain.signs import ShownPage
from ats_core.errors import FailureKind, ProviderError
from ats_core.provider.exchange import play
from ats_core.provider.messages import Request, Response
from ats_core.testing.provider_suite import (
    ProviderSuite,
    VendorRecord,
    VendorWorld,
    failure_of,
    posting_of,
    probe,
    run,
    sweep,
    swept_board,
    swept_recording,
)
from ats_core.testing.vendor_http import FakeVendorHttp, json_answer

FIXTURES = Path(__file__).parent.parent / "fixtures" / "greenhouse"
GREENHOUSE = ProviderName("greenhouse")
IN_FULL_ONLY = ("content", "departments", "offices", "pay_input_ranges")


def named(slug: str) -> Board:
    return Board(GREENHOUSE, "", slug)


class GreenhouseWorld(VendorWorld):
    provider = Greenhouse()
    board = named("orchard")
    hosts = frozenset({"boards-api.greenhouse.io"})
    sizes = (1, 2, 30, 120)
    links: Mapping[str, tuple[Board, LinkKind] | None] = {
        "https://boards.greenhouse.io/orchard": (named("orchard"), LinkKind.BOARD),
        "https://job-boards.greenhouse.io/Orchard/": (named("orchard"), LinkKind.BOARD),
        "https://JOB-BOARDS.EU.GREENHOUSE.IO/orchard?gh_src=abc": (named("orchard"), LinkKind.BOARD),
        "http://boards.eu.greenhouse.io/orchard/jobs": (named("orchard"), LinkKind.BOARD),
        "https://boards.greenhouse.io/orchard/jobs/4012345?gh_jid=4012345": (named("orchard"), LinkKind.POSTING),
        "https://job-boards.eu.greenhouse.io/orchard/jobs/4012345#app": (named("orchard"), LinkKind.POSTING),
        "https://boards.greenhouse.io/orchard?gh_jid=4012345": (named("orchard"), LinkKind.POSTING),
        "https://boards.greenhouse.io/embed/job_board?for=orchard": (named("orchard"), LinkKind.EMBED),
        "https://boards.greenhouse.io/embed/job_board?b=https%3A%2F%2Forchard.example&amp;for=Orchard": (
            named("orchard"),
            LinkKind.EMBED,
        ),
        "https://boards.greenhouse.io/embed/job_board/js?for=orchard_eu": (named("orchard_eu"), LinkKind.EMBED),
        "https://boards.eu.greenhouse.io/embed/job_app?token=4012345&for=orch-ard": (
            named("orch-ard"),
            LinkKind.EMBED,
        ),
        "https://boards-api.greenhouse.io/v1/boards/orchard/jobs?content=true": (named("orchard"), LinkKind.API),
        "https://boards-api.greenhouse.io/v1/boards/ORCHARD": (named("orchard"), LinkKind.API),
        "https://boards.greenhouse.io/embed/job_app?token=4012345": None,
        "https://boards.greenhouse.io/embed/job_board": None,
        "https://boards.greenhouse.io/embed": None,
        "https://boards.greenhouse.io/": None,
        "https://boards.greenhouse.io": None,
        "https://boards.greenhouse.io/orchard%2F..%2Fx": None,
        "https://boards.greenhouse.io/robots.txt": None,
        "https://boards-api.greenhouse.io/v1/boards": None,
        "https://boards-api.greenhouse.io/v2/boards/orchard": None,
        "https://www.greenhouse.io/orchard": None,
        "https://greenhouse.io/": None,
        "https://careers.orchard.example/jobs?gh_jid=4012345": None,
        "https://boards.greenhouse.io.evil.example/orchard": None,
        "https://boards.greenhouse.io@evil.example/orchard": None,
        "mailto:jobs@boards.greenhouse.io": None,
    }

    #: So much markup is added to each posting; they are as large as real ones with 6 000 bytes.
    padding = 0

    def serve(self, request: Request) -> Response:
        parts = urlsplit(request.url)
        segments = parts.path.removeprefix("/v1/boards/").split("/")
        if segments[0] != self.board.slug:
            return json_answer(request, {"status": 404, "error": "Job not found"}, status=404)
        match segments[1:]:
            case []:
                return json_answer(request, {"name": "Orchard Foods", "content": "<p>Fruit.</p>"})
            case ["jobs"]:
                records = self.records if "content=true" in parts.query else [self.listed(r) for r in self.records]
                return json_answer(request, {"jobs": records, "meta": {"total": len(records)}})
            case ["jobs", wanted]:
                for record in self.records:
                    if str(record.get("id")) == wanted:
                        return json_answer(request, record)
        return json_answer(request, {"status": 404, "error": "Job not found"}, status=404)

    @staticmethod
    def listed(record: Any) -> Any:
        if not isinstance(record, dict):
            return record
        return {name: value for name, value in record.items() if name not in IN_FULL_ONLY}

    def record(self, number: int) -> VendorRecord:
        return {
            "id": 4_000_000 + number,
            "internal_job_id": 5_000_000 + number,
            "title": f"Payments Engineer {number}",
            "updated_at": "2026-05-04T10:00:00-04:00",
            "first_published": "2026-05-01T10:00:00-04:00",
            "requisition_id": str(number),
            "location": {"name": "Valencia, Spain; Remote - Portugal"},
            "absolute_url": f"https://orchard.example/jobs?gh_jid={4_000_000 + number}",
            "company_name": "Orchard Foods",
            "language": "en",
            "metadata": [{"id": 1, "name": "Employment Type", "value": "Full-time", "value_type": "single_select"}],
            "departments": [{"id": 11, "name": "Engineering", "parent_id": None, "child_ids": []}],
            "offices": [{"id": 21, "name": "Valencia", "location": "Valencia, Spain"}],
            "content": html.escape("<p>You will move money across borders.</p>") + "<!-- -->" * (self.padding // 8),
            "pay_input_ranges": [],
        }

    def id_of(self, record: VendorRecord) -> str:
        return str(record["id"])

    def bare(self, record: VendorRecord) -> VendorRecord:
        return {name: record[name] for name in ("id", "title", "updated_at", "absolute_url")}

    def with_title(self, record: VendorRecord, title: str) -> VendorRecord:
        later = datetime.fromisoformat(record["updated_at"]) + timedelta(seconds=1)
        return {**record, "title": title, "updated_at": later.isoformat()}

    def with_markup(self, record: VendorRecord, markup: str) -> VendorRecord:
        return {**record, "content": html.escape(markup)}

    def published(self, record: VendorRecord, at: datetime) -> VendorRecord:
        return {**record, "first_published": at.isoformat()}

    def broken(self, record: VendorRecord) -> tuple[VendorRecord, str]:
        return {**record, "title": ["Lead"]}, "title"

    def misspelt(self, record: VendorRecord) -> tuple[VendorRecord, str]:
        spoilt = copy.deepcopy(record)
        spoilt["location"]["name"] = 46001
        return spoilt, "location.name"


class TestGreenhouse(ProviderSuite):
    def make_world(self) -> VendorWorld:
        return GreenhouseWorld()


class LargePostings(GreenhouseWorld):
    padding = 6_000


class TestGreenhouseWithLargePostings(ProviderSuite):
    def make_world(self) -> VendorWorld:
        return LargePostings()


def mapped(**changes: Any) -> Posting:
    """The suite's posting with some fields changed, as the adapter maps it."""
    world = GreenhouseWorld()
    posting = posting_of(world, {**world.record(1), **changes})
    assert posting.provider_offer_id == "4000001"
    return posting


def metadata(name: str, value: object) -> list[dict[str, object]]:
    return [{"id": 9, "name": "Cost centre", "value": 7}, {"id": 1, "name": name, "value": value}]


# A posting


def test_every_field_of_a_recorded_posting_has_its_place() -> None:
    orchard = swept_recording(Greenhouse(), named("orchard"), FIXTURES / "orchard.json")
    posting = orchard.postings["4400001"]
    assert evolve(posting, raw=b"{}") == Posting(
        provider_offer_id="4400001",
        title="Cross-border Payments Lead",
        description_text="\n".join(
            [
                "About the role",
                "Orchard sells fruit in 14 countries & pays growers in 9 currencies.",
                "You will:",
                "- Run SEPA and SWIFT payments",
                "- Choose our FX provider",
            ]
        ),
        locations=("Valencia, Spain", "Lisbon, Portugal"),
        workplace=Workplace.HYBRID,
        department="Finance",
        team="Payments",
        employment_type="Full-time",
        salary=Salary(
            minimum=Decimal(52000),
            maximum=Decimal("70500.5"),
            currency="EUR",
            interval="year",
            text="Annual salary, Spain: 55000 - 70500.5 EUR\nPlus equity.\nAnnual salary, Portugal: 52000 - 64000 EUR",
        ),
        language="en",
        url="https://orchard.example/careers?gh_jid=4400001",
        published_at=datetime(2026, 2, 10, 20, 15, tzinfo=UTC),
        updated_at=datetime(2026, 3, 1, 16, 45, 30, tzinfo=UTC),
    )


def test_content_escaped_twice_reads_like_content_escaped_once() -> None:
    markup = "<p>R&amp;D &amp; FX&nbsp;desk</p><ul><li>a &lt; b</li></ul>"
    once, twice = html.escape(markup), html.escape(html.escape(markup))
    texts = {mapped(content=content).description_text for content in (markup, once, twice)}
    assert texts == {"R&D & FX desk\n- a < b"}


def test_places_are_parted_at_semicolons_and_bars_and_never_at_commas() -> None:
    assert mapped(location={"name": "Madrid, Spain | Porto;  Madrid, Spain ;"}).locations == ("Madrid, Spain", "Porto")


def test_offices_stand_in_for_a_missing_place_only() -> None:
    offices = [{"id": 1, "name": "HQ", "location": "Bilbao, Spain"}, {"id": 2, "name": "Vigo", "location": None}]
    assert mapped(location={"name": " "}, offices=offices).locations == ("Bilbao, Spain", "Vigo")
    assert mapped(location={"name": "Madrid"}, offices=offices).locations == ("Madrid",)


@pytest.mark.parametrize(
    ("departments", "expected"),
    [
        ([], (None, None)),
        (None, (None, None)),
        ([{"id": 0, "name": "No Department"}], (None, None)),
        ([{"id": 0, "name": "No Department"}, {"id": 1, "name": "Sales"}], ("Sales", None)),
        ([{"id": 2, "name": "Treasury", "parent_id": 1}], ("Treasury", None)),
        ([{"id": 2, "name": "Treasury", "parent_id": 1}, {"id": 1, "name": "Finance"}], ("Finance", "Treasury")),
        ([{"id": 1, "name": "Finance"}, {"id": 2, "name": "Legal", "parent_id": None}], ("Finance", None)),
    ],
)
def test_a_department_and_one_below_it_are_department_and_team(departments: object, expected: object) -> None:
    posting = mapped(departments=departments)
    assert (posting.department, posting.team) == expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("Employment Type", "Full-time", "Full-time"),
        ("EMPLOYMENT TYPE (public)", ["Full-time", "Contract"], "Full-time, Contract"),
        ("Tipo de contratación", "Indefinido", "Indefinido"),
        ("Employment Type", {"unit": "USD", "amount": "5.0"}, None),
        ("Referral bonus", "Full-time", None),
    ],
)
def test_the_employment_type_is_read_from_a_field_of_that_name(name: str, value: object, expected: str | None) -> None:
    assert mapped(metadata=metadata(name, value)).employment_type == expected


@pytest.mark.parametrize(
    ("name", "value", "place", "expected"),
    [
        ("Workplace Type", "Hybrid", "Madrid", Workplace.HYBRID),
        ("Modalidad de trabajo", "Presencial", "Madrid", Workplace.ON_SITE),
        ("Modalidad", "Híbrido (3 días en remoto)", "Madrid", Workplace.HYBRID),
        ("Remote?", True, "Madrid", Workplace.REMOTE),
        ("Remote?", "No", "Madrid", None),
        ("Workplace Type", "Remote or on-site", "Madrid", None),
        ("Cost centre", "Remote", "Madrid", None),
        ("", None, "Remote - Spain", Workplace.REMOTE),
        ("", None, "Remoto", Workplace.REMOTE),
        ("", None, "Madrid (Hybrid)", Workplace.HYBRID),
        ("", None, "Remote, Spain; Remote, Portugal", Workplace.REMOTE),
        ("", None, "Madrid; Remote", None),
        ("", None, "Remotely, Kent", None),
        ("", None, "Madrid", None),
    ],
)
def test_the_workplace_is_taken_where_it_is_said_in_so_many_words(
    name: str, value: object, place: str, expected: Workplace | None
) -> None:
    assert mapped(metadata=metadata(name, value), location={"name": place}).workplace is expected


def test_pay_by_the_hour_and_by_the_year_is_told_in_words_only() -> None:
    ranges = [
        {"min_cents": 2550, "max_cents": 3050, "currency_type": "USD", "title": "Hourly rate"},
        {"min_cents": 5000000, "max_cents": 6000000, "currency_type": "USD", "title": "Annual salary"},
    ]
    assert mapped(pay_input_ranges=ranges).salary == Salary(
        currency="USD", text="Hourly rate: 25.5 - 30.5 USD\nAnnual salary: 50000 - 60000 USD"
    )


def test_pay_in_several_currencies_is_told_in_words_only() -> None:
    ranges = [
        {"min_cents": 5_000_000, "max_cents": 6_000_000, "currency_type": "EUR", "title": "Spain", "blurb": ""},
        {"min_cents": 4_000_000, "max_cents": 5_000_050, "currency_type": "GBP", "title": "UK", "blurb": None},
    ]
    assert mapped(pay_input_ranges=ranges).salary == Salary(text="Spain: 50000 - 60000 EUR\nUK: 40000 - 50000.5 GBP")
    assert mapped(pay_input_ranges=None).salary is None


# A board


def asked(http: FakeVendorHttp) -> list[str]:
    return [request.url.removeprefix("https://boards-api.greenhouse.io/v1/boards/orchard") for request in http.requests]


def test_an_unchanged_board_is_one_request_without_a_body() -> None:
    world = GreenhouseWorld()
    world.fill(30)
    swept = sweep(world)
    swept.http = http = FakeVendorHttp(world.serve)
    assert run(swept.read_page).not_modified
    assert asked(http) == ["/jobs"]


def test_a_few_changes_are_read_one_by_one_and_many_with_the_whole_board() -> None:
    for changes, expected in ((2, ["/jobs/4000000", "/jobs/4000001"]), (25, ["/jobs?content=true"])):
        world = LargePostings()
        world.fill(30)
        swept = sweep(world)
        for number in range(changes):
            world.records[number] = world.with_title(world.records[number], "Edited")
        swept.http = http = FakeVendorHttp(world.serve)
        page = run(swept.read_page)
        assert [
            url.replace("?pay_transparency=true", "").replace("&pay_transparency=true", "") for url in asked(http)
        ] == [
            "/jobs",
            *expected,
        ]
        assert len(page.postings) == changes
        assert page.seen_ids == world.ids


def test_one_by_one_pays_while_changes_are_few() -> None:
    assert cheaper_one_by_one(1, 23, None)
    assert not cheaper_one_by_one(23, 23, None)
    assert not cheaper_one_by_one(1, 1, None)
    assert not cheaper_one_by_one(41, 10_000, None)


def test_what_a_posting_was_measured_to_weigh_decides() -> None:
    assert cheaper_one_by_one(5, 30, 7_400)
    assert not cheaper_one_by_one(5, 30, 2_000)
    assert cheaper_one_by_one(5, 90, 2_000)
    assert cheaper_one_by_one(5, 12, 40_000)


@pytest.mark.parametrize(("padding", "alone"), [(0, False), (16_000, True)])
def test_the_sizes_of_the_first_sweep_choose_the_requests_of_the_second(padding: int, alone: bool) -> None:
    world = GreenhouseWorld()
    world.padding = padding
    world.fill(20)
    swept = sweep(world)
    listed, full = swept.sizes.listed_bytes, swept.sizes.full_bytes
    assert listed is not None
    assert full is not None
    assert 300 < listed < 800 < padding + 600 < full < padding + 1_200 or (padding == 0 and listed < full)
    for number in range(4):
        world.records[number] = world.with_title(world.records[number], "Edited")
    swept.http = http = FakeVendorHttp(world.serve)
    run(swept.read_page)
    assert len(asked(http)) == (5 if alone else 2)


def test_postings_read_one_by_one_leave_the_boards_measure_alone() -> None:
    world = LargePostings()
    world.fill(30)
    swept = sweep(world)
    measured = swept.sizes.full_bytes
    world.padding = 9_000
    world.records[3] = world.with_title(world.record(3), "Edited")
    run(swept.sweep)
    assert measured is not None
    assert swept.sizes.full_bytes == measured


def test_a_posting_that_is_listed_but_not_there_alone_stays_open_and_the_next_list_decides() -> None:
    world = LargePostings()
    world.fill(30)
    swept = sweep(world)
    world.records[7] = world.with_title(world.records[7], "Edited")

    def serve(request: Request) -> Response:
        if request.url.endswith("/jobs/4000007?pay_transparency=true"):
            return json_answer(request, {"status": 404, "error": "Job not found"}, status=404)
        return world.serve(request)

    swept.http = FakeVendorHttp(serve)
    page = run(swept.read_page)
    assert [str(record) for record in page.rejected] == ["4000007: is listed, but not there alone (status 404)"]
    assert swept.open_ids == world.ids
    del world.records[7]
    run(swept.sweep)
    assert swept.open_ids == world.ids


@pytest.mark.parametrize("lags", ["content", "list"])
def test_a_list_that_lags_behind_the_other_closes_nothing(lags: str) -> None:
    world = GreenhouseWorld()
    world.fill(5)
    swept = sweep(world)
    old = list(world.records)
    world.records = [*(world.with_title(record, "Edited") for record in old[:4]), old[4], world.record(77)]
    now = world.records
    late = [*(world.with_title(record, "Edited") for record in old[:3]), old[3]]

    def serve(request: Request) -> Response:
        is_content = "content=true" in request.url
        world.records = late if is_content == (lags == "content") else now
        answer = world.serve(request)
        world.records = now
        return answer

    swept.http = FakeVendorHttp(serve)
    page = run(swept.read_page)
    assert swept.open_ids >= {world.id_of(record) for record in old}
    assert page.validators == Validators()
    swept.http = FakeVendorHttp(world.serve)
    run(swept.sweep)
    assert swept.open_ids == world.ids
    assert {posting.title for posting in swept.postings.values()} >= {"Edited"}


def test_a_single_posting_of_another_version_than_the_list_says_keeps_no_validators() -> None:
    world = LargePostings()
    world.fill(30)
    swept = sweep(world)
    old = world.records[7]
    world.records[7] = world.with_title(old, "Edited")
    swept.http = FakeVendorHttp(
        lambda request: json_answer(request, old) if "/jobs/4000007" in request.url else world.serve(request)
    )
    page = run(swept.read_page)
    assert page.validators == Validators()
    swept.http = FakeVendorHttp(world.serve)
    run(swept.sweep)
    assert swept.postings["4000007"].title == "Edited"


def test_the_list_with_content_that_differs_from_the_one_before_keeps_no_validators() -> None:
    world = GreenhouseWorld()
    world.fill(5)

    def serve(request: Request) -> Response:
        answer = world.serve(request)
        world.records = [*world.records[1:], world.record(77)] if request.url.endswith("/jobs") else world.records
        return answer

    swept = swept_board(world)
    swept.http = FakeVendorHttp(serve)
    page = run(swept.read_page)
    assert swept.open_ids == world.ids
    assert page.validators == Validators()
    swept.http = FakeVendorHttp(world.serve)
    run(swept.sweep)
    assert swept.open_ids == world.ids


def test_a_single_posting_that_answers_as_another_is_rejected() -> None:
    world = LargePostings()
    world.fill(30)
    swept = sweep(world)
    world.records[7] = world.with_title(world.records[7], "Edited")
    other = world.record(8)
    swept.http = FakeVendorHttp(
        lambda request: json_answer(request, other) if "/jobs/4000007" in request.url else world.serve(request)
    )
    run(swept.read_page)
    (rejected,) = swept.rejected
    assert (rejected.record, rejected.field) == ("4000007", "id")
    assert swept.open_ids == world.ids


@pytest.mark.parametrize("broken", [Response(url="u", status=400), Response(url="u", status=200, body=b"<html>")])
def test_a_posting_that_alone_cannot_be_had_does_not_take_the_board_with_it(broken: Response) -> None:
    world = LargePostings()
    world.fill(30)
    swept = sweep(world)
    for number in (7, 8):
        world.records[number] = world.with_title(world.records[number], "Edited")
    swept.http = FakeVendorHttp(lambda request: broken if "/jobs/4000007" in request.url else world.serve(request))
    page = run(swept.read_page)
    assert [posting.provider_offer_id for posting in page.postings] == ["4000008"]
    assert [record.record for record in page.rejected] == ["4000007"]
    assert page.seen_ids == world.ids
    assert swept.validators == Validators()


def test_postings_that_can_all_not_be_had_are_the_vendors_failure() -> None:
    world = LargePostings()
    world.fill(30)
    swept = sweep(world)
    for number in (7, 8):
        world.records[number] = world.with_title(world.records[number], "Edited")
    swept.http = FakeVendorHttp(
        lambda request: Response(url="u", status=400) if "/jobs/" in request.url else world.serve(request)
    )
    with pytest.raises(ProviderError, match="status 400"):
        run(swept.read_page)


def test_a_list_that_is_not_whole_closes_nothing() -> None:
    world = GreenhouseWorld()
    error = failure_of(
        world, lambda request: json_answer(request, {"jobs": [], "meta": {"total": 12}}), GreenhouseWorld.board
    )
    assert error.kind is FailureKind.WRONG_SHAPE
    assert "0 of its 12" in str(error)


def test_a_board_has_the_same_hash_while_its_postings_have_their_versions() -> None:
    world = GreenhouseWorld()
    world.fill(3)
    first = run(swept_board(world).read_page)
    again = run(swept_board(world).read_page)
    world.records[0] = world.with_title(world.records[0], "Edited")
    edited = run(swept_board(world).read_page)
    assert first.content_hash == again.content_hash != edited.content_hash
    assert first.watermark == datetime(2026, 5, 4, 14, 0, tzinfo=UTC)
    assert edited.watermark == datetime(2026, 5, 4, 14, 0, 1, tzinfo=UTC)


def test_a_probe_says_whose_board_it_is_under_its_canonical_token() -> None:
    world = GreenhouseWorld()
    world.fill(2)
    found = probe(world, named("ORCHARD"))
    assert (found.board, found.exists, found.company_name, found.open_postings) == (
        named("orchard"),
        True,
        "Orchard Foods",
        2,
    )


class NamelessBoard(GreenhouseWorld):
    def serve(self, request: Request) -> Response:
        if request.url.endswith("/orchard"):
            return json_answer(request, {"name": None, "content": ""})
        return super().serve(request)


def test_a_probe_takes_the_name_from_a_posting_and_asks_no_more() -> None:
    world = NamelessBoard()
    world.fill(1)
    assert probe(world, named("orchard")).company_name == "Orchard Foods"


def test_a_probe_takes_the_name_from_the_board_where_no_posting_has_it() -> None:
    assert probe(GreenhouseWorld(), named("orchard")).company_name == "Orchard Foods"
    assert probe(NamelessBoard(), named("orchard")).company_name is None


@pytest.mark.parametrize(
    ("urls", "site"),
    [
        (["https://orchard.example/jobs/1", "https://www.orchard.example/jobs/2"], "https://orchard.example/jobs/1"),
        (["https://job-boards.greenhouse.io/orchard/jobs/1"], None),
        (["https://orchard.example/1", "https://elsewhere.example/2"], None),
        (["nonsense", "https://["], None),
    ],
)
def test_the_site_on_which_the_postings_stand_is_the_companys(urls: list[str], site: str | None) -> None:
    world = GreenhouseWorld()
    world.records = [{**world.record(number), "absolute_url": url} for number, url in enumerate(urls)]
    assert probe(world, named("orchard")).company_url == site


def test_a_token_that_is_not_there_costs_one_request() -> None:
    http = FakeVendorHttp(GreenhouseWorld().serve)
    send = partial(http.send, ProviderName("greenhouse"))
    run(partial(play, Greenhouse().vouch(named("nobody"), ()), send, where="x"))
    assert len(http.requests) == 1


OWN = "https://orchard.example/careers"


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (ShownPage(url=OWN, urls=(f"{OWN}?gh_jid=4012345",)), [("gh_jid=4012345", None, "4012345")]),
        (ShownPage(url=OWN, urls=(f"{OWN}?gh_jid=<script>", f"{OWN}?xgh_jid=4")), []),
        (ShownPage(url=OWN, urls=(f"{OWN}?gh_src=web",)), [("gh_src", None, None)]),
        (ShownPage(url=OWN, marks=frozenset({"grnhse_app"})), [("element grnhse_app", None, None)]),
        (
            ShownPage(url=OWN, scripts='Grnhse.Settings={boardToken:"Orchard"}'),
            [("board token", named("orchard"), None)],
        ),
        (ShownPage(url=OWN, scripts='{"greenhouse_board": "orchard"}'), [("board token", named("orchard"), None)]),
        (ShownPage(url=OWN, scripts='{"boardToken":"chess"}'), []),
        (ShownPage(url=OWN, scripts='greenhouse={"boardToken":"../x"}'), []),
    ],
)
def test_pages_show_greenhouse_by_more_than_urls(
    page: ShownPage, expected: list[tuple[str, Board | None, str | None]]
) -> None:
    assert [(sign.what, sign.board, sign.posting_id) for sign in Greenhouse().read_signs(page)] == expected
