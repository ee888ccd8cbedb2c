"""Every URL, embed and own domain by which the facts know a vendor's boards: a page's HTML in, the board out.

The page goes the way that discovery takes it: parsed, its references shown to all vendors at once, its signs read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from html import escape
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from attrs import field, frozen

from ats_adapters.plugins import Plugins
from ats_core.discovery.evidence import PageRole, SeenPage, Strength, on_page, on_the_way
from ats_core.discovery.judgement import Candidate
from ats_core.discovery.likeness import Likeness
from ats_core.discovery.page import read_page
from ats_core.domain.board import Board, LinkKind, ProviderName
from ats_core.domain.company import Company
from ats_core.domain.identity import company_id
from ats_core.ports import AtsProvider
from ats_core.provider.messages import Reply, Request
from ats_core.runners.look_findings import Findings, LookTools
from ats_core.runners.vendor_asking import VendorDesk
from ats_core.settings import DiscoverySettings
from ats_core.testing.vendor_http import FakeVendorHttp
from ats_core.testing.web_pages import FakeWebPages

FACTS = Path(__file__).resolve().parents[3] / "shared" / "reference" / "ats-apis.md"
CAREERS = "https://www.northwind.example/careers"
UUID = "5f2b7c1e-5a38-4c0b-9d53-0f6f0a9b1c22"
BOARD, EMBED, API, POSTING = LinkKind.BOARD, LinkKind.EMBED, LinkKind.API, LinkKind.POSTING
VENDORS = (
    "ashby bamboohr breezy greenhouse join lever personio pinpoint recruitee rippling smartrecruiters teamtailor"
    " workable workday"
).split()

#: By vendor: a URL as a page writes it, the board that it names (`slug`, or `slug region`), and as what.
URLS: Mapping[str, tuple[tuple[str, str, LinkKind], ...]] = {
    "greenhouse": (
        ("https://boards.greenhouse.io/northwind", "northwind", BOARD),
        ("https://boards.greenhouse.io/NorthWind/", "northwind", BOARD),
        ("https://boards.greenhouse.io/northwind/jobs/4012345?gh_src=abc", "northwind", POSTING),
        ("https://job-boards.greenhouse.io/north-wind_1", "north-wind_1", BOARD),
        ("https://job-boards.greenhouse.io/northwind/jobs/4012345", "northwind", POSTING),
        ("https://job-boards.eu.greenhouse.io/northwind", "northwind", BOARD),
        ("https://boards.eu.greenhouse.io/northwind", "northwind", BOARD),
        ("https://boards.greenhouse.io/embed/job_board?for=northwind", "northwind", EMBED),
        ("https://boards.greenhouse.io/embed/job_board/js?for=northwind", "northwind", EMBED),
        ("https://boards.greenhouse.io/embed/job_app?for=northwind&token=4012345", "northwind", EMBED),
        ("https://boards-api.greenhouse.io/v1/boards/northwind", "northwind", API),
        ("https://boards-api.greenhouse.io/v1/boards/northwind/jobs?content=true", "northwind", API),
        ("https://boards-api.greenhouse.io/v1/boards/northwind/jobs/4012345", "northwind", API),
    ),
    "lever": (
        ("https://jobs.lever.co/northwind", "northwind", BOARD),
        ("https://jobs.lever.co/northwind?lever-source=site&lever-origin=applied", "northwind", BOARD),
        ("https://jobs.eu.lever.co/northwind", "northwind eu", BOARD),
        ("https://jobs.lever.co/NorthWind.io", "NorthWind.io", BOARD),
        ("https://jobs.lever.co/North%20Wind", "North Wind", BOARD),
        (f"https://jobs.lever.co/northwind/{UUID}", "northwind", POSTING),
        (f"https://jobs.lever.co/northwind/{UUID}/apply", "northwind", POSTING),
        ("https://api.lever.co/v0/postings/northwind?mode=json", "northwind", API),
        (f"https://api.lever.co/v0/postings/northwind/{UUID}", "northwind", API),
        ("https://api.eu.lever.co/v0/postings/northwind", "northwind eu", API),
    ),
    "ashby": (
        ("https://jobs.ashbyhq.com/NorthWind", "NorthWind", BOARD),
        ("https://jobs.ashbyhq.com/North%20Wind", "North Wind", BOARD),
        ("https://jobs.ashbyhq.com/northwind/embed", "northwind", EMBED),
        ("https://jobs.ashbyhq.com/northwind/embed?version=2", "northwind", EMBED),
        (f"https://jobs.ashbyhq.com/northwind?ashby_jid={UUID}", "northwind", POSTING),
        ("https://api.ashbyhq.com/posting-api/job-board/northwind?includeCompensation=true", "northwind", API),
    ),
    "workable": (
        ("https://apply.workable.com/northwind", "northwind", BOARD),
        ("https://apply.workable.com/northwind/j/AB12CD34EF/", "northwind", POSTING),
        ("https://northwind.workable.com/", "northwind", BOARD),
        ("https://apply.workable.com/api/v1/widget/accounts/northwind?details=true", "northwind", API),
    ),
    "smartrecruiters": (
        ("https://careers.smartrecruiters.com/NorthWind", "NorthWind", BOARD),
        ("https://jobs.smartrecruiters.com/NorthWind/743999012345-treasury-analyst", "NorthWind", POSTING),
        ("https://api.smartrecruiters.com/v1/companies/NorthWind/postings?limit=100&offset=0", "NorthWind", API),
        ("https://api.smartrecruiters.com/v1/companies/NorthWind/postings/743999012345", "NorthWind", API),
    ),
    "recruitee": (
        ("https://northwind.recruitee.com/", "northwind", BOARD),
        ("https://northwind.recruitee.com/o/treasury-analyst", "northwind", POSTING),
        ("https://northwind.recruitee.com/api/offers/", "northwind", API),
    ),
    "teamtailor": (
        ("https://northwind.teamtailor.com/", "northwind", BOARD),
        ("https://northwind.teamtailor.com/jobs/123456-treasury-analyst", "northwind", POSTING),
        ("https://northwind.teamtailor.com/jobs.rss", "northwind", API),
        ("https://northwind.teamtailor.com/jobs.json", "northwind", API),
    ),
    "personio": (
        ("https://northwind.jobs.personio.de/", "northwind", BOARD),
        ("https://northwind.jobs.personio.com/job/123456?language=en", "northwind", POSTING),
        ("https://northwind.jobs.personio.de/xml?language=en", "northwind", API),
        ("https://northwind.jobs.personio.com/xml", "northwind", API),
    ),
    "bamboohr": (
        ("https://northwind.bamboohr.com/careers/", "northwind", BOARD),
        ("https://northwind.bamboohr.com/careers/42", "northwind", POSTING),
        ("https://northwind.bamboohr.com/careers/list", "northwind", API),
        ("https://northwind.bamboohr.com/careers/42/detail", "northwind", API),
    ),
    "breezy": (
        ("https://northwind.breezy.hr/", "northwind", BOARD),
        ("https://northwind.breezy.hr/p/0a1b2c3d4e5f-treasury-analyst", "northwind", POSTING),
        ("https://northwind.breezy.hr/json?verbose=true", "northwind", API),
    ),
    "pinpoint": (
        ("https://northwind.pinpointhq.com/", "northwind", BOARD),
        (f"https://northwind.pinpointhq.com/en/postings/{UUID}", "northwind", POSTING),
        ("https://northwind.pinpointhq.com/postings.json", "northwind", API),
    ),
    "rippling": (
        ("https://ats.rippling.com/northwind/jobs", "northwind", BOARD),
        (f"https://ats.rippling.com/northwind/jobs/{UUID}", "northwind", POSTING),
        ("https://api.rippling.com/platform/api/ats/v1/board/northwind/jobs", "northwind", API),
        (f"https://api.rippling.com/platform/api/ats/v1/board/northwind/jobs/{UUID}", "northwind", API),
    ),
    "workday": (
        ("https://northwind.wd5.myworkdayjobs.com/External", "northwind/wd5/External", BOARD),
        ("https://northwind.wd5.myworkdayjobs.com/en-US/External", "northwind/wd5/External", BOARD),
        ("https://northwind.wd103.myworkdayjobs.com/es/Ext", "northwind/wd103/Ext", BOARD),
        ("https://northwind.wd5.myworkdayjobs.com/External/job/Madrid/Analyst_R1", "northwind/wd5/External", POSTING),
        (
            "https://northwind.wd5.myworkdayjobs.com/pt-BR/External/job/Porto/Analyst_R1",
            "northwind/wd5/External",
            POSTING,
        ),
        (
            "https://northwind.wd5.myworkdayjobs.com/wday/cxs/northwind/External/jobs",
            "northwind/wd5/External",
            API,
        ),
        (
            "https://northwind.wd5.myworkdayjobs.com/wday/cxs/northwind/External/job/Madrid/Analyst_R1",
            "northwind/wd5/External",
            API,
        ),
    ),
    "join": (
        ("https://join.com/companies/northwind", "northwind", BOARD),
        ("https://join.com/companies/northwind/1234567-treasury-analyst", "northwind", POSTING),
    ),
}

#: How a page can refer to a URL. `{url}` is as HTML writes it, `{json}` as JSON does, `{encoded}` as a parameter.
PLACES: Mapping[str, str] = {
    "link": '<main><a href="{url}">Open positions</a></main>',
    "link without a scheme": "<a class=cta href={schemeless}>Jobs</a>",
    "frame": '<iframe id="jobs" src="{url}" width="100%"></iframe>',
    "lazy frame": '<iframe data-src="{url}"></iframe>',
    "script": '<script async src="{url}"></script>',
    "form": '<form action="{url}" method="get"><button>Apply</button></form>',
    "refresh": '<meta http-equiv="refresh" content="0; url={url}">',
    "settings of a script": '<script>window.settings = {{"jobs": {{"source": "{json}"}}}};</script>',
    "attribute of data": '<div data-config="{{&quot;board&quot;:&quot;{json}&quot;}}"></div>',
    "parameter of a link": '<a href="/out?to={encoded}">Vacantes</a>',
}

#: By vendor: a page of the company's own, and the board that it names otherwise than by a URL of the vendor's.
OWN_DOMAINS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "teamtailor": (
        (
            "https://careers.northwind.example/",
            '<link href="https://assets-aws.teamtailor-cdn.com/assets/app.css"><script src="https://scripts.teamtailor-cdn.com/app.js"></script>',
            "careers.northwind.example",
        ),
        (
            "https://jobs.northwind.example/departments/finance",
            '<img src="https://images.teamtailor-cdn.com/images/logo.png">',
            "jobs.northwind.example",
        ),
    ),
    "recruitee": (
        (
            "https://jobs.northwind.example/",
            '<script src="https://careers.recruiteecdn.com/assets/app.js"></script>',
            "jobs.northwind.example",
        ),
    ),
}

#: By vendor: what shows the vendor and no board of it, and the postings that it names.
SIGNS: Mapping[str, tuple[tuple[str, frozenset[str]], ...]] = {
    "greenhouse": (
        ('<div id="grnhse_app"></div>', frozenset()),
        ('<a href="/careers/analyst?gh_jid=4012345">Analyst</a>', frozenset({"4012345"})),
        ('<a href="https://www.northwind.example/jobs/?gh_jid=7&amp;gh_src=x">Analyst</a>', frozenset({"7"})),
        ('<a href="/careers/?gh_src=abc123">All jobs</a>', frozenset()),
    ),
    "lever": (
        ('<a href="/careers/analyst?lever-source=site">Analyst</a>', frozenset()),
        ('<a href="/careers?lever-origin=applied">Jobs</a>', frozenset()),
        (f'<a href="/careers/{UUID}?lever-source=LinkedIn">Analyst</a>', frozenset({UUID})),
    ),
    "ashby": ((f'<a href="/careers?ashby_jid={UUID}">Analyst</a>', frozenset({UUID})),),
}

#: The vendors' own sites, where no board is.
OTHERS = (
    "https://www.greenhouse.io/customers",
    "https://app.greenhouse.io/users/sign_in",
    "https://boards.greenhouse.io/",
    "https://boards.greenhouse.io/embed/job_board",
    "https://www.lever.co/demo",
    "https://hire.lever.co/interview",
    "https://jobs.lever.co/",
    "https://www.ashbyhq.com/customers",
    "https://jobs.ashbyhq.com/",
    "https://www.workable.com/pricing",
    "https://help.workable.com/hc/en-us",
    "https://apply.workable.com/",
    "https://www.smartrecruiters.com/careers/",
    "https://api.smartrecruiters.com/v1/companies/",
    "https://recruitee.com/pricing",
    "https://www.teamtailor.com/en/features",
    "https://www.personio.com/careers/",
    "https://www.personio.de/preise/",
    "https://www.bamboohr.com/pricing/",
    "https://breezy.hr/features",
    "https://app.breezy.hr/signin",
    "https://www.pinpointhq.com/platform",
    "https://www.rippling.com/recruiting",
    "https://ats.rippling.com/",
    "https://www.workday.com/en-us/company.html",
    "https://www.myworkdayjobs.com/wday/static/embed.js",
    "https://northwind.wd5.myworkdayjobs.com/",
    "https://join.com/pricing",
    "https://join.com/companies",
)


@frozen
class Seen:
    """What discovery saw on one page."""

    candidates: tuple[Candidate, ...]
    kinds: frozenset[tuple[Board, LinkKind]]
    findings: Findings = field(repr=False)

    @property
    def boards(self) -> set[Board]:
        return {candidate.board for candidate in self.candidates}


@cache
def providers() -> Mapping[ProviderName, AtsProvider]:
    return Plugins(found=[]).providers()


def desk() -> VendorDesk:
    def nobody(request: Request) -> Reply:
        raise AssertionError(f"nobody is to be asked, and {request.url} was")

    now = datetime(2026, 3, 2, tzinfo=UTC)
    northwind = Company(
        id=company_id(domain="northwind.example", name="northwind"),
        name="Northwind",
        website="https://www.northwind.example/",
        domain="northwind.example",
        normalized_name="northwind",
        created_at=now,
        updated_at=now,
    )
    tools = LookTools(
        pages=FakeWebPages({}),
        http=FakeVendorHttp(nobody),
        providers=providers(),
        paused=set(),
        settings=DiscoverySettings(),
    )
    return VendorDesk(Findings(northwind), tools)


def look_at(markup: str, *, url: str = CAREERS) -> Seen:
    """A page of Northwind's own as the runner takes it (`SiteReading`)."""
    asking = desk()
    page = SeenPage(url=url, role=PageRole.CAREERS, is_own=True)
    content = read_page(url, f"<!DOCTYPE html><html><body><h1>Careers</h1>{markup}</body></html>")
    shown = on_page(page, content, asking.recognise, names=asking.findings.names)
    asking.findings.evidence += shown
    asking.read_signs(page, content)
    assert asking.findings.failures == []
    kinds = frozenset((sign.link.board, sign.link.kind) for sign in asking.findings.evidence)
    return Seen(asking.findings.candidates(), kinds, asking.findings)


