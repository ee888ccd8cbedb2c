"""What the tests of the suite are made of: a world's board, read. An adapter's own tests may use it too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from ats_core.domain.board import Board, BoardProbe
from ats_core.domain.offer import Posting
from ats_core.errors import AtsError, FailureKind, ProviderError
from ats_core.ports import AtsProvider
from ats_core.provider.exchange import play
from ats_core.provider.messages import BoardView, OfferPage, Reply, Request, Response
from ats_core.testing.provider_suite.world import VendorRecord, VendorWorld
from ats_core.testing.swept_board import SweptBoard
from ats_core.testing.vendor_http import FakeVendorHttp, Serve, recorded

__all__ = [
    "INHERITED",
    "Cancellation",
    "cancelled_at",
    "edit",
    "failing_at",
    "failure_of",
    "first_requests",
    "pages_of",
    "posting_of",
    "probe",
    "run",
    "sweep",
    "swept_board",
    "swept_recording",
]

#: Each subclass runs the same properties: what one finds is not kept for another to replay.
INHERITED = settings(deadline=None, database=None, suppress_health_check=[HealthCheck.differing_executors])


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


def posting_of(world: VendorWorld, record: VendorRecord) -> Posting:
    """What *record*, alone on the world's board, is mapped to; it must be one posting, and nothing rejected."""
    world.records = [record]
    board = sweep(world)
    assert not board.rejected, board.rejected
    (posting,) = board.postings.values()
    return posting


def swept_recording(provider: AtsProvider, board: Board, *fixtures: Path) -> SweptBoard:
    """A recorded board, swept once."""
    recording = SweptBoard(provider, board, FakeVendorHttp(recorded(*fixtures)))
    run(recording.sweep)
    return recording


async def pages_of(board: SweptBoard) -> list[OfferPage]:
    """The pages of one sweep."""
    pages = [await board.read_page()]
    while pages[-1].next_cursor is not None or pages[-1].board_moved:
        pages.append(await board.read_page())
    return pages


def failing_at(number: int, failure: int | FailureKind, serve: Serve) -> Serve:
    """*serve*, but request *number* (from 0) is answered with that status, or fails in that way."""
    count = iter(range(1_000_000))

    def answer(request: Request) -> Reply:
        if next(count) != number:
            return serve(request)
        if isinstance(failure, int):
            return Response(url=request.url, status=failure)
        return ProviderError(failure, "did not answer", where=request.url)

    return answer


class Cancellation(BaseException):
    """Stands for the cancellation of whoever waits for an answer."""


def cancelled_at(number: int, serve: Serve) -> Serve:
    """*serve*, but whoever waits for the answer to request *number* (from 0) is cancelled."""
    count = iter(range(1_000_000))

    def answer(request: Request) -> Reply:
        if next(count) == number:
            raise Cancellation
        return serve(request)

    return answer


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
