"""The ways in which a site of the maze leads to its company's board by what a reader sees: links, redirects, lists."""

from __future__ import annotations

from html import escape

from ats_adapters.sandbox.answers import SandboxResponse, found_at, html_page, text_file
from ats_adapters.sandbox.maze.site import MazeSite
from ats_adapters.sandbox.site import Pages, board_url, posting_url

__all__ = [
    "about_hop",
    "careers_link",
    "closed",
    "custom_domain",
    "footer_link",
    "group_board",
    "home_link",
    "home_postings",
    "listed_careers",
    "locale_home",
    "moved_vendor",
    "own_career_domain",
    "posting_list",
    "redirect",
    "refresh",
    "several_boards",
    "sitemap_only",
    "subdomain",
    "two_hops",
    "unlinked",
    "well_known",
]


def _linked(site: MazeSite) -> str:
    """The link to the board, on half the sites with some of its postings."""
    one = f"<p>{site.dress.link(*site.board_link)}</p>"
    return one + site.listing(site.board, 4) if site.dice.below(2, "with postings") else one


def home_link(site: MazeSite) -> Pages:
    """The menu's careers link is the board itself."""
    return site.usual(nav=[(site.words.careers, site.dress.outer(board_url(site.board)))])


def careers_link(site: MazeSite) -> Pages:
    """A careers page that links the board."""
    return site.with_careers(_linked(site))


def footer_link(site: MazeSite) -> Pages:
    """The way to the careers page stands below everything."""
    pages = site.usual(footer=[site.careers_nav])
    pages[site.host, site.words.careers_path] = site.careers(_linked(site))
    return pages


def posting_list(site: MazeSite) -> Pages:
    """A careers page of single postings, each linked at the vendor; the board itself is not."""
    return site.with_careers(site.listing(site.board))


def home_postings(site: MazeSite) -> Pages:
    """One long page: the postings stand on the front page, under a heading."""
    heading = f"<h2 id='jobs'>{site.dress.text(site.words.openings)}</h2>"
    last = site.dress.link(*site.board_link)
    return site.usual(nav=[(site.words.careers, "#jobs")], home=f"{heading}{site.listing(site.board)}<p>{last}</p>")


def redirect(site: MazeSite) -> Pages:
    """The careers page redirects to the vendor's host, at once or over another page of the site."""
    status = site.dice.pick((301, 302, 303, 307, 308), "status")
    path = site.words.careers_path
    pages = site.usual(nav=[site.careers_nav])
    target = board_url(site.board)
    if site.dice.below(3, "detour") == 0:
        pages[site.host, "/go/jobs-at-vendor"] = found_at(target, 302)
        target = "/go/jobs-at-vendor"
    pages[site.host, path] = found_at(target, status)
    return pages


def refresh(site: MazeSite) -> Pages:
    """The careers page sends its reader on: by meta refresh, or by a line of script."""
    url = board_url(site.board)
    heads = (
        f'<meta http-equiv="refresh" content="0; url={url}">',
        f"<META HTTP-EQUIV='Refresh' CONTENT='3;URL={url}'>",
        f'<script>window.location.replace("{url}");</script>',
    )
    pages = site.usual(nav=[site.careers_nav])
    moved = f"<p>{site.dress.text(site.words.said.moved)}</p>"
    pages[site.host, site.words.careers_path] = site.page(
        site.words.careers, moved, head=site.dice.pick(heads, "refresh")
    )
    return pages


def custom_domain(site: MazeSite) -> Pages:
    """`jobs.acme.example` is served by the vendor: its page, under the company's name."""
    host, board = f"{site.dice.pick(('jobs', 'careers'), 'custom')}.{site.company.domain}", site.board
    pages = site.usual(nav=[(site.words.careers, f"https://{host}/")])
    is_relative = site.dice.below(2, "relative")
    rows = "".join(
        f'<div class="posting"><a class="posting-title" href="{escape(_at_custom(site, n) if is_relative else url)}">'
        f"<h5>{escape(posting.title)}</h5></a></div>"
        for n, posting in enumerate(board.postings)
        for url in (posting_url(board, posting),)
    )
    head = f"<meta charset=utf-8><title>{escape(site.company.name)}</title>"
    head += f'<link rel="canonical" href="{board_url(board)}">'
    logo = f'<a class="main-header-logo" href="https://{site.host}/">{escape(site.company.name)}</a>'
    pages[host, "/"] = html_page(f"<!doctype html><html><head>{head}</head><body>{logo}{rows}</body></html>")
    if is_relative:
        for number, posting in enumerate(board.postings):
            apply = site.dress.link(site.words.said.apply, posting_url(board, posting))
            pages[host, _at_custom(site, number)] = html_page(f"<html><h1>{escape(posting.title)}</h1>{apply}</html>")
    return pages


def _at_custom(site: MazeSite, number: int) -> str:
    return f"/o/{site.dice.number('posting', number) % 10**6}"


def subdomain(site: MazeSite) -> Pages:
    """A careers page of the company's own at a host of its own below its domain."""
    host = f"{site.dice.pick(('careers', 'jobs', 'empleo', 'talent'), 'subdomain')}.{site.company.domain}"
    pages = site.usual(nav=[(site.words.careers, f"https://{host}{site.dice.pick(('', '/'), 'slash')}")])
    pages[host, "/"] = site.careers(_linked(site))
    return pages


