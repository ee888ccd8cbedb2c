"""Sites of the maze whose company has no board: some mention the boards of others, some mention none."""

from __future__ import annotations

import json
from html import escape

from ats_adapters.sandbox.answers import text_file
from ats_adapters.sandbox.maze.site import MazeSite
from ats_adapters.sandbox.postings import BoardToday
from ats_adapters.sandbox.site import Pages, board_url, posting_url

__all__ = [
    "agency",
    "agency_of_one",
    "blog_post",
    "careers_mail",
    "clients_jobs",
    "customer_stories",
    "dead_board",
    "embed_demo",
    "job_directory",
    "namesake",
    "no_careers",
    "no_openings",
    "other_vendor",
    "own_postings",
    "parked",
    "partner_links",
    "portfolio",
    "powered_by",
    "sister_company",
    "tutorial",
]


def _name(board: BoardToday) -> str:
    return board.company.name


def _none(site: MazeSite) -> str:
    return f"<p>{site.dress.text(site.words.said.none)}</p>"


# Others' boards are mentioned


def blog_post(site: MazeSite) -> Pages:
    """An article of the blog links postings of others; the front page links the article."""
    said, first = site.words.said, site.others[0]
    path = "/blog/2025/12/jobs-we-like"
    pages = site.with_careers(_none(site), home=f"<h2>{said.articles}</h2>{site.dress.link(said.article, path)}")
    rest = site.dress.rows((_name(b), board_url(b)) for b in site.others[1:])
    pages[site.host, path] = site.page(said.article, f"{site.listing(first, 5)}{rest}")
    return pages


def customer_stories(site: MazeSite) -> Pages:
    """Stories about customers, each with the customer's board."""
    said = site.words.said
    stories = [(site.words.customer(_name(b)), f"/customers/{n}") for n, b in enumerate(site.others)]
    home = f"<h2>{site.dress.text(said.customers)}</h2>{site.dress.rows(stories)}"
    pages = site.usual(nav=[(said.customers, "/customers")], home=home)
    pages[site.host, "/customers"] = site.page(said.customers, site.dress.rows(stories))
    for number, board in enumerate(site.others):
        link = site.dress.link(f"{_name(board)}: {site.words.openings}", site.dress.outer(board_url(board)))
        pages[site.host, f"/customers/{number}"] = site.page(stories[number][0], f"<p>{link}</p>")
    return pages


def portfolio(site: MazeSite) -> Pages:
    """An investor shows the boards of the companies that it holds, on a page of jobs."""
    said = site.words.said
    ways = [(_name(b), site.dress.link(site.words.see_all, site.dress.outer(board_url(b)))) for b in site.others]
    rows = "".join(f"<div class=co><h3>{escape(name)}</h3>{way}</div>" for name, way in ways)
    path = site.dice.pick(("/jobs", "/portfolio/jobs", "/talent", site.words.careers_path), "jobs of others")
    label = site.dice.pick((said.portfolio_jobs, "Jobs", site.words.careers), "label of jobs")
    pages = site.usual(nav=[(said.portfolio, "/portfolio"), (label, path)])
    pages[site.host, "/portfolio"] = site.page(said.portfolio, "".join(f"<p>{escape(_name(b))}" for b in site.others))
    pages[site.host, path] = site.page(said.portfolio_jobs, rows)
    return pages


def partner_links(site: MazeSite) -> Pages:
    """A list of partners, each with a way to its jobs."""
    said = site.words.said
    rows = site.dress.rows((f"{_name(b)} – Careers", site.dress.outer(board_url(b))) for b in site.others)
    pages = site.with_careers(_none(site), home=f"<h3>{said.partners}</h3>{rows}")
    pages[site.host, "/partners"] = site.page(said.partners, rows)
    return pages


def powered_by(site: MazeSite) -> Pages:
    """A consultancy of the vendors: their own sites, their marks, and one board to show what it can do."""
    board = site.others[0]
    greenhouse = '<a href="https://www.greenhouse.io/partners">Powered by Greenhouse</a>'
    marks = f'{greenhouse} <a href="https://www.lever.co/">Lever</a>'
    demo = site.dress.link("Demo", board_url(board))
    pages = site.with_careers(_none(site) + marks, home=f"<p>{marks}</p>")
    pages[site.host, "/services"] = site.page(site.words.said.products, f"<p>{demo}</p>{marks}")
    return pages


def job_directory(site: MazeSite) -> Pages:
    """A directory of jobs: postings of many companies on the front page and on that of jobs."""
    rows = site.dress.rows(
        (f"{p.title} – {_name(b)}", site.dress.outer(posting_url(b, p))) for b in site.others for p in b.postings[:3]
    )
    said = site.words.said
    pages = site.usual(nav=[(site.words.openings, "/jobs")], home=f"<h2>{site.dress.text(said.directory)}</h2>{rows}")
    pages[site.host, "/jobs"] = site.page(said.directory, rows)
    return pages


def clients_jobs(site: MazeSite) -> Pages:
    """The maker of careers sites shows those of its clients, and has a page of its own without openings."""
    said = site.words.said
    rows = site.dress.rows((f"{_name(b)}: {site.words.see_all}", site.dress.outer(board_url(b))) for b in site.others)
    nav = [(said.clients, "/clients/jobs"), site.careers_nav]
    pages = site.usual(nav=nav)
    pages[site.host, "/clients/jobs"] = site.page(said.clients, rows, nav=nav)
    pages[site.host, site.words.careers_path] = site.page(site.words.careers, _none(site), nav=nav)
    return pages


