"""What helps to find boards that no URL names, where an adapter has it (`SignReader`, `BoardGuesser`)."""
# ruff: noqa: D102 - the name of a test is what it says

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ats_core.domain.board import BoardProbe
from ats_core.domain.signs import ShownPage
from ats_core.ports import BoardGuesser, SignReader
from ats_core.provider.exchange import play
from ats_core.testing.provider_suite.play import INHERITED, probe, run
from ats_core.testing.provider_suite.world import VendorWorld, WorldUnderTest
from ats_core.testing.vendor_http import FakeVendorHttp

_words = st.text(max_size=30)
_urls = st.builds("https://www.acme.example/jobs?{}={}".format, _words, _words)


class DiscoveryCases(WorldUnderTest):
    """Signs on pages, guesses, and what the vendor says of whose a board is."""

    @settings(INHERITED, max_examples=30)
    @given(urls=st.lists(_urls | _words, max_size=5), marks=st.frozensets(_words, max_size=5), scripts=st.text())
    def test_reading_a_pages_signs_never_fails_and_speaks_of_this_vendors_boards(
        self, urls: list[str], marks: frozenset[str], scripts: str
    ) -> None:
        provider = self.make_world().provider
        if not isinstance(provider, SignReader):
            pytest.skip(f"{provider.name} has no read_signs: it is recognised by its URLs alone")
        page = ShownPage(url="https://www.acme.example/jobs", urls=tuple(urls), marks=marks, scripts=scripts)
        boards = [sign.board for sign in provider.read_signs(page) if sign.board is not None]
        assert {board.provider for board in boards} <= {provider.name}

    def test_guesses_are_boards_of_this_vendor_and_the_likeliest_spelling_comes_first(self) -> None:
        guesser = _guesser(self.make_world())
        boards = list(guesser.guesses(("acmerobotics", "acme-robotics")))
        if not boards:
            pytest.skip("this vendor's boards are not guessed")
        assert "acmerobotics" in boards[0].slug
        assert list(guesser.guesses(())) == []

    def test_what_a_vendor_vouches_for_is_what_its_probe_says_and_more(self) -> None:
        world = self.make_world()
        guesser = _guesser(world)
        world.fill(2)
        plain, vouched = probe(world, world.board), _vouched(world, guesser, frozenset())
        assert (vouched.board, vouched.exists) == (plain.board, True)
        assert vouched.company_name == plain.company_name or plain.company_name is None
        assert vouched.posting_ids == frozenset()

    def test_a_vendor_vouches_for_the_postings_that_its_board_has(self) -> None:
        world = self.make_world()
        guesser = _guesser(world)
        world.fill(3)
        wanted = sorted(world.ids)[0]
        assert _vouched(world, guesser, frozenset({wanted, "no-such-posting"})).posting_ids == {wanted}


def _guesser(world: VendorWorld) -> BoardGuesser:
    if not isinstance(world.provider, BoardGuesser):
        pytest.skip(f"{world.provider.name} has no guesses: its boards are found where they are shown")
    return world.provider


def _vouched(world: VendorWorld, guesser: BoardGuesser, posting_ids: frozenset[str]) -> BoardProbe:
    http, board = FakeVendorHttp(world.serve), world.board

    async def ask() -> BoardProbe:
        send = http.send
        name = world.provider.name
        return await play(guesser.vouch(board, posting_ids), lambda batch: send(name, batch), where=str(board))

    found: BoardProbe = run(ask)
    return found
