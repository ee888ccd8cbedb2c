"""The maze is what it says: so many companies of each kind, each with websites that show what is true of it."""

from __future__ import annotations

import csv
import io
from collections import Counter
from urllib.parse import urlsplit

import pytest

from ats_adapters.sandbox import World
from ats_adapters.sandbox.maze import CompanyTruth, Kind, Maze
from ats_adapters.sandbox.maze.styles import STYLES
from ats_adapters.sandbox.maze.words import LANGUAGES, vocabularies

MAZE = Maze(companies=400)
WORLD = World(1, MAZE)
TRUTHS = MAZE.truths()
BY_STYLE = {truth.style: truth for truth in reversed(TRUTHS)}


def front(truth: CompanyTruth) -> str:
    return WORLD.handle(truth.host, "GET", "/", {}).body.decode()


def exists(board: tuple[str, str, str]) -> bool:
    provider, region, slug = board
    if provider == "greenhouse":
        return WORLD.handle("boards-api.greenhouse.io", "GET", f"/v1/boards/{slug}/jobs", {}).status == 200
    host = f"api.{region}.lever.co" if region else "api.lever.co"
    return WORLD.handle(host, "GET", f"/v0/postings/{slug}?mode=json", {}).status == 200


def test_kinds_have_their_shares_and_every_style_is_there() -> None:
    kinds = Counter(truth.kind for truth in TRUTHS)
    assert kinds[Kind.DECOY] >= 0.15 * len(TRUTHS)
    assert kinds[Kind.BOARD] == len(TRUTHS) - sum(n for kind, n in kinds.items() if kind is not Kind.BOARD)
    assert set(BY_STYLE) == set(STYLES)
    assert sum(style.kind is Kind.BOARD for style in STYLES.values()) >= 14


def test_no_two_companies_are_alike_and_the_list_has_them_all() -> None:
    rows = list(csv.DictReader(io.StringIO(WORLD.companies_csv())))
    assert [row["name"] for row in rows] == [truth.name for truth in TRUTHS]
    assert len({truth.host for truth in TRUTHS}) == len({truth.name for truth in TRUTHS}) == len(TRUTHS)


def test_every_board_of_the_truth_exists_and_belongs_to_one_company_that_keeps_it() -> None:
    kept = Counter(board for truth in TRUTHS for board in truth.boards if not truth.shared)
    assert set(kept.values()) == {1}
    assert all(exists(board) for board in kept)
    assert {board for truth in TRUTHS if truth.shared for board in truth.boards} <= set(kept)


@pytest.mark.parametrize("style", sorted(STYLES))
def test_the_front_page_of_every_style_answers(style: str) -> None:
    truth = BY_STYLE[style]
    answer = WORLD.handle(truth.host, "GET", "/", {})
    assert answer.status in (200, 301, 302)
    assert bool(truth.boards) == (STYLES[style].kind in (Kind.BOARD, Kind.CLOSED, Kind.UNLINKED))


def test_two_mazes_of_one_seed_are_alike_and_those_of_two_are_not() -> None:
    again = World(1, Maze(companies=400))
    assert again.companies_csv() == WORLD.companies_csv()
    assert all(
        again.handle(t.host, "GET", "/", {}).body == WORLD.handle(t.host, "GET", "/", {}).body for t in TRUTHS[:40]
    )
    assert World(1, Maze(companies=400, seed=2)).companies_csv() != WORLD.companies_csv()


def test_a_namesake_has_the_board_that_a_guess_would_be_for() -> None:
    truth = BY_STYLE["namesake"]
    slug = truth.host.removeprefix("www.").split(".")[0]
    assert exists(("greenhouse", "", slug)) or exists(("lever", "", slug)) or exists(("lever", "eu", slug))
    assert slug not in front(truth).replace(truth.host, "").replace(f"company/{slug}", "").replace(f"@{slug}", "")


def test_a_dead_board_is_one_that_its_vendor_does_not_know() -> None:
    truth = BY_STYLE["dead-board"]
    slug = truth.host.removeprefix("www.").split(".")[0]
    boards = [("greenhouse", "", slug), ("lever", "", slug), ("lever", "eu", slug)]
    assert not any(exists(board) for board in boards)


def test_sites_are_written_in_every_language_and_every_language_has_every_word() -> None:
    assert {truth.language for truth in TRUTHS} == set(LANGUAGES) == set(vocabularies())


def test_a_site_stands_at_one_of_its_two_names_and_redirects_the_other() -> None:
    for truth in TRUTHS[:30]:
        other = truth.host.removeprefix("www.") if truth.host.startswith("www.") else f"www.{truth.host}"
        answer = WORLD.handle(other, "GET", "/contact?x=1", {})
        assert (answer.status, answer.header("location")) == (301, f"https://{truth.host}/contact?x=1")


def test_the_list_spells_websites_in_many_ways_and_gives_some_careers_pages() -> None:
    rows = list(csv.DictReader(io.StringIO(WORLD.companies_csv())))
    websites = [row["website"] for row in rows]
    assert any("://" not in site for site in websites)
    assert any(site.startswith("http://") for site in websites)
    assert any(urlsplit(site).hostname in ("jobs.lever.co", "boards.greenhouse.io") for site in websites)
    assert sum(bool(row["careers"]) for row in rows) == sum(truth.style == "listed-careers" for truth in TRUTHS)
