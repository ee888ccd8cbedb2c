"""A vendor's board, the source that reads it for a company, and what a look for one ended with."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import NewType

from attrs import evolve, field, frozen
from attrs.validators import ge, le, min_len

from ats_core.domain.checkpoint import Checkpoint
from ats_core.domain.identity import CompanyId, SourceId, source_id

__all__ = [
    "UNTIL_RESUMED",
    "Board",
    "BoardLink",
    "BoardProbe",
    "Discovery",
    "DiscoveryOutcome",
    "LinkKind",
    "ProviderName",
    "ProviderPause",
    "Source",
    "SourceStatus",
]

ProviderName = NewType("ProviderName", str)

#: The end of a pause that has none.
UNTIL_RESUMED = datetime(9999, 1, 1, tzinfo=UTC)


@frozen(order=True)
class Board:
    """Where a company's postings stand at a vendor: the vendor, its region, and the board's slug there.

    The slug is in the vendor's canonical spelling (Greenhouse ignores case: lower; Lever keeps it).
    """

    provider: ProviderName = field(validator=min_len(1))
    region: str
    slug: str = field(validator=min_len(1))

    @property
    def source_id(self) -> SourceId:
        """The id of the source of this board."""
        return source_id(self.provider, self.region, self.slug)

    @property
    def label(self) -> str:
        """What of the slug may be the company's name: all of it, or the first of its parts (`acme/wd5/External`)."""
        return self.slug.partition("/")[0]

    def __str__(self) -> str:
        return f"{self.provider}:{self.slug}" + (f" ({self.region})" if self.region else "")


class LinkKind(StrEnum):
    """What a URL of a vendor shows."""

    BOARD = "board"
    EMBED = "embed"
    API = "api"
    POSTING = "posting"


@frozen
class BoardLink:
    """A URL in which a vendor's adapter recognised one of its boards."""

    board: Board
    url: str
    kind: LinkKind


@frozen(kw_only=True)
class BoardProbe:
    """What the vendor says of a board: whether it exists, under which canonical name, whose, with how many postings.

    *company_name* and *open_postings* are None where the vendor does not say. *company_url* is the company's own site,
    as the vendor links it. *posting_ids* are those of the postings that were asked for which the board has.
    """

    board: Board
    exists: bool
    company_name: str | None = None
    company_url: str | None = None
    open_postings: int | None = None
    posting_ids: frozenset[str] = frozenset()


class SourceStatus(StrEnum):
    """What is done with a source: only active ones are ingested."""

    ACTIVE = "active"
    UNSURE = "unsure"
    REJECTED = "rejected"
    GONE = "gone"


@frozen(kw_only=True)
class Source:
    """A board that belongs to a company, why we think so (0 <= *confidence* <= 1), and how far it was read."""

    company_id: CompanyId
    board: Board
    evidence_url: str
    evidence_kind: str
    confidence: float = field(validator=[ge(0.0), le(1.0)])
    status: SourceStatus
    discovered_at: datetime
    checkpoint: Checkpoint = Checkpoint()

    @property
    def id(self) -> SourceId:
        """Derived from the board: one source a board, ever."""
        return self.board.source_id


class DiscoveryOutcome(StrEnum):
    """How the last look for a company's board ended."""

    FOUND = "found"
    UNSURE = "unsure"
    NOT_FOUND = "not_found"
    UNREACHABLE = "unreachable"
    BLOCKED_BY_ROBOTS = "blocked_by_robots"
    SHARED_BOARD = "shared_board"


@frozen(kw_only=True)
class Discovery:
    """The last look for a company's board: its outcome, and when the next is due (None: not before it is asked for).

    *attempts* counts looks in a row that found nothing.
    """

    company_id: CompanyId
    outcome: DiscoveryOutcome
    checked_at: datetime
    next_check_at: datetime | None
    attempts: int
    detail: str

    def joined_with(self, other: Discovery) -> Discovery:
        """Of the last looks for two rows of one company, this row's, unless only *other* ended with a board."""
        with_board = (DiscoveryOutcome.FOUND, DiscoveryOutcome.UNSURE)
        rank = {outcome: place for place, outcome in enumerate(with_board)}
        best = min((self, other), key=lambda look: rank.get(look.outcome, len(with_board)))
        return evolve(best, company_id=self.company_id)


@frozen(kw_only=True)
class ProviderPause:
    """A vendor that is left alone until a time, and why."""

    provider: ProviderName
    paused_until: datetime
    reason: str

    def __str__(self) -> str:
        until = "it is resumed" if self.paused_until >= UNTIL_RESUMED else f"{self.paused_until:%Y-%m-%d %H:%M:%S} UTC"
        return f"{self.provider} is paused until {until} ({self.reason})"
