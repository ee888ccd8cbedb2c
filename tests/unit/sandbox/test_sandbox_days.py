from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ats_adapters.sandbox import World
from ats_adapters.sandbox.records import companies

GREENHOUSE = "boards-api.greenhouse.io"


def jobs(slug: str, day: int) -> dict[int, dict[str, Any]]:
    response = World(day).handle(GREENHOUSE, "GET", f"/v1/boards/{slug}/jobs?content=true", {})
    return {job["id"]: job for job in json.loads(response.body)["jobs"]}


def postings(slug: str, day: int, host: str = "api.lever.co") -> dict[str, dict[str, Any]]:
    response = World(day).handle(host, "GET", f"/v0/postings/{slug}?mode=json", {})
    return {record["id"]: record for record in json.loads(response.body)}


def status(host: str, target: str, day: int) -> int:
    return World(day).handle(host, "GET", target, {}).status


def text(record: dict[str, Any]) -> tuple[Any, ...]:
    return record["text"], record["description"], str(record["lists"]), record["additional"]


def test_on_day_two_postings_close_and_new_ones_appear() -> None:
    before, after = postings("meridora", 1), postings("meridora", 2)
    assert len(before.keys() - after.keys()) >= 3
    assert after.keys() - before.keys()
    assert len(before.keys() & after.keys()) > 200


def test_a_posting_is_posted_again_under_a_new_id_with_the_same_text() -> None:
    before, after = (postings("remesalia", day, "api.eu.lever.co") for day in (1, 2))
    gone = [text(before[i]) for i in before.keys() - after.keys()]
    come = [text(after[i]) for i in after.keys() - before.keys()]
    assert [t for t in come if t in gone]


def test_a_text_changes_and_so_does_its_date() -> None:
    before, after = jobs("divisanova", 1), jobs("divisanova", 2)
    changed = [i for i in before.keys() & after.keys() if before[i]["content"] != after[i]["content"]]
    assert len(changed) == 1
    assert before[changed[0]]["updated_at"] < after[changed[0]]["updated_at"]


def test_a_date_moves_though_nothing_else_did() -> None:
    before, after = jobs("turmalia", 1), jobs("turmalia", 2)
    kept = before.keys() & after.keys()
    moved = [i for i in kept if before[i]["updated_at"] != after[i]["updated_at"]]
    assert len(moved) == 3
    for number in moved:
        assert {**before[number], "updated_at": ""} == {**after[number], "updated_at": ""}


def test_a_board_appears_and_its_company_links_it_from_then_on() -> None:
    target, careers = "/v0/postings/miralonga?mode=json", "/trabaja-con-nosotros"
    assert [status("api.lever.co", target, day) for day in (1, 2, 3)] == [404, 200, 200]
    pages = [World(day).handle("www.miralonga.example", "GET", careers, {}).body for day in (1, 2)]
    assert [b"jobs.lever.co/miralonga" in page for page in pages] == [False, True]


def test_a_board_disappears() -> None:
    target = "/v1/boards/transfronta/jobs"
    assert [status(GREENHOUSE, target, day) for day in (1, 2, 3)] == [200, 404, 404]
    assert World(1).truth()["Transfronta Pay"]
    assert World(2).truth()["Transfronta Pay"] is None


def test_a_board_is_empty_for_one_day_and_then_as_before() -> None:
    first, second, third = (postings("ebralia", day).keys() for day in (1, 2, 3))
    assert len(first) == 14
    assert not second
    assert len(first & third) >= 12


def test_most_boards_do_not_change_from_one_day_to_the_next() -> None:
    slugs = [b.slug for c in companies() for b in c.boards if b.provider == "greenhouse" and b.exists_on(1)]
    same = [slug for slug in slugs if slug != "transfronta" and jobs(slug, 1) == jobs(slug, 2)]
    assert len(same) > len(slugs) / 2


@settings(max_examples=12, deadline=None)
@given(st.integers(min_value=1, max_value=400))
def test_no_board_dries_up_or_grows_without_bound(day: int) -> None:
    sizes = {board.slug: board.size for company in companies() for board in company.boards}
    for boards in World(day).truth().values():
        for key, count in (boards or {}).items():
            quiet = sizes[key.slug] == 0 or (key.slug == "ebralia" and day == 2)
            assert bool(count) is not quiet
            assert count <= 2 * sizes[key.slug] + 5


@settings(max_examples=12, deadline=None)
@given(st.integers(min_value=1, max_value=200))
def test_no_posting_is_from_the_future(day: int) -> None:
    now = World(day).now().timestamp() * 1000
    assert all(int(p["createdAt"]) < now for p in postings("Quayledger", day).values())
