"""How a vendor gives a list: whole, from a position on, by numbers of pages, or with a link to what follows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol
from urllib.parse import urlencode, urljoin, urlsplit

import orjson
from attrs import evolve, field, frozen
from attrs.validators import ge

from ats_core.provider.json_board.paths import value_at
from ats_core.provider.messages import Request
from ats_core.provider.payload import wrong_shape

__all__ = ["LinkedPages", "ListRead", "NumberedPages", "OffsetPages", "Paging", "WholeList"]

# A vendor that gives fewer postings than are asked for gives a round number.
_ROUND = 10


@frozen(kw_only=True)
class ListRead:
    """How far a list was read: by *pages* requests, *records* in all, *last* of them on the last page.

    *answer* is what the last request answered, *total* how many records the vendor says there are, if it says so.
    *is_repeated*: the last page is one that came before.
    """

    pages: int
    records: int
    last: int
    answer: object
    total: int | None
    is_repeated: bool = False

    def may_go_on(self, size: int) -> bool:
        """Whether more may stand behind a page for which *size* records were asked.

        Without a total a shorter page is the last, unless its length is as round as a limit of the vendor's would be.
        """
        if self.last == 0:
            return False
        if self.total is not None:
            return self.records < self.total
        return self.last >= size or self.last % _ROUND == 0


class Paging(Protocol):
    """Makes the requests for one list after another."""

    @property
    def total(self) -> str:
        """Where in an answer the number of all records stands; empty where the vendor does not say."""

    def told(self, answer: object, *, page: int) -> int | None:
        """The number of all records as the answer to page *page*, of 0 and on, says it; None where it does not."""

    def first(self, request: Request) -> Request:
        """The request for the first page, made of the list's own."""

    def following(self, request: Request, read: ListRead) -> Request | None:
        """The request for the page behind what was read, None where that was all. Raises `ProviderError`."""


@frozen(kw_only=True)
class _Counted:
    """What may say how many records there are: at *total*."""

    total: str = ""

    def told(self, answer: object, *, page: int) -> int | None:
        """The number of all records as *answer* says it, whichever page it is."""
        total = value_at(answer, self.total) if self.total else None
        return total if isinstance(total, int) and not isinstance(total, bool) and total >= 0 else None


@frozen(kw_only=True)
class WholeList(_Counted):
    """All records in one answer."""

    def first(self, request: Request) -> Request:
        """The list's own request."""
        return request

    def following(self, request: Request, read: ListRead) -> Request | None:
        """Nothing follows."""
        return None


@frozen(kw_only=True)
class OffsetPages(_Counted):
    """Pages of *size* from a position on; *offset* and *limit* are what the vendor calls these two.

    They stand in the query, or in the body of a list that is asked for by POST. *is_told_once*: of the totals only
    that of the first page counts. *most_told*: how far the vendor counts; a total as high as that says nothing.
    """

    size: int = field(validator=ge(2))
    offset: str = "offset"
    limit: str = "limit"
    is_told_once: bool = False
    most_told: int | None = None

    def told(self, answer: object, *, page: int) -> int | None:
        """The number of all records, where this page's answer can be believed."""
        total = None if self.is_told_once and page else super().told(answer, page=page)
        return None if total is not None and self.most_told is not None and total >= self.most_told else total

    def first(self, request: Request) -> Request:
        """The first *size* records."""
        return _asking(request, {self.limit: self.size, self.offset: 0})

    def following(self, request: Request, read: ListRead) -> Request | None:
        """The next *size* records."""
        if not read.may_go_on(self.size):
            return None
        return _asking(request, {self.limit: self.size, self.offset: read.records})


@frozen(kw_only=True)
class NumberedPages(_Counted):
    """Pages of *size* by their number, from *first_page* on; *page* is what the vendor calls it.

    *limit* is what it calls the size, empty where that cannot be asked for; *last_page* is where an answer says how
    many pages there are.
    """

    size: int = field(validator=ge(2))
    page: str = "page"
    limit: str = ""
    first_page: int = 1
    last_page: str = ""

    def first(self, request: Request) -> Request:
        """The first page."""
        return self._numbered(request, self.first_page)

    def following(self, request: Request, read: ListRead) -> Request | None:
        """The next page. Raises `ProviderError` where more pages are said to be there than are given."""
        pages = value_at(read.answer, self.last_page) if self.last_page else None
        more = read.pages < pages if isinstance(pages, int) else read.may_go_on(self.size)
        if isinstance(pages, int) and read.is_repeated and read.pages <= pages:
            raise wrong_shape(f"gives the same page again for page {read.pages} of {pages}", where=request.url)
        return self._numbered(request, self.first_page + read.pages) if more else None

    def _numbered(self, request: Request, number: int) -> Request:
        return _asking(request, {self.page: number} | ({self.limit: self.size} if self.limit else {}))


@frozen(kw_only=True)
class LinkedPages(_Counted):
    """Pages that each name the next: by its URL at *next*, or by a token to be given as the query's *token*."""

    next: str
    token: str = ""

    def first(self, request: Request) -> Request:
        """The list's own request."""
        return request

    def following(self, request: Request, read: ListRead) -> Request | None:
        """What the answer names. Raises `ProviderError` where that is at another host than the list's."""
        named = value_at(read.answer, self.next)
        if named is None or named == "" or named is False:
            return None
        if not isinstance(named, str | int):
            raise wrong_shape(f"`{self.next}` names no page", where=request.url)
        if self.token:
            return _asking(request, {self.token: named})
        try:
            url = urljoin(request.url, str(named))
            is_elsewhere = urlsplit(url)[:2] != urlsplit(request.url)[:2]
        except ValueError:  # `http://[`
            raise wrong_shape(f"`{self.next}` is no address: {str(named)[:200]}", where=request.url) from None
        if is_elsewhere:
            raise wrong_shape(f"`{self.next}` leads to another host: {url[:200]}", where=request.url)
        return evolve(request, url=url)


def _asking(request: Request, parameters: Mapping[str, str | int]) -> Request:
    if request.method == "POST":
        return evolve(request, body=orjson.dumps({**orjson.loads(request.body or b"{}"), **parameters}))
    return evolve(request, url=f"{request.url}{'&' if '?' in request.url else '?'}{urlencode(parameters)}")
