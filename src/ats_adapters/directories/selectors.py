"""CSS selectors as the configuration writes them: `a.site@href`, an attribute of an element, or its text."""

from __future__ import annotations

import re

from attrs import frozen
from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from ats_core.domain.identity import clean_line

__all__ = ["Selector"]

_WITH_ATTRIBUTE = re.compile(r"(.*?)@([A-Za-z_:][\w:.-]*)\s*", re.S)
_LINKS = {"a": "href", "area": "href", "link": "href", "iframe": "src"}


@frozen
class Selector:
    """Which elements are meant, and what of them: *attribute*, else where a link leads, else the text.

    An empty *css* means the element that is looked in.
    """

    css: str
    attribute: str | None = None

    @classmethod
    def of(cls, text: str) -> Selector:
        """`CSS`, `CSS@ATTRIBUTE` or `@ATTRIBUTE`. Raises `ValueError`."""
        match = _WITH_ATTRIBUTE.fullmatch(text.strip())
        css, attribute = (match.group(1).strip(), match.group(2).lower()) if match else (text.strip(), None)
        if css:
            try:
                LexborHTMLParser("<p></p>").css(css)
            except SelectolaxError:
                raise ValueError(f"{text!r} is not a CSS selector") from None
        elif attribute is None:
            raise ValueError("it is empty")
        return cls(css, attribute)

    def elements(self, inside: LexborNode) -> list[LexborNode]:
        """The elements meant, in the page's order."""
        return inside.css(self.css) if self.css else [inside]

    def text(self, inside: LexborNode) -> str:
        """What the first element that says anything says: its attribute, or its text as one line."""
        for element in self.elements(inside):
            said = element.attributes.get(self.attribute) if self.attribute else text_of(element)
            if said and (line := clean_line(said)):
                return line
        return ""

    def links(self, inside: LexborNode) -> list[tuple[str, str]]:
        """Where each element leads, as it is written, and what it is called."""
        found = []
        for element in self.elements(inside):
            attribute = self.attribute or _LINKS.get(element.tag or "")
            target = (element.attributes.get(attribute) or "") if attribute else text_of(element)
            if target.strip():
                found.append((target.strip(), text_of(element)))
        return found


def text_of(element: LexborNode) -> str:
    """The text of an element as one line; where it has none, what its picture or its label says."""
    shown = clean_line(element.text(separator=" "))
    if shown:
        return shown
    picture = element.css_first("img[alt]")
    said = (picture.attributes.get("alt") if picture is not None else None) or element.attributes.get("aria-label")
    return clean_line(said or element.attributes.get("title") or "")
