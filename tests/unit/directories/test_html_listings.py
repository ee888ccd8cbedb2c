"""Listings of web pages: what is asked for, what is not asked for again, and what is said when a site changes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anyio
import pytest

from ats_adapters.directories.kinds import KINDS, made_of
from ats_adapters.directories.selectors import Selector
from ats_core.domain.checkpoint import Validators
from ats_core.domain.company import ListedCompany
from ats_core.errors import ConfigurationError, DirectoryError, FailureKind, ProviderError
from ats_core.ports import DirectoryPage, DirectorySource, DirectoryView
from ats_core.provider.messages import Reply, Request, Response
from ats_core.settings import DirectorySettings
from ats_core.testing.directories import read_pages, read_whole
from ats_core.testing.vendor_http import FakeVendorHttp

SITE = "https://hub.example"
ITEM = '<li class="co"><h3>{0}</h3><a class="more" href="/co/{0}">more</a></li>'
FOOTER = '<footer><a href="https://sponsor.example">Sponsor</a> <a href="https://www.linkedin.com/x">in</a></footer>'
BEGINNING = DirectoryView()
Answers = Mapping[str, str | int | ProviderError]


class Site:
    """A site that answers by path: a page, a status, or a failure."""

    def __init__(self, answers: Answers) -> None:
        self.answers = dict(answers)
        self.http = FakeVendorHttp(self._serve)

    def _serve(self, request: Request) -> Reply:
        found = self.answers.get(request.url.removeprefix(SITE), 404)
        if isinstance(found, ProviderError):
            return found
        if isinstance(found, int):
            return Response(url=request.url, status=found)
        etag = f'"{hash(found)}"'
        if request.validators.etag == etag:
            return Response(url=request.url, status=304)
        headers = {"content-type": "text/html; charset=utf-8", "etag": etag}
        return Response(url=request.url, status=200, body=found.encode(), headers=headers)

    @property
    def asked(self) -> list[str]:
        """The paths asked for since the last look."""
        paths = [request.url.removeprefix(SITE) for request in self.http.requests]
        assert all(request.obeys_robots for request in self.http.requests)
        self.http.requests.clear()
        return paths

    def source(self, **options: Any) -> DirectorySource:
        selectors = {"name": "h3", "detail": "a.more", **options.pop("on_item", {})}
        own = {"item": "li.co", "on_item": selectors, "next": "a.next", **options}
        settings = DirectorySettings(kind="html", url=f"{SITE}/list", name="hub", options=own)
        return made_of(settings, self.http, Path())


def listing(*names: str, following: str = "") -> str:
    link = f'<a class="next" href="{following}">next</a>' if following else ""
    return f"<title>Hub</title><ul>{''.join(ITEM.format(name) for name in names)}</ul>{link}{FOOTER}"


def detail(name: str, links: str = "") -> str:
    return f"<h1>{name}, S.L.</h1>{links or f'<a href=https://{name.lower()}.example>{name}.example</a>'}{FOOTER}"


def told(source: DirectorySource, view: DirectoryView = BEGINNING) -> list[tuple[str, str | None, str | None]]:
    companies, rejected, error = read_whole(source, view)
    assert (rejected, error) == ([], None)
    return [(c.name, c.website, c.careers_url) for c in companies]


def known(pages: list[DirectoryPage]) -> dict[str, ListedCompany]:
    return {c.listing_url: c for page in pages for c in page.companies if c.listing_url}


def test_pages_and_details_are_read_in_the_order_of_the_list() -> None:
    site = Site(
        {
            "/list": listing("Acme", "Bolt", following="?page=2"),
            "/list?page=2": listing("Cog"),
            **{f"/co/{name}": detail(name) for name in ("Acme", "Bolt", "Cog")},
        }
    )
    pages = read_pages(site.source())
    assert [(c.name, c.website, c.listing_url) for page in pages for c in page.companies] == [
        (name, f"https://{name.lower()}.example/", f"{SITE}/co/{name}") for name in ("Acme", "Bolt", "Cog")
    ]
    assert site.asked == ["/list", "/co/Acme", "/co/Bolt", "/list?page=2", "/co/Cog"]
    assert pages[-1].next_cursor is None
    assert pages[-1].validators == Validators(), "page 1 says nothing of page 2"


@pytest.mark.parametrize(
    ("links", "website", "careers"),
    [
        ('<a href="https://acme.example">Website</a> <a href="https://x.example">x</a>', "https://acme.example/", None),
        ('<a href="//acme.example/">acme.example</a> <a href="https://x.example">x</a>', "https://acme.example/", None),
        ('<a href="https://acme.example">Acme</a> <a href="https://x.com/acme">t</a>', "https://acme.example/", None),
        ('<a href="https://one.example">One</a> <a href="https://two.example">Two</a>', None, None),
        ('<a href="https://sponsor.example">Sponsor</a>', None, None),
        ('<a href="https://acme.example/empleo">Empleo</a>', "https://acme.example/", "https://acme.example/empleo"),
        ('<a href="https://acme.example">Web</a><a href="https://jobs.lever.co/acme">x</a>', "https://acme.example/",
         "https://jobs.lever.co/acme"),
        ('<a href="https://jobs.lever.co/acme">Jobs</a>', None, "https://jobs.lever.co/acme"),
        ('<a href="/co/Bolt">Next startup</a> <a href="mailto:info@acme.example">mail</a>', None, None),
    ],
)  # fmt: skip
def test_a_companys_page_gives_its_website_where_that_can_be_told(
    links: str, website: str | None, careers: str | None
) -> None:
    site = Site({"/list": listing("Acme"), "/co/Acme": detail("Acme", links)})
    assert told(site.source()) == [("Acme", website, careers)]


def test_selectors_for_the_companys_page_come_before_guessing() -> None:
    links = '<a href="https://x.example">Web</a><a class="w" data-u="https://acme.example">y</a><b>Real Acme</b>'
    site = Site({"/list": listing("Acme"), "/co/Acme": detail("Acme", links)})
    on_detail = {"website": "a.w@data-u", "name": "b"}
    assert told(site.source(on_detail=on_detail, on_item={"name": ""})) == [
        ("Real Acme", "https://acme.example/", None)
    ]


def test_a_company_whose_website_is_known_is_not_asked_for_again() -> None:
    site = Site(
        {
            "/list": listing("Acme", "Bolt", following="/list2"),
            "/list2": listing("Cog"),
            "/co/Acme": detail("Acme"),
            "/co/Bolt": detail("Bolt", "<p>no website yet</p>"),
            "/co/Cog": detail("Cog"),
        }
    )
    first = read_pages(site.source())
    assert len(site.asked) == 5
    site.answers["/co/Bolt"] = detail("Bolt")
    assert told(site.source(), DirectoryView(known=known(first))) == [
        (name, f"https://{name.lower()}.example/", None) for name in ("Acme", "Bolt", "Cog")
    ]
    assert site.asked == ["/list", "/co/Bolt", "/list2"]


def test_a_listing_of_one_page_that_has_not_changed_costs_one_conditional_request() -> None:
    site = Site({"/list": listing("Acme"), "/co/Acme": detail("Acme")})
    (page,) = read_pages(site.source())
    assert site.asked == ["/list", "/co/Acme"]
    (again,) = read_pages(site.source(), DirectoryView(validators=page.validators, content_hash=page.content_hash))
    assert again.not_modified
    assert site.asked == ["/list"]


def test_a_page_of_which_only_the_frame_has_changed_has_not_changed() -> None:
    site = Site({"/list": listing("Acme"), "/co/Acme": detail("Acme")})
    (page,) = read_pages(site.source())
    site.answers["/list"] = listing("Acme") + "<p>visitor 4711</p>"
    (again,) = read_pages(site.source(), DirectoryView(validators=page.validators, content_hash=page.content_hash))
    assert again.not_modified


def test_a_companys_page_that_is_missing_costs_that_company_and_is_asked_for_again() -> None:
    site = Site({"/list": listing("Acme", "Bolt"), "/co/Bolt": detail("Bolt")})
    companies, rejected, error = read_whole(site.source())
    assert [c.name for c in companies] == ["Bolt"]
    assert [str(r) for r in rejected] == ["page 1, item 1: its page could not be read: the answer was status 404"]
    assert error is None
    assert read_pages(site.source())[-1].validators == Validators()
    assert read_pages(site.source())[-1].content_hash is None


def test_a_known_company_stays_in_the_list_when_its_page_is_missing() -> None:
    site = Site({"/list": listing("Acme")})
    before = {f"{SITE}/co/Acme": ListedCompany(name="Acme", listing_url=f"{SITE}/co/Acme")}
    assert told(site.source(), DirectoryView(known=before)) == [("Acme", None, None)]


@pytest.mark.parametrize("kind", [FailureKind.NETWORK, FailureKind.PAUSED, FailureKind.BLOCKED_BY_ROBOTS])
def test_trouble_of_the_site_ends_the_reading_which_goes_on_there(kind: FailureKind) -> None:
    site = Site({"/list": listing("Acme", "Bolt"), "/co/Acme": detail("Acme"), "/co/Bolt": ProviderError(kind, "no")})
    pages: list[DirectoryPage] = []

    async def read() -> None:
        async for page in site.source().pages(DirectoryView()):
            pages.append(page)

    with pytest.raises(DirectoryError):
        anyio.run(read)
    (page,) = pages
    assert [c.name for c in page.companies] == ["Acme"]
    site.answers["/co/Bolt"] = detail("Bolt")
    site.http.requests.clear()
    assert told(site.source(), DirectoryView(cursor=page.next_cursor)) == [("Bolt", "https://bolt.example/", None)]
    assert site.asked == ["/list", "/co/Bolt"]


def test_pages_are_counted_where_a_pattern_says_how_until_one_is_empty_missing_or_the_same_again() -> None:
    for last in (404, "<ul></ul>", listing("Bolt")):
        site = Site({"/list": listing("Acme"), "/p/1": listing("Bolt"), "/p/2": last})
        source = site.source(page_url=f"{SITE}/p/{{page}}", first_page=0, on_item={"detail": ""}, next="")
        assert [name for name, *_ in told(source)] == ["Acme", "Bolt"]
        assert site.asked == ["/list", "/p/1", "/p/2"]


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (
            "<title>New look</title><div>x</div>",
            "item = 'li.co' takes nothing from the page, whose title is 'New look'",
        ),
        ('<li class="co"><p>Acme</p></li>', "1 items, but the selectors of on_item take nothing"),
        ("<div>" * 1000, "nests its tags"),
        (500, "status 500"),
        (401, "behind a login"),
    ],
)
def test_a_listing_that_cannot_be_read_says_so(page: str | int, said: str) -> None:
    companies, rejected, error = read_whole(Site({"/list": page}).source())
    assert (companies, rejected) == ([], [])
    assert said in str(error)


def test_a_later_page_from_which_nothing_is_taken_is_an_error_and_not_the_end() -> None:
    site = Site({"/list": listing("Acme", following="/2"), "/2": "<p>Sorry</p>"})
    companies, _, error = read_whole(site.source(on_item={"detail": ""}))
    assert [c.name for c in companies] == ["Acme"]
    assert "takes nothing" in str(error)


def test_a_listing_that_goes_on_and_on_was_not_read_whole() -> None:
    pages = {f"/p{n}": listing(f"Co{n}", following=f"/p{n + 1}") for n in range(1, 9)}
    site = Site({"/list": listing("Acme", following="/p1"), **pages})
    companies, _, error = read_whole(site.source(on_item={"detail": ""}, max_pages=3))
    assert [c.name for c in companies] == ["Acme", "Co1", "Co2"]
    assert "goes on after 3 pages" in str(error)


def test_a_next_page_on_another_site_is_not_asked_for() -> None:
    site = Site({"/list": listing("Acme", following="https://elsewhere.example/2")})
    assert "another site" in str(read_whole(site.source(on_item={"detail": ""}))[2])
    assert site.asked == ["/list"]


def test_a_detail_link_that_leads_out_is_the_companys_website() -> None:
    site = Site({"/list": '<li class="co"><h3>Acme</h3><a class="more" href="https://acme.example/">x</a></li>'})
    assert told(site.source()) == [("Acme", "https://acme.example/", None)]


def test_an_answer_that_is_no_page_is_told_of() -> None:
    class Pdf(Site):
        def _serve(self, request: Request) -> Reply:
            return Response(url=request.url, status=200, body=b"%PDF-1.7", headers={"content-type": "application/pdf"})

    assert "is no web page" in str(read_whole(Pdf({}).source())[2])


@pytest.mark.parametrize("text", ["a.site@href", "a[href*='@x']@data-u", "@href", "li:has(a) > b", "h3"])
def test_selectors_are_read(text: str) -> None:
    assert Selector.of(text).css in text


@pytest.mark.parametrize("text", ["li[", "", "  ", "a::text", "p:::@x"])
def test_what_is_no_selector_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Selector.of(text)


@pytest.mark.parametrize(
    ("kind", "settings", "options", "said"),
    [
        ("html", {}, {"item": "li", "on_item": {"name": "h3"}}, "url is missing"),
        ("html", {"url": SITE}, {"on_item": {"name": "h3"}}, "item is missing"),
        ("html", {"url": SITE}, {"item": "li"}, "gives neither name, website nor detail"),
        ("html", {"url": SITE}, {"item": "li[", "on_item": {"name": "h3"}}, "item: 'li\\[' is not a CSS selector"),
        ("html", {"url": SITE}, {"item": "li", "on_item": {"name": "h3"}, "page_url": "x"}, "has no {page}"),
        ("html", {"url": SITE}, {"item": "li", "on_item": {"name": "h3"}, "max_pages": 0}, "max_pages = 0"),
        (
            "html",
            {"url": SITE},
            {"item": "li", "on_item": {"name": "h3"}, "on_detail": {"x": "y"}},
            "unknown key on_detail.x",
        ),
        ("html", {"url": SITE}, {"item": "li", "on_item": {"name": "h3"}, "selector": "x"}, "unknown key: selector"),
        ("html", {"path": "x.html"}, {"item": "li", "on_item": {"name": "h3"}}, "path is given"),
        ("lanzadera", {"url": "ftp://x"}, {}, "cannot be asked for"),
        ("catalonia", {}, {"item": 3}, "item = 3 is not a text"),
    ],
)
def test_wrong_settings_are_refused(kind: str, settings: dict[str, str], options: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        made_of(DirectorySettings(kind=kind, options=options, **settings), Site({}).http, Path())  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [k for k in KINDS if k not in ("csv", "json", "markdown", "html")])
def test_a_preset_needs_nothing_and_lets_everything_be_replaced(kind: str) -> None:
    assert made_of(DirectorySettings(kind=kind), Site({}).http, Path()).name == kind
    site = Site({"/list": '<div class="new">Acme</div>'})
    own = DirectorySettings(
        kind=kind, url=f"{SITE}/list", options={"item": "div.new", "on_item": {"name": "@class", "detail": ""}}
    )
    assert told(made_of(own, site.http, Path())) == [("new", None, None)]
