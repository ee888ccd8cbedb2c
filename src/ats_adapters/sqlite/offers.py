"""Offers with their raw payloads: `offers`, `offer_payloads`. Their scores and what they add up to: `metrics.py`."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from ats_adapters.sqlite.columns import clean, instant, json_text, json_value, maybe_instant, text, times, word
from ats_adapters.sqlite.metrics import SqliteMetrics
from ats_adapters.sqlite.payloads import Packer, unpacked
from ats_adapters.sqlite.sketches import SqliteSketches
from ats_core.domain.identity import CompanyId, OfferId, SourceId
from ats_core.domain.offer import KnownOffer, Offer, OfferText, Posting, Salary, Workplace

__all__ = ["SqliteOffers"]

_KNOWN = """
    SELECT provider_offer_id, id, updated_at, content_hash, closed_at FROM offers
    WHERE source_id = ? ORDER BY provider_offer_id
"""
_SELECT = """
    SELECT o.id, o.source_id, o.company_id, o.provider_offer_id, o.title, o.description_text, o.locations,
        o.workplace, o.department, o.team, o.employment_type, o.salary_min, o.salary_max, o.salary_currency,
        o.salary_interval, o.salary_text, o.language, o.url, o.apply_url, o.published_at, o.updated_at,
        o.first_seen_at, o.last_seen_at, o.closed_at, o.content_hash, o.fingerprint, o.repost_of, o.repost_count,
        p.raw
    FROM offers AS o LEFT JOIN offer_payloads AS p ON p.offer_id = o.id
"""
# However many ids there are, they are one value.
_AMONG = "IN (SELECT value FROM json_each(?))"
_GET_MANY = _SELECT + " WHERE o.id " + _AMONG + " ORDER BY o.id"
_SELECT_TEXT = "SELECT id, title, department, description_text, language FROM offers"
_TEXTS = _SELECT_TEXT + " WHERE id " + _AMONG + " ORDER BY id"
_OUTDATED = """
    SELECT o.company_id, count(*) FROM offers AS o
    LEFT JOIN matches AS m ON m.offer_id = o.id LEFT JOIN offer_sketches AS k ON k.offer_id = o.id
    WHERE m.catalog_version IS NOT ? OR k.offer_id IS NULL GROUP BY o.company_id ORDER BY o.company_id
"""
_OUTDATE = """
    UPDATE matches SET catalog_version = ''
    WHERE catalog_version <> '' AND offer_id IN (SELECT id FROM offers WHERE company_id = ?)
