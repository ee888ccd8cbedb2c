"""`atsp plugins`: what is installed, what each brings, and what was left out."""

from __future__ import annotations

from pathlib import Path

import click

from ats_adapters.plugins import PluginInfo, Plugins
from ats_cli.main import COMMANDS
from ats_cli.options import common, json_option, load
from ats_cli.plugged import load_plugins
from ats_cli.render import as_json, tables
from ats_cli.render.console import console
from ats_core import API_VERSION
from ats_core.errors import ConfigurationError


@click.command(epilog="Example: atsp plugins --json")
@json_option
@common
def plugins(config_path: Path | None, as_json_: bool) -> None:
    """List plugins, what they bring, and why any is not in use."""
    try:
        found = load_plugins(load(config_path))
    except ConfigurationError as error:  # what is installed is told all the same
        click.echo(f"atsp: {error}", err=True)
        found = Plugins()
    rows = found.overview(reserved=COMMANDS)
    if as_json_:
        click.echo(as_json.dumps({"api": API_VERSION, "plugins": [_plain(row) for row in rows]}))
        return
    tables.print_plugins(console(), rows)
    click.echo(f"\nplugin API {API_VERSION}")


def _plain(row: PluginInfo) -> object:
    return {**as_json.plain(row), "builtin": row.distribution is None}
