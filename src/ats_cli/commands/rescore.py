"""`atsp rescore`: everything stored under the catalog as it is now, without the network."""

from __future__ import annotations

from pathlib import Path

import anyio
import click

from ats_cli import sandbox as sandboxes
from ats_cli.compose import rescoring
from ats_cli.log import RunLog
from ats_cli.options import common, json_option, load
from ats_cli.render import as_json, moves, tables
from ats_cli.render.console import console
from ats_cli.session import interruptible
from ats_core.domain.run import Loop
from ats_core.pipeline import RunOutcome
from ats_core.scoring.catalog_diff import Move


@click.command(epilog="Examples: atsp rescore · atsp rescore --all · atsp rescore --remap")
@click.option("--all", "every", is_flag=True, help="Also what is scored under this catalog: after a program update.")
@click.option("--remap", is_flag=True, help="First map the vendors' stored records again, with the adapters of now.")
@click.option("--limit", type=click.IntRange(min=0), default=20, show_default=True, help="Companies shown at the most.")
@json_option
@common
def rescore(config_path: Path | None, as_json_: bool, every: bool, remap: bool, limit: int) -> int:
    """Score what is stored again where the catalog has changed, and show which companies moved.

    Nobody is asked anything. Stopped or killed, it goes on where it was when it is started again (the companies
    shown are those that the last start moved). Exit status: as atsp run.
    """
    config = load(config_path)
    debug = bool(click.get_current_context().find_root().meta.get("debug"))
    with (
        RunLog(debug=debug) as log,
        rescoring(config, log, every=every, remap=remap, clock=sandboxes.clock_of(config)) as (pipeline, runner),
    ):

        async def work() -> RunOutcome:
            return await pipeline.run(Loop.RESCORE)

        outcome = anyio.run(interruptible, work, log)
    if not isinstance(outcome, RunOutcome):
        return outcome
    _show(outcome, runner.moves, limit=limit, as_json_=as_json_)
    return int(outcome.exit_status)


def _show(outcome: RunOutcome, moved: tuple[Move, ...], *, limit: int, as_json_: bool) -> None:
    if as_json_:
        shown = [moves.as_value(move) for move in moved[:limit]]
        click.echo(as_json.dumps({**as_json.outcome(outcome), "companies_moved": len(moved), "moves": shown}))
        return
    out = console()
    tables.print_reports(out, outcome.reports)
    moves.print_moves(out, moved[:limit])
    if len(moved) > limit:
        out.print(f"and {len(moved) - limit} more companies: --limit {len(moved)} shows them")
