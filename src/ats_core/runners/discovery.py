"""The second use-case: find the board of every company that has one, and never a wrong one.

Companies are looked at together but stored strictly in order of their ids, each in one transaction. So which of two
companies a shared board goes to depends on nothing but the input.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

import anyio
from attrs import Factory, define, evolve

from ats_core.discovery.settlement import Conclusion, next_check, settle
from ats_core.domain.board import Board, Discovery, DiscoveryOutcome, ProviderName, Source, SourceStatus
from ats_core.domain.company import Company
from ats_core.domain.identity import CompanyId
from ats_core.domain.run import Failure, RunnerName, RunnerReport
from ats_core.errors import FatalError
from ats_core.ports import AtsProvider, Clock, EventLog, Store, UnitOfWork, VendorHttp, WebPages
from ats_core.runners.company_look import CompanyLook, Looked
from ats_core.runners.look_again import look_again
from ats_core.runners.look_findings import LookTools
from ats_core.runners.namesakes import namesakes
from ats_core.runners.tally import Tally
from ats_core.settings import DiscoverySettings

__all__ = ["AtsDiscoveryRunner"]

_COMPANIES_AT_ONCE = 200
#: Looks under way or waiting for their turn, for each that may be under way: one slow company holds up few others.
_WINDOW = 4
#: So many runs in a row the network is suspected where no website answers.
_SUSPECTED = 3


@define
class _Ticket:
    """A company's place in the line, and what its look ended with."""

    company: Company
    careers_urls: tuple[str, ...] = ()
    rejected: frozenset[Board] = frozenset()
    done: anyio.Event = Factory(anyio.Event)
    looked: Looked | None = None
    fatal: FatalError | None = None


@define
class _Reach:
    """Whether anything outside answers: the companies whose websites did not, and how many did.

    *surprising* counts those that were not known to be unreachable.
    """

    missed: list[CompanyId] = Factory(list)
    surprising: int = 0
    reached: int = 0

    def note(self, looked: Looked, before: Discovery | None) -> None:
        """One look is over; *before* is how the last one ended."""
        if looked.is_silent:
            self.missed.append(looked.company.id)
            self.surprising += before is None or not _is_known_to_be_down(before)
        elif looked.pages:
            self.reached += 1

    @property
    def is_cut_off(self) -> bool:
        """Whether several websites were asked of which that could not be expected, and none answered."""
        return self.surprising >= 2 and not self.reached


def _is_known_to_be_down(before: Discovery) -> bool:
    """Whether a company's website was unreachable, and not because the network may have been, but for so many times."""
    was_suspected = before.next_check_at == before.checked_at and before.attempts < _SUSPECTED
    return before.outcome is DiscoveryOutcome.UNREACHABLE and not was_suspected


def _rejected(work: UnitOfWork, company_id: CompanyId) -> frozenset[Board]:
    """The boards of which a person said that they are not the company's."""
    return frozenset(s.board for s in work.sources.of_company(company_id) if s.status is SourceStatus.REJECTED)


