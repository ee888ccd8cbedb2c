"""Greenhouse's records and addresses, as its API and boards write them.

Shapes follow the vendor's documentation and recorded answers; texts are the world's own.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from functools import cache
from html import escape
from typing import Any

from ats_adapters.sandbox.chance import Dice
from ats_adapters.sandbox.markup import markup
from ats_adapters.sandbox.postings import BoardToday, PostingToday
from ats_adapters.sandbox.records import places

__all__ = ["board_url", "department", "embed_host", "job", "location", "office", "posting_url"]

_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")


def embed_host(board: BoardToday) -> str:
    """The host of the board's embeds."""
    return "boards.eu.greenhouse.io" if board.record.hosted == "eu" else "boards.greenhouse.io"


def board_url(board: BoardToday) -> str:
    """The hosted board, as companies link to it: some still use the older host."""
    if board.record.hosted == "eu":
        return f"https://job-boards.eu.greenhouse.io/{board.record.slug}"
    host = board.dice.pick(("boards.greenhouse.io", "job-boards.greenhouse.io"), "hosted on")
    return f"https://{host}/{board.record.slug}"


def posting_url(board: BoardToday, posting: PostingToday) -> str:
    """`absolute_url`: on the hosted board, or on the company's own domain with `gh_jid`."""
    number = board.greenhouse_id(posting.serial)
    if board.record.own_domain:
        return f"https://{board.company.host}/jobs/{number}?gh_jid={number}"
    return f"{board_url(board)}/jobs/{number}"


@cache
def _zone(offset: str) -> timezone:
    found = _OFFSET.fullmatch(offset)
    if found is None:
        raise ValueError(f"{offset!r} is not an offset such as -05:00")
    sign, hours, minutes = found.groups()
    return timezone((1 if sign == "+" else -1) * timedelta(hours=int(hours), minutes=int(minutes)))


def _written(when: datetime, zone: timezone) -> str:
    return when.astimezone(zone).isoformat(timespec="seconds")


def _place(city: str, language: str) -> str:
    place = places()[city]
    return f"{city}, {place.es if language == 'es' else place.en}"


def location(board: BoardToday, posting: PostingToday) -> str:
    """The free text in which Greenhouse keeps places, and whether the work is remote."""
    between = board.dice.pick(("; ", " | "), "between places")
    shown = between.join(_place(city, posting.language) for city in posting.cities)
    if posting.workplace != "remote":
        return shown
    return f"Remote - {shown}" if posting.language == "en" else f"{shown} (remoto)"


def _metadata(board: BoardToday, posting: PostingToday) -> list[dict[str, Any]] | None:
    """Custom fields in every type of value that boards show, or null, or none at all."""
    style = board.dice.below(4, "metadata")
    if style < 2:
        return None if style == 0 else []
    fields: list[tuple[str, str, Any]] = [
        ("Employment Type", "single_select", "Full-time" if posting.content % 4 else "Part-time"),
        ("Remote Eligible", "yes_no", posting.workplace == "remote"),
        ("Languages", "multi_select", ["English", "Spanish"] if posting.content % 3 else []),
        ("Headcount", "number", 1 + posting.content % 3),
        ("Referral Bonus", "currency", {"unit": posting.currency, "amount": "1000.0"}),
        ("Pay Band", "number_range", {"unit": "band", "min_value": "3.0", "max_value": "4.0"}),
        ("Start Date", "date", "2026-03-01" if posting.content % 2 else None),
        ("Handbook", "url", f"https://{board.company.host}/handbook"),
        ("Cost Centre", "short_text", None),
    ]
    return [
        {"id": 5000 + n, "name": name, "value": value, "value_type": kind}
        for n, (name, kind, value) in enumerate(fields)
    ]


def _unit_id(board: BoardToday, kind: str, name: str) -> int:
    return 100_000 + Dice(f"{board.dice.subject} {kind}").below(800_000, name)


def department(board: BoardToday, name: str) -> dict[str, Any]:
    """A department, as postings and the list of departments have it."""
    return {"id": _unit_id(board, "department", name), "name": name, "child_ids": [], "parent_id": None}


def office(board: BoardToday, city: str) -> dict[str, Any]:
    """An office, as postings and the list of offices have it."""
    return {
        "id": _unit_id(board, "office", city),
        "name": city,
        "location": _place(city, "en") if board.dice.happens(0.7, "office", city) else None,
        "child_ids": [],
        "parent_id": None,
    }


def _content(board: BoardToday, posting: PostingToday) -> str:
    """The text as HTML, itself HTML-escaped; on some postings a few entities were escaped once more before."""
    html = markup(posting, board)
    if posting.content % 3 == 1:
        html = html.replace("&nbsp;", "&amp;nbsp;", 1)
    return escape(html, quote=True)


def _pay_ranges(posting: PostingToday) -> list[dict[str, Any]]:
    if posting.pay is None:
        return []
    low, high = posting.pay
    title = posting.text.phrases.pay
    return [
        {
            "min_cents": low * 100,
            "max_cents": high * 100,
            "currency_type": posting.currency,
            "title": title,
            "blurb": f"<p>{escape(title)}</p>" if posting.content % 2 else "",
        }
    ]


def job(board: BoardToday, posting: PostingToday, *, full: bool, pay: bool) -> dict[str, Any]:
    """One posting: with its text and units where *full*, with its ranges of pay where *pay*."""
    zone, number = _zone(board.record.offset), board.greenhouse_id(posting.serial)
    record: dict[str, Any] = {
        "absolute_url": posting_url(board, posting),
        "data_compliance": [
            {
                "type": "gdpr",
                "requires_consent": False,
                "requires_processing_consent": False,
                "requires_retention_consent": False,
                "retention_period": None,
                "demographic_data_consent_applies": False,
            }
        ],
        # One job may have several posts: a posting that repeats another's text is the same job.
        "internal_job_id": board.greenhouse_id(posting.content) - 1_000_000_000,
        "location": {"name": location(board, posting)},
        "metadata": _metadata(board, posting),
        "id": number,
        "updated_at": _written(posting.updated_at, zone),
        "requisition_id": f"R-{1000 + posting.content}",
        "title": posting.title + (" " if posting.content % 13 == 7 else ""),
        "company_name": board.company.name,
        "first_published": None if posting.serial % 11 == 5 else _written(posting.published_at, zone),
        "language": posting.language,
        "application_deadline": None,
    }
    if full:
        record["content"] = _content(board, posting)
        record["departments"] = [department(board, posting.department)]
        record["offices"] = [office(board, city) for city in posting.cities]
    if pay:
        record["pay_input_ranges"] = _pay_ranges(posting)
    return record
