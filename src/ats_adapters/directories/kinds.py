"""The kinds of lists that come with the program, and how each is made of its `[[directories]]` entry."""

from __future__ import annotations

from pathlib import Path

from ats_adapters.directories.csv_list import CsvFormat
from ats_adapters.directories.files import FileDirectory
from ats_adapters.directories.format import ListFormat
from ats_adapters.directories.html_listing import HtmlDirectory, Paging
from ats_adapters.directories.html_page import ListingSelectors
from ats_adapters.directories.json_list import JsonFormat
from ats_adapters.directories.markdown_list import OTHER_SECTIONS, MarkdownFormat
from ats_adapters.directories.options import Options
from ats_adapters.directories.spain import PRESETS
from ats_adapters.directories.web import UrlDirectory
from ats_adapters.directories.words import key_of
from ats_adapters.http.urls import InvalidTarget, parsed
from ats_core import hookimpl
from ats_core.ports import DirectorySource, VendorHttp
from ats_core.settings import DirectorySettings

__all__ = ["KINDS", "ats_directory", "made_of"]

_FORMATS = ("csv", "json", "markdown")
#: Every kind that comes with the program.
KINDS = (*_FORMATS, "html", *PRESETS)


@hookimpl
def ats_directory(settings: DirectorySettings, http: VendorHttp) -> DirectorySource | None:
    """A list of any of `KINDS`; a relative path is relative to the working directory."""
    return made_of(settings, http, Path()) if settings.kind in KINDS else None


def made_of(settings: DirectorySettings, http: VendorHttp, base: Path) -> DirectorySource:
    """The list that an entry of one of `KINDS` describes; a relative path is relative to *base*.

    Raises `ConfigurationError`. Whether the file or the page is there is found out when it is read.
    """
    options = Options(settings, defaults=PRESETS.get(settings.kind))
    if settings.kind not in _FORMATS:
        return _listing(settings, options, http)
    written = _format(options)
    options.refuse_others()
    if settings.url is not None:
        return UrlDirectory(settings.label, _checked_url(settings.url, options), written, http, settings.lane)
    if not settings.path or not settings.path.strip():
        example = {"csv": "companies.csv", "json": "companies.json", "markdown": "README.md"}[settings.kind]
        raise options.error("path is missing, and so is url", f'name the file: path = "{example}"')
    return FileDirectory(settings.label, base / Path(settings.path).expanduser(), written, shown_as=settings.path)


def _format(options: Options) -> ListFormat:
    if options.kind == "csv":
        return CsvFormat(names=options.column_names("columns"))
    if options.kind == "json":
        return JsonFormat(names=options.column_names("fields"), items=options.text("items"))
    skipped = frozenset(key_of(heading) for heading in options.texts("skip_sections", OTHER_SECTIONS))
    return MarkdownFormat(names=options.column_names("columns"), skipped_sections=skipped)


def _listing(settings: DirectorySettings, options: Options, http: VendorHttp) -> DirectorySource:
    if settings.path is not None:
        raise options.error("path is given, but a listing is read from the web", "write url in its place")
    usual = options.preset("url")
    url = settings.url or usual
    if not url:
        raise options.error("url is missing", 'name the first page of the listing: url = "https://…"')
    item = options.selector("item")
    if item is None:
        raise options.error("item is missing", 'say what one company is on the page: item = "li.company"')
    on_item = options.selectors("on_item", ("name", "website", "careers", "detail"))
    if not on_item.keys() & {"name", "website", "detail"}:
        raise options.error(
            "on_item gives neither name, website nor detail", 'say where it stands: on_item = { name = "h3" }'
        )
    wanted = ListingSelectors(
        item=item,
        on_item=on_item,
        on_detail=options.selectors("on_detail", ("name", "website", "careers")),
        next_page=options.selector("next"),
    )
    pattern = options.text("page_url")
    if pattern and "{page}" not in pattern:
        raise options.error(f"page_url = {pattern!r} has no {{page}} in it", 'write page_url = "https://…?page={page}"')
    if pattern:
        _checked_url(pattern.replace("{page}", "2"), options)
    paging = Paging(
        url=pattern or None,
        first=options.number("first_page", 1, least=0),
        most=options.number("max_pages", Paging().most, least=1),
    )
    options.refuse_others()
    return HtmlDirectory(
        name=settings.label,
        url=_checked_url(url, options),
        wanted=wanted,
        http=http,
        lane=settings.lane,
        paging=paging,
    )


def _checked_url(url: str, options: Options) -> str:
    try:
        parsed(url)
    except InvalidTarget as error:
        raise options.error(f"url = {url!r} cannot be asked for: {error}", 'write url = "https://…"') from None
    return url