def named(vendor: str, board: str) -> Board:
    *parts, last = board.split(" ")
    slug, region = (" ".join(parts), last) if last in ("eu",) and parts else (board, "")
    return Board(ProviderName(vendor), region, slug)


def registered(vendor: str) -> None:
    if ProviderName(vendor) not in providers():
        pytest.skip(f"{vendor} is not built in yet")


def written(place: str, url: str) -> str:
    return PLACES[place].format(
        url=escape(url),
        json=url.replace("/", r"\/"),
        encoded=quote(url, safe=""),
        schemeless=url.removeprefix("https:").replace("&", "&amp;"),
    )


ROWS = [(vendor, *row) for vendor, urls in URLS.items() for row in urls]


@pytest.mark.parametrize(("vendor", "url", "board", "kind"), ROWS)
def test_a_url_of_a_board_is_recognised_wherever_a_page_has_it(
    vendor: str, url: str, board: str, kind: LinkKind
) -> None:
    registered(vendor)
    for place in PLACES:
        seen = look_at(written(place, url))
        assert seen.boards == {named(vendor, board)}, place
        assert {kind for _, kind in seen.kinds} == {kind}, place


@pytest.mark.parametrize(("vendor", "url", "board", "kind"), ROWS)
def test_a_careers_page_that_sends_its_visitors_to_a_board_shows_it(
    vendor: str, url: str, board: str, kind: LinkKind
) -> None:
    registered(vendor)
    page = SeenPage(url=CAREERS, role=PageRole.CAREERS, is_own=True)
    (sign,) = on_the_way(page, (url,), desk().recognise)
    assert (sign.link.board, sign.link.kind, sign.strength) == (named(vendor, board), kind, Strength.STRONG)


