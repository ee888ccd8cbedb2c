"""A board of every kind of vendor is recorded, made small, and replayed as it was read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.contract.test_ashby import AshbyWorld
from tests.contract.test_greenhouse import GreenhouseWorld
from tests.contract.test_join import JoinWorld
from tests.contract.test_json_board import (
    AcmeWorld,
    ApartWorld,
    LinkedWorld,
    NumberedWorld,
    OffsetWithoutTotalWorld,
    OffsetWorld,
    PostedWorld,
    TokenWorld,
)
from tests.contract.test_lever import LeverWorld
from tests.contract.test_teamtailor import TeamtailorWorld
from tests.contract.test_workday import WorkdayWorld

from ats_cli.recording import Made, compared, recorded_board
from ats_core.errors import ConfigurationError, FailureKind, FatalError, ProviderError
from ats_core.provider.messages import Request, Response
from ats_core.testing.provider_suite import (
    VendorWorld,
    run,
    sweep,
    swept_recording,
)
from ats_core.testing.recording.fixture import Recording
from ats_core.testing.swept_board import SweptBoard
from ats_core.testing.vendor_http import FakeVendorHttp

WORLDS: list[type[VendorWorld]] = [
    AcmeWorld,
    OffsetWorld,
    OffsetWithoutTotalWorld,
    PostedWorld,
    NumberedWorld,
    LinkedWorld,
    TokenWorld,
    ApartWorld,
    AshbyWorld,
    GreenhouseWorld,
    LeverWorld,
    TeamtailorWorld,
    JoinWorld,
    WorkdayWorld,
]
PLENTY = 10_000_000


def world_of(kind: type[VendorWorld], count: int = 23) -> VendorWorld:
    world = kind()
    world.fill(count)
    return world


def recorded_of(world: VendorWorld, max_bytes: int = PLENTY) -> Made:
    async def record() -> Made:
        return await recorded_board(FakeVendorHttp(world.serve), world.provider, world.board, max_bytes=max_bytes)

    found: Made = run(record)
    return found


def made(world: VendorWorld, max_bytes: int = PLENTY) -> Recording:
    return recorded_of(world, max_bytes).recording


def played(world: VendorWorld, recording: Recording, folder: Path) -> SweptBoard:
    """What a contract test reads in the file."""
    file = folder / "recording.json"
    file.write_text(recording.text, encoding="utf-8")
    return swept_recording(world.provider, recording.board, file)


@pytest.mark.parametrize("kind", WORLDS)
def test_a_recording_replays_the_board(kind: type[VendorWorld], tmp_path: Path) -> None:
    world = world_of(kind)
    board = played(world, made(world), tmp_path)
    assert board.postings == sweep(world).postings
    assert len(board.postings) == 23


@pytest.mark.parametrize("kind", WORLDS)
def test_a_recording_that_is_made_small_is_whole(kind: type[VendorWorld], tmp_path: Path) -> None:
    world = world_of(kind)
    whole = made(world)
    small = made(world, whole.size * 2 // 5)
    assert small.size <= whole.size * 2 // 5
    board = played(world, small, tmp_path)
    assert 1 <= len(board.postings) < 23
    assert board.postings.items() <= sweep(world).postings.items()
    assert not board.rejected


def test_the_postings_that_are_kept_show_all_fields_or_it_is_said_which_they_do_not() -> None:
    world = world_of(AcmeWorld, 30)
    world.records = [world.bare(record) for record in world.records]
    world.records[17] |= {"rare": {"field": [1]}}
    world.records[23] |= {"rare": "text"}
    whole = made(world).size
    small = recorded_of(world, whole // 3)
    assert '"field"' in small.recording.text
    assert '"rare": "text"' in small.recording.text
    assert small.mapped.postings < 30
    assert small.not_shown == ()
    smaller = recorded_of(world, whole // 6)
    assert [(change.path, change.before, change.after) for change in smaller.not_shown] == [
        ("data.jobs[].rare", ("object", "text"), ("object",))
    ]


def test_a_bound_that_not_even_one_posting_keeps_is_an_error_that_says_so() -> None:
    with pytest.raises(FatalError, match=r"has \d+ bytes with one posting of 23, and may have 50"):
        made(world_of(AcmeWorld), 50)


def test_a_feed_in_another_encoding_is_replayed_as_it_was_read(tmp_path: Path) -> None:
    world = world_of(TeamtailorWorld, 3)
    serve = world.serve

    def in_latin(request: Request) -> Response:
        answer = serve(request)
        text = (
            answer.body.decode().replace('encoding="UTF-8"', 'encoding="ISO-8859-1"').replace("Treasury", "Tesorería")
        )
        return Response(url=answer.url, status=200, body=text.encode("latin-1"))

    world.serve = in_latin  # type: ignore[method-assign]
    board = played(world, made(world), tmp_path)
    assert board.postings == sweep(world).postings
    assert all("Tesorería" in posting.title for posting in board.postings.values())


def test_an_unknown_board_is_named() -> None:
    world = world_of(AcmeWorld)
    world.serve = world.unknown  # type: ignore[attr-defined, method-assign]
    with pytest.raises(ConfigurationError, match="acmehire has no such board"):
        made(world)


def test_nothing_is_recorded_of_a_vendor_that_has_trouble() -> None:
    world = world_of(ApartWorld)
    serve = world.serve

    def troubled(request: Request) -> Response:
        return serve(request) if "limit" in request.url else Response(url=request.url, status=500)

    world.serve = troubled  # type: ignore[method-assign]
    with pytest.raises(ProviderError) as caught:
        made(world)
    assert caught.value.kind is FailureKind.SERVER_ERROR


# What has changed


def comparison(world: VendorWorld, stored: Recording, max_bytes: int = PLENTY) -> Any:
    async def compare() -> Any:
        providers = {world.provider.name: world.provider}
        return await compared(FakeVendorHttp(world.serve), providers, stored, max_bytes=max_bytes)

    return run(compare)


@pytest.mark.parametrize("kind", WORLDS)
def test_a_board_with_other_postings_has_the_same_shape(kind: type[VendorWorld]) -> None:
    world = world_of(kind)
    stored = made(world, made(world).size // 2)
    world.records = [world.record(number) for number in range(40, 52)]
    found = comparison(world, stored)
    assert found.is_same, found.changes
    assert found.after.postings == 12


def test_a_field_under_another_name_is_seen_and_what_the_adapter_makes_of_it() -> None:
    world = world_of(AcmeWorld, 3)
    stored = made(world)
    for record in world.records:
        record["text"] = record.pop("description")
    found = comparison(world, stored)
    assert [(change.kind, change.path) for change in found.changes] == [
        ("vanished", "data.jobs[].description"),
        ("appeared", "data.jobs[].text"),
    ]
    assert found.fields_turned == {"description_text": (3, 0)}
    assert found.recording is not None


def test_a_shape_that_the_adapter_cannot_read_is_shown_all_the_same() -> None:
    world = world_of(AcmeWorld, 3)
    stored = made(world)
    serve = world.serve

    def other(request: Request) -> Response:
        answer = serve(request)
        return Response(url=answer.url, status=200, body=answer.body.replace(b'"jobs"', b'"openings"'))

    world.serve = other  # type: ignore[method-assign]
    found = comparison(world, stored)
    assert not found.is_same
    assert "data.openings" in {change.path for change in found.changes}
    assert found.failure
    assert found.recording is None


def test_a_fixture_that_lacks_the_answer_to_a_probe_is_compared_too() -> None:
    world = world_of(LeverWorld, 3)
    whole = made(world)
    stored = Recording.of(whole.board, [exchange for exchange in whole.exchanges if "limit=1" not in exchange.url[-7:]])
    assert len(stored.exchanges) == len(whole.exchanges) - 1
    found = comparison(world, stored)
    assert (found.before.postings, found.after.postings) == (3, 3)


def test_a_board_without_postings_cannot_be_compared() -> None:
    world = world_of(AcmeWorld, 3)
    stored = made(world)
    world.records = []
    with pytest.raises(FatalError, match="it has no postings now"):
        comparison(world, stored)
