"""Boards that are there, that are not, and that are empty."""
# ruff: noqa: D102 - the name of a test is what it says

from __future__ import annotations

from attrs import evolve

from ats_core.errors import FailureKind
from ats_core.testing.provider_suite.play import (
    failure_of,
    probe,
    run,
    sweep,
)
from ats_core.testing.provider_suite.world import WorldUnderTest
from ats_core.testing.swept_board import SweptBoard
from ats_core.testing.vendor_http import FakeVendorHttp


class BoardCases(WorldUnderTest):
    """What an adapter says of itself, and of a board as such."""

    def test_the_name_can_stand_in_a_database_and_a_configuration_file(self) -> None:
        provider = self.make_world().provider
        assert provider.name
        assert set(provider.name) <= set("abcdefghijklmnopqrstuvwxyz0123456789_")

    def test_an_unknown_board_is_not_found(self) -> None:
        world = self.make_world()
        unknown = evolve(world.board, slug=world.unknown_slug)
        if world.unknown_looks_empty:
            board = SweptBoard(world.provider, unknown, FakeVendorHttp(world.serve))
            run(board.sweep)
            assert board.open_ids == set()
            assert probe(world, unknown).open_postings == 0
            return
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
