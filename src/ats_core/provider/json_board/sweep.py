"""One reading of a declared vendor's board: its list, page by page, and then the postings that must be asked for alone.

All pages of a list are read in one go. Whether postings slipped between them, because the board changed meanwhile, is
found out by asking for the earlier pages once more, wherever anything differs from what is known.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from attrs import evolve, field, frozen

from ats_core.domain.checkpoint import PostingSizes, Validators
from ats_core.domain.offer import Posting, RejectedRecord
from ats_core.provider.json_board.details import DetailCursor, Details, DetailsRead, Remembered
from ats_core.provider.json_board.paging import ListRead, Paging
from ats_core.provider.json_board.paths import value_at
from ats_core.provider.messages import (
    BoardView,
    OfferPage,
    PageExchange,
    Portion,
    Reply,
    Request,
    Response,
    response_of,
)
from ats_core.provider.payload import MOST_RECORDS, json_list, usable_validators, wrong_shape
from ats_core.provider.record import Record
from ats_core.provider.records import ids_sum, read_records, rejection

__all__ = ["BoardList", "BoardReading"]

T = TypeVar("T")
_Reading = Generator[tuple[Request, ...] | Portion, tuple[Reply, ...], T]

# How many pages are asked for at once where nothing but "unchanged" is expected.
_ASKED_AT_ONCE = 4
_MOST_PAGES = 2_000
# What vendors answer behind the end of a list, if not an empty page.
_PAST_THE_END = frozenset({400, 404, 410, 416, 422})


@frozen(kw_only=True)
class BoardList:
    """What of a vendor's declaration the reading of one board needs.

    *request* is the list's own; *answer* makes plain values of a response to it; *records* is where in these the list
    is. *is_listed* tells postings from records that are none; *stamp* is added to each record; *names* fill the
    templates of URLs; *where* names the board for messages.
    """

    where: str
    request: Request
    names: Mapping[str, str]
    paging: Paging
    answer: Callable[[Request, Response], object] = field(repr=False)
    records: str
    id_field: str
    posting: Callable[[Record], Posting] = field(repr=False)
    is_listed: Callable[[Record], bool] | None = None
    details: Details | None = None
    stamp: Mapping[str, str] = field(factory=dict)

    def records_of(self, answer: object) -> list[object]:
        """The records of a page. Raises `ProviderError` where it has no list."""
        what = f"`{self.records}`" if self.records else "the answer"
        return json_list(value_at(answer, self.records), what, where=self.where)

    def total_of(self, answer: object, *, page: int = 0) -> int | None:
        """How many records there are, as the vendor says on a page of the list; None where it does not."""
        return self.paging.told(answer, page=page)

    def read_first(self, answer: object, records: int) -> ListRead:
        """How far a list is read that answered *answer*, with so many *records*, to its first request."""
        return ListRead(pages=1, records=records, last=records, answer=answer, total=self.total_of(answer))

    def postings_among(self, records: Sequence[object]) -> list[object]:
        """*records* without those that are no postings."""
        return [record for record in records if self._counts(record)]

    def _counts(self, record: object) -> bool:
        if self.is_listed is None or not isinstance(record, dict):
            return True
        try:
            return self.is_listed(Record(record))
        except Exception:  # whatever is wrong with it shows when it is read, and is said then
            return True


@frozen
class _PageRead:
    """A page of the list as it was read: what was asked, its validators, its length, and the sum of its ids' hashes."""

    request: Request
    validators: Validators
    records: int
    ids: int
    is_refused: bool


