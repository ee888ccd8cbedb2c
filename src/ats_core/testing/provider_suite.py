"""The contract of `AtsProvider` as tests that every adapter inherits, a third party's too.

Describe the vendor in a `VendorWorld`, subclass `ProviderSuite`, return the world from `make_world`, and run pytest:

    class TestAcmeHire(ProviderSuite):
        def make_world(self) -> VendorWorld:
            return AcmeHireWorld()
"""
# ruff: noqa: D102 - the name of a test is what it says

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from typing import Any
from urllib.parse import unquote, urlsplit

import anyio
import orjson
import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ats_core.domain.board import Board, BoardProbe, LinkKind
from ats_core.errors import AtsError, FailureKind, ProviderError
from ats_core.ports import AtsProvider, RecordReader
from ats_core.provider.exchange import play
from ats_core.provider.messages import BoardView, OfferPage, Request, Response
from ats_core.provider.record import BadField
from ats_core.testing.swept_board import SweptBoard
from ats_core.testing.vendor_http import FakeVendorHttp, Serve

__all__ = ["ProviderSuite", "VendorRecord", "VendorWorld"]

VendorRecord = dict[str, Any]

# Each subclass runs the same properties: what one finds is not kept for another to replay.
_INHERITED = settings(deadline=None, database=None, suppress_health_check=[HealthCheck.differing_executors])
_MARKUP = "<p>Pay &amp; FX</p><ul><li>caf&eacute; &lt;3</li></ul><script>let x = 'hidden';</script>Last<br>line"
_PLAIN = "Pay & FX\n- café <3\nLast\nline"


class VendorWorld(ABC):
    """A vendor's server with one board, in memory, and how that vendor writes a posting.

    *records* is the board, in the order in which the vendor lists it; `serve` answers from it.
    """

    #: The adapter under test.
    provider: AtsProvider
    #: The board that the world has; any other is unknown to it.
    board: Board
    #: The hosts that the adapter may ask.
    hosts: frozenset[str]
    #: Numbers of postings that bring out the vendor's paging: a page's edges, several pages.
    sizes: tuple[int, ...] = (1, 2, 30)
    #: URLs as pages show them, and the board and kind that the adapter must recognise in each (None: nothing).
    links: Mapping[str, tuple[Board, LinkKind] | None]

    def __init__(self) -> None:
        self.records: list[VendorRecord] = []

    @abstractmethod
    def serve(self, request: Request) -> Response:
        """What the vendor's server answers, as it stands."""

    @abstractmethod
    def record(self, number: int) -> VendorRecord:
        """A well-formed posting with everything that the vendor can say; *number* makes its id and its title."""

    @abstractmethod
    def id_of(self, record: VendorRecord) -> str:
        """The id of a posting, as `Posting.provider_offer_id` has it."""

    @abstractmethod
    def bare(self, record: VendorRecord) -> VendorRecord:
        """The posting with nothing but what the vendor always sends."""

    @abstractmethod
    def with_title(self, record: VendorRecord, title: str) -> VendorRecord:
        """The posting, edited: another title, and whatever the vendor changes with an edit (its `updated_at`)."""

    @abstractmethod
    def with_markup(self, record: VendorRecord, markup: str) -> VendorRecord:
        """The posting with *markup* as its only text, in the vendor's way of sending it."""

    @abstractmethod
    def published(self, record: VendorRecord, at: datetime) -> VendorRecord:
        """The posting published at a time, which may have any UTC offset."""

    @abstractmethod
    def broken(self, record: VendorRecord) -> tuple[VendorRecord, str]:
        """The posting with its title or its id of a wrong type, and that field's path as a rejected record names it."""

    @abstractmethod
    def misspelt(self, record: VendorRecord) -> tuple[VendorRecord, str]:
        """The posting with one field of a wrong type that a posting can be without, and that field's path."""

    def fill(self, count: int) -> None:
        """A board of *count* postings."""
        self.records = [self.record(number) for number in range(count)]

    @property
    def ids(self) -> set[str]:
        """The ids of the board's postings."""
        return {self.id_of(record) for record in self.records}


