"""`atsp init`: a commented configuration and a starter list."""

from __future__ import annotations

import shlex
from importlib.resources import files
from pathlib import Path

import click

from ats_cli.config import CONFIG_NAME
from ats_cli.options import common
from ats_core.errors import ConfigurationError

LIST_NAME = "companies.csv"


@click.command(epilog="Example: atsp init && atsp run")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=".")
@common
def init(folder: Path, config_path: Path | None) -> None:
    """Write a configuration and a starter list into FOLDER (default: here).

    A list that is there already is kept; an atsp.toml that is there already is never overwritten.
    """
    config, companies = folder / (config_path or CONFIG_NAME), folder / LIST_NAME
    templates = files("ats_cli") / "templates"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with config.open("x", encoding="utf-8") as out:
            out.write((templates / CONFIG_NAME).read_text(encoding="utf-8"))
        kept = companies.exists()
        if not kept:
            companies.write_text((templates / LIST_NAME).read_text(encoding="utf-8"), encoding="utf-8")
    except FileExistsError:
        raise ConfigurationError("it is there already; nothing was written", where=str(config)) from None
    except OSError as error:
        raise ConfigurationError(f"cannot be written: {error.strerror}", where=str(error.filename)) from None
    click.echo(f"wrote {config}; {companies} was there already" if kept else f"wrote {config} and {companies}")
    where = "" if config == Path(CONFIG_NAME) else f" --config {shlex.quote(str(config))}"
    click.echo(f"next: put your companies into {companies}, your address into [http] contact, then: atsp run{where}")
