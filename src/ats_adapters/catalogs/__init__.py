"""The catalogs that come with the program, as package data, and catalogs in files."""

from __future__ import annotations

from importlib.resources import files

__all__ = ["catalog_texts"]

_NAMES = ("international-payments.toml", "engineering-growth.toml")


def catalog_texts() -> tuple[str, ...]:
    """The TOML text of each built-in catalog, the default one first."""
    folder = files(__name__)
    return tuple(folder.joinpath(name).read_text(encoding="utf-8") for name in _NAMES)