class ProviderSuite:
    """What every `AtsProvider` must do."""

    def make_world(self) -> VendorWorld:
        """A new world of the vendor under test. To be overridden."""
        raise NotImplementedError("return the VendorWorld of the vendor under test")

    # What the adapter says of itself

    def test_the_name_can_stand_in_a_database_and_a_configuration_file(self) -> None:
        provider = self.make_world().provider
        assert provider.name
        assert set(provider.name) <= set("abcdefghijklmnopqrstuvwxyz0123456789_")

    # Boards that are not there, and boards that are empty

    def test_an_unknown_board_is_not_found(self) -> None:
        world = self.make_world()
        unknown = evolve(world.board, slug="no-such-board-here")
        error = failure_of(world, world.serve, unknown)
        assert error.kind is FailureKind.NOT_FOUND
        assert unknown.slug in str(error)
        assert probe(world, unknown).exists is False

    def test_an_empty_board_is_read_to_its_end(self) -> None:
        world = self.make_world()
        swept = sweep(world)
        assert swept.open_ids == set()
        assert swept.rejected == []

    def test_a_probe_finds_the_board_and_counts_right_where_it_counts(self) -> None:
        world = self.make_world()
        world.fill(3)
        found = probe(world, world.board)
        assert found.exists
        assert found.board == world.board
        assert found.open_postings in (None, 3)

    # Paging

    def test_boards_of_any_size_are_read_whole_and_each_posting_once(self) -> None:
        for size in self.make_world().sizes:
            world = self.make_world()
            world.fill(size)
            board = swept_board(world)
            pages = run(partial(pages_of, board))
            read = [posting.provider_offer_id for page in pages for posting in page.postings]
            assert sorted(read) == sorted(world.ids), f"a board of {size}"
            assert board.open_ids == world.ids
            assert not board.rejected

    def test_a_board_that_shrinks_while_it_is_read_is_read_as_it_is_now(self) -> None:
        world = self.make_world()
        world.fill(max(world.sizes))
        board = swept_board(world)
        run(board.read_page)
        world.records = world.records[:1]
        run(board.sweep)
        assert board.open_ids == world.ids

    @settings(_INHERITED, max_examples=25)
    @given(data=st.data())
    def test_postings_that_stand_all_the_while_are_read_however_the_board_changes(self, data: st.DataObject) -> None:
        world = self.make_world()
        world.fill(max(world.sizes))
        stood = set(world.ids)
        new = iter(range(10_000, 20_000))
        edits = data.draw(st.integers(0, 3), label="requests after which the board changes")

        def serve(request: Request) -> Response:
            nonlocal edits, stood
            answer = world.serve(request)
            if edits:
                edits -= 1
                edit(world, data, new)
                stood &= world.ids
            return answer

        board = SweptBoard(world.provider, world.board, FakeVendorHttp(serve))
        run(board.sweep)
        assert board.open_ids >= stood
        board.http = FakeVendorHttp(world.serve)
        run(board.sweep)
        assert board.open_ids == world.ids

    @settings(_INHERITED, max_examples=25)
    @given(data=st.data())
    def test_a_sweep_resumed_on_a_changed_board_ends_equal_to_the_board(self, data: st.DataObject) -> None:
        world = self.make_world()
        world.fill(data.draw(st.sampled_from(world.sizes), label="size"))
        new = iter(range(10_000, 20_000))
        board = swept_board(world)
        for _ in range(data.draw(st.integers(1, 3), label="interruptions")):
            run(board.read_page)
            edit(world, data, new)
        run(board.sweep)
        assert board.open_ids == world.ids

    # Change detection

    def test_a_second_sweep_of_an_unchanged_board_writes_nothing(self) -> None:
        for size in self.make_world().sizes:
            world = self.make_world()
            world.fill(size)
            board = sweep(world)
            board.written = 0
            run(board.sweep)
            assert board.written == 0
            assert board.open_ids == world.ids

    def test_an_edited_posting_is_read_again_and_a_missing_one_closes(self) -> None:
        world = self.make_world()
        world.fill(5)
        board = sweep(world)
        world.records[1] = world.with_title(world.records[1], "Treasury Lead")
        del world.records[3]
        run(board.sweep)
        assert board.postings[world.id_of(world.records[1])].title == "Treasury Lead"
        assert board.open_ids == world.ids
        assert len(board.known) == 5

    def test_a_posting_that_comes_back_unchanged_is_opened_again(self) -> None:
        world = self.make_world()
        world.fill(4)
        board = sweep(world)
        gone = world.records.pop(2)
        run(board.sweep)
        world.records.insert(2, gone)
        run(board.sweep)
        assert board.open_ids == world.ids

    def test_a_posting_whose_stored_hash_is_empty_is_read_again(self) -> None:
        world = self.make_world()
        world.fill(4)
        board = sweep(world)
        wanted = world.id_of(world.records[2])
        board.known[wanted] = evolve(board.known[wanted], content_hash="")
        page = run(board.read_page)
        assert wanted in {posting.provider_offer_id for posting in page.postings}

    # What a posting becomes

    def test_a_posting_keeps_what_the_vendor_sent(self) -> None:
        world = self.make_world()
        world.fill(1)
        (posting,) = sweep(world).postings.values()
        assert posting.provider_offer_id == world.id_of(world.records[0])
        assert isinstance(orjson.loads(posting.raw), dict)
        assert posting.description_text
        assert posting.locations
        assert posting.url is None or urlsplit(posting.url).scheme in ("http", "https")

    def test_a_stored_record_becomes_the_posting_that_the_page_gave(self) -> None:
        world = self.make_world()
        if not isinstance(world.provider, RecordReader):
            pytest.skip(f"{world.provider.name} has no read_record: stored records cannot be mapped again")
        world.fill(max(world.sizes))
        world.records.append(world.bare(world.record(90_000)))
        world.records.append(world.with_markup(world.record(90_001), _MARKUP))
        world.records.append(world.with_title(world.record(90_002), "R&amp;D  Lead &#8211; ñ \U0001f600"))
        postings = sweep(world).postings.values()
        assert len(postings) == len(world.records)
        assert [world.provider.read_record(posting.raw) for posting in postings] == list(postings)

    @pytest.mark.parametrize("raw", [b"", b"null", b"[]", b'"posting"', b'{"id": ', b"\xff", b"{}"])
    def test_what_is_no_record_is_a_bad_field(self, raw: bytes) -> None:
        provider = self.make_world().provider
        if not isinstance(provider, RecordReader):
            pytest.skip(f"{provider.name} has no read_record: stored records cannot be mapped again")
        with pytest.raises(BadField):
            provider.read_record(raw)

    def test_a_posting_with_nothing_optional_is_read(self) -> None:
        world = self.make_world()
        world.records = [world.bare(world.record(1)), world.record(2)]
        board = sweep(world)
        assert board.open_ids == world.ids
        assert not board.rejected

    def test_times_of_any_offset_become_utc(self) -> None:
        world = self.make_world()
        summer = datetime(2026, 6, 30, 23, 30, tzinfo=timezone(timedelta(hours=-4)))
        half = datetime(2026, 1, 1, 0, 15, tzinfo=timezone(timedelta(hours=5, minutes=30)))
        world.records = [world.published(world.record(1), summer), world.published(world.record(2), half)]
        board = sweep(world)
        for record, at in zip(world.records, (summer, half), strict=True):
            read = board.postings[world.id_of(record)].published_at
            assert read == at
            assert read is not None
            assert read.tzinfo is UTC

    def test_markup_becomes_plain_text(self) -> None:
        world = self.make_world()
        world.records = [world.with_markup(world.record(1), _MARKUP)]
        (posting,) = sweep(world).postings.values()
        assert posting.description_text == _PLAIN

    def test_entities_in_titles_are_decoded(self) -> None:
        world = self.make_world()
        world.records = [world.with_title(world.record(1), "R&amp;D  Lead &#8211; FX")]
        (posting,) = sweep(world).postings.values()
        assert posting.title == "R&D Lead – FX"

    def test_a_malformed_posting_is_rejected_by_name_and_the_others_are_read(self) -> None:
        world = self.make_world()
        world.fill(7)
        world.records[3], field = world.broken(world.records[3])
        board = sweep(world)
        (rejected,) = board.rejected
        assert (rejected.record, rejected.field) == (world.id_of(world.records[3]), field)
        assert rejected.reason
        assert set(board.postings) == world.ids - {rejected.record}

    def test_a_field_that_is_not_needed_is_lost_alone_and_by_name(self) -> None:
        world = self.make_world()
        world.fill(7)
        world.records[3], field = world.misspelt(world.records[3])
        board = sweep(world)
        (lost,) = board.lost_fields
        assert (lost.record, lost.field) == (world.id_of(world.records[3]), field)
        assert lost.reason
        assert not board.rejected
        assert set(board.postings) == world.ids

    def test_a_posting_that_was_rejected_is_read_by_the_next_sweep(self) -> None:
        world = self.make_world()
        world.fill(4)
        whole = world.records[2]
        world.records[2], _ = world.broken(whole)
        board = sweep(world)
        world.records[2] = whole
        run(board.sweep)
        assert set(board.postings) == world.ids

    def test_an_offer_whose_posting_became_malformed_stays_open(self) -> None:
        world = self.make_world()
        world.fill(4)
        board = sweep(world)
        world.records[2], _ = world.broken(world.with_title(world.records[2], "Edited"))
        run(board.sweep)
        assert board.open_ids == world.ids

    def test_records_that_are_no_objects_are_rejected_by_position(self) -> None:
        world = self.make_world()
        world.fill(4)
        good = world.ids
        strange: list[Any] = [*world.records[:2], None, "posting", 7, [], *world.records[2:]]
        world.records = strange
        board = sweep(world)
        assert set(board.postings) == good
        assert len(board.rejected) >= 4

    # Answers that are no answers

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            (b"<!DOCTYPE html><html><body>Checking your browser</body></html>", FailureKind.NOT_JSON),
            (b'{"jobs": [{"id": 1, "ti', FailureKind.NOT_JSON),
            (b'[{"id": "1", "text": "Cut o', FailureKind.NOT_JSON),
            (b"", FailureKind.NOT_JSON),
            (b"Service temporarily unavailable", FailureKind.NOT_JSON),
            (b'{"message": "moved"}', FailureKind.WRONG_SHAPE),
            (b'"postings"', FailureKind.WRONG_SHAPE),
            (b"null", FailureKind.WRONG_SHAPE),
        ],
    )
    def test_what_is_no_board_is_one_clear_error(self, body: bytes, kind: FailureKind) -> None:
        world = self.make_world()
        error = failure_of(world, lambda request: Response(url=request.url, status=200, body=body), world.board)
        assert error.kind is kind
        assert world.board.slug in str(error)
        assert "\n" not in str(error)

    @pytest.mark.parametrize("status", [403, 429, 500, 503])
    def test_whichever_request_fails_the_page_fails_and_the_next_sweep_makes_good(self, status: int) -> None:
        failures = 0
        while True:
            world = self.make_world()
            world.fill(max(world.sizes))
            board = sweep(world)
            for number in (0, -1):
                world.records[number] = world.with_title(world.records[number], "Edited")
            board.http = FakeVendorHttp(failing_at(failures, status, world.serve))
            try:
                run(board.sweep)
            except ProviderError:
                failures += 1
            else:
                break
            board.http = FakeVendorHttp(world.serve)
            run(board.sweep)
            assert board.open_ids == world.ids
            assert all(board.postings[world.id_of(world.records[number])].title == "Edited" for number in (0, -1))
        assert failures > 0

    def test_an_exchange_that_is_given_up_ends_quietly(self) -> None:
        world = self.make_world()
        reading = world.provider.read_page(world.board, BoardView())
        probing = world.provider.probe(world.board)
        for exchange in (reading, probing):
            assert next(exchange)
            exchange.close()

    # Where it asks, and what it recognises

    @settings(_INHERITED, max_examples=150)
    @given(
        slug=st.text(min_size=1, max_size=40) | st.sampled_from(["..", ".", "a/../b", "a?b=c", "a#b", "%2e%2e", "@x"])
    )
    def test_whatever_a_board_is_called_only_the_vendor_is_asked_and_only_for_a_board(self, slug: str) -> None:
        world = self.make_world()
        board = evolve(world.board, slug=slug)
        depth = {len(urlsplit(request.url).path.split("/")) for request in first_requests(world, world.board)}
        for request in first_requests(world, board):
            parts = urlsplit(request.url)
            assert parts.scheme == "https"
            assert parts.hostname in world.hosts
            assert len(parts.path.split("/")) in depth
            assert not {".", ".."} & {unquote(segment) for segment in parts.path.split("/")}
            assert parts.fragment == ""
            assert request.url.isascii()
            assert request.url.isprintable()
            assert " " not in request.url

    def test_links_are_recognised_as_what_they_are(self) -> None:
        world = self.make_world()
        for url, expected in world.links.items():
            link = world.provider.recognise(url)
            found = (link.board, link.kind) if link else None
            assert found == expected, url
            assert link is None or link.url == url

    @settings(_INHERITED, max_examples=300)
    @given(data=st.data())
    def test_recognising_never_fails(self, data: st.DataObject) -> None:
        world = self.make_world()
        known_urls = st.sampled_from(sorted(world.links) or ["https://example.com/"])
        tail = st.text(max_size=30)
        url = data.draw(tail | st.builds(str.__add__, known_urls, tail) | st.builds("https://{}".format, tail))
        link = world.provider.recognise(url)
        if link is not None:
            assert link.board.provider == world.provider.name
            assert first_requests(world, link.board), "a recognised board can be asked for"


