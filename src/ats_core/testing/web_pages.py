"""A web in memory: pages by URL, and failures."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

import anyio.lowlevel

from ats_core.errors import FailureKind, WebPageError
from ats_core.ports import WebPage

__all__ = ["FakeWebPages", "redirected"]


_NO_SITEMAPS: Mapping[str, tuple[str, ...]] = MappingProxyType({})


class FakeWebPages:
    """A `WebPages` without a network. *pages* maps URLs to HTML, to a whole `WebPage`, or to the failure to raise.

    A URL with and without its last slash is one. A page that a known host does not have is a 404; a host that has
    no page at all cannot be reached. *requests* are the URLs asked for, in order. *sitemaps_of* are what hosts name in
    their robots.txt.
    """

    def __init__(
        self,
        pages: Mapping[str, str | WebPage | WebPageError],
        sitemaps_of: Mapping[str, tuple[str, ...]] = _NO_SITEMAPS,
    ) -> None:
        self.pages = {url.rstrip("/"): page for url, page in pages.items()}
        self.sitemaps_of = dict(sitemaps_of)
        self.requests: list[str] = []

    async def get(self, url: str) -> WebPage:
        """The page. Raises `WebPageError`."""
        self.requests.append(url)
        await anyio.lowlevel.checkpoint()
        page = self.pages.get(url.rstrip("/"))
        if isinstance(page, WebPageError):
            raise page
        if isinstance(page, WebPage):
            return page
        if page is not None:
            return WebPage(url=url, final_url=url, hops=(url,), status=200, text=page)
        if urlsplit(url).hostname not in {urlsplit(known).hostname for known in self.pages}:
            raise WebPageError(FailureKind.NETWORK, "the host is not known", where=url, hops=(url,))
        return WebPage(url=url, final_url=url, hops=(url,), status=404, text="<h1>Not found</h1>")

    async def sitemaps(self, url: str) -> tuple[str, ...]:
        """What the host's robots.txt names."""
        return self.sitemaps_of.get(urlsplit(url).hostname or "", ())


def redirected(*hops: str, text: str = "", status: int = 200) -> WebPage:
    """A page at the end of redirects."""
    return WebPage(url=hops[0], final_url=hops[-1], hops=hops, status=status, text=text)
