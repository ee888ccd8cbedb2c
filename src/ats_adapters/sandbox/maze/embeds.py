"""Ways in which a site of the maze leads to its company's board by what only a program reads: frames, scripts, data."""

from __future__ import annotations

import json
from html import escape

from ats_adapters.sandbox.greenhouse_records import embed_host
from ats_adapters.sandbox.maze.site import MazeSite
from ats_adapters.sandbox.postings import BoardToday
from ats_adapters.sandbox.site import Pages, board_url, posting_url

__all__ = [
    "api_fetch",
    "application_links",
    "button_data",
    "embed_script",
    "escaped_json",
    "gh_jid",
    "iframe",
    "json_in_script",
    "json_ld",
    "lever_widget",
]


def _api(board: BoardToday) -> str:
    """Where the vendor's API has the board."""
    slug = board.record.slug
    if board.record.provider == "greenhouse":
        return f"https://boards-api.greenhouse.io/v1/boards/{slug}/jobs?content=true"
    return f"https://api{'.eu' if board.record.region == 'eu' else ''}.lever.co/v0/postings/{slug}?mode=json"


def iframe(site: MazeSite) -> Pages:
    """The board in a frame, also one that is loaded late or without scripts."""
    board = site.board
    url = board_url(board)
    if board.record.provider == "greenhouse":
        url = f"https://{embed_host(board)}/embed/job_board?for={board.record.slug}&b=https%3A%2F%2F{site.host}"
    address = escape(url)
    frames = (
        f'<iframe id="grnhse_iframe" src="{address}" width="100%" height="900" frameborder="0"></iframe>',
        f'<IFRAME SRC="{address}" SCROLLING=NO></IFRAME>',
        f'<iframe class="lazy" data-src="{address}" loading="lazy" title="{escape(site.words.openings)}"></iframe>',
        f'<noscript><iframe src="{address}"></iframe></noscript>',
        f"<iframe src='{url.removeprefix('https:').replace('&', '&amp;')}'></iframe>",
    )
    return site.with_careers(site.dice.pick(frames, "frame of the board"))


def embed_script(site: MazeSite) -> Pages:
    """Greenhouse's own embed."""
    board = site.board
    source = f"https://{embed_host(board)}/embed/job_board/js?for={board.record.slug}"
    scripts = (
        f'<div id="grnhse_app"></div>\n<script src="{source}"></script>',
        f"<div id=grnhse_app></div><SCRIPT ASYNC SRC='{source.removeprefix('https:')}'></SCRIPT>",
        f'<div id="grnhse_app"></div><script>(function(){{var s=document.createElement("script");s.src="{source}";'
        "document.body.appendChild(s)})()</script>",
    )
    return site.with_careers(site.dice.pick(scripts, "embed"))


def lever_widget(site: MazeSite) -> Pages:
    """The usual widget for Lever's postings, which is told the site's name and no URL."""
    slug, region = site.board.record.slug, site.board.record.region
    eu = ", isEu: true" if region == "eu" else ""
    return site.with_careers(
        '<div id="lever-jobs-container"></div>\n<script type="text/javascript">\nwindow.leverJobsOptions = '
        f"{{accountName: '{slug}', includeCss: true{eu}}};\n</script>\n"
        '<script src="https://andreasmb.github.io/lever-jobs-embed/index.js"></script>'
    )


def gh_jid(site: MazeSite) -> Pages:
    """Postings under the company's own address with `gh_jid`; only a script tells the board's token."""
    board, path = site.board, site.words.careers_path
    slug = board.record.slug
    tokens = (
        f'<script>var Grnhse=window.Grnhse||{{}};Grnhse.Settings={{boardToken:"{slug}",autoLoad:true}};</script>',
        f"<script>const jobs = await fetch('{_api(board)}').then(r => r.json());</script>",
        f'<div id="grnhse_app" data-board-token="{slug}"></div>',
        f'<script type="application/json">{json.dumps({"greenhouse": {"boardToken": slug, "locale": "en"}})}</script>',
    )
    rows = site.dress.rows((p.title, f"{path}?gh_jid={board.greenhouse_id(p.serial)}") for p in board.postings)
    return site.with_careers(rows + site.dice.pick(tokens, "token"))


