"""Postings that a page describes to search engines: `JobPosting` in its JSON-LD (schema.org), and whose they are."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from urllib.parse import urlsplit

import orjson
from attrs import frozen

from ats_core.discovery.likeness import CompanyNames, Likeness
from ats_core.discovery.scripts import inline_scripts, unescaped
from ats_core.domain.identity import clean_line, normalized_name, registrable_domain

__all__ = ["DescribedPosting", "Whose", "described_postings"]

_TYPES = ("application/ld+json",)
_MAX_SCRIPTS = 50
_MAX_SCRIPT = 1_000_000
_MAX_NODES = 20_000
_MAX_POSTINGS = 500
_MAX_URLS = 20


class Whose(Enum):
    """Whose a posting is, by the organisation that it names."""

    OURS = auto()
    UNSAID = auto()
    ANOTHERS = auto()


@frozen(kw_only=True)
class DescribedPosting:
    """A posting as a page describes it: who hires (*organization*, its *sites*), the *urls* in it, its *identifier*.

    Source of the fields: https://schema.org/JobPosting.
    """

    organization: str = ""
    sites: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    identifier: str | None = None

    def whose(self, names: CompanyNames) -> Whose:
        """Whether the company of these names hires: its domain decides first, then its name."""
        domains = {domain for site in self.sites if (domain := registrable_domain(site)) is not None}
        likeness = names.likeness(self.organization) if normalized_name(self.organization) else None
        if names.domain in domains or likeness is Likeness.SAME:
            return Whose.OURS
        return Whose.ANOTHERS if likeness is Likeness.NONE else Whose.UNSAID


def described_postings(markup: str) -> tuple[DescribedPosting, ...]:
    """The postings that *markup* describes, in its order. Never raises; what cannot be read is passed over."""
    found: list[DescribedPosting] = []
    for count, text in enumerate(text for kind, text in inline_scripts(markup) if kind in _TYPES):
        if count >= _MAX_SCRIPTS or len(found) >= _MAX_POSTINGS:
            break
        found += [_posting(node) for node in _nodes(_read(text)) if "JobPosting" in _texts(node.get("@type"))]
    return tuple(found[:_MAX_POSTINGS])


def _read(text: str) -> object:
    if len(text) > _MAX_SCRIPT:
        return None
    for attempt in (text, unescaped(text)):  # some sites write it as they write an attribute
        try:
            value: object = orjson.loads(attempt)
        except ValueError:
            continue
        return value
    return None


def _nodes(value: object) -> Iterator[dict[str, object]]:
    """All objects in *value*, wherever they stand (`@graph`, lists), as many as are looked at."""
    waiting = [value]
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting.extend(reversed(node.values()))
        elif isinstance(node, list):
            waiting.extend(reversed(node))


def _posting(node: dict[str, object]) -> DescribedPosting:
    organizations = _all(node.get("hiringOrganization"))
    names = [text for o in organizations for text in _texts(o.get("name") if isinstance(o, dict) else o)]
    sites = [
        site
        for o in organizations
        if isinstance(o, dict)
        for key in ("sameAs", "url", "@id")
        for site in _urls(o.get(key))
    ]
    identifier = node.get("identifier")
    value = identifier.get("value") if isinstance(identifier, dict) else identifier
    return DescribedPosting(
        organization=clean_line(names[0]) if names else "",
        sites=tuple(sites[:_MAX_URLS]),
        urls=tuple(dict.fromkeys(url for key in _URL_KEYS for url in _urls(node.get(key))))[:_MAX_URLS],
        identifier=str(value) if isinstance(value, str | int) and not isinstance(value, bool) and value else None,
    )


_INNER_KEYS = ("url", "target", "@id", "urlTemplate")
_URL_KEYS = ("url", "@id", "sameAs", "mainEntityOfPage", "applicationContact", "potentialAction")


def _all(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _texts(value: object) -> list[str]:
    return [text for text in _all(value) if isinstance(text, str)]


def _urls(value: object, depth: int = 2) -> list[str]:
    """The web addresses in a value, and so deep in objects that hold some (`{"target": {"urlTemplate": …}}`)."""
    found = []
    for item in _all(value):
        if isinstance(item, str) and _is_web(item):
            found.append(item)
        elif isinstance(item, dict) and depth:
            found += [url for key in _INNER_KEYS for url in _urls(item.get(key), depth - 1)]
    return found


def _is_web(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False