class AtsDiscoveryRunner:
    """Looks for the boards of companies that have none and are due, and stores what it finds.

    The report counts companies by outcome (`looked` are all), `boards` newly found, page requests (`pages`) and
    companies `left_due` because a vendor that would have to be asked is paused.
    """

    name = RunnerName.DISCOVERY

    def __init__(
        self,
        store: Store,
        pages: WebPages,
        http: VendorHttp,
        providers: Mapping[ProviderName, AtsProvider],
        clock: Clock,
        log: EventLog,
        settings: DiscoverySettings,
        *,
        patience: timedelta = timedelta(),
    ) -> None:
        """*patience*: how long *http* waits by itself for a vendor that asks for it."""
        self._store = store
        self._patience = patience
        self._pages = pages
        self._http = http
        self._providers = providers
        self._clock = clock
        self._log = log
        self._settings = settings

    async def run_once(self) -> RunnerReport:
        """Look at every company that is due. Raises `FatalError`; all else is in the report."""
        outcomes = (outcome.value for outcome in DiscoveryOutcome)
        tally = Tally(self.name, "looked", *outcomes, "boards", "pages", "left_due")
        if not self._providers:
            return tally.skipped("no vendor is enabled")
        stopped: Exception | None = None
        reach = _Reach()
        async with anyio.create_task_group() as group:
            try:
                await self._in_order(group, tally, reach)
            except Exception as error:  # raised below, not as a group
                stopped = error
                group.cancel_scope.cancel()
        if stopped is not None:
            raise stopped
        if reach.is_cut_off:
            self._look_again(reach.missed, tally)
        return tally.report()

    def _look_again(self, companies: Sequence[CompanyId], tally: Tally) -> None:
        """No website answered: that tells of our network, not of the companies, and the next run looks again."""
        with self._store.write() as work:
            for company_id in companies:
                look_again(work, company_id)
        what = f"none of {len(companies)} companies' websites could be reached"
        tally.fail("network", "company websites", f"{what}: is the network down? the next run looks again")
        self._log.warning("no_website_reached", companies=len(companies))

    async def _in_order(self, group: anyio.abc.TaskGroup, tally: Tally, reach: _Reach) -> None:
        tools = LookTools(
            pages=self._pages,
            http=self._http,
            providers=self._providers,
            paused=self._paused(),
            settings=self._settings,
        )
        at_once = anyio.Semaphore(self._settings.concurrency)
        line: deque[_Ticket] = deque()
        for ticket in self._due():
            if len(line) >= self._settings.concurrency * _WINDOW:
                await self._settle_next(line, tally, reach)
            line.append(ticket)
            group.start_soon(self._look, ticket, tools, at_once)
        while line:
            await self._settle_next(line, tally, reach)

    def _paused(self) -> set[ProviderName]:
        soon = self._clock.now() + self._patience
        with self._store.read() as work:
            return {pause.provider for pause in work.sources.pauses() if pause.paused_until > soon}

    def _due(self) -> Iterator[_Ticket]:
        now = self._clock.now()
        after: CompanyId | None = None
        while True:
            with self._store.read() as work:
                companies = work.companies.due_for_discovery(now, after=after, limit=_COMPANIES_AT_ONCE)
                careers = work.companies.careers_urls([company.id for company in companies])
                rejected = {company.id: _rejected(work, company.id) for company in companies}
            if not companies:
                return
            yield from (_Ticket(c, careers.get(c.id, ()), rejected[c.id]) for c in companies)
            after = companies[-1].id

    async def _look(self, ticket: _Ticket, tools: LookTools, at_once: anyio.Semaphore) -> None:
        async with at_once:
            try:
                ticket.looked = await CompanyLook(ticket.company, tools, ticket.careers_urls, ticket.rejected).run()
            except FatalError as error:
                ticket.fatal = error
            except Exception as error:  # a fault of ours or of an adapter costs this company's turn, not the run
                what = type(error).__name__
                ticket.looked = Looked(
                    company=ticket.company,
                    conclusion=Conclusion(outcome=DiscoveryOutcome.UNREACHABLE, detail=f"the look failed: {what}"),
                    pages=0,
                    failures=(Failure("crash", ticket.company.id, f"{ticket.company.name}: {what}: {error}"),),
                )
        ticket.done.set()

    async def _settle_next(self, line: deque[_Ticket], tally: Tally, reach: _Reach) -> None:
        ticket = line[0]
        await ticket.done.wait()
        line.popleft()
        if ticket.fatal is not None:
            raise ticket.fatal
        if ticket.looked is not None:
            with self._store.read() as work:
                before = work.companies.discovery(ticket.company.id)
            self._store_looked(ticket.looked, tally)
            reach.note(ticket.looked, before)

    def _store_looked(self, looked: Looked, tally: Tally) -> None:
        for failure in looked.failures:
            tally.fail(failure.kind, failure.where, failure.detail)
            company = looked.company.name
            self._log.warning("discovery_trouble", company=company, where=failure.where, what=failure.detail)
        tally.count("pages", looked.pages)
        if looked.conclusion is None:
            tally.count("left_due")
            return
        with self._store.write() as work:
            outcome, boards = self._settle(work, looked.company, looked.conclusion)
        tally.count("looked")
        tally.count(outcome.value)
        tally.count("boards", boards)
        self._log.progress(self.name.value, tally.counters["looked"], None)

    def _settle(self, work: UnitOfWork, company: Company, conclusion: Conclusion) -> tuple[DiscoveryOutcome, int]:
        stored: dict[Board, Source] = {}
        owners: dict[CompanyId, Company] = {}
        for verdict in conclusion.verdicts:
            source = work.sources.get(verdict.board.source_id)
            owner = work.companies.get(source.company_id) if source is not None else None
            if source is not None and owner is not None:
                stored[verdict.board], owners[owner.id] = source, owner
        settlement = settle(
            company,
            conclusion,
            stored=stored,
            owners=owners,
            namesakes=namesakes(work, company, conclusion.verdicts),
            prior=work.companies.discovery(company.id),
            now=self._clock.now(),
            recheck=self._settings.recheck,
        )
        for source in settlement.sources:
            work.sources.save(source)
        work.companies.save_discovery(self._with_a_look_for_gone_boards(work, settlement.discovery))
        for displaced in settlement.displaced:
            self._give_way(work, displaced, company)
        return settlement.discovery.outcome, settlement.new_boards

    def _with_a_look_for_gone_boards(self, work: UnitOfWork, discovery: Discovery) -> Discovery:
        """A company that lost a board is looked at again though it has others: the board may come back."""
        is_gone = any(source.status is SourceStatus.GONE for source in work.sources.of_company(discovery.company_id))
        if discovery.next_check_at is not None or not is_gone:
            return discovery
        return evolve(discovery, next_check_at=discovery.checked_at + self._settings.recheck)

    def _give_way(self, work: UnitOfWork, displaced: CompanyId, company: Company) -> None:
        """A company that only might have had a board has none any more; it is looked at again in its time."""
        last = work.companies.discovery(displaced)
        if last is None or last.outcome is not DiscoveryOutcome.UNSURE or work.sources.of_company(displaced):
            return
        now = self._clock.now()
        outcome = DiscoveryOutcome.SHARED_BOARD
        work.companies.save_discovery(
            evolve(
                last,
                outcome=outcome,
                attempts=1,
                next_check_at=next_check(outcome, 1, now, self._settings.recheck),
                detail=f"its only board turned out to be that of {company.name}",
            )
        )
