"""Sitemaps: which of the addresses that a site lists for search engines look like its careers pages.

The format is that of https://www.sitemaps.org/protocol.html; a plain list of addresses is one, too.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from attrs import field, frozen

from ats_core.discovery.careers import careers_pages
from ats_core.domain.identity import registrable_domain

__all__ = ["Sitemap", "likely_parts", "listed_careers_pages", "read_sitemap"]

#: So many careers pages of a sitemap are worth reading, and so many parts of one that is in parts.
_MAX_PAGES = 3
_MAX_PARTS = 2
_MAX_URLS = 50_000
_LOC = re.compile(r"<(?:\w{1,20}:)?loc>\s{0,200}(?:<!\[CDATA\[)?\s{0,200}(https?://[^\s<>\"\]]{1,2000})", re.I)
_LINE = re.compile(r"^(https?://[^\s<>\"]{1,2000})\s*$", re.M)
_INDEX = re.compile(r"<(?:\w{1,20}:)?sitemapindex\b", re.I)
# Names of parts: where pages are, and where postings of a blog, goods and pictures are.
_PAGES = re.compile(r"career|jobs?\b|empleo|page|main|static|general|sitemap-?[01]?\.xml", re.I)
_NO_PAGES = re.compile(r"post-|posts|blog|news|product|category|tag|image|video|author|attachment|event", re.I)


@frozen
class Sitemap:
    """The addresses of a sitemap; *is_index*: they are those of its parts."""

    urls: tuple[str, ...] = field(default=(), repr=False)
    is_index: bool = False


def read_sitemap(text: str) -> Sitemap:
    """What a sitemap lists, as far as it is read. Never raises: a page that is no sitemap lists nothing."""
    found = _LOC.finditer(text) if "<" in text[:1000] else _LINE.finditer(text)
    urls = (html.unescape(match.group(1)) for _, match in zip(range(_MAX_URLS), found, strict=False))
    return Sitemap(tuple(dict.fromkeys(urls)), is_index=_INDEX.search(text[:5000]) is not None)


def listed_careers_pages(urls: Iterable[str], *, domain: str | None) -> tuple[str, ...]:
    """The careers pages of the site on *domain* among *urls*, the most promising first."""
    own = (url for url in urls if domain is not None and registrable_domain(url) == domain)
    return careers_pages(own)[:_MAX_PAGES]


def likely_parts(urls: Iterable[str], *, domain: str | None) -> tuple[str, ...]:
    """The parts of a sitemap in which pages of the site may be listed, the most promising first."""
    own = [url for url in urls if domain is not None and registrable_domain(url) == domain]
    fit = [url for url in own if not _NO_PAGES.search(urlsplit(url).path)]
    return tuple(sorted(fit, key=lambda url: _PAGES.search(urlsplit(url).path) is None)[:_MAX_PARTS])