@pytest.mark.parametrize(
    ("vendor", "url", "markup", "slug"),
    [(vendor, *row) for vendor, pages in OWN_DOMAINS.items() for row in pages],
)
def test_a_page_on_an_own_domain_that_a_vendor_serves_is_a_board(vendor: str, url: str, markup: str, slug: str) -> None:
    registered(vendor)
    seen = look_at(markup, url=url)
    assert seen.boards == {Board(ProviderName(vendor), "", slug)}
    assert seen.candidates[0].strength >= Strength.LINKED


@pytest.mark.parametrize(
    ("vendor", "markup", "postings"), [(vendor, *row) for vendor, signs in SIGNS.items() for row in signs]
)
def test_a_sign_of_a_vendor_names_its_postings_and_no_board(vendor: str, markup: str, postings: frozenset[str]) -> None:
    registered(vendor)
    seen = look_at(markup)
    assert seen.boards == set()
    assert set(seen.findings.signs) == {ProviderName(vendor)}
    told = [sign for sign, _ in seen.findings.signs[ProviderName(vendor)]]
    assert {sign.posting_id for sign in told if sign.posting_id is not None} == postings


@pytest.mark.parametrize(
    ("slug", "likeness"),
    [("northwind", Likeness.SAME), ("north-wind-foods", Likeness.PART), ("initech", Likeness.NONE)],
)
def test_a_board_that_is_named_in_parts_is_as_like_the_company_as_the_part_that_may_be_its_name(
    slug: str, likeness: Likeness
) -> None:
    seen = look_at(f'<a href="https://{slug}.wd5.myworkdayjobs.com/en-US/Careers">Open positions</a>')
    (candidate,) = seen.candidates
    assert (candidate.board.slug, candidate.likeness) == (f"{slug}/wd5/Careers", likeness)


