"""Records a board through the real driver into a fixture, and compares a stored one with what its board is now."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from ats_adapters.http.recording import RecordingHttp
from ats_core.domain.board import Board, ProviderName
from ats_core.errors import ConfigurationError, FatalError
from ats_core.ports import AtsProvider, VendorHttp
from ats_core.testing.recording.cleaning import clean_recording
from ats_core.testing.recording.fitting import fitted
from ats_core.testing.recording.fixture import Recording, recorded_exchange
from ats_core.testing.recording.replay import BoardRead, read_board, swept_again
from ats_core.testing.recording.shape import ShapeChange, changes, filled_fields, shape_of
from ats_core.testing.swept_board import SweptBoard

__all__ = ["Comparison", "Made", "Mapped", "board_meant", "compared", "recorded_board"]

Providers = Mapping[ProviderName, AtsProvider]


@frozen(kw_only=True)
class Mapped:
    """What an adapter makes of a board: *postings*, *rejected* records, *lost_fields*, and how many have each field."""

    postings: int
    rejected: int
    lost_fields: int
    filled: Mapping[str, int]

    @classmethod
    def of(cls, swept: SweptBoard) -> Mapped:
        """What was mapped in one sweep."""
        return cls(
            postings=len(swept.postings),
            rejected=len(swept.rejected),
            lost_fields=len(swept.lost_fields),
            filled=filled_fields(swept.postings.values()),
        )


@frozen(kw_only=True)
class Made:
    """A recording, what is mapped of it, and which fields of the board the postings that fit do not show."""

    recording: Recording
    mapped: Mapped
    not_shown: tuple[ShapeChange, ...]


@frozen(kw_only=True)
class Comparison:
    """A stored recording and the same board now: what changed of its shape, and what was and is mapped.

    *failure* is what the adapter can no longer get past. *recording* is the new one, fitted; None where there is none.
    """

    board: Board
    changes: tuple[ShapeChange, ...]
    before: Mapped
    after: Mapped
    failure: str = ""
    recording: Recording | None = field(default=None, repr=False)

    @property
    def is_same(self) -> bool:
        """Whether the vendor answers in the same shape, and the adapter can read it."""
        return not self.changes and not self.failure

    @property
    def fields_turned(self) -> Mapping[str, tuple[int, int]]:
        """The fields that some postings had and none has now, or the other way round: how many had and have them."""
        both = {name: (had, self.after.filled[name]) for name, had in self.before.filled.items()}
        return {name: counts for name, counts in both.items() if bool(counts[0]) != bool(counts[1])}


def board_meant(providers: Providers, words: tuple[str, ...], region: str) -> Board:
    """The board that a person means: a URL of it, PROVIDER:BOARD, or PROVIDER and BOARD (its name, or a URL of it).

    Raises `ConfigurationError`.
    """
    *named, last = words
    if not named and "://" not in last and ":" in last:
        vendor, _, last = last.partition(":")
        named = [vendor]
    vendors = [_provider(providers, named[0])] if named else list(providers.values())
    if "://" in last:
        for provider in vendors:
            if (link := provider.recognise(last)) is not None:
                return link.board
        whose = vendors[0].name if named else "any installed vendor"
        raise ConfigurationError(f"this is no URL of a board of {whose}", where=last, hint="give PROVIDER and BOARD")
    if not named:
        raise ConfigurationError(f"{last!r} names no vendor", hint="give PROVIDER and BOARD, or a URL of the board")
    return Board(vendors[0].name, region, last)


def _provider(providers: Providers, name: str) -> AtsProvider:
    if name not in providers:
        raise ConfigurationError(f"no installed plugin reads {name!r}", hint=f"installed: {', '.join(providers)}")
    return providers[ProviderName(name)]


async def recorded_board(http: VendorHttp, provider: AtsProvider, board: Board, *, max_bytes: int) -> Made:
    """A recording of *board*, cleaned and fitted.

    Raises `ConfigurationError` where the vendor has no such board, `ProviderError` where it cannot be read whole, and
    `FatalError` where no recording of that size can be made of it.
    """
    whole, read, http_failures = await _read(http, provider, board)
    failure = read.failure or next(iter(http_failures), None)
    if failure is not None:
        raise failure
    if read.probe is None or not read.probe.exists:
        raise ConfigurationError(
            f"{provider.name} has no such board", where=str(board), hint="copy its name from a URL of the board"
        )
    recording, replay = await fitted(provider, whole, like=read, max_bytes=max_bytes)
    shapes = shape_of(whole, read.swept.postings.values()), shape_of(recording, replay.swept.postings.values())
    return Made(recording=recording, mapped=Mapped.of(replay.swept), not_shown=changes(*shapes))


async def compared(http: VendorHttp, providers: Providers, stored: Recording, *, max_bytes: int) -> Comparison:
    """The board of *stored*, read again and compared. Where nothing can be compared, raises as `recorded_board`."""
    provider = _provider(providers, stored.board.provider)
    then = await swept_again(provider, stored)
    whole, now, failures = await _read(http, provider, stored.board)
    failure = now.failure or next(iter(failures), None)
    before = shape_of(stored, then.postings.values())
    found = changes(before, shape_of(whole, now.swept.postings.values()))
    recording: Recording | None = None
    if failure is None:
        if now.probe is None or not now.probe.exists:
            raise ConfigurationError(f"{provider.name} has no such board any more", where=str(stored.board))
        if not now.swept.postings and not now.swept.rejected:
            raise FatalError("it has no postings now, so nothing can be compared", where=str(stored.board))
        recording, _ = await fitted(provider, whole, like=now, max_bytes=max_bytes)
    elif not any(exchange.status == 200 for exchange in whole.exchanges):
        raise failure
    return Comparison(
        board=stored.board,
        changes=found,
        before=Mapped.of(then),
        after=Mapped.of(now.swept),
        failure=str(failure or ""),
        recording=recording,
    )


async def _read(
    http: VendorHttp, provider: AtsProvider, board: Board
) -> tuple[Recording, BoardRead, tuple[Exception, ...]]:
    """The board, read and cleaned, and the failures of single requests."""
    recorder = RecordingHttp(http)
    read = await read_board(provider, board, recorder)
    # That an answer is still the one before (304) says nothing that this one does not.
    told = [(request, response) for request, response in recorder.exchanges if not response.not_modified]
    exchanges = [recorded_exchange(request, response) for request, response in told]
    recording = Recording.of(read.swept.board, exchanges)
    return (
        clean_recording(recording, provider, ids=frozenset(read.swept.known)),
        read,
        tuple(recorder.failures),
    )
