"""Companies in, boards out: what is read, what is asked, what is stored, and that timing changes nothing."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from datetime import timedelta

import anyio
import anyio.lowlevel
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.runners.discovery_world import ACME, CAREERS, DOWN, HOME, JOBS, NAV, SlugVendor, World, a

from ats_core.domain.board import (
    Board,
    BoardLink,
    BoardProbe,
    DiscoveryOutcome,
    ProviderName,
    ProviderPause,
    Source,
    SourceStatus,
)
from ats_core.domain.checkpoint import Checkpoint
from ats_core.domain.company import Resolution
from ats_core.domain.run import RunStatus
from ats_core.errors import FailureKind, LeaseLost, ProviderError, WebPageError
from ats_core.ports import WebPage
from ats_core.provider.messages import Exchange, Reply, Request
from ats_core.runners.discovery import AtsDiscoveryRunner
from ats_core.runners.look_again import look_again
from ats_core.settings import DiscoverySettings
from ats_core.testing.memory_store import MemoryStore
from ats_core.testing.web_pages import FakeWebPages, redirected


@pytest.mark.parametrize(
    ("pages", "kind", "requests"),
    [
        ({HOME: a("https://v.example/acme", "Careers")}, "link", 1),
        ({HOME: "<iframe src='https://v.example/embed/acme'></iframe>"}, "iframe", 1),
        ({HOME: redirected(HOME, "https://v.example/acme")}, "redirect", 1),
        ({HOME: NAV, CAREERS: a("https://v.example/acme", "See all openings")}, "link", 2),
        ({HOME: NAV, CAREERS: a("https://v.example/acme/1", "Engineer")}, "link", 2),
        ({HOME: NAV, CAREERS: "<script src='https://v.example/embed/acme'></script>"}, "script", 2),
        ({HOME: NAV, CAREERS: r'<script>{"u":"https:\/\/v.example\/acme"}</script>'}, "text", 2),
        ({HOME: NAV, CAREERS: "<form action='https://v.example/acme/1/apply'>"}, "form", 2),
        ({HOME: NAV, CAREERS: '<meta http-equiv="refresh" content="0;url=https://v.example/acme">'}, "refresh", 2),
        ({HOME: NAV, CAREERS: redirected(CAREERS, "https://acme.example/go", "https://v.example/acme")}, "redirect", 2),
        (
            {HOME: NAV, CAREERS: WebPageError(FailureKind.BLOCKED_BY_ROBOTS, "x", hops=(CAREERS, "https://v.example/acme"))},
            "redirect",
            2,
        ),
        ({HOME: a(JOBS, "Jobs"), JOBS: a("https://v.example/acme", "All")}, "link", 2),
        (
            {HOME: NAV, CAREERS: a("/careers/open", "Open roles"), CAREERS + "/open": a("https://v.example/acme", "x")},
            "link",
            3,
        ),
        ({HOME: "<p>no link</p>", CAREERS: a("https://v.example/acme", "All")}, "link", 3),
        (
            {
                HOME: a("/about", "About us"),
                "https://acme.example/about": a("/life", "Join us"),
                "https://acme.example/life": a("https://v.example/acme", "Roles"),
            },
            "link",
            3,
        ),
    ],
)  # fmt: skip
def test_a_board_is_found_however_the_site_shows_it_and_with_no_request_too_many(
    pages: Mapping[str, str | WebPage | WebPageError], kind: str, requests: int
) -> None:
    world = World(pages, acme="").listed(ACME)
    report = world.run()
    assert world.sources() == [("Acme", "acme", "active", kind)]
    assert world.discovery("Acme").outcome is DiscoveryOutcome.FOUND
    assert len(world.pages.requests) == report.counters["pages"] == requests
    assert world.asked == ["acme"]
    assert (report.status, report.counters["looked"], report.counters["found"], report.counters["boards"]) == (
        RunStatus.COMPLETED, 1, 1, 1,
    )  # fmt: skip


def test_a_website_that_is_a_board_costs_no_page_request() -> None:
    world = World(acme="Acme").listed(("Acme", "https://v.example/acme"))
    world.run()
    assert world.sources() == [("Acme", "acme", "active", "website")]
    assert world.pages.requests == []


def test_a_second_run_asks_for_nothing() -> None:
    pages = {HOME: a("https://v.example/acme", "Careers"), "https://bolt.example/": "<p>nothing</p>"}
    world = World(pages, acme="").listed(ACME, ("Bolt", "bolt.example"))
    world.run()
    before, asked, changes = len(world.pages.requests), len(world.asked), world.store.changes
    world.clock.advance(timedelta(days=29))
    report = world.run()
    assert report.counters["looked"] == 0
    assert (len(world.pages.requests), len(world.asked), world.store.changes) == (before, asked, changes)


@pytest.mark.parametrize(
    ("pages", "outcome", "days"),
    [
        ({HOME: "<p>We sell shoes</p>"}, DiscoveryOutcome.NOT_FOUND, 30),
        ({}, DiscoveryOutcome.UNREACHABLE, 3),
        ({HOME: DOWN}, DiscoveryOutcome.UNREACHABLE, 3),
        ({HOME: redirected(HOME, status=403)}, DiscoveryOutcome.UNREACHABLE, 3),
        ({HOME: redirected(HOME, status=404)}, DiscoveryOutcome.UNREACHABLE, 3),
        ({HOME: NAV, CAREERS: DOWN}, DiscoveryOutcome.UNREACHABLE, 3),
        ({HOME: NAV}, DiscoveryOutcome.NOT_FOUND, 30),
        ({HOME: WebPageError(FailureKind.BLOCKED_BY_ROBOTS, "x")}, DiscoveryOutcome.BLOCKED_BY_ROBOTS, 30),
        (
            {HOME: NAV, CAREERS: WebPageError(FailureKind.BLOCKED_BY_ROBOTS, "x")},
            DiscoveryOutcome.BLOCKED_BY_ROBOTS,
            30,
        ),
        ({HOME: "<p>x</p>", CAREERS: DOWN}, DiscoveryOutcome.NOT_FOUND, 30),
        ({HOME: a("https://v.example/acme", "Careers")}, DiscoveryOutcome.NOT_FOUND, 30),
    ],
)
def test_a_look_that_finds_nothing_says_how_it_ended_and_when_the_next_is_due(
    pages: Mapping[str, str | WebPage | WebPageError], outcome: DiscoveryOutcome, days: int
) -> None:
    world = World(pages).listed(ACME)
    report = world.run()
    found = world.discovery("Acme")
    assert (found.outcome, found.attempts, found.checked_at) == (outcome, 1, world.clock.now())
    assert found.next_check_at == world.clock.now() + timedelta(days=days)
    assert found.detail
    assert world.sources() == []
    assert (report.counters[outcome.value], report.failures) == (1, ())
    world.clock.advance(timedelta(days=days))
    world.run()
    again = world.discovery("Acme")
    assert (again.attempts, again.next_check_at) == (2, world.clock.now() + timedelta(days=2 * days))


def test_where_no_website_answers_the_network_is_suspected_and_the_next_run_looks_again() -> None:
    lines = [(name, f"{name}.example") for name in ("acme", "bolt", "coil")]
    world = World({}).listed(*lines)
    world.pages = FakeWebPages({f"https://{site}/": WebPageError(FailureKind.NETWORK, "no route") for _, site in lines})
    report = world.run()
    (failure,) = report.failures
    assert (failure.kind, report.counters["unreachable"]) == ("network", 3)
    assert "is the network down?" in failure.detail
    world.pages = FakeWebPages({f"https://{site}/": "<p>no jobs</p>" for _, site in lines})
    assert world.run().counters["not_found"] == 3


def test_one_website_that_answers_shows_that_the_network_is_up() -> None:
    lines = [(name, f"{name}.example") for name in ("acme", "bolt", "coil")]
    world = World({}).listed(*lines)
    silent = {f"https://{site}/": WebPageError(FailureKind.NETWORK, "no route") for _, site in lines}
    world.pages = FakeWebPages(silent | {"https://bolt.example/": "<p>no jobs</p>"})
    assert world.run().failures == ()
    assert world.run().counters["looked"] == 0


def test_websites_that_are_known_to_be_down_say_nothing_of_the_network_and_are_asked_ever_less() -> None:
    lines = [("acme", "acme.example"), ("bolt", "bolt.example"), ("coil", "coil.example")]
    silent = {f"https://{site}/": WebPageError(FailureKind.NETWORK, "no route") for _, site in lines[:2]}
    world = World(silent | {"https://coil.example/": a("https://v.example/coil", "Jobs")}, coil="").listed(*lines)
    world.run()
    world.clock.advance(timedelta(days=3))
    again = world.run()
    assert (again.counters["looked"], again.counters["unreachable"], again.failures) == (2, 2, ())
    world.clock.advance(timedelta(days=1))
    assert world.run().counters["looked"] == 0


def test_the_network_is_suspected_only_so_often_in_a_row() -> None:
    lines = [("acme", "acme.example"), ("bolt", "bolt.example")]
    world = World({f"https://{site}/": DOWN for _, site in lines}).listed(*lines)
    suspected = 0
    for _ in range(10):
        suspected += bool(world.run().failures)
        world.clock.advance(timedelta(days=1))
    assert 1 < suspected < 5


def test_at_most_so_many_pages_are_read() -> None:
    links = "".join(a(f"/careers/{n}", f"Jobs {n}") for n in range(50))
    world = World({HOME: links, **{f"https://acme.example/careers/{n}": links for n in range(50)}}).listed(ACME)
    world.settings = DiscoverySettings(max_pages=4)
    world.run()
    assert len(world.pages.requests) == 4


@pytest.mark.parametrize(
    ("website", "said"), [("", "no website"), ("https://www.linkedin.com/company/acme", "no website")]
)
def test_a_company_without_a_website_of_its_own_costs_no_request(website: str, said: str) -> None:
    world = World().listed(("Acme", website))
    world.run()
    found = world.discovery("Acme")
    assert (found.outcome, world.pages.requests, world.asked) == (DiscoveryOutcome.NOT_FOUND, [], [])
    assert said in found.detail


def test_somebody_elses_posting_is_not_the_companys_board() -> None:
    story = a("https://v.example/initech/1", "Initech hires with us")
    world = World({HOME: story + NAV, CAREERS: story + "<p>Send us an e-mail</p>"}, initech="Initech").listed(ACME)
    world.run()
    assert world.sources() == []
    assert world.discovery("Acme").outcome is DiscoveryOutcome.NOT_FOUND
    assert "initech" in world.discovery("Acme").detail


def test_a_link_in_the_frame_of_every_page_is_not_the_companys_because_the_careers_page_has_it_too() -> None:
    footer = a("https://v.example/initech", "Backed by Initech")
    world = World({HOME: NAV + footer, CAREERS: "<p>Send us an e-mail</p>" + footer}, initech="").listed(ACME)
    world.run()
    assert world.sources() == []


def test_a_guessed_page_that_is_the_front_page_again_proves_nothing() -> None:
    home = a("https://v.example/initech", "Our customer") + "<p>One page for every path</p>"
    pages = {HOME: home} | {f"{HOME}{path}": home for path in ("careers", "jobs", "empleo", "trabaja-con-nosotros")}
    world = World(pages, initech="").listed(ACME)
    world.run()
    assert world.sources() == []


def test_several_boards_of_one_company_are_all_kept() -> None:
    boards = (
        a("https://v.example/acme", "Spain")
        + a("https://v.example/acme-us", "US")
        + a("https://v.example/zed", "Partner")
    )
    world = World({HOME: NAV, CAREERS: boards}, **{"acme": "", "acme-us": "", "zed": ""}).listed(ACME)
    report = world.run()
    assert [source[1:3] for source in world.sources()] == [("acme", "active"), ("acme-us", "active")]
    assert report.counters["boards"] == 2


def test_a_board_of_which_the_vendor_could_not_be_asked_is_looked_for_again_though_its_company_has_another() -> None:
    links = a("https://v.example/acme", "Jobs") + a("https://v.example/acme-labs", "Jobs")
    trouble = ProviderError(FailureKind.SERVER_ERROR, "502", where="small:acme-labs")
    boards: dict[str, str | ProviderError] = {"acme": "Acme", "acme-labs": trouble}
    world = World({HOME: links}, **boards).listed(ACME)
    world.run()
    found = world.discovery("Acme")
    assert [source[1:3] for source in world.sources()] == [("acme", "active")]
    assert (found.outcome, found.next_check_at) == (DiscoveryOutcome.FOUND, world.clock.now() + timedelta(days=3))
    assert "small:acme-labs" in found.detail
    world.clock.advance(timedelta(days=3))
    world.run()
    assert world.discovery("Acme").next_check_at == world.clock.now() + timedelta(days=30)
    world.boards["acme-labs"] = "Acme"
    world.clock.advance(timedelta(days=30))
    world.run()
    assert [source[1:3] for source in world.sources()] == [("acme", "active"), ("acme-labs", "active")]
    assert world.discovery("Acme").next_check_at is None


def test_a_board_of_a_paused_vendor_is_looked_for_again_though_its_company_has_another() -> None:
    world = World({HOME: a("https://v.example/acme", "Jobs") + a("https://w.example/acme", "Jobs")}, acme="Acme")
    world.providers.append(SlugVendor("large", "w.example"))
    world.listed(ACME)
    until = world.clock.now() + timedelta(hours=1)
    with world.store.write() as work:
        work.sources.save_pause(ProviderPause(provider=ProviderName("large"), paused_until=until, reason="403"))
    world.run()
    assert len(world.sources()) == 1
    world.clock.advance(timedelta(days=3))
    world.run()
    assert len(world.sources()) == 2
    assert world.discovery("Acme").next_check_at is None


def test_somebody_elses_board_is_not_taken_because_the_vendor_could_not_be_asked_of_the_own_one() -> None:
    links = a("https://v.example/acme", "Our jobs") + a("https://v.example/x9", "More")
    trouble = ProviderError(FailureKind.SERVER_ERROR, "502", where="small:acme")
    world = World({HOME: NAV, CAREERS: links}, acme=trouble, x9="").listed(ACME)
    world.run()
    assert world.sources() == []
    assert world.discovery("Acme").outcome is DiscoveryOutcome.UNREACHABLE


def test_a_board_that_was_gone_is_looked_for_again_though_its_company_has_another() -> None:
    links = a("https://v.example/acme", "Jobs") + a("https://v.example/acme-labs", "Jobs")
    world = World({HOME: links}, **{"acme": "Acme", "acme-labs": "Acme"}).listed(ACME)
    world.run()
    del world.boards["acme-labs"]
    with world.store.write() as work:
        (source,) = (s for s in work.sources.all() if s.board.slug == "acme-labs")
        work.sources.save(evolve(source, status=SourceStatus.GONE))
        look_again(work, source.company_id)
    world.run()
    assert world.discovery("Acme").outcome is DiscoveryOutcome.FOUND
    world.boards["acme-labs"] = "Acme"
    world.clock.advance(timedelta(days=29))
    world.run()
    assert ("Acme", "acme-labs", "gone", "link") in world.sources()
    world.clock.advance(timedelta(days=1))
    world.run()
    assert {(board, status) for _, board, status, _ in world.sources()} == {("acme", "active"), ("acme-labs", "active")}
    assert world.discovery("Acme").next_check_at is None


def test_a_board_that_a_person_rejected_proves_nothing_and_the_look_goes_on() -> None:
    pages = {HOME: a("https://v.example/acme", "Jobs") + NAV, CAREERS: a("https://v.example/acme-labs", "All openings")}
    world = World(pages, acme="Acme", **{"acme-labs": "Acme"}).listed(ACME)
    world.run()
    with world.store.write() as work:
        (source,) = work.sources.all()
        work.sources.save(evolve(source, status=SourceStatus.REJECTED))
        look_again(work, source.company_id)
    world.run()
    assert [found[1:3] for found in world.sources()] == [("acme", "rejected"), ("acme-labs", "active")]
    assert world.discovery("Acme").outcome is DiscoveryOutcome.FOUND


def test_a_company_whose_only_board_was_rejected_is_looked_at_ever_less() -> None:
    world = World({HOME: a("https://v.example/acme", "Jobs")}, acme="Acme").listed(ACME)
    world.run()
    with world.store.write() as work:
        (source,) = work.sources.all()
        work.sources.save(evolve(source, status=SourceStatus.REJECTED))
        look_again(work, source.company_id)
    world.run()
    found = world.discovery("Acme")
    assert (found.outcome, found.next_check_at) == (DiscoveryOutcome.NOT_FOUND, world.clock.now() + timedelta(days=30))
    assert "small:acme was rejected by a person" in found.detail


def test_a_board_in_doubt_waits_for_a_person_and_is_not_looked_for_again() -> None:
    world = World({HOME: NAV, CAREERS: a("https://v.example/x9/1", "Engineer")}, x9="").listed(ACME)
    world.run()
    assert world.sources() == [("Acme", "x9", "unsure", "link")]
    found = world.discovery("Acme")
    assert (found.outcome, found.next_check_at) == (DiscoveryOutcome.UNSURE, None)


# Boards that two companies show

GROUP = {
    HOME: a("https://v.example/group", "Careers"),
    "https://bolt.example/": a("https://v.example/group", "Careers"),
    "https://cog.example/": a("https://v.example/group", "Careers"),
}


def test_a_board_of_two_companies_is_stored_once_and_the_others_say_whose_it_is() -> None:
    world = World(GROUP, group="").listed(ACME, ("Bolt", "bolt.example"), ("Cog", "cog.example"))
    report = world.run()
    ((owner, *_),) = world.sources()
    first = min(map(world.company, ("Acme", "Bolt", "Cog")), key=lambda c: c.id)
    assert owner == first.name
    assert (report.counters["found"], report.counters["shared_board"], report.counters["boards"]) == (1, 2, 1)
    for name in {"Acme", "Bolt", "Cog"} - {owner}:
        assert first.name in world.discovery(name).detail


@pytest.mark.parametrize("host", ["acmelabs", "theacmelabs", "labworks"])
def test_a_board_that_bears_the_very_name_of_another_company_goes_to_that_one(host: str) -> None:
    pages = {HOME: a("https://v.example/acme", "Jobs"), f"https://{host}.example/": a("https://v.example/acme", "Jobs")}
    world = World(pages, acme="Acme").listed(ACME, ("Acme Labs", f"{host}.example"))
    world.run()
    assert world.sources() == [("Acme", "acme", "active", "link")]
    assert world.discovery("Acme Labs").outcome is DiscoveryOutcome.SHARED_BOARD


def test_a_row_without_a_website_that_may_be_the_same_company_has_no_better_claim() -> None:
    world = World({"https://acmelabs.example/": a("https://v.example/acme", "Jobs")}, acme="Acme")
    world.listed(("Acme", ""), ("Acme Labs", "acmelabs.example"))
    world.run()
    assert world.sources() == [("Acme Labs", "acme", "active", "link")]


def test_a_board_that_another_only_might_have_goes_to_its_owner_and_the_other_is_told() -> None:
    pages = {
        HOME: NAV,
        CAREERS: a("https://v.example/bolt/1", "Engineer at a friend's"),
        "https://bolt.example/": a("https://v.example/bolt", "Careers"),
    }
    world = World(pages, bolt="").listed(ACME)
    world.run()
    assert world.sources() == [("Acme", "bolt", "unsure", "link")]
    world.listed(("Bolt", "bolt.example")).run()
    assert world.sources() == [("Bolt", "bolt", "active", "link")]
    displaced = world.discovery("Acme")
    assert (displaced.outcome, displaced.attempts) == (DiscoveryOutcome.SHARED_BOARD, 1)
    assert "Bolt" in displaced.detail


@pytest.mark.parametrize("status", [SourceStatus.ACTIVE, SourceStatus.REJECTED])
def test_a_source_that_is_there_keeps_its_checkpoint_and_its_status(status: SourceStatus) -> None:
    world = World({HOME: a("https://v.example/acme", "Careers")}, acme="").listed(ACME)
    world.run()
    with world.store.write() as work:
        (source,) = work.sources.all()
        read = evolve(
            source, status=status, checkpoint=Checkpoint(next_cursor="100", last_ingested_at=world.clock.now())
        )
        work.sources.save(read)
        found = work.companies.discovery(source.company_id)
        assert found is not None
        work.companies.save_discovery(evolve(found, next_check_at=world.clock.now()))
    report = world.run()
    assert report.counters["looked"] == 1
    with world.store.read() as work:
        assert work.sources.all() == (read,)


def test_a_company_whose_work_ended_is_not_looked_at() -> None:
    world = World({HOME: a("https://v.example/acme", "Careers")}, acme="").listed(ACME)
    with world.store.write() as work:
        (company,) = work.reports.find_company("Acme")
        work.companies.save([company.resolved(Resolution.ALREADY_CUSTOMER, world.clock.now())])
    assert world.run().counters["looked"] == 0


# Trouble


def test_trouble_with_the_vendor_concludes_nothing_and_is_recorded() -> None:
    trouble = ProviderError(FailureKind.RATE_LIMITED, "asked to wait", where="small:acme")
    world = World({HOME: a("https://v.example/acme", "Careers")}, acme=trouble).listed(ACME)
    report = world.run()
    assert report.status is RunStatus.PARTIAL
    assert [(f.kind, f.where) for f in report.failures] == [("rate_limited", "small:acme")]
    found = world.discovery("Acme")
    assert (found.outcome, found.next_check_at) == (DiscoveryOutcome.UNREACHABLE, world.clock.now() + timedelta(days=3))
    assert world.sources() == []


def test_companies_that_need_a_paused_vendor_are_left_due() -> None:
    pages = {HOME: a("https://v.example/acme", "Careers"), "https://bolt.example/": "<p>nothing</p>"}
    world = World(pages, acme="").listed(ACME, ("Bolt", "bolt.example"))
    until = world.clock.now() + timedelta(hours=1)
    with world.store.write() as work:
        work.sources.save_pause(ProviderPause(provider=ProviderName("small"), paused_until=until, reason="403"))
    report = world.run()
    assert (report.counters["left_due"], report.counters["looked"], world.asked) == (1, 1, [])
    world.clock.advance(timedelta(hours=1))
    assert world.run().counters["found"] == 1
    assert world.sources() == [("Acme", "acme", "active", "link")]


def test_a_company_whose_vendor_was_not_asked_being_paused_meanwhile_is_left_due_and_is_no_failure() -> None:
    told = ProviderError(FailureKind.PAUSED, "not asked: small is paused", where="small:acme")
    world = World({HOME: a("https://v.example/acme", "Careers")}, acme=told).listed(ACME)
    report = world.run()
    assert (report.status, report.counters["left_due"], report.counters["looked"]) == (RunStatus.COMPLETED, 1, 0)


def test_a_pause_that_is_over_soon_is_left_to_whoever_sends_the_requests() -> None:
    world = World({HOME: a("https://v.example/acme", "Careers")}, acme="").listed(ACME)
    until = world.clock.now() + timedelta(seconds=60)
    with world.store.write() as work:
        work.sources.save_pause(ProviderPause(provider=ProviderName("small"), paused_until=until, reason="429"))
    runner = AtsDiscoveryRunner(
        world.store, world.pages, world, {ProviderName("small"): SlugVendor()}, world.clock, world.log, world.settings,
        patience=timedelta(seconds=60),
    )  # fmt: skip
    assert anyio.run(runner.run_once).counters["found"] == 1


def test_a_vendor_that_fails_board_after_board_is_not_asked_any_more_in_this_run() -> None:
    names = [f"board{number}" for number in range(30)]
    pages = {f"https://{name}.example/": a(f"https://v.example/{name}", "Careers") for name in names}
    down = {name: ProviderError(FailureKind.TIMEOUT, "no answer", where=f"small:{name}") for name in names}
    world = World(pages, **down).listed(*((name, f"{name}.example") for name in names))
    report = world.run()
    asked = len(world.asked)
    assert 5 <= asked <= 5 + world.settings.concurrency
    assert (report.counters["unreachable"], report.counters["left_due"]) == (asked, 30 - asked)
    assert [failure.where for failure in report.failures if failure.kind == "paused"] == ["small"]
    world.boards = dict.fromkeys(names, "")
    assert world.run().counters["found"] == 30 - asked


def test_an_adapter_that_crashes_on_a_url_or_in_a_probe_costs_nothing_else() -> None:
    class Faulty(SlugVendor):
        def recognise(self, url: str) -> BoardLink | None:
            raise RuntimeError("a bug")

    class Crashing(SlugVendor):
        def probe(self, board: Board) -> Exchange[BoardProbe]:
            yield (Request(url="https://w.example/"),)
            raise KeyError("a bug")

    pages = {
        HOME: a("https://v.example/acme", "Careers"),
        "https://bolt.example/": a("https://w.example/bolt", "Careers"),
    }
    world = World(pages, acme="").listed(ACME, ("Bolt", "bolt.example"))
    world.providers = [Faulty("faulty"), SlugVendor(), Crashing("crashing", "w.example")]
    report = world.run()
    assert world.sources() == [("Acme", "acme", "active", "link")]
    assert world.discovery("Bolt").outcome is DiscoveryOutcome.UNREACHABLE
    assert {(f.kind, f.where) for f in report.failures} == {("adapter", "faulty"), ("adapter", "crashing:bolt")}


def test_a_look_that_crashes_is_a_failure_of_that_company() -> None:
    class Crashing(FakeWebPages):
        async def get(self, url: str) -> WebPage:
            if "bolt" in url:
                raise TypeError("a bug")
            return await super().get(url)

    world = World(acme="").listed(ACME, ("Bolt", "bolt.example"))
    world.pages = Crashing({HOME: a("https://v.example/acme", "Careers")})
    report = world.run()
    assert world.sources() == [("Acme", "acme", "active", "link")]
    assert [(f.kind, f.detail) for f in report.failures] == [("crash", "Bolt: TypeError: a bug")]
    assert world.discovery("Bolt").outcome is DiscoveryOutcome.UNREACHABLE


def test_a_site_that_never_answers_costs_no_more_than_its_deadline() -> None:
    class Silent(FakeWebPages):
        async def get(self, url: str) -> WebPage:
            if "bolt" in url:
                await anyio.sleep_forever()
            return await super().get(url)

    world = World(acme="").listed(ACME, ("Bolt", "bolt.example"))
    world.pages = Silent({HOME: a("https://v.example/acme", "Careers")})
    world.settings = DiscoverySettings(company_deadline=timedelta(milliseconds=300))
    report = world.run()
    assert world.sources() == [("Acme", "acme", "active", "link")]
    assert world.discovery("Bolt").outcome is DiscoveryOutcome.UNREACHABLE
    assert (report.counters["looked"], report.failures) == (2, ())


def test_what_is_proved_before_the_deadline_counts() -> None:
    class Slow(World):
        async def send(self, provider: ProviderName, requests: tuple[Request, ...]) -> tuple[Reply, ...]:
            if requests[0].url.endswith("acme-labs"):
                await anyio.sleep_forever()
            return await super().send(provider, requests)

    links = a("https://v.example/acme", "Jobs") + a("https://v.example/acme-labs", "Jobs")
    world = Slow({HOME: links}, acme="Acme").listed(ACME)
    world.settings = DiscoverySettings(company_deadline=timedelta(milliseconds=300))
    world.run()
    found = world.discovery("Acme")
    assert [source[1:3] for source in world.sources()] == [("acme", "active")]
    assert (found.outcome, found.next_check_at) == (DiscoveryOutcome.FOUND, world.clock.now() + timedelta(days=3))


def test_without_a_vendor_there_is_nothing_to_do() -> None:
    world = World().listed(ACME)
    world.providers = []
    assert world.run().status is RunStatus.SKIPPED


def test_a_lost_lease_stops_the_run_as_itself() -> None:
    world = World({HOME: "<p>x</p>"}).listed(ACME)
    lock = world.store.lock(world.clock)
    world.store.fence([lock.acquire("ingest", "first", timedelta(seconds=1))])
    world.clock.advance(timedelta(seconds=2))
    lock.acquire("ingest", "second", timedelta(seconds=60))
    with pytest.raises(LeaseLost):
        world.run()
    acme = world.company("Acme")
    with world.store.read() as work:
        assert work.companies.discovery(acme.id) is None


# Order and timing

SLUGS = ("alpha", "beta", "gamma")


class SlowPages(FakeWebPages):
    """Answers each page after so many turns of the other tasks."""

    def __init__(self, pages: Mapping[str, str], turns: Iterable[int]) -> None:
        super().__init__(pages)
        self.turns = itertools.cycle(turns)

    async def get(self, url: str) -> WebPage:
        for _ in range(next(self.turns)):
            await anyio.lowlevel.checkpoint()
        return await super().get(url)


def sites(shown: Iterable[str]) -> dict[str, str]:
    return {f"https://c{n}.example/": a(f"https://v.example/{slug}", "Careers") for n, slug in enumerate(shown)}


def settled(shown: list[str], turns: list[int], concurrency: int) -> World:
    world = World(sites(shown), **dict.fromkeys(SLUGS, ""))
    world.listed(*((f"C{n}", f"c{n}.example") for n in range(len(shown))))
    world.pages = SlowPages(sites(shown), turns)
    world.settings = DiscoverySettings(concurrency=concurrency)
    return world


shown_boards = st.lists(st.sampled_from(SLUGS), min_size=1, max_size=12)
delays = st.lists(st.integers(0, 6), min_size=1, max_size=9)


@settings(max_examples=40)
@given(shown=shown_boards, turns=delays, concurrency=st.integers(1, 9))
def test_whatever_the_timing_and_the_concurrency_the_database_is_the_same(
    shown: list[str], turns: list[int], concurrency: int
) -> None:
    one_by_one, together = settled(shown, [0], 1), settled(shown, turns, concurrency)
    reports = one_by_one.run(), together.run()
    assert together.database.tables == one_by_one.database.tables
    assert reports[0].counters == reports[1].counters


@settings(max_examples=30)
@given(shown=shown_boards, turns=delays, concurrency=st.integers(1, 4), after=st.integers(0, 12))
def test_killed_after_any_company_and_run_again_the_database_is_the_same(
    shown: list[str], turns: list[int], concurrency: int, after: int
) -> None:
    class Dies(MemoryStore):
        def write(self):  # type: ignore[no-untyped-def]
            nonlocal after
            after -= 1
            if after < 0:
                raise LeaseLost("killed")
            return super().write()

    whole, killed = settled(shown, [0], 1), settled(shown, turns, concurrency)
    whole.run()
    killed.store = Dies(killed.database)
    if after < len(shown):
        with pytest.raises(LeaseLost):
            killed.run()
    killed.store = MemoryStore(killed.database)
    killed.run()
    assert killed.database.tables == whole.database.tables


def test_a_slow_company_holds_up_the_others_only_so_far() -> None:
    class Gated(FakeWebPages):
        async def get(self, url: str) -> WebPage:
            if url == first:
                while len(self.requests) < 3:
                    await anyio.lowlevel.checkpoint()
            return await super().get(url)

    world = World().listed(*((f"C{n}", f"c{n}.example") for n in range(30)))
    with world.store.read() as work:
        due = work.companies.due_for_discovery(world.clock.now(), after=None, limit=99)
    first = str(due[0].website)
    world.pages = Gated(sites([f"c{n}" for n in range(30)]))
    world.boards = {f"c{n}": "" for n in range(30)}
    world.settings = DiscoverySettings(concurrency=2)
    assert world.run().counters["found"] == 30
    assert world.pages.requests.index(first) >= 3


def test_a_source_is_stored_with_its_evidence() -> None:
    world = World({HOME: NAV, CAREERS: "<iframe src='https://v.example/embed/acme'>"}, acme="Acme").listed(ACME)
    world.run()
    with world.store.read() as work:
        (source,) = work.sources.all()
    assert source == Source(
        company_id=world.company("Acme").id,
        board=Board(ProviderName("small"), "", "acme"),
        evidence_url=CAREERS,
        evidence_kind="iframe",
        confidence=0.97,
        status=SourceStatus.ACTIVE,
        discovered_at=world.clock.now(),
    )
