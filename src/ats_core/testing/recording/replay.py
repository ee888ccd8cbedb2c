"""Plays a recording back to its adapter: what it probes and reads of it, and which exchanges it asks for."""

from __future__ import annotations

from contextlib import suppress

from attrs import field, frozen

from ats_core.domain.board import Board, BoardProbe
from ats_core.errors import ProviderError
from ats_core.ports import AtsProvider, VendorHttp
from ats_core.provider.exchange import play
from ats_core.testing.recording.fixture import Recording
from ats_core.testing.swept_board import SweptBoard
from ats_core.testing.vendor_http import FakeVendorHttp, asked_of, played_back

__all__ = ["BoardRead", "read_board", "replayed", "swept_again"]


@frozen(kw_only=True)
class BoardRead:
    """A board that was probed and swept once.

    *probe* is None where the probe failed. *failure*: what kept the board from being read to its end.
    """

    probe: BoardProbe | None
    swept: SweptBoard = field(repr=False)
    failure: ProviderError | None = None

    @property
    def said(self) -> tuple[object, ...]:
        """What two readings of one board have in common, whatever its texts are."""
        return frozenset(self.swept.open_ids), len(self.swept.rejected), self.failure is None


async def read_board(provider: AtsProvider, board: Board, http: VendorHttp) -> BoardRead:
    """Probe *board*, and sweep it where it exists."""
    swept = SweptBoard(provider, board, http)
    found: BoardProbe | None = None
    try:
        found = await play(provider.probe(board), lambda asked: http.send(provider.name, asked), where=str(board))
        if found.exists:
            swept.board = found.board
            await swept.sweep()
    except ProviderError as error:
        return BoardRead(probe=found, swept=swept, failure=error)
    return BoardRead(probe=found, swept=swept)


async def swept_again(provider: AtsProvider, recording: Recording) -> SweptBoard:
    """What the adapter maps of *recording*, as far as it can be read: the answer to a probe may be missing."""
    swept = SweptBoard(provider, recording.board, FakeVendorHttp(played_back(recording.exchanges, where="it")))
    with suppress(ProviderError):
        await swept.sweep()
    return swept


async def replayed(provider: AtsProvider, recording: Recording) -> tuple[BoardRead, Recording]:
    """What the adapter reads in *recording*, and the recording with only those exchanges that were asked for."""
    http = FakeVendorHttp(played_back(recording.exchanges, where="the recording"))
    read = await read_board(provider, recording.board, http)
    asked = {found for request in http.requests for found in asked_of(request)}
    return read, Recording.of(recording.board, [e for e in recording.exchanges if e.asked in asked])
