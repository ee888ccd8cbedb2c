"""Which answers are text that a page reader can use, and what they say: content types and charsets, never an error."""

from __future__ import annotations

import codecs
import re

__all__ = ["charset_of", "decoded", "is_known_file", "looks_binary", "media_type", "readable"]

_READABLE = frozenset(
    "text/html application/xhtml+xml text/xml application/xml text/plain application/json text/json".split()
)
_CHARSET_PARAMETER = re.compile(r"""charset\s*=\s*["']?([^\s"';,]+)""", re.IGNORECASE)
_XML_DECLARATION = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]+)""")
_META_CHARSET = re.compile(rb"""<meta[^>]{0,500}?charset\s*=\s*["']?\s*([A-Za-z0-9._:-]+)""", re.IGNORECASE)
# Browsers look no further for a <meta charset> either (WHATWG HTML, 13.2.3.2).
_PRESCAN = 1024

# The encodings of the web (WHATWG Encoding) by Python's names. Nothing else is tried: some of Python's codecs are
# no charsets, and some take for ever on hostile input.
_KNOWN = frozenset(
    """
    utf-8 utf-16 utf-16-le utf-16-be cp866 koi8-r koi8-u mac-roman mac-cyrillic gbk gb18030 gb2312 big5 big5hkscs
    euc_jp iso2022_jp shift_jis cp932 euc_kr cp949 cp874
    cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258
    iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-10 iso8859-13 iso8859-14
    iso8859-15 iso8859-16
    """.split()
)
# As browsers read them: pages that say Latin-1 or ASCII are Windows' Western encoding.
_AS_READ = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gbk"}

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

# A text that is shorter takes little room however it is kept.
_LONG = 100_000
_BEYOND = re.compile("[\U00010000-\U0010ffff]+")

# Beginnings of files that are often served without a type, or with a wrong one: PDF, ZIP (and office files), PNG,
# JPEG, GIF, gzip, RIFF (WebP).
_MAGIC = (b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"RIFF")


def media_type(content_type: str) -> str:
    """`text/html` of `Text/HTML; charset=utf-8`; empty where there is none."""
    return content_type.split(";")[0].split(",")[0].strip().lower()


def readable(content_type: str) -> bool:
    """Whether a body of this type is worth reading: HTML, XML, plain text, JSON, or no type at all."""
    kind = media_type(content_type)
    structured = kind.endswith(("+xml", "+json")) and not kind.startswith("image/")
    return not kind or kind in _READABLE or structured


def is_known_file(body: bytes) -> bool:
    """Whether *body* begins as a file of a well-known binary format does."""
    return body.startswith(_MAGIC)


def looks_binary(body: bytes, content_type: str) -> bool:
    """Whether *body* is no text, whatever its type says: a known file's beginning, or zero bytes outside UTF-16."""
    if is_known_file(body):
        return True
    utf16 = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or "utf-16" in content_type.lower()
    return b"\0" in body[:_PRESCAN] and not utf16


def decoded(body: bytes, content_type: str) -> str:
    """*body* as text: by its byte order mark, else the charset of the header, the document's own, else UTF-8.

    What cannot be decoded becomes U+FFFD. An unknown charset counts as none.
    """
    for mark, marked in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(marked, "replace")
    head = body[:_PRESCAN]
    encoding = charset_of(content_type)
    if encoding is None:
        declared = _XML_DECLARATION.search(head) or _META_CHARSET.search(head)
        encoding = _known(declared.group(1).decode("ascii")) if declared else None
        if encoding is not None and encoding.startswith("utf-16"):
            encoding = "utf-8"  # it could not have been read as far as there, were it true
    return body.decode(encoding or "utf-8", "replace")


def charset_of(content_type: str) -> str | None:
    """The charset that a content type names, by Python's name for it; None where it names none that is known."""
    named = _CHARSET_PARAMETER.search(content_type)
    return _known(named.group(1)) if named else None


def narrow(text: str) -> str:
    """A long text without the characters beyond the basic plane (emoji), each of which becomes U+FFFD.

    A single one makes all characters of a text take four bytes; what a page refers to is never written in them.
    """
    return _BEYOND.sub("\ufffd", text) if len(text) > _LONG else text


def _known(label: str) -> str | None:
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    name = _AS_READ.get(name, name)
    return name if name in _KNOWN else None
