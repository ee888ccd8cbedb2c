"""SmartRecruiters: the contract of every vendor, and what is particular to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from attrs import evolve

from ats_adapters.ats.smartrecruiters import SMARTRECRUITERS
from ats_core.domain.board import Board, BoardProbe, LinkKind
from ats_core.domain.offer import Posting, Workplace
from ats_core.domain.signs import ShownPage
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
    sweep,
    swept_recording,
)
from ats_core.testing.vendor_http import FakeVendorHttp, json_answer, recorded

FIXTURE = Path(__file__).parent.parent / "fixtures" / "smartrecruiters" / "northwind.json"
NORTHWIND = Board(SMARTRECRUITERS.name, "", "NorthwindFoods")
UUID = "34225731-e7cf-4584-b0b7-78098fe1a66b"
SECTIONS = "detail.jobAd.sections"


class SmartRecruitersWorld(JsonBoardWorld):
    provider = SMARTRECRUITERS
    board = NORTHWIND
    unknown_looks_empty = True
    markup = f"{SECTIONS}.jobDescription.text"
    published_at = "releasedDate"
    optional = "releasedDate"
    always = ("company",)
    other_texts = (
        f"{SECTIONS}.companyDescription.text",
        f"{SECTIONS}.jobDescription.title",
        f"{SECTIONS}.qualifications.text",
    )
    validator = ""
    links: Mapping[str, tuple[Board, LinkKind] | None] = {
        "https://careers.smartrecruiters.com/NorthwindFoods": (NORTHWIND, LinkKind.BOARD),
        "https://careers.smartrecruiters.com/NorthwindFoods/?search=treasury#x": (NORTHWIND, LinkKind.BOARD),
        "https://jobs.smartrecruiters.com/NorthwindFoods": (NORTHWIND, LinkKind.BOARD),
        "https://jobs.smartrecruiters.com/?company=NorthwindFoods": None,
        "https://jobs.smartrecruiters.com/NorthwindFoods/744000077603107-treasury": (NORTHWIND, LinkKind.POSTING),
        "https://jobs.smartrecruiters.com/NorthwindFoods/744000077603107": (NORTHWIND, LinkKind.POSTING),
        f"https://jobs.smartrecruiters.com/oneclick-ui/company/NorthwindFoods/publication/{UUID}?dcr_ci=x": (
            NORTHWIND,
            LinkKind.POSTING,
        ),
        "https://api.smartrecruiters.com/v1/companies/NorthwindFoods/postings?limit=100": (NORTHWIND, LinkKind.API),
        "https://api.smartrecruiters.com/api-v1/companies/NorthwindFoods/postings/1": (NORTHWIND, LinkKind.API),
        "https://jobs.smartrecruiters.com/oneclick-ui/resources/html": None,
        "https://jobs.smartrecruiters.com/my-applications/NorthwindFoods": None,
        "https://jobs.smartrecruiters.com/": None,
        "https://www.smartrecruiters.com/customers/acme": None,
        "https://static.smartrecruiters.com/job-widget/1.6.2/script/smart_widget.js": None,
        "https://careers.smartrecruiters.com.evil.example/NorthwindFoods": None,
    }

    def record(self, number: int) -> VendorRecord:
        id_ = str(744_000_000_000_000 + number)
        return {
            "id": id_,
            "uuid": UUID,
            "name": f"Treasury Analyst {number}",
            "refNumber": f"REF{number}",
            "company": {"identifier": "NorthwindFoods", "name": "Northwind Foods"},
            "releasedDate": "2026-01-05T08:00:00.000Z",
            "location": {
                "city": "Madrid",
                "region": "MD",
                "country": "es",
                "remote": False,
                "hybrid": True,
                "fullLocation": "Madrid, MD, Spain",
            },
            "department": {"id": "18554", "label": "Finance"},
            "function": {"id": "finance", "label": "Finance"},
            "typeOfEmployment": {"id": "permanent", "label": "Full-time"},
            "experienceLevel": {"id": "associate", "label": "Associate"},
            "customField": [],
            "visibility": "PUBLIC",
            "ref": f"https://api.smartrecruiters.com/v1/companies/NorthwindFoods/postings/{id_}",
            "language": {"code": "en", "label": "English"},
            "detail": {
                "jobAd": {
                    "sections": {
                        "companyDescription": {"title": "Company Description", "text": "<p>Fresh food.</p>"},
                        "jobDescription": {"title": "Job Description", "text": "<p>You will move money.</p>"},
                        "qualifications": {"title": "Qualifications", "text": "<ul><li>SWIFT</li></ul>"},
                        "additionalInformation": {"title": "Additional Information", "text": ""},
                    }
                },
                "postingUrl": f"https://jobs.smartrecruiters.com/NorthwindFoods/{id_}-treasury-analyst",
                "applyUrl": f"https://jobs.smartrecruiters.com/NorthwindFoods/{id_}-treasury-analyst?oga=true",
            },
        }

    def unknown(self, request: Request) -> Response:
        """An empty list, where a list is asked for."""
        if request.url.partition("?")[0].endswith("/postings"):
            return json_answer(request, {"offset": 0, "limit": 100, "totalFound": 0, "content": []}, etag=False)
        return super().unknown(request)


class TestSmartRecruiters(ProviderSuite):
    def make_world(self) -> VendorWorld:
        return SmartRecruitersWorld()


# What is particular to it


def mapped(**changes: Any) -> Posting:
    """The suite's posting with some fields changed, as the adapter maps it."""
    world = SmartRecruitersWorld()
    return posting_of(world, {**world.record(1), **changes})


