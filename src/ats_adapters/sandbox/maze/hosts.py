"""The hosts of the maze: which site answers what, robots.txt and pages that are not there included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from ats_adapters.sandbox.answers import SandboxResponse, found_at, not_here, text_file
from ats_adapters.sandbox.chance import Dice
from ats_adapters.sandbox.maze.mixed import new_domain
from ats_adapters.sandbox.maze.site import MazeSite
from ats_adapters.sandbox.maze.styles import STYLES
from ats_adapters.sandbox.maze.truth import Kind
from ats_adapters.sandbox.maze.ways import second_domain
from ats_adapters.sandbox.postings import BoardToday
from ats_adapters.sandbox.records import CompanyRecord
from ats_adapters.sandbox.site import Pages, board_url, posting_url

__all__ = ["MazeWebsites"]

_ROBOTS = (
    "User-agent: *\nAllow: /\n",
    "User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\n",
    "User-agent: GPTBot\nDisallow: /\n\nUser-agent: *\nDisallow: /cart\nDisallow: /*?s=\n",
)
_KEPT_SITES = 200


class MazeWebsites:
    """Made when first asked for. A site answers at one of `www.` and the bare domain, and redirects the other."""

    def __init__(self, companies: Sequence[CompanyRecord], boards: Mapping[str, BoardToday], seed: str) -> None:
        self._boards = boards
        self._seed = seed
        self._companies = {company.domain: company for company in companies}
        self._seconds = {second_domain(c.domain): c for c in companies if c.style == "own-career-domain"}
        self._seconds |= {new_domain(c.domain): c for c in companies if c.style == "moved-domain"}
        self._pages: dict[str, Pages] = {}

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts of the main pages."""
        return tuple(company.host for company in self._companies.values())

    def answer(self, host: str, target: str) -> SandboxResponse | None:
        """What *host* answers to a GET; None where the maze has no such host."""
        domain = ".".join(host.split(".")[-2:])
        company = self._companies.get(domain) or self._seconds.get(domain)
        if company is None:
            return None
        if host != company.host and host in (company.domain, f"www.{company.domain}"):
            return found_at(f"https://{company.host}{target}")
        pages = self._pages_of(company)
        if not any(place[0] == host for place in pages):
            return None
        path = urlsplit(target).path
        found = pages.get((host, path)) or pages.get((host, path.rstrip("/"))) or pages.get((host, path + "/"))
        if found is not None:
            return found
        return self._robots(company, host) if path == "/robots.txt" else self._absent(company, host)

    def _pages_of(self, company: CompanyRecord) -> Pages:
        pages = self._pages.get(company.domain)
        if pages is None:
            if len(self._pages) >= _KEPT_SITES:
                self._pages.clear()
            slugs = [record.slug for record in company.boards] or ([company.shares] if company.shares else [])
            site = MazeSite(
                company=company,
                host=company.host,
                boards=tuple(self._boards[slug] for slug in slugs),
                others=tuple(self._boards[slug] for slug in company.links_to),
                seed=self._seed,
            )
            style = STYLES[company.style]
            pages = self._pages[company.domain] = style.build(site)
            if style.kind is Kind.BOARD and site.others and not style.others:
                _mention(site, pages)
        return pages

    def _robots(self, company: CompanyRecord, host: str) -> SandboxResponse:
        choice = Dice(f"{self._seed} robots of {company.domain}").below(len(_ROBOTS) + 1)
        return text_file(_ROBOTS[choice]) if choice < len(_ROBOTS) else self._absent(company, host)

    def _absent(self, company: CompanyRecord, host: str) -> SandboxResponse:
        """What is not there: mostly 404; on some sites a page that says so under status 200, or the front page."""
        match Dice(f"{self._seed} absent of {company.domain}").below(12):
            case 0:
                body = f"<!doctype html><title>Oops</title><h1>Page not found</h1><p><a href='/'>{host}</a></p>"
                return text_file(body, "text/html; charset=utf-8")
            case 1:
                return found_at(f"https://{company.host}/", 302)
            case _:
                return not_here(host)


def _mention(site: MazeSite, pages: Pages) -> None:
    """Let a site that has a board write about another company's, too."""
    other = site.others[0]
    said = site.words.said
    path = "/blog/jobs-we-like"
    rows = site.dress.rows([(other.company.name, board_url(other))])
    rows += site.dress.rows((p.title, posting_url(other, p)) for p in other.postings[:2])
    pages[site.host, path] = site.page(said.article, rows)
    about = site.words.about_path
    if (site.host, about) in pages and site.company.style != "about-hop":
        story = f"<p>{site.dress.link(said.article, path)} {site.dress.link(other.company.name, board_url(other))}</p>"
        pages[site.host, about] = site.page(site.words.about, f"<p>{site.company.about['en']}</p>{story}")
