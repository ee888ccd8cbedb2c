"""`atsp catalog check`: everything that is wrong with a catalog, in one go."""

from __future__ import annotations

from pathlib import Path

import click

from ats_adapters.catalogs.shelf import Shelf
from ats_cli.catalogs import configured_document, named_document
from ats_cli.options import common, json_option, load
from ats_cli.plugged import plugins_at_hand
from ats_cli.render import as_json
from ats_core.domain.identity import clean_line
from ats_core.domain.run import ExitStatus
from ats_core.scoring.catalog_format import CatalogText, Reading

#: A problem is one line of at most so many characters.
LONGEST_LINE = 1000


@click.command(epilog="Examples: atsp catalog check mine.toml · atsp catalog check engineering-growth")
@click.argument("catalog", required=False)
@json_option
@common
def check(config_path: Path | None, as_json_: bool, catalog: str | None) -> int:
    """Tell everything that is wrong with a catalog, with file, line and key.

    CATALOG is an id or a TOML file; without it, the configured one is checked. The exit status is 2 where there are
    errors; warnings leave it 0.
    """
    shelf = Shelf(plugins_at_hand(config_path).catalogs())
    document = (
        configured_document(load(config_path), shelf)
        if catalog is None
        else named_document(catalog, shelf, folder=Path())
    )
    reading = shelf.read(document)
    if as_json_:
        shown = {
            "where": document.where,
            "version": reading.catalog.version if reading.catalog else None,
            "errors": as_json.plain(reading.errors),
            "warnings": as_json.plain(reading.warnings),
        }
        click.echo(as_json.dumps(shown))
    else:
        _print(document, reading)
    return ExitStatus.USAGE if reading.errors else ExitStatus.COMPLETED


def _print(document: CatalogText, reading: Reading) -> None:
    for problem in reading.problems:
        click.echo(clean_line(f"{problem.severity}: {problem}", limit=LONGEST_LINE))
    counted = f"{_count(len(reading.errors), 'error')}, {_count(len(reading.warnings), 'warning')}"
    if reading.is_layer and not reading.errors:
        click.echo(f"{clean_line(document.where, limit=300)} can be extended: {counted}")
        return
    if reading.catalog is None:
        click.echo(f"{clean_line(document.where, limit=300)} cannot be used: {counted}")
        return
    catalog = reading.catalog
    parts = [
        _count(len(catalog.categories), "category", "categories"),
        _count(catalog.keyword_count, "spelling"),
        _count(len(catalog.synergies), "synergy", "synergies"),
    ]
    click.echo(f"{catalog.version} can be used: {', '.join(parts)}; {counted}")


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
