"""Every kind of list that comes with the program keeps the contract of `DirectorySource`."""

from __future__ import annotations

import csv
import hashlib
import html
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

from ats_adapters.directories.kinds import made_of
from ats_core.ports import DirectorySource
from ats_core.provider.messages import Reply, Request, Response
from ats_core.settings import DirectorySettings
from ats_core.testing.directories import DirectorySourceSuite
from ats_core.testing.vendor_http import FakeVendorHttp, recorded

Companies = Sequence[tuple[str, str]]
NO_HTTP = FakeVendorHttp(recorded())


def as_csv(companies: Companies) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([("name", "website"), *companies])
    return text.getvalue()


def as_json(companies: Companies) -> str:
    return json.dumps({"data": {"companies": [{"name": n, "links": {"website": w}} for n, w in companies]}})


def as_json_lines(companies: Companies) -> str:
    return "\n".join(json.dumps({"nombre": name, "web": website}) for name, website in companies) or "[]"


def as_table(companies: Companies) -> str:
    return "\n".join(
        ["# Companies", "", "| Name | Website |", "| --- | --- |", *(f"| {n} | {w} |" for n, w in companies)]
    )


class InAFile(DirectorySourceSuite):
    kind: ClassVar[str]
    written: ClassVar[Callable[[Companies], str]]

    def make_source(self, folder: Path, companies: Companies) -> DirectorySource:
        path = folder / "list"
        path.write_text(type(self).written(companies))
        return self.at(path)

    def at(self, path: Path) -> DirectorySource:
        return made_of(DirectorySettings(kind=self.kind, path=str(path), name="startups"), NO_HTTP, Path())

    def make_broken_source(self, folder: Path, companies: Companies) -> DirectorySource | None:
        return None

    def make_missing_source(self, folder: Path) -> DirectorySource | None:
        return self.at(folder / "none")


class TestJsonFile(InAFile):
    kind = "json"
    written = as_json


class TestJsonLinesFile(InAFile):
    kind = "json"
    written = as_json_lines


class TestMarkdownFile(InAFile):
    kind = "markdown"
    written = as_table


def with_etag(request: Request, body: bytes, content_type: str) -> Response:
    """*body*, or 304 where the request already has it."""
    etag = f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"'
    if request.validators.etag == etag:
        return Response(url=request.url, status=304, headers={"etag": etag})
    return Response(url=request.url, status=200, body=body, headers={"etag": etag, "content-type": content_type})


class AtAUrl(DirectorySourceSuite):
    kind: ClassVar[str]
    written: ClassVar[Callable[[Companies], str]]
    has_etag: ClassVar[bool] = True

    def make_source(self, folder: Path, companies: Companies) -> DirectorySource:
        return self.answering(type(self).written(companies))

    def answering(self, text: str, status: int = 200) -> DirectorySource:
        def serve(request: Request) -> Reply:
            if status != 200 or not self.has_etag:
                return Response(url=request.url, status=status, body=text.encode())
            return with_etag(request, text.encode(), "text/plain; charset=utf-8")

        settings = DirectorySettings(kind=self.kind, url="https://list.example/companies", name="startups")
        return made_of(settings, FakeVendorHttp(serve), Path())

    def make_broken_source(self, folder: Path, companies: Companies) -> DirectorySource | None:
        return self.answering(as_csv(companies) + '"Half a comp') if self.kind == "csv" else None

    def make_missing_source(self, folder: Path) -> DirectorySource | None:
        return self.answering("not found", 404)


class TestCsvUrl(AtAUrl):
    kind = "csv"
    written = as_csv


class TestCsvUrlWithoutValidators(AtAUrl):
    kind = "csv"
    written = as_csv
    has_etag = False


class TestJsonUrl(AtAUrl):
    kind = "json"
    written = as_json


class TestMarkdownUrl(AtAUrl):
    kind = "markdown"
    written = as_table


SITE = "https://hub.example"


