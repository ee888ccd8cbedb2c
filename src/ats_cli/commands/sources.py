"""`atsp sources`: the boards that are read, and what a person says about them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from attrs import evolve

from ats_adapters.plugins import Plugins
from ats_cli.compose import configured_catalog, opened_store
from ats_cli.config import Config
from ats_cli.options import common, json_option, load
from ats_cli.render import as_json, tables
from ats_cli.render.console import console
from ats_core.domain.board import Source, SourceStatus
from ats_core.errors import ConfigurationError
from ats_core.ports import UnitOfWork
from ats_core.runners.company_totals import refresh_company
from ats_core.runners.look_again import look_again
from ats_core.settings import duration

#: A pause without an end.
UNTIL_RESUMED = datetime(9999, 1, 1, tzinfo=UTC)


@click.group(invoke_without_command=True, epilog="Example: atsp sources --unsure")
@click.option("--unsure", is_flag=True, help="Only those that wait for a person's word.")
@json_option
@common
@click.pass_context
def sources(context: click.Context, config_path: Path | None, as_json_: bool, unsure: bool) -> None:
    """List the boards of all companies and how far each was read."""
    if context.invoked_subcommand is not None:
        return
    with opened_store(load(config_path)) as store, store.read() as uow:
        found = [s for s in uow.sources.all() if not unsure or s.status is SourceStatus.UNSURE]
        names = {s.company_id: company.name for s in found if (company := uow.companies.get(s.company_id))}
    found.sort(key=lambda source: (names.get(source.company_id, "").casefold(), source.board))
    if as_json_:
        click.echo(as_json.dumps([as_json.source(s) for s in found]))
    else:
        tables.print_sources(console(), found, names)
        click.echo(f"\n{len(found)} boards{' that wait for accept or reject' if unsure else ''}")


def _duration(_: click.Context, __: click.Parameter, value: str | None) -> timedelta | None:
    try:
        return None if value is None else duration(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def _change(
    config: Config,
    wanted: str,
    change: Callable[[UnitOfWork, Source], Source],
    said: str,
    *,
    one: bool = False,
    then: Callable[[UnitOfWork, Source], None] = lambda _, __: None,
) -> None:
    """Change the sources that *wanted* names: an id or a board as it is shown, or, unless *one*, a slug or a vendor.

    *then* is done in the same transaction, once a source is stored.
    """
    with opened_store(config) as store, store.write() as uow:
        meant = [source for source in uow.sources.all() if wanted in _names(source, one=one)]
        if not meant:
            raise ConfigurationError(f"no source is called {wanted!r}", hint="`atsp sources` lists them")
        for source in meant:
            uow.sources.save(change(uow, source))
            then(uow, source)
    click.echo(f"{said}: {len(meant)} source{'s' if len(meant) > 1 else ''}")


def _names(source: Source, *, one: bool) -> tuple[str, ...]:
    alone = (source.id, str(source.board))
    return alone if one else (*alone, source.board.slug, source.board.provider)


@sources.command(epilog="Example: atsp sources pause lever:acme --for 7d")
@click.argument("source")
@click.option("--for", "span", callback=_duration, help="How long, such as 12h or 7d (default: until resumed).")
@common
def pause(config_path: Path | None, source: str, span: timedelta | None) -> None:
    """Leave boards alone for a time. SOURCE is an id, a board such as lever:acme, a slug, or a vendor."""
    until = datetime.now(UTC) + span if span is not None else UNTIL_RESUMED

    def paused(_: UnitOfWork, found: Source) -> Source:
        return evolve(found, checkpoint=evolve(found.checkpoint, is_paused_until=until))

    _change(load(config_path), source, paused, "paused")


@sources.command(epilog="Example: atsp sources resume greenhouse")
@click.argument("source")
@common
def resume(config_path: Path | None, source: str) -> None:
    """End a pause of boards, and of their vendor. SOURCE as for pause."""

    def resumed(uow: UnitOfWork, found: Source) -> Source:
        uow.sources.forget_pause(found.board.provider)
        return evolve(found, checkpoint=evolve(found.checkpoint, is_paused_until=None, retry_after=None))

    _change(load(config_path), source, resumed, "resumed")


@sources.command(epilog="Example: atsp sources recheck lever:acme")
@click.argument("source")
@common
def recheck(config_path: Path | None, source: str) -> None:
    """Look for the boards of a board's company again at the next run. SOURCE as for pause."""

    def due(uow: UnitOfWork, found: Source) -> Source:
        look_again(uow, found.company_id)
        return found

    _change(load(config_path), source, due, "to be looked at again")


@sources.command(epilog="Example: atsp sources accept lever:acme")
@click.argument("source")
@common
def accept(config_path: Path | None, source: str) -> None:
    """Say that a board is the company's: it is read from the next run on. SOURCE is an id or a board."""
    _judge(config_path, source, SourceStatus.ACTIVE, "accepted")


@sources.command(epilog="Example: atsp sources reject lever:acme")
@click.argument("source")
@common
def reject(config_path: Path | None, source: str) -> None:
    """Say that a board is not the company's: its offers count no more, it is never read again. SOURCE as for accept."""
    _judge(config_path, source, SourceStatus.REJECTED, "rejected")


def _judge(config_path: Path | None, wanted: str, status: SourceStatus, said: str) -> None:
    """Keep a person's word on a board, and what follows from it for its company."""
    config = load(config_path)
    catalog = configured_catalog(config, Plugins())

    def judged(_: UnitOfWork, found: Source) -> Source:
        return evolve(found, status=status)

    def counted(uow: UnitOfWork, found: Source) -> None:
        evidence = uow.reports.evidence(found.company_id)
        if evidence is not None and evidence.summary.metrics is not None:
            refresh_company(uow, found.company_id, catalog=catalog, as_of=evidence.summary.metrics.as_of)

    _change(config, wanted, judged, said, one=True, then=counted)
