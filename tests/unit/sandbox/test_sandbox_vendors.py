"""The vendors of the world against what is known of the real ones: every shape and trap that a reader must stand."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from datetime import datetime
from html import unescape
from typing import Any

import pytest

from ats_adapters.sandbox import BoardKey, SandboxResponse, World
from ats_adapters.sandbox.records import companies

WORLD = World()
API = "boards-api.greenhouse.io"
GREENHOUSE = [b for c in companies() for b in c.boards if b.provider == "greenhouse"]
LEVER = [b for c in companies() for b in c.boards if b.provider == "lever" and b.exists_on(1)]


def get(host: str, target: str, headers: Mapping[str, str] | None = None) -> SandboxResponse:
    return WORLD.handle(host, "GET", target, headers or {})


def document(host: str, target: str) -> Any:
    response = get(host, target)
    assert response.status == 200
    assert response.header("content-type") == "application/json; charset=utf-8"
    return json.loads(response.body)


def jobs(slug: str, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document(API, f"/v1/boards/{slug}/jobs{query}")["jobs"]
    return found


def lever(slug: str, query: str = "", region: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document(f"api.{region}lever.co", f"/v0/postings/{slug}?mode=json{query}")
    return found


def all_jobs() -> list[dict[str, Any]]:
    return [job for board in GREENHOUSE for job in jobs(board.slug, "?content=true")]


def all_postings() -> list[dict[str, Any]]:
    return [p for board in LEVER for p in lever(board.slug, region=f"{board.region}." if board.region else "")]


def test_a_greenhouse_board_says_whose_it_is_and_ignores_case() -> None:
    assert document(API, "/v1/boards/DivisaNova")["name"] == "Divisanova Pagos, S.L."


def test_the_greenhouse_list_comes_whole_and_without_texts_unless_asked() -> None:
    bare, full = document(API, "/v1/boards/nimbarcahq/jobs"), jobs("nimbarcahq", "?content=true")
    assert bare["meta"]["total"] == len(bare["jobs"]) == len(full) == 121
    for job, with_text in zip(bare["jobs"], full, strict=True):
        assert with_text.keys() - job.keys() == {"content", "departments", "offices"}
        assert job == {key: with_text[key] for key in job}


def test_pay_ranges_come_only_on_request_and_in_cents() -> None:
    told = [job["pay_input_ranges"] for job in jobs("nimbarcahq", "?pay_transparency=true")]
    assert 20 < sum(bool(ranges) for ranges in told) < 100
    first = next(ranges[0] for ranges in told if ranges)
    assert first.keys() == {"min_cents", "max_cents", "currency_type", "title", "blurb"}
    assert 1_000_000 < first["min_cents"] < first["max_cents"]


def test_a_single_posting_is_the_list_s_record_in_full() -> None:
    for job in jobs("divisanova", "?content=true"):
        assert document(API, f"/v1/boards/divisanova/jobs/{job['id']}") == job


@pytest.mark.parametrize("path", ["nobody/jobs", "nobody", "divisanova/jobs/17", "tarancor/jobs"])
def test_what_greenhouse_does_not_have_is_404_with_a_json_body(path: str) -> None:
    response = get(API, f"/v1/boards/{path}")
    assert response.status == 404
    assert json.loads(response.body).keys() == {"status", "error"}


def test_an_empty_board_is_live() -> None:
    assert document(API, "/v1/boards/trigalba/jobs") == {"jobs": [], "meta": {"total": 0}}


def test_departments_and_offices_group_the_same_postings() -> None:
    for kind in ("departments", "offices"):
        grouped = {job["id"] for unit in document(API, f"/v1/boards/pagoforte/{kind}")[kind] for job in unit["jobs"]}
        assert grouped == {job["id"] for job in jobs("pagoforte")}


def test_content_is_html_escaped_once_more_and_some_entities_twice() -> None:
    contents = [job["content"] for job in all_jobs()]
    assert not any("<" in content for content in contents)
    assert all("<p>" in unescape(content) for content in contents)
    assert all("&amp;nbsp;" in content for content in contents)
    assert any("&amp;amp;nbsp;" in content for content in contents)


def test_texts_are_of_realistic_length() -> None:
    lengths = [len(unescape(job["content"])) for job in all_jobs()]
    assert min(lengths) >= 400
    assert max(lengths) <= 4000


def test_about_half_of_the_postings_are_in_spanish() -> None:
    spanish = [job["language"] == "es" for job in all_jobs()]
    spanish += ["Qué buscamos" in str(p["lists"]) for p in all_postings()]
    assert 0.35 < sum(spanish) / len(spanish) < 0.65


def test_greenhouse_dates_have_offsets_of_many_zones_and_some_first_dates_are_missing() -> None:
    found = all_jobs()
    offsets = {datetime.fromisoformat(job["updated_at"]).utcoffset() for job in found}
    assert len(offsets) >= 5
    assert None not in offsets
    assert sum(job["first_published"] is None for job in found) >= 5


def test_custom_fields_have_every_type_of_value() -> None:
    metadata = [job["metadata"] for job in all_jobs()]
    assert None in metadata
    assert [] in metadata
    kinds = {type(item["value"]).__name__ for fields in metadata if fields for item in fields}
    assert kinds == {"str", "list", "int", "bool", "dict", "NoneType"}


def test_places_are_free_text_with_several_separators() -> None:
    places = [job["location"]["name"] for job in all_jobs()]
    assert any("; " in place for place in places)
    assert any(" | " in place for place in places)
    assert any(place.startswith("Remote - ") for place in places)
    assert any(place.endswith("(remoto)") for place in places)


def test_urls_of_postings_lead_to_the_posting() -> None:
    for slug in ("divisanova", "nimbarcahq", "pagoforte", "wagenfels"):
        job = jobs(slug)[0]
        host, _, path = job["absolute_url"].removeprefix("https://").partition("/")
        response = get(host, f"/{path}")
        if response.status == 301:
            host, _, path = (response.header("location") or "").removeprefix("https://").partition("/")
            response = get(host, f"/{path}")
        assert response.status == 200
        assert job["title"].strip() in unescape(response.body.decode())


def test_one_board_has_broken_records_besides_its_good_ones() -> None:
    found = jobs("kambixa", "?content=true")
    broken = [job for job in found if not job["title"] or not isinstance(job["id"], int)]
    assert len(broken) == WORLD.malformed()[BoardKey("greenhouse", "", "kambixa")] == 2
    boards = WORLD.truth()["Kambixa Treasury"]
    assert boards is not None
    assert list(boards.values()) == [len(found) - 2]


def test_ids_are_unique_on_every_board() -> None:
    for board in GREENHOUSE:
        if board.exists_on(1):
            numbers = [job["id"] for job in jobs(board.slug)]
            assert len(set(numbers)) == len(numbers)
    numbers = [posting["id"] for posting in all_postings()]
    assert len(set(numbers)) == len(numbers)
    assert all(uuid.UUID(number).version == 4 for number in numbers)


@pytest.mark.parametrize(
    ("host", "target"),
    [(API, "/v1/boards/divisanova/jobs?content=true"), ("api.lever.co", "/v0/postings/parivia?mode=json")],
)
def test_answers_carry_weak_etags_and_an_unchanged_board_is_304(host: str, target: str) -> None:
    first = get(host, target)
    etag = first.header("etag") or ""
    assert re.fullmatch(r'W/"[0-9a-f]{32}"', etag)
    assert first.header("cache-control") == "max-age=0, private, must-revalidate"
    for condition in (etag, etag.removeprefix("W/"), f'"other", {etag}', "*"):
        again = get(host, target, {"if-none-match": condition})
        assert (again.status, again.body, again.header("etag")) == (304, b"", etag)
    assert get(host, target, {"if-none-match": 'W/"other"'}).status == 200
    assert get(host, target.replace("?", "x?"), {"if-none-match": etag}).status == 404


def test_the_etag_changes_with_the_board() -> None:
    target = "/v1/boards/turmalia/jobs"
    tags = [World(day).handle(API, "GET", target, {}).header("etag") for day in (1, 2)]
    assert tags[0] != tags[1]


def test_head_has_the_headers_of_get_and_no_body() -> None:
    target = "/v1/boards/divisanova/jobs"
    head, whole = WORLD.handle(API, "HEAD", target, {}), get(API, target)
    assert head.body == b""
    assert head.headers == whole.headers
    assert head.header("content-length") == str(len(whole.body))


def test_the_big_lever_board_is_read_in_three_pages() -> None:
    whole = lever("meridora")
    pages = [lever("meridora", f"&skip={skip}&limit=100") for skip in (0, 100, 200, 300)]
    assert [len(page) for page in pages] == [100, 100, len(whole) - 200, 0]
    assert [record for page in pages for record in page] == whole


def test_lever_filters_are_exact_and_add_up() -> None:
    whole = lever("parivia")
    team = whole[0]["categories"]["team"]
    chosen = lever("parivia", f"&team={team.replace(' ', '%20')}")
    assert chosen == [p for p in whole if p["categories"]["team"] == team]
    assert lever("parivia", f"&team={team.lower().replace(' ', '%20')}") == []


def test_lever_without_mode_json_gives_a_page() -> None:
    response = get("api.lever.co", "/v0/postings/parivia")
    assert (response.header("content-type") or "").startswith("text/html")
    asked = get("api.lever.co", "/v0/postings/parivia", {"accept": "application/json"})
    assert json.loads(asked.body) == lever("parivia")


def test_a_single_lever_posting_is_the_list_s_record() -> None:
    for record in lever("parivia"):
        assert document("api.lever.co", f"/v0/postings/parivia/{record['id']}") == record


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("api.lever.co", "nobody"),
        ("api.lever.co", "remesalia"),
        ("api.eu.lever.co", "parivia"),
        ("api.lever.co", "quayledger"),
        ("api.lever.co", "parivia/00000000-0000-4000-8000-000000000000"),
    ],
)
def test_what_lever_does_not_have_in_that_region_and_spelling_is_404(host: str, site: str) -> None:
    response = get(host, f"/v0/postings/{site}?mode=json")
    assert response.status == 404
    assert json.loads(response.body) == {"ok": False, "error": "Document not found"}


def test_a_paging_number_that_is_none_is_refused() -> None:
    assert get("api.lever.co", "/v0/postings/parivia?mode=json&limit=many").status == 400


def test_lever_texts_are_split_as_the_vendor_splits_them() -> None:
    for posting in all_postings():
        assert posting["description"] == posting["opening"] + posting["descriptionBody"]
        assert len(posting["lists"]) == 3
        assert all(part["content"].startswith("<li>") for part in posting["lists"])
        assert "<" not in posting["descriptionPlain"] + posting["additionalPlain"]
        length = len(posting["description"] + str(posting["lists"]) + posting["additional"])
        assert 400 <= length <= 4000


def test_lever_fields_vary_as_they_do_in_the_field() -> None:
    found = all_postings()
    assert {p["workplaceType"] for p in found} == {"on-site", "onsite", "remote", "hybrid", "unspecified"}
    assert any(p["country"] is None for p in found)
    assert {type(p["createdAt"]) for p in found} == {int, str}
    assert any("salaryRange" in p for p in found)
    assert any("department" not in p["categories"] for p in found)
    assert any(len(p["categories"].get("allLocations", [])) > 1 for p in found)


def test_a_broken_lever_record_has_no_title() -> None:
    found = lever("meridora")
    assert sum("text" not in p for p in found) == 1
    boards = WORLD.truth()["Meridora Commerce"]
    assert boards is not None
    assert list(boards.values()) == [len(found) - 1]


def test_hosted_pages_lead_to_the_company_and_to_each_posting() -> None:
    for host, slug, home in (
        ("jobs.eu.lever.co", "remesalia", "https://www.remesalia.example"),
        ("job-boards.greenhouse.io", "kambixa", "https://www.kambixa.example"),
        ("job-boards.eu.greenhouse.io", "pagoforte", "https://www.pagoforte.example"),
    ):
        page = get(host, f"/{slug}")
        assert page.status == 200
        assert home in page.body.decode()
        assert get(host, "/nobody").status == 404


def test_the_older_greenhouse_host_redirects_to_the_newer() -> None:
    response = get("boards.greenhouse.io", "/kambixa/jobs/1?gh_src=x")
    assert response.status == 301
    assert response.header("location") == "https://job-boards.greenhouse.io/kambixa/jobs/1?gh_src=x"


def test_greenhouse_embeds_answer_by_token() -> None:
    assert b"Jobs at Gymnara" in get("boards.greenhouse.io", "/embed/job_board?for=gymnara").body
    script = get("boards.greenhouse.io", "/embed/job_board/js?for=gymnara")
    assert script.header("content-type") == "text/javascript; charset=utf-8"
    assert get("boards.greenhouse.io", "/embed/job_board?for=nobody").status == 404


def test_a_posting_that_repeats_another_stands_beside_it_under_its_own_id() -> None:
    contents = [re.sub(r"\s+", " ", job["content"]) for job in jobs("divisanova", "?content=true")]
    assert len(contents) - len(set(contents)) == 1


def test_postings_deny_what_they_do_not_ask_for() -> None:
    texts = " ".join(unescape(job["content"]) for job in all_jobs())
    assert "No experience with foreign exchange or international payments is required" in texts
    assert "sin experiencia en comercio exterior" in texts
    assert "fx-payments@segurvia.example" in texts
