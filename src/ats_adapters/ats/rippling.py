"""Rippling, read through the API behind its hosted boards (`api.rippling.com/platform/api/ats/v1/board/{slug}/jobs`).

Which fields there are, and how they are spelt, is known from several open clients; nothing of it is documented. The
list has no texts: each posting is asked for alone, when it is new or listed otherwise than before.
"""

from __future__ import annotations

from collections.abc import Iterable

from ats_core import hookimpl
from ats_core.domain.board import LinkKind
from ats_core.domain.offer import Salary, Workplace
from ats_core.provider.json_board import Details, JsonBoard, Link, PostingFields
from ats_core.provider.json_board.fields import all_html, all_texts, employment, first_of, texts
from ats_core.provider.json_board.paths import fields_at
from ats_core.provider.messages import RateLimit, Response
from ats_core.provider.payload import json_value
from ats_core.provider.record import Record
from ats_core.provider.wording import pay_interval, workplace_in

__all__ = ["RIPPLING"]

_JOB_ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_EMPLOYMENTS = {
    "SALARIED_FT": "Full-time",
    "HOURLY_FT": "Full-time",
    "SALARIED_PT": "Part-time",
    "HOURLY_PT": "Part-time",
}
_LISTED_PLACES = all_texts("workLocation.label", "workLocations[].label")
_ALL_PLACES = all_texts("workLocation.label", "workLocations[].label", "detail.workLocations[]")


def _list(response: Response, *, where: str) -> object:
    """The list, one record a posting: one in several places is listed once for each, with the same `uuid`.

    Of such a posting the first row is kept, with the places of all its rows as `workLocations`.
    """
    rows = json_value(response, where=where)
    if not isinstance(rows, list):
        return rows
    first: dict[str, dict[str, object]] = {}
    merged: list[object] = []
    for row in rows:
        uuid = row.get("uuid") if isinstance(row, dict) else None
        if not isinstance(uuid, str):
            merged.append(row)
        elif uuid not in first:
            first[uuid] = row
            merged.append(row)
        else:
            places = first[uuid].setdefault("workLocations", [first[uuid].get("workLocation")])
            if isinstance(places, list) and row.get("workLocation") not in places:
                places.append(row.get("workLocation"))
    return merged


def _workplace(record: Record) -> Workplace | None:
    """What the places begin with (`Remote (United States)`), if they do not name several kinds of it."""
    named = {kind for place in _ALL_PLACES(record) if (kind := workplace_in(place)) is not None}
    return named.pop() if len(named) == 1 else None


def _salary(record: Record) -> Salary | None:
    """The span of all ranges (one a place) where they share currency and interval."""
    ranges = [part for holder, name in fields_at(record, "detail.payRangeDetails") for part in holder.records(name)]
    measures = {(part.optional_text("currency"), part.optional_text("frequency")) for part in ranges}
    if len(measures) != 1:
        return None
    ((currency, interval),) = measures
    lows = [low for part in ranges if (low := part.amount("rangeStart")) is not None]
    highs = [high for part in ranges if (high := part.amount("rangeEnd")) is not None]
    if not (lows or highs):
        return None
    return Salary(
        minimum=min(lows, default=None),
        maximum=max(highs, default=None),
        currency=currency,
        interval=(pay_interval(interval) or interval) if interval else None,
    )


RIPPLING = JsonBoard(
    name="rippling",
    url="https://api.rippling.com/platform/api/ats/v1/board/{slug}/jobs",
    # No limit is documented, and all boards are at one host.
    limit=RateLimit(requests_per_second=5.0, burst=5, concurrency=4),
    # Whether the vendor minds upper case is not known. What looks like `en-GB` stands before a board's name.
    slug=r"(?![a-z]{2}-[A-Za-z]{2}$)[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_-])?",
    folds_case=False,
    reserved=frozenset({"_next", "jobs"}),
    links=(
        Link("api.rippling.com/platform/api/ats/v1/board/{slug}", LinkKind.API),
        Link("ats.rippling.com/api/v2/board/{slug}", LinkKind.API),
        Link("ats.rippling.com/{slug}/jobs/{posting}", LinkKind.POSTING, posting=_JOB_ID),
        Link("ats.rippling.com/{language}-{country}/{slug}/jobs/{posting}", LinkKind.POSTING, posting=_JOB_ID),
        Link("ats.rippling.com/{slug}"),
        Link("ats.rippling.com/{language}-{country}/{slug}"),
    ),
    answer=_list,
    details=Details(url="https://api.rippling.com/platform/api/ats/v1/board/{slug}/jobs/{id}"),
    fields=PostingFields(
        id="uuid",
        title="name",
        description=all_html("detail.description.company", "detail.description.role"),
        locations=first_of(_LISTED_PLACES, texts("detail.workLocations[]")),
        workplace=_workplace,
        department=("department.label", "detail.department.name"),
        # The two are the wrong way round: `label` is the vendor's code, `id` what the company calls it.
        employment_type=employment("detail.employmentType.label", "detail.employmentType.id", words=_EMPLOYMENTS),
        salary=_salary,
        url=("url", "detail.url"),
        # Set once, and the only time that is told.
        published_at="detail.createdOn",
    ),
)


@hookimpl
def ats_providers() -> Iterable[JsonBoard]:
    """The vendor of this module."""
    return (RIPPLING,)
