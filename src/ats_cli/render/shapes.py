"""What changed of the shape of a vendor's answers, as lines for people."""

from __future__ import annotations

import click

from ats_cli.recording import Comparison
from ats_core.domain.identity import clean_line
from ats_core.testing.recording.shape import ShapeChange

__all__ = ["print_comparison"]

_SIGNS = {"appeared": "+", "vanished": "-", "changed": "~"}


def print_comparison(found: Comparison) -> None:
    """Print the changes by place, and what was and is mapped."""
    place = ""
    for change in found.changes:
        if change.place != place:
            place = change.place
            click.echo(clean_line(place, limit=300))
        click.echo(f"  {_line(change)}")
    before, after = found.before, found.after
    if found.failure:
        click.echo(f"the adapter cannot read it any more: {clean_line(found.failure, limit=1000)}")
    click.echo(
        f"postings mapped: {before.postings} before, {after.postings} now; "
        f"rejected: {before.rejected}, {after.rejected}; fields lost: {before.lost_fields}, {after.lost_fields}"
    )
    for name, (had, has) in found.fields_turned.items():
        click.echo(f"  {name}: in {had} of {before.postings} before, in {has} of {after.postings} now")
    click.echo(f"{found.board}: " + ("the shape is the same" if found.is_same else "the shape has changed"))


def _line(change: ShapeChange) -> str:
    types = " or ".join(change.after or change.before)
    if change.kind == "changed":
        types = f"{' or '.join(change.before)}, now {types}"
    return f"{_SIGNS[change.kind]} {clean_line(change.path, limit=200) or 'the answer'}: {types}"
