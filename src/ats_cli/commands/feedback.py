"""`atsp feedback`: what people decided in the sheet."""

from __future__ import annotations

import click

from ats_cli.commands.feedback_plan import plan


@click.group(epilog="Example: atsp feedback plan")
def feedback() -> None:
    """See what people decided in the sheet.

    Decisions are applied by `atsp run`, within the time window of [feedback]; `atsp run --only feedback --feedback-now`
    applies them at once.
    """


feedback.add_command(plan)
