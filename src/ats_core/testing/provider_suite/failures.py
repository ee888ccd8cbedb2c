"""Answers that are none, and exchanges that end early."""
# ruff: noqa: D102 - the name of a test is what it says

from __future__ import annotations

import pytest

from ats_core.errors import FailureKind, ProviderError
from ats_core.provider.messages import BoardView, Response
from ats_core.testing.provider_suite.play import (
    Cancellation,
    cancelled_at,
    failing_at,
    failure_of,
    run,
    sweep,
    swept_board,
)
from ats_core.testing.provider_suite.world import WorldUnderTest
from ats_core.testing.vendor_http import FakeVendorHttp


class FailureCases(WorldUnderTest):
    """Failures."""

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

    @pytest.mark.parametrize("failure", [403, 429, 500, 503, FailureKind.TIMEOUT, FailureKind.NETWORK])
    def test_whichever_request_fails_the_page_fails_and_the_next_sweep_makes_good(
        self, failure: int | FailureKind
    ) -> None:
        failures = 0
        while True:
            world = self.make_world()
            world.fill(max(world.sizes))
            board = sweep(world)
            for number in (0, -1):
                world.records[number] = world.with_title(world.records[number], "Edited")
            board.http = FakeVendorHttp(failing_at(failures, failure, world.serve))
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

    def test_a_sweep_that_is_cancelled_at_any_request_is_made_good_by_the_next(self) -> None:
        number = 0
        while True:
            world = self.make_world()
            world.fill(max(world.sizes))
            board = swept_board(world)
            board.http = FakeVendorHttp(cancelled_at(number, world.serve))
            try:
                run(board.sweep)
            except Cancellation:
                number += 1
            else:
                break
            board.http = FakeVendorHttp(world.serve)
            run(board.sweep)
            assert board.open_ids == world.ids
            assert set(board.postings) == world.ids
        assert number > 0

    def test_an_exchange_that_is_given_up_ends_quietly(self) -> None:
        world = self.make_world()
        reading = world.provider.read_page(world.board, BoardView())
        probing = world.provider.probe(world.board)
        for exchange in (reading, probing):
            assert next(exchange)
            exchange.close()
