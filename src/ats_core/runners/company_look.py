"""One look at one company: which pages to read and which boards to ask about, cheapest first, stopping at proof.

It stores nothing: what it ends with is settled against the database when the company's turn comes.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import anyio
from attrs import define, field, frozen

from ats_core.discovery.evidence import Evidence, EvidenceKind, PageRole, SeenPage
from ats_core.discovery.itinerary import Itinerary
from ats_core.discovery.judgement import worth_asking
from ats_core.discovery.settlement import Conclusion
from ats_core.domain.board import Board, DiscoveryOutcome
from ats_core.domain.company import Company
from ats_core.domain.identity import is_shared_host
from ats_core.domain.run import Failure
from ats_core.errors import FailureKind
from ats_core.runners.look_findings import Findings, LookTools
from ats_core.runners.site_reading import SiteReading
from ats_core.runners.vendor_asking import VendorDesk

__all__ = ["CompanyLook", "Looked"]

#: So many careers links of a company's lists are looked at.
_MAX_CAREERS_URLS = 3


@frozen(kw_only=True)
class Looked:
    """What a look ended with; no conclusion where a vendor that would have to be asked is paused.

    *pages* counts what was asked of websites; *is_silent*: something was, and nothing came back.
    """

    company: Company
    conclusion: Conclusion | None
    pages: int
    is_silent: bool = False
    failures: tuple[Failure, ...]


@define
class CompanyLook:
    """A look at *company*, of which lists say that it hires at *careers_urls*, and a person: not at *rejected*."""

    company: Company
    tools: LookTools
    careers_urls: tuple[str, ...] = ()
    rejected: frozenset[Board] = frozenset()
    findings: Findings = field(init=False)
    desk: VendorDesk = field(init=False)
    site: SiteReading = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.findings = Findings(self.company, self.rejected)
        self.desk = VendorDesk(self.findings, self.tools)
        self.site = SiteReading(self.findings, self.tools, self.desk)

    async def run(self) -> Looked:
        """Look, within the time that a company may take. Raises `FatalError` only, and what is a fault of ours."""
        deadline = self.tools.settings.company_deadline.total_seconds()
        conclusion: Conclusion | None = None
        with anyio.move_on_after(deadline) as scope:
            conclusion = await self._conclusion()
        if scope.cancelled_caught:
            late = f"took longer than the {deadline:g} s that a company may take"
            conclusion = self._proved() or Conclusion(outcome=DiscoveryOutcome.UNREACHABLE, detail=late)
        return Looked(
            company=self.company,
            conclusion=conclusion,
            pages=self.site.asked,
            is_silent=self.site.is_silent,
            failures=tuple(self.findings.failures),
        )

    async def _conclusion(self) -> Conclusion | None:
        website, careers = self.company.website, self.careers_urls[:_MAX_CAREERS_URLS]
        if not website and not careers:
            return Conclusion(outcome=DiscoveryOutcome.NOT_FOUND, detail="no website is known")
        is_board = bool(website) and self._given(website or "", EvidenceKind.WEBSITE)
        given = [url for url in careers if self._given(url, EvidenceKind.LIST)]
        if given and not is_board:
            await self.desk.ask(worth_asking(self.findings.candidates(), finally_=False))
        readable = [url for url in careers if url not in given and not is_shared_host(url)]
        own = website if website and not is_board and not is_shared_host(website) else None
        if not self.findings.evidence and own is None and not readable:
            where = urlsplit(website or careers[0]).hostname
            detail = f"the website is a page on {where}, which many companies share"
            return Conclusion(outcome=DiscoveryOutcome.NOT_FOUND, detail=detail)
        if not is_board and not self.findings.is_settled and (own or readable):
            await self.site.go_through(Itinerary(own, readable, names=self.findings.names.names))
        await self.desk.ask(worth_asking(self.findings.candidates(), finally_=True))
        await self._insist()
        return self._decided()

    def _given(self, url: str, kind: EvidenceKind) -> bool:
        """Keep a URL that lists give as evidence, where a vendor recognises it."""
        listed = SeenPage(url=url, role=PageRole.CAREERS, is_own=True)
        links = self.desk.recognise(url)
        self.findings.evidence += [Evidence(link=link, kind=kind, page=listed, in_context=True) for link in links]
        return bool(links)

    async def _insist(self) -> None:
        """Before a person is asked, or nothing found: ask for more of what was seen, and for what was not."""
        if not self.findings.is_settled:
            await self.desk.ask_more()
        if not self.findings.is_settled:
            await self.desk.guess(blindly=False)
        if not self.findings.is_settled and self.tools.settings.guess_slugs:
            await self.desk.guess(blindly=True)

    def _proved(self) -> Conclusion | None:
        """What counts already, whatever could not be asked; None where nothing is sure."""
        if not self.findings.has_proof:
            return None
        counting = tuple(v for v in self.findings.verdicts() if v.is_sure or v.is_unsure)
        unasked = self.desk.unasked(worth_asking(self.findings.candidates(), finally_=True))
        return Conclusion(outcome=DiscoveryOutcome.FOUND, detail="", verdicts=counting, unasked=unasked)

    def _decided(self) -> Conclusion | None:
        found = self.findings
        if (proved := self._proved()) is not None:
            return proved
        counting = tuple(v for v in found.verdicts() if v.is_sure or v.is_unsure)
        if found.is_held_up:
            return None
        if found.in_trouble:
            boards = ", ".join(sorted(str(board) for board, probe in found.probes.items() if probe is None))
            return Conclusion(outcome=DiscoveryOutcome.UNREACHABLE, detail=f"the vendor could not be asked of {boards}")
        if counting:
            return Conclusion(outcome=DiscoveryOutcome.UNSURE, detail="", verdicts=counting)
        return self._nothing_found()

    def _nothing_found(self) -> Conclusion:
        unread = self.site.unread
        for kind, detail in unread:
            if kind is not FailureKind.BLOCKED_BY_ROBOTS:
                return Conclusion(outcome=DiscoveryOutcome.UNREACHABLE, detail=detail)
        if unread:
            return Conclusion(outcome=DiscoveryOutcome.BLOCKED_BY_ROBOTS, detail=unread[0][1])
        shown = [c for c in self.findings.candidates() if c.is_shown]
        probes = self.findings.probes
        gone = [c for c in shown if (p := probes.get(c.board)) is not None and not p.exists]
        vendors = ", ".join(sorted(self.findings.signs))
        if shown and len(gone) == len(shown):
            detail = f"{gone[0].board} is linked, but the vendor does not know it"
        elif shown:
            detail = f"{shown[0].board} is mentioned on {shown[0].best.page.url}, but it is not this company's"
        elif vendors:
            detail = f"the site shows postings of {vendors}, but not of which board"
        else:
            detail = f"no board is shown (pages read: {self.site.read})"
        return Conclusion(outcome=DiscoveryOutcome.NOT_FOUND, detail=detail)
