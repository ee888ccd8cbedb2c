"""What is read together when a company is shown: in a table, in the sheet, in an explanation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from attrs import frozen

from ats_core.domain.board import Discovery, ProviderPause, Source
from ats_core.domain.company import Company, CompanyListing
from ats_core.domain.directory import DirectoryState
from ats_core.domain.feedback import FeedbackEvent
from ats_core.domain.identity import CompanyId
from ats_core.domain.match import Label
from ats_core.domain.metrics import CompanyMetrics, CompanySignal, ScoredOffer
from ats_core.domain.run import Lease, Run, RunnerRun

__all__ = ["CompanyEvidence", "CompanyNews", "CompanyStanding", "CompanySummary", "DatabaseStatus", "RunRecord"]


@frozen(kw_only=True)
class CompanySummary:
    """One company in a ranked table. *metrics* is None while nothing of it was ever ingested.

    *top_offer* is the offer that *metrics* names; *feedback* the last event of what a person wrote about it.
    """

    company: Company
    metrics: CompanyMetrics | None
    sources: tuple[Source, ...]
    top_offer: ScoredOffer | None
    feedback: FeedbackEvent | None


@frozen(kw_only=True)
class CompanyStanding:
    """Where a company stands among all that have metrics: its *rank* from 1 on, and what it has it for."""

    company_id: CompanyId
    name: str
    rank: int
    score: float
    label: Label
    top_category: str | None


@frozen(kw_only=True)
class CompanyNews:
    """A company, its metrics, and what it shows for the first time: *signals* by first sight, then category."""

    company: Company
    metrics: CompanyMetrics
    signals: tuple[CompanySignal, ...]


@frozen(kw_only=True)
class CompanyEvidence:
    """All that is known of one company. *offers* are ordered: open before closed, best score first, then id."""

    summary: CompanySummary
    listings: tuple[CompanyListing, ...]
    discovery: Discovery | None
    signals: tuple[CompanySignal, ...]
    offers: tuple[ScoredOffer, ...]


@frozen(kw_only=True)
class RunRecord:
    """A run and what its runners reported, in order."""

    run: Run
    runners: tuple[RunnerRun, ...]


@frozen(kw_only=True)
class DatabaseStatus:
    """How the database stands: rows by table, companies by discovery outcome, sources by status, what is paused.

    *directories* are the lists that were ever read; *last_runs* holds the newest run of each loop; *locks* the leases
    that are held, live or lapsed.
    """

    rows: Mapping[str, int]
    discoveries: Mapping[str, int]
    sources: Mapping[str, int]
    open_offers: int
    directories: tuple[DirectoryState, ...]
    failing_sources: tuple[Source, ...]
    paused_sources: tuple[Source, ...]
    pauses: tuple[ProviderPause, ...]
    last_runs: tuple[RunRecord, ...]
    locks: tuple[Lease, ...]
    as_of: datetime
