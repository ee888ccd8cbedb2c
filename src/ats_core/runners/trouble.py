"""What failures of boards tell: of the board or of its vendor, when to ask again, and when a board is gone."""

from __future__ import annotations

from datetime import datetime, timedelta

from ats_core.domain.checkpoint import Checkpoint
from ats_core.errors import FailureKind

__all__ = ["BLOCKED", "GONE_AFTER", "IN_A_ROW", "UNREACHABLE", "is_gone", "retry_at"]

#: The vendor does not want to be asked.
BLOCKED = frozenset({FailureKind.RATE_LIMITED, FailureKind.FORBIDDEN})
#: The vendor, or the network on the way to it, is in trouble.
UNREACHABLE = frozenset({FailureKind.NETWORK, FailureKind.TIMEOUT, FailureKind.SERVER_ERROR})
#: So many boards in a row that could not be read for one of these reasons tell of the vendor, not of the boards.
IN_A_ROW = 5
#: How long a vendor must say that it knows no such board, whenever it is asked, before we believe it.
GONE_AFTER = timedelta(days=2)


def retry_at(kind: FailureKind, failures: int, now: datetime) -> datetime | None:
    """When a board that failed so, for the *failures*th time in a row, may be asked again; None: at the next run.

    What passes by itself (no network, a server in trouble, a board that moves) is tried again at once. What will not
    change in a minute (no such board, an answer of another shape) waits an hour, doubling up to half a day, however
    often runs come.
    """
    if kind in UNREACHABLE or kind is FailureKind.BOARD_MOVED:
        return None
    return now + min(timedelta(hours=2 ** min(failures - 1, 8)), timedelta(hours=12))


def is_gone(checkpoint: Checkpoint, now: datetime) -> bool:
    """Whether the vendor has said for long enough that there is no such board."""
    return checkpoint.missing_since is not None and now - checkpoint.missing_since >= GONE_AFTER
