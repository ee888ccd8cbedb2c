"""A list of companies as web pages: listing page by listing page, and each company's own page where that is needed.

A company whose page was read once, and whose website it gave, is not asked for again: what is known of a company is
never overwritten by a list, so that its page could say nothing more.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from functools import partial

import anyio.to_thread
from attrs import evolve, field, frozen

from ats_adapters.directories.entries import Entry, company_or_reason, rejected
from ats_adapters.directories.html_page import (
    Item,
    ListingPage,
    ListingSelectors,
    read_detail,
    read_listing,
    site_of,
)
from ats_adapters.directories.markup import UnfitMarkup
from ats_adapters.directories.reading import page_of
from ats_adapters.directories.web import list_error, page_answer
from ats_adapters.http.texts import decoded, looks_binary, readable
from ats_adapters.http.urls import shown
from ats_core.domain.board import ProviderName
from ats_core.domain.checkpoint import Validators
from ats_core.errors import DirectoryError, FailureKind, ProviderError
from ats_core.ports import DirectoryPage, DirectoryView, VendorHttp
from ats_core.provider.messages import Request, Response

__all__ = ["HtmlDirectory", "Paging"]

#: How many bytes of a page are read.
MAX_PAGE_BYTES = 5_000_000
# So many companies are given at once, and no more of their pages than that are asked for twice after a kill.
_AT_ONCE, _DETAILS_AT_ONCE = 500, 20
# What is wrong with one company's page, and no sign that the site has trouble or wants us gone.
_OF_ONE_PAGE = frozenset(
    {
        FailureKind.FORBIDDEN,
        FailureKind.TOO_LARGE,
        FailureKind.NOT_TEXT,
        FailureKind.REDIRECTS,
        FailureKind.BLOCKED_ADDRESS,
    }
)


@frozen(kw_only=True)
class Paging:
    """How one listing page leads to the next, where no selector does: *url* holds `{page}`, counted from *first*.

    More than *most* pages are not read, however they are found.
    """

    url: str | None = None
    first: int = 1
    most: int = 200


@frozen(kw_only=True)
class _Place:
    """Where a reading stands: the listing page (its number from 1, its URL), and how many of its items were given.

    *state* is that of the page's items when that was counted; *before* that of the page before it; *passed*: the items
    on the pages before.
    """

    url: str
    number: int = 1
    given: int = 0
    state: str = ""
    before: str = ""
    passed: int = 0

    def written(self) -> str:
        """As a cursor."""
        return json.dumps([self.number, self.url, self.given, self.state, self.before, self.passed])

    @classmethod
    def of(cls, cursor: str | None, start: str) -> _Place:
        """The place that a cursor names; one that means nothing is the start."""
        try:
            number, url, given, state, before, passed = json.loads(cursor or "")
        except (ValueError, TypeError, RecursionError):
            return cls(url=start)
        counts = (number, given, passed)
        texts = (url, state, before)
        fits = all(type(c) is int and c >= 0 for c in counts) and all(isinstance(t, str) for t in texts)
        if not fits or number < 1 or site_of(url) != site_of(start):
            return cls(url=start)
        return cls(url=url, number=number, given=given, state=state, before=before, passed=passed)


@frozen(kw_only=True)
class HtmlDirectory:
    """A `DirectorySource`: a listing of web pages, read by selectors, one page at a time, by the rules of robots.txt.

    It opens no connection: *http* does, under *lane*. *name* is what the database calls the list.
    """

    name: str
    url: str
    wanted: ListingSelectors
    http: VendorHttp = field(repr=False)
    lane: ProviderName
    paging: Paging = Paging()

    async def pages(self, view: DirectoryView) -> AsyncIterator[DirectoryPage]:
        """The list from the view's cursor. Raises `DirectoryError`; what was yielded before stands."""
        place = _Place.of(view.cursor, self.url)
        asked = view.validators if view.cursor is None else Validators()
        while True:
            response = await self._answer(place, asked)
            if response is None:
                break
            if response.not_modified:
                yield DirectoryPage(not_modified=True, validators=asked, content_hash=view.content_hash)
                return
            asked = Validators()
            page = await self._page(response)
            following = self._following(place, page)
            is_whole = place.number == 1 and following is None
            if is_whole and view.cursor is None and view.content_hash == page.state:
                yield DirectoryPage(not_modified=True, validators=response.validators, content_hash=page.state)
                return
            if self._is_beyond_the_end(place, page):
                break
            if place.number > self.paging.most:
                raise DirectoryError(
                    f"goes on after {self.paging.most} pages",
                    where=shown(place.url),
                    hint="raise max_pages; what stands before was read",
                )
            if page.state != place.state:
                place = evolve(place, given=0, state=page.state)
            all_read = True
            async for entries, given, whole in self._entries(page, place, view):
                all_read = all_read and whole
                place = evolve(place, given=given)
                at = following if given == len(page.items) else place
                if at is not None:
                    yield page_of(entries, next_cursor=at.written())
                elif is_whole and all_read:
                    yield page_of(entries, content_hash=page.state, validators=response.validators)
                else:
                    yield page_of(entries)
            if following is None:
                return
            place = following
        yield DirectoryPage()

    async def _answer(self, place: _Place, asked: Validators) -> Response | None:
        """The answer of a listing page; None where it does not exist, beyond the first, which ends a counted list."""
        request = Request(url=place.url, validators=asked, max_bytes=MAX_PAGE_BYTES, obeys_robots=True)
        (reply,) = await self.http.send(self.lane, (request,))
        if isinstance(reply, Response) and reply.status in (404, 410) and place.number > 1 and self.paging.url:
            return None
        return page_answer(reply, place.url, asked)

    async def _page(self, response: Response) -> ListingPage:
        markup = _markup(response)
        if isinstance(markup, str):
            try:
                return await anyio.to_thread.run_sync(
                    partial(read_listing, response.url, markup, self.wanted), abandon_on_cancel=True
                )
            except UnfitMarkup as error:
                raise DirectoryError(f"is no listing: the page {error}", where=shown(response.url)) from None
        raise DirectoryError(markup.reason, where=shown(response.url), hint="check the url in [[directories]]")

    def _is_beyond_the_end(self, place: _Place, page: ListingPage) -> bool:
        """Whether a counted page is one too many: empty, or the one before again. Raises `DirectoryError`."""
        counted = place.number > 1 and self.paging.url is not None
        if counted and (not page.items or page.state == place.before):
            return True
        if not page.items:
            title = f", whose title is {page.title!r}" if page.title else ""
            raise DirectoryError(
                f"the selector item = {self.wanted.item.css!r} takes nothing from the page{title}",
                where=shown(place.url),
                hint="the site has changed, or builds its pages with scripts: mend `item` in [[directories]]",
            )
        if not any(item.name or item.links or item.detail for item in page.items):
            raise DirectoryError(
                f"{len(page.items)} items, but the selectors of on_item take nothing from any of them",
                where=shown(place.url),
                hint="the site has changed: mend them in [[directories]]",
            )
        return False

    def _following(self, place: _Place, page: ListingPage) -> _Place | None:
        """The place after a page. Raises `DirectoryError` where that is on another site, or one page too many."""
        if self.paging.url is not None:
            url = self.paging.url.replace("{page}", str(self.paging.first + place.number))
        elif page.next_page is not None:
            url = page.next_page
        else:
            return None
        if site_of(url) != site_of(self.url):
            raise DirectoryError(
                f"the next page is on another site, {site_of(url)}", where=shown(place.url), hint="mend `next`"
            )
        return _Place(url=url, number=place.number + 1, before=page.state, passed=place.passed + len(page.items))

    async def _entries(
        self, page: ListingPage, place: _Place, view: DirectoryView
    ) -> AsyncIterator[tuple[list[Entry], int, bool]]:
        """What the items not given yet are, some at a time: entries, how many were given, and if all were read.

        Raises `DirectoryError` where the site has trouble; the entries before that were given.
        """
        entries: list[Entry] = []
        asked_for = 0
        whole = True
        for number in range(place.given, len(page.items)):
            try:
                entry, read = await self._entry(page, place, number, view)
            except DirectoryError:
                if entries:
                    yield entries, number, False
                raise
            whole = whole and read
            entries.append(entry)
            asked_for += self._is_asked_for(page.items[number], view)
            is_enough = len(entries) >= _AT_ONCE or asked_for >= _DETAILS_AT_ONCE
            if is_enough and number + 1 < len(page.items):
                yield entries, number + 1, whole
                entries, asked_for = [], 0
        yield entries, len(page.items), whole

    async def _entry(self, page: ListingPage, place: _Place, number: int, view: DirectoryView) -> tuple[Entry, bool]:
        """One item, and whether all that the list says of it was read."""
        item = page.items[number]
        where = f"page {place.number}, item {number + 1}"
        position = place.passed + number + 1
        known = view.known.get(item.detail) if item.detail else None
        if known is not None and not self._is_asked_for(item, view):
            return evolve(known, name=item.name or known.name, listing_url=item.detail, position=position), True
        name, links, read = item.name, item.links, True
        if item.detail is not None:
            detail = await self._detail(item.detail, page)
            if isinstance(detail, str):
                if known is None:
                    return rejected(where, f"its page could not be read: {detail}"), False
                name, read = name or known.name, False
            else:
                name, links = name or detail.name, (*links, *detail.links)
        entry = company_or_reason(
            name,
            links,
            where=where,
            position=position,
            listing_url=item.detail or "",
            own_domain=site_of(self.url),
        )
        return entry, read

    def _is_asked_for(self, item: Item, view: DirectoryView) -> bool:
        """Whether the list's own page of the company may say more than is known."""
        if item.detail is None:
            return False
        known = view.known.get(item.detail)
        return known is None or known.domain is None

    async def _detail(self, url: str, page: ListingPage) -> Item | str:
        """The company's own page as an item, or why it could not be read. Raises `DirectoryError`."""
        (reply,) = await self.http.send(self.lane, (Request(url=url, max_bytes=MAX_PAGE_BYTES, obeys_robots=True),))
        if isinstance(reply, ProviderError):
            if reply.kind in _OF_ONE_PAGE:
                return reply.what
            hint = ""
            if reply.kind is FailureKind.BLOCKED_BY_ROBOTS:
                hint = "take `detail` out of `on_item` to read what the listing pages say alone"
            raise list_error(reply, url, hint=hint) from reply
        if reply.status != 200:
            return f"the answer was status {reply.status}"
        markup = _markup(reply)
        if not isinstance(markup, str):
            return markup.reason
        try:
            read = await anyio.to_thread.run_sync(
                partial(read_detail, reply.url, markup, self.wanted, page.frame), abandon_on_cancel=True
            )
        except UnfitMarkup as error:
            return f"it {error}"
        return Item(name=read.name, links=read.links)


@frozen
class _NoMarkup:
    reason: str


def _markup(response: Response) -> str | _NoMarkup:
    content_type = response.headers.get("content-type", "")
    if not readable(content_type) or looks_binary(response.body, content_type):
        return _NoMarkup("is no web page")
    return decoded(response.body, content_type)
