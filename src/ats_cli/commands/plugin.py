"""`atsp plugin`: work on plugins of one's own."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from ats_cli.options import common
from ats_cli.plugged import plugins_at_hand
from ats_cli.plugin_project import PluginNames, files_of
from ats_core.errors import ConfigurationError


@click.group(epilog="Example: atsp plugin new atsp-acmehire")
def plugin() -> None:
    """Write plugins. `atsp plugins` lists those that are installed."""


@plugin.command(epilog="Examples: atsp plugin new atsp-acmehire · atsp plugin new hiring-tools --provider acmehire")
@click.argument("name")
@click.option("--provider", metavar="VENDOR", help="What the vendor is called (default: NAME without atsp-).")
@click.option("--path", type=click.Path(path_type=Path), help="The folder to write (default: NAME, here).")
@common
def new(config_path: Path | None, name: str, provider: str | None, path: Path | None) -> None:
    """Write a plugin that brings a vendor: a project that can be installed, with tests that pass.

    NAME is what pip will call it. The folder must not be there yet.
    """
    names = PluginNames.of(name, provider)
    installed = plugins_at_hand(config_path)
    if names.provider in installed.known or names.provider in installed.providers():
        raise ConfigurationError(
            f"there is a plugin or a vendor {names.provider!r} already", hint="take another name, or give --provider"
        )
    folder = path or Path(names.distribution)
    try:
        folder.mkdir(parents=True)
        for place, text in files_of(names).items():
            file = folder / place
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
    except FileExistsError:
        raise ConfigurationError("it is there already; nothing was written", where=str(folder)) from None
    except OSError as error:
        raise ConfigurationError(f"cannot be written: {error.strerror}", where=str(error.filename)) from None
    shown = shlex.quote(str(folder))
    click.echo(
        f"wrote {folder}: the vendor {names.provider}, declared in {folder / 'src' / names.package / 'vendor.py'}"
    )
    click.echo(f"next: python -m pip install -e {shown}, then: python -m pytest {shown}")
