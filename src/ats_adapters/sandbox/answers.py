"""What a host of the world answers: a status, headers and a body, and how HTTP's conditions change it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from http import HTTPStatus

import orjson
from attrs import evolve, frozen

__all__ = [
    "SandboxResponse",
    "etagged",
    "found_at",
    "html_page",
    "json_document",
    "not_here",
    "text_file",
    "under_conditions",
]


@frozen
class SandboxResponse:
    """An answer. *delay* is how many seconds the host thinks first; a *dropped* one is a closed connection instead."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    delay: float = 0.0
    dropped: bool = False

    def header(self, name: str) -> str | None:
        """The first header of that lower-case name."""
        return next((value for key, value in self.headers if key == name), None)


def _answer(status: int, kind: str, body: bytes) -> SandboxResponse:
    return SandboxResponse(status, (("content-type", kind), ("content-length", str(len(body)))), body)


def html_page(text: str, status: int = 200) -> SandboxResponse:
    """A page in UTF-8."""
    return _answer(status, "text/html; charset=utf-8", text.encode())


def text_file(text: str, kind: str = "text/plain; charset=utf-8") -> SandboxResponse:
    """A plain file: robots.txt, a script."""
    return _answer(200, kind, text.encode())


def json_document(value: object, status: int = 200) -> SandboxResponse:
    """A JSON answer, compact as the vendors write it."""
    return _answer(status, "application/json; charset=utf-8", orjson.dumps(value))


def found_at(url: str, status: int = 301) -> SandboxResponse:
    """A redirect."""
    return SandboxResponse(status, (("location", url), ("content-length", "0")))


def not_here(host: str) -> SandboxResponse:
    """The plain page of a path that a host does not have."""
    return html_page(f"<!doctype html><title>404</title><h1>Not found</h1><p>{host} has no such page.</p>", 404)


def etagged(response: SandboxResponse) -> SandboxResponse:
    """The answer with a weak ETag of its body and the cache policy that the vendors send."""
    tag = 'W/"' + hashlib.blake2b(response.body, digest_size=16).hexdigest() + '"'
    policy = "max-age=0, private, must-revalidate"
    return evolve(response, headers=(*response.headers, ("etag", tag), ("cache-control", policy)))


def _opaque(tag: str) -> str:
    return tag.strip().removeprefix("W/")


def under_conditions(response: SandboxResponse, method: str, headers: Mapping[str, str]) -> SandboxResponse:
    """The answer as *method* and If-None-Match (weakly compared, RFC 9110 13.1.2) make it: 304, or without its body."""
    tag, asked = response.header("etag"), headers.get("if-none-match", "")
    known = {_opaque(part) for part in asked.split(",") if part.strip()}
    if response.status == HTTPStatus.OK and tag is not None and ("*" in known or _opaque(tag) in known):
        kept = tuple((k, v) for k, v in response.headers if k in ("etag", "cache-control"))
        return evolve(response, status=304, headers=kept, body=b"")
    return evolve(response, body=b"") if method == "HEAD" else response
