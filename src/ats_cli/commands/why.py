"""`atsp why`: the evidence behind a company's score."""

from __future__ import annotations

from pathlib import Path

import click

from ats_cli.compose import opened_store
from ats_cli.meant import company_called
from ats_cli.options import common, json_option, load
from ats_cli.render import as_json, evidence
from ats_cli.render.console import console


@click.command(epilog='Example: atsp why "Acme Payments"')
@click.argument("company")
@json_option
@common
def why(config_path: Path | None, as_json_: bool, company: str) -> None:
    """Explain a company's score.

    COMPANY is its id, domain, website or name. Shown are its boards, its offers, and every keyword found with its
    points."""
    with opened_store(load(config_path)) as store, store.read() as uow:
        found = uow.reports.evidence(company_called(uow, company).id)
    assert found is not None
    if as_json_:
        click.echo(as_json.dumps(as_json.evidence(found)))
    else:
        evidence.print_evidence(console(), found)
