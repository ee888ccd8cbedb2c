"""One pass over one board: page after page, each applied in one transaction with the checkpoint that follows it."""

from __future__ import annotations

from datetime import datetime, timedelta

import anyio
import anyio.lowlevel
from attrs import evolve

from ats_core.domain.board import Source
from ats_core.domain.checkpoint import Checkpoint
from ats_core.domain.identity import OfferId
from ats_core.domain.offer import Offer
from ats_core.errors import FailureKind, ProviderError
from ats_core.ports import AtsProvider, Clock, Store, UnitOfWork, VendorHttp
from ats_core.provider.exchange import play_page
from ats_core.provider.messages import BoardView, OfferPage, Portion
from ats_core.runners.board_offers import BoardOffers
from ats_core.runners.company_totals import CompanyRefresh
from ats_core.runners.tally import Tally
from ats_core.scoring.scorer import Scorer

__all__ = ["BoardSweep", "implausibly_empty"]

#: How often a sweep starts again because the board moved under its cursor, before it is left for a later run.
MAX_RESTARTS = 3
#: How much later a second sweep must find a board just as empty to be believed: a vendor in trouble for an hour, or a
#: run repeated after a kill, is no second witness.
DOUBT = timedelta(hours=6)


def implausibly_empty(open_before: int, still_there: int) -> bool:
    """Whether a board shrank so much at once that a second sweep must agree before anything is closed.

    Several offers and now none, or twenty and more of which fewer than half are left.
    """
    if still_there == 0:
        return open_before >= 3
    return open_before >= 20 and still_there * 2 < open_before


