"""How far a list of companies has been read: its open reading, what made it unchanged the last time, its trouble.

A reading is one pass over a list. It is open from its first page to its end, across runs and kills.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import IntEnum

from attrs import evolve, field, frozen
from attrs.validators import ge

from ats_core.domain.checkpoint import Validators

__all__ = ["LONGEST_READING", "MOST_FAILURES", "CompanySeen", "DirectoryState", "Named"]

#: A reading that is open for longer, or that failed so many times in a row, begins again: what it has read is old, or
#: the place where it stopped is no good.
LONGEST_READING = timedelta(days=7)
MOST_FAILURES = 3


@frozen(kw_only=True)
class DirectoryState:
    """A list's progress. All times are UTC; None means never, or not now.

    *definition*: what the list was configured as when it was read. *reading_started_at* and *next_cursor*: the open
    reading. *last_reading_started_at* and *completed_at*: beginning and end of the last completed one, from whose
    beginning the next is due; *validators* and *content_hash* describe the list as it then was. *consecutive_failures*
    counts attempts in a row that got no further.
    """

    name: str
    definition: str = ""
    reading_started_at: datetime | None = None
    next_cursor: str | None = None
    last_reading_started_at: datetime | None = None
    completed_at: datetime | None = None
    validators: Validators = Validators()
    content_hash: str | None = None
    last_error_at: datetime | None = None
    last_error: str | None = None
    consecutive_failures: int = field(default=0, validator=ge(0))
    retry_after: datetime | None = None

    def due(self, now: datetime, interval: timedelta) -> bool:
        """Whether the list is to be read: a reading is open or failed, or the last began at least *interval* ago.

        Nothing is due before the time that the list's host asked for. A reading that began after *now* was dated by a
        clock that went wrong; it must not keep the list waiting for it.
        """
        if self.retry_after is not None and self.retry_after > now:
            return False
        if self.reading_started_at is not None or self.last_reading_started_at is None:
            return True
        return self.last_error is not None or not now - interval < self.last_reading_started_at <= now

    def defined_as(self, definition: str) -> DirectoryState:
        """This, if the list still is what it was; else as of a list that was never read: another stands there now."""
        if definition == self.definition:
            return self
        return DirectoryState(name=self.name, definition=definition)

    def begun(self, now: datetime) -> DirectoryState:
        """With an open reading: the one under way, if it has a cursor and is worth going on with, or a new one."""
        started = self.reading_started_at
        if (
            started is not None
            and self.next_cursor is not None
            and now - started <= LONGEST_READING
            and self.consecutive_failures < MOST_FAILURES
        ):
            return self
        return evolve(self, reading_started_at=now, next_cursor=None)

    def page_read(self, next_cursor: str | None) -> DirectoryState:
        """The open reading can go on at *next_cursor*; None: no further on than before."""
        return self if next_cursor is None else evolve(self, next_cursor=next_cursor, consecutive_failures=0)

    def completed(self, now: datetime, *, validators: Validators, content_hash: str | None) -> DirectoryState:
        """The list was read to its end; trouble is forgotten."""
        return evolve(self.unchanged(now), validators=validators, content_hash=content_hash)

    def unchanged(self, now: datetime) -> DirectoryState:
        """The list is what it was when it was last read to its end; trouble is forgotten."""
        return evolve(
            self,
            last_reading_started_at=self.reading_started_at or now,
            completed_at=now,
            reading_started_at=None,
            next_cursor=None,
            last_error_at=None,
            last_error=None,
            consecutive_failures=0,
            retry_after=None,
        )

    def failed(self, now: datetime, error: str, *, retry_after: datetime | None = None) -> DirectoryState:
        """The reading broke off, or could not begin; it stays open where it was."""
        return evolve(
            self,
            last_error_at=now,
            last_error=error,
            consecutive_failures=self.consecutive_failures + 1,
            retry_after=retry_after,
        )


class Named(IntEnum):
    """How well the line that gave a listing one of its links named the company; a better one counts."""

    NOT_YET = 0
    BY_NAME = 1
    BY_DOMAIN = 2


@frozen(kw_only=True)
class CompanySeen:
    """That an open reading has met a company, and how well the lines named it that gave its listing's links.

    Where it was not *met*, a line that gives a name only may have meant it: nobody can say that it left the list.
    """

    met: bool = False
    listing_url: Named = Named.NOT_YET
    careers_url: Named = Named.NOT_YET

    def and_also(self, other: CompanySeen) -> CompanySeen:
        """What is seen of a company of which both were seen."""
        return CompanySeen(
            met=self.met or other.met,
            listing_url=max(self.listing_url, other.listing_url),
            careers_url=max(self.careers_url, other.careers_url),
        )
