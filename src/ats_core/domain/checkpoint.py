"""How far a source has been read: the state of its sweep, its validators, and its trouble.

A sweep is one pass over a board. It is open from its first page to its last, across runs and kills.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import evolve, field, frozen
from attrs.validators import ge, optional

__all__ = ["LONGEST_PATIENCE", "Checkpoint", "PostingSizes", "Validators"]

#: How long a record that could not be used may hide behind validators.
LONGEST_PATIENCE = timedelta(days=7)


@frozen
class Validators:
    """What makes the next request conditional (RFC 9110): the ETag or Last-Modified of a whole board."""

    etag: str | None = None
    last_modified: str | None = None


@frozen(kw_only=True)
class PostingSizes:
    """What one posting of a board weighs on average, in bytes after decompression: in the vendor's list, and in full.

    None where that was never measured.
    """

    listed_bytes: int | None = field(default=None, validator=optional(ge(0)))
    full_bytes: int | None = field(default=None, validator=optional(ge(0)))

    def updated(self, newer: PostingSizes) -> PostingSizes:
        """These, with whatever *newer* has measured."""
        return PostingSizes(
            listed_bytes=self.listed_bytes if newer.listed_bytes is None else newer.listed_bytes,
            full_bytes=self.full_bytes if newer.full_bytes is None else newer.full_bytes,
        )


@frozen(kw_only=True)
class Checkpoint:
    """A source's progress. All times are UTC; None means never, or not now.

    *last_ingested_at*: the end of the last completed sweep that was believed; *last_sweep_started_at*: the beginning
    of the last completed one, from which the next is due. *sweep_started_at* and *next_cursor*: the open sweep.
    *watermark*: the newest vendor time seen. *content_hash*: of the whole board as last believed. *doubtful_since*:
    when the first of the sweeps in a row that came back implausibly empty ended. *missing_since*: since when the
    vendor, whenever it answered, has said that there is no such board. *sizes*: as last measured. *rejected_since*:
    the beginning of the first of the sweeps in a row that could not use some record; *rejected_at*: when such a record
    was last read.
    """

    last_ingested_at: datetime | None = None
    last_sweep_started_at: datetime | None = None
    sweep_started_at: datetime | None = None
    next_cursor: str | None = None
    watermark: datetime | None = None
    validators: Validators = Validators()
    sizes: PostingSizes = PostingSizes()
    content_hash: str | None = None
    doubtful_since: datetime | None = None
    missing_since: datetime | None = None
    rejected_since: datetime | None = None
    rejected_at: datetime | None = None
    last_error_at: datetime | None = None
    last_error: str | None = None
    consecutive_failures: int = 0
    retry_after: datetime | None = None
    is_paused_until: datetime | None = None

    def due(self, now: datetime, interval: timedelta) -> bool:
        """Whether a sweep is open or the last one began at least *interval* before *now*, and nothing forbids it.

        One that began after *now* was written while the clock was wrong; it must not keep the board waiting for it.
        """
        if any(until is not None and until > now for until in (self.is_paused_until, self.retry_after)):
            return False
        if self.sweep_started_at is not None or self.last_sweep_started_at is None:
            return True
        return not now - interval < self.last_sweep_started_at <= now

    def sweep_begun(self, now: datetime) -> Checkpoint:
        """An open sweep: the one under way, or a new one that starts at the first page."""
        if self.sweep_started_at is not None:
            return self
        return evolve(self, sweep_started_at=now, next_cursor=None)

    def usable_validators(self, now: datetime) -> Validators:
        """What the next sweep may ask with: none where it must read again what could not be used.

        A board with such records is read whole by the next sweep, whatever its ETag says, and then again when they
        have stood twice as long, at the latest after a week: what is wrong may be mended behind the same ETag, but
        mostly it is wrong for good.
        """
        if self.rejected_since is None or self.rejected_at is None:
            return self.validators
        patience = min(self.rejected_at - self.rejected_since, LONGEST_PATIENCE)
        return Validators() if now - self.rejected_at >= patience else self.validators

    def page_read(
        self,
        now: datetime,
        next_cursor: str | None,
        *,
        watermark: datetime | None = None,
        sizes: PostingSizes = PostingSizes(),
        rejected: bool = False,
    ) -> Checkpoint:
        """The sweep goes on at *next_cursor*. *rejected*: some record of the page could not be used."""
        newest = max((t for t in (self.watermark, watermark) if t is not None), default=None)
        return evolve(
            self,
            next_cursor=next_cursor,
            watermark=newest,
            sizes=self.sizes.updated(sizes),
            missing_since=None,
            rejected_at=now if rejected else self.rejected_at,
        )

    def sweep_restarted(self, now: datetime) -> Checkpoint:
        """The board moved under the cursor: the sweep begins again at the first page."""
        return evolve(self, sweep_started_at=now, next_cursor=None)

    def sweep_completed(
        self,
        now: datetime,
        *,
        validators: Validators,
        content_hash: str | None = None,
        doubtful: bool = False,
        unmodified: bool = False,
    ) -> Checkpoint:
        """No open sweep; trouble is forgotten. A doubtful sweep leaves no validators: the next must really read.

        *unmodified*: nothing was read, because the board is as the validators describe it.
        """
        if unmodified:
            validators, content_hash = self.validators, self.content_hash
            since, at = self.rejected_since, self.rejected_at
        else:
            since, at = self._rejections_of_sweep(now)
        return evolve(
            self,
            rejected_since=since,
            rejected_at=at,
            last_ingested_at=self.last_ingested_at if doubtful else now,
            last_sweep_started_at=self.sweep_started_at or now,
            sweep_started_at=None,
            next_cursor=None,
            validators=Validators() if doubtful else validators,
            content_hash=self.content_hash if doubtful else content_hash,
            doubtful_since=(self.doubtful_since or now) if doubtful else None,
            last_error_at=None,
            last_error=None,
            consecutive_failures=0,
            retry_after=None,
        )

    def _rejections_of_sweep(self, now: datetime) -> tuple[datetime | None, datetime | None]:
        began = self.sweep_started_at or now
        if self.rejected_at is None or self.rejected_at < began:
            return None, None
        return self.rejected_since or began, self.rejected_at

    def given_up(self) -> Checkpoint:
        """The board is gone. Should it come back, it is read from its first page and without validators."""
        return Checkpoint(
            last_ingested_at=self.last_ingested_at,
            last_sweep_started_at=self.last_sweep_started_at,
            watermark=self.watermark,
            sizes=self.sizes,
            last_error_at=self.last_error_at,
            last_error=self.last_error,
            is_paused_until=self.is_paused_until,
        )

    def failed(self, now: datetime, error: str, *, retry_after: datetime | None, missing: bool = False) -> Checkpoint:
        """One more failure in a row; an open sweep stays open at its cursor. *missing*: there is no such board."""
        return evolve(
            self,
            last_error_at=now,
            last_error=error,
            consecutive_failures=self.consecutive_failures + 1,
            retry_after=retry_after,
            missing_since=(self.missing_since or now) if missing else self.missing_since,
        )
