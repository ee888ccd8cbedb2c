"""The outside world as the use-cases see it: directories, public web pages, vendors, the sheet, time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Protocol

from attrs import frozen

from ats_core.domain.board import Board, BoardLink, BoardProbe, ProviderName
from ats_core.domain.checkpoint import Validators
from ats_core.domain.company import ListedCompany
from ats_core.domain.offer import KnownOffer, RejectedRecord
from ats_core.provider.messages import Exchange, OfferPage, RateLimit, Reply, Request
from ats_core.sheet.table import SheetChanges, SheetTable

__all__ = [
    "AtsProvider",
    "Clock",
    "DirectoryPage",
    "DirectorySource",
    "EventLog",
    "RateLimiter",
    "SheetGateway",
    "VendorHttp",
    "WebPage",
    "WebPages",
]


class Clock(Protocol):
    """Time. All times are UTC and timezone-aware."""

    def now(self) -> datetime:
        """The time."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class EventLog(Protocol):
    """Where the use-cases say what they do. Events are short snake_case names, fields plain values."""

    def info(self, event: str, /, **fields: object) -> None:
        """Something of note."""

    def warning(self, event: str, /, **fields: object) -> None:
        """Something best-effort failed."""

    def progress(self, what: str, done: int, total: int | None) -> None:
        """How far a runner is."""


@frozen(kw_only=True)
class DirectoryPage:
    """A page of a list: its companies, and the records that name none."""

    companies: tuple[ListedCompany, ...]
    rejected: tuple[RejectedRecord, ...] = ()


class DirectorySource(Protocol):
    """One list of companies."""

    @property
    def name(self) -> str:
        """What the database calls the list."""

    def pages(self) -> AsyncIterator[DirectoryPage]:
        """The list from its beginning to its end, each record once. Raises `DirectoryError`.

        Whatever was yielded before an error stands; a list that ended in an error was not read whole.
        """


@frozen(kw_only=True)
class WebPage:
    """A public page: *url* as asked, *final_url* where redirects ended, its *text* decoded.

    *hops* are the URLs passed on the way, *url* first and *final_url* last.
    """

    url: str
    final_url: str
    hops: tuple[str, ...]
    status: int
    text: str


class WebPages(Protocol):
    """Reads companies' public pages, safely and politely."""

    async def get(self, url: str) -> WebPage:
        """The page, of whatever status below 500 a text answer has. Raises `WebPageError`.

        Kinds: network, timeout, server_error, rate_limited, blocked_address, blocked_by_robots, redirects, too_large,
        not_text.
        """


class AtsProvider(Protocol):
    """A vendor. It says what to request and reads what came back; it never opens a connection."""

    @property
    def name(self) -> ProviderName:
        """What the database and the configuration call the vendor: lower case, `[a-z0-9_]+`."""

    @property
    def limit(self) -> RateLimit:
        """How fast the vendor may be asked, unless the configuration says otherwise."""

    def recognise(self, url: str) -> BoardLink | None:
        """The board that an absolute URL belongs to, if it is one of this vendor's (board, posting, embed, API)."""

    def probe(self, board: Board) -> Exchange[BoardProbe]:
        """Ask the vendor whether the board exists and whose it is."""

    def read_page(
        self, board: Board, *, cursor: str | None, known: Mapping[str, KnownOffer], validators: Validators
    ) -> Exchange[OfferPage]:
        """Read one page of the board: the first when *cursor* is None, else the one that *cursor* names.

        *known* is what is stored of this board, by the vendor's id, so that only new and changed postings need
        be read in full; *validators* are those of the last completed sweep. A known posting whose stored content
        hash is empty must be read. Raises `ProviderError`; a board that does not exist is kind `not_found`.
        """


class VendorHttp(Protocol):
    """Sends a vendor's requests under its limits."""

    async def send(self, provider: ProviderName, requests: tuple[Request, ...]) -> tuple[Reply, ...]:
        """One reply for each request, in order, after all tries. Never raises `ProviderError`: it is a reply."""


class RateLimiter(Protocol):
    """Turns at asking one vendor."""

    async def turn(self) -> None:
        """Wait until one more request may be sent."""

    def hold(self, seconds: float) -> None:
        """Let nothing through for that long: the vendor said so."""


class SheetGateway(Protocol):
    """Reads and writes one worksheet. It knows rows and cells, not what they mean."""

    @property
    def place(self) -> str:
        """Where the sheet is, for messages."""

    async def read(self) -> SheetTable | None:
        """The whole worksheet, or None where it does not exist yet. Raises `SheetError`."""

    async def write(self, changes: SheetChanges, *, read: SheetTable | None) -> None:
        """Write these cells and no others; everything else, formats too, stays.

        *read* is what the changes were computed from. Where the sheet has changed since, nothing is written and
        `SheetChanged` is raised. Values are raw: one that starts with `=` stays text. Raises `SheetError`.
        """
