"""Postings whose text stands apart: what is asked for, when it is asked for again, and what failures cost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pytest
from attrs import evolve
from tests.contract.test_json_board import APART, ApartWorld

from ats_core.domain.checkpoint import Validators
from ats_core.errors import FailureKind, ProviderError
from ats_core.provider.json_board import JsonBoard, LinkedPages
from ats_core.provider.messages import Reply, Request, Response
from ats_core.testing.provider_suite import run, sweep, swept_board
from ats_core.testing.swept_board import SweptBoard
from ats_core.testing.vendor_http import FakeVendorHttp


class Many(ApartWorld):
    """A list of one page, and as many details at once as there may be."""

    provider = evolve(APART, paging=evolve(APART.paging, size=100), details=evolve(APART.details, most=400))  # type: ignore[misc]


class Few(ApartWorld):
    """Three details a page of the sweep, two at once, on a list of one page."""

    provider = evolve(APART, paging=evolve(APART.paging, size=100))  # type: ignore[misc]


def world_of(count: int, kind: type[ApartWorld] = Many) -> ApartWorld:
    world = kind()
    world.fill(count)
    return world


def asked_again(board: SweptBoard, world: ApartWorld) -> list[str]:
    """The paths that the next sweep asks for."""
    board.http = http = FakeVendorHttp(world.serve)
    run(board.sweep)
    return [request.url.rpartition("/")[2].partition("?")[0] for request in http.requests]


def test_an_unchanged_board_costs_its_list_and_no_more() -> None:
    for validator in ("etag", ""):
        world = world_of(5)
        world.validator = validator  # type: ignore[misc]
        board = sweep(world)
        assert asked_again(board, world) == ["list"]
        assert board.open_ids == world.ids


def test_only_what_the_list_shows_otherwise_is_asked_for_again() -> None:
    world = world_of(5)
    board = sweep(world)
    world.records[2] = world.with_title(world.records[2], "Another title")
    world.records.append(world.record(77))
    del world.records[0]
    assert asked_again(board, world) == ["list", "j2", "j77"]
    assert board.open_ids == world.ids
    assert board.postings["j2"].title == "Another title"


def test_what_changes_by_itself_can_be_ignored_or_a_version_named() -> None:
    def touched(provider: JsonBoard) -> list[str]:
        world = world_of(2)
        world.provider = provider
        world.records = [{**record, "age": "1 day", "version": 1} for record in world.records]
        board = sweep(world)
        world.records = [{**record, "age": "2 days"} for record in world.records]
        return asked_again(board, world)

    assert touched(Many.provider) == ["list", "j0", "j1"]
    details = Many.provider.details
    assert details is not None
    assert touched(evolve(Many.provider, details=evolve(details, ignored=("age",)))) == ["list"]
    assert touched(evolve(Many.provider, details=evolve(details, version=("version",)))) == ["list"]


@pytest.mark.parametrize("validator", ["etag", ""])
def test_a_text_that_is_edited_while_the_list_stays_is_read_within_four_weeks(validator: Literal["etag", ""]) -> None:
    world = world_of(9)
    world.validator = validator  # type: ignore[misc]
    board = sweep(world)
    listed = [record["place"] for record in world.records]
    world.records = [world.with_markup(record, "<p>Edited.</p>") for record in world.records]
    for record, place in zip(world.records, listed, strict=True):
        record["place"] = place
    asked: list[str] = []
    for _ in range(28):
        board.day += 1
        asked += asked_again(board, world)
    assert asked.count("list") == 28
    assert sorted(set(asked) - {"list"}) == sorted(world.ids)
    assert len(asked) == 28 + 9
    assert {posting.description_text for posting in board.postings.values()} == {"Edited."}


def test_postings_are_asked_for_again_on_days_of_their_own_and_on_each_once() -> None:
    world = world_of(280)
    board = sweep(world)
    each_day = []
    for _ in range(28):
        board.day += 1
        each_day.append(len(set(asked_again(board, world)) - {"list"}))
        assert set(asked_again(board, world)) == {"list"}
    assert sum(each_day) == 280
    assert max(each_day) < 40


def failing(world: ApartWorld, posting: str, answer: Callable[[Request], Reply]) -> Callable[[Request], Reply]:
    return lambda request: answer(request) if request.url.endswith(f"/{posting}") else world.serve(request)


@pytest.mark.parametrize("status", [404, 410, 500, 302])
def test_one_posting_that_cannot_be_had_is_rejected_alone_and_asked_for_again(status: int) -> None:
    world = world_of(4)
    board = swept_board(world)
    board.http = FakeVendorHttp(failing(world, "j2", lambda request: Response(url=request.url, status=status)))
    run(board.sweep)
    assert set(board.postings) == world.ids - {"j2"}
    assert [rejected.record for rejected in board.rejected] == ["j2"]
    assert asked_again(board, world) == ["list", "j2"]
    assert set(board.postings) == world.ids


def test_a_vendor_that_fails_on_all_postings_fails_the_sweep() -> None:
    world = world_of(4)
    board = swept_board(world)
    board.http = FakeVendorHttp(
        lambda request: world.serve(request) if "/list" in request.url else Response(url=request.url, status=500)
    )
    with pytest.raises(ProviderError) as caught:
        run(board.sweep)
    assert caught.value.kind is FailureKind.SERVER_ERROR
    assert board.rejected == []


def test_a_few_postings_that_fail_for_good_do_not_keep_the_board_from_being_swept() -> None:
    world = world_of(10)
    bad = {"j1", "j2"}
    board = swept_board(world)
    board.http = FakeVendorHttp(
        lambda request: (
            Response(url=request.url, status=500) if request.url.rpartition("/")[2] in bad else world.serve(request)
        )
    )
    board.rejected.clear()
    del world.records[7]
    run(board.sweep)
    assert {rejected.record for rejected in board.rejected} == bad
    assert board.open_ids == world.ids - bad


def test_what_was_read_before_a_vendor_blocked_stands_and_the_next_sweep_goes_on() -> None:
    world = world_of(6, Few)
    board = swept_board(world)
    left = 4

    def serve(request: Request) -> Reply:
        nonlocal left
        if "/list" not in request.url:
            left -= 1
        return Response(url=request.url, status=429) if left < 0 else world.serve(request)

    board.http = FakeVendorHttp(serve)
    with pytest.raises(ProviderError) as caught:
        run(board.sweep)
    assert caught.value.kind is FailureKind.RATE_LIMITED
    assert len(board.postings) == 4
    assert board.cursor is not None
    assert asked_again(board, world) == ["list", "j4", "j5"]
    assert board.open_ids == world.ids


def test_a_sweep_in_several_pages_closes_what_the_last_list_does_not_have() -> None:
    world = world_of(7, Few)
    board = sweep(world)
    world.records = [world.with_title(record, "Edited") for record in world.records]
    run(board.read_page)
    assert board.cursor is not None
    gone = world.records.pop(0)
    run(board.sweep)
    assert world.id_of(gone) not in board.open_ids
    assert board.open_ids == world.ids
    assert {posting.title for key, posting in board.postings.items() if key in world.ids} == {"Edited"}


def test_postings_that_cannot_be_had_do_not_keep_a_sweep_from_its_end() -> None:
    world = world_of(9, Few)
    board = swept_board(world)
    bad = {"j0", "j1", "j2", "j3"}
    board.http = http = FakeVendorHttp(
        lambda request: (
            Response(url=request.url, status=404) if request.url.rpartition("/")[2] in bad else world.serve(request)
        )
    )
    run(board.sweep)
    assert set(board.postings) == world.ids - bad
    assert {rejected.record for rejected in board.rejected} == bad
    assert len([r for r in http.requests if r.url.endswith("/j0")]) == 1


def test_an_answer_that_is_another_thing_rejects_its_posting() -> None:
    world = world_of(3)
    for body, reason in ((b"<html>", "HTML"), (b'{"job": 7}', "`job` is no object"), (b"{}", "`job` is no object")):
        board = swept_board(world)
        board.http = FakeVendorHttp(
            failing(world, "j1", lambda request, body=body: Response(url=request.url, status=200, body=body))  # type: ignore[misc]
        )
        run(board.sweep)
        (rejected,) = board.rejected
        assert rejected.record == "j1"
        assert reason in rejected.reason


def test_validators_that_hold_no_fingerprints_are_the_vendors_own() -> None:
    world = world_of(2)
    board = sweep(world)
    board.validators = Validators(etag="[not ours")
    assert asked_again(board, world)[0] == "list"
    assert board.open_ids == world.ids


@pytest.mark.parametrize("id_", [".", ".."])
def test_an_id_that_would_lead_to_another_path_is_asked_for_nowhere(id_: str) -> None:
    world = world_of(3)

    def serve(request: Request) -> Reply:
        answer = world.serve(request)
        return (
            evolve(answer, body=answer.body.replace(b'"j1"', f'"{id_}"'.encode())) if "/list" in request.url else answer
        )

    board = swept_board(world)
    board.http = http = FakeVendorHttp(serve)
    run(board.sweep)
    assert set(board.postings) == {"j0", "j2"}
    assert [rejected.record for rejected in board.rejected] == [id_]
    assert [request.url.rpartition("/")[2] for request in http.requests][1:] == ["j0", "j2"]


@pytest.mark.parametrize("link", ["https://evil.example/list", "//evil.example/list", "http://[evil.example"])
def test_a_link_to_another_host_is_not_followed(link: str) -> None:
    class Led(ApartWorld):
        provider = evolve(APART, paging=LinkedPages(next="next"), details=None, fields=evolve(APART.fields))

    world = world_of(2, Led)

    def serve(request: Request) -> Response:
        body = b'{"result": [], "next": "%s"}' % link.encode()
        return Response(url=request.url, status=200, body=body)

    board = swept_board(world)
    board.http = http = FakeVendorHttp(serve)
    with pytest.raises(ProviderError, match=r"evil\.example") as caught:
        run(board.sweep)
    assert caught.value.kind is FailureKind.WRONG_SHAPE
    assert [request.url for request in http.requests] == ["https://northwind.apart.example/list"]
