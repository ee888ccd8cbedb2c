"""Readers of single fields of a vendor's record, declared by paths.

A reader takes a `Record` and returns a value. Each of those that take several paths reads the first that says
something. Where `PostingFields` wants a reader, a path or a tuple of paths will do: it is read in that field's usual
way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TypeVar
from urllib.parse import quote

from ats_core.domain.offer import Salary, Workplace
from ats_core.provider.json_board.paths import fields_at
from ats_core.provider.markup import plain_text, unescaped_markup
from ats_core.provider.record import Record
from ats_core.provider.values import http_url
from ats_core.provider.wording import folded, pay_interval, workplace_in

__all__ = [
    "Paths",
    "Reader",
    "all_html",
    "all_texts",
    "employment",
    "epoch_ms",
    "epoch_s",
    "first_of",
    "html",
    "iso_time",
    "link",
    "mail_time",
    "pay",
    "places",
    "text",
    "texts",
    "url",
    "workplace",
    "workplace_if",
]

T = TypeVar("T")
#: Reads one thing of a record.
Reader = Callable[[Record], T]
#: One path, or several of which the first that says something counts.
Paths = str | tuple[str, ...]

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_LETTERS = re.compile(r"[^a-z]+")
_WORKPLACES = {
    **dict.fromkeys(("onsite", "office", "inoffice", "inperson", "presencial"), Workplace.ON_SITE),
    **dict.fromkeys(("hybrid", "hibrido", "hybridremote"), Workplace.HYBRID),
    **dict.fromkeys(("remote", "fullyremote", "fullremote", "remoto", "telecommute"), Workplace.REMOTE),
}
_EMPLOYMENTS = {
    **dict.fromkeys(("fulltime", "fulltimeemployee"), "Full-time"),
    "parttime": "Part-time",
    **dict.fromkeys(("contract", "contractor"), "Contract"),
    **dict.fromkeys(("temporary", "temp"), "Temporary"),
    **dict.fromkeys(("intern", "internship"), "Internship"),
    "permanent": "Permanent",
    "freelance": "Freelance",
    "volunteer": "Volunteer",
    "apprenticeship": "Apprenticeship",
    "seasonal": "Seasonal",
}


# Texts


def text(*paths: str) -> Reader[str | None]:
    """One line of text."""
    return _first(Record.optional_text, paths)


def texts(*paths: str) -> Reader[tuple[str, ...]]:
    """All texts that the first telling path leads to, each once: of `offices[].name` one an office, `tags[]` a list."""

    def read(record: Record) -> tuple[str, ...]:
        return next((found for path in paths if (found := _texts_at(record, path))), ())

    return read


def all_texts(*paths: str) -> Reader[tuple[str, ...]]:
    """The texts that all of the paths lead to, each once, in order."""

    def read(record: Record) -> tuple[str, ...]:
        return tuple(dict.fromkeys(found for path in paths for found in _texts_at(record, path)))

    return read


def places(*parts: str, within: str = "") -> Reader[tuple[str, ...]]:
    """Places put together of *parts* (`"city", "country"` make `Madrid, Spain`), one for each object *within* leads to.

    *within* `locations[]` is each object of a list, `location` one object; by default the record itself is.
    """
    several = within.endswith("[]")

    def holders(record: Record) -> list[Record]:
        if not within:
            return [record]
        found = []
        for holder, name in fields_at(record, within.removesuffix("[]")):
            found += holder.records(name) if several else [inner for inner in [holder.record(name)] if inner]
        return found

    read_parts = [text(part) for part in parts]

    def read(record: Record) -> tuple[str, ...]:
        found = (dict.fromkeys(said for part in read_parts if (said := part(holder))) for holder in holders(record))
        return tuple(dict.fromkeys(place for said in found if (place := ", ".join(said))))

    return read


def html(*paths: str) -> Reader[str]:
    """The plain text of markup: of the first path under which something stands."""

    def read(record: Record) -> str:
        return next((said for path in paths if (said := _markup_at(record, path))), "")

    return read


def all_html(*paths: str, headings: Mapping[str, str] | None = None) -> Reader[str]:
    """The plain text of the markup under all of the paths, in order; *headings* stand over the parts of their paths."""
    over = headings or {}

    def read(record: Record) -> str:
        parts: list[str] = []
        for path in paths:
            if said := _markup_at(record, path):
                parts += [heading, said] if (heading := over.get(path)) else [said]
        return "\n".join(parts)

    return read


# Times and links


def iso_time(*paths: str) -> Reader[datetime | None]:
    """An ISO-8601 time or date."""
    return _first(Record.time, paths)


def epoch_ms(*paths: str) -> Reader[datetime | None]:
    """Milliseconds since 1970."""
    return _first(Record.epoch_ms, paths)


def epoch_s(*paths: str) -> Reader[datetime | None]:
    """Seconds since 1970."""
    return _first(Record.epoch_s, paths)


def mail_time(*paths: str) -> Reader[datetime | None]:
    """A time as RSS writes it (RFC 822)."""
    return _first(Record.mail_time, paths)


def url(*paths: str) -> Reader[str | None]:
    """A web address."""
    return _first(Record.url, paths)


def link(template: str) -> Reader[str | None]:
    """A web address made of fields: `https://{@slug}.vendor.example/o/{id}`. None where a field says nothing.

    `{@slug}` and `{@region}` are the board's, and there if the vendor is declared with `keep_board`.
    """
    names = _PLACEHOLDER.findall(template)

    def read(record: Record) -> str | None:
        made = template
        for name in names:
            value = next((holder.fields.get(last) for holder, last in fields_at(record, name)), None)
            if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
                return None
            made = made.replace(f"{{{name}}}", quote(str(value), safe=""))
        return http_url(made)

    return read


# What vendors put into words of their own


def workplace(*paths: str, words: Mapping[str, Workplace] | None = None) -> Reader[Workplace | None]:
    """The workplace that a code or a text names (`OnSite`, `hybrid`, `Fully remote`), None where it names none.

    *words* are this vendor's own, compared without case, accents and all but letters.
    """
    known = {**_WORKPLACES, **_by_letters(words or {})}
    said_at = [text(path) for path in paths]

    def read(record: Record) -> Workplace | None:
        for read_text in said_at:
            if (said := read_text(record)) and (place := known.get(_letters(said)) or workplace_in(said)):
                return place
        return None

    return read


def workplace_if(*, remote: str = "", hybrid: str = "", on_site: str = "") -> Reader[Workplace | None]:
    """The workplace whose flag is set; hybrid where several are. A flag that is not set says nothing."""
    flags = ((Workplace.HYBRID, hybrid), (Workplace.REMOTE, remote), (Workplace.ON_SITE, on_site))
    read_flags = [(place, _first(Record.flag, (path,))) for place, path in flags if path]

    def read(record: Record) -> Workplace | None:
        is_set = [place for place, flag in read_flags if flag(record)]
        return (is_set[0] if len(is_set) == 1 else Workplace.HYBRID) if is_set else None

    return read


def employment(*paths: str, words: Mapping[str, str] | None = None) -> Reader[str | None]:
    """The employment type: codes made plain (`FULL_TIME`, `FullTime`: `Full-time`), anything else as it was sent.

    *words* are this vendor's own codes, compared without case and all but letters.
    """
    known = {**_EMPLOYMENTS, **_by_letters(words or {})}
    said_at = text(*paths)

    def read(record: Record) -> str | None:
        said = said_at(record)
        return known.get(_letters(said), said) if said else None

    return read


def pay(
    *,
    minimum: str = "",
    maximum: str = "",
    currency: str = "",
    interval: str = "",
    words: str = "",
    intervals: Mapping[str, str] | None = None,
) -> Reader[Salary | None]:
    """A range of pay, by the paths of its parts; *words* is what the vendor says of it in its own.

    An interval that names one is made plain (`1 YEAR`, `per-hour-wage`, `yearly`), another is as it was sent;
    *intervals* are this vendor's own.
    """
    amounts = [_first(Record.amount, (path,)) if path else None for path in (minimum, maximum)]
    currency_of, interval_of = text(*filter(None, [currency])), text(*filter(None, [interval]))
    words_of = html(*filter(None, [words]))
    own = _by_letters(intervals or {})

    def read(record: Record) -> Salary | None:
        low, high = (amount(record) if amount else None for amount in amounts)
        said = interval_of(record)
        plain = (own.get(_letters(said)) or pay_interval(said.replace("_", " ")) or said) if said else None
        wordy = words_of(record) or None
        if low is None and high is None and wordy is None:
            return None  # a currency alone is no pay
        return Salary(minimum=low, maximum=high, currency=currency_of(record), interval=plain, text=wordy)

    return read


def first_of(*readers: Reader[T]) -> Reader[T]:
    """What the first reader says that says anything; else what the last one says for nothing."""

    def read(record: Record) -> T:
        for reader in readers:
            if said := reader(record):
                break
        return said

    return read


def _first(method: Callable[[Record, str], T | None], paths: tuple[str, ...]) -> Reader[T | None]:
    def read(record: Record) -> T | None:
        for path in paths:
            for holder, name in fields_at(record, path):
                if (value := method(holder, name)) is not None:
                    return value
        return None

    return read


def _texts_at(record: Record, path: str) -> tuple[str, ...]:
    def found() -> Iterator[str]:
        for holder, name in fields_at(record, path):
            if name.endswith("[]"):
                yield from holder.texts(name[:-2])
            elif said := holder.optional_text(name):
                yield said

    return tuple(dict.fromkeys(found()))


def _markup_at(record: Record, path: str) -> str:
    found = (plain_text(unescaped_markup(holder.markup(name))) for holder, name in fields_at(record, path))
    return "\n".join(said for said in found if said)


def _letters(word: str) -> str:
    return _LETTERS.sub("", folded(word))


def _by_letters(words: Mapping[str, T]) -> dict[str, T]:
    return {_letters(word): meaning for word, meaning in words.items()}
