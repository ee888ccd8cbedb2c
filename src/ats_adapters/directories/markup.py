"""Markup from anywhere, made fit for a parser: what costs more than its length is refused, scripts are left out."""

from __future__ import annotations

import re
from typing import Final

from selectolax.lexbor import LexborHTMLParser

__all__ = ["UnfitMarkup", "parsed_markup"]

_MAX_DEPTH: Final = 400
_MAX_ATTRIBUTES: Final = 500
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/<>]*+)((?:[^<>\"'=]++|=\s*+\"[^\"]*+\"|=\s*+'[^']*+'|[\"'=])*+)>?")
_ATTRIBUTE = re.compile(r"""[^\s"'<>/=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'<>]*+))?""")
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
# Their end tag may be left out: the next of them, or their parent's end, closes them.
_SELF_ENDING = frozenset(
    "li p dt dd option optgroup tr td th thead tbody tfoot rp rt colgroup caption html body head".split()
)
_INVISIBLE = ("script", "style", "noscript", "svg", "iframe", "textarea")


class UnfitMarkup(ValueError):
    """Markup that no page of a list has; the message says what of it."""


def parsed_markup(markup: str) -> LexborHTMLParser:
    """*markup* without comments, scripts and styles, parsed. Raises `UnfitMarkup`.

    The parser takes time with the square of nesting and of a tag's attributes; both are bounded here.
    """
    markup = _without(markup, "<!--", "-->")
    for name in _INVISIBLE:
        markup = _without(markup, f"<{name}", f"</{name}")
    depth = 0
    for closing, name, attributes in _TAG.findall(markup):
        name = name.lower()
        if name not in _VOID and name not in _SELF_ENDING:
            depth = max(0, depth - 1) if closing else depth + 1
            if depth > _MAX_DEPTH:
                raise UnfitMarkup(f"nests its tags more than {_MAX_DEPTH} deep")
        if len(attributes) > 2 * _MAX_ATTRIBUTES and len(_ATTRIBUTE.findall(attributes)) > _MAX_ATTRIBUTES:
            raise UnfitMarkup(f"has a tag with more than {_MAX_ATTRIBUTES} attributes")
    return LexborHTMLParser(markup)


def _without(markup: str, start: str, end: str) -> str:
    """*markup* less what stands from each *start* to the *end* after it; an element's end tag goes on to its `>`."""
    lowered = markup.lower()
    if len(lowered) != len(markup):  # a few letters have more than one in lower case
        lowered = "".join(c.lower() if c.isascii() else c for c in markup)
    parts, at = [], 0
    while (begin := lowered.find(start, at)) >= 0:
        after = lowered[begin + len(start) : begin + len(start) + 1]
        if start != "<!--" and after not in (" ", "\t", "\n", "\r", "\f", "/", ">"):
            parts.append(markup[at : begin + 1])
            at = begin + 1
            continue
        parts.append(markup[at:begin])
        close = lowered.find(end, begin + len(start) - (start == "<!--") * 2)
        if close < 0:
            return "".join(parts)
        at = close + len(end)
        if start != "<!--":
            bracket = lowered.find(">", at)
            at = bracket + 1 if bracket >= 0 else len(markup)
    parts.append(markup[at:])
    return "".join(parts)
