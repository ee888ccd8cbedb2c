"""Which catalog is meant: the configured one, or one that a person names by its id or its file."""

from __future__ import annotations

from pathlib import Path

from ats_adapters.catalogs.shelf import Shelf
from ats_adapters.plugins import Plugins
from ats_cli.config import Config
from ats_core.domain.catalog import Catalog
from ats_core.errors import ConfigurationError
from ats_core.scoring.catalog_format import CatalogText

__all__ = ["configured_catalog", "configured_document", "named_catalog", "named_document"]


def configured_catalog(config: Config, plugins: Plugins) -> Catalog:
    """The catalog that `[scoring] catalog` names; raises `ConfigurationError` where it cannot be used."""
    shelf = Shelf(plugins.catalogs())
    return shelf.read(configured_document(config, shelf)).or_raise()


def configured_document(config: Config, shelf: Shelf) -> CatalogText:
    """The catalog that `[scoring] catalog` names, unread."""
    return _document(config.scoring.catalog, shelf, folder=config.folder, where="[scoring]")


def named_catalog(wanted: str, plugins: Plugins, *, folder: Path) -> Catalog:
    """The catalog of this id that a plugin brings, or the one in this TOML file, relative to *folder*."""
    shelf = Shelf(plugins.catalogs())
    return shelf.read(named_document(wanted, shelf, folder=folder)).or_raise()


def named_document(wanted: str, shelf: Shelf, *, folder: Path) -> CatalogText:
    """The same, unread."""
    return _document(wanted, shelf, folder=folder, where="")


def _document(wanted: str, shelf: Shelf, *, folder: Path, where: str) -> CatalogText:
    try:
        return shelf.document(wanted, folder)
    except ConfigurationError as error:
        if error.where:
            raise
        raise ConfigurationError(f"catalog = {wanted!r}: {error.what}", where=where, hint=error.hint) from None
