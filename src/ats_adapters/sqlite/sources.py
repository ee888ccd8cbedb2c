"""Sources with their checkpoints, the open sweep's sightings, pauses of providers: `company_sources` and its kin."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

from ats_adapters.sqlite.columns import clean, instant, maybe_instant, text, times, word
from ats_core.domain.board import Board, ProviderName, ProviderPause, Source, SourceStatus
from ats_core.domain.checkpoint import Checkpoint, PostingSizes, Validators
from ats_core.domain.identity import CompanyId, SourceId

__all__ = ["SqliteSources", "pause", "source"]

_SELECT = """
    SELECT s.company_id, s.provider, s.region, s.board, s.evidence_url, s.evidence_kind, s.confidence, s.status,
        s.discovered_at, s.last_ingested_at, s.last_sweep_started_at, s.sweep_started_at, s.next_cursor, s.watermark,
        s.etag, s.last_modified, s.content_hash, s.doubtful_since, s.missing_since, s.last_error_at, s.last_error,
        s.consecutive_failures, s.retry_after, s.is_paused_until, s.listed_bytes, s.full_bytes, s.rejected_since,
        s.rejected_at
    FROM company_sources AS s
"""
_GET = _SELECT + " WHERE s.id = ?"
_OF_COMPANY = _SELECT + " WHERE s.company_id = ? ORDER BY s.id"
_ALL = _SELECT + " ORDER BY s.id"
_TO_INGEST = (
    _SELECT
    + """
    JOIN companies AS c ON c.id = s.company_id
    WHERE s.status = 'active' AND c.resolution NOT IN ('ACCEPTED', 'REJECTED', 'ALREADY_CUSTOMER')
    ORDER BY s.id
