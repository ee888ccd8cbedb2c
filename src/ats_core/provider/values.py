"""Single values of a vendor's JSON: amounts in one spelling, links that are links."""

from __future__ import annotations

import re
from decimal import Decimal
from urllib.parse import urlsplit

__all__ = ["http_url", "plain_amount"]

_URL_LIMIT = 2000
# A URL whose host is plain: nothing needs to be taken apart to see that it has one.
_PLAIN_HOST = re.compile(r"https?://[a-zA-Z0-9][a-zA-Z0-9.-]*+(?:[/?#]|\Z)", re.IGNORECASE | re.ASCII)
_NOT_IN_URL = re.compile(r"[\s\x00-\x20\x7f-\x9f\"<>\\^`{|}]")


def plain_amount(amount: Decimal) -> Decimal:
    """*amount* in its one spelling: 85000 for 85000.0 and 8.5E+4, 12.5 for 12.50."""
    return Decimal(int(amount)) if amount == int(amount) else amount.normalize()


def http_url(value: object) -> str | None:
    """*value* if it is an absolute http or https URL with a host, else None."""
    if not isinstance(value, str):
        return None
    url = value.strip()
    if not url[:8].lower().startswith(("http://", "https://")) or len(url) > _URL_LIMIT or _NOT_IN_URL.search(url):
        return None
    if _PLAIN_HOST.match(url):
        return url
    try:
        return url if urlsplit(url).hostname else None
    except ValueError:
        return None
