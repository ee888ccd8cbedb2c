"""What a page of an HTML listing says, by the listing's selectors: its items, the next page, a company's own page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from urllib.parse import urljoin, urlsplit

from attrs import field, frozen
from selectolax.lexbor import LexborHTMLParser, LexborNode

from ats_adapters.directories.links import Link, is_website_label
from ats_adapters.directories.markup import parsed_markup
from ats_adapters.directories.reading import digest
from ats_adapters.directories.selectors import Selector, text_of
from ats_core.discovery.careers import is_careers_text
from ats_core.domain.identity import is_ats_host, is_shared_host, registrable_domain, website_url

__all__ = ["Detail", "Item", "ListingPage", "ListingSelectors", "read_detail", "read_listing", "site_of"]


@frozen(kw_only=True)
class ListingSelectors:
    """Where things stand.

    *item*: one company on a listing page. By role: *on_item*, in it, `name`, `website`, `careers`, and `detail`, the
    link to the list's own page of the company; *on_detail*, on that page, the first three. *next_page*: the link to it.
    """

    item: Selector
    on_item: Mapping[str, Selector]
    next_page: Selector | None = None
    on_detail: Mapping[str, Selector] = field(factory=dict)


@frozen(kw_only=True)
class Item:
    """A company on a listing page. *detail*: the URL of the list's own page of it."""

    name: str
    links: tuple[Link, ...] = ()
    detail: str | None = None


@frozen(kw_only=True)
class ListingPage:
    """A listing page. *frame*: the domains that it links outside of its items; *state* tells that its items changed."""

    items: tuple[Item, ...]
    next_page: str | None
    frame: frozenset[str]
    title: str
    state: str


@frozen(kw_only=True)
class Detail:
    """What the list's own page of a company adds."""

    name: str
    links: tuple[Link, ...] = ()


def site_of(url: str) -> str:
    """The registrable domain of a URL, or its host where it has none of its own."""
    return registrable_domain(url) or urlsplit(url).hostname or ""


def read_listing(url: str, markup: str, wanted: ListingSelectors) -> ListingPage:
    """The listing page that stands at *url*. Raises `UnfitMarkup`."""
    tree = parsed_markup(markup)
    root = tree.root
    if root is None:
        return ListingPage(items=(), next_page=None, frame=frozenset(), title="", state=digest())
    base = _base(url, tree)
    elements = wanted.item.elements(root)
    items = tuple(_item(element, base, wanted) for element in elements)
    next_page = None
    if wanted.next_page is not None:
        targets = [target for target, _ in _absolute(wanted.next_page.links(root), base)]
        next_page = targets[0] if targets else None
    title = tree.css_first("title")
    return ListingPage(
        items=items,
        next_page=next_page if next_page != url else None,
        frame=_frame(root, elements, base),
        title=text_of(title) if title is not None else "",
        state=digest(*(repr(item).encode() for item in items)),
    )


def read_detail(url: str, markup: str, wanted: ListingSelectors, frame: frozenset[str]) -> Detail:
    """A company's page in the list. Raises `UnfitMarkup`.

    Where no selector says which link is the website, it is the one that is called so, else the one that leads to a
    site that nothing around the list leads to (*frame*: the domains linked there); of several, none is guessed at.
    """
    tree = parsed_markup(markup)
    root = tree.root
    if root is None:
        return Detail(name="")
    base = _base(url, tree)
    name = wanted.on_detail.get("name")
    website = wanted.on_detail.get("website")
    careers = wanted.on_detail.get("careers")
    links = [Link(target, "careers") for target, _ in _absolute(careers.links(root), base)] if careers else []
    if website is not None:
        links += [Link(target, "website") for target, _ in _absolute(website.links(root), base)]
    else:
        links += _websites(root, base, frame)
    heading = root.css_first("h1")
    said = name.text(root) if name is not None else text_of(heading) if heading is not None else ""
    return Detail(name=said, links=tuple(links))


def _item(element: LexborNode, base: str, wanted: ListingSelectors) -> Item:
    links: list[Link] = []
    for role in ("website", "careers"):
        if (selector := wanted.on_item.get(role)) is not None:
            links += [Link(target, role) for target, _ in _absolute(selector.links(element), base)]
    detail = None
    if (selector := wanted.on_item.get("detail")) is not None:
        for target, _ in _absolute(selector.links(element), base):
            if site_of(target) == site_of(base):
                detail = target
            else:
                links.append(Link(target))
            break
    name = wanted.on_item.get("name")
    return Item(name=name.text(element) if name is not None else "", links=tuple(links), detail=detail)


def _base(url: str, tree: LexborHTMLParser) -> str:
    node = tree.css_first("base[href]")
    href = (node.attributes.get("href") or "").strip() if node is not None else ""
    return next((target for target, _ in _absolute([(href, "")], url)), url) if href else url


def _absolute(links: Iterable[tuple[str, str]], base: str) -> list[tuple[str, str]]:
    """The links that lead to web pages, absolute, without fragments."""
    found = []
    for target, text in links:
        if not target or target.startswith("#"):
            continue
        try:
            absolute = urljoin(base, target).partition("#")[0]
            parts = urlsplit(absolute)
            host = parts.hostname
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and host and len(absolute) <= 2000:
            found.append((absolute, text))
    return found


def _outward(root: LexborNode, base: str) -> Iterable[tuple[str, str, LexborNode]]:
    """The links of a page that lead to other sites which may be somebody's own."""
    own = site_of(base)
    for element in root.css("a[href]"):
        for target, text in _absolute([((element.attributes.get("href") or "").strip(), text_of(element))], base):
            if site_of(target) != own and (not is_shared_host(target) or is_ats_host(target)):
                yield target, text, element


def _frame(root: LexborNode, items: list[LexborNode], base: str) -> frozenset[str]:
    everywhere = Counter(site_of(target) for target, _, _ in _outward(root, base))
    for item in items:
        everywhere.subtract(site_of(target) for target, _, _ in _outward(item, base))
    return frozenset(site for site, times in everywhere.items() if times > 0)


def _websites(root: LexborNode, base: str, frame: frozenset[str]) -> list[Link]:
    outward = [(target, text) for target, text, _ in _outward(root, base) if site_of(target) not in frame]
    jobs = [Link(target, text) for target, text in outward if is_ats_host(target) or is_careers_text(text)]
    called = [Link(target, text) for target, text in outward if text and _is_called_website(target, text)]
    others = [Link(target, text) for target, text in outward if not is_ats_host(target)]
    is_one_site = len({site_of(link.url) for link in others}) == 1
    return [*(called or (others if is_one_site else [])), *jobs]


def _is_called_website(target: str, text: str) -> bool:
    """Whether a link's text says "website", or is the address that it leads to."""
    written = website_url(text)
    return (any(c.isalnum() for c in text) and is_website_label(text)) or (
        written is not None and "." in text and site_of(written) == site_of(target)
    )
