"""Workable, read through the API of its job widget (`apply.workable.com/api/v1/widget/accounts/{account}`).

What Workable's help centre documents for career pages is the same at `www.workable.com/api/accounts/{account}`, which
leads there. The fields of a location, and that a posting is listed once a place, are known from several open clients.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ats_core import hookimpl
from ats_core.domain.board import LinkKind
from ats_core.provider.json_board import JsonBoard, Link, PostingFields, Signs
from ats_core.provider.json_board.fields import places, workplace_if
from ats_core.provider.messages import RateLimit, Response
from ats_core.provider.payload import json_value
from ats_core.provider.record import Record

__all__ = ["WORKABLE"]


def _each_posting_once(response: Response, *, where: str) -> object:
    """The answer with the entries of one posting put together: the first of them, with the places of all."""
    answer = json_value(response, where=where)
    if not isinstance(answer, dict) or not isinstance(answer.get("jobs"), list):
        return answer
    jobs: list[object] = []
    by_code: dict[str, dict[str, Any]] = {}
    for job in answer["jobs"]:
        code = job.get("shortcode") if isinstance(job, dict) else None
        first = by_code.get(code) if isinstance(code, str) else None
        if first is None:
            jobs.append(job)
            if isinstance(code, str):
                by_code[code] = job
        elif isinstance(first.get("locations"), list) and isinstance(job.get("locations"), list):
            first["locations"] += [place for place in job["locations"] if place not in first["locations"]]
    return {**answer, "jobs": jobs}


_place = places("city", "region", "country")
_one_place = places("city", "state", "country")


def _locations(record: Record) -> tuple[str, ...]:
    """All places but those that the account hides on its pages; where none are listed, the one in the record itself."""
    listed = record.records("locations")
    if not listed:
        return _one_place(record)
    shown = [place for place in listed if not place.flag("hidden")]
    return tuple(dict.fromkeys(said for place in shown for said in _place(place)))


WORKABLE = JsonBoard(
    name="workable",
    url="https://apply.workable.com/api/v1/widget/accounts/{slug}?details=true",
    # Throttles early: seen to refuse after some twenty requests at less than one a second. A board is one request.
    limit=RateLimit(requests_per_second=0.2, burst=2, concurrency=1),
    slug=r"[a-z0-9](?:[a-z0-9_-]{0,98}[a-z0-9_])?",
    # `j` stands before postings of whatever account, `jobs` is Workable's own job board.
    reserved=frozenset({"apply", "j", "jobs", "careers", "careers-page", "get", "hire", "university"}),
    links=(
        Link("apply.workable.com/api/v1/widget/accounts/{slug}", LinkKind.API),
        Link("apply.workable.com/api/{version}/accounts/{slug}", LinkKind.API),
        Link("www.workable.com/api/accounts/{slug}", LinkKind.API),
        Link("apply.workable.com/{slug}/j/{posting}", LinkKind.POSTING),
        Link("{slug}.workable.com/j/{posting}", LinkKind.POSTING),
        Link("{slug}.workable.com/jobs/{posting}", LinkKind.POSTING, posting="[0-9]+"),
        Link("apply.workable.com/{slug}"),
        Link("{slug}.workable.com"),
    ),
    signs=Signs(
        elements=("whr_embed_hook",),
        # The widget names its account by number, which the API knows as well.
        slugs=(r"\bwhr_embed\(\s{0,9}([1-9][0-9]{0,18})\s{0,9}[,)]",),
    ),
    answer=_each_posting_once,
    records="jobs",
    company_name="name",
    fields=PostingFields(
        id="shortcode",
        description="description",
        locations=_locations,
        workplace=workplace_if(remote="telecommuting"),
        department="department",
        employment_type="employment_type",
        url=("url", "shortlink"),
        apply_url="application_url",
        published_at=("published_on", "created_at"),
    ),
)


@hookimpl
def ats_providers() -> Iterable[JsonBoard]:
    """The vendor of this module."""
    return (WORKABLE,)