def application_links(site: MazeSite) -> Pages:
    """Each posting leads straight to its application form."""
    board = site.board
    base = f"https://{embed_host(board)}/embed/job_app?for={board.record.slug}&token="
    rows = ((p.title, base + str(board.greenhouse_id(p.serial))) for p in board.postings)
    return site.with_careers(site.dress.rows(rows))


def api_fetch(site: MazeSite) -> Pages:
    """A script of the page asks the vendor's API."""
    asks = (
        f'<script>fetch("{_api(site.board)}").then(r=>r.json()).then(show)</script>',
        f"<script>$.getJSON('{_api(site.board)}', function(d){{render(d)}});</script>",
        f'<div id="jobs" data-endpoint="{escape(_api(site.board))}"></div>',
        f"<script>axios.get(`{_api(site.board)}`)</script>",
    )
    return site.with_careers('<div id="jobs"></div>' + site.dice.pick(asks, "asks"))


def json_in_script(site: MazeSite) -> Pages:
    """The page's data, as JSON in a script, names the board."""
    state = {"page": "careers", "jobsUrl": board_url(site.board), "locale": site.company.language, "team": []}
    written = (
        f'<script type="application/json" id="page-data">{json.dumps(state)}</script>',
        f"<script>window.__STATE__ = {json.dumps(state)};</script>",
        f"<script>window.__NUXT__=(function(a){{return {{url:a}}}}('{board_url(site.board)}'))</script>",
    )
    return site.with_careers('<div id="root"></div>' + site.dice.pick(written, "state"))


def escaped_json(site: MazeSite) -> Pages:
    """The same, escaped: once, in another way, twice, or as an attribute."""
    state = json.dumps({"props": {"pageProps": {"cta": {"href": board_url(site.board), "label": site.words.see_all}}}})
    slashed = state.replace("/", "\\/")
    coded = state.replace("/", "\\u002F")
    pushed = json.dumps(state)
    written = (
        f'<script id="__NEXT_DATA__" type="application/json">{slashed}</script>',
        f"<script>window.__PRELOADED_STATE__={coded}</script>",
        f"<script>self.__next_f.push([1,{pushed}])</script>",
        f"<script>self.__next_f.push([1,{json.dumps(slashed)}])</script>",
        f'<div class="cta-block" data-props="{escape(state)}"></div>',
        f'<div data-props="{escape(slashed)}"></div>',
    )
    return site.with_careers(site.dice.pick(written, "escaped state"))


def json_ld(site: MazeSite) -> Pages:
    """`JobPosting`s for search engines, which name the vendor's pages."""
    organization = {"@type": "Organization", "name": site.company.name, "sameAs": f"https://{site.host}"}
    postings = [
        {
            "@context": "https://schema.org/",
            "@type": "JobPosting",
            "title": p.title,
            "datePosted": p.published_at.date().isoformat(),
            "hiringOrganization": organization,
            "url": posting_url(site.board, p),
        }
        for p in site.board.postings
    ]
    graph: object = postings if site.dice.below(2, "graph") else {"@context": "https://schema.org", "@graph": postings}
    rows = "".join(f"<h3>{escape(p.title)}</h3>" for p in site.board.postings)
    script = f'<script type="application/ld+json">{json.dumps(graph)}</script>'
    if site.dice.below(2, "head"):
        return site.with_careers(rows, head=script)
    return site.with_careers(rows + script)


def button_data(site: MazeSite) -> Pages:
    """A button or a form leads to the board, and no link does."""
    url, label = escape(board_url(site.board)), site.dress.text(site.words.see_all)
    buttons = (
        f'<button class="btn" data-href="{url}">{label}</button>',
        f"<button onclick=\"window.location.href='{url}'\">{label}</button>",
        f"<button type=button onclick='window.open(&quot;{url}&quot;)'>{label}</button>",
        f'<form method="get" action="{url}"><button>{label}</button></form>',
        f'<FORM METHOD=POST ACTION="{url}"><INPUT TYPE=submit VALUE="{label}"></FORM>',
        f'<div role="link" tabindex="0" data-url="{url}">{label}</div>',
    )
    return site.with_careers(site.dice.pick(buttons, "button"))
