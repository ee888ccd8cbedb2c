"""The plugin that brings the built-in catalogs."""

from __future__ import annotations

from ats_adapters.catalogs import catalog_texts
from ats_core.hookspecs import hookimpl

__all__ = ["ats_catalogs"]


@hookimpl
def ats_catalogs() -> tuple[str, ...]:
    """The TOML text of each built-in catalog."""
    return catalog_texts()