def test_a_page_that_writes_of_the_company_whose_board_it_links_shows_anothers_board() -> None:
    link = '<a href="https://initech.wd5.myworkdayjobs.com/Careers">See positions</a>'
    (of_nobody,) = look_at(link).candidates
    (of_a_client,) = look_at(f"<p>Our client Initech is hiring.</p>{link}").candidates
    assert of_a_client.strength < of_nobody.strength


# What only looks like a board


def look_alikes(url: str) -> Iterator[str]:
    parts = urlsplit(url)
    host, rest = parts.netloc, url.partition(parts.netloc)[2]
    labels = host.split(".")
    yield f"https://{host}.evil.example{rest}"
    yield f"https://{host}@evil.example{rest}"
    yield f"https://evil.example/{host}{rest}"
    yield f"https://evil.example\\.{host}{rest}"
    yield f"https://evil.example?{host}{rest}"
    yield f"https://{'.'.join(labels[:-2])}-{'.'.join(labels[-2:])}{rest}" if labels[:-2] else f"https://x{host}{rest}"
    yield f"https://{'.'.join([*labels[:-2], 'not' + labels[-2], labels[-1]])}{rest}"
    yield f"https://{'.'.join([*labels[:-1], labels[-1] + 'm'])}{rest}"
    yield f"https://{host.replace('o', chr(0x43E)).replace('e', chr(0x435))}{rest}"
    yield f"ftp://{host}{rest}"


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_only_looks_like_a_board_is_none(vendor: str) -> None:
    registered(vendor)
    for url, _, _ in URLS[vendor]:
        for look_alike in look_alikes(url):
            for place in PLACES:
                assert look_at(written(place, look_alike)).boards == set(), (place, look_alike)


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_stands_in_a_comment_is_not_on_the_page(vendor: str) -> None:
    registered(vendor)
    for url, _, _ in URLS[vendor]:
        assert look_at(f"<p>We are hiring</p><!-- {written('frame', url)} -->").boards == set()


