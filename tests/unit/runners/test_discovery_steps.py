"""What a look tries where a page does not simply link the board: lists, sitemaps, other spellings, signs, guesses."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.runners.discovery_world import ACME, CAREERS, DOWN, HOME, NAV, SlugVendor, World, a

from ats_core.domain.board import Board, BoardProbe, DiscoveryOutcome
from ats_core.domain.signs import ShownPage, VendorSign
from ats_core.errors import FailureKind, ProviderError, WebPageError
from ats_core.ports import WebPage
from ats_core.provider.messages import Exchange, Request, response_of
from ats_core.settings import DiscoverySettings
from ats_core.testing.web_pages import FakeWebPages, redirected


class TalkativeVendor(SlugVendor):
    """One that knows `v_jid` and its assets, can be asked for guesses, and answers `NAME|SITE|POSTING,POSTING`."""

    def read_signs(self, page: ShownPage) -> Iterable[VendorSign]:
        for url, value in page.parameters("v_jid"):
            yield VendorSign(what=f"v_jid={value}", url=url, posting_id=value)
        if "v_app" in page.marks:
            yield VendorSign(what="element v_app", url=page.url)
        if "cdn.v.example" in page.hosts:
            yield VendorSign(what="assets", url=page.url, board=Board(self.name, "", page.host))

    def guesses(self, spellings: Sequence[str]) -> Iterable[Board]:
        return [Board(self.name, "", spelling) for spelling in spellings]

    def probe(self, board: Board) -> Exchange[BoardProbe]:
        (reply,) = yield (Request(url=f"https://{self.host}/api/{board.slug}"),)
        return BoardProbe(board=board, exists=response_of(reply).status == 200)

    def vouch(self, board: Board, posting_ids: Collection[str]) -> Exchange[BoardProbe]:
        (reply,) = yield (Request(url=f"https://{self.host}/api/{board.slug}"),)
        response = response_of(reply)
        name, site, ids = [*response.body.decode().split("|"), "", ""][:3]
        return BoardProbe(
            board=board,
            exists=response.status == 200,
            company_name=name or None,
            company_url=site or None,
            posting_ids=frozenset(ids.split(",")) & frozenset(posting_ids),
        )


def talkative(pages: Mapping[str, str | WebPage | WebPageError], **boards: str | ProviderError) -> World:
    world = World(pages, **boards)
    world.providers = [TalkativeVendor()]
    return world


def guessing(world: World) -> World:
    world.settings = DiscoverySettings(guess_slugs=True)
    return world


# What lists give


def test_a_board_that_a_list_gives_costs_one_question_and_no_page() -> None:
    world = World({HOME: NAV}, acme="").listed(ACME).hires_at("Acme", "https://v.example/acme")
    world.run()
    assert world.sources() == [("Acme", "acme", "active", "list")]
    assert (world.pages.requests, world.asked) == ([], ["acme"])


def test_a_board_that_a_list_gives_and_the_vendor_calls_another_is_looked_for_on_the_site() -> None:
    pages = {HOME: a("https://v.example/acme", "Careers")}
    world = World(pages, acme="Acme", x9="Initech").listed(ACME).hires_at("Acme", "https://v.example/x9")
    world.run()
    assert ("Acme", "acme", "active", "link") in world.sources()
    assert ("Acme", "x9", "active", "list") not in world.sources()


def test_a_careers_page_that_a_list_gives_is_read_first() -> None:
    odd = "https://acme.example/people/grow"
    pages = {HOME: NAV, CAREERS: "", odd: a("https://v.example/acme", "All")}
    world = World(pages, acme="").listed(ACME).hires_at("Acme", odd)
    world.run()
    assert world.sources() == [("Acme", "acme", "active", "link")]
    assert world.pages.requests == [odd]


def test_a_company_of_which_lists_only_say_where_it_hires_is_looked_at() -> None:
    world = World({}, acme="Acme").listed(("Acme", "")).hires_at("Acme", "https://v.example/acme")
    world.run()
    assert world.sources() == [("Acme", "acme", "active", "list")]


def test_a_profile_that_a_list_calls_a_careers_page_is_not_read() -> None:
    world = World({HOME: "<p>x</p>"}).listed(ACME).hires_at("Acme", "https://www.linkedin.com/company/acme/jobs")
    world.run()
    assert not any("linkedin" in url for url in world.pages.requests)


# Websites that do not answer as they are written


@pytest.mark.parametrize("kind", [FailureKind.NETWORK, FailureKind.TIMEOUT])
def test_a_website_that_does_not_answer_is_tried_once_more_in_another_spelling(kind: FailureKind) -> None:
    other = "http://www.acme.example/"
    pages: dict[str, str | WebPage | WebPageError] = {
        HOME: WebPageError(kind, "x"),
        other: redirected(other, "https://www.acme.example/", text=NAV),
        "https://www.acme.example/careers": a("https://v.example/acme", "All"),
    }
    world = World(pages, acme="").listed(ACME)
    world.run()
    assert world.sources() == [("Acme", "acme", "active", "link")]
    assert world.pages.requests == [HOME, other, "https://www.acme.example/careers"]


def test_a_website_that_answers_in_no_spelling_is_unreachable_as_the_list_writes_it() -> None:
    world = World({HOME: DOWN}).listed(ACME)
    world.run()
    assert world.pages.requests == [HOME, "http://www.acme.example/"]
    found = world.discovery("Acme")
    assert (found.outcome, HOME in found.detail) == (DiscoveryOutcome.UNREACHABLE, True)


def test_a_website_found_in_another_spelling_is_not_unreachable() -> None:
    world = World({HOME: DOWN, "http://www.acme.example/": "<p>We sell shoes</p>"}).listed(ACME)
    world.run()
    assert world.discovery("Acme").outcome is DiscoveryOutcome.NOT_FOUND


def test_a_refusal_is_an_answer_and_no_other_spelling_is_tried() -> None:
    world = World({HOME: WebPageError(FailureKind.BLOCKED_BY_ROBOTS, "x")}).listed(ACME)
    world.run()
    assert world.pages.requests == [HOME]


# Sitemaps

HIDDEN = "https://acme.example/x/careers-2026"
LISTED = f"<urlset><url><loc>{HIDDEN}</loc></url><url><loc>https://acme.example/blog/1</loc></url></urlset>"
PLAIN = "https://acme.example/sitemap.xml"


@pytest.mark.parametrize(
    ("sitemaps", "named", "asked"),
    [
        ({PLAIN: LISTED}, (), [PLAIN]),
        ({"https://acme.example/wp.xml": LISTED}, ("https://acme.example/wp.xml",), ["https://acme.example/wp.xml"]),
        ({"https://acme.example/wp.xml": LISTED}, ("/wp.xml",), ["https://acme.example/wp.xml"]),
        ({PLAIN: LISTED}, ("https://elsewhere.example/sitemap.xml",), [PLAIN]),
        (
            {
                PLAIN: "<sitemapindex><loc>https://acme.example/post.xml</loc><loc>https://acme.example/page.xml</loc>",
                "https://acme.example/page.xml": LISTED,
            },
            (),
            [PLAIN, "https://acme.example/page.xml"],
        ),
    ],
)
def test_a_careers_page_that_only_the_sitemap_names_is_found(
    sitemaps: dict[str, str], named: tuple[str, ...], asked: list[str]
) -> None:
    world = World({HOME: "<p>x</p>", HIDDEN: a("https://v.example/acme", "All"), **sitemaps}, acme="").listed(ACME)
    world.pages.sitemaps_of = {"acme.example": named}
    report = world.run()
    assert world.sources() == [("Acme", "acme", "active", "link")]
    assert world.pages.requests == [HOME, *asked, HIDDEN]
    assert report.counters["pages"] == len(world.pages.requests)


def test_no_sitemap_is_read_where_a_careers_page_was() -> None:
    world = World({HOME: NAV, CAREERS: "<p>Send us mail</p>", PLAIN: LISTED}).listed(ACME)
    world.run()
    assert PLAIN not in world.pages.requests


def test_at_most_three_requests_are_for_sitemaps() -> None:
    parts = "".join(f"<loc>https://acme.example/page{n}.xml</loc>" for n in range(40))
    index = f"<sitemapindex>{parts}</sitemapindex>"
    pages = {PLAIN: index} | {f"https://acme.example/page{n}.xml": index for n in range(40)}
    world = World({HOME: "<p>x</p>", **pages}).listed(ACME)
    world.run()
    assert sum(url.endswith(".xml") for url in world.pages.requests) == 3


def test_the_usual_paths_are_not_tried_where_the_sites_own_way_was_seen() -> None:
    world = World({HOME: NAV, CAREERS: a("https://v.example/x9", "All")}, x9="Initech").listed(ACME)
    world.run()
    assert world.pages.requests == [HOME, CAREERS]
    assert world.sources() == [("Acme", "x9", "unsure", "link")]


def test_a_page_that_calls_itself_a_careers_page_is_one_wherever_it_stands() -> None:
    odd = "https://acme.example/p/4711"
    page = "<title>Open positions | Acme</title>" + a("https://v.example/x9", "The list")
    world = World({odd: page}, x9="").listed(("Acme", odd))
    world.run()
    assert world.sources() == [("Acme", "x9", "active", "link")]


# Signs of vendors

OWN_POSTING = a("/careers?v_jid=17", "Engineer")


def test_a_posting_on_the_companys_own_domain_finds_the_board_that_has_it() -> None:
    world = talkative({HOME: NAV, CAREERS: OWN_POSTING}, acme="Whoever||17").listed(ACME)
    world.run()
    assert world.sources() == [("Acme", "acme", "active", "parameter")]
    with world.store.read() as work:
        (source,) = work.sources.all()
    assert (source.evidence_url, source.confidence) == (CAREERS, 0.97)


@pytest.mark.parametrize("said", ["Acme||18", "Initech", "", "Acme|https://other.example|"])
def test_a_board_that_was_guessed_and_is_not_proved_is_not_taken(said: str) -> None:
    world = talkative({HOME: NAV, CAREERS: OWN_POSTING}, acme=said).listed(ACME)
    world.run()
    assert world.sources() == []
    assert "postings of small" in world.discovery("Acme").detail


def test_an_element_alone_lets_a_short_name_wait_for_a_person() -> None:
    world = talkative({HOME: NAV, CAREERS: "<div id='v_app'></div>"}, acme="Acme").listed(ACME)
    world.run()
    assert world.sources() == [("Acme", "acme", "unsure", "parameter")]


def test_a_posting_on_another_domain_is_no_sign() -> None:
    world = talkative({HOME: NAV, CAREERS: a("https://initech.example/?v_jid=17", "x")}, acme="Acme||17").listed(ACME)
    world.run()
    assert (world.sources(), world.asked) == ([], [])


def test_a_page_that_the_vendor_serves_under_the_companys_domain_is_its_board() -> None:
    served = "https://jobs.acme.example/"
    page = "<link rel=stylesheet href='https://cdn.v.example/app.css'><h1>Jobs</h1>"
    world = talkative({HOME: a(served, "Jobs"), served: page}, **{"jobs.acme.example": ""}).listed(ACME)
    world.run()
    assert world.sources() == [("Acme", "jobs.acme.example", "active", "mark")]


def test_an_adapter_that_crashes_on_a_page_or_in_a_guess_costs_nothing_else() -> None:
    class Faulty(TalkativeVendor):
        def read_signs(self, page: ShownPage) -> Iterable[VendorSign]:
            yield VendorSign(what="x", url=page.url)
            raise KeyError("a bug")

        def guesses(self, spellings: Sequence[str]) -> Iterable[Board]:
            raise ValueError("a bug")

    world = guessing(World({HOME: NAV, CAREERS: a("https://v.example/acme", "All")}, acme="").listed(ACME))
    world.providers = [Faulty("faulty", "w.example"), SlugVendor()]
    report = world.run()
    assert world.sources() == [("Acme", "acme", "active", "link")]
    assert {(f.kind, f.where) for f in report.failures} == {("adapter", "faulty")}


# Whose a board is


def test_a_board_whose_slug_says_nothing_is_asked_about_further_before_it_is_taken() -> None:
    pages = {HOME: NAV, CAREERS: a("https://v.example/x9", "All")}
    ours = talkative(pages, x9="Acme|https://acme.example").listed(ACME)
    ours.run()
    assert (ours.sources(), ours.asked) == ([("Acme", "x9", "active", "link")], ["x9", "x9"])
    theirs = talkative(pages, x9="Initech|https://initech.example").listed(ACME)
    theirs.run()
    assert theirs.sources() == [("Acme", "x9", "unsure", "link")]


def test_a_board_that_bears_another_known_companys_name_is_not_taken_from_it() -> None:
    pages = {HOME: "<iframe src='https://v.example/embed/group'>", "https://initech.example/": "<p>x</p>"}
    world = World(pages, group="Initech").listed(ACME, ("Initech", "initech.example"))
    world.run()
    assert world.sources() == [("Acme", "group", "unsure", "iframe")]
    assert "bears the name of Initech" in world.discovery("Acme").detail


@settings(max_examples=60)
@given(
    shown=st.sampled_from(["iframe", "link", "posting", "list"]),
    said=st.sampled_from(["Initech", "initech, s.l.", "Initech Group", ""]),
    slug=st.sampled_from(["initech", "x9", "acme"]),
)
def test_no_board_that_the_vendor_calls_by_another_known_companys_name_is_ever_taken(
    shown: str, said: str, slug: str
) -> None:
    markup = {
        "iframe": f"<iframe src='https://v.example/embed/{slug}'>",
        "link": a(f"https://v.example/{slug}", "See all"),
        "posting": a(f"https://v.example/{slug}/1", "x") + a(f"https://v.example/{slug}/2", "y"),
        "list": "",
    }[shown]
    world = World({HOME: NAV, CAREERS: markup, "https://initech.example/": ""}, **{slug: said})
    world.listed(ACME, ("Initech", "initech.example"))
    if shown == "list":
        world.hires_at("Acme", f"https://v.example/{slug}")
    world.run()
    if said in ("Initech", "initech, s.l.") or (not said and slug == "initech"):
        assert [source for source in world.sources() if source[2] == "active"] == []


# Guesses


def test_guesses_are_made_only_when_they_are_asked_for() -> None:
    world = talkative({HOME: "<p>x</p>"}, acme="Acme|https://acme.example").listed(ACME)
    world.run()
    assert (world.sources(), world.asked) == ([], [])
    world = guessing(talkative({HOME: "<p>x</p>"}, acme="Acme|https://acme.example").listed(ACME))
    world.run()
    assert (world.sources(), world.asked) == ([("Acme", "acme", "active", "guess")], ["acme"])


@pytest.mark.parametrize(("name", "taken"), [("Acme", False), ("Acme Robotics", True)])
def test_a_name_alone_proves_a_guess_only_where_hardly_another_company_has_it(name: str, taken: bool) -> None:
    site = f"{name.lower().replace(' ', '-')}.example"
    slug = name.lower().replace(" ", "-")
    world = guessing(talkative({f"https://{site}/": "<p>x</p>"}, **{slug: name}).listed((name, site)))
    world.run()
    assert bool(world.sources()) is taken


def test_so_many_guesses_are_asked_for_and_no_more() -> None:
    world = guessing(talkative({"https://acme-robotics.example/": "<p>x</p>"}))
    world.providers = [TalkativeVendor(f"v{n}", f"v{n}.example") for n in range(9)]
    world.listed(("Acme Robotics Lab", "acme-robotics.example")).run()
    assert len(world.asked) == 6


def test_a_vendor_that_cannot_answer_a_guess_leaves_nothing_open() -> None:
    trouble = ProviderError(FailureKind.TIMEOUT, "no answer", where="small:acme")
    world = guessing(talkative({HOME: "<p>x</p>"}, acme=trouble).listed(ACME))
    world.run()
    assert world.discovery("Acme").outcome is DiscoveryOutcome.NOT_FOUND


def test_a_company_without_a_domain_is_not_guessed_at() -> None:
    world = guessing(talkative({}, **{"acme-robotics": "Acme Robotics"}).listed(("Acme Robotics", "")))
    world.hires_at("Acme Robotics", "https://holding.example/jobs").run()
    assert world.asked == []


def test_a_second_run_asks_for_nothing_whatever_the_first_tried() -> None:
    pages: dict[str, str | WebPage | WebPageError] = {
        HOME: NAV,
        CAREERS: OWN_POSTING,
        "https://bolt.example/": "<p>nothing</p>",
        "https://bolt.example/sitemap.xml": "<urlset></urlset>",
        "https://coil.example/": DOWN,
    }
    world = guessing(talkative(pages, acme="Acme||17"))
    world.listed(ACME, ("Bolt", "bolt.example"), ("Coil", "coil.example"))
    world.hires_at("Bolt", "https://bolt.example/hiring")
    world.run()
    world.pages, world.asked = FakeWebPages(pages), []
    assert world.run().counters["looked"] == 0
    assert (world.pages.requests, world.asked) == ([], [])
