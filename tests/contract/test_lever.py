"""Lever: the contract of every vendor, and what is particular to it."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from attrs import evolve

from ats_adapters.ats.lever import Lever
from ats_adapters.ats.lever_signs import HostedBoard
from ats_core.domain.board import Board, BoardProbe, LinkKind, ProviderName
from ats_core.domain.checkpoint import Validators
from ats_core.domain.offer import Posting, Salary, Workplace
from ats_core.domain.signs import ShownPage
from ats_core.provider.exchange import play
from ats_core.provider.messages import Request, Response
from ats_core.testing.provider_suite import (
    ProviderSuite,
    VendorRecord,
    VendorWorld,
    pages_of,
    posting_of,
    probe,
    run,
    sweep,
    swept_board,
    swept_recording,
)
from ats_core.testing.swept_board import SweptBoard
from ats_core.testing.vendor_http import FakeVendorHttp, Serve, json_answer

FIXTURES = Path(__file__).parent.parent / "fixtures" / "lever"
LEVER = ProviderName("lever")
OWN = "https://northwind.example/careers"
HOSTED = """<html><head><title>Northwind &amp; Sons</title></head><body>
<a class="main-header-logo" href="https://northwind.example/"><img></a><a href="https://other.example/">x</a></body>"""
UUID = "3f1c9a52-0b1d-4c57-9e3e-{:012d}"


def site(slug: str, region: str = "") -> Board:
    return Board(LEVER, region, slug)


class LeverWorld(VendorWorld):
    provider = Lever()
    board = site("Northwind Foods", "eu")
    hosts = frozenset({"api.lever.co", "api.eu.lever.co"})
    sizes = (1, 99, 100, 101, 199, 250)
    links: Mapping[str, tuple[Board, LinkKind] | None] = {
        "https://jobs.lever.co/northwind": (site("northwind"), LinkKind.BOARD),
        "https://jobs.lever.co/northwind/": (site("northwind"), LinkKind.BOARD),
        "HTTPS://JOBS.LEVER.CO/NorthWind?lever-origin=applied&amp;lever-source%5B%5D=site": (
            site("NorthWind"),
            LinkKind.BOARD,
        ),
        "http://jobs.eu.lever.co/north.wind": (site("north.wind", "eu"), LinkKind.BOARD),
        "https://jobs.lever.co/Northwind%20Foods": (site("Northwind Foods"), LinkKind.BOARD),
        f"https://jobs.lever.co/northwind/{UUID.format(1)}": (site("northwind"), LinkKind.POSTING),
        f"https://jobs.eu.lever.co/northwind/{UUID.format(1).upper()}/apply#form": (
            site("northwind", "eu"),
            LinkKind.POSTING,
        ),
        "https://api.lever.co/v0/postings/northwind?mode=json&skip=0": (site("northwind"), LinkKind.API),
        f"https://api.eu.lever.co/v0/postings/northwind/{UUID.format(1)}": (site("northwind", "eu"), LinkKind.API),
        "https://jobs.lever.co": None,
        "https://jobs.lever.co/": None,
        "https://jobs.lever.co/robots.txt": None,
        "https://jobs.lever.co/..%2F..%2Fadmin": None,
        "https://jobs.lever.co/%2e%2e/x": None,
        "https://api.lever.co/v0/postings": None,
        "https://api.lever.co/v1/candidates": None,
        "https://www.lever.co/northwind": None,
        "https://hire.lever.co/northwind": None,
        "https://jobs.lever.co@evil.example/northwind": None,
        "https://evil.example/jobs.lever.co/northwind": None,
        "https://jobs.lever.co.evil.example/northwind": None,
        "ftp://jobs.lever.co/northwind": None,
        "//jobs.lever.co/northwind": None,
        "jobs.lever.co/northwind": None,
        "https://[jobs.lever.co/northwind": None,
    }

    etags = True

    def serve(self, request: Request) -> Response:
        parts = urlsplit(request.url)
        if parts.hostname in ("jobs.lever.co", "jobs.eu.lever.co"):
            return Response(url=request.url, status=200, body=HOSTED.encode())
        site, _, wanted = unquote(parts.path.removeprefix("/v0/postings/")).partition("/")
        if parts.hostname != "api.eu.lever.co" or site != self.board.slug:
            return json_answer(request, {"ok": False, "error": "Document not found"}, status=404)
        if wanted:
            found = next((record for record in self.records if record.get("id") == wanted), None)
            return json_answer(request, found or {"ok": False}, status=200 if found else 404)
        query = parse_qs(parts.query)
        skip = int(query.get("skip", ["0"])[0])
        return json_answer(request, self.records[skip : skip + int(query["limit"][0])], etag=self.etags)

    def record(self, number: int) -> VendorRecord:
        return {
            "id": UUID.format(number),
            "text": f"Payments Engineer {number}",
            "categories": {
                "commitment": "Full-time",
                "department": "Engineering",
                "team": "Payments",
                "location": "Madrid",
                "allLocations": ["Madrid", "Lisbon"],
            },
            "country": "ES",
            "workplaceType": "hybrid",
            "createdAt": 1_767_225_600_000 + number,
            "hostedUrl": f"https://jobs.eu.lever.co/northwind/{UUID.format(number)}",
            "applyUrl": f"https://jobs.eu.lever.co/northwind/{UUID.format(number)}/apply",
            "description": "<div>You will move money across borders.</div>",
            "lists": [{"text": "You know", "content": "<li>SWIFT</li><li>SEPA</li>"}],
            "additional": "<div>We are based in Madrid.</div>",
            "salaryRange": {"currency": "EUR", "interval": "per-year-salary", "min": 50000, "max": 65000},
        }

    def id_of(self, record: VendorRecord) -> str:
        return str(record["id"])

    def bare(self, record: VendorRecord) -> VendorRecord:
        return {"id": record["id"], "text": record["text"], "categories": {}, "createdAt": record["createdAt"]}

    def with_title(self, record: VendorRecord, title: str) -> VendorRecord:
        return {**record, "text": title}

    def with_markup(self, record: VendorRecord, markup: str) -> VendorRecord:
        return {**record, "description": markup, "lists": [], "additional": ""}

    def published(self, record: VendorRecord, at: datetime) -> VendorRecord:
        return {**record, "createdAt": int(at.timestamp() * 1000)}

    def broken(self, record: VendorRecord) -> tuple[VendorRecord, str]:
        return {**record, "text": 7}, "text"

    def misspelt(self, record: VendorRecord) -> tuple[VendorRecord, str]:
        spoilt = copy.deepcopy(record)
        spoilt["categories"]["team"] = ["Payments"]
        return spoilt, "categories.team"


class TestLever(ProviderSuite):
    def make_world(self) -> VendorWorld:
        return LeverWorld()


class WorldWithoutEtags(LeverWorld):
    etags = False


class TestLeverWithoutEtags(ProviderSuite):
    def make_world(self) -> VendorWorld:
        return WorldWithoutEtags()


def mapped(**changes: Any) -> Posting:
    """The suite's posting with some fields changed (None: left out), as the adapter maps it."""
    world = LeverWorld()
    record = {**world.record(1), **changes}
    posting = posting_of(world, {name: value for name, value in record.items() if value is not None})
    assert posting.provider_offer_id == UUID.format(1)
    return posting


