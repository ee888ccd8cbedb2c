"""The console that results are printed on, and text made safe for a terminal."""

from __future__ import annotations

import os
import sys

from rich.console import Console
from rich.text import Text

from ats_core.domain.identity import clean_line

__all__ = ["console", "safe"]

#: The width of tables that no terminal shows.
PIPED_WIDTH = 160


def console() -> Console:
    """Standard output: as wide as the terminal, or as `COLUMNS`, or wide enough where it is a pipe or a file."""
    width = None if sys.stdout.isatty() or os.environ.get("COLUMNS") else PIPED_WIDTH
    return Console(width=width, highlight=False, soft_wrap=False)


def safe(text: object, style: str = "", *, limit: int = 300) -> Text:
    """*text* from outside as one line without control characters and without meaning as markup."""
    return Text(clean_line(str(text), limit=limit), style=style)
