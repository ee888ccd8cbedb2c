"""What a web page refers to: its links with their texts, what it embeds, where it sends, and URLs in its scripts.

Made for hostile markup: before parsing, all tags but the few of interest are taken out, so that neither depth nor
misnested formatting nor a tag of many thousand attributes costs more than length does.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from enum import StrEnum
from urllib.parse import unquote, urljoin, urlsplit

from attrs import field, frozen
from selectolax.lexbor import LexborHTMLParser, LexborNode

from ats_core.domain.identity import clean_line

__all__ = ["MAX_MARKUP", "MAX_REFERENCES", "PageContent", "Reference", "ReferenceKind", "read_page"]

#: A page longer than this, in characters, is cut there.
MAX_MARKUP = 5_000_000
#: As many references of a page are read, and as many URLs of its text; a page with more is no careers page.
MAX_REFERENCES = 10_000

# Of a page with more tags the beginning is read: the largest careers pages have some tens of thousands.
_MAX_TAGS = 100_000
_MAX_ATTRIBUTES = 4000
_MAX_URL = 2000


class ReferenceKind(StrEnum):
    """How a page refers to a URL."""

    IFRAME = "iframe"
    SCRIPT = "script"
    REFRESH = "refresh"
    FORM = "form"
    LINK = "link"
    TEXT = "text"


@frozen
class Reference:
    """A URL that a page refers to, absolute and without fragment. *text* is the text of a link."""

    kind: ReferenceKind
    url: str
    text: str = ""


@frozen(kw_only=True)
class PageContent:
    """The references of a page: of each kind in the page's order, each URL once a kind and text; and its *markup*.

    The markup is without comments, and cut where the page is too long.
    """

    references: tuple[Reference, ...] = ()
    markup: str = field(default="", repr=False)

    @property
    def links(self) -> tuple[Reference, ...]:
        """Those that a reader may follow."""
        return tuple(r for r in self.references if r.kind is ReferenceKind.LINK)


# What stands for a tag in the flat document. `source` is void and otherwise without meaning here.
_KEPT = {
    "a": "a",
    "area": "area",
    "base": "base",
    "embed": "embed",
    "form": "source",
    "frame": "embed",
    "iframe": "embed",
    "meta": "meta",
    "script": "script",
    "style": "style",
}
_RAW = frozenset({"script", "style"})
_CLOSED = _RAW | {"a"}
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/<>]*+)((?:[^<>=]++|=\s*+\"[^\"]*+\"|=\s*+'[^']*+'|=)*+)>?")
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]++)\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'<>]++)""")
_WANTED = frozenset("href src data-src action content http-equiv aria-label title".split())
_LABEL = re.compile(r"""\b(?:aria-label|title|alt)\s*=\s*(?:"([^"<>]{1,200})"|'([^'<>]{1,200})')""", re.I)
_REFRESH = re.compile(r"""^\s*[\d.]*\s*[;,]?\s*(?:url\s*=\s*)?["']?([^"'\s]+)""", re.I)
_URL = re.compile(r"(?<![\w/:])(?:https?:)?//[^\s\"'<>\\^`{}|\x00-\x1f]{4,2000}")
_ENCODED_URL = re.compile(r"https?%3A%2F%2F[^\s\"'<>&\\]{4,2000}", re.I)
_ESCAPES = re.compile(r"(?<!\\)\\++(?:u00(2f|26|3d|3f|3a|25)|x(2f|26|3d|3f|3a|25)|/)", re.I)
_NO_PAGE = ("mailto:", "tel:", "javascript:", "data:", "sms:", "whatsapp:", "blob:", "about:")


def read_page(url: str, markup: str) -> PageContent:
    """The references of the page that stands at *url*. Never raises; the same input always gives the same answer."""
    markup = _without_comments(markup[:MAX_MARKUP])
    tree = LexborHTMLParser(_flat(markup))
    base = _base(url, tree)
    found: dict[Reference, None] = {}
    for kind, address, text in _tagged(tree):
        absolute = _absolute(base, address)
        if absolute is not None:
            found.setdefault(Reference(kind, absolute, text))
            if len(found) >= MAX_REFERENCES:
                break
    known = {reference.url for reference in found}
    for count, absolute in enumerate(_in_text(markup)):
        if count >= MAX_REFERENCES:
            break
        if absolute not in known:
            found.setdefault(Reference(ReferenceKind.TEXT, absolute))
    return PageContent(references=tuple(found), markup=markup)


