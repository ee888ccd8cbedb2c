"""The plugin of docs/reference/plugins.md, taken from the page and run: the page stays true."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType

import anyio
import pytest

from ats_adapters.plugins import Plugins
from ats_core.domain.board import Board, BoardProbe
from ats_core.domain.checkpoint import Validators
from ats_core.errors import FailureKind, ProviderError
from ats_core.ports import AtsProvider
from ats_core.provider.exchange import play, play_page
from ats_core.provider.messages import BoardView, Exchange, OfferPage, Request, Response
from ats_core.testing.provider_suite import ProviderSuite
from ats_core.testing.vendor_http import FakeVendorHttp, Serve, json_answer

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "plugins.md"
JOBS_URL = "https://api.acmehire.example/v1/boards/northwind/jobs"


def block(file: str) -> str:
    """The first code block under the page's heading for *file*."""
    found = re.search(rf"^### [^\n]*`{re.escape(file)}`\n.*?^```\w+\n(.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S)
    assert found, f"{PAGE.name} has no section with the code of {file}"
    return found[1]


def module(name: str) -> ModuleType:
    """The module that the page shows, importable by its name."""
    made = ModuleType(name)
    sys.modules[name] = made
    exec(compile(block(f"{name}.py"), f"{PAGE.name}: {name}.py", "exec"), made.__dict__)
    return made


PLUGIN = module("ats_acmehire")
DOCUMENTED_SUITE: type[ProviderSuite] = module("test_acmehire").TestAcmeHire
ACME: AtsProvider = PLUGIN.ACME
NORTHWIND = Board(ACME.name, "", "northwind")
JOB = {
    "id": 7,
    "title": "Treasury &amp; FX Analyst",
    "description": "<p>You will move money <b>across borders</b>.</p>",
    "places": ["Madrid", "Lisbon"],
    "published_at": "2026-01-05T08:00:00+01:00",
    "url": "https://jobs.acmehire.example/northwind/7",
}


class TestDocumentedPluginHoldsTheContract(DOCUMENTED_SUITE):  # type: ignore[misc, valid-type]
    """The suite as the page inherits it."""


@pytest.fixture
def plugins() -> Plugins:
    project = tomllib.loads(block("pyproject.toml"))["project"]
    (group, points), *others = project["entry-points"].items()
    assert not others
    return Plugins(found=[EntryPoint(name=name, value=value, group=group) for name, value in points.items()])


def played(http: FakeVendorHttp, exchange: Exchange[BoardProbe]) -> object:
    async def to_its_end() -> object:
        return await play(exchange, lambda requests: http.send(ACME.name, requests), where=str(NORTHWIND))

    return anyio.run(to_its_end)


def read_page(serve: Serve, validators: Validators = Validators()) -> OfferPage:
    http = FakeVendorHttp(serve)

    async def to_its_end() -> OfferPage:
        exchange = ACME.read_page(NORTHWIND, BoardView(validators=validators))
        return await play_page(exchange, lambda requests: http.send(ACME.name, requests), where=str(NORTHWIND))

    return anyio.run(to_its_end)


def board_of(*jobs: object) -> Serve:
    return lambda request: json_answer(request, {"company": "Northwind Foods", "jobs": jobs})


def not_found(request: Request) -> Response:
    return json_answer(request, {"error": "no such board"}, status=404)


def test_its_entry_point_brings_the_vendor(plugins: Plugins) -> None:
    assert "acmehire" in plugins.providers()
    assert "acmehire" in plugins.names
    assert plugins.problems == ()


def test_it_imports_nothing_of_the_project_but_the_core() -> None:
    imported = set(re.findall(r"^(?:from|import) (ats_\w+)", block("ats_acmehire.py"), re.M))
    assert imported == {"ats_core"}


def test_its_probe_says_whose_the_board_is() -> None:
    http = FakeVendorHttp(board_of(JOB))
    assert played(http, ACME.probe(NORTHWIND)) == BoardProbe(
        board=NORTHWIND, exists=True, company_name="Northwind Foods", open_postings=1
    )
    assert [request.url for request in http.requests] == [JOBS_URL]
    assert played(FakeVendorHttp(not_found), ACME.probe(NORTHWIND)) == BoardProbe(board=NORTHWIND, exists=False)


def test_its_page_holds_the_postings_and_rejects_the_bad_one_alone() -> None:
    page = read_page(board_of(JOB, {**JOB, "id": 8, "title": None}))
    (posting,) = page.postings
    assert (posting.provider_offer_id, posting.title) == ("7", "Treasury & FX Analyst")
    assert posting.description_text == "You will move money across borders."
    assert posting.locations == ("Madrid", "Lisbon")
    assert posting.published_at is not None
    assert posting.published_at.isoformat() == "2026-01-05T07:00:00+00:00"
    assert posting.url == JOB["url"]
    assert page.seen_ids == {"7", "8"}
    assert [str(rejected) for rejected in page.rejected] == ["8: title: is missing"]
    assert page.next_cursor is None


def test_its_unchanged_board_is_told_in_one_word() -> None:
    first = read_page(board_of(JOB))
    again = read_page(board_of(JOB), first.validators)
    assert again == OfferPage(not_modified=True, validators=first.validators)


def test_a_board_that_it_does_not_find_is_an_error() -> None:
    with pytest.raises(ProviderError) as caught:
        read_page(not_found)
    assert caught.value.kind is FailureKind.NOT_FOUND
