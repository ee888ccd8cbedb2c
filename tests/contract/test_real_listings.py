"""Saved fragments of the three public listings, where there are any beside the checkout: the presets read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ats_adapters.directories.html_listing import HtmlDirectory
from ats_adapters.directories.html_page import read_listing
from ats_adapters.directories.kinds import made_of
from ats_core.settings import DirectorySettings
from ats_core.testing.vendor_http import FakeVendorHttp, recorded

PAGES = Path(__file__).parents[3] / "shared" / "directories" / "html"


@pytest.mark.parametrize(
    ("kind", "file", "mark"),
    [
        ("catalonia", "catalonia.html", "<li"),
        ("lanzadera", "lanzadera_list.html", "<article"),
        ("madrimasd", "madrimasd_list.html", "<li"),
    ],
)
def test_a_preset_takes_every_company_of_a_real_fragment(kind: str, file: str, mark: str) -> None:
    path = PAGES / file
    if not path.is_file():
        pytest.skip(f"no real pages beside this checkout (../shared/directories/html/{file})")
    markup = path.read_text(encoding="utf-8")
    source = made_of(DirectorySettings(kind=kind), FakeVendorHttp(recorded()), Path())
    assert isinstance(source, HtmlDirectory)
    page = read_listing(source.url, markup, source.wanted)
    assert len(page.items) == markup.count(mark) > 0
    assert all(item.detail and item.detail.startswith("https://") for item in page.items)
    assert all(item.name for item in page.items) or kind == "lanzadera"
