"""`atsp companies`: the ranked table."""

from __future__ import annotations

from pathlib import Path

import click

from ats_cli.compose import opened_store
from ats_cli.options import common, json_option, load
from ats_cli.render import as_json, tables
from ats_cli.render.console import console
from ats_core.domain.match import Label


@click.command(epilog="Example: atsp companies --label strong --limit 20")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="How many at the most.")
@click.option("--all", "every", is_flag=True, help="All of them, also those without a board.")
@click.option("--min-score", type=click.FloatRange(0, 10), default=0.0, help="Only companies of at least this score.")
@click.option("--label", type=click.Choice([label.value for label in Label]), help="Only companies of this label.")
@json_option
@common
def companies(
    config_path: Path | None, as_json_: bool, limit: int, every: bool, min_score: float, label: str | None
) -> None:
    """List companies, the best first, with what speaks for them."""
    with opened_store(load(config_path)) as store, store.read() as uow:
        ranked = uow.reports.companies()
    shown = [c for c in ranked if every or c.metrics is not None]
    if min_score or label:
        shown = [
            c
            for c in shown
            if c.metrics and c.metrics.best_score >= min_score and (label is None or c.metrics.label == label)
        ]
    cut = shown if every else shown[:limit]
    if as_json_:
        click.echo(as_json.dumps([as_json.company(c) for c in cut]))
        return
    tables.print_companies(console(), cut)
    click.echo(f"\n{len(cut)} of {len(ranked)} companies; atsp why COMPANY explains one")
