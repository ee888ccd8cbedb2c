"""Pinpoint, read through the list of its career sites (`{company}.pinpointhq.com/postings.json`, on own domains too).

Which fields there are, and how they are spelt, is known from several open clients; nothing of it is documented.
"""

from __future__ import annotations

from collections.abc import Iterable

from ats_core import hookimpl
from ats_core.domain.board import LinkKind
from ats_core.domain.offer import Salary
from ats_core.provider.json_board import JsonBoard, Link, PostingFields, Signs
from ats_core.provider.json_board.fields import employment, html, pay, text
from ats_core.provider.messages import RateLimit
from ats_core.provider.record import Record

__all__ = ["PINPOINT"]

_SECTIONS = ("key_responsibilities", "skills_knowledge_expertise", "benefits")
_NAME, _CITY, _PROVINCE = text("location.name"), text("location.city"), text("location.province")
_PAY = pay(
    minimum="compensation_minimum",
    maximum="compensation_maximum",
    currency="compensation_currency",
    interval="compensation_frequency",
    words="compensation",
)


def _description(record: Record) -> str:
    """The opening, then each section that says something, under the heading that the company gave it."""
    parts = [html("description")(record)]
    for section in _SECTIONS:
        if said := html(section)(record):
            parts += [record.optional_text(f"{section}_header") or "", said]
    return "\n".join(part for part in parts if part)


def _locations(record: Record) -> tuple[str, ...]:
    """The one place: by the name that the company gave it, with its city where that says neither the other."""
    name, city, province = _NAME(record), _CITY(record), _PROVINCE(record)
    if name is None:
        parts = [city, province]
    else:
        parts = [name] if city is None or city.casefold() in name.casefold() else [city, name]
    place = ", ".join(dict.fromkeys(part for part in parts if part))
    return (place,) if place else ()


def _salary(record: Record) -> Salary | None:
    """The pay, unless the company does not show it: the range is sent all the same."""
    return None if record.flag("compensation_visible") is False else _PAY(record)


PINPOINT = JsonBoard(
    name="pinpoint",
    url="https://{slug}.pinpointhq.com/postings.json",
    own_url="https://{slug}/postings.json",
    # No limit is documented. A board is one request.
    limit=RateLimit(requests_per_second=5.0, burst=5, concurrency=4),
    links=(
        Link("{slug}.pinpointhq.com/postings.json", LinkKind.API),
        Link("{slug}.pinpointhq.com/{language}/postings.json", LinkKind.API),
        Link("{slug}.pinpointhq.com/embed.js", LinkKind.EMBED),
        Link("{slug}.pinpointhq.com/jobs/{posting}", LinkKind.POSTING),
        Link("{slug}.pinpointhq.com/postings/{posting}", LinkKind.POSTING),
        Link("{slug}.pinpointhq.com/{language}/jobs/{posting}", LinkKind.POSTING),
        Link("{slug}.pinpointhq.com/{language}/postings/{posting}", LinkKind.POSTING),
        Link("{slug}.pinpointhq.com"),
    ),
    # Career sites show pictures from there (`/rails/active_storage/…`), on own domains too.
    signs=Signs(assets=("app.pinpointhq.com",), elements=("data-pinpoint", "pinpoint-job-list")),
    records="data",
    fields=PostingFields(
        description=_description,
        locations=_locations,
        workplace="workplace_type",
        department="job.department.name",
        employment_type=employment("employment_type", "employment_type_text"),
        salary=_salary,
        url="url",
        # No time is told: neither that of publication nor that of a change.
    ),
)


@hookimpl
def ats_providers() -> Iterable[JsonBoard]:
    """The vendor of this module."""
    return (PINPOINT,)
