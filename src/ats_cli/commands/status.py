"""`atsp status`: how the database stands."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from ats_cli.compose import opened_store
from ats_cli.options import common, json_option, load
from ats_cli.plugged import load_plugins, unread_vendors
from ats_cli.render import as_json, tables
from ats_cli.render.console import console


@click.command(epilog="Example: atsp status --json")
@json_option
@common
def status(config_path: Path | None, as_json_: bool) -> None:
    """Show companies, boards, pauses, locks and the last runs."""
    config = load(config_path)
    with opened_store(config) as store, store.read() as uow:
        found = uow.reports.status(datetime.now(UTC))
        unread = unread_vendors(config, load_plugins(config), uow.sources.all())
    if as_json_:
        click.echo(as_json.dumps(as_json.status(found, without_adapter=unread)))
    else:
        tables.print_status(console(), found, unread)