class BoardReading:
    """Reads one board after what is known of it."""

    def __init__(self, board: BoardList, view: BoardView) -> None:
        self._board = board
        self._view = view
        # As it is now: what is known changes while portions are stored.
        self._open = frozenset(key for key, known in view.known.items() if known.is_open)
        self._settled = frozenset(key for key, known in view.known.items() if known.is_open and known.content_hash)
        self._cursor = DetailCursor.parse(view.cursor)
        # Validators are withheld so that what could not be used is read again: what was read need not be.
        self._before = Remembered.of(view.validators if view.last_validators == Validators() else view.last_validators)
        # "Unchanged" is said of the list, and will not do where a text must be asked for.
        details, since = board.details, self._before.day
        is_renewed = details is not None and details.is_renewed(self._open, since=since, day=view.day)
        may_be_unchanged = view.cursor is None and usable_validators(view) == view.validators and not is_renewed
        # To a POST a condition means another thing, by HTTP: do it only if, not answer only if.
        self._is_conditional = board.request.method == "GET"
        self._asked = Remembered.of(view.validators).own if may_be_unchanged and self._is_conditional else Validators()
        self._pages: list[_PageRead] = []
        self._totals: list[int] = []
        self._records = 0
        self._bytes = 0
        self._seen: set[str] = set()
        self._rejected: list[RejectedRecord] = []
        self._lost: list[RejectedRecord] = []
        self._changed: dict[str, Record] = {}
        self._prints: dict[str, str] = {}

    def page(self) -> PageExchange:
        """The board's page: all of it, or some of its details and a cursor to the others. Raises `ProviderError`."""
        (reply,) = yield (evolve(self._board.paging.first(self._board.request), validators=self._asked),)
        first = response_of(reply)
        if first.not_modified and self._asked != Validators():
            return OfferPage(not_modified=True, validators=self._view.validators)
        postings = yield from self._read_list(first)
        details = self._board.details
        if details is None:
            if not (yield from self._still_stands()):
                return OfferPage(postings=postings, board_moved=True)
            return self._whole(self._validators_of(first), postings)
        wanted = [id_ for id_ in self._changed if self._prints[id_] not in self._cursor.failed]
        wanted.sort(key=self._failed_before)
        if len(wanted) <= details.most and not (yield from self._still_stands()):
            return OfferPage(board_moved=True)
        read = yield from self._ask(details, wanted[: details.most])
        is_last = len(wanted) == len(read.postings) + len(read.failed)
        return self._all(self._validators_of(first), read) if is_last else self._some(read)

    # The list

    def _read_list(self, response: Response) -> _Reading[tuple[Posting, ...]]:
        """Read the list to its end. Returns the postings of its last page; those of the others are given before."""
        board = self._board
        request = board.paging.first(board.request)
        while True:
            if self._records > MOST_RECORDS:
                raise wrong_shape(f"its list has more than {MOST_RECORDS} records", where=board.where)
            past_the_end = bool(self._pages) and response.status in _PAST_THE_END
            answer = None if past_the_end else board.answer(request, response)
            records = [] if past_the_end else board.records_of(answer)
            postings = self._take(records)
            ids = ids_sum(records, id_field=board.id_field)
            # A vendor that takes no notice of where it is asked to go on gives the same page for ever.
            is_repetition = bool(records) and any(page.ids == ids for page in self._pages)
            self._pages.append(_PageRead(request, self._validators_of(response), len(records), ids, past_the_end))
            self._bytes += len(response.body)
            total = board.total_of(answer, page=len(self._pages) - 1)
            if total is not None and (total > 0 or not self._totals):  # some say 0 on all pages but the first
                self._totals.append(total)
            read = ListRead(
                pages=len(self._pages),
                records=self._records,
                last=len(records),
                answer=answer,
                total=self._totals[-1] if self._totals else None,
                is_repeated=is_repetition,
            )
            following = board.paging.following(board.request, read)
            if following is None or is_repetition or past_the_end:
                return postings
            if len(self._pages) >= _MOST_PAGES:
                raise wrong_shape(f"its list does not end after {_MOST_PAGES} pages", where=board.where)
            if postings:
                yield Portion(postings)
            (reply,) = yield (following,)
            request, response = following, response_of(reply)

    def _take(self, records: Sequence[object]) -> tuple[Posting, ...]:
        read = read_records(
            self._board.postings_among(records), self._posting, id_field=self._board.id_field, first=self._records
        )
        self._records += len(records)
        self._seen |= read.seen_ids
        self._rejected += read.rejected
        self._lost += read.lost_fields
        return read.postings

    def _posting(self, record: Record) -> Posting | None:
        id_ = record.id(self._board.id_field)
        if id_ in self._seen:  # on an earlier page
            return None
        stamped = Record({**record.fields, **self._board.stamp}, lost=record.lost) if self._board.stamp else record
        details = self._board.details
        if details is None:
            return self._board.posting(stamped)
        mark = self._prints[id_] = details.fingerprint(id_, record, day=self._view.day)
        if id_ not in self._settled or not (mark in self._before.read or mark in self._cursor.read):
            self._changed[id_] = stamped
        return None

    def _still_stands(self) -> _Reading[bool]:
        """Whether nothing slipped between pages: the earlier ones, asked for again, hold the same ids.

        That need not be asked where the list is one page, or where it holds what is known and as many as it says.
        Raises `ProviderError` where it stands, and is shorter than it says.
        """
        is_short = bool(self._totals) and self._records < self._totals[-1]
        is_as_known = self._seen == self._open and len(set(self._totals)) < 2
        if not is_as_known or is_short:
            # The last page was read last. Only one that is empty, or refused, is asked for again: what a vendor says in
            # a moment of trouble must not be taken for the list's end.
            doubted = self._pages[: None if len(self._pages) > 1 and not self._pages[-1].records else -1]
            for start in range(0, len(doubted), _ASKED_AT_ONCE):
                pages = doubted[start : start + _ASKED_AT_ONCE]
                replies = yield tuple(evolve(page.request, validators=page.validators) for page in pages)
                for page, reply in zip(pages, replies, strict=True):
                    if not self._is_same(page, response_of(reply), counts=is_short):
                        return False
        if is_short:
            what = f"lists {self._records} of its {self._totals[-1]} postings"
            raise wrong_shape(what, where=self._board.where)
        return True

    def _is_same(self, page: _PageRead, response: Response, *, counts: bool) -> bool:
        """Whether a page has the ids that it had; *counts*: and the first tells the total that it told."""
        if response.not_modified and page.validators != Validators():
            return True
        if response.status in _PAST_THE_END:
            return page.is_refused
        answer = self._board.answer(page.request, response)
        if counts and page is self._pages[0] and self._board.total_of(answer) != self._totals[0]:
            return False
        return ids_sum(self._board.records_of(answer), id_field=self._board.id_field) == page.ids

    def _validators_of(self, response: Response) -> Validators:
        return response.validators if self._is_conditional else Validators()

    # The postings one by one

    def _ask(self, details: Details, wanted: Sequence[str]) -> _Reading[DetailsRead]:
        read = DetailsRead()
        urls: list[tuple[str, str]] = []
        for id_ in wanted:
            try:
                urls.append((id_, details.asked_of(self._board.names, id_, self._changed[id_])))
            except Exception as error:  # a record of which it cannot be told where its details are
                read.reject(id_, rejection(id_, error))
        headers = {name: said for name, said in self._board.request.headers.items() if name.lower() != "content-type"}
        for start in range(0, len(urls), details.together):
            some = urls[start : start + details.together]
            replies = yield tuple(
                Request(url=url, headers=headers, obeys_robots=self._board.request.obeys_robots) for _, url in some
            )
            asked = [(id_, self._changed[id_]) for id_, _ in some]
            failed = [id_ for id_, _ in some if self._failed_before(id_)]
            read.take(asked, replies, details, self._board.posting, self._board.where, failed_before=failed)
            if read.stopped:
                break
        return read

    def _failed_before(self, id_: str) -> bool:
        return self._prints[id_] in self._before.failed

    # The page

    def _whole(self, validators: Validators, postings: tuple[Posting, ...]) -> OfferPage:
        """The page of a list that says all."""
        return OfferPage(
            postings=postings,
            lost_fields=tuple(self._lost),
            seen_ids=frozenset(self._seen),
            rejected=tuple(self._rejected),
            validators=validators if len(self._pages) == 1 else Validators(),
            watermark=_newest(postings),
            sizes=PostingSizes(full_bytes=self._bytes // self._records if self._records else None),
        )

    def _some(self, read: DetailsRead) -> OfferPage:
        """A page of details behind which more are to be read; which postings the board has, the last page says."""
        cursor = DetailCursor(
            read=self._cursor.read | {self._prints[posting.provider_offer_id] for posting in read.postings},
            failed=self._cursor.failed | {self._prints[id_] for id_ in read.failed},
        )
        return OfferPage(
            postings=tuple(read.postings),
            lost_fields=tuple(read.lost),
            rejected=tuple(read.rejected),
            next_cursor=str(cursor),
            watermark=_newest(read.postings),
        )

    def _all(self, validators: Validators, read: DetailsRead) -> OfferPage:
        """The last page of details."""
        failed = self._cursor.failed.union(self._prints[id_] for id_ in read.failed)
        own = validators if len(self._pages) == 1 else Validators()
        return OfferPage(
            postings=tuple(read.postings),
            lost_fields=(*self._lost, *read.lost),
            seen_ids=frozenset(self._seen),
            rejected=(*self._rejected, *read.rejected),
            validators=Remembered(
                own=own, read=frozenset(self._prints.values()) - failed, failed=failed, day=self._view.day
            ).validators(),
            watermark=_newest(read.postings),
            sizes=PostingSizes(listed_bytes=self._bytes // self._records if self._records else None),
        )


def _newest(postings: Sequence[Posting]) -> datetime | None:
    return max((at for posting in postings if (at := posting.updated_at or posting.published_at)), default=None)