# What the tests are made of; an adapter's own tests may use it too.


def run(action: Callable[[], Any]) -> Any:
    """What an async function of no arguments returns."""
    return anyio.run(action)


def swept_board(world: VendorWorld) -> SweptBoard:
    """The world's board, not read yet."""
    return SweptBoard(world.provider, world.board, FakeVendorHttp(world.serve))


def sweep(world: VendorWorld) -> SweptBoard:
    """The world's board, swept once."""
    board = swept_board(world)
    run(board.sweep)
    return board


async def pages_of(board: SweptBoard) -> list[OfferPage]:
    """The pages of one sweep."""
    pages = [await board.read_page()]
    while pages[-1].next_cursor is not None or pages[-1].board_moved:
        pages.append(await board.read_page())
    return pages


def failing_at(number: int, status: int, serve: Serve) -> Serve:
    """*serve*, but request *number* (from 0) is answered with *status*."""
    count = iter(range(1_000_000))
    return lambda request: Response(url=request.url, status=status) if next(count) == number else serve(request)


def probe(world: VendorWorld, board: Board) -> BoardProbe:
    """What the adapter learns of *board*."""
    http = FakeVendorHttp(world.serve)

    async def ask() -> BoardProbe:
        return await play(
            world.provider.probe(board), lambda batch: http.send(world.provider.name, batch), where=str(board)
        )

    found: BoardProbe = run(ask)
    return found


