"""Boards of any size are read whole, whatever changes while they are read."""
# ruff: noqa: D102 - the name of a test is what it says

from __future__ import annotations

from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from ats_core.provider.messages import Request, Response
from ats_core.testing.provider_suite.play import (
    INHERITED,
    edit,
    pages_of,
    run,
    swept_board,
)
from ats_core.testing.provider_suite.world import WorldUnderTest
from ats_core.testing.swept_board import SweptBoard
from ats_core.testing.vendor_http import FakeVendorHttp


class PagingCases(WorldUnderTest):
    """Paging."""

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

    @settings(INHERITED, max_examples=25)
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

    @settings(INHERITED, max_examples=25)
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
