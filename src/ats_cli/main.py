"""The entry point: the `atsp` command group, and how errors become one line and an exit status."""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import NoReturn, cast

import click

from ats_cli.render.console import let_go
from ats_core.domain.identity import clean_line
from ats_core.domain.run import ExitStatus
from ats_core.errors import AtsError, ConfigurationError, LockHeld

__all__ = ["cli", "main"]

#: An error is one line of at most so many characters.
LONGEST_LINE = 4000
#: Our commands: each is of its name in the module of its name.
COMMANDS = tuple("catalog companies feedback init plugin plugins record rescore run runs sources status why".split())


class _Commands(click.Group):
    """Our commands, and those of plugins; each is loaded only where it may be meant."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        try:
            return sorted({*COMMANDS, *_of_plugins()})
        except ConfigurationError:  # which commands plugins bring is in doubt: said to whoever asks for one
            return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in COMMANDS:
            return cast(click.Command, getattr(import_module(f"ats_cli.commands.{cmd_name}"), cmd_name))
        return _of_plugins().get(cmd_name)


def _of_plugins() -> Mapping[str, click.Command]:
    from ats_cli.plugged import plugins_at_hand

    return plugins_at_hand(None).commands(reserved=COMMANDS)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="ats-pipeline")
def cli() -> None:
    """Company lists in; a ranked, explained table of hiring signals out; people's decisions back in.

    \b
    See it work:      atsp run --sandbox
    On your own list: atsp init && atsp run
    """


def main() -> NoReturn:
    """Run `atsp` and exit: 0 done, 1 fatal, 2 configuration or usage, 3 lock held, 4 best-effort failures."""
    meta: dict[str, object] = {}
    _open_streams()
    try:
        with cli.make_context("atsp", sys.argv[1:]) as context:
            meta = context.meta
            result = cli.invoke(context)
        sys.exit(result if isinstance(result, int) else 0)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.exceptions.NoArgsIsHelpError as asked:
        asked.show()
        sys.exit(asked.exit_code)
    except click.ClickException as error:
        _say_usage(error)
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        sys.exit(130)
    except BrokenPipeError:
        let_go(sys.stdout)  # whoever read our output has gone; nobody is left to tell
        sys.exit(0)
    except Exception as error:
        _say(error, debug=bool(meta.get("debug")))
        sys.exit(exit_status(error))


def _open_streams() -> None:
    """Give the process the streams it was started without, lest a database be opened in their place.

    Characters that stdout cannot show are shown by their codes, and end no command.
    """
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def exit_status(error: Exception) -> ExitStatus:
    """The exit status that an error asks for."""
    if isinstance(error, ConfigurationError):
        return ExitStatus.USAGE
    return ExitStatus.LOCK_HELD if isinstance(error, LockHeld) else ExitStatus.FATAL


def _say_usage(error: click.ClickException) -> None:
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "atsp"
    click.echo(f"{path}: {error.format_message().rstrip('.')}; see {path} --help", err=True)


def _say(error: Exception, *, debug: bool) -> None:
    if debug:
        traceback.print_exception(error)
        return
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, AtsError):
        told = str(error)
    elif isinstance(error, OSError) and error.strerror:
        told = f"{error.filename}: {error.strerror}" if error.filename else f"the system refused: {error.strerror}"
    else:
        told = f"internal error: {type(error).__name__}: {error}; --debug shows where, please report it"
    click.echo(f"atsp: {clean_line(told, limit=LONGEST_LINE)}", err=True)
