"""What pages show of a declared vendor besides URLs of its boards: see `ats_core.ports.SignReader`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from attrs import frozen

from ats_core.domain.board import Board
from ats_core.domain.signs import ShownPage, VendorSign

__all__ = ["Signs"]

_MAX_POSTINGS = 5


@frozen(kw_only=True)
class Signs:
    """Signs of a vendor on a page.

    *parameters* of the company's own addresses whose value is a posting's id (`gh_jid`), if it looks as *posting* says.
    *elements*: ids, classes and `data-` attributes that its scripts fill in, in lower case. *slugs*: regular
    expressions of what scripts and `data-` attributes say, whose first group is a board's slug. *assets*: domains from
    which pages that the vendor serves load what they need; where the vendor is declared with an `own_url`, a page on
    an own domain that does so is a board.
    """

    parameters: tuple[str, ...] = ()
    posting: str = r"[\w-]{1,100}"
    elements: tuple[str, ...] = ()
    slugs: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()

    def on(
        self, page: ShownPage, *, board: Callable[[str], Board | None], own_board: Callable[[str], Board | None]
    ) -> Iterator[VendorSign]:
        """What *page* shows. *board* makes one of a slug, *own_board* of a host of the company's own, where it can."""
        for name in self.parameters:
            for url, value in page.parameters(name)[:_MAX_POSTINGS]:
                posting = value if re.fullmatch(self.posting, value) else None
                yield VendorSign(what=name, url=url, posting_id=posting)
        for element in self.elements:
            if element in page.marks:
                yield VendorSign(what=f"element {element}", url=page.url)
        for pattern in self.slugs:
            for slug in dict.fromkeys(match.group(1) for match in re.finditer(pattern, page.scripts)):
                if (named := board(slug)) is not None:
                    yield VendorSign(what="board's name in a script", url=page.url, board=named)
        for domain in self.assets:
            if any(host == domain or host.endswith(f".{domain}") for host in page.hosts):
                yield VendorSign(what=f"assets of {domain}", url=page.url, board=own_board(page.host))
