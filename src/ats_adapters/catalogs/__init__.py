"""The catalogs that come with the program, as package data, and catalogs in files."""

from __future__ import annotations

from importlib.resources import files

from ats_core.domain.catalog import Catalog
from ats_core.errors import ConfigurationError
from ats_core.scoring.catalog_format import CatalogText, parse_catalog

__all__ = ["builtin_catalog", "catalog_texts", "find_builtin"]

#: By id. The last is what both extend: words of the languages, and no catalog.
_IDS = ("international-payments", "engineering-growth", "base-languages")


def catalog_texts() -> tuple[str, ...]:
    """The TOML text of each built-in catalog, the default one first, and then of what they extend."""
    return tuple(map(_text, _IDS))


def builtin_catalog(catalog_id: str = _IDS[0]) -> Catalog:
    """A built-in catalog, read; raises `ConfigurationError` where none is called so."""
    return parse_catalog(find_builtin(catalog_id).text, where=catalog_id, find_base=find_builtin)


def find_builtin(catalog_id: str, _: CatalogText | None = None) -> CatalogText:
    """The built-in document of this id, unread, as `parse_catalog` looks for what a catalog extends."""
    if catalog_id not in _IDS:
        raise ConfigurationError(f"no catalog {catalog_id!r} is built in", hint=f"there are {', '.join(_IDS)}")
    return CatalogText(text=_text(catalog_id), where=catalog_id)


def _text(catalog_id: str) -> str:
    return files(__name__).joinpath(f"{catalog_id}.toml").read_text(encoding="utf-8")
