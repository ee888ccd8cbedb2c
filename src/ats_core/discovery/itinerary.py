"""Which pages of a company's site to read, in which order: the website, careers pages, guesses, one hop further."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from urllib.parse import urljoin, urlsplit

from attrs import frozen

from ats_core.discovery.careers import (
    WELL_KNOWN_PATHS,
    about_link,
    careers_links,
    is_about_others,
    is_careers_text,
    is_careers_url,
)
from ats_core.discovery.evidence import PageRole
from ats_core.discovery.page import Reference
from ats_core.domain.identity import registrable_domain

__all__ = ["Itinerary", "Step"]

#: So many links of a page are followed, and so many of a careers page; and so many links away from the website.
_MAX_LINKS = 4
_MAX_ONWARD = 2
_MAX_HOPS = 2
# A link on the same site comes before any other, and the front page before weak links.
_SAME_SITE = 10


@frozen
class Step:
    """A page to read: the higher its *score*, the sooner. *hop*: how many links away from the company's website."""

    url: str
    score: int
    hop: int
    role: PageRole
    is_guess: bool = False


class Itinerary:
    """The pages of one site, read one after another: each once, the most promising first."""

    def __init__(self, website: str) -> None:
        """Begin at *website*, as the lists give it; where that is not the front page, this comes after it."""
        self._front = urljoin(website, "/")
        self._fronts = {_key(self._front)}
        self._visited: set[str] = set()
        self._about: str | None = None
        self._has_guessed = False
        self._ahead: list[Step] = [Step(website, _SAME_SITE + 9, 0, _role_of_website(website))]
        if _key(website) not in self._fronts:
            self._ahead.append(Step(self._front, _SAME_SITE + 1, 0, PageRole.HOME))

    def next(self) -> Step | None:
        """The next page to read; None at the end."""
        self._ahead = [step for step in self._ahead if _key(step.url) not in self._visited]
        if not self._ahead:
            return None
        best = max(self._ahead, key=lambda step: step.score)
        self._ahead.remove(best)
        self._visited.add(_key(best.url))
        return best

    def guess(self) -> None:
        """No link leads on: try the paths where careers pages stand, and where the site writes about itself. Once."""
        if self._has_guessed:
            return
        self._has_guessed = True
        guesses = [Step(urljoin(self._front, p), 0, 1, PageRole.CAREERS, is_guess=True) for p in WELL_KNOWN_PATHS]
        if self._about:
            guesses.insert(2, Step(self._about, 0, 1, PageRole.HOME))
        self._ahead += guesses

    def arrived(self, step: Step, url: str) -> PageRole:
        """What the page at *url*, where *step* ended after redirects, is there for.

        What was taken for a careers page may lead to the front page, or to a blog.
        """
        self._visited.add(_key(url))
        if step.hop == 0 and step.role is PageRole.HOME:
            self._front = urljoin(url, "/")
            self._fronts |= {_key(url), _key(self._front)}
        if is_about_others(url):
            return PageRole.OTHER
        is_front = _key(url) in self._fronts and not is_careers_url(url)
        if step.role is PageRole.CAREERS and (is_front or (step.is_guess and not is_careers_url(url))):
            return PageRole.HOME
        return step.role

    def saw(self, step: Step, url: str, role: PageRole, links: Sequence[Reference], *, known: Collection[str]) -> None:
        """The page at *url* has these links. Those that are *known* already, as a vendor's boards are, lead nowhere."""
        if step.hop >= _MAX_HOPS:
            return
        domain = registrable_domain(url)
        onward = role is PageRole.CAREERS
        followed = [
            link
            for link in careers_links(links, domain=domain, onward=onward)
            if link.url not in known and _key(link.url) not in self._visited
        ]
        for link in followed[: _MAX_ONWARD if onward else _MAX_LINKS]:
            is_named = onward or is_careers_text(link.text) or is_careers_url(link.url)
            next_role = PageRole.CAREERS if is_named else PageRole.HOME
            self._ahead.append(Step(link.url, link.score + _SAME_SITE * link.is_own, step.hop + 1, next_role))
        if self._about is None:
            self._about = about_link(links, domain=domain)


def _role_of_website(website: str) -> PageRole:
    if is_about_others(website):
        return PageRole.OTHER
    return PageRole.CAREERS if is_careers_url(website) else PageRole.HOME


def _key(url: str) -> str:
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{(parts.hostname or '').removeprefix('www.')}:{parts.port or ''}{parts.path.rstrip('/')}{query}"
