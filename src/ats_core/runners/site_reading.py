"""The site's part of a look: which pages are read, what they show, and which pages that leads to."""

from __future__ import annotations

from functools import partial
from urllib.parse import urljoin, urlsplit

from attrs import Factory, define

from ats_core.discovery.careers import is_careers_title, language_of_links
from ats_core.discovery.evidence import PageRole, SeenPage, Strength, on_page, on_the_way
from ats_core.discovery.itinerary import Itinerary, Step
from ats_core.discovery.judgement import worth_asking
from ats_core.discovery.page import read_page
from ats_core.discovery.scripts import headings, language_of
from ats_core.discovery.sitemap import likely_parts, listed_careers_pages, read_sitemap
from ats_core.domain.identity import is_shared_host, registrable_domain
from ats_core.errors import FailureKind, WebPageError
from ats_core.ports import WebPage
from ats_core.runners.look_findings import Findings, LookTools
from ats_core.runners.vendor_asking import VendorDesk

__all__ = ["SILENCE", "SiteReading"]

#: What happens where nothing answers.
SILENCE = frozenset({FailureKind.NETWORK, FailureKind.TIMEOUT})
#: So many requests of one look are for sitemaps.
_MAX_SITEMAPS = 3


@define
class SiteReading:
    """Reads the pages of one company's site; what they show goes into *findings*.

    *asked* counts requests, *read* the pages that answered, *careers_pages* those of them that look like careers
    pages. *unread* are the pages that did not answer, and why.
    """

    findings: Findings
    tools: LookTools
    desk: VendorDesk
    asked: int = 0
    read: int = 0
    careers_pages: int = 0
    unread: list[tuple[FailureKind, str]] = Factory(list)
    _language: str = ""
    _has_read_sitemaps: bool = False
    _framing: set[str] = Factory(set)
    _silent: list[tuple[FailureKind, str]] = Factory(list)

    @property
    def is_silent(self) -> bool:
        """Whether something was asked for, and nothing came back."""
        failed = (*self.unread, *self._silent)
        return self.asked > 0 and not self.read and all(kind in SILENCE for kind, _ in failed)

    async def go_through(self, itinerary: Itinerary) -> None:
        """Read page after page, asking vendors on the way, until there is proof, or no page is left or allowed."""
        for _ in range(self.tools.settings.max_pages):
            step = itinerary.next() or await self._step_off_the_links(itinerary)
            if step is None:
                return
            await self._visit(step, itinerary)
            await self.desk.ask(worth_asking(self.findings.candidates(), finally_=False))
            if self.findings.is_settled:
                return

    async def _step_off_the_links(self, itinerary: Itinerary) -> Step | None:
        """No link leads on: what the site writes about itself, what it lists for search engines, the usual paths.

        None of it where a page answered that shows a board, if in doubt: there the site's own way to its jobs ended.
        """
        if not self.read or any(c.place >= Strength.LINKED for c in self.findings.candidates()):
            return None
        itinerary.read_about()
        step = itinerary.next()
        if step is None and not self.careers_pages:
            await self._read_sitemaps(itinerary)
            step = itinerary.next()
        if step is None:
            itinerary.guess(self._language)
            step = itinerary.next()
        return step

    async def _visit(self, step: Step, itinerary: Itinerary) -> None:
        self.asked += 1
        asked = SeenPage(url=step.url, role=step.role, is_own=self._is_own(step.url))
        try:
            page = await self.tools.pages.get(step.url)
        except WebPageError as error:
            self.findings.evidence += on_the_way(asked, error.hops[1:], self.desk.recognise)
            self._missed(step, itinerary, error.kind)
            return
        if step.stands_for is not None:
            self._silent.clear()
        self.findings.evidence += on_the_way(asked, page.hops[1:], self.desk.recognise)
        if page.status >= 400:
            self._refused(step, page)
            return
        self.read += 1
        role = itinerary.arrived(step, page.final_url)
        if not is_shared_host(page.final_url) and not self.desk.recognise(page.final_url):
            await self.tools.aside.run(len(page.text), partial(self._take, step, itinerary, role, page))

    def _missed(self, step: Step, itinerary: Itinerary, kind: FailureKind) -> None:
        failure = (kind, f"{step.url}: {kind.value}")
        if kind in SILENCE and itinerary.unanswered(step):
            self._silent.append(failure)
        elif step.stands_for is not None:
            self.unread += self._silent  # of the two spellings, the one in the lists is spoken of
            self._silent.clear()
        elif not step.is_guess:
            self.unread.append(failure)

    def _refused(self, step: Step, page: WebPage) -> None:
        is_absent = page.status in (404, 410) and urlsplit(step.url).path.strip("/") != ""
        if not step.is_guess and not is_absent:
            self.unread.append((FailureKind.UNEXPECTED_STATUS, f"{step.url}: answered status {page.status}"))

    def _take(self, step: Step, itinerary: Itinerary, role: PageRole, page: WebPage) -> None:
        content, names = read_page(page.final_url, page.text), self.findings.names
        if role is PageRole.HOME and urlsplit(step.url).path.strip("/"):  # no front page, whatever it is called
            role = PageRole.CAREERS if is_careers_title(headings(content.markup), names.names) else role
        seen = SeenPage(url=page.final_url, role=role, is_own=self._is_own(page.final_url))
        self._language = self._language or language_of(content.markup) or language_of_links(content.links)
        is_careers = role is PageRole.CAREERS
        self.careers_pages += is_careers
        before = frozenset(self._framing) if is_careers else frozenset()
        shown = on_page(seen, content, self.desk.recognise, names=names, seen_before=before)
        self.findings.evidence += shown
        self.desk.read_signs(seen, content)
        boards = frozenset(sign.link.url for sign in shown)
        if not is_careers:
            self._framing |= boards
        itinerary.saw(step, page.final_url, role, content.links, known=boards)

    async def _read_sitemaps(self, itinerary: Itinerary) -> None:
        """Look for careers pages in what the site lists for search engines: one list, and a few parts of it."""
        if self._has_read_sitemaps:
            return
        self._has_read_sitemaps = True
        domain = registrable_domain(itinerary.front)
        named = [urljoin(itinerary.front, url) for url in await self.tools.pages.sitemaps(itinerary.front)]
        ahead = list(likely_parts(named, domain=domain)[:1]) or [urljoin(itinerary.front, "/sitemap.xml")]
        for _ in range(_MAX_SITEMAPS):
            if not ahead:
                return
            text = await self._text(ahead.pop(0))
            pages, parts = await self.tools.aside.run(len(text), partial(_listed, text, domain))
            if pages:
                itinerary.listed(pages)
                return
            ahead = ahead or list(parts)

    async def _text(self, url: str) -> str:
        """What stands at a URL, empty where it cannot be had: a sitemap is a help, not a need."""
        self.asked += 1
        try:
            page = await self.tools.pages.get(url)
        except WebPageError:
            return ""
        return page.text if page.status < 400 else ""

    def _is_own(self, url: str) -> bool:
        names = self.findings.names
        if names.is_own(url):
            return True
        website = self.findings.company.website
        return names.domain is None and urlsplit(url).hostname == urlsplit(website or "").hostname


def _listed(text: str, domain: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The careers pages that a sitemap lists, or, where it is an index, the parts of it that may list some."""
    sitemap = read_sitemap(text)
    if sitemap.is_index:
        return (), likely_parts(sitemap.urls, domain=domain)
    return listed_careers_pages(sitemap.urls, domain=domain), ()
