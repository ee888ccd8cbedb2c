"""Careers pages of real companies with labels: which boards the built-in vendors see in them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from ats_adapters.plugins import Plugins
from ats_core.discovery.evidence import PageRole, SeenPage, Strength, marked, on_page, worth
from ats_core.discovery.page import read_page
from ats_core.discovery.shown import shown_page
from ats_core.domain.board import Board
from ats_core.ports import SignReader

PAGES = Path(__file__).resolve().parents[3] / "shared" / "recorded" / "pages"
URL = "https://www.acme.example/careers"


def labelled() -> list[tuple[str, str, str]]:
    if not (PAGES / "labels.csv").exists():
        return []
    with (PAGES / "labels.csv").open(encoding="utf-8", newline="") as file:
        return [(row["file"], row["expected_vendor"], row["expected_board"]) for row in csv.DictReader(file)]


@pytest.mark.skipif(not labelled(), reason="the labelled pages are not beside this repository")
def test_the_boards_of_labelled_pages_are_seen_and_no_others() -> None:
    providers = Plugins().providers()
    page = SeenPage(url=URL, role=PageRole.CAREERS, is_own=True)
    for file, vendor, slug in labelled():
        if vendor and vendor not in providers:
            continue
        content = read_page(URL, (PAGES / file).read_text(encoding="utf-8"))
        recognised = on_page(
            page, content, lambda url: [link for p in providers.values() if (link := p.recognise(url)) is not None]
        )
        told = (
            s for p in providers.values() if isinstance(p, SignReader) for s in p.read_signs(shown_page(URL, content))
        )
        signs = [*recognised, *(marked(page, sign.board) for sign in told if sign.board is not None)]
        boards: set[Board] = {sign.link.board for sign in signs}
        assert {(board.provider, board.slug) for board in boards} == ({(vendor, slug)} if vendor else set()), file
        if signs:
            assert worth(signs) >= Strength.LINKED, file