# A posting


def test_every_field_of_a_recorded_posting_has_its_place() -> None:
    northwind = swept_recording(Lever(), site("northwind"), FIXTURES / "northwind.json")
    posting = northwind.postings["0b7c1f6e-58a9-4f7e-9a34-0c2f5f1d7a10"]
    assert evolve(posting, raw=b"{}") == Posting(
        provider_offer_id="0b7c1f6e-58a9-4f7e-9a34-0c2f5f1d7a10",
        title="Treasury Manager, EMEA & LatAm",
        description_text="\n".join(
            [
                "Northwind ships food to 31 countries.",
                "You will run treasury: FX exposure, cash pooling & payments in 12 currencies.",
                "What you will do",
                "- Hedge EUR/USD and EUR/MXN",
                "- Own our bank relationships",
                "What you bring",
                "- 5+ years in corporate treasury",
                "- Spanish and English",
                "Northwind is an equal opportunity employer.",
            ]
        ),
        locations=("Barcelona, Spain", "Mexico City"),
        workplace=Workplace.HYBRID,
        department="Finance",
        team="Treasury",
        employment_type="Full-time",
        salary=Salary(
            minimum=Decimal(68000),
            maximum=Decimal(82500),
            currency="EUR",
            interval="year",
            text="Base pay, plus a yearly bonus.",
        ),
        url="https://jobs.lever.co/northwind/0b7c1f6e-58a9-4f7e-9a34-0c2f5f1d7a10",
        apply_url="https://jobs.lever.co/northwind/0b7c1f6e-58a9-4f7e-9a34-0c2f5f1d7a10/apply",
        published_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
        updated_at=datetime(2026, 4, 1, 7, 0, tzinfo=UTC),
    )


