"""A web, a vendor whose boards are slugs, and a database: what looks for boards are tried on."""

from __future__ import annotations

from collections.abc import Mapping

import anyio

from ats_core.domain.board import Board, BoardLink, BoardProbe, Discovery, LinkKind, ProviderName
from ats_core.domain.company import Company, CompanyListing, ListedCompany
from ats_core.domain.run import RunnerReport
from ats_core.errors import FailureKind, ProviderError, WebPageError
from ats_core.ports import AtsProvider, WebPage
from ats_core.provider.messages import BoardView, Exchange, OfferPage, RateLimit, Reply, Request, Response, response_of
from ats_core.runners.discovery import AtsDiscoveryRunner
from ats_core.settings import DiscoverySettings
from ats_core.testing.clock import FakeClock
from ats_core.testing.event_log import RecordingLog
from ats_core.testing.memory_store import MemoryDatabase, MemoryStore
from ats_core.testing.web_pages import FakeWebPages

__all__ = ["ACME", "CAREERS", "DOWN", "HOME", "JOBS", "NAV", "SlugVendor", "World", "a"]


class SlugVendor:
    """A vendor with boards at `https://v.example/SLUG`, postings below them and embeds at `/embed/SLUG`."""

    limit = RateLimit()

    def __init__(self, name: str = "small", host: str = "v.example") -> None:
        self.name, self.host = ProviderName(name), host

    def recognise(self, url: str) -> BoardLink | None:
        if not url.startswith(f"https://{self.host}/"):
            return None
        first, *rest = [part for part in url.removeprefix(f"https://{self.host}/").split("/") if part] or [""]
        if first == "embed" and rest:
            return BoardLink(Board(self.name, "", rest[0].lower()), url, LinkKind.EMBED)
        kind = LinkKind.POSTING if rest else LinkKind.BOARD
        return BoardLink(Board(self.name, "", first.lower()), url, kind) if first else None

    def probe(self, board: Board) -> Exchange[BoardProbe]:
        (reply,) = yield (Request(url=f"https://{self.host}/api/{board.slug}"),)
        response = response_of(reply)
        return BoardProbe(board=board, exists=response.status == 200, company_name=response.body.decode() or None)

    def read_page(self, board: Board, view: BoardView) -> Exchange[OfferPage]:
        raise AssertionError("discovery reads no offers")


class World:
    """A web, a vendor and a database. *boards*: slug -> the name that the vendor gives, or its failure."""

    def __init__(
        self, pages: Mapping[str, str | WebPage | WebPageError] | None = None, **boards: str | ProviderError
    ) -> None:
        self.pages = FakeWebPages(pages or {})
        self.boards = boards
        self.asked: list[str] = []
        self.database = MemoryDatabase()
        self.store = MemoryStore(self.database)
        self.clock = FakeClock()
        self.log = RecordingLog()
        self.settings = DiscoverySettings()
        self.providers: list[AtsProvider] = [SlugVendor()]

    async def send(self, provider: ProviderName, requests: tuple[Request, ...]) -> tuple[Reply, ...]:
        return tuple([self._answer(request.url) for request in requests])

    def _answer(self, url: str) -> Reply:
        slug = url.rpartition("/")[2]
        self.asked.append(slug)
        answer = self.boards.get(slug)
        if isinstance(answer, ProviderError):
            return answer
        return Response(url=url, status=404 if answer is None else 200, body=(answer or "").encode())

    def listed(self, *lines: tuple[str, str]) -> World:
        with self.store.write() as work:
            now = self.clock.now()
            work.companies.save([Company.first_met(ListedCompany.of(name, site), now) for name, site in lines])
        return self

    def hires_at(self, name: str, *careers_urls: str) -> World:
        """Let lists say where the company of that name hires."""
        company, now = self.company(name), self.clock.now()
        with self.store.write() as work:
            work.companies.save_listings(
                CompanyListing(
                    company_id=company.id,
                    directory=f"list {number}",
                    listing_url=None,
                    careers_url=url,
                    first_seen_at=now,
                    last_seen_at=now,
                )
                for number, url in enumerate(careers_urls)
            )
        return self

    @property
    def runner(self) -> AtsDiscoveryRunner:
        providers = {provider.name: provider for provider in self.providers}
        return AtsDiscoveryRunner(self.store, self.pages, self, providers, self.clock, self.log, self.settings)

    def run(self) -> RunnerReport:
        return anyio.run(self.runner.run_once)

    def company(self, name: str) -> Company:
        with self.store.read() as work:
            (company,) = work.reports.find_company(name)
            return company

    def discovery(self, name: str) -> Discovery:
        with self.store.read() as work:
            (company,) = work.reports.find_company(name)
            found = work.companies.discovery(company.id)
            assert found is not None
            return found

    def sources(self) -> list[tuple[str, str, str, str]]:
        """Company, board, status and kind of evidence of every source."""
        with self.store.read() as work:
            owners = {s.company.id: s.company.name for s in work.reports.companies()}
            found = work.sources.all()
        return sorted((owners[s.company_id], s.board.slug, s.status.value, s.evidence_kind) for s in found)


def a(url: str, text: str) -> str:
    return f"<a href='{url}'>{text}</a>"


ACME = ("Acme", "acme.example")
HOME = "https://acme.example/"
CAREERS = "https://acme.example/careers"
JOBS = "https://jobs.acme.example/"
NAV = a("/careers", "Careers")
DOWN = WebPageError(FailureKind.TIMEOUT, "no answer in time", where="x")
