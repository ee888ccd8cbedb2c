"""Each style of website leads to its board for someone who looks at the home page and what it calls careers."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from ats_adapters.sandbox import SandboxResponse, World
from ats_adapters.sandbox.records import companies
from ats_adapters.sandbox.styles import STYLES

WORLD = World()
_VENDOR = re.compile(
    r"(?:https?:)?//(?P<host>boards-api\.greenhouse\.io|(?:job-)?boards(?:\.eu)?\.greenhouse\.io"
    r"|(?:api|jobs)(?:\.eu)?\.lever\.co)(?P<path>/[^\s\"'<>]*)"
)
_LINK = re.compile(r"""<a\s[^>]*href=["']([^"']+)["'][^>]*>([^<]*)<""")
_BASE = re.compile(r'<base href="([^"]+)"')
_WORTH_A_LOOK = re.compile(
    r"career|trabaja|treballa|karriere|carri|carreira|empleo|ofertas|jobs|equipo|quienes|about|qui-som", re.IGNORECASE
)
Key = tuple[str, str, str]


def fetch(url: str) -> tuple[str, SandboxResponse]:
    """The page where redirects end, at most five of them; a redirect to a vendor is not followed."""
    for _ in range(6):
        parts = urlsplit(url)
        response = WORLD.handle(
            parts.netloc, "GET", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), {}
        )
        location = response.header("location")
        if location is None or WORLD.is_vendor(parts.netloc):
            return url, response
        url = urljoin(url, location)
    return url, response


def board_in(host: str, path: str) -> Key | None:
    target = urlsplit(path)
    parts = [unquote(part) for part in target.path.split("/") if part]
    if "lever.co" in host:
        slugs = parts[2:] if host.startswith("api.") else parts
        return ("lever", "eu" if ".eu." in host else "", slugs[0]) if slugs else None
    if parts[:1] == ["embed"]:
        token = re.search(r"for=([\w-]+)", target.query)
        return ("greenhouse", "", token.group(1)) if token else None
    return ("greenhouse", "", parts[0]) if parts else None


def boards_of(text: str) -> set[Key]:
    plain = unescape(text.replace("\\/", "/"))
    found = (board_in(match["host"], match["path"]) for match in _VENDOR.finditer(plain))
    return {key for key in found if key}


def seen_from(website: str, *, at_most: int = 6) -> set[Key]:
    """The boards that the home page and the most telling of its pages show."""
    waiting, seen = [website], set[str]()
    found: set[Key] = set()
    while waiting and len(seen) < at_most:
        url = waiting.pop(0)
        if url in seen:
            continue
        seen.add(url)
        final, response = fetch(url)
        text = response.body.decode()
        found |= boards_of(final) | boards_of(text)
        base = _BASE.search(text)
        for href, label in _LINK.findall(text):
            link = urljoin(base.group(1) if base else final, unescape(href))
            ours = urlsplit(link).netloc.endswith(urlsplit(website).netloc.removeprefix("www."))
            if ours and _WORTH_A_LOOK.search(f"{label} {urlsplit(link).path}"):
                waiting.append(link)
    return found


def exists(key: Key) -> bool:
    provider, region, slug = key
    if provider == "greenhouse":
        return WORLD.handle("boards-api.greenhouse.io", "GET", f"/v1/boards/{slug}/jobs", {}).status == 200
    host = f"api.{region}.lever.co" if region else "api.lever.co"
    return WORLD.handle(host, "GET", f"/v0/postings/{slug}?mode=json", {}).status == 200


WEBSITES = {row["name"]: row["website"] for row in csv.DictReader(io.StringIO(WORLD.companies_csv()))}
WITH_BOARDS = [name for name, boards in WORLD.truth().items() if boards]


@pytest.mark.parametrize("name", WITH_BOARDS)
def test_a_simple_search_finds_the_company_s_boards_and_no_others(name: str) -> None:
    boards = WORLD.truth()[name]
    assert boards is not None
    assert seen_from(WEBSITES[name]) == {tuple(key) for key in boards}


def test_boards_are_reached_in_many_styles_and_every_style_is_used() -> None:
    used = {company.style for company in companies() if company.style}
    leading = {company.style for company in companies() if company.name in WITH_BOARDS and company.style}
    assert used == set(STYLES)
    assert len(leading) >= 18


@pytest.mark.parametrize(
    ("host", "label"),
    [
        ("www.divisanova.example", "Trabaja con nosotros"),
        ("www.kambixa.example", "Careers"),
        ("www.textilgorgoll.example", "Treballa amb nosaltres"),
        ("www.wagenfels.example", "Karriere"),
        ("www.courbevaux.example", "Carrières"),
        ("www.portocais.example", "Carreiras"),
    ],
)
def test_sites_call_their_careers_page_by_its_name_in_their_language(host: str, label: str) -> None:
    assert f">{label}</a>" in WORLD.handle(host, "GET", "/", {}).body.decode()


def test_a_company_without_a_board_shows_none() -> None:
    assert seen_from(WEBSITES["Panadería Hornorrubio"]) == set()


def test_a_blog_and_an_investor_show_boards_that_belong_to_others() -> None:
    truth = WORLD.truth()
    owners = {tuple(key): name for name, boards in truth.items() for key in boards or ()}
    for name in ("Cuaderno Fintech", "Brotalia Capital, SGEIC"):
        shown = seen_from(WEBSITES[name])
        assert len(shown) >= 2
        assert all(exists(key) and owners[key] != name for key in shown)


def test_a_link_to_a_board_that_the_vendor_does_not_have() -> None:
    shown = seen_from(WEBSITES["Muebles Tarancor"])
    assert shown == {("greenhouse", "", "tarancor")}
    assert not any(exists(key) for key in shown)


def test_robots_txt_forbids_one_site_and_is_missing_on_some() -> None:
    answers = {host: WORLD.handle(host, "GET", "/robots.txt", {}) for host in WORLD.hosts}
    forbidden = [host for host, a in answers.items() if re.search(rb"\*\nDisallow: /\n", a.body)]
    assert forbidden == ["www.valdominga.example"]
    assert seen_from(WEBSITES["Aceros Valdominga, S.A."]) == {("greenhouse", "", "vdm-acero")}
    assert sum(answer.status == 404 for answer in answers.values()) >= 5


def test_sites_that_are_down_say_so_each_in_its_way() -> None:
    assert WORLD.handle("www.lomarena.example", "GET", "/any", {}).status == 500
    assert WORLD.handle("www.rianxeda.example", "GET", "/", {}).dropped
    assert WORLD.handle("www.linkedin.com", "GET", "/company/peluquerias-rizoalto", {}).status == 403


def test_a_site_that_redirects_in_a_circle_never_arrives() -> None:
    assert fetch("https://www.alcorzal.example/")[1].status == 302


def test_one_site_is_slow_and_the_others_are_not() -> None:
    slow = [host for host in WORLD.hosts if WORLD.handle(host, "GET", "/", {}).delay]
    assert slow == ["www.calzadosnerpia.example"]


def test_a_bare_domain_redirects_to_www_and_keeps_the_path() -> None:
    response = WORLD.handle("divisanova.example", "GET", "/contacto?x=1", {})
    assert (response.status, response.header("location")) == (301, "https://www.divisanova.example/contacto?x=1")


def test_pages_that_are_not_there_are_404() -> None:
    assert WORLD.handle("www.divisanova.example", "GET", "/wp-login.php", {}).status == 404


def test_a_posting_on_the_company_s_own_domain_has_a_page_there() -> None:
    page = WORLD.handle("www.nimbarca.example", "GET", "/careers", {}).body.decode()
    assert "grnhse_app" in page
    api = WORLD.handle("boards-api.greenhouse.io", "GET", "/v1/boards/nimbarcahq/jobs", {}).body.decode()
    match = re.search(r'https://www\.nimbarca\.example(/jobs/\d+\?gh_jid=\d+)"', api)
    assert match is not None
    assert WORLD.handle("www.nimbarca.example", "GET", match[1], {}).status == 200