def test_every_field_of_a_recorded_posting_has_its_place() -> None:
    northwind = swept_recording(SMARTRECRUITERS, NORTHWIND, FIXTURE)
    (posting,) = northwind.postings.values()
    assert evolve(posting, raw=b"{}") == Posting(
        provider_offer_id="744000077603107",
        title="Treasury Manager, EMEA & LatAm",
        description_text="\n".join(
            [
                "Company Description",
                "Fresh food for the south of Europe.",
                "Job Description",
                "You will run treasury: FX exposure & cash pooling.",
                "Qualifications",
                "- Hedge EUR/USD",
                "- Spanish and English",
            ]
        ),
        locations=("Barcelona, CT, Spain",),
        workplace=Workplace.HYBRID,
        department="Finance",
        employment_type="Full-time",
        language="en",
        url="https://jobs.smartrecruiters.com/NorthwindFoods/744000077603107-treasury-manager-emea-latam",
        apply_url="https://jobs.smartrecruiters.com/NorthwindFoods/744000077603107-treasury-manager-emea-latam?oga=true",
        published_at=datetime(2026, 3, 2, 9, 30, 0, 346000, tzinfo=UTC),
    )


def probed(board: Board) -> BoardProbe:
    """What the recorded vendor says of a board."""
    http = FakeVendorHttp(recorded(FIXTURE))

    async def ask() -> BoardProbe:
        exchange = SMARTRECRUITERS.probe(board)
        return await play(exchange, lambda requests: http.send(SMARTRECRUITERS.name, requests), where=str(board))

    found: BoardProbe = run(ask)
    return found


def test_a_probe_says_whose_the_board_is() -> None:
    found = probed(NORTHWIND)
    assert (found.exists, found.company_name, found.open_postings) == (True, "Northwind Foods", 1)


def test_an_unknown_company_looks_like_one_without_postings_and_is_nobodys() -> None:
    found = probed(evolve(NORTHWIND, slug="nobody"))
    assert (found.company_name, found.open_postings) == (None, 0)


def test_a_link_in_another_spelling_leads_to_the_same_board() -> None:
    world = SmartRecruitersWorld()
    world.fill(1)
    spelt_otherwise = evolve(NORTHWIND, slug="northwindfoods")
    serve = world.serve
    world.serve = lambda request: serve(evolve(request, url=request.url.replace("northwindfoods", "NorthwindFoods")))  # type: ignore[method-assign]
    assert probe(world, spelt_otherwise).board == NORTHWIND


