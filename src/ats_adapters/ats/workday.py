"""Workday, read as its career sites read themselves (`{tenant}.wd{n}.myworkdayjobs.com/wday/cxs/{tenant}/{site}/…`).

Nothing of it is documented. What is asked and how the answers look is known from several open clients; from these, too,
the hosts `wd{n}.myworkdaysite.com`, that no total goes beyond 2 000, what `remoteType` says, and that an unknown tenant
is answered with 422.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, unquote

from ats_core import hookimpl
from ats_core.domain.board import LinkKind
from ats_core.provider.json_board import Details, JsonBoard, Link, OffsetPages, PostingFields
from ats_core.provider.json_board.fields import all_texts, first_of, workplace
from ats_core.provider.json_board.paths import value_at
from ats_core.provider.messages import RateLimit, Response
from ats_core.provider.payload import json_value
from ats_core.provider.record import Record

__all__ = ["WORKDAY"]

# The tenant, its data centre, and the career site, whose spelling is kept: whether case counts is not known.
_BOARD = (
    r"(?P<tenant>[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?)/(?P<dc>wd[0-9]{1,4})"
    r"/(?P<site>(?![a-z]{2}-[A-Za-z]{2}$)[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_-])?)"
)
# What stands behind a site in paths, and would be taken for one behind a site whose name looks like a language.
_PAGES = "job jobs details page login userhome jobalerts introduceyourself recruiting refreshfacet wday".split()
_SEVERAL = re.compile(r"[0-9]+\s")
# On the hosts that many tenants share the tenant is in the path.
_SHARED = "myworkdaysite"


def _list(response: Response, *, where: str) -> object:
    """The answer, with an id in each of its records: `@id`, what `externalPath` ends with.

    The path begins with the place and the title, which change; it ends with `_` and the requisition, which does not.
    """
    answer = json_value(response, where=where)
    records = value_at(answer, "jobPostings")
    for record in records if isinstance(records, list) else ():
        if isinstance(record, dict) and isinstance(path := record.get("externalPath"), str):
            named = path.rstrip("/").rpartition("/")[2]
            record["@id"] = named.partition("_")[2] or named
    return answer


def _details_url(names: Mapping[str, str], record: Record) -> str:
    segments = [unquote(segment) for segment in record.text("externalPath").split("/") if segment]
    if not segments or {".", ".."} & set(segments):
        raise record.bad("externalPath", "is no path")
    path = "/".join(quote(segment, safe="") for segment in segments)
    return f"{names['@url'].removesuffix('/jobs').format(**names)}/{path}"


def _listed_place(record: Record) -> tuple[str, ...]:
    """The place that the list names, which is none where there are several: `2 Locations`."""
    place = record.optional_text("locationsText")
    return () if place is None or _SEVERAL.match(place) else (place,)


WORKDAY = JsonBoard(
    name="workday",
    url={
        "": "https://{tenant}.{dc}.myworkdayjobs.com/wday/cxs/{tenant}/{site}/jobs",
        _SHARED: "https://{dc}.myworkdaysite.com/wday/cxs/{tenant}/{site}/jobs",
    },
    # No limit is documented. A new board costs a request for each of its postings, and one for each 20 of them.
    limit=RateLimit(requests_per_second=4.0, burst=4, concurrency=4),
    slug=_BOARD,
    slug_of="{tenant}/{dc}/{site}",
    folds_case=False,
    reserved=frozenset(_PAGES),
    links=(
        Link("{tenant}.{dc}.myworkdayjobs.com/wday/cxs/{any}/{site}", LinkKind.API),
        Link("{tenant}.{dc}.myworkdayjobs.com/{language}/{site}/job/{posting}", LinkKind.POSTING),
        Link("{tenant}.{dc}.myworkdayjobs.com/{language}/{site}/details/{posting}", LinkKind.POSTING),
        Link("{tenant}.{dc}.myworkdayjobs.com/{language}/{site}"),
        Link("{tenant}.{dc}.myworkdayjobs.com/{site}/job/{posting}", LinkKind.POSTING),
        Link("{tenant}.{dc}.myworkdayjobs.com/{site}/details/{posting}", LinkKind.POSTING),
        Link("{tenant}.{dc}.myworkdayjobs.com/{site}"),
        Link("{dc}.myworkdaysite.com/wday/cxs/{tenant}/{site}", LinkKind.API, region=_SHARED),
        Link("{dc}.myworkdaysite.com/{language}/recruiting/{tenant}/{site}/job/{posting}", LinkKind.POSTING, _SHARED),
        Link("{dc}.myworkdaysite.com/{language}/recruiting/{tenant}/{site}", region=_SHARED),
        Link("{dc}.myworkdaysite.com/recruiting/{tenant}/{site}/job/{posting}", LinkKind.POSTING, _SHARED),
        Link("{dc}.myworkdaysite.com/recruiting/{tenant}/{site}", region=_SHARED),
    ),
    headers={"accept": "application/json"},
    body=b'{"appliedFacets":{},"searchText":""}',
    answer=_list,
    records="jobPostings",
    paging=OffsetPages(size=20, total="total", is_told_once=True, most_told=2000),
    unknown_statuses=frozenset({422}),
    # Of the list only this: whatever else a site shows there may count the days.
    details=Details(url=_details_url, record="jobPostingInfo", version=("title", "externalPath", "locationsText")),
    fields=PostingFields(
        id="@id",
        description="detail.jobDescription",
        locations=first_of(all_texts("detail.location", "detail.additionalLocations[]"), _listed_place),
        workplace=workplace("detail.remoteType", "remoteType"),
        employment_type="detail.timeType",
        url="detail.externalUrl",
        published_at="detail.startDate",
    ),
)


@hookimpl
def ats_providers() -> Iterable[JsonBoard]:
    """The vendor of this module."""
    return (WORKDAY,)