def test_a_recorded_posting_in_plain_text_alone_is_read_too() -> None:
    northwind = swept_recording(Lever(), site("northwind"), FIXTURES / "northwind.json")
    posting = northwind.postings["0b7c1f6e-58a9-4f7e-9a34-0c2f5f1d7a11"]
    assert posting.description_text == "Pick & pack at night.\nShifts of 8 hours.\nBring boots."
    assert posting.published_at == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert posting.workplace is Workplace.ON_SITE
    assert posting.locations == ("PT",)


def test_opening_and_body_stand_in_for_a_missing_description_and_never_double_it() -> None:
    split = {"opening": "<p>Who we are.</p>", "descriptionBody": "<p>What you do.</p>"}
    whole = mapped(description="<p>Who we are.</p><p>What you do.</p>", lists=None, additional=None, **split)
    parts = mapped(description="<div><br></div>", lists=None, additional=None, **split)
    assert whole.description_text == parts.description_text == "Who we are.\nWhat you do."


@pytest.mark.parametrize("sent", [1_772_443_800_000, "1772443800000", 1_772_443_800_000.0])
def test_creation_times_come_as_numbers_and_as_strings(sent: object) -> None:
    assert mapped(createdAt=sent).published_at == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sent", "workplace"),
    [
        ("unspecified", None),
        ("on-site", Workplace.ON_SITE),
        ("onsite", Workplace.ON_SITE),
        ("hybrid", Workplace.HYBRID),
        ("remote", Workplace.REMOTE),
        ("on the moon", None),
    ],
)
def test_workplaces_are_read_and_unspecified_says_nothing(sent: str, workplace: Workplace | None) -> None:
    assert mapped(workplaceType=sent).workplace is workplace


def test_pay_intervals_are_made_plain_and_unknown_ones_kept() -> None:
    hourly = {"currency": "USD", "interval": "per-hour-wage", "min": 21.5, "max": "30.00"}
    assert mapped(salaryRange=hourly).salary == Salary(
        minimum=Decimal("21.5"), maximum=Decimal(30), currency="USD", interval="hour"
    )
    once = mapped(salaryRange={**hourly, "interval": "one-time"}).salary
    assert once is not None
    assert once.interval == "one-time"
    assert mapped(salaryRange=None).salary is None


@pytest.mark.parametrize("link", ["javascript:alert(1)", "/northwind/1", "https://", 7, ["https://x.example"]])
def test_a_link_that_is_no_web_address_is_dropped_and_the_posting_kept(link: object) -> None:
    posting = mapped(hostedUrl=link)
    assert posting.url is None
    assert posting.apply_url is not None


def test_an_undocumented_update_time_of_another_kind_is_not_read() -> None:
    assert mapped(updatedAt="2026-04-01T07:00:00Z").updated_at is None


# A board


