from __future__ import annotations

import csv
import io
import json
import tracemalloc
from collections import Counter
from html import unescape
from typing import Any

import pytest

from ats_adapters.catalogs import builtin_catalog
from ats_adapters.sandbox import BoardKey, Crowd, World
from ats_adapters.sandbox.records import crowd_data, roles
from ats_core.domain.board import DiscoveryOutcome
from ats_core.scoring.scorer import Scorer


def ask(world: World, key: BoardKey, query: str = "", headers: dict[str, str] | None = None) -> Any:
    """The records of a board, as its vendor sends them."""
    if key.provider == "greenhouse":
        host, target = "boards-api.greenhouse.io", f"/v1/boards/{key.slug}/jobs{query or '?content=true'}"
    else:
        host = "api.eu.lever.co" if key.region else "api.lever.co"
        target = f"/v0/postings/{key.slug}{query or '?mode=json'}"
    response = world.handle(host, "GET", target, headers or {})
    if response.status != 200:
        return response
    document = json.loads(response.body)
    return document["jobs"] if key.provider == "greenhouse" else document


def boards(world: World) -> dict[BoardKey, int]:
    return {key: count for found in world.truth().values() for key, count in (found or {}).items()}


def everything(world: World) -> dict[tuple[BoardKey, str], bytes]:
    """Each well-formed posting of the world, by board and id."""
    return {
        (key, str(record["id"])): json.dumps(record).encode()
        for key in boards(world)
        for record in ask(world, key)
        if record.get("title") or record.get("text")
    }


def test_boards_hold_what_was_asked_for_in_all_half_at_each_vendor() -> None:
    found = boards(World.crowd(companies=100, postings=2_000))
    assert len(found) == 100
    assert sum(found.values()) == 2_000
    of_lever = {key: count for key, count in found.items() if key.provider == "lever"}
    assert len(of_lever) == 50
    assert 800 < sum(of_lever.values()) < 1_200


def test_the_truth_is_what_the_vendors_send() -> None:
    world = World.crowd(companies=20, postings=150, malformed=3)
    assert len(everything(world)) == 150
    assert {key: len(ask(world, key)) for key in boards(world)} == {
        key: count + world.malformed().get(key, 0) for key, count in boards(world).items()
    }


def test_most_boards_are_small_and_a_few_are_large() -> None:
    sizes = sorted(boards(World.crowd(companies=600, postings=14_000)).values())
    assert sizes[0] < 6
    assert sizes[300] < 12
    assert sizes[-1] > 500
    assert sum(size >= 200 for size in sizes) < 20


@pytest.mark.parametrize(("companies", "postings"), [(1, 0), (1, 1), (7, 3), (50, 49), (3, 1000)])
def test_any_size_is_possible(companies: int, postings: int) -> None:
    found = boards(World.crowd(companies=companies, postings=postings))
    assert (len(found), sum(found.values())) == (companies, postings)


def test_one_seed_gives_one_world_and_another_gives_another() -> None:
    one, same = (World.crowd(companies=10, postings=60, seed=4) for _ in range(2))
    other = World.crowd(companies=10, postings=60, seed=5)
    assert everything(one) == everything(same)
    assert one.companies_csv() == same.companies_csv() != other.companies_csv()
    assert everything(one).keys().isdisjoint(everything(other))


def test_names_domains_and_greenhouse_ids_are_unique() -> None:
    world = World.crowd(companies=5_000, postings=6_000)
    lines = list(csv.DictReader(io.StringIO(world.companies_csv())))
    assert len(lines) == len({line["name"] for line in lines}) == len({line["website"] for line in lines}) == 5_000
    numbers = [
        record["id"]
        for key in list(boards(world))[:200]
        if key.provider == "greenhouse"
        for record in ask(world, key, "?content=false")
    ]
    assert len(numbers) == len(set(numbers)) > 50


def test_a_share_of_the_postings_changes_over_night_and_the_rest_stays_as_it_is() -> None:
    first = World.crowd(companies=50, postings=2_000, changed=0.05)
    before, after = everything(first), everything(first.on(2))
    kept = before.keys() & after.keys()
    edited = [key for key in kept if before[key] != after[key]]
    closed, appeared = before.keys() - after.keys(), after.keys() - before.keys()
    assert 0.03 < (len(edited) + len(closed) + len(appeared)) / 2_000 < 0.07
    assert len(edited) > len(closed) > 0
    assert len(edited) > len(appeared) > 0


def test_without_changes_days_are_alike_and_with_all_every_posting_differs() -> None:
    still = World.crowd(companies=5, postings=60, changed=0.0)
    assert everything(still) == everything(still.on(3))
    restless = World.crowd(companies=5, postings=60, changed=1.0)
    before, after = everything(restless), everything(restless.on(2))
    assert 20 < sum(before[key] != after[key] for key in before.keys() & after.keys()) < 50
    assert len(before.keys() - after.keys()) > 3


def test_an_edited_posting_says_so_and_moves_its_date_each_time() -> None:
    world = World.crowd(companies=1, postings=300, changed=0.5, vendors=["greenhouse"])
    (key,) = boards(world)
    days = [{record["id"]: record for record in ask(world.on(day), key)} for day in (1, 2, 3)]
    twice = [
        number
        for number in days[0].keys() & days[1].keys() & days[2].keys()
        if len({day[number]["content"] for day in days}) == 3
    ]
    assert len(twice) > 5
    for number in twice:
        assert days[0][number]["updated_at"] < days[1][number]["updated_at"] < days[2][number]["updated_at"]


