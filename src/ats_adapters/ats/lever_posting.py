"""A posting of Lever's Postings API, mapped. Which field becomes which column: docs/reference/vendors.md."""

from __future__ import annotations

from datetime import datetime

from ats_core.domain.offer import Posting, Salary, Workplace
from ats_core.provider.markup import plain_text
from ats_core.provider.record import Record

__all__ = ["read_posting"]

# "onsite" is not documented, but sent; "unspecified" says nothing.
_WORKPLACES = {
    "on-site": Workplace.ON_SITE,
    "onsite": Workplace.ON_SITE,
    "hybrid": Workplace.HYBRID,
    "remote": Workplace.REMOTE,
}
_INTERVALS = {
    "per-year-salary": "year",
    "per-month-salary": "month",
    "per-week-salary": "week",
    "per-day-wage": "day",
    "per-hour-wage": "hour",
}
_NOTHING = Record({})


def read_posting(record: Record) -> Posting:
    """The posting in *record*. Raises `BadField` where the id or the title is of no use."""
    categories = record.record("categories") or _NOTHING
    return Posting(
        provider_offer_id=record.id(),
        title=record.text("text"),
        description_text=_text(record),
        locations=_locations(record, categories),
        workplace=_WORKPLACES.get((record.optional_text("workplaceType") or "").lower()),
        department=categories.optional_text("department"),
        team=categories.optional_text("team"),
        employment_type=categories.optional_text("commitment"),
        salary=_salary(record),
        url=record.url("hostedUrl"),
        apply_url=record.url("applyUrl"),
        published_at=record.epoch_ms("createdAt"),
        updated_at=_updated_at(record),
        raw=record.raw(),
    )


def _text(record: Record) -> str:
    """Description, lists and closing text, in the order of the hosted page.

    `description` is opening and body together: the two are read only where it says nothing, and the plain twins
    only where the markup says nothing, so that no text comes twice.
    """
    parts = _said(record, "description") or _said(record, "opening", "descriptionBody")
    parts = parts or _said(record, "descriptionPlain") or _said(record, "openingPlain", "descriptionBodyPlain")
    for item in record.records("lists"):
        parts += [item.optional_text("text") or "", plain_text(item.markup("content"))]
    parts += _said(record, "additional") or _said(record, "additionalPlain")
    return "\n".join(part for part in parts if part)


def _said(record: Record, *names: str) -> list[str]:
    return [text for name in names if (text := plain_text(record.markup(name)))]


def _locations(record: Record, categories: Record) -> tuple[str, ...]:
    """All locations, else the one; else the country's code, which says little but is all there is."""
    if places := categories.texts("allLocations"):
        return places
    place = categories.optional_text("location") or record.optional_text("country")
    return (place,) if place else ()


def _salary(record: Record) -> Salary | None:
    pay = record.record("salaryRange") or _NOTHING
    interval = pay.optional_text("interval")
    salary = Salary(
        minimum=pay.amount("min"),
        maximum=pay.amount("max"),
        currency=pay.optional_text("currency"),
        interval=_INTERVALS.get(interval, interval) if interval else None,
        text=plain_text(record.markup("salaryDescription") or record.markup("salaryDescriptionPlain")) or None,
    )
    return salary if salary != Salary() else None


def _updated_at(record: Record) -> datetime | None:
    """The undocumented `updatedAt`, where it is what some sites send; what else it may be is nobody's loss."""
    return Record(record.fields).epoch_ms("updatedAt")
