"""`atsp sources`: the boards that are read, and what a person says about them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import click
from attrs import evolve

from ats_cli.compose import configured_catalog, opened_store
from ats_cli.config import Config
from ats_cli.options import common, json_option, load
from ats_cli.plugged import adapterless, load_plugins
from ats_cli.render import as_json, tables
from ats_cli.render.console import console
from ats_core.domain.board import UNTIL_RESUMED, ProviderName, ProviderPause, Source, SourceStatus
from ats_core.errors import ConfigurationError
from ats_core.ports import UnitOfWork
from ats_core.runners.company_totals import refresh_company
from ats_core.runners.look_again import look_again
from ats_core.scoring.scorer import Scorer
from ats_core.settings import duration


@click.group(invoke_without_command=True, epilog="Example: atsp sources --unsure")
@click.option("--unsure", is_flag=True, help="Only those that wait for a person's word.")
@json_option
@common
@click.pass_context
def sources(context: click.Context, config_path: Path | None, as_json_: bool, unsure: bool) -> None:
    """List the boards of all companies and how far each was read."""
    if context.invoked_subcommand is not None:
        return
    config = load(config_path)
    with opened_store(config) as store, store.read() as uow:
        found = [s for s in uow.sources.all() if not unsure or s.status is SourceStatus.UNSURE]
        names = {s.company_id: company.name for s in found if (company := uow.companies.get(s.company_id))}
    found.sort(key=lambda source: (names.get(source.company_id, "").casefold(), source.board))
    unread = adapterless(config, load_plugins(config), found)
    if as_json_:
        click.echo(as_json.dumps([as_json.source(s, no_adapter=unread.get(s.board.provider)) for s in found]))
    else:
        if unsure:
            tables.print_evidence(console(), found, names)
        else:
            tables.print_sources(console(), found, names, unread)
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
    done: str,
    *,
    one: bool = False,
    then: Callable[[UnitOfWork, Source], None] = lambda _, __: None,
) -> None:
    """Change the sources that *wanted* names: an id or a board as it is shown, or, unless *one*, a slug or a vendor.

    *then* is done in the same transaction, once a source is stored.
    """
    with opened_store(config) as store, store.write() as uow:
        stored = uow.sources.all()
        meant = [source for source in stored if wanted in _names(source, one=one)]
        if not meant:  # a board of the vendor's other region, or spelt in another case, where only one can be meant
            alike = [source for source in stored if wanted.casefold() in _loose_names(source)]
            meant = alike if len(alike) == 1 else []
        if not meant:
            raise ConfigurationError(f"no source is called {wanted!r}", hint="`atsp sources` lists them")
        for source in meant:
            uow.sources.save(change(uow, source))
            then(uow, source)
    click.echo(f"{done}: {_boards(len(meant))}")


def _boards(count: int) -> str:
    return f"{count} source{'' if count == 1 else 's'}"


def _loose_names(source: Source) -> tuple[str, ...]:
    """How a person may write the board: without its region, or as `lever:acme (eu)`, in any case."""
    return (f"{source.board.provider}:{source.board.slug}".casefold(), str(source.board).casefold())


def _names(source: Source, *, one: bool) -> tuple[str, ...]:
    alone = (source.id, str(source.board))
    return alone if one else (*alone, source.board.slug, source.board.provider)


@sources.command(epilog="Examples: atsp sources pause lever:acme --for 7d · atsp sources pause greenhouse --for 2h")
@click.argument("source")
@click.option("--for", "span", callback=_duration, help="How long, such as 12h or 7d (default: until resumed).")
@click.option(
    "--reason", default="by hand", show_default=True, help="Why: what `atsp status` says of a vendor's pause."
)
@common
def pause(config_path: Path | None, source: str, span: timedelta | None, reason: str) -> None:
    """Leave boards alone for a time. SOURCE is an id, a board such as lever:acme, a slug, or a vendor.

    A vendor is left alone as a whole: no board of it is read, none is asked about. A run under way obeys from its
    next request on.
    """
    until = datetime.now(UTC) + span if span is not None else UNTIL_RESUMED
    config = load(config_path)
    vendor = _vendor(config, source)
    if vendor is not None:
        with opened_store(config) as store, store.write() as uow:
            uow.sources.save_pause(ProviderPause(provider=vendor, paused_until=until, reason=reason))
        end = "it is resumed" if span is None else f"{until:%Y-%m-%d %H:%M} UTC"
        click.echo(f"paused: {vendor} as a whole, until {end}")
        return

    def paused(_: UnitOfWork, found: Source) -> Source:
        return evolve(found, checkpoint=evolve(found.checkpoint, is_paused_until=until))

    _change(config, source, paused, "paused")


@sources.command(epilog="Examples: atsp sources resume lever:acme · atsp sources resume greenhouse")
@click.argument("source")
@common
def resume(config_path: Path | None, source: str) -> None:
    """End a pause, whoever made it, and the waiting after failures. SOURCE as for pause.

    A vendor's pause and those that a person gave to single boards are ended each by its own name.
    """
    config = load(config_path)
    vendor = _vendor(config, source)
    if vendor is not None:
        _resume_vendor(config, vendor)
        return
    standing: dict[str, str] = {}

    def resumed(uow: UnitOfWork, found: Source) -> Source:
        now, provider = datetime.now(UTC), found.board.provider
        standing.update(
            (p.provider, str(p)) for p in uow.sources.pauses() if p.provider == provider if p.paused_until > now
        )
        return evolve(found, checkpoint=evolve(found.checkpoint, is_paused_until=None, retry_after=None))

    _change(config, source, resumed, "resumed")
    for provider, told in standing.items():
        click.echo(f"but {told}: atsp sources resume {provider}")


def _resume_vendor(config: Config, vendor: ProviderName) -> None:
    """Let the vendor be asked again, and its boards that wait for their next try at once."""
    with opened_store(config) as store, store.write() as uow:
        uow.sources.forget_pause(vendor)
        own = [source for source in uow.sources.all() if source.board.provider == vendor]
        waiting = [source for source in own if source.checkpoint.retry_after is not None]
        for found in waiting:
            uow.sources.save(evolve(found, checkpoint=evolve(found.checkpoint, retry_after=None)))
    click.echo(f"resumed: {vendor}; {_boards(len(waiting))} that had failed may be asked at once")


def _vendor(config: Config, wanted: str) -> ProviderName | None:
    """The vendor of that name: an installed one, or one whose boards or pause are stored."""
    name = ProviderName(wanted)
    if name in load_plugins(config).providers():
        return name
    with opened_store(config) as store, store.read() as uow:
        known = {s.board.provider for s in uow.sources.all()} | {p.provider for p in uow.sources.pauses()}
    return name if name in known else None


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
    """Say that a board is not the company's: its offers count no more, it is never read again. SOURCE as for accept.

    A company that has no other board is looked at again at the next run.
    """
    _judge(config_path, source, SourceStatus.REJECTED, "rejected")


def _judge(config_path: Path | None, wanted: str, status: SourceStatus, said: str) -> None:
    """Keep a person's word on a board, and what follows from it for its company."""
    config = load(config_path)
    catalog = configured_catalog(config, load_plugins(config))

    def judged(_: UnitOfWork, found: Source) -> Source:
        return evolve(found, status=status)

    def counted(uow: UnitOfWork, found: Source) -> None:
        standing = (SourceStatus.ACTIVE, SourceStatus.UNSURE)
        if not any(source.status in standing for source in uow.sources.of_company(found.company_id)):
            look_again(uow, found.company_id)
        evidence = uow.reports.evidence(found.company_id)
        if evidence is not None and evidence.summary.metrics is not None:
            as_of = datetime.combine(evidence.summary.metrics.as_of, time(), UTC)
            refresh_company(uow, found.company_id, scorer=Scorer(catalog), now=as_of)

    _change(config, wanted, judged, said, one=True, then=counted)
