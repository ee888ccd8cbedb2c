"""The company websites of one day: which host answers what, robots.txt included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from ats_adapters.sandbox.answers import SandboxResponse, found_at, not_here, text_file
from ats_adapters.sandbox.chance import Dice
from ats_adapters.sandbox.postings import BoardToday
from ats_adapters.sandbox.records import CompanyRecord
from ats_adapters.sandbox.site import Pages, Site
from ats_adapters.sandbox.styles import STYLES

__all__ = ["Websites"]

_ROBOTS = (
    "User-agent: *\nAllow: /\n",
    "User-agent: *\nDisallow: /wp-admin/\nDisallow: /carrito\n",
    "# robots\nUser-agent: BadBot\nDisallow: /\n\nUser-agent: *\nDisallow:\nCrawl-delay: 0\n",
)
# Websites whose pages are kept once made.
_KEPT_SITES = 200
_ALL_DISALLOWED = "User-agent: *\nDisallow: /\n"


class Websites:
    """The websites of the world. A board that is not open yet is not linked yet: its company's site has no board."""

    def __init__(self, companies: Sequence[CompanyRecord], boards: Mapping[str, BoardToday]) -> None:
        self._boards = boards
        self._sites = {c.host: c for c in companies if c.domain and c.same_as is None}
        self._of_domain = {c.domain: c for c in self._sites.values()}
        self._pages: dict[str, Pages] = {}

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts of the main pages."""
        return tuple(self._sites)

    def answer(self, host: str, target: str) -> SandboxResponse | None:
        """What *host* answers to a GET; None where the world has no such host."""
        bare = self._of_domain.get(host)
        if bare is not None:
            return found_at(f"https://{bare.host}{target}")
        company = self._sites.get(host) or self._of_domain.get(host.partition(".")[2])
        if company is None:
            return None
        pages = self._pages_of(company)
        if not any(place[0] == host for place in pages):
            return None
        everywhere = pages.get((host, ""))
        if everywhere is not None:
            return everywhere
        path = urlsplit(target).path
        if path == "/robots.txt":
            return self._robots(company, host)
        return pages.get((host, path)) or pages.get((host, path.rstrip("/"))) or not_here(host)

    def _pages_of(self, company: CompanyRecord) -> Pages:
        if company.domain not in self._pages:
            if len(self._pages) >= _KEPT_SITES:
                self._pages.clear()
            slugs = [record.slug for record in company.boards] or ([company.shares] if company.shares else [])
            own = tuple(self._boards[slug] for slug in slugs)
            early = own and all(board.day < board.record.opens for board in own)
            site = Site(company=company, boards=own, world=self._boards)
            self._pages[company.domain] = STYLES["no-board" if early else company.style](site)
        return self._pages[company.domain]

    def _robots(self, company: CompanyRecord, host: str) -> SandboxResponse:
        if company.style == "robots-disallow":
            return text_file(_ALL_DISALLOWED)
        choice = Dice(f"robots of {company.domain}").below(len(_ROBOTS) + 1)
        return text_file(_ROBOTS[choice]) if choice < len(_ROBOTS) else not_here(host)