def test_an_unchanged_board_of_one_page_is_one_request_without_a_body() -> None:
    world = LeverWorld()
    world.fill(40)
    swept = sweep(world)
    swept.http = http = FakeVendorHttp(world.serve)
    page = run(swept.read_page)
    assert page.not_modified
    assert len(http.requests) == 1
    assert swept.open_ids == world.ids


def test_an_unchanged_board_of_several_pages_is_one_request_a_page_and_no_body() -> None:
    world = LeverWorld()
    world.fill(250)
    swept = sweep(world)
    answers: list[Response] = []
    swept.http = http = FakeVendorHttp(answers_of(world, answers))
    page = run(swept.read_page)
    assert page.not_modified
    assert len(http.requests) == 3
    assert [answer.status for answer in answers] == [304, 304, 304]
    assert swept.open_ids == world.ids


@pytest.mark.parametrize("at", [0, 99, 150, 249])
def test_an_edit_on_any_page_of_an_unchanged_board_is_found(at: int) -> None:
    world = LeverWorld()
    world.fill(250)
    swept = sweep(world)
    world.records[at] = world.with_title(world.records[at], "Edited")
    run(swept.sweep)
    assert swept.postings[world.id_of(world.records[at])].title == "Edited"
    assert swept.restarts == 0


@pytest.mark.parametrize("count", [199, 298])
def test_a_board_that_grew_behind_its_last_page_is_no_unchanged_board(count: int) -> None:
    world = LeverWorld()
    world.fill(count)
    swept = sweep(world)
    world.records.append(world.record(900))
    run(swept.sweep)
    assert swept.open_ids == world.ids


def test_the_etag_of_a_page_that_was_edited_after_it_was_read_is_not_kept_for_the_new_page() -> None:
    world = LeverWorld()
    world.fill(150)
    swept = swept_board(world)
    run(swept.read_page)
    world.records[3] = world.with_title(world.records[3], "Edited")
    run(swept.sweep)
    run(swept.sweep)
    assert swept.postings[world.id_of(world.records[3])].title == "Edited"


def test_a_board_whose_pages_have_no_etags_gives_no_validators() -> None:
    world = WorldWithoutEtags()
    world.fill(150)
    assert sweep(world).validators == Validators()


@pytest.mark.parametrize("etag", ["[]", "[17]", '[["a"]]', '[["a", -1]]', "[", '"1"'])
def test_validators_that_describe_no_pages_ask_as_they_are(etag: str) -> None:
    world = LeverWorld()
    world.fill(3)
    swept = swept_board(world)
    swept.validators = Validators(etag=etag)
    run(swept.sweep)
    assert swept.open_ids == world.ids


class CutShort(LeverWorld):
    """Answers at most *most* postings at once: from the first page on, or from the second."""

    most = 60
    cut_from = 0

    def serve(self, request: Request) -> Response:
        skip, limit = (int(parse_qs(urlsplit(request.url).query)[name][0]) for name in ("skip", "limit"))
        if skip >= self.cut_from:
            limit = min(limit, self.most)
        return json_answer(request, self.records[skip : skip + limit], etag=self.etags)


@pytest.mark.parametrize("cut_from", [0, 1])
@pytest.mark.parametrize("most", [2, 37, 60, 99])
def test_a_page_that_the_vendor_cuts_short_closes_nothing(most: int, cut_from: int) -> None:
    world = CutShort()
    world.most = 1_000
    world.fill(180)
    swept = sweep(world)
    world.most, world.cut_from = most, cut_from
    world.records[0] = world.with_title(world.records[0], "Edited")
    run(swept.sweep)
    assert swept.open_ids == world.ids
    assert swept.restarts == 0
    del world.records[20:60]
    run(swept.sweep)
    assert swept.open_ids == world.ids


def test_a_vendor_that_gives_fewer_than_it_is_asked_for_is_read_whole_from_the_first_sweep_on() -> None:
    world = CutShort()
    world.most = 50
    world.fill(180)
    swept = sweep(world)
    assert swept.open_ids == world.ids
    swept.written = 0
    assert run(swept.read_page).not_modified


