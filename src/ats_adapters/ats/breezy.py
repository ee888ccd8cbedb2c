"""Breezy, read through the list of its career sites (`{company}.breezy.hr/json?verbose=true`, on own domains too).

Which fields there are, and how they are spelt, is known from several open clients; the vendor documents another API,
with a key, whose positions have the same fields.
"""

from __future__ import annotations

from collections.abc import Iterable

from ats_core import hookimpl
from ats_core.domain.board import LinkKind
from ats_core.domain.offer import Workplace
from ats_core.provider.json_board import JsonBoard, Link, PostingFields, Signs
from ats_core.provider.json_board.fields import employment, pay, text, workplace
from ats_core.provider.messages import RateLimit
from ats_core.provider.record import Record

__all__ = ["BREEZY"]

_PARTS = tuple(map(text, ("city", "state.name", "country.name")))
_KIND_OF_REMOTE = workplace("location.remote_details.value")


def _locations(record: Record) -> tuple[str, ...]:
    """City, state and country of each place; its name where it has none of them (`Worldwide`)."""
    one = record.record("location")
    found = []
    for place in record.records("locations") or ([one] if one else []):
        parts = dict.fromkeys(said for part in _PARTS if (said := part(place)))
        found.append(", ".join(parts) or place.optional_text("name"))
    return tuple(dict.fromkeys(said for said in found if said))


def _workplace(record: Record) -> Workplace | None:
    """Remote, or what kind of it is said where it is some. That a posting is not remote says no more than that."""
    place = record.record("location")
    if place is None or not place.flag("is_remote"):
        return None
    return _KIND_OF_REMOTE(record) or Workplace.REMOTE


BREEZY = JsonBoard(
    name="breezy",
    # Without `verbose` the texts are missing.
    url="https://{slug}.breezy.hr/json?verbose=true",
    own_url="https://{slug}/json?verbose=true",
    # No limit is documented for career sites. A board is one request.
    limit=RateLimit(requests_per_second=5.0, burst=5, concurrency=4),
    reserved=frozenset({"assets-cdn", "attachments-cdn", "gallery-cdn", "marketplace"}),
    links=(
        Link("{slug}.breezy.hr/json", LinkKind.API),
        Link("{slug}.breezy.hr/embed", LinkKind.EMBED),
        Link("{slug}.breezy.hr/p/{posting}", LinkKind.POSTING),
        Link("{slug}.breezy.hr"),
    ),
    # Career sites load their scripts and pictures from there, on own domains too.
    signs=Signs(
        assets=("assets-cdn.breezy.hr",), elements=("bzopeningscontainer", "data-breezy", "breezy-position-list")
    ),
    company_name="[].company.name",
    fields=PostingFields(
        title="name",
        description="description",
        locations=_locations,
        workplace=_workplace,
        department="department",
        employment_type=employment("type.name", "type.id"),
        salary=pay(words="salary"),
        url="url",
        published_at="published_date",
    ),
)


@hookimpl
def ats_providers() -> Iterable[JsonBoard]:
    """The vendor of this module."""
    return (BREEZY,)
