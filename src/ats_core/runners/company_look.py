"""One look at one company: which pages to read and which boards to ask about, cheapest first, stopping at proof.

It stores nothing: what it ends with is settled against the database when the company's turn comes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import partial
from urllib.parse import urlsplit

import anyio
from attrs import Factory, define, field, frozen

from ats_core.discovery.evidence import Evidence, EvidenceKind, PageRole, SeenPage, on_page, on_the_way
from ats_core.discovery.itinerary import Itinerary, Step
from ats_core.discovery.judgement import Candidate, Verdict, candidates, judge, worth_asking
from ats_core.discovery.likeness import CompanyNames
from ats_core.discovery.page import read_page
from ats_core.discovery.settlement import Conclusion
from ats_core.domain.board import Board, BoardLink, BoardProbe, DiscoveryOutcome, ProviderName
from ats_core.domain.company import Company
from ats_core.domain.identity import is_shared_host
from ats_core.domain.run import Failure
from ats_core.errors import FailureKind, FatalError, ProviderError, WebPageError
from ats_core.ports import AtsProvider, VendorHttp, WebPage, WebPages
from ats_core.provider.exchange import play
from ats_core.runners.trouble import BLOCKED, IN_A_ROW, UNREACHABLE
from ats_core.settings import DiscoverySettings

__all__ = ["CompanyLook", "LookTools", "Looked"]

#: So many boards of one company are asked about.
_MAX_PROBES = 8


#: What happens where nothing answers.
SILENCE = frozenset({FailureKind.NETWORK, FailureKind.TIMEOUT})


@frozen(kw_only=True)
class LookTools:
    """What looks are made with.

    *paused* are vendors that must not be asked now: looks add those that turn out to be in trouble. *in_a_row* counts
    the boards that a vendor could last not be asked about for a reason that tells of the vendor.
    """

    pages: WebPages
    http: VendorHttp
    providers: Mapping[ProviderName, AtsProvider]
    paused: set[ProviderName]
    settings: DiscoverySettings
    in_a_row: Counter[ProviderName] = Factory(Counter)


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
    """A look at *company*."""

    company: Company
    tools: LookTools
    names: CompanyNames = field(init=False)
    evidence: list[Evidence] = Factory(list)
    probes: dict[Board, BoardProbe | None] = Factory(dict)
    failures: list[Failure] = Factory(list)
    framing: set[str] = Factory(set)
    unread: list[tuple[FailureKind, str]] = Factory(list)
    pages_asked: int = 0
    pages_read: int = 0
    in_trouble: bool = False
    is_held_up: bool = False

    def __attrs_post_init__(self) -> None:
        self.names = CompanyNames.of(self.company)

    async def run(self) -> Looked:
        """Look, within the time that a company may take. Raises `FatalError` only, and what is a fault of ours."""
        deadline = self.tools.settings.company_deadline.total_seconds()
        conclusion: Conclusion | None = None
        with anyio.move_on_after(deadline) as scope:
            conclusion = await self._conclusion()
        if scope.cancelled_caught:
            late = f"took longer than the {deadline:g} s that a company may take"
            conclusion = Conclusion(outcome=DiscoveryOutcome.UNREACHABLE, detail=late)
        heard = self.pages_read or any(kind not in SILENCE for kind, _ in self.unread)
        return Looked(
            company=self.company,
            conclusion=conclusion,
            pages=self.pages_asked,
            is_silent=self.pages_asked > 0 and not heard,
            failures=tuple(self.failures),
        )

    async def _conclusion(self) -> Conclusion | None:
        website = self.company.website
        if not website:
            return Conclusion(outcome=DiscoveryOutcome.NOT_FOUND, detail="no website is known")
        listed = SeenPage(url=website, role=PageRole.CAREERS, is_own=True)
        self.evidence += [
            Evidence(link=link, kind=EvidenceKind.WEBSITE, page=listed, in_context=True)
            for link in self._recognise(website)
        ]
        if not self.evidence:
            if is_shared_host(website):
                detail = f"the website is a page on {urlsplit(website).hostname}, which many companies share"
                return Conclusion(outcome=DiscoveryOutcome.NOT_FOUND, detail=detail)
            await self._read_site(website)
        await self._ask(worth_asking(self._candidates(), finally_=True))
        return self._decided()

    def _decided(self) -> Conclusion | None:
        verdicts = self._verdicts()
        counting = tuple(v for v in verdicts if v.is_sure or v.is_unsure)
        if any(v.is_sure for v in verdicts):
            return Conclusion(outcome=DiscoveryOutcome.FOUND, detail="", verdicts=counting)
        if self.is_held_up:
            return None
        if self.in_trouble:
            boards = ", ".join(sorted(str(board) for board, probe in self.probes.items() if probe is None))
            return Conclusion(outcome=DiscoveryOutcome.UNREACHABLE, detail=f"the vendor could not be asked of {boards}")
        if counting:
            return Conclusion(outcome=DiscoveryOutcome.UNSURE, detail="", verdicts=counting)
        return self._nothing_found()

    def _nothing_found(self) -> Conclusion:
        for kind, detail in self.unread:
            if kind is not FailureKind.BLOCKED_BY_ROBOTS:
                return Conclusion(outcome=DiscoveryOutcome.UNREACHABLE, detail=detail)
        if self.unread:
            return Conclusion(outcome=DiscoveryOutcome.BLOCKED_BY_ROBOTS, detail=self.unread[0][1])
        found = self._candidates()
        gone = [c for c in found if (p := self.probes.get(c.board)) is not None and not p.exists]
        if found and len(gone) == len(found):
            detail = f"{gone[0].board} is linked, but the vendor does not know it"
        elif found:
            detail = f"{found[0].board} is mentioned on {found[0].best.page.url}, but it is not this company's"
        else:
            detail = f"no board is shown (pages read: {self.pages_read})"
        return Conclusion(outcome=DiscoveryOutcome.NOT_FOUND, detail=detail)

    # The site

    async def _read_site(self, website: str) -> None:
        itinerary = Itinerary(website)
        while self.pages_asked < self.tools.settings.max_pages:
            step = itinerary.next()
            if step is None and self.pages_read:
                itinerary.guess()
                step = itinerary.next()
            if step is None:
                return
            await self._visit(step, itinerary)
            await self._ask(worth_asking(self._candidates(), finally_=False))
            if self.is_held_up or self.in_trouble or any(v.is_sure for v in self._verdicts()):
                return

    async def _visit(self, step: Step, itinerary: Itinerary) -> None:
        self.pages_asked += 1
        asked = SeenPage(url=step.url, role=step.role, is_own=self._is_own(step.url))
        try:
            page = await self.tools.pages.get(step.url)
        except WebPageError as error:
            self.evidence += on_the_way(asked, error.hops[1:], self._recognise)
            if not step.is_guess:
                self.unread.append((error.kind, f"{step.url}: {error.kind.value}"))
            return
        self.evidence += on_the_way(asked, page.hops[1:], self._recognise)
        if page.status >= 400:
            self._refused(step, page)
            return
        self.pages_read += 1
        role = itinerary.arrived(step, page.final_url)
        if not is_shared_host(page.final_url) and not self._recognise(page.final_url):
            self._take(step, itinerary, role, page)

    def _refused(self, step: Step, page: WebPage) -> None:
        is_absent = page.status in (404, 410) and urlsplit(step.url).path.strip("/") != ""
        if not step.is_guess and not is_absent:
            self.unread.append((FailureKind.UNEXPECTED_STATUS, f"{step.url}: answered status {page.status}"))

    def _take(self, step: Step, itinerary: Itinerary, role: PageRole, page: WebPage) -> None:
        content = read_page(page.final_url, page.text)
        seen = SeenPage(url=page.final_url, role=role, is_own=self._is_own(page.final_url))
        before = frozenset(self.framing) if role is PageRole.CAREERS else frozenset()
        shown = on_page(seen, content, self._recognise, seen_before=before)
        self.evidence += shown
        if role is not PageRole.CAREERS:
            self.framing.update(sign.link.url for sign in shown)
        boards = frozenset(sign.link.url for sign in shown)
        itinerary.saw(step, page.final_url, role, content.links, known=boards)

    def _is_own(self, url: str) -> bool:
        if self.names.is_own(url):
            return True
        website = self.company.website
        return self.names.domain is None and urlsplit(url).hostname == urlsplit(website or "").hostname

    # The vendors

    def _recognise(self, url: str) -> tuple[BoardLink, ...]:
        links = []
        for name, provider in self.tools.providers.items():
            try:
                link = provider.recognise(url)
            except Exception as error:  # a fault of an adapter must not cost the company
                failure = Failure(FailureKind.ADAPTER.value, name, f"recognising a URL failed: {type(error).__name__}")
                if failure not in self.failures:
                    self.failures.append(failure)
                continue
            if link is not None:
                links.append(link)
        return tuple(links)

    def _candidates(self) -> tuple[Candidate, ...]:
        return candidates(self.evidence, self.names)

    def _verdicts(self) -> tuple[Verdict, ...]:
        return judge(self._candidates(), self.probes, self.names)

    async def _ask(self, wanted: tuple[Candidate, ...]) -> None:
        for candidate in wanted:
            board = candidate.board
            if board in self.probes or len(self.probes) >= _MAX_PROBES:
                continue
            if board.provider in self.tools.paused:
                self.is_held_up = True
                continue
            self.probes[board] = await self._probe(board)

    async def _probe(self, board: Board) -> BoardProbe | None:
        provider = self.tools.providers[board.provider]
        try:
            probe = await play(provider.probe(board), partial(self.tools.http.send, board.provider), where=str(board))
        except FatalError:
            raise
        except ProviderError as error:
            if error.kind is FailureKind.PAUSED:  # it was not asked
                self.is_held_up = True
                return None
            self._consider(board.provider, error)
            if error.kind is FailureKind.NOT_FOUND:
                return BoardProbe(board=board, exists=False)
            self.in_trouble = True
            self.failures.append(Failure(error.kind.value, str(board), str(error)))
            return None
        self.tools.in_a_row[board.provider] = 0
        return probe

    def _consider(self, provider: ProviderName, error: ProviderError) -> None:
        """Let no more looks of this run wait for a vendor of which board after board cannot be asked about."""
        if error.kind not in BLOCKED | UNREACHABLE:
            self.tools.in_a_row[provider] = 0
            return
        self.tools.in_a_row[provider] += 1
        if self.tools.in_a_row[provider] >= IN_A_ROW and provider not in self.tools.paused:
            self.tools.paused.add(provider)
            what = f"{IN_A_ROW} boards in a row could not be asked about; looks that need {provider} are left for later"
            self.failures.append(Failure(FailureKind.PAUSED.value, provider, what))
