"""Leaves postings out of a list in XML: whole elements are cut out of the text, and the rest of it stays as it was."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from xml.parsers import expat

from attrs import Factory, define

__all__ = ["without_postings"]


@define
class _Element:
    """An element: where it begins and ends in the document's bytes, its own text and attributes, what is in it."""

    start: int
    end: int = 0
    said: list[str] = Factory(list)
    text: str = ""
    inner: list[_Element] = Factory(list)

    def texts(self) -> Iterator[str]:
        """All that is said in it, text by text."""
        yield self.text.strip()
        yield from self.said
        for element in self.inner:
            yield from element.texts()


def without_postings(text: str, left_out: Collection[str], ids: Collection[str]) -> str:
    """*text* without the elements of the postings *left_out*; as it is where it is no XML.

    *ids* are those of all postings: the elements of a list are those that each say one of them.
    """
    document = text.encode()
    if b"<!DOCTYPE" in document or b"<!ENTITY" in document or not document.lstrip().startswith(b"<"):
        return text  # what a document defines by itself is not read here, as it is not by adapters
    root = _parsed(document)
    cut = sorted(_cut(root, frozenset(left_out), frozenset(ids)), reverse=True) if root is not None else []
    for start, end in cut:
        document = document[:start] + document[end:]
    return document.decode()


def _cut(element: _Element, left_out: frozenset[str], ids: frozenset[str]) -> Iterator[tuple[int, int]]:
    for inner in element.inner:
        said = ids.intersection(inner.texts())
        if len(said) > 1:
            yield from _cut(inner, left_out, ids)
        elif said <= left_out and said:
            yield inner.start, inner.end


def _parsed(document: bytes) -> _Element | None:
    root = _Element(0)
    standing = [root]
    parser = expat.ParserCreate("utf-8")

    def start(_: str, attributes: dict[str, str]) -> None:
        element = _Element(parser.CurrentByteIndex, said=list(attributes.values()))
        standing[-1].inner.append(element)
        standing.append(element)

    def data(text: str) -> None:
        standing[-1].text += text

    def end(_: str) -> None:
        standing.pop().end = document.index(b">", parser.CurrentByteIndex) + 1

    parser.StartElementHandler, parser.CharacterDataHandler, parser.EndElementHandler = start, data, end
    parser.buffer_text = True
    try:
        parser.Parse(document, True)
    except (expat.ExpatError, ValueError):
        return None
    return root
