"""What pages show of Lever besides URLs of its boards, and what a hosted board says of whose it is.

The options are those of the widget that many sites use (https://github.com/andreasmb/lever-jobs-embed). A sign is
never more than a reason to ask.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from attrs import frozen

from ats_core.domain.board import Board, ProviderName
from ats_core.domain.identity import clean_line, is_shared_host
from ats_core.domain.signs import ShownPage, VendorSign

__all__ = ["HostedBoard", "read_signs"]

_ELEMENT = "lever-jobs-container"
_PARAMETERS = ("lever-source", "lever-source[]", "lever-origin")
_POSTING_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-f])", re.I)
_WIDGET = re.compile(r"leverJobsOptions\s{0,5}=\s{0,5}\{([^{}]{1,1000})\}")
_ACCOUNT = re.compile(r"""["']?accountName["']?\s{0,5}:\s{0,5}["']([^"']{1,100})["']""")
_EU = re.compile(r"""["']?isEu["']?\s{0,5}:\s{0,5}true\b""", re.I)
# `"leverSite":"acme"`, `data-lever-account="acme"`.
_SITE = re.compile(
    r"""\blever[_-]?(?:site|account|company|board)(?:[_-]?(?:name|slug|id))?["']?\s{0,5}[:=]\s{0,5}["']([^"'/:]{1,100})["']""",
    re.I,
)
_MAX_POSTINGS = 5
_LONGEST_PAGE = 300_000
_LOGO = re.compile(r"<a\b[^<>]{0,500}>", re.I)
_HREF = re.compile(r"""\bhref\s{0,5}=\s{0,5}["'](https?://[^"'<>\s]{1,500})["']""", re.I)
_TITLE = re.compile(r"<title\b[^<>]{0,200}>([^<]{1,300})</title", re.I)


def read_signs(provider: ProviderName, page: ShownPage) -> Iterator[VendorSign]:
    """The parameters that Lever's links carry on, the widget's element and options, the site's name in scripts."""
    linked = [url for name in _PARAMETERS for url, _ in page.parameters(name)]
    for url in linked[:_MAX_POSTINGS]:
        posting = _POSTING_ID.search(url)
        yield VendorSign(what="lever-source", url=url, posting_id=posting.group().lower() if posting else None)
    if _ELEMENT in page.marks:
        yield VendorSign(what=f"element {_ELEMENT}", url=page.url)
    for options in _WIDGET.finditer(page.scripts):
        if account := _ACCOUNT.search(options.group(1)):
            region = "eu" if _EU.search(options.group(1)) else ""
            yield VendorSign(what="leverJobsOptions", url=page.url, board=Board(provider, region, account.group(1)))
    for site in dict.fromkeys(match.group(1) for match in _SITE.finditer(page.scripts)):
        yield VendorSign(what="site name", url=page.url, board=Board(provider, "", site))


@frozen
class HostedBoard:
    """What a hosted board (`jobs.lever.co/{site}`) says of its company: its name, and the site that the logo links.

    The page is not documented, so nothing depends on it: what cannot be read is not said.
    """

    company_name: str | None
    company_url: str | None

    @classmethod
    def read(cls, page: str) -> HostedBoard:
        """The company of a page, as far as the page says."""
        page = page[:_LONGEST_PAGE]
        title = _TITLE.search(page)
        name = clean_line(html.unescape(title.group(1))) if title else ""
        logo = next((tag.group() for tag in _LOGO.finditer(page) if "main-header-logo" in tag.group()), "")
        link = _HREF.search(logo)
        url = html.unescape(link.group(1)) if link else None
        return cls(name or None, None if url is None or is_shared_host(url) else url)
