"""A posting of Greenhouse's Job Board API, mapped. Which field becomes which column: docs/reference/vendors.md."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from ats_core.domain.offer import Posting, Salary, Workplace
from ats_core.provider.markup import decoded_line, escaped_text
from ats_core.provider.record import Record
from ats_core.provider.values import plain_amount
from ats_core.provider.wording import folded, pay_interval, workplace_in

__all__ = ["read_posting"]

_BETWEEN_PLACES = re.compile(r"[;|]")
_NO_DEPARTMENT = frozenset({"no department", "sin departamento"})
# Names that companies give to fields of their own; compared without case, accents and what stands in brackets.
_EMPLOYMENT_NAMES = frozenset(
    {
        *("employment type", "type of employment", "job type", "contract type", "type of contract", "commitment"),
        *("time type", "employment status", "working time", "tipo de empleo", "tipo de contrato"),
        *("tipo de contratacion", "tipo de jornada", "jornada", "jornada laboral"),
    }
)
_WORKPLACE_NAMES = frozenset(
    {
        *("workplace", "workplace type", "work place", "work model", "work mode", "working model", "work arrangement"),
        *(
            "work type",
            "location type",
            "remote",
            "remote?",
            "remote status",
            "remote work",
            "is remote",
            "remote type",
        ),
        *("modalidad", "modalidad de trabajo", "tipo de modalidad", "lugar de trabajo", "teletrabajo", "remoto"),
        *("trabajo remoto", "hybrid", "hibrido"),
    }
)
_REMOTE_QUESTIONS = frozenset(
    {"remote", "remote?", "remote status", "remote work", "is remote", "teletrabajo", "remoto", "trabajo remoto"}
)
_YES = frozenset({"yes", "si", "true"})
_BRACKETS = re.compile(r"\s*[(\[].*")
_NOTHING = Record({})


def read_posting(record: Record) -> Posting:
    """The posting in *record*. Raises `BadField` where the id or the title is of no use."""
    places = _places((record.record("location") or _NOTHING).markup("name"))
    department, team = _department_and_team(record.records("departments"))
    custom = _metadata(record)
    return Posting(
        provider_offer_id=record.id(),
        title=record.text("title"),
        description_text=escaped_text(record.markup("content")),
        locations=places or _offices(record),
        workplace=_workplace(custom, places),
        department=department,
        team=team,
        employment_type=next((value for name, value in custom if name in _EMPLOYMENT_NAMES), None),
        salary=_salary(record),
        language=record.optional_text("language"),
        url=record.url("absolute_url"),
        published_at=record.time("first_published"),
        updated_at=record.time("updated_at"),
        raw=record.raw(),
    )


def _places(name: str) -> tuple[str, ...]:
    """The places in free text, joined by `;` or `|`; a comma parts a town from its country."""
    parts = _BETWEEN_PLACES.split(decoded_line(name))
    return tuple(dict.fromkeys(place for part in parts if (place := part.strip())))


def _offices(record: Record) -> tuple[str, ...]:
    """The offices' places, for a posting without one of its own."""
    places = (office.optional_text("location") or office.optional_text("name") for office in record.records("offices"))
    return tuple(dict.fromkeys(place for place in places if place))


def _department_and_team(departments: Sequence[Record]) -> tuple[str | None, str | None]:
    """The first department, and one below it as the team; where the list names both, in whichever order."""
    named = [d for d in departments if folded(d.optional_text("name") or "") not in {"", *_NO_DEPARTMENT}]
    if not named:
        return None, None
    for child in named:
        parent_id = child.fields.get("parent_id")
        parent = next((d for d in named if parent_id is not None and d.fields.get("id") == parent_id), None)
        if parent is not None:
            return parent.text("name"), child.text("name")
    return named[0].text("name"), None


def _metadata(record: Record) -> list[tuple[str, str]]:
    """The company's own fields that say something in words: name in comparable form, value as text.

    Values may be of any type; numbers and amounts are no words and left out.
    """
    found = []
    for entry in record.records("metadata"):
        name = _BRACKETS.sub("", folded(entry.optional_text("name") or "")).strip(" :")
        value = entry.fields.get("value")
        if isinstance(value, bool):
            text = "yes" if value else "no"
        elif isinstance(value, str):
            text = " ".join(value.split())
        elif isinstance(value, list):
            text = ", ".join(" ".join(item.split()) for item in value if isinstance(item, str))
        else:
            continue
        if name and text:
            found.append((name, text))
    return found


def _workplace(custom: list[tuple[str, str]], places: tuple[str, ...]) -> Workplace | None:
    """What a field of the company says, else what all places say of themselves ("Remote - Spain")."""
    for name, value in custom:
        if name in _WORKPLACE_NAMES:
            if name in _REMOTE_QUESTIONS and folded(value) in _YES:
                return Workplace.REMOTE
            if stated := workplace_in(value):
                return stated
    stated_by = {workplace_in(place) for place in places}
    return stated_by.pop() if len(stated_by) == 1 else None


def _salary(record: Record) -> Salary | None:
    """The span of all ranges where they share currency and interval; their titles and blurbs as text.

    Amounts are sent in cents. The interval is sent nowhere but, at times, in a title ("Annual salary").
    """
    ranges = record.records("pay_input_ranges")
    if not ranges:
        return None
    currencies = {currency for pay in ranges if (currency := pay.optional_text("currency_type"))}
    intervals = {interval for pay in ranges if (interval := pay_interval(pay.optional_text("title") or ""))}
    lines: dict[str, None] = {}
    for pay in ranges:
        for text in (_range_line(pay, alone=len(ranges) == 1), escaped_text(pay.markup("blurb"))):
            if text:
                lines[text] = None
    one_measure = len(currencies) == 1 and len(intervals) <= 1
    lows = [amount for pay in ranges if (amount := _from_cents(pay, "min_cents")) is not None]
    highs = [amount for pay in ranges if (amount := _from_cents(pay, "max_cents")) is not None]
    salary = Salary(
        minimum=min(lows, default=None) if one_measure else None,
        maximum=max(highs, default=None) if one_measure else None,
        currency=currencies.pop() if len(currencies) == 1 else None,
        interval=intervals.pop() if len(intervals) == 1 else None,
        text="\n".join(lines) or None,
    )
    return salary if salary != Salary() else None


def _range_line(pay: Record, *, alone: bool) -> str:
    """A range's title, with its amounts where there are several ranges and the span of all would hide them."""
    title = pay.optional_text("title") or ""
    if alone:
        return title
    low, high = _from_cents(pay, "min_cents"), _from_cents(pay, "max_cents")
    amounts = " - ".join(f"{amount:f}" for amount in (low, high) if amount is not None)
    if not amounts:
        return title
    amounts = f"{amounts} {pay.optional_text('currency_type') or ''}".strip()
    return f"{title}: {amounts}" if title else amounts


def _from_cents(pay: Record, name: str) -> Decimal | None:
    cents = pay.amount(name)
    return None if cents is None else plain_amount(cents / 100)
