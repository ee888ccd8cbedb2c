"""A company's website before it has pages: what it knows, its words, and the frames that its pages stand in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from html import escape

from attrs import frozen

from ats_adapters.sandbox import greenhouse_records, lever
from ats_adapters.sandbox.answers import SandboxResponse, html_page
from ats_adapters.sandbox.chance import Dice
from ats_adapters.sandbox.postings import BoardToday, PostingToday
from ats_adapters.sandbox.records import CompanyRecord, Labels, labels

__all__ = ["Link", "Pages", "Site", "board_url", "link", "posting_links", "posting_url"]

#: A label and the address that it leads to.
Link = tuple[str, str]
#: The pages of a website by host and path.
Pages = dict[tuple[str, str], SandboxResponse]


def board_url(board: BoardToday) -> str:
    """Where people see the board."""
    return greenhouse_records.board_url(board) if board.record.provider == "greenhouse" else lever.board_url(board)


def posting_url(board: BoardToday, posting: PostingToday) -> str:
    """Where people see the posting at the vendor."""
    if board.record.provider == "greenhouse":
        return f"{greenhouse_records.board_url(board)}/jobs/{board.greenhouse_id(posting.serial)}"
    return lever.posting_url(board, posting)


def link(label: str, url: str) -> str:
    """An anchor."""
    return f'<a href="{escape(url)}">{escape(label, quote=False)}</a>'


def posting_links(board: BoardToday, tracking: str = "") -> str:
    """A list of single postings, each linked at the vendor."""
    rows = (f"<li>{link(p.title, posting_url(board, p) + tracking)}</li>" for p in board.postings[:12])
    return f"<ul class='openings'>{''.join(rows)}</ul>"


@frozen(kw_only=True, slots=False)
class Site:
    """One website on one day. *boards* are the company's own, open or not; *world* has all boards by slug."""

    company: CompanyRecord
    boards: tuple[BoardToday, ...]
    world: Mapping[str, BoardToday]

    @property
    def host(self) -> str:
        """The host of the main pages."""
        return self.company.host

    @property
    def words(self) -> Labels:
        """The site's words."""
        return labels()[self.company.language]

    @cached_property
    def dice(self) -> Dice:
        """The draws of this site."""
        return Dice(f"site {self.company.domain}")

    @property
    def pitch(self) -> str:
        """What the company says of itself, in the site's language where it has that."""
        own = self.company.about.get(self.company.language)
        return self.company.headline or own or self.company.about["en"]

    def frame(
        self,
        title: str,
        body: str,
        *,
        nav: Iterable[Link] = (),
        footer: Iterable[Link] = (),
        head: str = "",
    ) -> SandboxResponse:
        """A page in one of three frames: a hand-made one, a blog engine's, and one that a script fills in."""
        words, name = self.words, escape(self.company.name, quote=False)
        social = [("LinkedIn", f"https://www.linkedin.com/company/{self.company.domain.split('.')[0]}")]
        top = [(words.home, "/"), (words.products, "/#que"), (words.about, words.about_path), *nav]
        top.append((words.contact, "/contacto"))
        bottom = [*footer, (words.legal, "/legal"), *social]
        meta = f'<meta charset="utf-8"><title>{escape(title, quote=False)} | {name}</title>{head}'
        start = f'<!doctype html>\n<html lang="{self.company.language}">\n<head>{meta}'
        match self.dice.below(3, "frame"):
            case 0:
                menu, foot = (" · ".join(link(*item) for item in items) for items in (top, bottom))
                return html_page(
                    f"{start}</head>\n<body><header><strong>{name}</strong> {menu}</header>\n"
                    f"<main><h1>{escape(title, quote=False)}</h1>{body}</main>\n<footer>{foot}</footer></body></html>"
                )
            case 1:
                menu, foot = (
                    "".join(f'<li class="menu-item">{link(*i)}</li>' for i in items) for items in (top, bottom)
                )
                return html_page(
                    f'{start}<link rel="stylesheet" href="/wp-content/themes/plain/style.css"></head>\n'
                    f'<body class="page"><nav id="site-navigation"><ul class="menu">{menu}</ul></nav>\n'
                    f'<article class="entry"><h1 class="entry-title">{escape(title, quote=False)}</h1>'
                    f'<div class="entry-content">{body}</div></article>\n'
                    f'<footer class="site-footer"><ul>{foot}</ul><p>&copy; 2026 {name}</p></footer></body></html>'
                )
            case _:
                menu, foot = ("\n".join(f"<span>{link(*i)}</span>" for i in items) for items in (top, bottom))
                return html_page(
                    f'{start}<script>window.dataLayer=window.dataLayer||[];</script></head>\n<body><div id="app">'
                    f'<div class="topbar">{menu}</div><section><h1>{escape(title, quote=False)}</h1>{body}</section>'
                    f'<div class="bottombar">{foot}</div></div></body></html>'
                )

    def usual_pages(self, *, nav: Iterable[Link] = (), footer: Iterable[Link] = (), home: str = "") -> Pages:
        """The pages that every site has: home (with *home* added), about, contact, legal notice."""
        words, nav, footer = self.words, tuple(nav), tuple(footer)
        pitch = f"<p>{escape(self.pitch, quote=False)}</p>"
        mail = f"<p>hola@{self.company.domain}, {escape(self.company.city)}</p>"
        pages = {
            "/": self.frame(self.company.name, pitch + home, nav=nav, footer=footer),
            words.about_path: self.frame(words.about, pitch, nav=nav, footer=footer),
            "/contacto": self.frame(words.contact, mail, nav=nav, footer=footer),
            "/legal": self.frame(words.legal, f"<p>{escape(self.company.name)}</p>", nav=nav, footer=footer),
        }
        return {(self.host, path): page for path, page in pages.items()}
