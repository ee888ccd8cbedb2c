"""The outside world as the use-cases see it: directories, public web pages, vendors, the sheet, time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Protocol, runtime_checkable

from attrs import frozen

from ats_core.domain.board import Board, BoardLink, BoardProbe, ProviderName, ProviderPause
from ats_core.domain.company import ListedCompany
from ats_core.domain.offer import Posting, RejectedRecord
from ats_core.provider.messages import BoardView, Exchange, PageExchange, RateLimit, Reply, Request
from ats_core.sheet.table import SheetChanges, SheetTable

__all__ = [
    "AtsProvider",
    "Clock",
    "DirectoryPage",
    "DirectorySource",
    "EventLog",
    "PauseBook",
    "RateLimiter",
    "RecordReader",
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

    def read_page(self, board: Board, view: BoardView) -> PageExchange:
        """Read one page of the board: the first when `view.cursor` is None, else the one that it names.

        A page that is too large to be mapped all at once may be given in portions. Raises `ProviderError`; a board
        that does not exist is kind `not_found`.
        """


@runtime_checkable
class RecordReader(Protocol):
    """What an `AtsProvider` can be besides: one that maps a stored record again, without asking its vendor."""

    def read_record(self, raw: bytes) -> Posting:
        """The posting whose `raw` this is, as `read_page` gave it. Raises `BadField` where it cannot be read.

        Any other error is taken for a fault of the adapter, and loses no more than this record.
        """


class VendorHttp(Protocol):
    """Sends a vendor's requests under its limits."""

    async def send(self, provider: ProviderName, requests: tuple[Request, ...]) -> tuple[Reply, ...]:
        """One reply for each request, in order, after all tries. Never raises `ProviderError`: it is a reply."""


class PauseBook(Protocol):
    """Which vendors are to be left alone, and until when; kept where it outlives the process."""

    def standing(self, provider: ProviderName, now: datetime) -> ProviderPause | None:
        """The vendor's pause, if it ends after *now*."""

    def keep(self, pause: ProviderPause) -> ProviderPause:
        """Keep a pause at once; returns what stands then: a longer one stays. Raises `FatalError`."""

    def strike(self, pause: ProviderPause) -> None:
        """The pause is over; nothing happens where another has taken its place. Raises `FatalError`."""


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
