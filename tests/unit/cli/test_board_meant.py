"""Which board a person means who wants one recorded."""

from __future__ import annotations

import pytest

from ats_adapters.plugins import Plugins
from ats_cli.recording import board_meant
from ats_core.domain.board import Board, ProviderName
from ats_core.errors import ConfigurationError

PROVIDERS = Plugins(found=[]).providers()
ACME = Board(ProviderName("lever"), "", "acme")
EUROPEAN = Board(ProviderName("lever"), "eu", "acme")


@pytest.mark.parametrize(
    ("words", "region", "board"),
    [
        (("lever", "acme"), "", ACME),
        (("lever", "acme"), "eu", EUROPEAN),
        (("lever:acme",), "", ACME),
        (("https://jobs.eu.lever.co/acme/0b7c1f6e-58a9-4f7e-9a34-0c2f5f1d7a10",), "", EUROPEAN),
        (("lever", "https://jobs.lever.co/acme"), "", ACME),
    ],
)
def test_a_board_is_named_by_vendor_and_name_or_by_a_url(words: tuple[str, ...], region: str, board: Board) -> None:
    assert board_meant(PROVIDERS, words, region) == board


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("nobody", "acme"), "no installed plugin reads 'nobody'"),
        (("nobody:acme",), "no installed plugin reads 'nobody'"),
        (("acme",), "'acme' names no vendor"),
        (("https://nobody.example/",), "this is no URL of a board of any installed vendor"),
        (("greenhouse", "https://jobs.lever.co/acme"), "this is no URL of a board of greenhouse"),
    ],
)
def test_what_names_no_board_is_said_in_one_line(words: tuple[str, ...], says: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        board_meant(PROVIDERS, words, "")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
