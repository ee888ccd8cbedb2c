"""`atsp companies merge`: two rows are one company."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from ats_adapters.system.clock import SystemClock
from ats_cli.compose import alone_with_store, configured_catalog, opened_store
from ats_cli.meant import company_called
from ats_cli.options import common, json_option, load
from ats_cli.plugged import load_plugins
from ats_cli.render import as_json
from ats_cli.sandbox import clock_of
from ats_core.domain.company import Company
from ats_core.errors import ConfigurationError
from ats_core.ports import UnitOfWork
from ats_core.runners.company_merging import merge_companies
from ats_core.scoring.scorer import Scorer


@click.command(epilog='Example: atsp companies merge acme.com "Acme Iberia"')
@click.argument("kept")
@click.argument("others", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@common
def merge(config_path: Path | None, as_json_: bool, kept: str, others: tuple[str, ...], yes: bool) -> None:
    """Make one row of several that are one company.

    KEPT keeps its id and name; boards, offers, listings, decisions and history of OTHERS become its own, and their
    names, domains and ids lead to it from now on. Of several decisions the latest counts. Each is an id, domain,
    website or name. This cannot be undone.
    """
    config = load(config_path)
    scorer = Scorer(configured_catalog(config, load_plugins(config)))
    if not yes:
        with opened_store(config) as store, store.read() as uow:
            company, rows = _meant(uow, kept, others)
        for other in rows:
            click.echo(f"{_shown(other)} becomes {_shown(company)}", err=True)
        click.confirm("Merge them? This cannot be undone.", abort=True, err=True)
    clock = clock_of(config) or SystemClock()
    with alone_with_store(config) as store, store.write() as uow:
        company, rows = _meant(uow, kept, others)
        merged = merge_companies(uow, company, rows, scorer, clock.now())
    if as_json_:
        click.echo(as_json.dumps({**as_json.plain(merged), "merged": [other.id for other in rows]}))
    else:
        click.echo(f"merged: {', '.join(map(_shown, rows))} into {_shown(merged)}")


def _meant(uow: UnitOfWork, kept: str, others: Sequence[str]) -> tuple[Company, tuple[Company, ...]]:
    """The row that stays, and those that become it, each once."""
    company = company_called(uow, kept)
    rows = {other.id: other for other in (company_called(uow, text) for text in others)}
    if company.id in rows:
        raise ConfigurationError(f"{_shown(company)} is named twice", hint="name another row, by its id if need be")
    return company, tuple(rows.values())


def _shown(company: Company) -> str:
    return f"{company.name} ({company.domain or 'no website'}, {company.id})"
