from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import ats_adapters.sandbox
from ats_adapters.sandbox import BoardKey, World
from ats_adapters.sandbox.records import companies, places, roles
from ats_core.domain.board import DiscoveryOutcome
from ats_core.domain.company import ListedCompany

SOURCES = Path(ats_adapters.sandbox.__file__).parents[2]
WALK = Path(__file__).parent / "walk_the_world.py"


def walk(day: int, **environment: str) -> list[str]:
    env = {**os.environ, "PYTHONPATH": str(SOURCES), "PYTHONIOENCODING": "utf-8", **environment}
    done = subprocess.run(
        [sys.executable, str(WALK), str(day)], env=env, capture_output=True, text=True, check=True, timeout=120
    )
    return done.stdout.split()


def listed() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(World().companies_csv())))


def test_two_processes_see_the_same_bytes_whatever_their_hash_seed_and_time_zone() -> None:
    one = walk(2, PYTHONHASHSEED="0", TZ="UTC")
    other = walk(2, PYTHONHASHSEED="4242", TZ="Asia/Kathmandu")
    assert one == other
    assert int(one[1]) > 1000


def test_days_differ() -> None:
    assert walk(1)[0] != walk(2)[0]


def test_the_list_names_some_forty_companies_and_every_line_can_be_read() -> None:
    lines = listed()
    names = [line["name"] for line in lines]
    assert 44 <= len(lines) <= 48
    assert len(set(names)) == len(names)
    for line in lines:
        assert ListedCompany.of(line["name"], line["website"]).name == line["name"]
    assert sum(not line["website"] for line in lines) == 2


def test_one_line_repeats_a_company_that_stands_above() -> None:
    domains = [ListedCompany.of(line["name"], line["website"]).domain for line in listed()]
    repeated = [domain for domain in domains if domain and domains.count(domain) > 1]
    assert repeated == ["divisanova.example", "divisanova.example"]


def test_every_website_but_the_social_one_is_under_a_reserved_name() -> None:
    hosts = [line["website"].split("/")[2] for line in listed() if line["website"]]
    assert [host for host in hosts if not host.endswith(".example")] == ["www.linkedin.com"]


def test_enough_companies_have_boards_and_enough_boards_have_offers() -> None:
    found = [boards for boards in World().truth().values() if boards is not None]
    assert len(found) >= 34
    assert sum(any(boards.values()) for boards in found) >= 28


def test_boards_are_of_very_different_size() -> None:
    sizes = {key: n for boards in World().truth().values() if boards for key, n in boards.items()}
    assert sizes[BoardKey("lever", "", "meridora")] > 200
    assert 110 <= sizes[BoardKey("greenhouse", "", "nimbarcahq")] <= 130
    assert sizes[BoardKey("greenhouse", "", "trigalba")] == 0
    assert sum(2 <= n <= 12 for n in sizes.values()) >= 25


def test_two_companies_of_one_group_share_a_board() -> None:
    truth, outcomes = World().truth(), World().outcomes()
    assert truth["Grupo Talvera"] == truth["Talvera Retail, S.A.U."]
    assert outcomes["Talvera Retail, S.A.U."] is DiscoveryOutcome.SHARED_BOARD


def test_one_company_has_two_boards_at_two_vendors() -> None:
    boards = World().truth()["Monedario"]
    assert boards is not None
    assert {(key.provider, key.region) for key in boards} == {("greenhouse", ""), ("lever", "eu")}


def test_truth_and_outcomes_agree() -> None:
    for day in (1, 2, 3):
        truth, outcomes = World(day).truth(), World(day).outcomes()
        assert truth.keys() == outcomes.keys()
        good = {DiscoveryOutcome.FOUND, DiscoveryOutcome.SHARED_BOARD}
        assert {name for name, boards in truth.items() if boards} == {n for n, o in outcomes.items() if o in good}


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("Panadería Hornorrubio", DiscoveryOutcome.NOT_FOUND),
        ("Cuaderno Fintech", DiscoveryOutcome.NOT_FOUND),
        ("Brotalia Capital, SGEIC", DiscoveryOutcome.NOT_FOUND),
        ("Muebles Tarancor", DiscoveryOutcome.NOT_FOUND),
        ("Aceros Valdominga, S.A.", DiscoveryOutcome.BLOCKED_BY_ROBOTS),
        ("Editorial Lomarena", DiscoveryOutcome.UNREACHABLE),
        ("Conservas Rianxeda", DiscoveryOutcome.UNREACHABLE),
        ("Peluquerías Rizoalto", DiscoveryOutcome.NOT_FOUND),
        ("Viveros Alcorzal", DiscoveryOutcome.UNREACHABLE),
        ("Cooperativa Ganadera La Jaraleda", DiscoveryOutcome.NOT_FOUND),
    ],
)
def test_decoys_and_dead_ends_have_no_board_to_find(name: str, outcome: DiscoveryOutcome) -> None:
    assert World().truth()[name] is None
    assert World().outcomes()[name] is outcome


def test_the_clock_goes_on_a_day_at_a_time() -> None:
    assert World().now() == datetime(2026, 1, 5, 6, tzinfo=UTC)
    assert World().now(3) == World(3).now() == datetime(2026, 1, 7, 6, tzinfo=UTC)


def test_there_is_no_day_before_the_first() -> None:
    with pytest.raises(ValueError, match="begins on day 1"):
        World(0)


def test_the_data_refers_to_nothing_that_is_not_there() -> None:
    boards = [board for company in companies() for board in company.boards]
    slugs = [board.slug for board in boards]
    assert len(set(slugs)) == len(slugs)
    assert {role for board in boards for role in board.roles} == set(roles())
    assert {city for board in boards for city in board.cities} <= set(places())
    linked = {slug for company in companies() for slug in (*company.links_to, company.shares) if slug}
    assert linked <= set(slugs)
    for board in boards:
        scripted = [*board.close, *board.repost, *board.edit, *board.touch, *board.twins]
        assert all(serial < board.size for serial, _ in scripted), board.slug


def test_an_unknown_host_is_a_bad_gateway_and_its_name_is_escaped() -> None:
    response = World().handle("<b>evil</b>.example", "GET", "/", {})
    assert response.status == 502
    assert b"<b>" not in response.body


def test_only_reading_is_allowed() -> None:
    response = World().handle("api.lever.co", "POST", "/v0/postings/parivia", {})
    assert response.status == 405
    assert response.header("allow") == "GET, HEAD"
