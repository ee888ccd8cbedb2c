"""What a run says while it works: to stderr, for people on a terminal, as JSON lines otherwise.

A log that cannot be written never stops a run.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

import orjson
import structlog
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from ats_cli.render.console import OurConsole, let_go
from ats_core.domain.identity import clean_line

__all__ = ["RunLog"]

#: Events that a person at a terminal wants to read; the rest shows as progress.
_FOR_PEOPLE = frozenset({"runner_started"})


class RunLog:
    """The `EventLog` of the command line. Use it as a context manager: it owns the progress bar."""

    def __init__(self, *, debug: bool = False, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._debug = debug
        self._console = OurConsole(file=self._stream)
        self._bars: dict[str, TaskID] = {}
        self._progress: Progress | None = None
        if self._console.is_terminal:
            self._progress = Progress(
                TextColumn("{task.description:>12}"),
                BarColumn(),
                MofNCompleteColumn(),
                console=self._console,
                transient=True,
            )
        self._lines = structlog.wrap_logger(
            structlog.PrintLogger(self._stream),
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.format_exc_info if debug else _without_traceback,
                structlog.processors.JSONRenderer(serializer=_dumps),
            ],
        )

    def __enter__(self) -> RunLog:
        if self._progress is not None:
            try:
                self._progress.start()
            except BaseException:
                self._progress.stop()  # it had hidden the cursor already
                raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress is not None:
            self._progress.stop()

    def info(self, event: str, /, **fields: object) -> None:
        """Something of note."""
        with self._going_on():
            if self._progress is None:
                self._lines.info(event, **fields)
            elif event == "runner_finished":
                self._forget_bars()
            elif event in _FOR_PEOPLE or self._debug:
                self._console.print(f"[dim]{escape(_sentence(event, fields))}[/dim]")

    def _forget_bars(self) -> None:
        assert self._progress is not None
        for bar in self._bars.values():
            self._progress.remove_task(bar)
        self._bars.clear()

    def warning(self, event: str, /, **fields: object) -> None:
        """Something best-effort failed."""
        with self._going_on():
            if self._progress is None:
                self._lines.warning(event, **fields)
                return
            error = fields.pop("exc_info", None)
            self._console.print(f"[yellow]{escape(_sentence(event, fields))}[/yellow]")
            if self._debug and isinstance(error, BaseException):
                self._console.print_exception() if sys.exc_info()[1] else self._console.print(repr(error))

    def progress(self, what: str, done: int, total: int | None) -> None:
        """How far a runner is; nothing where no terminal shows it."""
        if self._progress is None:
            return
        with self._going_on():
            if what not in self._bars:
                self._bars[what] = self._progress.add_task(what, total=total)
            self._progress.update(self._bars[what], completed=done, total=total)

    @contextmanager
    def _going_on(self) -> Iterator[None]:
        """Go on without a log where it can no longer be written: its reader has gone, or the disk is full."""
        try:
            yield
        except OSError:
            let_go(self._stream)


def _without_traceback(_: Any, __: str, event: Any) -> Any:
    event.pop("exc_info", None)
    return event


def _dumps(event: Any, **_: object) -> str:
    try:
        return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    except orjson.JSONEncodeError:  # a file's name that is no UTF-8, a number of more than 64 bits
        return json.dumps(event, default=str)


def _sentence(event: str, fields: dict[str, object]) -> str:
    shown = ", ".join(f"{name} {clean_line(str(value), limit=200)}" for name, value in fields.items())
    return f"{event.replace('_', ' ')}: {shown}" if shown else event.replace("_", " ")
