"""URLs as they come from data: read strictly, shown without their secrets."""

from __future__ import annotations

import re

import httpx

from ats_core.domain.identity import clean_line

__all__ = ["InvalidTarget", "host_of", "joined", "parsed", "shown"]


# Names in ASCII, addresses of IPv4 and IPv6. What is spelled with escapes (`%31%32%37.0.0.1`) means different things to
# different readers, and is nobody's.
_HOST = re.compile(rb"[A-Za-z0-9._-]+|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*(?:%[A-Za-z0-9._~%-]+)?")


class InvalidTarget(ValueError):
    """What stands there is no http(s) URL; the message says why."""


def parsed(url: str) -> httpx.URL:
    """*url* ready to be asked for: absolute, http or https, without user, password and fragment.

    Raises `InvalidTarget`.
    """
    try:
        read = httpx.URL(url)
        if read.scheme not in ("http", "https"):
            raise InvalidTarget("only http and https are read")
        if not read.raw_host:
            raise InvalidTarget("the URL names no host")
        if not _HOST.fullmatch(read.raw_host):
            raise InvalidTarget("its host is no name and no address")
        if read.port is not None and not 0 < read.port < 65536:
            raise InvalidTarget("the port is impossible")
        if read.userinfo:
            read = read.copy_with(userinfo=b"")
        return read.copy_with(fragment=None) if read.fragment else read
    except (httpx.InvalidURL, ValueError) as error:
        if isinstance(error, InvalidTarget):
            raise
        raise InvalidTarget(f"not a URL: {clean_line(str(error), limit=120)}") from error


def joined(base: str, reference: str) -> str:
    """*reference* as a redirect's Location gives it, made absolute; raises `InvalidTarget`."""
    try:
        return str(parsed(str(httpx.URL(base).join(reference.strip()))))
    except httpx.InvalidURL as error:
        raise InvalidTarget(f"not a URL: {clean_line(str(error), limit=120)}") from error


def host_of(url: httpx.URL) -> str:
    """The host in the one spelling that things are looked up by: ASCII, lower case, no final dot, no brackets."""
    return url.raw_host.decode("ascii").lower().rstrip(".")


def shown(url: str) -> str:
    """*url* for messages and logs: no user, password or query (they may hold secrets), one line, not endless."""
    try:
        read = httpx.URL(url)
        port = f":{read.port}" if read.port else ""
        host = f"[{read.host}]" if ":" in read.host else read.host
        text = f"{read.scheme}://{host}{port}{read.path}" + ("?…" if read.query else "")
    except (httpx.InvalidURL, ValueError):
        text = url.split("?")[0].rsplit("@")[-1]
    return clean_line(text, limit=200)
