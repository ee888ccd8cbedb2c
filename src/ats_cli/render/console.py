"""The console that results are printed on, and text made safe for a terminal."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TextIO

from rich.console import Console
from rich.text import Text

from ats_core.domain.identity import clean_line

__all__ = ["OurConsole", "console", "let_go", "safe"]

#: The width of tables that no terminal shows.
PIPED_WIDTH = 160


class OurConsole(Console):
    """A console that lets a broken pipe through as what it is; rich's own ends the process with status 1."""

    def on_broken_pipe(self) -> None:
        """Whoever read what is printed has gone. Raises `BrokenPipeError`."""
        raise BrokenPipeError


def console() -> Console:
    """Standard output: as wide as the terminal, or as `COLUMNS`, or wide enough where it is a pipe or a file."""
    width = None if sys.stdout.isatty() or os.environ.get("COLUMNS") else PIPED_WIDTH
    return OurConsole(width=width, highlight=False, soft_wrap=False)


def let_go(stream: TextIO) -> None:
    """Lead a stream that cannot be written any more nowhere, so that the last flush at exit does not fail."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def safe(text: object, style: str = "", *, limit: int = 300) -> Text:
    """*text* from outside as one line without control characters and without meaning as markup."""
    return Text(clean_line(str(text), limit=limit), style=style)
