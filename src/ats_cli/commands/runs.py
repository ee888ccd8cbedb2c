"""`atsp runs`: what was run, and what came of it."""

from __future__ import annotations

from pathlib import Path

import click

from ats_cli.compose import opened_store
from ats_cli.options import common, json_option, load
from ats_cli.render import as_json, tables
from ats_cli.render.console import console
from ats_core.domain.identity import RunId
from ats_core.errors import ConfigurationError

#: No database counts further.
LARGEST = 2**63 - 1


@click.group(invoke_without_command=True, epilog="Example: atsp runs show 12")
@click.option("--limit", type=click.IntRange(1, LARGEST), default=20, show_default=True, help="How many at the most.")
@json_option
@common
@click.pass_context
def runs(context: click.Context, config_path: Path | None, as_json_: bool, limit: int) -> None:
    """List the newest runs."""
    if context.invoked_subcommand is not None:
        return
    with opened_store(load(config_path)) as store, store.read() as uow:
        found = uow.runs.newest(limit)
    if as_json_:
        click.echo(as_json.dumps([as_json.run_record(r) for r in found]))
    else:
        tables.print_runs(console(), found)


@runs.command(epilog="Example: atsp runs show")
@click.argument("run_id", type=click.IntRange(1, LARGEST), required=False)
@json_option
@common
def show(config_path: Path | None, as_json_: bool, run_id: int | None) -> None:
    """Show one run (default: the newest) with its counters, failures and rejected records."""
    with opened_store(load(config_path)) as store, store.read() as uow:
        newest = uow.runs.newest(1)
        found = uow.runs.get(RunId(run_id)) if run_id is not None else (newest[0] if newest else None)
    if found is None:
        what, hint = (f"run {run_id}", "`atsp runs` lists them") if run_id else ("run yet", "`atsp run` makes one")
        raise ConfigurationError(f"there is no {what}", hint=hint)
    if as_json_:
        click.echo(as_json.dumps(as_json.run_record(found)))
    else:
        tables.print_run(console(), found, every=True)
