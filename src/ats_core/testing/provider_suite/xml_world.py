"""The server of a declared vendor that writes XML: see `ats_core.provider.xml_answer`."""

from __future__ import annotations

from typing import ClassVar
from xml.sax.saxutils import escape

from ats_core.testing.provider_suite.json_world import JsonBoardWorld
from ats_core.testing.provider_suite.world import VendorRecord

__all__ = ["XmlBoardWorld"]


class XmlBoardWorld(JsonBoardWorld):
    """A declared vendor's server that writes plain values as XML: an object as its elements, a list as several of one
    name. Fields that are None are left out.
    """

    #: Attributes of the root, such as `xmlns:acme="https://acme.example/feed"`.
    root_attributes: ClassVar[str] = ""

    def encoded(self, value: object) -> bytes:
        """*value* as XML; its one field is the root."""
        return ('<?xml version="1.0" encoding="UTF-8"?>' + _elements(value, self.root_attributes)).encode()

    def broken(self, record: VendorRecord) -> tuple[VendorRecord, str]:
        """No title: in XML it is of no wrong type, but it can be empty."""
        return self.with_title(record, ""), self.provider.fields.title

    def misspelt(self, record: VendorRecord) -> tuple[VendorRecord, str]:
        """Elements where a text is expected."""
        return {**record, self.optional: {"unexpected": "?"}}, self.optional


def _elements(value: object, attributes: str = "") -> str:
    """What stands between an element's tags; *attributes* are those of the elements in *value*."""
    if not isinstance(value, dict):
        return "" if value is None or isinstance(value, list) else escape(str(value))
    parts = []
    for name, inner in value.items():
        several = inner if isinstance(inner, list) else [] if inner is None else [inner]
        parts += [f"<{name} {attributes}>{_elements(one)}</{name}>" for one in several]
    return "".join(parts)
