"""A world for whoever looks for boards: companies whose websites lead to theirs in some forty ways, and others that
only seem to.

Names, markup and wording differ from site to site; what is true of each company is known from how it was made.
"""

from __future__ import annotations

from ats_adapters.sandbox.maze.population import Maze
from ats_adapters.sandbox.maze.truth import CompanyTruth, Kind

__all__ = ["CompanyTruth", "Kind", "Maze"]
