"""`atsp run`: the pipeline."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import click
from attrs import frozen

from ats_cli import sandbox as sandboxes
from ats_cli.compose import RunRequest, opened_store
from ats_cli.config import CONFIG_NAME, Config
from ats_cli.log import RunLog
from ats_cli.options import common, json_option, load
from ats_cli.render import as_json, tables
from ats_cli.render.console import console, let_go
from ats_cli.session import interruptible, run_every, run_pipeline
from ats_core.domain.board import SourceStatus
from ats_core.domain.run import Loop, RunnerName
from ats_core.domain.summary import DatabaseStatus
from ats_core.errors import ConfigurationError, one_line
from ats_core.pipeline import RunOutcome
from ats_core.settings import duration

RANKED = 30
#: The loops of this command, and their runners.
LOOPS = (Loop.ALL.value, Loop.INGEST.value, Loop.SHEETS.value)
RUNNERS = Loop.ALL.runners


def _runners(_: click.Context, __: click.Parameter, value: str | None) -> tuple[RunnerName, ...]:
    if value is None:
        return ()
    names = [name.strip() for name in value.split(",") if name.strip()]
    if not names:
        raise click.BadParameter(f"it names no runner; choose among {', '.join(RUNNERS)}")
    unknown = [name for name in names if name not in RUNNERS]
    if unknown:
        raise click.BadParameter(f"{unknown[0]!r} is no runner; choose among {', '.join(RUNNERS)}")
    return tuple(RunnerName(name) for name in names)


def _span(_: click.Context, __: click.Parameter, value: str | None) -> timedelta | None:
    try:
        span = None if value is None else duration(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    if span is not None and span < timedelta(seconds=1):
        raise click.BadParameter("at least 1s")
    return span


@click.command(epilog="Examples: atsp run --sandbox · atsp run --only ingestion · atsp run --every 24h")
@click.option("--loop", type=click.Choice(LOOPS), default=Loop.ALL.value, show_default=True,
              help="ingest: directories, discovery, ingestion; sheets: sheet and feedback.")  # fmt: skip
@click.option("--only", callback=_runners, metavar="RUNNER,...", help=f"Only these runners: {', '.join(RUNNERS)}.")
@click.option("--every", callback=_span, metavar="SPAN", help="Keep running, one run each SPAN, such as 24h.")
@click.option("--dry-run", is_flag=True, help="Work on a copy of the database and write no sheet: see what would come.")
@click.option("--feedback-now", is_flag=True, help="Read decisions from the sheet outside of their window, too.")
@click.option("--full-sheet", is_flag=True, help="Compare every cell of ours in the sheet, not only rows that changed.")
@click.option("--sandbox", is_flag=True, help="Run against a small world on this machine, in a folder of its own.")
@click.option("--sandbox-folder", type=click.Path(path_type=Path, file_okay=False), default=sandboxes.FOLDER,
              show_default=True, help="Where the sandbox keeps its database and sheet.")  # fmt: skip
@click.option("--day", type=click.IntRange(1, 3650), help="The day of the sandbox's world (default: where it stands).")
@click.option(
    "--misbehave", multiple=True, type=click.Choice(sandboxes.FAULT_KINDS), help="Let the sandbox's vendors fail so."
)
@json_option
@common
def run(
    config_path: Path | None,
    as_json_: bool,
    loop: str,
    only: tuple[RunnerName, ...],
    every: timedelta | None,
    dry_run: bool,
    feedback_now: bool,
    full_sheet: bool,
    sandbox: bool,
    sandbox_folder: Path,
    day: int | None,
    misbehave: tuple[str, ...],
) -> int:
    """Run the pipeline, from the lists to the decisions.

    Exit status: 0 all completed, 1 fatal, 2 configuration or usage, 3 another run holds the lock, 4 completed with
    failures that were recorded, 130 or 143 stopped by a signal.
    """
    if not sandbox and (day or misbehave):
        raise click.UsageError("--day and --misbehave go with --sandbox")
    strangers = [name for name in only if name not in Loop(loop).runners]
    if strangers:
        raise click.UsageError(f"{strangers[0]} is no runner of the loop {loop}; leave --loop out")
    world = sandboxes.prepare(sandbox_folder, day, keep=not dry_run) if sandbox else None
    config = world.config if world else _own_config(config_path)
    request = RunRequest(
        loop=Loop(loop),
        only=only,
        dry_run=dry_run,
        feedback_now=feedback_now,
        full_sheet=full_sheet,
        clock=world.clock(misbehave) if world else None,
    )
    debug = bool(click.get_current_context().find_root().meta.get("debug"))
    with RunLog(debug=debug) as log:
        display = _Display(config=config, world=world, log=log, as_json=as_json_, dry_run=dry_run)

        async def once() -> RunOutcome:
            if world is None:
                return await run_pipeline(config, request, log)
            async with world.served(misbehave) as served:
                return await run_pipeline(served, request, log)

        async def work() -> RunOutcome:
            if every is not None:
                await run_every(once, every, log, display.show)
            return await once()

        outcome = anyio.run(interruptible, work, log)
    if isinstance(outcome, RunOutcome):
        display.show(outcome)
        return int(outcome.exit_status)
    return outcome or 0


def _own_config(config_path: Path | None) -> Config:
    """The reader's configuration, which there must be, and which must not be a sandbox's."""
    config = load(config_path)
    sandboxes.refuse_sandbox(config)
    if config.file is None and not config.directories:
        raise ConfigurationError(
            "there is no such file", where=CONFIG_NAME, hint="`atsp init` writes one, `atsp run --sandbox` needs none"
        )
    return config


@frozen(kw_only=True)
class _Display:
    """Shows what runs ended with."""

    config: Config
    world: sandboxes.Sandbox | None
    log: RunLog
    as_json: bool
    dry_run: bool

    def show(self, outcome: RunOutcome) -> None:
        """Print it. Where nobody reads it, or the disk is full, the run was run all the same."""
        try:
            if self.as_json:
                click.echo(as_json.dumps(as_json.outcome(outcome)))
            else:
                self._print(outcome)
        except OSError as error:
            let_go(sys.stdout)
            self.log.warning("result_not_shown", error=one_line(error))

    def _print(self, outcome: RunOutcome) -> None:
        out = console()
        if self.dry_run:
            tables.print_reports(out, outcome.reports)
            out.print("dry run: nothing was kept, no sheet was written")
            return
        with opened_store(self.config) as store, store.read() as uow:
            ranked = uow.reports.companies() if self.world is not None else ()
            status = uow.reports.status(datetime.now(UTC))
        if self.world is not None:
            tables.print_companies(out, [c for c in ranked if c.metrics is not None][:RANKED])
            out.print()
        tables.print_reports(out, outcome.reports)
        out.print("\nwhat next:")
        for command, purpose in _next(self.config, self.world, status):
            out.print(f"  {command}\n      {purpose}", markup=False, soft_wrap=True)


def _next(config: Config, world: sandboxes.Sandbox | None, status: DatabaseStatus) -> list[tuple[str, str]]:
    """What to type next, as it must be typed here, and what it does."""
    if not status.rows["companies"]:
        lists = ", ".join(settings.label for settings in config.directories) or "[[directories]]"
        return [(f"put companies into {lists}", "none is known yet: a name and a website on each line are enough")]
    program = "atsp" if shutil.which("atsp") else os.path.relpath(sys.argv[0])
    where = "" if config.file in (None, Path(CONFIG_NAME)) else f" --config {shlex.quote(str(config.file))}"
    steps = [
        (f"{program} companies{where}", f"the ranked table{' again' if world else ''}"),
        (f"{program} why COMPANY{where}", "the evidence for one company, down to the keyword and its points"),
    ]
    if waiting := status.sources.get(SourceStatus.UNSURE.value, 0):
        steps.insert(0, (f"{program} sources --unsure{where}", f"boards that wait for a word of yours: {waiting}"))
    if config.sheets.file:
        steps.append(
            (f"open {config.sheets.file}", "decide in its resolution column, save, and run the same command again")
        )
    if world is not None:
        folder = "" if world.folder == sandboxes.FOLDER else f" --sandbox-folder {shlex.quote(str(world.folder))}"
        steps.append((f"{program} run --sandbox{folder} --day {world.day + 1}", "the next day of this small world"))
        steps.append((f"{program} init my-leads", "the same on a list of your own"))
    return steps
