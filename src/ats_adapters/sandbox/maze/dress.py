"""How a site of the maze is written: its frame, its clutter, and the spellings of its links. Seeded, one a site."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from attrs import frozen

from ats_adapters.sandbox.answers import SandboxResponse, html_page
from ats_adapters.sandbox.chance import Dice
from ats_adapters.sandbox.maze.words import SiteWords

__all__ = ["Dress", "Link"]

#: A label and an address.
Link = tuple[str, str]

_TRACKING = (
    "utm_source=website&utm_medium=menu",
    "gh_src=web1",
    "lever-source=Website",
    "ref=home",
    "fbclid=IwAR0abc-_1",
)
_NAMED_ENTITIES = {"é": "&eacute;", "è": "&egrave;", "ó": "&oacute;", "Ú": "&Uacute;", "ü": "&uuml;", "'": "&#39;"}
_ANALYTICS = (
    "<script>window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments)}gtag('js',new Date());"
    "</script>",
    "<script>!function(f,b){f.fbq=function(){f.fbq.q.push(arguments)};f.fbq.q=[]}(window,document);</script>",
    '<script async src="https://www.googletagmanager.com/gtag/js?id=G-4711"></script>',
    "",
)
_ICON = '<svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><path d="M2 8h12M9 3l5 5-5 5"/></svg>'


@frozen
class Dress:
    """The clothes of the site at *host*, in the words of *words*."""

    host: str
    language: str
    words: SiteWords
    dice: Dice

    # Addresses

    def inner(self, path: str, *question: object) -> str:
        """The address of a page of the site as one of its links spells it."""
        spellings = (
            path,
            path,
            path,
            f"https://{self.host}{path}",
            f"//{self.host}{path}",
            f"http://{self.host}{path}",
        )
        spelled = self.dice.pick(spellings, "inner", path, *question)
        return spelled + self.dice.pick(("", "", "", "#top", "?utm_source=menu"), "inner's end", path, *question)

    def outer(self, url: str, *question: object) -> str:
        """The address of a page elsewhere as a link of the site spells it: with tracking, or another scheme."""
        match self.dice.below(8, "outer", url, *question):
            case 0:
                return url.removeprefix("https:")
            case 1:
                return "http:" + url.removeprefix("https:")
            case 2 if "?" not in url:
                return url + "/"
            case 3 | 4:
                return f"{url}{'&' if '?' in url else '?'}{self.dice.pick(_TRACKING, 'tracking', url)}"
            case 5:
                scheme, _, rest = url.partition("://")
                host, _, path = rest.partition("/")
                return f"{scheme.upper()}://{host.title()}/{path}"
            case _:
                return url

    # Markup

    def link(self, label: str, url: str) -> str:
        """An anchor, written as somebody wrote it."""
        address, shown = escape(url), self.text(label)
        match self.dice.below(10, "link", label, url):
            case 0:
                return f'<a class="btn" target="_blank" rel="noopener" href="{address}"><span>{shown}</span></a>'
            case 1:
                return f"<A HREF='{address}'>{self.text(label.upper())}</A>"
            case 2:
                return f'<a\n   href="{address}"\n   title="{escape(label)}">\n  {shown}\n  {_ICON}</a>'
            case 3 if not set(address) & set(" \"'=<>`"):
                return f"<a href={address} >{shown}</a>"
            case 4:
                return f'<a href=" {address} " data-track="nav"><i class="fa"></i>&nbsp;{shown}&nbsp;&raquo;</a>'
            case 6 if self.dice.below(2, "pictures"):
                return f'<a href="{address}" aria-label="{escape(label)}">{_ICON}</a>'
            case 6:
                return f'<a href="{address}"><img src="/static/go.png" alt="{escape(label)}"></a>'
            case 7 if self.dice.below(2, "signs"):
                return (
                    f'<a href="{address}">{shown} {self.dice.pick(("🚀", "↗", "(12)", "»", "→", "| 🎉"), "sign")}</a>'
                )
            case 5:
                return f'<a href="{address.replace("/", "&#x2F;")}">{shown}</a>'
            case _:
                return f'<a href="{address}">{shown}</a>'

    def text(self, said: str) -> str:
        """Words as markup: on some sites with named entities."""
        safe = escape(said, quote=False)
        if self.dice.below(4, "entities"):
            return safe
        return "".join(_NAMED_ENTITIES.get(character, character) for character in safe)

    def rows(self, links: Iterable[Link]) -> str:
        """A list of links."""
        made = [self.link(label, url) for label, url in links]
        if self.dice.below(2, "rows"):
            return "<ul class='list'>" + "".join(f"<li>{one}</li>" for one in made) + "</ul>"
        return "".join(f'<div class="row"><div class="cell">{one}</div></div>' for one in made)

    def page(
        self, title: str, body: str, *, nav: Iterable[Link] = (), footer: Iterable[Link] = (), head: str = ""
    ) -> SandboxResponse:
        """A page in the site's frame."""
        name = escape(self.words.name, quote=False)
        menu = "".join(f'<li class="menu-item">{self.link(*item)}</li>' for item in nav)
        foot = " | ".join(self.link(*item) for item in footer)
        social = (
            f'<a href="https://www.linkedin.com/company/{self.host.split(".")[-2]}" aria-label="LinkedIn">{_ICON}</a>'
        )
        depth = self.dice.below(9, "depth")
        content = f"{'<div class=wrap>' * depth}<h1>{self.text(title)}</h1>{body}{'</div>' * depth}"
        cookies = self.text(self.words.said.cookies)
        banner = f'<div id="cookie-banner" role="dialog"><p>{cookies}</p><button>OK</button></div>'
        banner = banner if self.dice.below(2, "banner") else ""
        analytics = self.dice.pick(_ANALYTICS, "analytics")
        charset = '<META CHARSET="UTF-8">' if self.dice.below(3, "shouting") == 0 else '<meta charset="utf-8">'
        start = f"{charset}<title>{escape(title, quote=False)} | {name}</title>{analytics}{head}"
        match self.dice.below(4, "frame"):
            case 0:
                return html_page(
                    f'<!DOCTYPE html>\n<html lang="{self.language}">\n<head>\n{start}\n</head>\n<body>{banner}\n'
                    f"<header><strong>{name}</strong><nav><ul>{menu}</ul></nav></header>\n<main>{content}</main>\n"
                    f"<footer>{foot} {social}<p>&copy; 2026 {name}</p></footer></body></html>"
                )
            case 1:
                return html_page(
                    f"<HTML><HEAD>{start}</HEAD><BODY BGCOLOR=white><TABLE><TR><TD><UL>{menu}</UL></TD>"
                    f"<TD>{content}</TD></TR></TABLE><HR>{foot}<BR>{social}</BODY></HTML>"
                )
            case 2:
                return html_page(
                    f'<!doctype html><html lang={self.language}><head>{start}<link rel="preload" href="/static/app.css"'
                    f' as="style"></head><body class="home page"><div id="app"><div class="nav"><ul>{menu}</ul>'
                    f'</div><section>{content}</section><div class="bottom">{foot}{social}</div></div>{banner}'
                    '<script src="/static/app.4711.js" defer></script></body></html>'
                )
            case _:
                # As a site builder leaves it: menu after the content, tags that are not closed.
                return html_page(
                    f"<!doctype html><html><head>{start}<style>.a>.b{{color:#123}}</style></head><body>{banner}"
                    f"<div class=page><p>{content}<p><div class=menu><ul>{menu}</ul><div>{foot}{social}</body>"
                )
