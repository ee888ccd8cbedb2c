"""A vendor's HTML as plain text: what a reader would see, one line a block, list items with a dash.

Made for hostile input and for speed. Before parsing, tags without attributes are taken out and all others but those
of hidden text are renamed to one void element. So the tree is flat whatever the nesting was: neither depth nor
misnested formatting costs more than length does.
"""

from __future__ import annotations

import html
import re

from selectolax.lexbor import LexborHTMLParser

__all__ = ["MAX_MARKUP", "decoded_line", "plain_text", "unescaped_markup"]

#: Markup longer than this, in characters and without tags of absurd length (inlined images), is cut there.
MAX_MARKUP = 400_000

_BREAK, _BULLET = "\x01", "\x02"
_BLOCKS = frozenset(
    """
    address article aside blockquote br caption center dd details dialog div dl dt fieldset figcaption figure footer
    form h1 h2 h3 h4 h5 h6 header hr legend main nav ol option p pre section summary table tbody td tfoot th thead
    title tr ul
    """.split()
)
# Elements whose content the parser takes as raw text, up to their end tag; the others of the second line become such.
_RAW = frozenset({"script", "style", "iframe"})
_HIDDEN = frozenset("template svg noscript noembed noframes object".split())

# Hidden elements that XHTML writers close at once; the flat document knows no such tag, and would hide all behind it.
_EMPTY_HIDDEN = re.compile(rf"<(?:iframe|{'|'.join(sorted(_HIDDEN))})(?:\s[^<>]*)?/>", re.I)
_TAG = re.compile(r"(</?[a-zA-Z][^\s/<>]*>?)")
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{2000,}>")
_RAW_TAG = re.compile(r"<(?:script|style|iframe)", re.I)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_REAL_TAG = re.compile(r"<[a-zA-Z/!]")
_ESCAPED_TAG = re.compile(r"&(?:amp;){0,2}lt;[a-zA-Z/!]")
_IGNORABLE = re.compile(r"[\u00ad\u2060\ufeff]+")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")


class _FlatTags(dict[str, str]):
    """What stands for the beginning of a tag (`<p`, `</li`, or all of it: `<p>`) in the flat document."""

    def __missing__(self, tag: str) -> str:
        name = tag.strip("</>").lower()
        whole = tag.endswith(">")
        closing = tag.startswith("</")
        if name in _RAW:
            flat = tag
        elif name in _HIDDEN:
            flat = ("</" if closing else "<") + "iframe" + (">" if whole else "")
        else:
            flat = "" if whole else "</wbr" if closing else "<wbr"
            if name == "li":
                flat = _BREAK + ("" if closing else _BULLET) + flat
            elif name in _BLOCKS:
                flat = _BREAK + flat
        if len(self) < 1000 and len(tag) < 20:  # real tags are few; made-up ones must not fill the memory
            self[tag] = flat
        return flat


_FLAT = _FlatTags()


def plain_text(markup: str) -> str:
    """The text of *markup*, which may be plain text already: lines without blank ones between, spaces collapsed.

    Block elements and `<br>` begin a line, `<li>` a line with `- `; scripts, styles and frames are dropped; entities
    are decoded, those escaped twice as well. Never raises; the same input always gives the same text.
    """
    if len(markup) > MAX_MARKUP:
        markup = _LONG_TAG.sub(" ", markup)[:MAX_MARKUP]
    text = _text_of(markup) if "<" in markup else markup.replace("\n", _BREAK)
    for _ in range(2):
        if "&" in text:
            text = _ENTITY.sub(_decoded, text)
    return "\n".join(_lines(text))


def decoded_line(text: str) -> str:
    """*text* (a title, a place) with its entities decoded and spaces collapsed; it is not read as markup."""
    if "&" in text:
        text = _ENTITY.sub(_decoded, text)
    return _visible(text)


def unescaped_markup(text: str) -> str:
    """Markup that was sent HTML-escaped, once or more often, as markup; what is not escaped stays.

    >>> unescaped_markup("&lt;p&gt;R&amp;amp;D&lt;/p&gt;")
    '<p>R&amp;D</p>'
    """
    for _ in range(3):
        if ("<" in text and _REAL_TAG.search(text)) or not _ESCAPED_TAG.search(text):
            break
        # The five that escaping makes; all others are the markup's own, and decoded when it is parsed.
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&#39;", "'")
        text = text.replace("&#x27;", "'").replace("&amp;", "&")
    return text


def _text_of(markup: str) -> str:
    if "/>" in markup:
        markup = _EMPTY_HIDDEN.sub("", markup)
    pieces = _TAG.split(markup)
    pieces[1::2] = map(_FLAT.__getitem__, pieces[1::2])
    markup = "".join(pieces)
    if "<" not in markup:
        return html.unescape(markup) if "&" in markup else markup
    try:
        body = LexborHTMLParser(markup).body
    except UnicodeEncodeError:
        body = LexborHTMLParser(_UNPRINTABLE.sub(" ", markup)).body
    if body is None:
        return ""
    if _RAW_TAG.search(markup):
        body.strip_tags(list(_RAW))
    return body.text()


def _lines(text: str) -> list[str]:
    lines = []
    bullet = ""
    for part in text.split(_BREAK):
        if _BULLET in part:
            bullet = "- "
            part = part.replace(_BULLET, " ")
        # All space that is printable is the plain one: most lines are as they should be, or but for their ends.
        is_tidy = part.isprintable() and "  " not in part
        line = part.strip(" ") if is_tidy else _visible(part)
        if line:
            lines.append(bullet + line)
            bullet = ""
    return lines


def _visible(line: str) -> str:
    line = " ".join(line.split())
    return line if line.isprintable() else " ".join(_UNPRINTABLE.sub(" ", _IGNORABLE.sub("", line)).split())


def _decoded(entity: re.Match[str]) -> str:
    return html.unescape(entity.group())
