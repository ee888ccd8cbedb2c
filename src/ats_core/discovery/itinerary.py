"""Which pages of a company's site to read, in which order: what lists give, careers pages, guesses, one hop further."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from urllib.parse import urljoin, urlsplit

from attrs import frozen

from ats_core.discovery.careers import (
    Names,
    about_link,
    careers_links,
    is_about_others,
    is_careers_text,
    is_careers_url,
    well_known_paths,
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
_LISTED = 2 * _SAME_SITE
_MAX_LISTED = 2


@frozen
class Step:
    """A page to read: the higher its *score*, the sooner. *hop*: how many links away from the company's website.

    *stands_for* is the website as the lists give it, which did not answer.
    """

    url: str
    score: int
    hop: int
    role: PageRole
    is_guess: bool = False
    stands_for: str | None = None


class Itinerary:
    """The pages of one site, read one after another: each once, the most promising first."""

    def __init__(self, website: str | None, careers: Sequence[str] = (), *, names: Names = ()) -> None:
        """Begin at the *careers* pages that the lists give, then at *website*. The company has these *names*.

        Where the website is not the front page, this comes after it. At least one of them must be given.
        """
        self._front = urljoin(website or careers[0], "/")
        self._fronts = {_key(self._front)}
        self._names = names
        self._visited: set[str] = set()
        self._about: str | None = None
        self._has_guessed = self._has_read_about = False
        self._respelt: set[str] = set()
        self._ahead: list[Step] = [Step(url, _LISTED, 1, _role_of_careers_page(url)) for url in careers[:_MAX_LISTED]]
        if website is not None:
            self._ahead.append(Step(website, _SAME_SITE + 9, 0, _role_of_website(website)))
            if _key(website) not in self._fronts:
                self._ahead.append(Step(self._front, _SAME_SITE + 1, 0, PageRole.HOME))

    @property
    def front(self) -> str:
        """The front page, where redirects ended once it was read."""
        return self._front

    def next(self) -> Step | None:
        """The next page to read; None at the end."""
        self._ahead = [step for step in self._ahead if _key(step.url) not in self._visited]
        if not self._ahead:
            return None
        best = max(self._ahead, key=lambda step: step.score)
        self._ahead.remove(best)
        self._visited.add(_key(best.url))
        return best

    def unanswered(self, step: Step) -> bool:
        """The website did not answer: whether there is another way of writing it, which is tried next. Once.

        Both the scheme and `www.` are the other ones, because where a certificate or a name is missing, the one or
        the other is at fault, and a site that answers leads on to where it wants to be read.
        """
        other = _other_spelling(step.url)
        if step.stands_for is not None:
            self._ahead = [s for s in self._ahead if s.stands_for is None]
        if step.hop != 0 or step.stands_for is not None or other is None or _key(step.url) in self._respelt:
            return False
        self._respelt |= {_key(step.url), _key(other)}
        self._visited.discard(_key(other))
        self._ahead = [s for s in self._ahead if s.hop != 0]
        self._ahead.append(Step(other, _SAME_SITE + 9, 0, step.role, stands_for=step.url))
        if _key(other) not in self._fronts:
            self._ahead.append(Step(urljoin(other, "/"), _SAME_SITE + 1, 0, PageRole.HOME, stands_for=step.url))
        return True

    def listed(self, urls: Sequence[str]) -> None:
        """The site's own list of pages has these careers pages."""
        self._ahead += [Step(url, _SAME_SITE + 2, 1, PageRole.CAREERS) for url in urls]

    def read_about(self) -> None:
        """No link leads on: read where the site writes about itself, if it links that. Once."""
        if self._about is not None and not self._has_read_about:
            self._has_read_about = True
            self._ahead.append(Step(self._about, 0, 1, PageRole.HOME))

    def guess(self, language: str = "") -> None:
        """No link leads on: try the paths where careers pages stand on sites in this language. Once."""
        if self._has_guessed:
            return
        self._has_guessed = True
        self._ahead += [
            Step(urljoin(self._front, path), 0, 1, PageRole.CAREERS, is_guess=True)
            for path in well_known_paths(language)
        ]

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
            for link in careers_links(links, domain=domain, onward=onward, names=self._names)
            if link.url not in known and _key(link.url) not in self._visited
        ]
        for link in followed[: _MAX_ONWARD if onward else _MAX_LINKS]:
            is_named = onward or is_careers_text(link.text, self._names) or is_careers_url(link.url)
            next_role = PageRole.CAREERS if is_named else PageRole.HOME
            self._ahead.append(Step(link.url, link.score + _SAME_SITE * link.is_own, step.hop + 1, next_role))
        if self._about is None:
            self._about = about_link(links, domain=domain)


def _role_of_website(website: str) -> PageRole:
    if is_about_others(website):
        return PageRole.OTHER
    return PageRole.CAREERS if is_careers_url(website) else PageRole.HOME


def _role_of_careers_page(url: str) -> PageRole:
    return PageRole.OTHER if is_about_others(url) else PageRole.CAREERS


def _other_spelling(url: str) -> str | None:
    """The URL with the other scheme, with `www.` where it is without and without where it is with; None for ports."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.port is not None or host.replace(".", "").isdigit() or ":" in host:
        return None
    scheme = "http" if parts.scheme == "https" else "https"
    return parts._replace(scheme=scheme, netloc=host[4:] if host.startswith("www.") else f"www.{host}").geturl()


def _key(url: str) -> str:
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{(parts.hostname or '').removeprefix('www.')}:{parts.port or ''}{parts.path.rstrip('/')}{query}"