"""
_SAVE = """
    INSERT INTO offers (
        id, source_id, company_id, provider_offer_id, title, locations, workplace, department, team,
        employment_type, salary_min, salary_max, salary_currency, salary_interval, salary_text, language, url,
        apply_url, published_at, updated_at, first_seen_at, last_seen_at, closed_at, content_hash, fingerprint,
        repost_of, repost_count, description_text
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET
        source_id = excluded.source_id, company_id = excluded.company_id,
        provider_offer_id = excluded.provider_offer_id, title = excluded.title, locations = excluded.locations,
        workplace = excluded.workplace, department = excluded.department, team = excluded.team,
        employment_type = excluded.employment_type, salary_min = excluded.salary_min,
        salary_max = excluded.salary_max, salary_currency = excluded.salary_currency,
        salary_interval = excluded.salary_interval, salary_text = excluded.salary_text,
        language = excluded.language, url = excluded.url, apply_url = excluded.apply_url,
        published_at = excluded.published_at, updated_at = excluded.updated_at,
        first_seen_at = excluded.first_seen_at, last_seen_at = excluded.last_seen_at,
        closed_at = excluded.closed_at, content_hash = excluded.content_hash, fingerprint = excluded.fingerprint,
        description_text = excluded.description_text
    WHERE (
        offers.source_id, offers.company_id, offers.provider_offer_id, offers.title, offers.locations,
        offers.workplace, offers.department, offers.team, offers.employment_type, offers.salary_min,
        offers.salary_max, offers.salary_currency, offers.salary_interval, offers.salary_text, offers.language,
        offers.url, offers.apply_url, offers.published_at, offers.updated_at, offers.first_seen_at,
        offers.last_seen_at, offers.closed_at, offers.content_hash, offers.fingerprint, offers.description_text
    ) IS NOT (
        excluded.source_id, excluded.company_id, excluded.provider_offer_id, excluded.title, excluded.locations,
        excluded.workplace, excluded.department, excluded.team, excluded.employment_type, excluded.salary_min,
        excluded.salary_max, excluded.salary_currency, excluded.salary_interval, excluded.salary_text,
        excluded.language, excluded.url, excluded.apply_url, excluded.published_at, excluded.updated_at,
        excluded.first_seen_at, excluded.last_seen_at, excluded.closed_at, excluded.content_hash,
        excluded.fingerprint, excluded.description_text
    )
"""
_SAVE_PAYLOAD = """
    INSERT INTO offer_payloads (offer_id, raw) VALUES (?, ?)
    ON CONFLICT (offer_id) DO UPDATE SET raw = excluded.raw WHERE offer_payloads.raw <> excluded.raw
"""
_DROP_PAYLOAD = "DELETE FROM offer_payloads WHERE offer_id = ?"
_WITH_OLD_PAYLOADS = """
    SELECT o.id FROM offers AS o JOIN offer_payloads AS p ON p.offer_id = o.id WHERE o.closed_at <= ? ORDER BY o.id
"""
_WITH_OLD_OFFERS = "SELECT DISTINCT company_id FROM offers WHERE closed_at <= ? ORDER BY company_id"
_DELETE = (
    "DELETE FROM matches WHERE offer_id = ?",
    "DELETE FROM offer_sketches WHERE offer_id = ?",
    _DROP_PAYLOAD,
    "DELETE FROM offers WHERE id = ?",
)
_TOUCH = "UPDATE offers SET updated_at = ?2 WHERE id = ?1 AND updated_at IS NOT ?2"
# An open offer was last seen when its source was last read whole, or when it was itself last written: see the port.
_CLOSE = """
    UPDATE offers SET
        closed_at = ?2,
        last_seen_at = max(last_seen_at, coalesce(
            (SELECT s.last_ingested_at FROM company_sources AS s
             WHERE s.id = offers.source_id AND s.last_ingested_at < ?2),
            last_seen_at
        ))
    WHERE id = ?1 AND closed_at IS NULL
"""
_SAVE_REPOST = """
    UPDATE offers SET repost_of = ?2, repost_count = ?3
    WHERE id = ?1 AND (repost_of, repost_count) IS NOT (?2, ?3)
"""


class SqliteOffers(SqliteMetrics, SqliteSketches):
    """An `OfferRepo`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._connection = connection
        self._packer = Packer()

    def known(self, source_id: SourceId) -> Mapping[str, KnownOffer]:
        """What is stored of the source's offers, open and closed, by the vendor's id."""
        return {
            provider_offer_id: KnownOffer(OfferId(id_), maybe_instant(updated_at), content_hash, closed_at is None)
            for provider_offer_id, id_, updated_at, content_hash, closed_at in self._connection.execute(
                _KNOWN, (source_id,)
            )
        }

    def get_many(self, offer_ids: Collection[OfferId]) -> Mapping[OfferId, Offer]:
        """The offers of these ids, by id; `posting.raw` is the stored payload, empty where none is kept."""
        found = map(_offer, self._connection.execute(_GET_MANY, (json_text(list(offer_ids)),)))
        return {offer.id: offer for offer in found}

    def texts(self, offer_ids: Collection[OfferId]) -> Mapping[OfferId, OfferText]:
        """What is scored of the offers of these ids, by id."""
        found = map(_text, self._connection.execute(_TEXTS, (json_text(list(offer_ids)),)))
        return {text.id: text for text in found}

    def save(self, offers: Iterable[Offer]) -> None:
        """Insert or replace by id, the raw payload included; reposts are left as they stand."""
        offers = tuple(offers)
        self._forget_changed(offers)
        self._connection.executemany(_SAVE, map(_columns, offers))
        kept = [(offer.id, self._packer.packed(offer.posting.raw)) for offer in offers if offer.posting.raw]
        self._connection.executemany(_SAVE_PAYLOAD, kept)
        if len(kept) < len(offers):
            self.drop_payloads(offer.id for offer in offers if not offer.posting.raw)

    def touch(self, updated_at: Mapping[OfferId, datetime | None]) -> None:
        """Keep the vendor's new times of offers of which nothing else changed."""
        self._connection.executemany(_TOUCH, ((id_, times(at)) for id_, at in updated_at.items()))

    def close(self, offer_ids: Collection[OfferId], now: datetime) -> None:
        """Close these open offers: last seen when their source was last read whole before *now*, or as stored.

        To be called before the completed sweep is kept in the source's checkpoint.
        """
        self._connection.executemany(_CLOSE, ((id_, times(now)) for id_ in offer_ids))

    def with_old_payloads(self, before: datetime) -> tuple[OfferId, ...]:
        """The offers, by id, that were closed at or before *before* and whose payload is still kept."""
        return tuple(OfferId(id_) for (id_,) in self._connection.execute(_WITH_OLD_PAYLOADS, (times(before),)))

    def drop_payloads(self, offer_ids: Iterable[OfferId]) -> None:
        """Keep the vendor's own records of these offers no longer."""
        self._connection.executemany(_DROP_PAYLOAD, ((id_,) for id_ in offer_ids))

    def with_old_offers(self, before: datetime) -> tuple[CompanyId, ...]:
        """The companies, by id, that have offers which were closed at or before *before*."""
        return tuple(CompanyId(id_) for (id_,) in self._connection.execute(_WITH_OLD_OFFERS, (times(before),)))

    def delete(self, offer_ids: Collection[OfferId]) -> None:
        """Delete these offers with their matches, sketches and payloads. Nothing that stays may refer to them."""
        for statement in _DELETE:
            self._connection.executemany(statement, ((id_,) for id_ in offer_ids))

    def outdated(self, catalog_version: str) -> Mapping[CompanyId, int]:
        """How many offers of each company have no match under this version of the catalog for what they say now.

        By company's id; companies without any are left out. An offer without a sketch has changed since its match.
        """
        rows = self._connection.execute(_OUTDATED, (clean(catalog_version),))
        return {CompanyId(id_): count for id_, count in rows}

    def outdate(self, company_ids: Collection[CompanyId]) -> None:
        """From now on no match of these companies' offers is of any version; what they say stays until replaced."""
        self._connection.executemany(_OUTDATE, ((id_,) for id_ in company_ids))

    def save_reposts(self, reposts: Mapping[OfferId, tuple[OfferId | None, int]]) -> None:
        """Keep which offer each repeats, and how often each was repeated."""
        self._connection.executemany(_SAVE_REPOST, ((id_, of, count) for id_, (of, count) in reposts.items()))


def _text(row: Any) -> OfferText:
    id_, title, department, description_text, language = row
    return OfferText(
        id=OfferId(id_),
        title=title,
        department=department or "",
        description_text=description_text,
        language=language,
    )


def _columns(offer: Offer) -> tuple[Any, ...]:
    posting = offer.posting
    pay = posting.salary or _NO_PAY
    return (
        offer.id,
        offer.source_id,
        offer.company_id,
        clean(posting.provider_offer_id),
        clean(posting.title),
        json_text(posting.locations),
        posting.workplace.value if posting.workplace else None,
        text(posting.department),
        text(posting.team),
        text(posting.employment_type),
        _number(pay.minimum),
        _number(pay.maximum),
        text(pay.currency),
        text(pay.interval),
        text(pay.text),
        text(posting.language),
        text(posting.url),
        text(posting.apply_url),
        times(posting.published_at),
        times(posting.updated_at),
        times(offer.first_seen_at),
        times(offer.last_seen_at),
        times(offer.closed_at),
        offer.content_hash,
        clean(offer.fingerprint),
        offer.repost_of,
        offer.repost_count,
        clean(posting.description_text),
    )


def _offer(row: Any) -> Offer:
    id_, source_id, company_id, provider_offer_id, title, description_text, locations, workplace = row[:8]
    department, team, employment_type, *pay, language, url, apply_url, published_at, updated_at = row[8:21]
    first_seen_at, last_seen_at, closed_at, content_hash, fingerprint, repost_of, repost_count, raw = row[21:]
    posting = Posting(
        provider_offer_id=provider_offer_id,
        title=title,
        description_text=description_text,
        locations=tuple(json_value(locations)),
        workplace=word(Workplace, workplace) if workplace else None,
        department=department,
        team=team,
        employment_type=employment_type,
        salary=_salary(*pay),
        language=language,
        url=url,
        apply_url=apply_url,
        published_at=maybe_instant(published_at),
        updated_at=maybe_instant(updated_at),
        raw=unpacked(id_, raw),
    )
    return Offer(
        id=OfferId(id_),
        source_id=SourceId(source_id),
        company_id=CompanyId(company_id),
        posting=posting,
        content_hash=content_hash,
        fingerprint=fingerprint,
        first_seen_at=instant(first_seen_at),
        last_seen_at=instant(last_seen_at),
        closed_at=maybe_instant(closed_at),
        repost_of=OfferId(repost_of) if repost_of else None,
        repost_count=repost_count,
    )


_NO_PAY = Salary()


def _salary(
    minimum: float | None, maximum: float | None, currency: str | None, interval: str | None, words: str | None
) -> Salary | None:
    salary = Salary(
        minimum=_decimal(minimum), maximum=_decimal(maximum), currency=currency, interval=interval, text=words
    )
    return None if salary == _NO_PAY else salary


def _number(amount: Decimal | None) -> float | None:
    """The column of an amount: a number that people can compare, exact to 15 digits. No amount is infinite."""
    if amount is None or not amount.is_finite():
        return None
    number = float(amount)
    return number if abs(number) <= _LARGEST else None


# Beyond this a double no longer tells whole units apart, and no salary is meant.
_LARGEST = 1e15


def _decimal(number: float | None) -> Decimal | None:
    if number is None:
        return None
    return Decimal(int(number)) if number.is_integer() else Decimal(repr(number))
