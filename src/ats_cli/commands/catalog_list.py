"""`atsp catalog list`: the catalogs that can be named, and the configured one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ats_adapters.catalogs.shelf import Shelf
from ats_cli.catalogs import configured_document
from ats_cli.config import Config
from ats_cli.options import common, json_option, load
from ats_cli.plugged import load_plugins
from ats_cli.render import as_json
from ats_cli.render.console import console
from ats_cli.render.tables import print_catalogs
from ats_core.errors import ConfigurationError
from ats_core.scoring.catalog_format import CatalogText, Reading


@click.command("list", epilog="Example: atsp catalog list --json")
@json_option
@common
def list_(config_path: Path | None, as_json_: bool) -> None:
    """List the catalogs that come with the program and with plugins, and the configured one."""
    config = load(config_path)
    shelf = Shelf(load_plugins(config).catalogs())
    documents = dict(shelf.brought)
    used = _used(config, shelf)
    if used is not None and config.scoring.catalog not in documents:
        documents[config.scoring.catalog] = used
    rows = [_row(name, d, shelf.read(d), in_use=d == used) for name, d in documents.items()]
    if as_json_:
        click.echo(as_json.dumps(rows))
    else:
        print_catalogs(console(), rows)


def _used(config: Config, shelf: Shelf) -> CatalogText | None:
    """The configured catalog; None where there is none of its name, which whatever uses it tells."""
    try:
        return configured_document(config, shelf)
    except ConfigurationError as error:
        click.echo(f"atsp: {error}", err=True)
        return None


def _row(named: str, document: CatalogText, reading: Reading, *, in_use: bool) -> dict[str, Any]:
    catalog = reading.catalog
    return {
        "catalog": named,
        "where": document.where,
        "in_use": in_use,
        "layer": reading.is_layer,
        "version": catalog.version if catalog else None,
        "name": catalog.name if catalog else None,
        "description": catalog.description if catalog else None,
        "categories": list(catalog.category_names) if catalog else [],
        "spellings": catalog.keyword_count if catalog else 0,
        "errors": len(reading.errors),
        "warnings": len(reading.warnings),
    }
