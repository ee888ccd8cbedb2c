"""A vendor's HTML as plain text: what a reader would see, one line a block, list items with a dash.

Made for hostile input and for speed. Markup of nothing but plain tags, as nearly all of it is, needs no parser: its
tags are taken out. Else, before parsing, tags without attributes are taken out and all others but those of hidden text
are renamed to one void element. So the tree is flat whatever the nesting was: neither depth nor misnested formatting
costs more than length does. Both ways give the same text.
"""

from __future__ import annotations

import html
import re

from selectolax.lexbor import LexborHTMLParser

__all__ = ["MAX_MARKUP", "decoded_line", "escaped_text", "plain_text", "unescaped_markup"]

#: Markup longer than this, in characters and without tags of absurd length (inlined images), is cut there.
MAX_MARKUP = 400_000

_BREAK, _BULLET = "\x01", "\x02"
_PRINTABLE = bytes(code for code in range(256) if chr(code).isprintable() or chr(code) in _BREAK + _BULLET)
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
# A tag whose attributes, if any, are plain, and its name; as it is, and HTML-escaped.
_PLAIN_TAG = re.compile(r"""<(/?[a-zA-Z][^\s/<>]*+)(?:[ \n]++[a-zA-Z][\w-]*+(?:="[^"<>]*+")?+)*+[ \n]*+/?>""")
_ESCAPED_PLAIN_TAG = re.compile(
    r"&lt;(/?[a-zA-Z][^\s/<>&]*+)"
    r"(?:[ \n]++[a-zA-Z][\w-]*+(?:=&quot;(?:[^\"<>&]|&amp;)*+&quot;)?+)*+[ \n]*+/?&gt;"
)
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{2000,}>")
_RAW_TAG = re.compile(r"<(?:script|style|iframe)", re.I)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
# As HTML reads references to characters: with or without the semicolon.
_REFERENCE = re.compile(r"(&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?))")
_REAL_TAG = re.compile(r"<[a-zA-Z/!]")
_ESCAPED_TAG = re.compile(r"&(?:amp;){0,2}lt;[a-zA-Z/!]")
_IGNORABLE = re.compile(r"[\u00ad\u2060\ufeff]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
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


class _PlainTags(dict[str, str]):
    """What stands for a plain tag of this name (`p`, `/li`) in the text. Hidden text is left to the parser: `<`."""

    def __missing__(self, name: str) -> str:
        bare = name.lower().removeprefix("/")
        flat = "<" if bare in _RAW or bare in _HIDDEN else _FLAT[f"<{name}>"]
        if len(self) < 1000 and len(name) < 20:
            self[name] = flat
        return flat


class _Characters(dict[str, str]):
    """What a reference to a character stands for."""

    def __missing__(self, reference: str) -> str:
        decoded = html.unescape(reference)
        if len(self) < 3000 and len(reference) < 12:
            self[reference] = decoded
        return decoded


_FLAT = _FlatTags()
_PLAIN = _PlainTags()
_CHARACTERS = _Characters()


def plain_text(markup: str) -> str:
    """The text of *markup*, which may be plain text already: lines without blank ones between, spaces collapsed.

    Block elements and `<br>` begin a line, `<li>` a line with `- `; scripts, styles and frames are dropped; entities
    are decoded, those escaped twice as well. Never raises; the same input always gives the same text.
    """
    if len(markup) > MAX_MARKUP:
        markup = _LONG_TAG.sub(" ", markup)[:MAX_MARKUP]
    return _finished(_text_of(markup) if "<" in markup else markup.replace("\n", _BREAK))


def escaped_text(markup: str) -> str:
    """`plain_text(unescaped_markup(markup))`, for what is sent HTML-escaped: faster where its tags are plain."""
    if len(markup) <= MAX_MARKUP and "<" not in markup:
        pieces = _ESCAPED_PLAIN_TAG.split(markup)
        pieces[1::2] = map(_PLAIN.__getitem__, pieces[1::2])
        text = "".join(pieces)
        if len(pieces) > 1 and not ("<" in text or "&lt;" in text or "\0" in text):
            return _finished(_decoded_text(text.replace("&amp;", "&")))
    return plain_text(unescaped_markup(markup))


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
    pieces = _PLAIN_TAG.split(markup)
    pieces[1::2] = map(_PLAIN.__getitem__, pieces[1::2])
    text = "".join(pieces)
    return _parsed(markup) if "<" in text or "\0" in text else _decoded_text(text)


def _parsed(markup: str) -> str:
    pieces = _TAG.split(markup)
    pieces[1::2] = map(_FLAT.__getitem__, pieces[1::2])
    markup = "".join(pieces)
    if "<" not in markup:
        return _decoded_text(markup)
    try:
        body = LexborHTMLParser(markup).body
    except UnicodeEncodeError:
        body = LexborHTMLParser(_SURROGATE.sub(" ", markup)).body
    if body is None:
        return ""
    if _RAW_TAG.search(markup):
        body.strip_tags(list(_RAW))
    return body.text()


def _decoded_text(text: str) -> str:
    """*text* with its references to characters as HTML reads them (`html.unescape`, several times as fast)."""
    if "&" not in text:
        return text
    pieces = _REFERENCE.split(text)
    pieces[1::2] = map(_CHARACTERS.__getitem__, pieces[1::2])
    return "".join(pieces)


def _finished(text: str) -> str:
    for _ in range(2):
        if "&" in text:
            text = _ENTITY.sub(_decoded, text)
    # All space that is printable is the plain one, and nearly all other space is of these two kinds.
    text = text.replace("\n", " ").replace("\xa0", " ")
    return "\n".join(_lines(text, is_printable=_is_printable(text), is_spaced="  " in text))


def _is_printable(text: str) -> bool:
    """Whether all of *text* but its breaks and bullets is printable."""
    try:
        return not text.encode("latin-1").translate(None, _PRINTABLE)
    except UnicodeEncodeError:  # four times as slow
        return text.replace(_BREAK, "").replace(_BULLET, "").isprintable()


def _lines(text: str, *, is_printable: bool, is_spaced: bool) -> list[str]:
    lines = []
    bullet = ""
    for part in text.split(_BREAK):
        if _BULLET in part:
            bullet = "- "
            part = part.replace(_BULLET, " ")
        if is_printable:
            line = part.strip(" ")
            if (is_spaced or bullet) and "  " in line:
                line = " ".join(line.split())
        else:
            line = _visible(part)
        if line:
            lines.append(bullet + line)
            bullet = ""
    return lines


def _visible(line: str) -> str:
    line = " ".join(line.split())
    return line if line.isprintable() else " ".join(_UNPRINTABLE.sub(" ", _IGNORABLE.sub("", line)).split())


def _decoded(entity: re.Match[str]) -> str:
    return html.unescape(entity.group())