def test_an_answer_that_is_empty_once_is_asked_for_again_before_anything_is_closed() -> None:
    world = LeverWorld()
    world.fill(2)
    swept = sweep(world)
    answers = iter([Response(url="u", status=200, body=b"[]")])
    swept.http = FakeVendorHttp(lambda request: next(answers, None) or world.serve(request))
    run(swept.sweep)
    assert swept.open_ids == world.ids
    assert swept.restarts == 1


def test_a_vendor_that_gives_one_posting_at_a_time_is_a_board_that_cannot_be_read() -> None:
    world = CutShort()
    world.fill(3)
    swept = sweep(world)
    world.most = 1
    world.records[0] = world.with_title(world.records[0], "Edited")
    pages = [run(swept.read_page) for _ in range(4)]
    assert [page.board_moved for page in pages] == [False, True, False, True]
    assert swept.open_ids == world.ids


def answers_of(world: VendorWorld, answers: list[Response]) -> Serve:
    """The world's server; *answers* keeps what it said."""

    def serve(request: Request) -> Response:
        answers.append(world.serve(request))
        return answers[-1]

    return serve


def test_earlier_pages_that_stand_cost_no_bytes_at_the_end_of_a_sweep() -> None:
    world = LeverWorld()
    world.fill(250)
    answers: list[Response] = []
    run(SweptBoard(world.provider, world.board, FakeVendorHttp(answers_of(world, answers))).sweep)
    assert [answer.status for answer in answers] == [200, 200, 200, 200, 304, 304]
    assert answers[3].body == b"[]"  # the end was the end


@pytest.mark.parametrize("shift", ["insert", "remove", "empty"])
def test_a_page_that_does_not_begin_where_the_last_one_ended_starts_the_sweep_again_at_once(shift: str) -> None:
    world = LeverWorld()
    world.fill(350)
    swept = swept_board(world)
    run(swept.read_page)
    changed = {"insert": [world.record(900), *world.records], "remove": world.records[1:], "empty": []}
    world.records = changed[shift]
    assert run(swept.read_page).board_moved
    run(swept.sweep)
    assert swept.restarts == 1
    assert swept.open_ids == world.ids


def test_changes_that_outweigh_each_other_before_the_cursor_are_seen() -> None:
    world = LeverWorld()
    world.fill(150)
    swept = swept_board(world)
    run(swept.read_page)
    world.records[0], world.records[120] = world.records[120], world.records[0]
    pages = run(lambda: pages_of(swept))
    assert pages[0].board_moved
    assert swept.open_ids == world.ids


def test_the_same_postings_in_another_order_need_no_second_sweep() -> None:
    world = LeverWorld()
    world.fill(150)
    swept = swept_board(world)
    run(swept.read_page)
    world.records[0], world.records[50] = world.records[50], world.records[0]
    run(swept.sweep)
    assert swept.restarts == 0
    assert swept.open_ids == world.ids


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "17",
        "[]",
        '{"skip": 99}',
        '["x",[]]',
        '["x",[[null,5,"y"]]]',
        '["x",[[null,0,1]]]',
        '["x",[[null,-3,1]]]',
        "é",
    ],
)
def test_a_cursor_that_is_none_of_ours_starts_the_sweep_again(cursor: str) -> None:
    world = LeverWorld()
    world.fill(3)
    swept = swept_board(world)
    swept.cursor = cursor
    run(swept.sweep)
    assert swept.restarts == 1
    assert swept.open_ids == world.ids


def test_a_posting_with_broken_text_does_not_take_the_board_with_it() -> None:
    texts = b"Broken \\ud83d title", b"Caf\xe9 lead", b"Tab\there"
    body = b"[%s]" % b",".join(b'{"id": "%d", "text": "%s"}' % item for item in enumerate(texts))
    world = LeverWorld()
    http = FakeVendorHttp(lambda request: Response(url=request.url, status=200, body=body))
    swept = SweptBoard(world.provider, world.board, http)
    run(swept.sweep)
    assert {posting.title for posting in swept.postings.values()} == {"Broken ? title", "Caf\ufffd lead", "Tab here"}


