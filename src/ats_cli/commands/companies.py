"""`atsp companies`: the ranked table, or what is new in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from ats_adapters.system.clock import SystemClock
from ats_cli.commands.companies_merge import merge
from ats_cli.compose import configured_catalog, opened_store
from ats_cli.config import Config
from ats_cli.options import common, json_option, load
from ats_cli.plugged import load_plugins
from ats_cli.render import as_json, tables
from ats_cli.render.console import console
from ats_cli.sandbox import clock_of
from ats_core.domain.match import Label
from ats_core.domain.metrics import CompanyMetrics
from ats_core.errors import ConfigurationError
from ats_core.settings import duration


def _since(_: click.Context, __: click.Parameter, value: str | None) -> timedelta | datetime | None:
    """A span before now, or a time; a date is its midnight, and what has no offset is UTC."""
    if value is None:
        return None
    try:
        time = datetime.fromisoformat(value.strip())
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    try:
        return duration(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is neither a span such as 7d nor a date such as 2026-11-01") from None


@click.group(
    invoke_without_command=True,
    epilog="Examples: atsp companies --label strong --limit 20 · atsp companies --new-since 7d --category treasury",
)
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="How many at the most.")
@click.option("--all", "every", is_flag=True, help="All of them, also those without a board.")
@click.option("--min-score", type=click.FloatRange(0, 10), default=0.0, help="Only companies of at least this score.")
@click.option("--label", type=click.Choice([label.value for label in Label]), help="Only companies of this label.")
@click.option("--new-since", callback=_since, metavar="SPAN|DATE",
              help="Only companies that first showed a category since then, and which: 7d, or 2026-11-01.")  # fmt: skip
@click.option("--category", metavar="ID", help="With --new-since: only this category.")
@json_option
@common
@click.pass_context
def companies(
    context: click.Context,
    config_path: Path | None,
    as_json_: bool,
    limit: int,
    every: bool,
    min_score: float,
    label: str | None,
    new_since: timedelta | datetime | None,
    category: str | None,
) -> None:
    """List companies, the best first, with what speaks for them."""
    if context.invoked_subcommand is not None:
        return
    if category is not None and new_since is None:
        raise click.UsageError("--category goes with --new-since")
    config = load(config_path)

    def is_wanted(metrics: CompanyMetrics | None) -> bool:
        if not min_score and label is None:
            return every or metrics is not None
        return metrics is not None and metrics.best_score >= min_score and label in (None, metrics.label)

    if new_since is not None:
        _show_news(config, _time(config, new_since), category, is_wanted, None if every else limit, as_json_)
        return
    with opened_store(config) as store, store.read() as uow:
        ranked = uow.reports.companies()
    shown = [c for c in ranked if is_wanted(c.metrics)]
    cut = shown if every else shown[:limit]
    if as_json_:
        click.echo(as_json.dumps([as_json.company(c) for c in cut]))
        return
    tables.print_companies(console(), cut)
    click.echo(f"\n{len(cut)} of {len(ranked)} companies; atsp why COMPANY explains one")


companies.add_command(merge)


def _time(config: Config, since: timedelta | datetime) -> datetime:
    if isinstance(since, datetime):
        return since
    clock = clock_of(config) or SystemClock()
    return clock.now() - since


def _show_news(
    config: Config,
    since: datetime,
    category: str | None,
    is_wanted: Callable[[CompanyMetrics | None], bool],
    limit: int | None,
    as_json_: bool,
) -> None:
    catalog = configured_catalog(config, load_plugins(config))
    with opened_store(config) as store, store.read() as uow:
        news = [n for n in uow.reports.news(since, category=category) if is_wanted(n.metrics)]
    if category is not None and not news and category not in catalog.category_names:
        raise ConfigurationError(
            f"there is no category {category!r}", hint=f"the catalog has {', '.join(catalog.category_names)}"
        )
    cut = news[:limit]
    if as_json_:
        click.echo(as_json.dumps([as_json.plain(n) for n in cut]))
        return
    tables.print_news(console(), cut, catalog.category_names)
    click.echo(f"\n{len(cut)} of {len(news)} companies with something new since {since:%Y-%m-%d %H:%M} UTC")
