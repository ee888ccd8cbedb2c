"""The catalogs that the documentation shows can be used, and do what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ats_adapters.catalogs.shelf import Shelf
from ats_adapters.plugins import Plugins
from ats_core.domain.catalog import Catalog
from ats_core.domain.match import Scored
from ats_core.scoring.catalog_format import CatalogText
from ats_core.scoring.scorer import Scorer

DOCS = Path(__file__).resolve().parents[3] / "docs"
SHELF = Shelf(Plugins(found=[]).catalogs())


def blocks(page: str) -> list[str]:
    """The TOML blocks of a page that are catalogs."""
    found = re.findall(r"^```toml\n(.*?)^```", (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [block for block in found if re.search(r"^id = ", block, re.MULTILINE)]


def catalog(block: str) -> Catalog:
    reading = SHELF.read(CatalogText(text=block, where="documented"))
    assert reading.problems == ()
    return reading.or_raise()


def scored(block: str, text: str) -> Scored:
    return Scorer(catalog(block)).score(title="", department="", description=text)


@pytest.mark.parametrize("block", [*blocks("how-to/change-what-counts.md"), *blocks("reference/catalog-format.md")])
def test_every_catalog_of_the_documentation_can_be_used(block: str) -> None:
    assert catalog(block).categories


def test_the_three_small_files_do_what_the_how_to_says() -> None:
    words, weights, own = blocks("how-to/change-what-counts.md")

    assert [hit.category for hit in scored(words, "puntos swap, Klarna, Bizum").hits] == ["currency-fx"]
    assert [hit.points for hit in scored(weights, "Treasury").hits] == [3.0]
    assert [hit.points for hit in scored(weights, "working capital").hits] == [0.6]
    assert [hit.points for hit in scored(weights, "Adyen").hits] == [0.4]
    assert catalog(weights).labels.strong == 7.0
    assert scored(own, "El frigo de casa").hits == ()
    assert scored(own, "Reefers and trucks; incoterms").synergies[0].points == 0.5
    assert "growth-stack" not in catalog(own).category_names
