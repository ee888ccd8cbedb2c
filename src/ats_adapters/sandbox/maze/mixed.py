"""Sites of the maze that show boards of others beside their company's own, or whose company has changed its name."""

from __future__ import annotations

from html import escape

from ats_adapters.sandbox.answers import found_at
from ats_adapters.sandbox.maze.site import MazeSite
from ats_adapters.sandbox.site import Pages, board_url

__all__ = ["agency_with_own", "investor_with_own", "moved_domain", "new_domain"]


def investor_with_own(site: MazeSite) -> Pages:
    """An investor that hires for itself on its careers page, and shows on another the boards of what it holds."""
    said = site.words.said
    rows = "".join(
        f"<div class=co><h3>{escape(b.company.name)}</h3>{site.dress.link(site.words.see_all, board_url(b))}</div>"
        for b in site.others
    )
    nav = [(said.portfolio_jobs, "/portfolio/jobs"), site.careers_nav]
    pages = site.usual(nav=nav)
    pages[site.host, "/portfolio/jobs"] = site.page(said.portfolio_jobs, rows, nav=nav)
    pages[site.host, site.words.careers_path] = site.careers(f"<p>{site.dress.link(*site.board_link)}</p>", nav=nav)
    return pages


def agency_with_own(site: MazeSite) -> Pages:
    """A recruiting agency that lists clients' postings on one page, and on its careers page links its own board."""
    said = site.words.said
    rows = "".join(f"<h3>{escape(b.company.name)}</h3>{site.listing(b, 3)}" for b in site.others)
    nav = [(said.clients, "/clients/jobs"), site.careers_nav]
    pages = site.usual(nav=nav)
    pages[site.host, "/clients/jobs"] = site.page(said.clients, rows, nav=nav)
    own = f"<p>{site.dress.link(*site.board_link)}</p>{site.listing(site.board, 4)}"
    pages[site.host, site.words.careers_path] = site.careers(own, nav=nav)
    return pages


def moved_domain(site: MazeSite) -> Pages:
    """The list has the website of before: all of it redirects to that of the company's new name."""
    host = f"www.{new_domain(site.company.domain)}"
    pages = site.usual(nav=[(site.words.careers, site.words.careers_path)])
    moved: Pages = {(host, path): page for (_, path), page in pages.items()}
    body = f"<p>{site.dress.link(*site.board_link)}</p>{site.listing(site.board, 4)}"
    moved[host, site.words.careers_path] = site.careers(body)
    for path in ("/", "/robots.txt"):
        moved[site.host, path] = found_at(f"https://{host}{path}", 301)
    return moved


def new_domain(domain: str) -> str:
    """The domain of a company's new name."""
    return f"{domain.split('.')[0][::-1]}.example"
