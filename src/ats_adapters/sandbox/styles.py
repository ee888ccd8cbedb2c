"""The ways in which websites lead to a board: one function a style, from a site to its pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from html import escape
from types import MappingProxyType

from attrs import evolve

from ats_adapters.sandbox.answers import SandboxResponse, found_at
from ats_adapters.sandbox.greenhouse_records import embed_host
from ats_adapters.sandbox.site import Pages, Site, board_url, link, posting_links

__all__ = ["STYLES"]


def _careers(site: Site, body: str, *, head: str = "") -> SandboxResponse:
    words = site.words
    intro = f"<p>{escape(words.join, quote=False)}</p>"
    return site.frame(words.careers, intro + body, nav=[(words.careers, words.careers_path)], head=head)


def _with_careers(site: Site, body: str, *, head: str = "") -> Pages:
    """The usual pages, with a careers page that the navigation names."""
    words = site.words
    pages = site.usual_pages(nav=[(words.careers, words.careers_path)])
    pages[site.host, words.careers_path] = _careers(site, body, head=head)
    return pages


def _nav_link(site: Site) -> Pages:
    board = site.boards[0]
    return _with_careers(site, f"<p>{link(site.words.see_all, board_url(board))}</p>{posting_links(board)}")


def _direct_link(site: Site) -> Pages:
    return site.usual_pages(nav=[(site.words.careers, board_url(site.boards[0]) + "?utm_source=web")])


def _footer_link(site: Site) -> Pages:
    words, careers = site.words, site.words.careers_path
    pages = site.usual_pages(footer=[(words.careers, careers)])
    pages[site.host, careers] = site.frame(words.openings, f"<p>{link(words.see_all, board_url(site.boards[0]))}</p>")
    return pages


def _greenhouse_script(site: Site) -> Pages:
    board = site.boards[0]
    source = f"https://{embed_host(board)}/embed/job_board/js?for={board.record.slug}"
    return _with_careers(site, f'<div id="grnhse_app"></div><script src="{source}"></script>')


def _iframe(site: Site) -> Pages:
    board = site.boards[0]
    source = f"https://{embed_host(board)}/embed/job_board?for={board.record.slug}&amp;b=https%3A%2F%2F{site.host}"
    return _with_careers(site, f'<iframe id="grnhse_iframe" src="{source}" width="100%" height="900"></iframe>')


def _redirect(status: int) -> Callable[[Site], Pages]:
    def pages_of(site: Site) -> Pages:
        words = site.words
        pages = site.usual_pages(nav=[(words.careers, words.careers_path)])
        pages[site.host, words.careers_path] = found_at(board_url(site.boards[0]), status)
        return pages

    return pages_of


def _meta_refresh(site: Site) -> Pages:
    board = site.boards[0]
    head = f'<meta http-equiv="refresh" content="0; url={board_url(board)}">'
    pages = _with_careers(site, "")
    pages[site.host, site.words.careers_path] = site.frame(site.words.careers, site.words.moved, head=head)
    return pages


def _json_state(site: Site) -> Pages:
    state = {"page": "/careers", "props": {"jobsUrl": board_url(site.boards[0]), "locale": site.company.language}}
    written = json.dumps(state).replace("/", "\\/")
    return _with_careers(site, f'<script id="__NEXT_DATA__" type="application/json">{written}</script>')


def _api_fetch(site: Site) -> Pages:
    board = site.boards[0]
    region = ".eu" if board.record.region == "eu" else ""
    api = f"https://api{region}.lever.co/v0/postings/{board.record.slug}?mode=json"
    return _with_careers(site, f'<div id="jobs"></div><script>fetch("{api}").then(r=>r.json()).then(show)</script>')


def _posting_links(site: Site) -> Pages:
    return _with_careers(site, posting_links(site.boards[0], "?gh_src=web1"))


def _application_links(site: Site) -> Pages:
    board = site.boards[0]
    base = f"https://{embed_host(board)}/embed/job_app?for={board.record.slug}&token="
    rows = (f"<li>{link(p.title, base + str(board.greenhouse_id(p.serial)))}</li>" for p in board.postings)
    return _with_careers(site, f"<ul>{''.join(rows)}</ul>")


def _own_domain(site: Site) -> Pages:
    board = site.boards[0]
    pages = _greenhouse_script(site)
    for posting in board.postings:
        number = board.greenhouse_id(posting.serial)
        source = f"https://{embed_host(board)}/embed/job_board/js?for={board.record.slug}"
        frame = f'<div id="grnhse_app"></div><script src="{source}"></script>'
        pages[site.host, f"/jobs/{number}"] = site.frame(posting.title, frame)
    return pages


def _subdomain(site: Site) -> Pages:
    board, words, host = site.boards[0], site.words, f"jobs.{site.company.domain}"
    pages = site.usual_pages(nav=[(words.careers, f"https://{host}/")])
    pages[host, "/"] = site.frame(words.openings, posting_links(board) + link(words.see_all, board_url(board)))
    return pages


def _two_hops(site: Site) -> Pages:
    words = site.words
    team = f"{words.about_path}/equipo"
    pages = site.usual_pages()
    pages[site.host, words.about_path] = site.frame(
        words.about, f"<p>{escape(site.pitch, quote=False)}</p><p>{link(words.careers, team)}</p>"
    )
    pages[site.host, team] = site.frame(words.team, f"<p>{link(words.see_all, board_url(site.boards[0]))}</p>")
    return pages


def _two_boards(site: Site) -> Pages:
    links = "".join(
        f"<p>{link(site.words.see_all, board_url(board))}</p>{posting_links(board)}" for board in site.boards
    )
    return _with_careers(site, links)


def _one_page(site: Site) -> Pages:
    return site.usual_pages(home=f"<h2 id='empleo'>{site.words.openings}</h2>{posting_links(site.boards[0])}")


def _protocol_relative(site: Site) -> Pages:
    return _with_careers(site, f"<p>{link(site.words.see_all, board_url(site.boards[0]).removeprefix('https:'))}</p>")


def _base_href(site: Site) -> Pages:
    words = site.words
    root = f'<base href="https://{site.host}/web/">'
    pages = site.usual_pages()
    pitch = f"<p>{escape(site.pitch, quote=False)}</p>"
    pages[site.host, "/"] = site.frame(site.company.name, pitch, nav=[(words.careers, "empleo.html")], head=root)
    pages[site.host, "/web/empleo.html"] = _careers(site, f"<p>{link(words.see_all, board_url(site.boards[0]))}</p>")
    return pages


def _locale_redirect(site: Site) -> Pages:
    words, language = site.words, site.company.language
    careers = f"/{language}/empleo"
    pages = site.usual_pages(nav=[(words.careers, careers)])
    pages[site.host, f"/{language}/"] = pages[site.host, "/"]
    pages[site.host, "/"] = found_at(f"/{language}/", 302)
    pages[site.host, careers] = _careers(site, f"<p>{link(words.see_all, board_url(site.boards[0]))}</p>")
    return pages


def _slow(site: Site) -> Pages:
    return {place: evolve(page, delay=0.6) for place, page in _nav_link(site).items()}


def _no_board(site: Site) -> Pages:
    words = site.words
    pages = site.usual_pages(nav=[(words.careers, words.careers_path)])
    pages[site.host, words.careers_path] = site.frame(words.careers, f"<p>{escape(words.none, quote=False)}</p>")
    return pages


def _blog(site: Site) -> Pages:
    first, other = (site.world[slug] for slug in site.company.links_to)
    article = "/2025/12/ofertas-que-nos-gustan"
    home = f"<h2>{site.words.articles}</h2><p>{link('Ofertas que nos gustan', article)}</p>"
    pages = site.usual_pages(home=home)
    seen = f"{posting_links(first)}<p>{link(other.company.name, board_url(other))}</p>"
    pages[site.host, article] = site.frame("Ofertas que nos gustan", seen)
    return pages


def _portfolio(site: Site) -> Pages:
    boards = [site.world[slug] for slug in site.company.links_to]
    rows = "".join(f"<li>{escape(b.company.name)}: {link(site.words.see_all, board_url(b))}</li>" for b in boards)
    return _with_careers(site, f"<h2>{site.words.portfolio}</h2><ul>{rows}</ul>")


def _dead_board(site: Site) -> Pages:
    return _with_careers(site, f"<p>{link(site.words.see_all, site.company.dead_link)}</p>")


def _error(site: Site) -> Pages:
    sorry = evolve(site.frame("500", "<p>Error 500</p>"), status=500)
    return {(site.host, ""): sorry}


def _dropped(site: Site) -> Pages:
    return {(site.host, ""): SandboxResponse(502, dropped=True)}


def _login_wall(site: Site) -> Pages:
    return {(site.host, ""): evolve(site.frame("Sign in", "<p>Sign in to see more</p>"), status=403)}


def _redirect_loop(site: Site) -> Pages:
    return {(site.host, "/"): found_at("/inicio", 302), (site.host, "/inicio"): found_at("/", 302)}


#: Each style by its name in the data. A page at the empty path answers every path of its host.
STYLES: Mapping[str, Callable[[Site], Pages]] = MappingProxyType(
    {
        "nav-link": _nav_link,
        "direct-link": _direct_link,
        "footer-link": _footer_link,
        "greenhouse-script": _greenhouse_script,
        "iframe": _iframe,
        "redirect-permanent": _redirect(301),
        "redirect-temporary": _redirect(302),
        "meta-refresh": _meta_refresh,
        "json-state": _json_state,
        "api-fetch": _api_fetch,
        "posting-links": _posting_links,
        "application-links": _application_links,
        "own-domain": _own_domain,
        "subdomain": _subdomain,
        "two-hops": _two_hops,
        "two-boards": _two_boards,
        "one-page": _one_page,
        "protocol-relative": _protocol_relative,
        "base-href": _base_href,
        "locale-redirect": _locale_redirect,
        "slow": _slow,
        "no-board": _no_board,
        "blog": _blog,
        "portfolio": _portfolio,
        "dead-board": _dead_board,
        "robots-disallow": _nav_link,
        "error-500": _error,
        "dropped": _dropped,
        "login-wall": _login_wall,
        "redirect-loop": _redirect_loop,
    }
)
