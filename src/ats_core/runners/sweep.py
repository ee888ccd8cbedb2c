"""One pass over one board: page after page, each applied in one transaction with the checkpoint that follows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import anyio.lowlevel
from attrs import evolve, frozen

from ats_core.domain.board import Source
from ats_core.domain.checkpoint import Checkpoint
from ats_core.domain.identity import OfferId, offer_id
from ats_core.domain.offer import KnownOffer, Offer, Posting, content_hash
from ats_core.errors import FailureKind, ProviderError
from ats_core.ports import AtsProvider, Clock, Store, UnitOfWork, VendorHttp
from ats_core.provider.exchange import play_page
from ats_core.provider.messages import BoardView, OfferPage, Portion
from ats_core.runners.company_totals import refresh_company
from ats_core.runners.tally import Tally
from ats_core.scoring.language import with_language
from ats_core.scoring.reposts import fingerprint
from ats_core.scoring.scorer import Scorer

__all__ = ["BoardSweep", "implausibly_empty"]

#: How often a sweep starts again because the board moved under its cursor, before it is left for a later run.
MAX_RESTARTS = 3
#: How many offers are scored in one transaction: a run that is told to end waits for it.
SETTLED = 1000
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


@frozen
class _Changes:
    """What a page changes: offers to write, and mere movements of a time."""

    written: tuple[Offer, ...]
    touched: Mapping[OfferId, datetime | None]


class BoardSweep:
    """A sweep of a board.

    What follows from the offers that it writes (scores, reposts, metrics) is computed when it ends, or fails: each time
    all of the company's offers are looked at.
    """

    def __init__(
        self, store: Store, http: VendorHttp, provider: AtsProvider, scorer: Scorer, clock: Clock, tally: Tally
    ) -> None:
        self._store = store
        self._http = http
        self._provider = provider
        self._scorer = scorer
        self._clock = clock
        self._tally = tally
        self._owed = 0
        self._portioned: set[str] = set()

    async def run(self, source: Source) -> None:
        """Sweep the board to its end, from the cursor of an open sweep or from its first page.

        Raises `ProviderError`; what was read before stands, and the sweep stays open at its cursor.
        """
        with self._store.read() as uow:
            known = dict(uow.offers.known(source.id))
        try:
            await self._pages(source, known)
        except ProviderError:
            await self._settle_all(source)
            raise
        await self._settle_all(source)
        self._tally.count("boards")

    async def _settle_all(self, source: Source) -> None:
        while self._owed:
            with self._store.write() as uow:
                self._settle(uow, source, self._clock.now())
            await anyio.lowlevel.checkpoint()

    async def _pages(self, source: Source, known: dict[str, KnownOffer]) -> None:
        restarts = 0
        source = evolve(source, checkpoint=source.checkpoint.sweep_begun(self._clock.now()))
        while source.checkpoint.sweep_started_at is not None:
            page = await self._read_page(source, known)
            with self._store.write() as uow:
                source = self._apply(uow, source, page, known)
            restarts += page.board_moved
            if restarts > MAX_RESTARTS:
                raise ProviderError(
                    FailureKind.BOARD_MOVED,
                    "the board changed between pages each time it was read",
                    where=str(source.board),
                    hint="it is swept again at the next run",
                )

    async def _read_page(self, source: Source, known: dict[str, KnownOffer]) -> OfferPage:
        checkpoint = source.checkpoint
        view = BoardView(
            cursor=checkpoint.next_cursor,
            known=known,
            validators=checkpoint.usable_validators(self._clock.now()),
            sizes=checkpoint.sizes,
        )
        self._portioned.clear()
        return await play_page(
            self._provider.read_page(source.board, view),
            lambda requests: self._http.send(self._provider.name, requests),
            where=str(source.board),
            take=lambda portion: self._take(source, portion, known),
        )

    async def _take(self, source: Source, portion: Portion, known: dict[str, KnownOffer]) -> None:
        """Store a portion of a page: the checkpoint waits for the page."""
        with self._store.write() as uow:
            self._store_postings(uow, source, portion.postings, known, self._clock.now())
            self._note_what_is_owed(uow, source)
        self._portioned.update(posting.provider_offer_id for posting in portion.postings)
        await anyio.lowlevel.checkpoint()

    def _apply(self, uow: UnitOfWork, source: Source, page: OfferPage, known: dict[str, KnownOffer]) -> Source:
        """Store a page and move the checkpoint; returns the source as stored."""
        now = self._clock.now()
        stored = uow.sources.get(source.id) or source
        checkpoint = evolve(
            stored.checkpoint,
            sweep_started_at=source.checkpoint.sweep_started_at,
            next_cursor=source.checkpoint.next_cursor,
        )
        self._tally.count("pages")
        written = self._store_postings(uow, source, page.postings, known, now)
        read = self._portioned.union(posting.provider_offer_id for posting in page.postings)
        self._tally.count("offers_unchanged", len(page.seen_ids & known.keys() - read))
        for record in page.rejected:
            self._tally.reject(str(source.board), record)
        for lost in page.lost_fields:
            self._tally.lose(str(source.board), lost)
        checkpoint = checkpoint.page_read(
            now, page.next_cursor, watermark=page.watermark, sizes=page.sizes, rejected=bool(page.rejected)
        )
        closed = 0
        if page.board_moved:
            uow.sources.forget_sightings(source.id)
            checkpoint = checkpoint.sweep_restarted(now)
            self._tally.count("sweeps_restarted")
        elif page.next_cursor is not None:
            uow.sources.add_sightings(source.id, page.seen_ids)
        else:
            closing = () if page.not_modified else self._missing(uow, source, page, known)
            doubtful = self._doubtful(closing, known, checkpoint, now)
            if not doubtful:
                uow.offers.close(closing, now)
                closed = len(closing)
            uow.sources.forget_sightings(source.id)
            checkpoint = checkpoint.sweep_completed(
                now,
                validators=page.validators,
                content_hash=page.content_hash,
                doubtful=doubtful,
                unmodified=page.not_modified,
            )
            self._tally.count("boards_unmodified", int(page.not_modified))
            self._tally.count("offers_closed", closed)
            self._tally.count("boards_doubtful", int(doubtful))
        stored = evolve(stored, checkpoint=checkpoint)
        uow.sources.save(stored)
        self._owed += closed
        if self._owed and checkpoint.sweep_started_at is None:
            self._settle(uow, stored, now, at_hand=written)
        self._note_what_is_owed(uow, source)
        return stored

    def _note_what_is_owed(self, uow: UnitOfWork, source: Source) -> None:
        """Let the database know what a run that is killed here leaves undone: the next one makes it good."""
        if self._owed:
            uow.offers.outdate_metrics(source.company_id)

    def _settle(self, uow: UnitOfWork, source: Source, now: datetime, *, at_hand: Iterable[Offer] = ()) -> None:
        """Bring the company up to date with what was written since the last time, or as much as takes seconds."""
        done = refresh_company(uow, source.company_id, scorer=self._scorer, now=now, at_hand=at_hand, limit=SETTLED)
        self._tally.count("scored", done.scored)
        if done.is_whole:
            self._owed = 0

    def _store_postings(
        self,
        uow: UnitOfWork,
        source: Source,
        postings: Iterable[Posting],
        known: dict[str, KnownOffer],
        now: datetime,
    ) -> tuple[Offer, ...]:
        """Store postings that were read; returns the offers that were written."""
        changes = self._changes(uow, source, postings, known, now)
        uow.offers.save(changes.written)
        uow.offers.touch(changes.touched)
        self._owed += len(changes.written)
        return changes.written

    def _changes(
        self,
        uow: UnitOfWork,
        source: Source,
        postings: Iterable[Posting],
        known: dict[str, KnownOffer],
        now: datetime,
    ) -> _Changes:
        """Sort postings into new, changed, reopened and unchanged; *known* learns of them."""
        differing: dict[str, tuple[Posting, str]] = {}
        touched: dict[OfferId, datetime | None] = {}
        for posting in postings:
            key, digest = posting.provider_offer_id, content_hash(posting)
            before = known.get(key)
            if before is None or before.content_hash != digest or not before.is_open:
                differing.setdefault(key, (posting, digest))
            else:
                self._tally.count("offers_unchanged")
                if before.updated_at != posting.updated_at:
                    touched[before.id] = posting.updated_at
                    known[key] = evolve(before, updated_at=posting.updated_at)
        stored = uow.offers.get_many([known[key].id for key in differing if key in known])
        written: list[Offer] = []
        for key, (posting, digest) in differing.items():
            offer = self._offer(source, posting, digest, stored.get(offer_id(source.id, key)), now)
            written.append(offer)
            known[key] = KnownOffer(offer.id, posting.updated_at, digest, True)
        return _Changes(tuple(written), touched)

    def _offer(self, source: Source, posting: Posting, digest: str, before: Offer | None, now: datetime) -> Offer:
        posting = with_language(posting)
        if before is None:
            self._tally.count("offers_new")
            return Offer(
                id=offer_id(source.id, posting.provider_offer_id),
                source_id=source.id,
                company_id=source.company_id,
                posting=posting,
                content_hash=digest,
                fingerprint=fingerprint(posting),
                first_seen_at=now,
                last_seen_at=now,
            )
        self._tally.count("offers_reopened" if before.closed_at else "offers_changed")
        return evolve(
            before,
            company_id=source.company_id,
            posting=posting,
            content_hash=digest,
            fingerprint=fingerprint(posting),
            last_seen_at=now,
            closed_at=None,
        )

    @staticmethod
    def _missing(
        uow: UnitOfWork, source: Source, page: OfferPage, known: Mapping[str, KnownOffer]
    ) -> tuple[OfferId, ...]:
        seen = page.seen_ids | uow.sources.sightings(source.id)
        return tuple(sorted(offer.id for key, offer in known.items() if offer.is_open and key not in seen))

    @staticmethod
    def _doubtful(
        closing: tuple[OfferId, ...], known: Mapping[str, KnownOffer], checkpoint: Checkpoint, now: datetime
    ) -> bool:
        """Whether what is missing is not believed yet."""
        since = checkpoint.doubtful_since
        if since is not None and now - since >= DOUBT:
            return False
        open_before = sum(offer.is_open for offer in known.values())
        return implausibly_empty(open_before, open_before - len(closing))
