"""All fields of a posting, and where a vendor's record has each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from attrs import field, frozen

from ats_core.domain.offer import Posting, Salary, Workplace
from ats_core.provider.json_board.fields import Paths, Reader, employment, html, iso_time, text, texts, url, workplace
from ats_core.provider.json_board.paths import field_at
from ats_core.provider.record import Record

__all__ = ["PostingFields"]

T = TypeVar("T")


def _said(value: Paths) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _as(usual: Callable[..., Reader[T]]) -> Callable[[Paths | Reader[T]], Reader[T]]:
    def reader(value: Paths | Reader[T]) -> Reader[T]:
        return usual(*_said(value)) if isinstance(value, str | tuple) else value

    return reader


def _as_text(value: Paths | Reader[str | None]) -> Reader[str | None]:
    return _as(text)(value)


def _as_texts(value: Paths | Reader[tuple[str, ...]]) -> Reader[tuple[str, ...]]:
    return _as(texts)(value)


def _as_html(value: Paths | Reader[str]) -> Reader[str]:
    return _as(html)(value)


def _as_time(value: Paths | Reader[datetime | None]) -> Reader[datetime | None]:
    return _as(iso_time)(value)


def _as_url(value: Paths | Reader[str | None]) -> Reader[str | None]:
    return _as(url)(value)


def _as_workplace(value: Paths | Reader[Workplace | None]) -> Reader[Workplace | None]:
    return _as(workplace)(value)


def _as_employment(value: Paths | Reader[str | None]) -> Reader[str | None]:
    return _as(employment)(value)


_NO_URL = url()


def _no_pay(_: Record) -> Salary | None:
    return None


@frozen(kw_only=True)
class PostingFields:
    """Where each field of a `Posting` stands in a vendor's record. What is not named, the vendor does not say.

    *id* is a field of the record itself, *title* a path; without either the record is rejected. All others are paths,
    read in the usual way (the factory of that name), or readers.
    """

    id: str = "id"
    title: str = "title"
    description: Reader[str] = field(default=html(), converter=_as_html)
    locations: Reader[tuple[str, ...]] = field(default=texts(), converter=_as_texts)
    workplace: Reader[Workplace | None] = field(default=workplace(), converter=_as_workplace)
    department: Reader[str | None] = field(default=text(), converter=_as_text)
    team: Reader[str | None] = field(default=text(), converter=_as_text)
    employment_type: Reader[str | None] = field(default=employment(), converter=_as_employment)
    salary: Reader[Salary | None] = _no_pay
    language: Reader[str | None] = field(default=text(), converter=_as_text)
    url: Reader[str | None] = field(default=_NO_URL, converter=_as_url)
    apply_url: Reader[str | None] = field(default=_NO_URL, converter=_as_url)
    published_at: Reader[datetime | None] = field(default=iso_time(), converter=_as_time)
    updated_at: Reader[datetime | None] = field(default=iso_time(), converter=_as_time)

    def posting(self, record: Record) -> Posting:
        """The posting in *record*. Raises `BadField` where the id or the title is of no use."""
        holder, name = field_at(record, self.title)
        return Posting(
            provider_offer_id=record.id(self.id),
            title=holder.text(name),
            description_text=self.description(record),
            locations=self.locations(record),
            workplace=self.workplace(record),
            department=self.department(record),
            team=self.team(record),
            employment_type=self.employment_type(record),
            salary=self.salary(record),
            language=self.language(record),
            url=self.url(record),
            apply_url=self.apply_url(record),
            published_at=self.published_at(record),
            updated_at=self.updated_at(record),
            raw=record.raw(),
        )
