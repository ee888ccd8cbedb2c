"""`atsp feedback plan`: what would be applied of what people wrote in the sheet."""

from __future__ import annotations

from pathlib import Path

import anyio
import click

from ats_adapters.system.clock import SystemClock
from ats_cli.compose import opened_store, sheet_to_read
from ats_cli.options import common, json_option, load
from ats_cli.render import as_json
from ats_cli.render.console import console
from ats_cli.render.feedback import plan_value, print_plan
from ats_cli.sandbox import clock_of
from ats_core.errors import ConfigurationError
from ats_core.runners.feedback import read_feedback
from ats_core.runners.sheets_sync import NO_SHEET


@click.command(epilog="Example: atsp feedback plan --json")
@json_option
@common
def plan(config_path: Path | None, as_json_: bool) -> None:
    """Show what would be applied of what people wrote in the sheet.

    Reads the sheet and the database, at any time of day and also while a run is at it, and changes neither. A sheet
    that cannot be read, or of which a part is missing, is told, with exit status 1: of that nothing would be applied.
    """
    config = load(config_path)
    gateway = sheet_to_read(config)
    if gateway is None:
        raise ConfigurationError(NO_SHEET)
    clock = clock_of(config) or SystemClock()
    with opened_store(config) as store:
        reading = anyio.run(read_feedback, store, gateway, clock, config.sheets)
    if as_json_:
        click.echo(as_json.dumps(plan_value(reading, gateway.place)))
    else:
        print_plan(console(), reading, gateway.place, config.feedback)
