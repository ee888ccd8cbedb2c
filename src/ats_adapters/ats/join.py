"""JOIN, read from the pages of its career sites (`join.com/companies/{slug}`), where the data stands as JSON.

Nothing of it is documented, and no page was recorded here: that there is a script `__NEXT_DATA__`, where the postings
stand in it, and what little of a posting is read, is known from several open clients that agree. Of what they disagree
on (pay, the text's format) nothing, or either, is taken for granted, and a page of another shape is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ats_core import hookimpl
from ats_core.domain.board import LinkKind
from ats_core.errors import FailureKind, ProviderError
from ats_core.provider.json_board import Details, JsonBoard, Link, NumberedPages, PostingFields
from ats_core.provider.json_board.fields import first_of, link, places, texts
from ats_core.provider.json_board.paths import field_at, value_at
from ats_core.provider.markup import plain_text
from ats_core.provider.messages import RateLimit, Response
from ats_core.provider.payload import json_read, json_value, wrong_shape
from ats_core.provider.record import Record

__all__ = ["JOIN"]

_STATE = "props.pageProps.initialState"
_PAGES = f"{_STATE}.jobs.pagination.pageCount"
_SCRIPT = re.compile(rb"""<script\b[^<>]{0,500}\bid=["']?__NEXT_DATA__["']?[^<>]{0,500}>""")
# A posting's path begins with its number.
_POSTING = r"[0-9]+(?:-.*)?"
_TAG = re.compile(r"<[a-zA-Z/]")
# What Markdown puts before a heading, and round words.
_MARKDOWN = re.compile(r"^\s{0,3}#{1,6}\s+|\*\*|__|^\s{0,3}[*+](?=\s)", re.M)


def _page(response: Response, *, where: str) -> object:
    """The data in a page. Raises `ProviderError` of kind `not_json` where the page has none."""
    body = response.body
    if not body.lstrip().startswith(b"<"):
        return json_value(response, where=where)
    opening = _SCRIPT.search(body)
    closing = body.find(b"</script", opening.end()) if opening else -1
    if opening is None or closing < 0:
        raise ProviderError(
            FailureKind.NOT_JSON,
            "answered a page without the data that JOIN's pages have (`__NEXT_DATA__`)",
            where=where,
            hint="the board is tried again by later runs; if it stays so, JOIN has changed its pages",
        )
    return json_read(body[opening.end() : closing], where=where)


def _board_page(response: Response, *, where: str) -> object:
    """The data in a page of a board, which must say how many pages the board has: else it might be half of one."""
    answer = _page(response, where=where)
    pages = value_at(answer, _PAGES)
    if isinstance(value_at(answer, f"{_STATE}.jobs.items"), list) and (
        isinstance(pages, bool) or not isinstance(pages, int)
    ):
        raise wrong_shape(f"`{_PAGES}` does not say how many pages there are", where=where)
    return answer


def _details_url(names: Mapping[str, str], record: Record) -> str:
    path = record.text("idParam")
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z._~-]{0,300}", path):
        raise record.bad("idParam", "is no path")
    return f"https://join.com/companies/{names['slug']}/{path}"


def _description(record: Record) -> str:
    """The text, HTML or Markdown. Raises `BadField` where there is none: then it stands in a place not known here."""
    holder, name = field_at(record, "detail.description")
    said = holder.markup(name)
    if not said:
        raise holder.bad(name, "is missing")
    return plain_text(said if _TAG.search(said) else _MARKDOWN.sub("", said))


JOIN = JsonBoard(
    name="join",
    url="https://join.com/companies/{slug}",
    obeys_robots=True,
    # No limit is documented. These are pages made for people, and large.
    limit=RateLimit(requests_per_second=1.0, burst=2, concurrency=2),
    links=(
        Link("join.com/companies/{slug}/{posting}", LinkKind.POSTING, posting=_POSTING),
        Link("join.com/companies/{slug}"),
        Link("www.join.com/companies/{slug}/{posting}", LinkKind.POSTING, posting=_POSTING),
        Link("www.join.com/companies/{slug}"),
    ),
    answer=_board_page,
    records=f"{_STATE}.jobs.items",
    # Five a page, as these sites ask for it themselves; only the number of pages counts.
    paging=NumberedPages(size=5, last_page=_PAGES),
    company_name=f"{_STATE}.company.name",
    keep_board=True,
    details=Details(
        url=_details_url,
        record=f"{_STATE}.job",
        answer=_page,
        version=("idParam", "title", "city", "country", "workplaceType", "employmentType", "createdAt"),
        together=4,
    ),
    fields=PostingFields(
        description=_description,
        locations=first_of(places("cityName", "countryName", within="city"), texts("country.name")),
        workplace="workplaceType",
        employment_type="employmentType.name",
        url=link("https://join.com/companies/{@slug}/{idParam}"),
        published_at="createdAt",
    ),
)


@hookimpl
def ats_providers() -> Iterable[JsonBoard]:
    """The vendor of this module."""
    return (JOIN,)
