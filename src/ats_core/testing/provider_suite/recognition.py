"""Where an adapter asks, and which URLs it recognises."""
# ruff: noqa: D102 - the name of a test is what it says

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from ats_core.testing.provider_suite.play import (
    INHERITED,
    first_requests,
)
from ats_core.testing.provider_suite.world import WorldUnderTest


class RecognitionCases(WorldUnderTest):
    """URLs."""

    @settings(INHERITED, max_examples=50)
    @given(
        slug=st.text(min_size=1, max_size=40) | st.sampled_from(["..", ".", "a/../b", "a?b=c", "a#b", "%2e%2e", "@x"])
    )
    def test_whatever_a_board_is_called_only_the_vendor_is_asked_and_only_for_a_board(self, slug: str) -> None:
        world = self.make_world()
        board = evolve(world.board, slug=slug)
        depth = {len(urlsplit(request.url).path.split("/")) for request in first_requests(world, world.board)}
        for request in first_requests(world, board):
            parts = urlsplit(request.url)
            assert parts.scheme == "https"
            assert world.may_ask(parts.hostname or "", board)
            assert len(parts.path.split("/")) in depth
            assert not {".", ".."} & {unquote(segment) for segment in parts.path.split("/")}
            assert parts.fragment == ""
            assert request.url.isascii()
            assert request.url.isprintable()
            assert " " not in request.url

    def test_links_are_recognised_as_what_they_are(self) -> None:
        world = self.make_world()
        for url, expected in world.links.items():
            link = world.provider.recognise(url)
            found = (link.board, link.kind) if link else None
            assert found == expected, url
            assert link is None or link.url == url

    @settings(INHERITED, max_examples=80)
    @given(data=st.data())
    def test_recognising_never_fails(self, data: st.DataObject) -> None:
        world = self.make_world()
        known_urls = st.sampled_from(sorted(world.links) or ["https://example.com/"])
        tail = st.text(max_size=30)
        url = data.draw(tail | st.builds(str.__add__, known_urls, tail) | st.builds("https://{}".format, tail))
        link = world.provider.recognise(url)
        if link is not None:
            assert link.board.provider == world.provider.name
            assert first_requests(world, link.board), "a recognised board can be asked for"