class BoardSweep:
    """A sweep of a board.

    What follows from the offers that it writes (scores, reposts, metrics) is computed when it ends, or fails: each time
    all of the company's offers are looked at. While that is done, no other sweep writes an offer of the company.
    """

    def __init__(
        self,
        store: Store,
        http: VendorHttp,
        provider: AtsProvider,
        scorer: Scorer,
        clock: Clock,
        tally: Tally,
        *,
        company: anyio.Lock,
    ) -> None:
        """*company* is held by whoever writes offers of the board's company, or what follows from them."""
        self._store = store
        self._http = http
        self._provider = provider
        self._scorer = scorer
        self._clock = clock
        self._tally = tally
        self._company = company
        self._is_owed = False
        self._portioned: set[str] = set()

    async def run(self, source: Source) -> None:
        """Sweep the board to its end, from the cursor of an open sweep or from its first page.

        Raises `ProviderError`; what was read before stands, and the sweep stays open at its cursor.
        """
        with self._store.read() as uow:
            offers = BoardOffers(uow.offers.known(source.id), self._tally)
        try:
            await self._pages(source, offers)
        except ProviderError:
            if self._is_owed:
                async with self._company:
                    await self._settle(self._refresh(source))
            raise
        self._tally.count("boards")

    async def _pages(self, source: Source, offers: BoardOffers) -> None:
        restarts = 0
        source = evolve(source, checkpoint=source.checkpoint.sweep_begun(self._clock.now()))
        while source.checkpoint.sweep_started_at is not None:
            page = await self._read_page(source, offers)
            async with self._company:
                source = await self._apply(source, page, offers)
            restarts += page.board_moved
            if restarts > MAX_RESTARTS:
                raise ProviderError(
                    FailureKind.BOARD_MOVED,
                    "the board changed between pages each time it was read",
                    where=str(source.board),
                    hint="it is swept again at the next run",
                )

    async def _read_page(self, source: Source, offers: BoardOffers) -> OfferPage:
        checkpoint = source.checkpoint
        view = BoardView(
            cursor=checkpoint.next_cursor,
            known=offers.known,
            validators=checkpoint.usable_validators(self._clock.now()),
            last_validators=checkpoint.validators,
            sizes=checkpoint.sizes,
            day=_day(checkpoint.sweep_started_at or self._clock.now()),
        )
        self._portioned.clear()
        return await play_page(
            self._provider.read_page(source.board, view),
            lambda requests: self._http.send(self._provider.name, requests),
            where=str(source.board),
            take=lambda portion: self._take(source, portion, offers),
        )

    async def _take(self, source: Source, portion: Portion, offers: BoardOffers) -> None:
        """Store a portion of a page: of the checkpoint only the sizes are kept, all else waits for the page."""
        async with self._company:
            with self._store.write() as uow:
                written = offers.store(uow, source, portion.postings, self._clock.now())
                self._owe(uow, source, bool(written))
                stored = uow.sources.get(source.id) or source
                sizes = stored.checkpoint.sizes.updated(portion.sizes)
                uow.sources.save(evolve(stored, checkpoint=evolve(stored.checkpoint, sizes=sizes)))
        self._portioned.update(posting.provider_offer_id for posting in portion.postings)
        await anyio.lowlevel.checkpoint()

    async def _apply(self, source: Source, page: OfferPage, offers: BoardOffers) -> Source:
        """Store a page, move the checkpoint, and settle where the sweep ends; returns the source as stored."""
        refresh: CompanyRefresh | None = None
        with self._store.write() as uow:
            now = self._clock.now()
            stored = uow.sources.get(source.id) or source
            checkpoint = evolve(
                stored.checkpoint,
                sweep_started_at=source.checkpoint.sweep_started_at,
                next_cursor=source.checkpoint.next_cursor,
            )
            self._count(source, page, offers)
            written = offers.store(uow, source, page.postings, now)
            checkpoint, closed = self._moved(uow, source, page, offers, checkpoint, now)
            stored = evolve(stored, checkpoint=checkpoint)
            uow.sources.save(stored)
            self._owe(uow, source, bool(written) or closed)
            if self._is_owed and checkpoint.sweep_started_at is None:
                refresh = self._refresh(stored, at_hand=written)
                refresh.step(uow)
        if refresh is not None:
            await self._settle(refresh)
        return stored

    def _count(self, source: Source, page: OfferPage, offers: BoardOffers) -> None:
        """Count what stands on the page without being read, and what could not be used."""
        self._tally.count("pages")
        unread = page.seen_ids - self._portioned - {posting.provider_offer_id for posting in page.postings}
        self._tally.count("offers_unchanged", len(unread & offers.known.keys()))
        for record in page.rejected:
            self._tally.reject(str(source.board), record)
        for lost in page.lost_fields:
            self._tally.lose(str(source.board), lost)

    def _moved(
        self,
        uow: UnitOfWork,
        source: Source,
        page: OfferPage,
        offers: BoardOffers,
        checkpoint: Checkpoint,
        now: datetime,
    ) -> tuple[Checkpoint, bool]:
        """The checkpoint behind the page, and whether the end of the sweep closed offers."""
        checkpoint = checkpoint.page_read(
            now, page.next_cursor, watermark=page.watermark, sizes=page.sizes, rejected=bool(page.rejected)
        )
        if page.board_moved:
            uow.sources.forget_sightings(source.id)
            self._tally.count("sweeps_restarted")
            return checkpoint.sweep_restarted(now), False
        if page.next_cursor is not None:
            uow.sources.add_sightings(source.id, page.seen_ids)
            return checkpoint, False
        closing = () if page.not_modified else offers.missing(page.seen_ids | uow.sources.sightings(source.id))
        doubtful = _is_doubtful(closing, offers, checkpoint, now)
        if not doubtful:
            uow.offers.close(closing, now)
            self._tally.count("offers_closed", len(closing))
        uow.sources.forget_sightings(source.id)
        self._tally.count("boards_unmodified", int(page.not_modified))
        self._tally.count("boards_doubtful", int(doubtful))
        checkpoint = checkpoint.sweep_completed(
            now,
            validators=page.validators,
            content_hash=page.content_hash,
            doubtful=doubtful,
            unmodified=page.not_modified,
        )
        return checkpoint, bool(closing) and not doubtful

    def _owe(self, uow: UnitOfWork, source: Source, is_changed: bool) -> None:
        """Let the database know what a run that is killed here leaves undone: the next one makes it good."""
        self._is_owed = self._is_owed or is_changed
        if self._is_owed:
            uow.offers.outdate_metrics(source.company_id)

    def _refresh(self, source: Source, *, at_hand: tuple[Offer, ...] = ()) -> CompanyRefresh:
        return CompanyRefresh(source.company_id, scorer=self._scorer, now=self._clock.now(), at_hand=at_hand)

    async def _settle(self, refresh: CompanyRefresh) -> None:
        """Bring the company up to date with what was written since the last time."""
        await refresh.finish(self._store)
        self._tally.count("scored", refresh.scored)
        self._is_owed = False


def _day(time: datetime) -> int:
    """The UTC day of *time*, in days since 1970."""
    return int(time.timestamp() // 86_400)


def _is_doubtful(closing: tuple[OfferId, ...], offers: BoardOffers, checkpoint: Checkpoint, now: datetime) -> bool:
    """Whether what is missing is not believed yet."""
    since = checkpoint.doubtful_since
    if not closing or (since is not None and now - since >= DOUBT):
        return False
    open_before = offers.open_count
    return implausibly_empty(open_before, open_before - len(closing))