def failure_of(world: VendorWorld, serve: Serve, board: Board) -> ProviderError:
    """The error that reading *board* ends with."""
    with pytest.raises(ProviderError) as caught:
        run(SweptBoard(world.provider, board, FakeVendorHttp(serve)).sweep)
    return caught.value


def first_requests(world: VendorWorld, board: Board) -> tuple[Request, ...]:
    """The first batch of requests that probing and reading a board ask for; none where the adapter refuses its name."""
    requests: tuple[Request, ...] = ()
    for exchange in (
        world.provider.probe(board),
        world.provider.read_page(board, BoardView()),
    ):
        try:
            asked = next(exchange)
            requests += asked if isinstance(asked, tuple) else ()
        except (StopIteration, AtsError):
            continue
        finally:
            exchange.close()
    return requests


def edit(world: VendorWorld, data: st.DataObject, new: Iterator[int]) -> None:
    """Insert, remove, edit or move some of the board's postings."""
    for _ in range(data.draw(st.integers(1, 3), label="edits")):
        at = data.draw(st.integers(0, len(world.records)), label="at")
        action = data.draw(st.sampled_from(["insert", "remove", "retitle", "move", "swap"]), label="action")
        if action == "insert" or not world.records:
            world.records.insert(at, world.record(next(new)))
            continue
        at = min(at, len(world.records) - 1)
        if action == "remove":
            del world.records[at]
        elif action == "retitle":
            world.records[at] = world.with_title(world.records[at], f"Edited {at}")
        elif action == "move":
            world.records.insert(0, world.records.pop(at))
        else:
            world.records[0], world.records[at] = world.records[at], world.records[0]
