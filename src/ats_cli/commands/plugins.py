"""`atsp plugins`: what is installed, and what was left out."""

from __future__ import annotations

from pathlib import Path

import click

from ats_adapters.plugins import Plugins
from ats_cli.options import common, json_option
from ats_cli.render import as_json
from ats_core.domain.identity import clean_line


@click.command(epilog="Example: atsp plugins --json")
@json_option
@common
def plugins(config_path: Path | None, as_json_: bool) -> None:
    """List plugins and what they bring.

    Plugins that were left out are named with the reason."""
    found = Plugins()
    providers, catalogs = list(found.providers()), list(found.catalogs())
    if as_json_:
        problems = [as_json.plain(problem) for problem in found.problems]
        shown = {"plugins": list(found.names), "providers": providers, "catalogs": catalogs, "problems": problems}
        click.echo(as_json.dumps(shown))
        return
    click.echo(f"plugins:   {', '.join(found.names)}")
    click.echo(f"providers: {', '.join(providers)}")
    click.echo(f"catalogs:  {', '.join(catalogs)}")
    for problem in found.problems:
        click.echo(f"left out:  {clean_line(f'{problem.plugin}: {problem.reason}', limit=1000)}")
