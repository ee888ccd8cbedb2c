"""Three public lists of Spanish startups, as selectors for the HTML listing.

How sure each is, and how a configuration replaces any of them when a site changes, stands in
docs/how-to/read-your-lists.md. All were written against saved fragments of the listing pages; no page of a single
company was at hand, so that names and websites on those are found by what they are called, not by a selector.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

__all__ = ["PRESETS"]

_CATALONIA: Mapping[str, Any] = MappingProxyType(
    {
        "url": "https://startupshub.catalonia.com/list-of-startups",
        "item": "li.item:has(a.link_all)",
        "on_item": {"name": "h3.small_title", "detail": "a.link_all@href"},
        "next": "a[rel=next]@href",
    }
)
_LANZADERA: Mapping[str, Any] = MappingProxyType(
    {
        "url": "https://lanzadera.es/proyectos/",
        "item": "article.startup-slide",
        # The listing shows a logo in the place of a name: it is the heading of the company's page.
        "on_item": {"detail": "a.startup-slide__link@href"},
        "next": "a.next.page-numbers@href",
    }
)
_MADRIMASD: Mapping[str, Any] = MappingProxyType(
    {
        "url": "https://startups.madrimasd.org/emprendedores/emprendedores-casos-exito/",
        "item": "li.element-list",
        "on_item": {"name": "h3", "detail": "a@href"},
        "next": "a[rel=next]@href",
    }
)

#: The options of each preset, by its kind.
PRESETS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {"catalonia": _CATALONIA, "lanzadera": _LANZADERA, "madrimasd": _MADRIMASD}
)
