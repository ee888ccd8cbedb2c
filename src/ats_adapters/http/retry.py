"""How long to wait before asking again: what the vendor says, else exponential backoff with full jitter."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

__all__ = ["LONGEST", "backoff", "longest_backoff", "retry_after"]

_SECONDS = re.compile(r"\d+(\.\d+)?", re.ASCII)
#: Longer is not believed, in seconds: a day. Whoever meant more says it again to the one request of the next night,
#: and a slip of the vendor's pen ("ten years") costs a night and not the vendor's boards.
LONGEST = 24 * 3600.0

_FIRST_BACKOFF = 1.0
_LONGEST_BACKOFF = 30.0


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """The seconds of Retry-After (RFC 9110, 10.2.3: seconds or an HTTP date); None where it is absent or garbage.

    A date is a time of the vendor's clock: it counts from the answer's own Date where that says what time it is
    there, else from *now*. A date that is past means no wait; more than `LONGEST` is taken for that.
    """
    text = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(text):
        return min(float(text), LONGEST)
    at = _date(text)
    if at is None:
        return None
    return min(max((at - (_date(headers.get("date", "")) or now)).total_seconds(), 0.0), LONGEST)


def _date(text: str) -> datetime | None:
    """An HTTP date, or None where it is none."""
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError, TypeError, IndexError):  # the parser's own, on hostile input
        return None
    # One that names no zone, which an HTTP date always does, is GMT.
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def backoff(tried: int, rng: random.Random) -> float:
    """Seconds before the next try after *tried* ones: anywhere up to the longest, so that clients spread out."""
    return rng.uniform(0.0, longest_backoff(tried))


def longest_backoff(tried: int) -> float:
    """The most seconds that are waited after so many tries: 1, 2, 4, … 30."""
    return min(_LONGEST_BACKOFF, _FIRST_BACKOFF * 2.0 ** (tried - 1))