"""
)
_SAVE = """
    INSERT INTO company_sources (
        id, company_id, provider, region, board, evidence_url, evidence_kind, confidence, status, discovered_at,
        last_ingested_at, last_sweep_started_at, sweep_started_at, next_cursor, watermark, etag, last_modified,
        content_hash, doubtful_since, missing_since, last_error_at, last_error, consecutive_failures, retry_after,
        is_paused_until, listed_bytes, full_bytes, rejected_since, rejected_at
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET
        company_id = excluded.company_id,
        evidence_url = excluded.evidence_url, evidence_kind = excluded.evidence_kind,
        confidence = excluded.confidence, status = excluded.status, discovered_at = excluded.discovered_at,
        last_ingested_at = excluded.last_ingested_at, last_sweep_started_at = excluded.last_sweep_started_at,
        sweep_started_at = excluded.sweep_started_at, next_cursor = excluded.next_cursor,
        watermark = excluded.watermark, etag = excluded.etag, last_modified = excluded.last_modified,
        content_hash = excluded.content_hash, doubtful_since = excluded.doubtful_since,
        missing_since = excluded.missing_since,
        last_error_at = excluded.last_error_at, last_error = excluded.last_error,
        consecutive_failures = excluded.consecutive_failures, retry_after = excluded.retry_after,
        is_paused_until = excluded.is_paused_until,
        listed_bytes = excluded.listed_bytes, full_bytes = excluded.full_bytes,
        rejected_since = excluded.rejected_since, rejected_at = excluded.rejected_at
    WHERE (
        company_sources.company_id,
        company_sources.evidence_url, company_sources.evidence_kind, company_sources.confidence,
        company_sources.status, company_sources.discovered_at, company_sources.last_ingested_at,
        company_sources.last_sweep_started_at, company_sources.sweep_started_at, company_sources.next_cursor,
        company_sources.watermark, company_sources.etag, company_sources.last_modified,
        company_sources.content_hash, company_sources.doubtful_since, company_sources.missing_since,
        company_sources.last_error_at,
        company_sources.last_error, company_sources.consecutive_failures, company_sources.retry_after,
        company_sources.is_paused_until, company_sources.listed_bytes, company_sources.full_bytes,
        company_sources.rejected_since, company_sources.rejected_at
    ) IS NOT (
        excluded.company_id,
        excluded.evidence_url, excluded.evidence_kind, excluded.confidence,
        excluded.status, excluded.discovered_at, excluded.last_ingested_at,
        excluded.last_sweep_started_at, excluded.sweep_started_at, excluded.next_cursor,
        excluded.watermark, excluded.etag, excluded.last_modified,
        excluded.content_hash, excluded.doubtful_since, excluded.missing_since, excluded.last_error_at,
        excluded.last_error, excluded.consecutive_failures, excluded.retry_after,
        excluded.is_paused_until, excluded.listed_bytes, excluded.full_bytes,
        excluded.rejected_since, excluded.rejected_at
    )
"""
_ADD_SIGHTING = """
    INSERT INTO sweep_sightings (source_id, provider_offer_id) VALUES (?, ?)
    ON CONFLICT (source_id, provider_offer_id) DO NOTHING
"""
_SIGHTINGS = "SELECT provider_offer_id FROM sweep_sightings WHERE source_id = ?"
_FORGET_SIGHTINGS = "DELETE FROM sweep_sightings WHERE source_id = ?"
_PAUSES = "SELECT provider, paused_until, reason FROM provider_pauses ORDER BY provider"
_SAVE_PAUSE = """
    INSERT INTO provider_pauses (provider, paused_until, reason) VALUES (?, ?, ?)
    ON CONFLICT (provider) DO UPDATE SET paused_until = excluded.paused_until, reason = excluded.reason
    WHERE (provider_pauses.paused_until, provider_pauses.reason) IS NOT (excluded.paused_until, excluded.reason)
"""
_FORGET_PAUSE = "DELETE FROM provider_pauses WHERE provider = ?"


def source(row: Any) -> Source:
    """The source of a row."""
    company_id, provider, region, slug, evidence_url, evidence_kind, confidence, status, discovered_at = row[:9]
    return Source(
        company_id=CompanyId(company_id),
        board=Board(ProviderName(provider), region, slug),
        evidence_url=evidence_url,
        evidence_kind=evidence_kind,
        confidence=confidence,
        status=word(SourceStatus, status),
        discovered_at=instant(discovered_at),
        checkpoint=_checkpoint(row[9:]),
    )


def _checkpoint(columns: Any) -> Checkpoint:
    (
        last_ingested_at,
        last_sweep_started_at,
        sweep_started_at,
        next_cursor,
        watermark,
        etag,
        last_modified,
        content_hash,
        doubtful_since,
        missing_since,
        last_error_at,
        last_error,
        consecutive_failures,
        retry_after,
        is_paused_until,
        listed_bytes,
        full_bytes,
        rejected_since,
        rejected_at,
    ) = columns
    return Checkpoint(
        last_ingested_at=maybe_instant(last_ingested_at),
        last_sweep_started_at=maybe_instant(last_sweep_started_at),
        sweep_started_at=maybe_instant(sweep_started_at),
        next_cursor=next_cursor,
        watermark=maybe_instant(watermark),
        validators=Validators(etag, last_modified),
        sizes=PostingSizes(listed_bytes=listed_bytes, full_bytes=full_bytes),
        content_hash=content_hash,
        doubtful_since=maybe_instant(doubtful_since),
        missing_since=maybe_instant(missing_since),
        rejected_since=maybe_instant(rejected_since),
        rejected_at=maybe_instant(rejected_at),
        last_error_at=maybe_instant(last_error_at),
        last_error=last_error,
        consecutive_failures=consecutive_failures,
        retry_after=maybe_instant(retry_after),
        is_paused_until=maybe_instant(is_paused_until),
    )


def pause(row: Any) -> ProviderPause:
    """The provider's pause of a row."""
    provider, paused_until, reason = row
    return ProviderPause(provider=ProviderName(provider), paused_until=instant(paused_until), reason=reason)


class SqliteSources:
    """A `SourceRepo`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get(self, source_id: SourceId) -> Source | None:
        """The source of this id."""
        row = self._connection.execute(_GET, (clean(source_id),)).fetchone()
        return source(row) if row else None

    def of_company(self, company_id: CompanyId) -> tuple[Source, ...]:
        """The company's sources in every status, by id."""
        return tuple(map(source, self._connection.execute(_OF_COMPANY, (clean(company_id),))))

    def all(self) -> tuple[Source, ...]:
        """Every source, by id."""
        return tuple(map(source, self._connection.execute(_ALL)))

    def to_ingest(self) -> tuple[Source, ...]:
        """The active sources of companies whose resolution does not end the work, by id; due or not."""
        return tuple(map(source, self._connection.execute(_TO_INGEST)))

    def save(self, source: Source) -> None:
        """Insert or replace by id, checkpoint included."""
        point = source.checkpoint
        self._connection.execute(
            _SAVE,
            (
                source.id,
                source.company_id,
                source.board.provider,
                source.board.region,
                source.board.slug,
                clean(source.evidence_url),
                clean(source.evidence_kind),
                source.confidence,
                source.status.value,
                times(source.discovered_at),
                times(point.last_ingested_at),
                times(point.last_sweep_started_at),
                times(point.sweep_started_at),
                text(point.next_cursor),
                times(point.watermark),
                text(point.validators.etag),
                text(point.validators.last_modified),
                text(point.content_hash),
                times(point.doubtful_since),
                times(point.missing_since),
                times(point.last_error_at),
                text(point.last_error),
                point.consecutive_failures,
                times(point.retry_after),
                times(point.is_paused_until),
                point.sizes.listed_bytes,
                point.sizes.full_bytes,
                times(point.rejected_since),
                times(point.rejected_at),
            ),
        )

    def add_sightings(self, source_id: SourceId, provider_offer_ids: Iterable[str]) -> None:
        """Keep that the source's open sweep has seen these postings. Each counts once."""
        self._connection.executemany(_ADD_SIGHTING, ((source_id, clean(seen)) for seen in provider_offer_ids))

    def sightings(self, source_id: SourceId) -> frozenset[str]:
        """What the source's open sweep has seen so far."""
        return frozenset(seen for (seen,) in self._connection.execute(_SIGHTINGS, (source_id,)))

    def forget_sightings(self, source_id: SourceId) -> None:
        """The sweep ended, or starts again."""
        self._connection.execute(_FORGET_SIGHTINGS, (source_id,))

    def pauses(self) -> tuple[ProviderPause, ...]:
        """All pauses of providers, past ones too, by provider."""
        return tuple(map(pause, self._connection.execute(_PAUSES)))

    def save_pause(self, pause: ProviderPause) -> None:
        """Insert or replace by provider."""
        row = (clean(pause.provider), times(pause.paused_until), clean(pause.reason))
        self._connection.execute(_SAVE_PAUSE, row)

    def forget_pause(self, provider: str) -> None:
        """The provider may be asked again."""
        self._connection.execute(_FORGET_PAUSE, (clean(provider),))
