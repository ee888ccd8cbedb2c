"""A vendor's answer, read as XML: the same plain values as JSON gives, so that a `JsonBoard` can be declared on it.

Made for hostile input: a document type declaration is refused before anything of it is read, and with it every entity
that a document could define; no other document is ever read. What remains costs no more than its length. One bad
character or unknown entity in one text does not lose the rest.
"""

from __future__ import annotations

import html
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from typing import Any
from xml.parsers import expat

from ats_core.errors import FailureKind, ProviderError
from ats_core.provider.json_board.details import ReadAnswer
from ats_core.provider.messages import Response
from ats_core.provider.payload import json_read, wrong_shape

__all__ = ["xml_answer"]

_HINT = "the board is tried again by later runs; if it stays so, the vendor has changed its feed"
# Deeper than any feed, and shallow enough for what is made of it to be written as JSON.
_MAX_DEPTH = 60
_BOMS = ((BOM_UTF8, "utf-8"), (BOM_UTF16_LE, "utf-16-le"), (BOM_UTF16_BE, "utf-16-be"))
# Feeds have one of these; others are costly to decode, or do more than that.
_ENCODING = re.compile(
    rb"""\A\s*<\?xml[^<>]{0,200}?\sencoding\s*=\s*["'](us-ascii|iso-8859-[0-9]{1,2}|windows-125[0-9])["']""", re.I
)
# What XML forbids, as such and by its number.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]+")
_BY_NUMBER = re.compile("&#(?:([0-9]{1,9})|[xX]([0-9a-fA-F]{1,8}));")


class _Refused(Exception):
    """What stands in the document that is not read."""


class _Shape:
    """What is known of the elements of one place: which of those below may be several there, and their shapes."""

    __slots__ = ("below", "is_list")

    def __init__(self) -> None:
        self.below: dict[str, _Shape] = {}
        self.is_list = False


class _Element:
    """An element while it is read: its text so far, its children by name."""

    __slots__ = ("children", "shape", "text")

    def __init__(self, shape: _Shape | None) -> None:
        self.shape = shape
        self.text: list[str] = []
        self.children: dict[str, Any] = {}
        if shape is not None:
            self.children = {name: [] for name, below in shape.below.items() if below.is_list}


def xml_answer(*lists: str) -> ReadAnswer:
    """Reads XML into plain values: an element without others in it is its text, one with others an object of them.

    *lists* are the paths, from the root's name on, of elements that may stand several times in one place: they are a
    list, however many there are. Of other elements that are repeated, the first counts. Names are as the document
    writes them, with prefix (`tt:department`); attributes, comments and text beside elements are left out.

    What it returns raises `ProviderError`: `not_json` for what is no XML, `wrong_shape` for JSON, for XML with a
    document type declaration, and for XML that is nested absurdly deep.
    """
    root = _Shape()
    for path in lists:
        shape = root
        for name in path.split("."):
            shape = shape.below.setdefault(name, _Shape())
        shape.is_list = True

    def read(response: Response, *, where: str) -> object:
        text = _BY_NUMBER.sub(_allowed, _FORBIDDEN.sub("", _decoded(response.body))).lstrip()
        if not text.startswith("<"):
            raise _no_xml(response, text, where)
        try:
            return _parsed(text, root)
        except (_Refused, expat.ExpatError) as error:
            if "<html" in text[:2000].lower():
                raise _not_readable("answered HTML, not XML", where) from None
            if isinstance(error, _Refused):
                raise wrong_shape(f"answered XML {error}", where=where) from None
            raise _not_readable(f"answered broken XML ({error})", where) from None

    return read


def _parsed(text: str, root: _Shape) -> object:
    open_ = [_Element(root)]

    def start(name: str, _: dict[str, str]) -> None:
        if len(open_) > _MAX_DEPTH:
            raise _Refused(f"that is nested more than {_MAX_DEPTH} deep")
        shape = open_[-1].shape
        open_.append(_Element(shape.below.get(name) if shape else None))

    def end(name: str) -> None:
        element = open_.pop()
        value = element.children or "".join(element.text)
        siblings = open_[-1].children
        if element.shape is not None and element.shape.is_list:
            siblings[name].append(value)
        else:
            siblings.setdefault(name, value)

    def characters(data: str) -> None:
        open_[-1].text.append(data)

    def other(data: str) -> None:
        if data.startswith("&"):  # an entity that is not defined, such as HTML has
            characters(html.unescape(data))

    def refuse(*_: object) -> None:
        raise _Refused("with a document type declaration, which is not read")

    parser = expat.ParserCreate("utf-8")  # whatever the document declares: the text is decoded
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.UseForeignDTD(
        True
    )  # as if there were definitions elsewhere, which are not read: unknown entities are no error
    parser.DefaultHandlerExpand = other
    parser.Parse(text.encode(), True)
    return open_[0].children


def _decoded(body: bytes) -> str:
    """The text, in the encoding of its byte order mark or its declaration, else UTF-8; what is no text, as U+FFFD."""
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    declared = _ENCODING.match(body)
    try:
        return body.decode(declared.group(1).decode() if declared else "utf-8", "replace")
    except LookupError:
        return body.decode("utf-8", "replace")


def _allowed(reference: re.Match[str]) -> str:
    decimal, hexadecimal = reference.groups()
    code = int(decimal) if decimal else int(hexadecimal, 16)
    is_character = code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0xFFFF < code < 0x110000
    return reference.group() if is_character else ""


def _no_xml(response: Response, text: str, where: str) -> ProviderError:
    try:
        json_read(response.body, where=where)
    except ProviderError:
        return _not_readable(f"answered {'plain text' if text else 'nothing'}, not XML", where)
    return wrong_shape("answered JSON where XML was expected", where=where)


def _not_readable(what: str, where: str) -> ProviderError:
    return ProviderError(FailureKind.NOT_JSON, what, where=where, hint=_HINT)
