"""What a record of a list becomes: a company, or the reason why it is none. Nothing in between, and nothing lost."""

from __future__ import annotations

from collections.abc import Iterable

from ats_adapters.directories.links import Link, told_apart
from ats_core.domain.company import ListedCompany
from ats_core.domain.identity import clean_line
from ats_core.domain.offer import RejectedRecord

__all__ = ["Entry", "company_or_reason", "rejected"]

Entry = ListedCompany | RejectedRecord


def company_or_reason(
    name: str,
    links: Iterable[Link],
    *,
    where: str,
    position: int,
    listing_url: str = "",
    said: str = "",
    own_domain: str | None = None,
) -> Entry:
    """The company of that name and those links, or why they name none.

    *where* is what the record is called in messages, *position* its number. *said* is what stood where a website was
    expected and is none; it is named where there is nothing else to go by. *own_domain* is the list's.
    """
    found = told_apart(links, own_domain=own_domain)
    try:
        return ListedCompany.of(
            name,
            found.website or ("" if clean_line(name) else said),
            listing_url=listing_url,
            careers_url=found.careers,
            position=position,
        )
    except ValueError as error:
        return rejected(where, str(error))


def rejected(where: str, reason: str) -> RejectedRecord:
    """A record that names no company."""
    return RejectedRecord(record=where, field="", reason=reason)
