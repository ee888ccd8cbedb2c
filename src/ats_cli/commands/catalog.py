"""`atsp catalog`: the keyword catalogs, what is in them, and what they make of a text or of what is stored."""

from __future__ import annotations

import click

from ats_cli.commands.catalog_check import check
from ats_cli.commands.catalog_diff import diff
from ats_cli.commands.catalog_feedback import feedback
from ats_cli.commands.catalog_list import list_
from ats_cli.commands.catalog_try import try_


@click.group(epilog="Example: atsp catalog check mine.toml")
def catalog() -> None:
    """Work with keyword catalogs.

    A catalog says what counts in an offer and how much. One of your own can extend a built-in one.
    """


for command in (list_, check, try_, diff, feedback):
    catalog.add_command(command)
