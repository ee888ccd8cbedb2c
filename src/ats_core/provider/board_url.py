"""A URL taken apart for recognising boards: host, decoded path segments, query. Total: any string may be asked."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote, urlsplit

from attrs import frozen

__all__ = ["BoardUrl", "split_board_url"]

_URL_LIMIT = 4000


@frozen
class BoardUrl:
    """*host* in lower case; *segments* of the path, percent-decoded once, empty ones left out; *query*, first values.

    A decoded segment may hold anything, `/` too: what it names must be checked against what the vendor allows.
    """

    host: str
    segments: tuple[str, ...]
    query: Mapping[str, str]


def split_board_url(url: str) -> BoardUrl | None:
    """The parts of an absolute http(s) *url* as pages write them (`&amp;` for `&`), or None where it is none."""
    if len(url) > _URL_LIMIT:
        return None
    for escaped in ("&amp;", "&#38;", "&#038;", "&#x26;"):
        url = url.replace(escaped, "&")
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
        if parts.scheme not in ("http", "https") or not host:
            return None
        query: dict[str, str] = {}
        for name, value in parse_qsl(parts.query, max_num_fields=100):
            query.setdefault(name, value)
    except ValueError:
        return None
    segments = tuple(unquote(segment).strip() for segment in parts.path.split("/"))
    return BoardUrl(host.rstrip("."), tuple(segment for segment in segments if segment), query)
