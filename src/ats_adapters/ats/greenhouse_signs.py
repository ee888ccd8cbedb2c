"""What pages show of Greenhouse besides URLs of its boards, and what its API says of whose a board is.

None of it is documented by the vendor's API: it is what sites with its embed show. So a sign is never more than a
reason to ask.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from ats_core.domain.board import Board, ProviderName
from ats_core.domain.identity import registrable_domain
from ats_core.domain.signs import ShownPage, VendorSign
from ats_core.provider.record import BadField, Record

__all__ = ["listed_ids", "read_signs", "site_of"]

_ELEMENTS = ("grnhse_app", "grnhse_iframe")
_MAX_POSTINGS = 5
# `boardToken: "acme"`, `greenhouse_board="acme"`, `"greenhouseBoardToken":"acme"`, `data-board-token="acme"`.
_BOARD_TOKEN = re.compile(
    r"""(?:\bboard[_-]?token|(?:greenhouse|grnhse)[_-]?(?:job[_-]?)?board(?:[_-]?(?:token|name|id|slug))?)"""
    r"""["']?\s{0,5}[:=]\s{0,5}["']([A-Za-z0-9_-]{1,100})["']""",
    re.I,
)
_OF_GREENHOUSE = re.compile(r"greenhouse|grnhse|gh_jid", re.I)
# Addresses of postings are looked at so far.
_MAX_LOOKED_AT = 200


def read_signs(provider: ProviderName, page: ShownPage) -> Iterator[VendorSign]:
    """`gh_jid` and `gh_src` in addresses, the embed's elements, and the board's token in scripts and attributes."""
    postings = [(url, value) for url, value in page.parameters("gh_jid") if value.isascii() and value.isdigit()]
    for url, value in postings[:_MAX_POSTINGS]:
        yield VendorSign(what=f"gh_jid={value}", url=url, posting_id=value)
    for url, _ in page.parameters("gh_src")[:1]:
        yield VendorSign(what="gh_src", url=url)
    shown = [element for element in _ELEMENTS if element in page.marks]
    for element in shown:
        yield VendorSign(what=f"element {element}", url=page.url)
    if postings or shown or _OF_GREENHOUSE.search(page.scripts):
        for token in dict.fromkeys(match.group(1).lower() for match in _BOARD_TOKEN.finditer(page.scripts)):
            yield VendorSign(what="board token", url=page.url, board=Board(provider, "", token))


def listed_ids(jobs: Sequence[object]) -> frozenset[str]:
    """The ids of the postings in a list, those that have any."""
    return frozenset(found for job in jobs if (found := _id(job)) is not None)


def site_of(jobs: Sequence[object], *, hosts: frozenset[str]) -> str | None:
    """Where postings stand (`absolute_url`), if that is one site, and not one of the vendor's *hosts*."""
    urls: Counter[str] = Counter()
    first: dict[str, str] = {}
    for job in jobs[:_MAX_LOOKED_AT]:
        url = _url(job)
        domain = registrable_domain(url) if url else None
        if url and domain and (urlsplit(url).hostname or "") not in hosts:
            urls[domain] += 1
            first.setdefault(domain, url)
    return first[next(iter(urls))] if len(urls) == 1 else None


def _id(job: object) -> str | None:
    try:
        return Record(job).id()
    except BadField:
        return None


def _url(job: object) -> str | None:
    try:
        return Record(job).url("absolute_url")
    except BadField:
        return None
