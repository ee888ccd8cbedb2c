"""`atsp catalog diff`: what another catalog would make of the companies that are stored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ats_adapters.system.clock import SystemClock
from ats_cli.compose import configured_catalog, named_catalog, opened_store
from ats_cli.options import common, json_option, load
from ats_cli.plugged import load_plugins
from ats_cli.render import as_json, moves
from ats_cli.render.console import console
from ats_cli.sandbox import clock_of
from ats_core.domain.catalog import Catalog
from ats_core.runners.comparison import CatalogDiff, compare_catalogs


@click.command(epilog="Examples: atsp catalog diff mine.toml · atsp catalog diff international-payments mine.toml")
@click.argument("catalogs", nargs=-1, required=True, metavar="[A] B")
@click.option("--limit", type=click.IntRange(min=0), default=20, show_default=True, help="Companies shown at the most.")
@json_option
@common
def diff(config_path: Path | None, as_json_: bool, catalogs: tuple[str, ...], limit: int) -> None:
    """Show which stored companies would move from catalog A to catalog B, and why.

    A and B are ids of catalogs, or TOML files; without A, the one that the configuration names is compared. The open
    offers are scored under both in memory, and nothing is written.
    """
    if len(catalogs) > 2:
        raise click.UsageError("name one catalog or two")
    config = load(config_path)
    plugins = load_plugins(config)
    *first, second = catalogs
    before = named_catalog(first[0], plugins, folder=Path()) if first else configured_catalog(config, plugins)
    after = named_catalog(second, plugins, folder=Path())
    today = (clock_of(config) or SystemClock()).now().date()
    with opened_store(config) as store, store.read() as uow:
        found = compare_catalogs(uow, before, after, today)
    if as_json_:
        click.echo(as_json.dumps(_value(before, after, found, limit)))
    else:
        _print(before, after, found, limit)


def _value(before: Catalog, after: Catalog, found: CatalogDiff, limit: int) -> dict[str, Any]:
    pairs = list(zip(found.moves, found.because, strict=True))[:limit]
    return {
        "before": before.version,
        "after": after.version,
        "companies": found.companies,
        "open_offers": found.open_offers,
        "companies_moved": len(found.moves),
        "labels_changed": sum(move.relabelled for move in found.moves),
        "moved_only_in_rank": found.only_in_rank,
        "changes": as_json.plain(found.changes),
        "moves": [{**moves.as_value(move), "because": as_json.plain(why)} for move, why in pairs],
    }


def _print(before: Catalog, after: Catalog, found: CatalogDiff, limit: int) -> None:
    out = console()
    moves.print_moves(out, found.moves[:limit], found.because[:limit])
    out.print(
        f"{before.version} → {after.version}: of {found.companies} companies with {found.open_offers} open offers "
        f"{len(found.moves)} would move, {sum(move.relabelled for move in found.moves)} of them to another label, "
        f"and {found.only_in_rank} more in rank only",
        markup=False,
        soft_wrap=True,
    )
    if told := moves.told_changes(found.changes):
        out.print(f"in all: {told}", markup=False, soft_wrap=True)
    if len(found.moves) > limit:
        out.print(f"{len(found.moves) - limit} more companies: --limit {len(found.moves)} shows them")