@pytest.mark.parametrize("deep", ['{"x": %s}', "%s"])
def test_a_record_nested_deeper_than_can_be_kept_does_not_take_the_board_with_it(deep: str) -> None:
    records = ",".join(json.dumps({"id": str(n), "text": "Title"}) for n in range(99))
    body = f"[{records},{deep % ('[' * 900 + ']' * 900)}]".encode()
    http = FakeVendorHttp(lambda request: Response(url=request.url, status=200, body=body))
    page = run(SweptBoard(LeverWorld.provider, site("northwind"), http).read_page)
    assert len(page.postings) == 99
    assert [record.record for record in page.rejected] == ["#99"]


def test_an_empty_answer_is_a_board_without_postings_for_discovery_to_judge() -> None:
    found = probe(LeverWorld(), LeverWorld.board)
    assert found.exists
    assert found.open_postings == 0
    assert found.company_name is None


def test_a_region_that_lever_has_not_is_no_board() -> None:
    assert probe(LeverWorld(), site("northwind", "mars")).exists is False


def test_a_hosted_board_says_whose_it_is() -> None:
    world = LeverWorld()
    world.fill(1)
    found = vouched(world, world.board)
    assert (found.company_name, found.company_url) == ("Northwind & Sons", "https://northwind.example/")


@pytest.mark.parametrize(
    "page", ["", "<title></title>", "<a class=main-header-logo href=/x>", "<a href='https://x.example/'>"]
)
def test_a_hosted_board_that_says_nothing_costs_nothing_else(page: str) -> None:
    assert HostedBoard.read(page) == HostedBoard(None, None)


def test_a_hosted_board_that_cannot_be_read_costs_nothing_else() -> None:
    world = LeverWorld()
    world.fill(1)
    found = vouched(world, world.board, lambda r: Response(url="u", status=500) if "jobs." in r.url else world.serve(r))
    assert (found.exists, found.company_name, found.company_url) == (True, None, None)


def test_a_site_that_is_not_there_costs_one_request() -> None:
    http = FakeVendorHttp(LeverWorld().serve)
    run(partial(play, Lever().vouch(site("nobody"), ()), partial(http.send, LEVER), where="x"))
    assert len(http.requests) == 1


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (ShownPage(url=OWN, urls=(f"{OWN}?lever-source=web",)), [("lever-source", None, None)]),
        (
            ShownPage(url=OWN, urls=(f"{OWN}/{UUID.format(7)}?lever-origin=x",)),
            [("lever-source", None, UUID.format(7))],
        ),
        (ShownPage(url=OWN, marks=frozenset({"lever-jobs-container"})), [("element lever-jobs-container", None, None)]),
        (
            ShownPage(url=OWN, scripts="window.leverJobsOptions = {accountName: 'northwind', includeCss: true};"),
            [("leverJobsOptions", site("northwind"), None)],
        ),
        (
            ShownPage(url=OWN, scripts='leverJobsOptions={"accountName":"northwind", isEu: true}'),
            [("leverJobsOptions", site("northwind", "eu"), None)],
        ),
        (ShownPage(url=OWN, scripts='data-lever-site="northwind"'), [("site name", site("northwind"), None)]),
        (ShownPage(url=OWN, scripts='{"leverage":"northwind","clever_site":"x"}'), []),
    ],
)
def test_pages_show_lever_by_more_than_urls(
    page: ShownPage, expected: list[tuple[str, Board | None, str | None]]
) -> None:
    assert [(sign.what, sign.board, sign.posting_id) for sign in Lever().read_signs(page)] == expected


def vouched(world: LeverWorld, board: Board, serve: Serve | None = None) -> BoardProbe:
    http = FakeVendorHttp(serve or world.serve)
    found: BoardProbe = run(partial(play, Lever().vouch(board, ()), partial(http.send, LEVER), where="x"))
    return found
