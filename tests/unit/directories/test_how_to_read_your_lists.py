"""The page "Read your lists" shows what works: its configurations are accepted, its lists are read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.unit.directories.lists import entries, told

from ats_adapters.directories.csv_list import CsvFormat
from ats_adapters.directories.format import ListFormat
from ats_adapters.directories.html_listing import HtmlDirectory
from ats_adapters.directories.html_page import read_listing
from ats_adapters.directories.json_list import JsonFormat
from ats_adapters.directories.kinds import KINDS, made_of
from ats_adapters.directories.markdown_list import MarkdownFormat
from ats_adapters.directories.spain import PRESETS
from ats_cli.config import load_config
from ats_core.testing.vendor_http import FakeVendorHttp, recorded

PAGE = (Path(__file__).parents[3] / "docs" / "how-to" / "read-your-lists.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.M | re.S)
FORMATS: dict[str, ListFormat] = {"csv": CsvFormat(), "json": JsonFormat(), "markdown": MarkdownFormat()}
NO_HTTP = FakeVendorHttp(recorded())


def configured(folder: Path, toml: str) -> list[object]:
    (folder / "atsp.toml").write_text(toml, encoding="utf-8")
    return [made_of(own, NO_HTTP, folder) for own in load_config(None, {}, folder=folder).directories]


def test_every_configuration_is_accepted_and_every_kind_has_one(tmp_path: Path) -> None:
    shown = [toml for language, toml in BLOCKS if language == "toml"]
    assert all(configured(tmp_path, toml) for toml in shown)
    assert set(re.findall(r'^kind = "(\w+)"', "\n".join(shown), re.M)) == set(KINDS)


@pytest.mark.parametrize("language", list(FORMATS))
def test_every_list_that_is_shown_is_read(language: str) -> None:
    (text,) = (text for shown, text in BLOCKS if shown == {"csv": "text"}.get(language, language))
    found = told(entries(FORMATS[language], text))
    assert all(isinstance(company, tuple) for company in found)
    careers = {company[0]: company[2] for company in found if isinstance(company, tuple)}
    assert {"Northwind Foods", "Fabrikam"} <= careers.keys()
    assert careers["Fabrikam"] is not None
    if language == "markdown":
        assert list(careers) == ["Northwind Foods", "Fabrikam", "Contoso", "Litware", "Tailspin"]


def test_the_listing_that_is_shown_is_read_by_the_selectors_that_are_shown(tmp_path: Path) -> None:
    (markup,) = (text for language, text in BLOCKS if language == "html")
    (toml,) = (text for language, text in BLOCKS if language == "toml" and 'kind = "html"' in text)
    (source,) = configured(tmp_path, toml)
    assert isinstance(source, HtmlDirectory)
    page = read_listing(source.url, markup, source.wanted)
    assert [(item.name, item.detail) for item in page.items] == [
        ("Northwind Foods", "https://hub.example/startup/northwind"),
        ("Fabrikam", "https://hub.example/startup/fabrikam"),
    ]
    assert page.next_page == "https://hub.example/startups?page=2"


@pytest.mark.parametrize("kind", list(PRESETS))
def test_the_selectors_of_the_presets_are_those_that_are_shown(kind: str) -> None:
    (row,) = (line for line in PAGE.splitlines() if line.startswith(f"| `{kind}` |"))
    preset = PRESETS[kind]
    for shown in (preset["url"], preset["item"], preset["next"], *preset["on_item"].values()):
        assert f"`{shown}`" in row


def test_bounds_are_those_that_are_shown() -> None:
    assert CsvFormat().max_bytes == JsonFormat().max_bytes == 64_000_000
    assert MarkdownFormat().max_bytes == 1_000_000
