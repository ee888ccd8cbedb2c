"""Websites that are made to harm whoever reads them, each behind a host of its own.

`Hostile` serves them all; a host that is none of them answers as a *world* does, so that good companies stand beside.
"""

from __future__ import annotations

import asyncio
import gzip
import time
import zlib
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from functools import cache
from itertools import repeat
from types import MappingProxyType

from tests.servers.loopback import LoopbackServer, Received, answer, redirect

from ats_adapters.sandbox import World

__all__ = ["ATTACKS", "Attack", "Hostile"]

MEGABYTE = 1_000_000
#: Plays one request of a host; the body may be endless. None: hang up.
Attack = Callable[[Received, asyncio.StreamWriter], Awaitable[bytes | None]]

#: What an attack on pages has not, so that each is made once.
ABSENT = frozenset("/robots.txt /sitemap.xml /careers /jobs /empleo /trabaja-con-nosotros".split())
#: So long is markup that costs more than its length: just what is still read.
_LENGTH = 2_900_000
_HTML = b"Content-Type: text/html; charset=utf-8\r\n"
_CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"


def html(body: bytes | str, **headers: str) -> bytes:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return answer(body, content_type="text/html; charset=utf-8", headers=named)


async def _pour(writer: asyncio.StreamWriter, head: bytes, pieces: Iterable[bytes], *, pause: float = 0.0) -> None:
    """Send pieces as chunks until they end or the reader has had enough."""
    writer.write(head + b"\r\n")
    for piece in pieces:
        writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        await writer.drain()
        await asyncio.sleep(pause)
    writer.write(b"0\r\n\r\n")


