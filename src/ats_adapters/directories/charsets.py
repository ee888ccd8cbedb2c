"""The bytes of a list as text: by their byte order mark, by what the server says, else UTF-8, else Windows-1252."""

from __future__ import annotations

import io
from typing import BinaryIO

from ats_adapters.directories.delimited import encoding_of
from ats_adapters.http.texts import charset_of, decoded, is_known_file

__all__ = ["looks_like_html", "opened_text", "whole_text", "why_no_text"]


def opened_text(content: BinaryIO, content_type: str = "") -> io.TextIOWrapper:
    """*content* as text to be read line by line, its bytes that are no UTF-8 kept as surrogates (see `Lines`).

    Closing it closes *content*.
    """
    beginning = content.read(4)
    content.seek(0)
    encoding = encoding_of(beginning)
    said = charset_of(content_type)
    if said is not None and encoding == "utf-8-sig" and said != "utf-8":
        encoding = said
    errors = "surrogateescape" if encoding == "utf-8-sig" else "replace"
    return io.TextIOWrapper(content, encoding=encoding, errors=errors, newline="")


def whole_text(body: bytes, content_type: str = "") -> str:
    """*body* as text. What is neither marked nor said to be anything and is no UTF-8 is Windows-1252."""
    if charset_of(content_type) is None and not body.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return body.decode("utf-8-sig")
        except UnicodeDecodeError:
            return body.decode("cp1252", "replace")
    return decoded(body, content_type)


def why_no_text(beginning: bytes) -> str:
    """What *beginning*, the first bytes of a list, shows it to be instead of text; empty where it may be text."""
    if beginning.startswith(b"PK\x03\x04"):
        return "a spreadsheet or an archive"
    return "binary data" if is_known_file(beginning) else ""


def looks_like_html(beginning: bytes) -> bool:
    """Whether a document that should be data begins as a web page does."""
    head = beginning[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<!doctype html", b"<html", b"<head", b"<body"))
