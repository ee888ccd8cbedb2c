"""What a page shows besides addresses, as vendors' adapters are shown it, and what they say of it.

A URL of a board is recognised as such (`AtsProvider.recognise`). Some pages show a vendor's postings without one: a
parameter in the company's own addresses, an element that a script fills in, a page that the vendor serves under the
company's name.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from attrs import field, frozen
from attrs.validators import min_len

from ats_core.domain.board import Board

__all__ = ["ShownPage", "VendorSign"]


@frozen(kw_only=True)
class ShownPage:
    """A page of a company's site.

    *url*: where it stands. *urls*: what it refers to (links, frames, scripts, styles' hosts, addresses in text and
    JSON), absolute, the page's own first. *marks*: ids and classes of its elements and names of their `data-`
    attributes, in lower case. *scripts*: what its inline scripts and `data-` attributes say, escapes undone. All are
    bounded; what goes beyond is left out.
    """

    url: str
    urls: tuple[str, ...] = field(default=(), repr=False)
    marks: frozenset[str] = field(default=frozenset(), repr=False)
    scripts: str = field(default="", repr=False)

    @property
    def host(self) -> str:
        """The host of the page, in lower case."""
        return (urlsplit(self.url).hostname or "").lower()

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts of all that the page refers to, in lower case."""
        return frozenset((urlsplit(url).hostname or "").lower() for url in self.urls)

    def parameters(self, name: str) -> tuple[tuple[str, str], ...]:
        """Each URL that has a query parameter *name*, with the first value of it, in the page's order."""
        found: dict[tuple[str, str], None] = {}
        for url in self.urls:
            if f"{name}=" not in url:
                continue
            try:
                pairs = parse_qsl(urlsplit(url).query, max_num_fields=100)
            except ValueError:
                continue
            value = next((value for key, value in pairs if key == name), None)
            if value is not None:
                found.setdefault((url, value))
        return tuple(found)


@frozen(kw_only=True)
class VendorSign:
    """That a page shows postings of a vendor: *what* was seen, for people, and at which *url* it stands.

    *board* is the board, where the page names it by something else than a URL of the vendor's: a slug in a script,
    or an own domain that the vendor serves. *posting_id* is a posting of it, as `Posting.provider_offer_id` has it.
    A sign that has neither says no more than which vendor it is.
    """

    what: str = field(validator=min_len(1))
    url: str = field(validator=min_len(1))
    board: Board | None = None
    posting_id: str | None = None