def test_the_vendors_own_sites_are_no_boards() -> None:
    for url in OTHERS:
        assert look_at(written("link", url)).boards == set(), url


@pytest.mark.parametrize("vendor", sorted(OWN_DOMAINS))
def test_assets_of_a_look_alike_make_no_board_of_an_own_domain(vendor: str) -> None:
    registered(vendor)
    for url, markup, _ in OWN_DOMAINS[vendor]:
        asset = re.findall(r'https://([^/"]+)', markup)[-1]
        for host in (f"{asset}.evil.example", f"evil.example/{asset}", "not" + asset.partition(".")[2]):
            assert look_at(f'<script src="https://{host}/app.js"></script>', url=url).boards == set(), host


def test_a_page_of_many_vendors_shows_the_boards_of_each() -> None:
    urls = [urls[0] for vendor, urls in URLS.items() if ProviderName(vendor) in providers()]
    seen = look_at("".join(written("link", url) for url, _, _ in urls))
    assert seen.boards == {
        named(vendor, urls[0][1]) for vendor, urls in URLS.items() if ProviderName(vendor) in providers()
    }


# Whether the table is whole


def test_every_vendor_has_a_row_of_each_kind_that_its_facts_have() -> None:
    assert sorted(URLS) == sorted(VENDORS)
    assert {str(name) for name in providers()} <= set(VENDORS)
    for vendor, urls in URLS.items():
        assert {BOARD, POSTING} <= {kind for _, _, kind in urls}, vendor


def shapes_in_the_facts() -> list[str]:
    """The shapes of URLs in the facts of vendors: host and path, names in braces."""
    vendors = FACTS.read_text("utf-8").partition("## Google Sheets")[0]
    spans = [span.split("?")[0].removeprefix("https://") for span in re.findall(r"`([^`\s]+)`", vendors)]
    return [s for s in spans if "{" in s and re.match(r"[\w.{}-]+\.(?:io|co|com|de|hr)(?:/|$)", s)]


@pytest.mark.skipif(not FACTS.exists(), reason="the facts are not beside this repository")
def test_every_shape_of_url_that_the_facts_name_has_a_row() -> None:
    known = [url.partition("?")[0].removeprefix("https://") for urls in URLS.values() for url, _, _ in urls]
    shapes = shapes_in_the_facts()
    assert len(shapes) > 20
    for shape in shapes:
        pieces = re.split(r"\{[^{}]*\}|…", shape.rstrip("/"))
        pattern = re.compile("[^/?#]+".join(map(re.escape, pieces)) + r"(?:/.*)?")
        assert any(pattern.fullmatch(url) for url in known), shape