def _site(page: Attack) -> Attack:
    """A site whose robots.txt is absent and whose front page, with all that it redirects to, is *page*."""

    async def play(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        if request.target in ABSENT:
            return answer(status=404)
        return await page(request, writer)

    return play


def _says(made: Callable[[], bytes]) -> Attack:
    """A site whose front page is these bytes, made when first asked for."""
    kept = cache(made)

    async def page(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        return kept() if request.target == "/" else answer(status=404)

    return _site(page)


def _pours(head: bytes, pieces: Callable[[], Iterable[bytes]], *, pause: float = 0.0) -> Attack:
    async def page(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        await _pour(writer, head, pieces(), pause=pause)
        return b""

    return _site(page)


def _has_robots(robots: Attack) -> Attack:
    """A site with a robots.txt to be afraid of, and a harmless page."""

    async def play(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        if request.target == "/robots.txt":
            return await robots(request, writer)
        return html("<p>hello")

    return play


def _plain_robots(text: str) -> Attack:
    async def robots(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        return answer(text, content_type="text/plain")

    return _has_robots(robots)


def _has_sitemap(sitemap: Callable[[Received], bytes]) -> Attack:
    """A site without any link, so that its sitemap is looked at."""

    async def play(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        if request.target == "/robots.txt":
            return answer("User-agent: *\nAllow: /\n", content_type="text/plain")
        if "sitemap" in request.target:
            return sitemap(request)
        return html("<p>hello") if request.target == "/" else answer(status=404)

    return play


# --- bodies


def _zeros(megabytes: int) -> Iterator[bytes]:
    return repeat(b" " * MEGABYTE, megabytes)


@cache
def _bomb(megabytes: int) -> bytes:
    """Some kilobytes of gzip that become so many megabytes: members of one, each compressed a thousandfold."""
    return gzip.compress(b" " * MEGABYTE, 9) * megabytes


def _members() -> Iterator[bytes]:
    """Gzip members without content, for ever."""
    return repeat(gzip.compress(b"") * 2000)


async def _slow_head(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
    for byte in b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Padding: " + b"x" * 10_000:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.25)
    return None


async def _endless_head(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(100_000):
        writer.write(b"X-%d: %s\r\n" % (number, b"x" * 1000))
        await writer.drain()
    return None


async def _silence(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
    await asyncio.sleep(600)
    return None


async def _garbage(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
    writer.write(bytes(range(256)) * 100)
    return None


async def _longer(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
    return redirect(f"https://{request.host}{request.target}x")


async def _circle(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
    return redirect("/b" if request.target == "/a" else "/a")


async def _itself(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
    return redirect(request.target)


async def _robots_in_circles(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
    return redirect("/robots.txt", 301)


# --- markup


def _deep() -> bytes:
    return html("<div>" * 100_000 + "<a href='/careers'>Careers</a>" + "</div>" * 100_000)


def _repeated(piece: str, length: int = 1_000_000) -> Callable[[], bytes]:
    return lambda: html(piece * (length // len(piece.encode())))


def _numbered(piece: str) -> Callable[[], bytes]:
    return lambda: html("".join(piece.replace("#", str(n)) for n in range(_LENGTH // len(piece)))[:_LENGTH])


# --- sitemaps


def _huge_sitemap(request: Received) -> bytes:
    urls = "".join(f"<url><loc>https://{request.host}/careers/{n}</loc></url>" for n in range(40_000))
    return answer(f"<urlset>{urls}</urlset>", content_type="application/xml")


def _endless_sitemap(request: Received) -> bytes:
    parts = "".join(
        f"<sitemap><loc>https://{request.host}/sitemap-{request.target[1:]}{n}.xml</loc></sitemap>" for n in range(9)
    )
    return answer(f"<sitemapindex>{parts}</sitemapindex>", content_type="application/xml")


def _laughing_sitemap(request: Received) -> bytes:
    lines = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(12))
    return answer(
        f'<?xml version="1.0"?><!DOCTYPE u [<!ENTITY a0 "ha">{lines}]><urlset><url><loc>&a12;</loc></url></urlset>',
        content_type="application/xml",
    )


_PACKED = _CHUNKED + _HTML + b"Content-Encoding: "

#: Each attack by the name of its host (without `.example`).
ATTACKS: Mapping[str, Attack] = MappingProxyType(
    {
        # Bodies that are too much.
        "body-of-300-mb": _pours(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" + _HTML, lambda: _zeros(300)),
        "html-of-50-mb": _pours(_CHUNKED + _HTML, lambda: repeat(b"<p><a href=/x>Jobs</a>" * 50_000, 46)),
        "gzip-bomb": _pours(_PACKED + b"gzip\r\n", lambda: [_bomb(1000)]),
        "deflate-bomb": _pours(_PACKED + b"deflate\r\n", lambda: [zlib.compress(b" " * 20 * MEGABYTE, 9)]),
        "bomb-in-a-bomb": _pours(_PACKED + b"gzip\r\n", lambda: [gzip.compress(_bomb(1000), 9)] * 100),
        "gzip-twice": _pours(_PACKED + b"gzip, gzip\r\n", lambda: [gzip.compress(_bomb(1000), 9)]),
        "brotli": _pours(_PACKED + b"br\r\n", lambda: _zeros(300)),
        "zstd": _pours(_PACKED + b"zstd\r\n", lambda: _zeros(300)),
        "gzip-of-nothing": _pours(_PACKED + b"gzip\r\n", _members),
        "gzip-cut-short": _says(lambda: html(gzip.compress(b"<p>hello" * 9999)[:-9], Content_Encoding="gzip")),
        # Answers that take for ever.
        "a-byte-a-second": _pours(_CHUNKED + _HTML, lambda: repeat(b"x"), pause=1.0),
        "slow-head": _site(_slow_head),
        "endless-head": _site(_endless_head),
        "silence": _site(_silence),
        # What is no page.
        "no-http": _site(_garbage),
        "binary": _says(lambda: html(bytes(range(256)) * 1000)),
        "pdf": _says(lambda: html(b"%PDF-1.7\n" + bytes(range(256)) * 1000)),
        "no-such-charset": _says(lambda: answer("<p>ñ", content_type="text/html; charset=klingon\x1b[31m")),
        "wrong-charset": _says(lambda: html("<p>año <a href='/x'>x</a>".encode("utf-16"))),
        "utf-7": _says(lambda: answer(b"+ADw-script+AD4-", content_type="text/html; charset=utf-7")),
        "idna-charset": _says(lambda: answer(b"xn--" * 500_000, content_type="text/html; charset=idna")),
        # Redirects that never arrive.
        "longer-and-longer": _site(_longer),
        "in-a-circle": _site(_circle),
        "to-itself": _site(_itself),
        # Markup that costs more than its length.
        "deep": _says(_deep),
        "tags": _says(_repeated("<a", _LENGTH)),
        "links": _says(_numbered("<a href=/careers/#>Careers #</a>")),
        "boards": _says(_numbered("<a href=https://jobs.lever.co/b#>Jobs</a>")),
        "frames": _says(_numbered("<iframe src=https://boards.greenhouse.io/embed/job_board?for=b#></iframe>")),
        "unclosed": _says(_repeated("<a><b><i><div></a></b></i>")),
        "attributes": _says(_repeated("<p title='")),
        "entities": _says(_repeated("&amp;#x2F;&lt")),
        "escapes": _says(_repeated("\\/\\u002f")),
        "scripts": _says(_repeated('<script type="application/ld+json">[[[{"@type":"JobPosting"}]]]</script>')),
        "nested-json": _says(lambda: html('<script type="application/ld+json">' + "[" * 900_000 + "</script>")),
        "data": _says(_repeated("<p data-x='")),
        "wide-characters": _says(_repeated("😀<a href='/empleo'>ñ", _LENGTH)),
        # robots.txt.
        "robots-of-agents": _plain_robots(
            "".join(f"User-agent: b{n}\n" for n in range(20_000)) + "".join(f"Disallow: /{n}\n" for n in range(20_000))
        ),
        "robots-of-rules": _plain_robots("User-agent: *\n" + "".join(f"Disallow: /{n}*a*b$\n" for n in range(90_000))),
        "robots-of-stars": _plain_robots("User-agent: *\nDisallow: /" + "a*" * 200_000 + "b$\n"),
        "robots-for-ever": _has_robots(_slow_head),
        "robots-in-circles": _has_robots(_robots_in_circles),
        # Sitemaps.
        "huge-sitemap": _has_sitemap(_huge_sitemap),
        "endless-sitemap": _has_sitemap(_endless_sitemap),
        "laughing-sitemap": _has_sitemap(_laughing_sitemap),
    }
)


class Hostile(LoopbackServer):
    """Serves *attacks* and, for every other host, *world*. *heard*: which host was asked when (monotonic seconds)."""

    def __init__(self, world: World, attacks: Mapping[str, Attack] = ATTACKS) -> None:
        super().__init__(self._answer)
        self._world = world
        self.heard: list[tuple[str, float]] = []
        self._attacks = {f"{name}.example": attack for name, attack in attacks.items()}

    async def _answer(self, request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        self.heard.append((request.host, time.monotonic()))
        attack = self._attacks.get(request.host.removeprefix("www."))
        if attack is not None:
            return await attack(request, writer)
        response = self._world.handle(request.host, request.method, request.target, dict(request.headers))
        lines = [f"HTTP/1.1 {response.status} Whatever", *(f"{name}: {value}" for name, value in response.headers)]
        return "\r\n".join([*lines, "", ""]).encode() + response.body
