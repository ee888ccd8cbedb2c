"""How long to wait before asking again: what the vendor says, else exponential backoff with full jitter."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

__all__ = ["backoff", "retry_after"]

_SECONDS = re.compile(r"\d+(\.\d+)?", re.ASCII)
# Longer is not believed: a month is forever to a nightly run, and keeps every sum of times possible.
_LONGEST = 30 * 24 * 3600.0

_FIRST_BACKOFF = 1.0
_LONGEST_BACKOFF = 30.0


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """The seconds of Retry-After (RFC 9110, 10.2.3: seconds or an HTTP date); None where it is absent or garbage.

    A date that is past means no wait. More than 30 days is taken for 30 days.
    """
    text = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(text):
        return min(float(text), _LONGEST)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError, TypeError, IndexError):  # the parser's own, on hostile input
        return None
    if at.tzinfo is None:  # the date names no zone, which an HTTP date always does: GMT
        at = at.replace(tzinfo=UTC)
    return min(max((at - now).total_seconds(), 0.0), _LONGEST)


def backoff(tried: int, rng: random.Random) -> float:
    """Seconds before the next try after *tried* ones: anywhere up to 1, 2, 4, … 30 s, so that clients spread out."""
    return rng.uniform(0.0, min(_LONGEST_BACKOFF, _FIRST_BACKOFF * 2.0 ** (tried - 1)))
