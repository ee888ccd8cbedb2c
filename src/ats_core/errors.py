"""Every error of the program, in three branches by what the caller must do about it.

`ConfigurationError`: fix the input. `FatalError`: stop the run. `RecordedError`: record it and go on.
Each carries what went wrong, where, and what to do, and prints as one line.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

__all__ = [
    "AtsError",
    "ConfigurationError",
    "DatabaseUnusable",
    "DirectoryError",
    "FailureKind",
    "FatalError",
    "LeaseLost",
    "LockHeld",
    "ProviderError",
    "RecordedError",
    "SheetChanged",
    "SheetError",
    "WebPageError",
    "one_line",
]


class AtsError(Exception):
    """The root of all errors raised on purpose.

    *what* went wrong, *where* (a file and line, a table, a board, a URL; may be empty) and *hint*, what the
    reader can do about it (may be empty).
    """

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        self.what = what
        self.where = where
        self.hint = hint
        super().__init__(what)

    def __str__(self) -> str:
        line = f"{self.where}: {self.what}" if self.where else self.what
        return f"{line}; {self.hint}" if self.hint else line


def one_line(error: BaseException) -> str:
    """What is recorded of an error, the first where it is a group: ours as it prints, anything else with its type."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    try:
        said = str(error)
    except Exception:  # a plugin's error may fail even at that
        said = ""
    text = said if isinstance(error, AtsError) else f"{type(error).__name__}: {said}".removesuffix(": ")
    return " ".join(text.split())


class ConfigurationError(AtsError):
    """The input must be mended before a run makes sense: exit status 2."""


class FatalError(AtsError):
    """The run cannot go on: exit status 1, unless a subclass says otherwise."""


class DatabaseUnusable(FatalError):
    """The database cannot be opened, is not ours, is newer than the program, or failed to migrate."""


class LockHeld(FatalError):
    """Another live run holds the lock: exit status 3."""

    def __init__(self, *, name: str, owner: str, since: datetime, expires_at: datetime) -> None:
        self.name = name
        self.owner = owner
        self.since = since
        self.expires_at = expires_at
        super().__init__(
            f"the {name} lock is held by {owner} since {since:%Y-%m-%d %H:%M:%S} UTC",
            hint=f"wait for it to end; if it is dead, its lease ends at {expires_at:%Y-%m-%d %H:%M:%S} UTC by itself",
        )


class LeaseLost(FatalError):
    """This run's lease was taken over by another; whatever it had not committed is abandoned."""


class RecordedError(AtsError):
    """Something best-effort failed: it is counted and recorded, and the rest goes on."""


class FailureKind(StrEnum):
    """Why a request, or what it answered, was of no use. Failures are counted by these words."""

    NETWORK = "network"
    TIMEOUT = "timeout"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    UNEXPECTED_STATUS = "unexpected_status"
    NOT_JSON = "not_json"
    WRONG_SHAPE = "wrong_shape"
    TOO_LARGE = "too_large"
    BLOCKED_ADDRESS = "blocked_address"
    BLOCKED_BY_ROBOTS = "blocked_by_robots"
    REDIRECTS = "redirects"
    NOT_TEXT = "not_text"
    PAUSED = "paused"
    BOARD_MOVED = "board_moved"
    ADAPTER = "adapter"


class ProviderError(RecordedError):
    """A vendor could not be read: what kind of failure, and when it may be asked again, if it said so."""

    def __init__(
        self,
        kind: FailureKind,
        what: str,
        *,
        where: str = "",
        hint: str = "",
        retry_after: datetime | None = None,
    ) -> None:
        self.kind = kind
        self.retry_after = retry_after
        super().__init__(what, where=where, hint=hint)


class WebPageError(RecordedError):
    """A company's public page could not be had: what kind of failure.

    *hops* are the URLs passed on the way, the one asked for first, the one that failed last.
    """

    def __init__(
        self, kind: FailureKind, what: str, *, where: str = "", hint: str = "", hops: tuple[str, ...] = ()
    ) -> None:
        self.kind = kind
        self.hops = hops
        super().__init__(what, where=where, hint=hint)


class DirectoryError(RecordedError):
    """A directory (a list of companies) could not be read, or not to its end.

    *retry_after*: when its host, if it said so, may be asked again.
    """

    def __init__(self, what: str, *, where: str = "", hint: str = "", retry_after: datetime | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(what, where=where, hint=hint)


class SheetError(RecordedError):
    """The spreadsheet could not be read or written."""


class SheetChanged(SheetError):
    """Somebody changed the sheet between our reading and our writing; nothing was written: read again."""
