"""What a runner would hold of a board, without a database: sweeps it page by page, opens and closes its offers."""

from __future__ import annotations

from attrs import evolve

from ats_core.domain.board import Board
from ats_core.domain.checkpoint import PostingSizes, Validators
from ats_core.domain.identity import offer_id
from ats_core.domain.offer import KnownOffer, Posting, RejectedRecord, content_hash
from ats_core.ports import AtsProvider, VendorHttp
from ats_core.provider.exchange import play_page
from ats_core.provider.messages import BoardView, OfferPage

__all__ = ["SweptBoard"]

MAX_PAGES = 1000


class SweptBoard:
    """The offers of one board as sweeps leave them. *postings* are the last read, by the vendor's id.

    *rejected* and *lost_fields* are those of all sweeps. As a runner does, it gives no validators to the sweep after
    one that rejected a record. *written* counts postings that were new, changed or reopened; *restarts* how often the
    board moved. *day* is the day of the sweeps, in days since 1970.
    """

    def __init__(self, provider: AtsProvider, board: Board, http: VendorHttp) -> None:
        self.provider = provider
        self.board = board
        self.http = http
        self.known: dict[str, KnownOffer] = {}
        self.postings: dict[str, Posting] = {}
        self.rejected: list[RejectedRecord] = []
        self.lost_fields: list[RejectedRecord] = []
        self.cursor: str | None = None
        self.validators = self.last_validators = Validators()
        self.sizes = PostingSizes()
        self.day = 20_000
        self.written = 0
        self.restarts = 0
        self._seen: set[str] = set()
        self._has_rejected = False

    @property
    def open_ids(self) -> set[str]:
        """The ids of the offers that are open."""
        return {key for key, offer in self.known.items() if offer.is_open}

    async def sweep(self) -> None:
        """Read pages from where the last sweep was left, to the board's end. Raises `ProviderError`."""
        for _ in range(MAX_PAGES):
            page = await self.read_page()
            if page.next_cursor is None and not page.board_moved:
                return
        raise AssertionError(f"the sweep of {self.board} did not end within {MAX_PAGES} pages")

    async def read_page(self) -> OfferPage:
        """Read the next page and apply it. Raises `ProviderError`, and changes nothing then."""
        view = BoardView(
            cursor=self.cursor,
            known=dict(self.known),
            validators=self.validators,
            last_validators=self.last_validators,
            sizes=self.sizes,
            day=self.day,
        )
        exchange = self.provider.read_page(self.board, view)
        page = await play_page(
            exchange, lambda requests: self.http.send(self.provider.name, requests), where=str(self.board)
        )
        self._apply(page)
        return page

    def _apply(self, page: OfferPage) -> None:
        for posting in page.postings:
            self._store(posting)
        self.rejected += page.rejected
        self.lost_fields += page.lost_fields
        self._has_rejected |= bool(page.rejected)
        self._seen |= page.seen_ids
        self.sizes = self.sizes.updated(page.sizes)
        self.cursor = page.next_cursor
        if page.board_moved:
            self.restarts += 1
            self._seen.clear()
        elif page.next_cursor is None:
            if not page.not_modified:
                for key in self.open_ids - self._seen:
                    self.known[key] = evolve(self.known[key], is_open=False)
                self.last_validators = page.validators
                self.validators = Validators() if self._has_rejected else page.validators
            self._has_rejected = False
            self._seen.clear()

    def _store(self, posting: Posting) -> None:
        key, digest = posting.provider_offer_id, content_hash(posting)
        before = self.known.get(key)
        if before is None or before.content_hash != digest or not before.is_open:
            self.written += 1
        self.known[key] = KnownOffer(offer_id(self.board.source_id, key), posting.updated_at, digest, True)
        self.postings[key] = posting