def _without_comments(markup: str) -> str:
    parts, at = [], 0
    while (start := markup.find("<!--", at)) >= 0:
        parts.append(markup[at:start])
        end = markup.find("-->", start + 2)
        if end < 0:
            return "".join(parts)
        at = end + 3
    parts.append(markup[at:])
    return "".join(parts)


def _flat(markup: str) -> str:
    """The document with few tags left, none of them inside another for long."""
    flat, at = _Flat(), 0
    parts: list[str] = []
    for count, tag in enumerate(_TAG.finditer(markup)):
        if count >= _MAX_TAGS:
            return "".join(parts)
        parts += (markup[at : tag.start()], flat(tag))
        at = tag.end()
    parts.append(markup[at:])
    return "".join(parts)


class _Flat:
    """What stands for each tag in the flat document: the few of interest as they are, so many of them, else a space."""

    def __init__(self) -> None:
        self._left = 2 * MAX_REFERENCES

    def __call__(self, tag: re.Match[str]) -> str:
        closing, name, attributes = tag.group(1), tag.group(2).lower(), tag.group(3)
        kept = _KEPT.get(name)
        if kept is not None and closing:
            return f"</{kept}>" if kept in _CLOSED else " "
        if len(attributes) > _MAX_ATTRIBUTES:
            return " "
        if kept is None:
            label = _LABEL.search(attributes) if name in ("img", "svg") else None
            return f" {label.group(1) or label.group(2)} " if label else " "
        wanted = " ".join(m.group() for m in _ATTRIBUTE.finditer(attributes) if m.group(1).lower() in _WANTED)
        if kept in _RAW:
            return f"<{kept} {wanted}>"
        self._left -= bool(wanted)
        return f"<{kept} {wanted}>" if wanted and self._left >= 0 else " "


def _base(url: str, tree: LexborHTMLParser) -> str:
    node = tree.css_first("base[href]")
    return (_absolute(url, node.attributes.get("href") or "") if node is not None else None) or url


def _tagged(tree: LexborHTMLParser) -> Iterator[tuple[ReferenceKind, str, str]]:
    for selector, kind, attribute in (
        ("embed[src],embed[data-src]", ReferenceKind.IFRAME, "src"),
        ("script[src]", ReferenceKind.SCRIPT, "src"),
        ("meta[content]", ReferenceKind.REFRESH, "content"),
        ("source[action]", ReferenceKind.FORM, "action"),
        ("a[href],area[href]", ReferenceKind.LINK, "href"),
    ):
        for node in tree.css(selector):
            attributes = node.attributes
            value = attributes.get(attribute) or attributes.get("data-src") or ""
            if kind is ReferenceKind.REFRESH:
                if (attributes.get("http-equiv") or "").strip().lower() != "refresh":
                    continue
                target = _REFRESH.match(value)
                value = target.group(1) if target else ""
            yield kind, value, _text(node, attributes) if kind is ReferenceKind.LINK else ""


def _text(node: LexborNode, attributes: dict[str, str | None]) -> str:
    shown = clean_line(node.text()[:1000], limit=120)
    return shown or clean_line(attributes.get("aria-label") or attributes.get("title") or "", limit=120)


def _absolute(base: str, address: str) -> str | None:
    address = address.strip()
    if not address or len(address) > _MAX_URL or address.startswith("#") or address.lower().startswith(_NO_PAGE):
        return None
    try:
        absolute = urljoin(base, address).partition("#")[0]
        parts = urlsplit(absolute)
        host = parts.hostname
    except ValueError:
        return None
    return absolute if parts.scheme in ("http", "https") and host else None


def _in_text(markup: str) -> Iterator[str]:
    """URLs anywhere in the page, those in inline scripts and JSON too, however their slashes are escaped.

    Those inside other URLs (`/out?to=https%3A%2F%2F…`) come last.
    """
    plain = _ESCAPES.sub(lambda m: chr(int(m.group(1) or m.group(2) or "2f", 16)), html.unescape(markup))
    for match in _URL.finditer(plain):
        url = match.group().rstrip(".,;:!?)]").partition("#")[0]
        yield "https:" + url if url.startswith("//") else url
    for match in _ENCODED_URL.finditer(plain):
        yield unquote(match.group()).partition("#")[0]
