"""A page's language, inline scripts and visible text, found in time that grows with the page's length only."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import islice

from ats_core.domain.identity import clean_line

__all__ = ["headings", "inline_scripts", "language_of", "unescaped", "visible_text"]

_OPENING = re.compile(r"<script\b([^<>]*+)>", re.I)
_CLOSING = re.compile(r"</script\b[^<>]*+>?", re.I)
_LANGUAGE = re.compile(r"""<html\b[^<>]{0,1000}?\blang\s{0,9}=\s{0,9}["']?([a-z]{2,3})\b""", re.I)
_HEADING = re.compile(r"<(?:title|h1)\b[^<>]{0,500}>((?:[^<]|<(?!/?(?:title|h1)\b)){1,500}?)</(?:title|h1)\b", re.I)
_MAX_HEADINGS = 4
_WHERE_HEADINGS_STAND = 200_000
_HIDING = re.compile(r"<(script|style)\b", re.I)
_HIDDEN_TO = {"script": _CLOSING, "style": re.compile(r"</style\b[^<>]*+>?", re.I)}
_TAG = re.compile(r"<[^<>]*+>?")
_ADDRESS = re.compile(r"https?://\S+")
_TYPE = re.compile(r"""\btype\s{0,9}=\s{0,9}["']?([^\s"'<>;]{1,80})""", re.I)
_ESCAPED = re.compile(r"(?<!\\)\\++(?:u00([2-7][0-9a-f])|x([2-7][0-9a-f])|([\"'/]))", re.I)


def inline_scripts(markup: str) -> Iterator[tuple[str, str]]:
    """The type (in lower case, empty where none is given) and the text of each script of *markup* that is closed."""
    at = 0
    while (opening := _OPENING.search(markup, at)) and (closing := _CLOSING.search(markup, opening.end())):
        text = markup[opening.end() : closing.start()]
        if text.strip():
            kind = _TYPE.search(opening.group(1))
            yield (kind.group(1).lower() if kind else "", text)
        at = closing.end()


def language_of(markup: str) -> str:
    """The language that the page says it is in (`es` of `es-ES`), empty where it says none."""
    said = _LANGUAGE.search(markup[:20_000])
    return said.group(1).lower() if said else ""


def headings(markup: str) -> tuple[str, ...]:
    """The title of a page and its first headings of the first order, as a reader reads them."""
    found = _HEADING.finditer(markup[:_WHERE_HEADINGS_STAND])
    return tuple(clean_line(_plain([match.group(1)])) for match in islice(found, _MAX_HEADINGS))


def visible_text(markup: str) -> str:
    """What a reader sees of *markup*, as one line: without tags, scripts, styles, and addresses that are spelt out."""
    parts, at = [], 0
    while opening := _HIDING.search(markup, at):
        parts.append(markup[at : opening.start()])
        closing = _HIDDEN_TO[opening.group(1).lower()].search(markup, opening.end())
        if closing is None:
            return _plain(parts)
        at = closing.end()
    parts.append(markup[at:])
    return _plain(parts)


def _plain(parts: list[str]) -> str:
    return _ADDRESS.sub(" ", html.unescape(" ".join(_TAG.sub(" ", part) for part in parts)))


def unescaped(text: str) -> str:
    r"""*text* with references (`&quot;`) and the escapes of JSON and scripts (`\u002F`, `\/`, `\"`) undone."""
    return _ESCAPED.sub(_character, html.unescape(text))


def _character(match: re.Match[str]) -> str:
    code = match.group(1) or match.group(2)
    return chr(int(code, 16)) if code else match.group(3)
