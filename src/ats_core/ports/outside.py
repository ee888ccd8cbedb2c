"""The outside world as the use-cases see it: directories, public web pages, vendors, the sheet, time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Protocol, runtime_checkable

from attrs import field, frozen

from ats_core.domain.board import Board, BoardLink, BoardProbe, ProviderName, ProviderPause
from ats_core.domain.checkpoint import Validators
from ats_core.domain.company import ListedCompany
from ats_core.domain.offer import Posting, RejectedRecord
from ats_core.domain.signs import ShownPage, VendorSign
from ats_core.provider.messages import BoardView, Exchange, PageExchange, RateLimit, Reply, Request
from ats_core.sheet.table import SheetChanges, SheetTable

__all__ = [
    "AtsProvider",
    "BoardGuesser",
    "Clock",
    "DirectoryPage",
    "DirectorySource",
    "DirectoryView",
    "EventLog",
    "PauseBook",
    "RateLimiter",
    "RecordReader",
    "SheetGateway",
    "SignReader",
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
class DirectoryView:
    """What the database knows of a list, so that no more of it is asked for than has changed.

    *cursor*: where an unfinished reading goes on, as a page gave it; None: at the beginning. *validators* and
    *content_hash*: of the list as it was last read to its end, as that reading's pages gave them; none where the list
    was never read so, an unfinished reading is gone on with, or the list is configured otherwise than it was then.
    *known*: what is stored of the companies that stand in the list, by their `listing_url`; a source that would have to
    ask for a page of its own for each can leave out those whose website is known, for it adds nothing to them.
    """

    cursor: str | None = None
    validators: Validators = Validators()
    content_hash: str | None = None
    known: Mapping[str, ListedCompany] = field(default=MappingProxyType({}), repr=False)


@frozen(kw_only=True)
class DirectoryPage:
    """A page of a list: its companies, and the records that name none.

    *next_cursor*: where a later reading can go on when this one ends here; None: nowhere else than before this page.
    *validators* and *content_hash* describe the whole list; they may stand in any page, and the last that says
    something counts. *not_modified*: the list is as the view describes it. It is then the only page, and empty.
    """

    companies: tuple[ListedCompany, ...] = ()
    rejected: tuple[RejectedRecord, ...] = ()
    next_cursor: str | None = None
    validators: Validators = Validators()
    content_hash: str | None = None
    not_modified: bool = False

    def __attrs_post_init__(self) -> None:
        if self.not_modified and (self.companies or self.rejected or self.next_cursor is not None):
            raise ValueError("a list that is as it was has nothing on its page")


class DirectorySource(Protocol):
    """One list of companies."""

    @property
    def name(self) -> str:
        """What the database calls the list."""

    def pages(self, view: DirectoryView) -> AsyncIterator[DirectoryPage]:
        """The list from the view's cursor to its end, each record once; one page where nothing has changed.

        A cursor that means nothing any more is no error: the list is given from its beginning. Raises `DirectoryError`.
        Whatever was yielded before an error stands; a list that ended in an error was not read whole. A page is asked
        for when the one before is stored with its cursor.
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

    async def sitemaps(self, url: str) -> tuple[str, ...]:
        """The sitemaps that the robots.txt of the URL's origin names, in its order, as it has them.

        None where it names none or was not read: nothing is asked for. They are data, and are to be read with `get`.
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


@runtime_checkable
class SignReader(Protocol):
    """What an `AtsProvider` can be besides: one that knows its postings on a page by more than URLs of its boards."""

    def read_signs(self, page: ShownPage) -> Iterable[VendorSign]:
        """The signs of this vendor on a page: parameters, elements, slugs in scripts, its assets on an own domain.

        The page is anybody's, so what is said of it must not depend on its being well-formed. A sign without a board
        makes guesses worth asking for (`BoardGuesser`); one that is not on the company's own site counts for nothing.
        """


@runtime_checkable
class BoardGuesser(Protocol):
    """What an `AtsProvider` can be besides: one that can be asked for a board which no page names."""

    def guesses(self, spellings: Sequence[str]) -> Iterable[Board]:
        """The boards that a company could have whose name is spelt so (`acmerobotics`, `acme-robotics`).

        Spellings are lower case; of these and of the boards the likeliest come first. No more than a few are asked for.
        """

    def vouch(self, board: Board, posting_ids: Collection[str]) -> Exchange[BoardProbe]:
        """As `probe`, with all that tells whose board it is: the company's name, its site, which postings it has.

        *posting_ids* are postings that the company's site shows (a handful, or none); those that the board has become
        `BoardProbe.posting_ids`. A board that does not exist should cost one request.
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

        *read* is what the changes were computed from. Where an anchor of the changes no longer reads as it did, or
        what was vacant beyond the last row or column no longer is, or the worksheet came or went, `SheetChanged` is
        raised: then nothing is left of what did not belong where it was written, and everybody else's cells are as
        they were. A gateway may be stricter, and raise it for any edit. Values are raw: one that starts with `=` stays
        text. A column that comes to be gets its look, as far as the kind of sheet knows looks. Raises `SheetError`.
        """
