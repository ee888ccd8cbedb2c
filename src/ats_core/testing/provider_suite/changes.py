"""Only what changed is read again, and what is gone closes."""
# ruff: noqa: D102 - the name of a test is what it says

from __future__ import annotations

from attrs import evolve

from ats_core.testing.provider_suite.play import (
    run,
    sweep,
)
from ats_core.testing.provider_suite.world import WorldUnderTest


class ChangeCases(WorldUnderTest):
    """Change detection."""

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