def test_a_posting_of_another_company_does_not_give_the_board_its_name() -> None:
    world = SmartRecruitersWorld()
    world.records = [{**world.record(1), "company": {"identifier": "AnotherCompany", "name": "Another"}}]
    assert probe(world, NORTHWIND).board == NORTHWIND


def test_boards_at_the_edge_of_a_page_are_read_whole() -> None:
    for size in (99, 100, 101, 200):
        world = SmartRecruitersWorld()
        world.fill(size)
        board = sweep(world)
        assert board.open_ids == world.ids
        assert isinstance(board.http, FakeVendorHttp)
        pages = -(-size // 100)
        assert len(board.http.requests) - size == pages + (pages - 1), "each page, and all but the last once more"


def test_an_unchanged_board_costs_its_list() -> None:
    world = SmartRecruitersWorld()
    world.fill(5)
    board = sweep(world)
    assert isinstance(board.http, FakeVendorHttp)
    assert len(board.http.requests) == 1 + 5
    run(board.sweep)
    assert len(board.http.requests) == 1 + 5 + 1


def test_the_people_who_created_a_posting_are_not_stored() -> None:
    creator = {"creator": {"name": "Robin Example", "avatarUrl": "https://northwind.example/robin.png"}}
    record = SmartRecruitersWorld().record(1)
    assert b"Robin" not in mapped(**creator, detail={**record["detail"], **creator}).raw


def test_postings_that_are_not_public_are_not_read() -> None:
    world = SmartRecruitersWorld()
    world.records = [{**world.record(1), "visibility": "INTERNAL"}, world.record(2)]
    assert sweep(world).open_ids == {world.id_of(world.records[1])}


def test_a_place_is_put_together_where_it_is_not_given_in_one_line() -> None:
    assert mapped(location={"city": "Madrid", "region": "MD", "country": "es"}).locations == ("Madrid, MD, es",)
    assert mapped(location={}).locations == ()


def test_flags_say_the_workplace_and_both_of_them_are_hybrid() -> None:
    assert mapped(location={"remote": True, "hybrid": False}).workplace is Workplace.REMOTE
    assert mapped(location={"remote": True, "hybrid": True}).workplace is Workplace.HYBRID
    assert mapped(location={"remote": False}).workplace is None


def test_a_posting_whose_page_is_not_named_is_linked_by_its_id() -> None:
    posting = mapped(detail={"jobAd": {"sections": {}}})
    assert posting.url == f"https://jobs.smartrecruiters.com/NorthwindFoods/{posting.provider_offer_id}"


def test_the_job_widget_on_a_page_names_its_company() -> None:
    def boards(script: str) -> list[Board | None]:
        page = ShownPage(url="https://northwind.example/careers", scripts=script)
        return [sign.board for sign in SMARTRECRUITERS.read_signs(page)]

    assert boards('widget({"searchField": "", "company_code": "NorthwindFoods", "bg_color_widget": "#fff"})') == [
        NORTHWIND
    ]
    assert boards("var c = { company_code: 'NorthwindFoods', job_ad_url: 'https://jobs.northwind.example' }") == [
        NORTHWIND
    ]
    assert boards('checkout({"company_code": "NorthwindFoods", "currency": "EUR"})') == []
    assert boards('{"company_code": "a/b", "bg_color_widget": "#fff"}') == []


def test_the_script_of_the_widget_says_which_vendor_it_is() -> None:
    page = ShownPage(
        url="https://northwind.example/careers",
        urls=("https://static.smartrecruiters.com/job-widget/1.6.2/script/smart_widget.js",),
    )
    assert [(sign.what, sign.board) for sign in SMARTRECRUITERS.read_signs(page)] == [
        ("assets of static.smartrecruiters.com", None)
    ]
