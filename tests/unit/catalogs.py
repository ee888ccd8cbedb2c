"""A catalog small enough to reckon with."""

from __future__ import annotations

from ats_core.domain.catalog import Catalog
from ats_core.scoring.catalog_format import parse_catalog

SMALL = """
id = "small"
name = "Small"
version = "1"
description = "For tests."
stop_words = ["the", "we"]

[labels]
strong = 6.0
medium = 3.0
weak = 1.0

[fields]
title = 2.0
department = 1.5
description = 1.0

[tiers.core]
points = 2.0

[categories.fx]
name = "Foreign exchange"
tier = "core"

[categories.treasury]
name = "Treasury"
tier = "core"

[keywords]
fx = [{ term = "hedging", aliases = ["hedge", "hedges"] }]
treasury = [{ term = "treasury" }]
"""


def small_catalog(text: str = SMALL) -> Catalog:
    return parse_catalog(text, where="small catalog")
