"""A list of companies at a URL: one conditional request, and nothing more where nothing has changed."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import aclosing

from ats_adapters.directories.format import Document, ListFormat
from ats_adapters.directories.reading import digest, pages_of
from ats_adapters.http.urls import shown
from ats_core.domain.board import ProviderName
from ats_core.domain.checkpoint import Validators
from ats_core.domain.identity import registrable_domain
from ats_core.errors import DirectoryError, ProviderError
from ats_core.ports import DirectoryPage, DirectoryView, VendorHttp
from ats_core.provider.messages import Reply, Request, Response

__all__ = ["UrlDirectory", "list_error", "page_answer"]


class UrlDirectory:
    """A `DirectorySource`: what a URL answers, in whatever format. It opens no connection: *http* does."""

    def __init__(self, name: str, url: str, written: ListFormat, http: VendorHttp, lane: ProviderName) -> None:
        """*name* is what the database calls the list; requests are sent under *lane*."""
        self._name = name
        self._url = url
        self._format = written
        self._http = http
        self._lane = lane

    @property
    def name(self) -> str:
        """What the database calls the list."""
        return self._name

    async def pages(self, view: DirectoryView) -> AsyncIterator[DirectoryPage]:
        """The list from the view's cursor. Raises `DirectoryError`; what was yielded before stands."""
        asked = view.validators if view.cursor is None else Validators()
        request = Request(url=self._url, validators=asked, max_bytes=self._format.max_bytes)
        (reply,) = await self._http.send(self._lane, (request,))
        response = page_answer(reply, self._url, asked)
        if response.not_modified:
            yield DirectoryPage(not_modified=True, validators=asked, content_hash=view.content_hash)
            return
        content_hash = digest(response.body)
        if view.cursor is None and view.content_hash == content_hash:
            yield DirectoryPage(not_modified=True, validators=response.validators, content_hash=content_hash)
            return
        document = Document(
            content=io.BytesIO(response.body),
            shown=shown(self._url),
            content_type=response.headers.get("content-type", ""),
            own_domain=registrable_domain(self._url),
        )
        entries = self._format.entries(document)
        pages = pages_of(entries, cursor=view.cursor, content_hash=content_hash, validators=response.validators)
        async with aclosing(pages):
            async for page in pages:
                yield page


def list_error(error: ProviderError, url: str, *, hint: str = "") -> DirectoryError:
    """What kept an answer from us, as the error that ends the reading of a list."""
    where = error.where or shown(url)
    return DirectoryError(error.what, where=where, hint=hint or error.hint, retry_after=error.retry_after)


def page_answer(reply: Reply, url: str, asked: Validators = Validators()) -> Response:
    """The answer with status 200, or 304 where *asked* made the request conditional. Raises `DirectoryError`."""
    if isinstance(reply, ProviderError):
        raise list_error(reply, url) from reply
    if reply.status == 200 or (reply.not_modified and asked != Validators()):
        return reply
    hint = {
        401: "lists behind a login cannot be read",
        404: "check the url in [[directories]]",
        410: "check the url in [[directories]]",
    }.get(reply.status, "a later run asks again")
    raise DirectoryError(f"the answer was status {reply.status}", where=shown(url), hint=hint)
