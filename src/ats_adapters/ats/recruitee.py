"""Recruitee, read through the API of its career sites (`{company}.recruitee.com/api/offers/`, on own domains too).

Which fields there are, and how times and employment types are spelt, is known from several open clients of this API.
"""

from __future__ import annotations

from collections.abc import Iterable

from ats_core import hookimpl
from ats_core.domain.board import LinkKind
from ats_core.provider.json_board import JsonBoard, Link, PostingFields, Signs
from ats_core.provider.json_board.fields import (
    all_html,
    employment,
    first_of,
    pay,
    places,
    texts,
    workplace_if,
)
from ats_core.provider.messages import RateLimit
from ats_core.provider.record import Record

__all__ = ["RECRUITEE"]

_EMPLOYMENTS = {
    "fulltime_permanent": "Full-time",
    "fulltime_fixed_term": "Full-time, fixed term",
    "parttime_permanent": "Part-time",
    "parttime_fixed_term": "Part-time, fixed term",
    "traineeship": "Traineeship",
}


def _is_published(record: Record) -> bool:
    return record.fields.get("status") in (None, "published")


RECRUITEE = JsonBoard(
    name="recruitee",
    url="https://{slug}.recruitee.com/api/offers/",
    own_url="https://{slug}/api/offers/",
    # No limit is documented for career sites. A board is one request.
    limit=RateLimit(requests_per_second=5.0, burst=5, concurrency=4),
    links=(
        Link("{slug}.recruitee.com/api/offers", LinkKind.API),
        Link("{slug}.recruitee.com/o/{posting}", LinkKind.POSTING),
        Link("{slug}.recruitee.com/{language}/o/{posting}", LinkKind.POSTING),
        Link("{slug}.recruitee.com"),
    ),
    signs=Signs(assets=("careers.recruiteecdn.com",), elements=("recruitee-careers",)),
    records="offers",
    is_listed=_is_published,
    company_name="offers[].company_name",
    fields=PostingFields(
        description=all_html("description", "requirements"),
        locations=first_of(
            places("city", "country", within="locations[]"), texts("location"), places("city", "country")
        ),
        workplace=workplace_if(remote="remote", hybrid="hybrid", on_site="on_site"),
        department="department",
        employment_type=employment("employment_type_code", words=_EMPLOYMENTS),
        salary=pay(minimum="salary.min", maximum="salary.max", currency="salary.currency", interval="salary.period"),
        url="careers_url",
        apply_url="careers_apply_url",
        published_at=("published_at", "created_at"),
        updated_at="updated_at",
    ),
)


@hookimpl
def ats_providers() -> Iterable[JsonBoard]:
    """The vendor of this module."""
    return (RECRUITEE,)
