"""A page as vendors' adapters are shown it: addresses, names of elements, and what scripts say, all bounded."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ats_core.discovery.page import PageContent
from ats_core.discovery.scripts import inline_scripts, unescaped
from ats_core.domain.signs import ShownPage

__all__ = ["shown_page"]

_MAX_MARKS = 20_000
_MAX_SCRIPTS = 300_000
_NAMES = re.compile(
    r"""\b(?:id|class)\s{0,9}=\s{0,9}(?:"([^"<>]{1,500})"|'([^'<>]{1,500})'|([^\s"'<>=]{1,100}))""", re.I
)
_DATA = re.compile(
    r"""\s(data-[a-z0-9_.:-]{1,60})(?:\s{0,9}=\s{0,9}(?:"([^"<>]{0,20000})"|'([^'<>]{0,20000})'|([^\s"'<>=]{1,300})))?""",
    re.I,
)
# What a script holds that is no code: kept for structured data, and told apart there.
_NO_CODE = ("text/template", "text/x-template", "text/html")


def shown_page(url: str, content: PageContent) -> ShownPage:
    """The page that stands at *url*. Never raises; the same input always gives the same answer."""
    marks: set[str] = set()
    said: list[str] = []
    for names in _NAMES.finditer(content.markup):
        marks.update((names.group(1) or names.group(2) or names.group(3)).lower().split())
        if len(marks) >= _MAX_MARKS:
            break
    for data in _DATA.finditer(content.markup):
        if len(marks) >= _MAX_MARKS:
            break
        marks.add(data.group(1).lower())
        value = data.group(2) or data.group(3) or data.group(4)
        if value:
            said.append(f'{data.group(1).lower()}="{value}"')
    said.extend(text for kind, text in inline_scripts(content.markup) if kind not in _NO_CODE)
    return ShownPage(
        url=url,
        urls=tuple(dict.fromkeys((url, *(reference.url for reference in content.references)))),
        marks=frozenset(marks),
        scripts="\n".join(_within(said, _MAX_SCRIPTS)),
    )


def _within(texts: list[str], room: int) -> Iterator[str]:
    for text in texts:
        if room <= 0:
            return
        yield unescaped(text[:room])
        room -= len(text) + 1
