"""A site of the maze before it has pages: what it knows, and the pages that every site has."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from html import escape

from attrs import frozen

from ats_adapters.sandbox.answers import SandboxResponse
from ats_adapters.sandbox.chance import Dice
from ats_adapters.sandbox.maze.dress import Dress, Link
from ats_adapters.sandbox.maze.words import SiteWords
from ats_adapters.sandbox.postings import BoardToday
from ats_adapters.sandbox.records import CompanyRecord
from ats_adapters.sandbox.site import Pages, board_url, posting_url

__all__ = ["Builder", "MazeSite"]


@frozen(kw_only=True, slots=False)
class MazeSite:
    """One website. *boards* are the company's own, *others* those of other companies that the site mentions."""

    company: CompanyRecord
    host: str
    boards: tuple[BoardToday, ...]
    others: tuple[BoardToday, ...]
    seed: str

    @cached_property
    def dice(self) -> Dice:
        """The draws of this site."""
        return Dice(f"{self.seed} site {self.company.domain}")

    @cached_property
    def words(self) -> SiteWords:
        """What it says."""
        return SiteWords.of(self.company.language, self.dice, self.company.name)

    @cached_property
    def dress(self) -> Dress:
        """How it is written."""
        return Dress(self.host, self.company.language, self.words, self.dice)

    @property
    def board(self) -> BoardToday:
        """The company's first board."""
        return self.boards[0]

    @property
    def board_link(self) -> Link:
        """The way to the first board."""
        return self.words.see_all, self.dress.outer(board_url(self.board))

    def listing(self, board: BoardToday, most: int = 12) -> str:
        """Its postings, each linked at the vendor."""
        return self.dress.rows((p.title, self.dress.outer(posting_url(board, p))) for p in board.postings[:most])

    # Pages

    def page(self, title: str, body: str, *, nav: Iterable[Link] = (), head: str = "") -> SandboxResponse:
        """A page with the menu that all pages have."""
        words, dress = self.words, self.dress
        menu = [(words.said.home, dress.inner("/")), (words.about, dress.inner(words.about_path)), *nav]
        menu.append((words.said.contact, dress.inner("/contact")))
        return dress.page(title, body, nav=menu, footer=[(words.said.legal, dress.inner("/legal"))], head=head)

    def usual(self, *, nav: Iterable[Link] = (), footer: Iterable[Link] = (), home: str = "") -> Pages:
        """The pages that every site has: home (with *home* added), about, contact, legal notice."""
        words, nav = self.words, tuple(nav)
        below = "".join(f"<p class='foot'>{self.dress.link(*item)}</p>" for item in footer)
        own = self.company.about.get(self.company.language) or self.company.about["en"]
        pitch = f"<p>{escape(own, quote=False)}</p>"
        pages = {
            "/": self.page(self.company.name, pitch + home + below, nav=nav),
            words.about_path: self.page(words.about, pitch + below, nav=nav),
            "/contact": self.page(words.said.contact, f"<p>hello@{self.company.domain}</p>" + below, nav=nav),
            "/legal": self.page(words.said.legal, f"<p>{escape(self.company.name)}</p>" + below, nav=nav),
        }
        return {(self.host, path): page for path, page in pages.items()}

    @property
    def careers_nav(self) -> Link:
        """The way to the careers page in a menu."""
        return self.words.careers, self.dress.inner(self.words.careers_path)

    def careers(self, body: str, *, head: str = "", nav: Iterable[Link] = ()) -> SandboxResponse:
        """A careers page with *body* after its introduction."""
        intro = f"<p>{self.dress.text(self.words.said.join)}</p>"
        return self.page(self.words.openings, intro + body, nav=nav, head=head)

    def with_careers(self, body: str, *, head: str = "", home: str = "") -> Pages:
        """The usual pages, with a careers page that their menu names."""
        nav = (self.careers_nav,)
        pages = self.usual(nav=nav, home=home)
        pages[self.host, self.words.careers_path] = self.careers(body, head=head, nav=nav)
        return pages


#: What makes the pages of a style.
Builder = Callable[[MazeSite], Pages]