def agency(site: MazeSite) -> Pages:
    """A recruiting agency: what looks like its careers page lists postings of its clients."""
    parts = "".join(f"<h3>{escape(_name(b))}</h3>{site.listing(b, 3)}" for b in site.others)
    return site.with_careers(parts)


def agency_of_one(site: MazeSite) -> Pages:
    """The same, of an agency that has but one client now, which it names or does not."""
    board = site.others[0]
    named = f": {escape(_name(board))}" if site.dice.below(2, "named") else ""
    return site.with_careers(f"<p>{site.dress.text(site.words.said.clients)}{named}</p>{site.listing(board)}")


def sister_company(site: MazeSite) -> Pages:
    """A page about the group, on which a sister company is said to hire: its link is called as a careers page is."""
    said, board = site.words.said, site.others[0]
    link = site.dress.link(site.words.careers.replace(site.company.name, _name(board)), board_url(board))
    body = f"<h2>{escape(_name(board))}</h2><p>{link}</p>"
    pages = site.usual(nav=[(said.group, "/group")], home=body if site.dice.below(2, "on the front page") else "")
    pages[site.host, "/group"] = site.page(said.group, body)
    return pages


def embed_demo(site: MazeSite) -> Pages:
    """A web agency shows a customer's embed in an article about it."""
    board, said = site.others[0], site.words.said
    source = f"https://boards.greenhouse.io/embed/job_board/js?for={board.record.slug}"
    path = "/blog/embedded-job-boards"
    pages = site.with_careers(_none(site), home=site.dress.link(said.article, path))
    demo = f'<div id="grnhse_app"></div><script src="{source}"></script>'
    pages[site.host, path] = site.page(said.article, f"<p>{escape(_name(board))}</p>{demo}")
    return pages


def tutorial(site: MazeSite) -> Pages:
    """A text for programmers quotes addresses of vendors' APIs, on the front page of a product."""
    board = site.others[0]
    api = f"https://api.lever.co/v0/postings/{board.record.slug}?mode=json"
    home = f"<pre><code>curl {escape(api)}</code></pre><p>GET https://boards-api.greenhouse.io/v1/boards/</p>"
    return site.with_careers(_none(site), home=home)


def dead_board(site: MazeSite) -> Pages:
    """The careers page leads to a board that its vendor no longer knows."""
    slug = site.company.domain.split(".")[0]
    dead = site.dice.pick(
        (f"https://jobs.lever.co/{slug}", f"https://boards.greenhouse.io/{slug}", f"https://jobs.eu.lever.co/{slug}"),
        "dead",
    )
    if site.dice.below(3, "framed") == 0:
        return site.with_careers(f'<iframe src="{dead}"></iframe>')
    return site.with_careers(f"<p>{site.dress.link(site.words.see_all, dead)}</p>")


def namesake(site: MazeSite) -> Pages:
    """The site shows nothing; a board that bears this company's name is another company's."""
    return no_openings(site) if site.dice.below(2, "careers page") else no_careers(site)


# No board is mentioned


def no_careers(site: MazeSite) -> Pages:
    """A site that says nothing of jobs."""
    return site.usual()


def no_openings(site: MazeSite) -> Pages:
    """A careers page that says that there are none."""
    return site.with_careers(_none(site))


def careers_mail(site: MazeSite) -> Pages:
    """A careers page that asks for mail."""
    domain = site.company.domain
    return site.with_careers(f"<p>{site.dress.link(f'jobs@{domain}', f'mailto:jobs@{domain}?subject=CV')}</p>")


def own_postings(site: MazeSite) -> Pages:
    """Postings of the site's own making, for search engines too, with a form to apply."""
    path, titles = site.words.careers_path.removesuffix(".html").rstrip("/"), ("Installer", "Office manager", "Cook")
    rows = site.dress.rows((title, f"{path}/{n}") for n, title in enumerate(titles))
    pages = site.with_careers(rows)
    for number, title in enumerate(titles):
        url = f"https://{site.host}{path}/{number}"
        about = {"@context": "https://schema.org", "@type": "JobPosting", "title": title, "url": url}
        form = f'<form method="post" action="{path}/{number}/apply"><input name="email"></form>'
        script = f'<script type="application/ld+json">{json.dumps(about)}</script>'
        pages[site.host, f"{path}/{number}"] = site.page(title, form, head=script)
    return pages


def other_vendor(site: MazeSite) -> Pages:
    """A careers page that leads to a vendor for which there is no adapter."""
    slug = site.company.domain.split(".")[0]
    url = f"https://{slug}.hirewell.example/jobs"
    return site.with_careers(f"<p>{site.dress.link(site.words.see_all, url)}</p>")


def parked(site: MazeSite) -> Pages:
    """One page, and nothing behind it."""
    soon = f"<!doctype html><title>{escape(site.company.name)}</title><h1>{escape(site.company.name)}</h1><p>Soon."
    return {(site.host, "/"): text_file(soon, "text/html; charset=utf-8")}