def test_texts_have_the_length_that_was_asked_for_and_are_not_alike() -> None:
    for wanted in (2_500, 5_000, 12_000):
        world = World.crowd(companies=4, postings=40, text=wanted, vendors=["lever"])
        texts = [
            record["descriptionPlain"] + record["additionalPlain"] for k in boards(world) for record in ask(world, k)
        ]
        assert len(set(texts)) == 40
        assert wanted * 0.6 < sum(map(len, texts)) / 40 < wanted * 1.1


def test_half_of_the_postings_are_in_spanish() -> None:
    world = World.crowd(companies=100, postings=1_000, vendors=["greenhouse"])
    spoken = Counter(record["language"] for key in boards(world) for record in ask(world, key, "?content=false"))
    assert spoken.keys() == {"en", "es"}
    assert 350 < spoken["es"] < 650


def test_a_share_of_the_companies_carries_signals_and_filling_sentences_carry_none() -> None:
    scorer = Scorer(builtin_catalog())

    def score(title: str, text: str) -> float:
        return scorer.score(title=title, department="", description=text).score

    data = crowd_data()
    assert {*data.signals, *data.others} <= roles().keys()
    for texts in (*data.sentences.values(), *data.about.values()):
        assert [text for text in texts if score("", text)] == []
    shares = []
    for signals in (0.0, 0.5):
        world = World.crowd(companies=30, postings=300, signals=signals, vendors=["greenhouse"])
        scores = [
            score(record["title"], unescape(record["content"])) for key in boards(world) for record in ask(world, key)
        ]
        shares.append(sum(found > 3 for found in scores) / 300)
    assert shares[0] < 0.15
    assert shares[1] > shares[0] + 0.1


def test_every_website_links_its_own_board_on_its_home_page() -> None:
    world = World.crowd(companies=12, postings=30)
    for line in csv.DictReader(io.StringIO(world.companies_csv())):
        page = world.handle(line["website"].removeprefix("https://"), "GET", "/", {})
        (key,) = world.truth()[line["name"]] or {}
        assert page.status == 200
        assert f"/{key.slug}?utm_source" in page.body.decode()
        assert world.outcomes()[line["name"]] is DiscoveryOutcome.FOUND


def test_malformed_records_stand_beside_the_good_ones() -> None:
    for vendor, title in (("greenhouse", "title"), ("lever", "text")):
        world = World.crowd(companies=1, postings=999, malformed=2, vendors=[vendor])  # type: ignore[list-item]
        (key,) = boards(world)
        assert boards(world) == {key: 999}
        assert world.malformed() == {key: 2}
        records = ask(world, key)
        broken = [record for record in records if not record.get(title)]
        assert (len(records), len(broken)) == (1001, 2)
        assert len({record["id"] for record in records}) == 1001


def test_a_huge_board_is_served_page_by_page_without_being_held() -> None:
    world = World.crowd(companies=3, postings=10, huge=20_000, vendors=["lever"])
    huge = max(boards(world), key=lambda key: boards(world)[key])
    assert boards(world)[huge] == 20_000
    tracemalloc.start()
    try:
        pages = [ask(world, huge, f"?mode=json&skip={skip}&limit=100") for skip in (0, 19_900, 19_950)]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [len(page) for page in pages] == [100, 100, 50]
    assert len({record["id"] for page in pages for record in page}) == 200
    assert peak < 40e6
    single = ask(world, huge, f"/{pages[1][7]['id']}")
    assert single == pages[1][7]


def test_one_posting_is_found_by_its_number() -> None:
    world = World.crowd(companies=1, postings=200, vendors=["greenhouse"])
    (key,) = boards(world)
    for record in ask(world, key)[::50]:
        answer = world.handle("boards-api.greenhouse.io", "GET", f"/v1/boards/{key.slug}/jobs/{record['id']}", {})
        assert json.loads(answer.body) == record


def test_what_has_not_changed_is_answered_with_304_the_next_day_too() -> None:
    world = World.crowd(companies=2, postings=20, changed=0.0)
    for key in boards(world):
        target = f"/v1/boards/{key.slug}/jobs" if key.provider == "greenhouse" else f"/v0/postings/{key.slug}?mode=json"
        host = {"greenhouse": "boards-api.greenhouse.io", "lever": "api.eu.lever.co" if key.region else "api.lever.co"}
        first = world.handle(host[key.provider], "GET", target, {})
        for day in (1, 2):
            seen = {"if-none-match": first.header("etag") or ""}
            again = world.on(day).handle(host[key.provider], "GET", target, seen)
            assert (again.status, again.body) == (304, b"")


def test_answers_are_the_same_whether_they_were_kept_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    keeping, forgetting = (World.crowd(companies=2, postings=9, malformed=1) for _ in range(2))
    monkeypatch.setattr("ats_adapters.sandbox.world._KEPT_BYTES", 0)
    made_anew = [[ask(forgetting, key) for key in boards(forgetting)] for _ in range(2)]
    monkeypatch.undo()
    assert made_anew == [[ask(keeping, key) for key in boards(keeping)] for _ in range(2)]


@pytest.mark.parametrize(
    "wrong",
    [{"companies": 0}, {"postings": -1}, {"changed": 1.5}, {"vendors": ()}, {"vendors": ("workday",)}, {"huge": -1}],
)
def test_impossible_crowds_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Crowd(**wrong)