def own_career_domain(site: MazeSite) -> Pages:
    """A careers site under a second domain that bears the company's name."""
    host = f"www.{second_domain(site.company.domain)}"
    pages = site.usual(nav=[(site.words.careers, f"https://{host}/")])
    pages[host, "/"] = site.careers(_linked(site))
    return pages


def second_domain(domain: str) -> str:
    """The second domain of a company that has one."""
    return f"{domain.split('.')[0]}-careers.example"


def sitemap_only(site: MazeSite) -> Pages:
    """No page links the careers page; the sitemap names it, which may be an index, or known to robots.txt only."""
    kind = site.dice.below(4, "sitemap")
    here = f"https://{site.host}"
    # A path that says what it is, but where nobody would try.
    path = f"/{site.company.language}/{site.words.careers_path.strip('/').split('/')[-1].removesuffix('.html')}-2026"
    pages = site.usual()
    pages[site.host, path] = site.careers(_linked(site))
    listed = ["/", site.words.about_path, "/contact", "/legal", *(f"/blog/{n}" for n in range(9)), path]
    urls = "".join(
        f"<url><loc>{here}{p}</loc><lastmod>2026-01-0{1 + n % 9}</lastmod></url>" for n, p in enumerate(listed)
    )
    written = _xml(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>')
    if kind == 0:
        parts = "".join(f"<sitemap><loc>{here}/sitemap-{part}.xml</loc></sitemap>" for part in ("posts", "pages"))
        index = f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{parts}</sitemapindex>'
        pages[site.host, "/sitemap.xml"] = _xml(index)
        posts = "".join(f"<url><loc>{here}/blog/{n}</loc></url>" for n in range(9))
        pages[site.host, "/sitemap-posts.xml"] = _xml(f"<urlset>{posts}</urlset>")
        pages[site.host, "/sitemap-pages.xml"] = written
    elif kind == 1:
        pages[site.host, "/robots.txt"] = text_file(
            f"User-agent: *\nDisallow: /wp-admin/\n\nSitemap: {here}/wp-sitemap-7.xml\n"
        )
        pages[site.host, "/wp-sitemap-7.xml"] = written
    else:
        pages[site.host, "/sitemap.xml"] = written
    return pages


def _xml(text: str) -> SandboxResponse:
    return text_file(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}', "application/xml")


def well_known(site: MazeSite) -> Pages:
    """No page links the careers page; it stands where anybody would try."""
    pages = site.usual()
    pages[site.host, site.words.known_path] = site.careers(_linked(site))
    return pages


def two_hops(site: MazeSite) -> Pages:
    """A careers page that praises the company, and a page behind it that shows the jobs."""
    words = site.words
    behind = f"{words.careers_path.removesuffix('.html').rstrip('/')}/open-positions"
    pages = site.with_careers(f"<p>{site.dress.link(words.see_all, site.dress.inner(behind))}</p>")
    pages[site.host, behind] = site.careers(_linked(site), nav=[site.careers_nav])
    return pages


def about_hop(site: MazeSite) -> Pages:
    """Only the page about the company links the careers page."""
    pages = site.usual()
    words = site.words
    link = site.dress.link(*site.careers_nav)
    pages[site.host, words.about_path] = site.page(words.about, f"<p>{site.company.about['en']}</p><p>{link}</p>")
    pages[site.host, words.careers_path] = site.careers(_linked(site))
    return pages


def locale_home(site: MazeSite) -> Pages:
    """The front page redirects to that of a language, and so does the careers page."""
    language = site.company.language
    path = f"/{language}/{site.words.careers_path.strip('/').split('/')[-1]}"
    pages = site.usual(nav=[(site.words.careers, site.dress.inner(site.words.careers_path))])
    pages[site.host, f"/{language}/"] = pages[site.host, "/"]
    pages[site.host, "/"] = found_at(f"/{language}/", 302)
    pages[site.host, site.words.careers_path] = found_at(f"{path}-{language}", 301)
    pages[site.host, f"{path}-{language}"] = site.careers(_linked(site))
    return pages


def listed_careers(site: MazeSite) -> Pages:
    """The list gives the careers page; the site does not link it, and it stands where nobody would try."""
    pages = site.usual()
    pages[site.host, site.words.odd_path] = site.careers(_linked(site))
    return pages


def several_boards(site: MazeSite) -> Pages:
    """Two boards of the company, both on its careers page."""
    heads = ("Headquarters", "Technology")
    parts = (
        f"<h2>{head}</h2><p>{site.dress.link(site.words.see_all, site.dress.outer(board_url(board)))}</p>"
        for head, board in zip(heads, site.boards, strict=True)
    )
    return site.with_careers("".join(parts))


def moved_vendor(site: MazeSite) -> Pages:
    """An old board, which its vendor no longer knows, is linked before the one that is used."""
    other = "https://jobs.lever.co/" if site.board.record.provider == "greenhouse" else "https://boards.greenhouse.io/"
    old = site.dress.link(site.words.openings, other + site.company.domain.split(".")[0])
    return site.with_careers(f"<p>{old} (2024)</p>{_linked(site)}")


def group_board(site: MazeSite) -> Pages:
    """A company of a group, whose careers page leads to the group's board."""
    return site.with_careers(f"<p>{site.dress.link(*site.board_link)}</p>")


def unlinked(site: MazeSite) -> Pages:
    """The site shows nothing of the board."""
    return site.usual()


def closed(site: MazeSite) -> Pages:
    """The site shows the board, and robots.txt closes all of it."""
    pages = careers_link(site)
    pages[site.host, "/robots.txt"] = text_file("User-agent: *\nDisallow: /\n")
    return pages