class OnWebPages(DirectorySourceSuite):
    """A listing: *page_size* companies a page, and the website on a page of its own where *has_details*."""

    can_be_empty = False
    can_tell_changes = False
    kind: ClassVar[str] = "html"
    options: ClassVar[dict[str, Any]] = {}
    page_size: ClassVar[int] = 2000
    has_details: ClassVar[bool] = False

    def make_source(self, folder: Path, companies: Companies) -> DirectorySource:
        return self.serving(companies)

    def serving(self, companies: Companies, missing_page: int = 0) -> DirectorySource:
        pages = [companies[at : at + self.page_size] for at in range(0, max(len(companies), 1), self.page_size)]

        def serve(request: Request) -> Reply:
            path = request.url.removeprefix(SITE)
            number = int(path.rpartition("/")[2] or 1) if path.startswith("/list") else 0
            if path.startswith("/startup/"):
                body = self.detail(*companies[int(path.rpartition("/")[2])])
            elif number == missing_page or not 1 <= number <= len(pages):
                return Response(url=request.url, status=404)
            else:
                first = (number - 1) * self.page_size
                items = [self.item(first + n, *company) for n, company in enumerate(pages[number - 1])]
                following = f"/list/{number + 1}" if number < len(pages) or missing_page > number else None
                body = self.listing(items, following)
            return with_etag(request, body.encode(), "text/html; charset=utf-8")

        settings = DirectorySettings(kind=self.kind, url=f"{SITE}/list/1", name="startups", options=self.options)
        return made_of(settings, FakeVendorHttp(serve), Path())

    def make_broken_source(self, folder: Path, companies: Companies) -> DirectorySource | None:
        # The pages before the one that is not there are full.
        return self.serving(companies, missing_page=-(-len(companies) // self.page_size) + 1)

    def make_missing_source(self, folder: Path) -> DirectorySource | None:
        return self.serving([], missing_page=1)

    def item(self, number: int, name: str, website: str) -> str:
        link = (
            f'<a href="/startup/{number}">More</a>' if self.has_details else f'<a href="{html.escape(website)}">Web</a>'
        )
        return f'<li class="company"><h3>{html.escape(name)}</h3>{link}</li>'

    def detail(self, name: str, website: str) -> str:
        return f'<h1>{html.escape(name)}</h1><a href="{html.escape(website)}">Website</a>'

    def listing(self, items: Sequence[str], following: str | None) -> str:
        link = f'<a class="next" href="{following}">Next</a>' if following else ""
        return f"<!doctype html><title>Hub</title><ul>{''.join(items)}</ul>{link}"


class TestOneListingPage(OnWebPages):
    can_tell_changes = True
    options: ClassVar[dict[str, Any]] = {
        "item": "li.company", "on_item": {"name": "h3", "website": "a"}, "next": "a.next",
    }  # fmt: skip


class TestListingPagesLinked(OnWebPages):
    page_size = 150
    can_tell_changes = True
    options: ClassVar[dict[str, Any]] = {
        "item": "li.company", "on_item": {"name": "h3", "website": "a@href"}, "next": "a.next", "max_pages": 20,
    }  # fmt: skip


class TestListingWithDetails(OnWebPages):
    page_size = 300
    options: ClassVar[dict[str, Any]] = {
        "item": "li.company", "on_item": {"name": "h3", "detail": "a"}, "next": "a.next",
    }  # fmt: skip

    has_details = True
    can_tell_changes = True


class TestCatalonia(TestListingWithDetails):
    kind = "catalonia"
    options: ClassVar[dict[str, Any]] = {"next": "a.next"}

    def item(self, number: int, name: str, website: str) -> str:
        return (
            f'<li class="item col-12"><div class="bloque"><h3 class="small_title">{html.escape(name)}</h3></div>'
            f'<a class="link_all" href="/startup/{number}"><span class="sr-only">{html.escape(name)}</span></a></li>'
        )


class TestLanzadera(TestListingWithDetails):
    kind = "lanzadera"
    options: ClassVar[dict[str, Any]] = {"next": "a.next"}

    def item(self, number: int, name: str, website: str) -> str:
        return (
            '<article class="startup-slide"><div class="startup-slide__topics">Energía</div><img alt="" src="x.png">'
            f'<a href="{SITE}/startup/{number}" class="startup-slide__link">ver perfil startup</a></article>'
        )


class TestMadrimasd(TestListingWithDetails):
    kind = "madrimasd"
    options: ClassVar[dict[str, Any]] = {"next": "a.next"}

    def item(self, number: int, name: str, website: str) -> str:
        return f'<li class="element-list"><h3>{html.escape(name)}</h3><a href="/startup/{number}">Ver ficha</a></li>'
