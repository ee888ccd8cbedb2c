"""The database as the use-cases see it: repositories inside units of work, and the run lock.

A unit of work is one transaction, entered with `Store.write()`; nothing waits inside it. Every write is fenced: it
fails with `LeaseLost` once another run has taken one of this run's locks. Saving what is already stored changes
nothing. Everything is returned in a stated order, so that the same database gives the same answers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Protocol

from ats_core.domain.board import Discovery, ProviderPause, Source
from ats_core.domain.company import Company, CompanyListing
from ats_core.domain.directory import CompanySeen, DirectoryState
from ats_core.domain.feedback import FeedbackEvent, FeedbackField, ScoreRating
from ats_core.domain.identity import CompanyId, OfferId, RunId, SourceId
from ats_core.domain.match import Match, ScoredUnder
from ats_core.domain.metrics import CompanyMetrics, CompanySignal, ScoredOffer
from ats_core.domain.offer import KnownOffer, Offer, OfferText
from ats_core.domain.run import Lease, Loop, Run, RunnerName, RunnerReport
from ats_core.domain.summary import (
    CompanyEvidence,
    CompanyNews,
    CompanyStanding,
    CompanySummary,
    DatabaseStatus,
    RunRecord,
)
from ats_core.scoring.sketch import TextSketch

__all__ = [
    "CompanyRepo",
    "DirectoryRepo",
    "FeedbackRepo",
    "OfferRepo",
    "Reports",
    "RunLock",
    "RunRepo",
    "SheetRepo",
    "SourceRepo",
    "Store",
    "UnitOfWork",
]


class CompanyRepo(Protocol):
    """Companies, the lists they stand in, and how the looks for their boards ended."""

    def get(self, company_id: CompanyId) -> Company | None:
        """The company of this id, or the one into which the row of this id was merged."""

    def with_domains(self, domains: Collection[str]) -> Mapping[str, Company]:
        """The companies that have one of these registrable domains, or had it before a merge, by domain."""

    def with_names(self, normalized_names: Collection[str]) -> Mapping[str, tuple[Company, ...]]:
        """The companies that bear one of these normalised names, by name; each tuple by `created_at`, then id.

        A company bears the name under which it was met first, and every other that was added for it.
        """

    def save(self, companies: Iterable[Company]) -> None:
        """Insert or replace by id."""

    def add_names(self, names: Iterable[tuple[CompanyId, str]]) -> None:
        """Keep normalised names that companies bear beside their own."""

    def merge(self, gone: CompanyId, kept: Company) -> None:
        """Make one of two rows: all that is stored of *gone* is *kept*'s from now on, and *gone* is no more.

        *kept* is saved, as `Company.absorbing` made it. Listings in the same directory and looks for boards are
        joined (`joined_with`); sources, offers and feedback move, in an event `row_id` keeping the row it was read
        from; the names, domains and ids of *gone* lead to *kept*. Metrics and signals of *gone* are dropped and those
        of *kept* outdated; offers that moved lose their sketches, so that scores, reposts and totals are made anew;
        the row of *gone* in the sheet is forgotten. Nothing happens where there is no company *gone*.
        """

    def aliases(self) -> Mapping[CompanyId, CompanyId]:
        """The companies, by the ids of rows that were merged into them."""

    def listings(self, directory: str) -> Mapping[CompanyId, CompanyListing]:
        """All listings of a directory, past ones too."""

    def save_listings(self, listings: Iterable[CompanyListing]) -> None:
        """Insert or replace by company and directory."""

    def careers_urls(self, company_ids: Collection[CompanyId]) -> Mapping[CompanyId, tuple[str, ...]]:
        """Where the lists in which these companies stand say that they hire, each link once, in order of the lists.

        By company id; companies without such a link are left out. A list that a company has left does not count.
        """

    def due_for_discovery(self, now: datetime, *, after: CompanyId | None, limit: int) -> tuple[Company, ...]:
        """The first *limit* companies by id, after *after*, that were never looked at or whose next check is due.

        Companies whose resolution ends the work are left out.
        """

    def discovery(self, company_id: CompanyId) -> Discovery | None:
        """How the last look for this company's board ended."""

    def save_discovery(self, discovery: Discovery) -> None:
        """Insert or replace by company."""


class DirectoryRepo(Protocol):
    """How far each list of companies was read, and which companies its open reading has met."""

    def get(self, name: str) -> DirectoryState | None:
        """The list of this name."""

    def all(self) -> tuple[DirectoryState, ...]:
        """Every list that was ever read, by name."""

    def save(self, state: DirectoryState) -> None:
        """Insert or replace by name."""

    def seen(self, name: str) -> Mapping[CompanyId, CompanySeen]:
        """What the list's open reading has seen so far, by company id."""

    def save_seen(self, name: str, seen: Mapping[CompanyId, CompanySeen]) -> None:
        """Insert or replace by list and company. The list must be there."""

    def forget_seen(self, name: str) -> None:
        """The reading ended, or starts again."""


class SourceRepo(Protocol):
    """Sources with their checkpoints, what the open sweep has seen so far, and pauses of providers."""

    def get(self, source_id: SourceId) -> Source | None:
        """The source of this id."""

    def of_company(self, company_id: CompanyId) -> tuple[Source, ...]:
        """The company's sources in every status, by id."""

    def all(self) -> tuple[Source, ...]:
        """Every source, by id."""

    def to_ingest(self) -> tuple[Source, ...]:
        """The active sources of companies whose resolution does not end the work, by id; due or not."""

    def save(self, source: Source) -> None:
        """Insert or replace by id, checkpoint included."""

    def add_sightings(self, source_id: SourceId, provider_offer_ids: Iterable[str]) -> None:
        """Keep that the source's open sweep has seen these postings. Each counts once."""

    def sightings(self, source_id: SourceId) -> frozenset[str]:
        """What the source's open sweep has seen so far."""

    def forget_sightings(self, source_id: SourceId) -> None:
        """The sweep ended, or starts again."""

    def pauses(self) -> tuple[ProviderPause, ...]:
        """All pauses of providers, past ones too, by provider."""

    def save_pause(self, pause: ProviderPause) -> None:
        """Insert or replace by provider."""

    def forget_pause(self, provider: str) -> None:
        """The provider may be asked again."""


class OfferRepo(Protocol):
    """Offers with their raw payloads, their matches, and what a company's offers say together."""

    def known(self, source_id: SourceId) -> Mapping[str, KnownOffer]:
        """What is stored of the source's offers, open and closed, by the vendor's id."""

    def get_many(self, offer_ids: Collection[OfferId]) -> Mapping[OfferId, Offer]:
        """The offers of these ids, by id; `posting.raw` is the stored payload, empty where none is kept."""

    def texts(self, offer_ids: Collection[OfferId]) -> Mapping[OfferId, OfferText]:
        """What is scored of the offers of these ids, by id."""

    def save(self, offers: Iterable[Offer]) -> None:
        """Insert or replace by id, the raw payload included; reposts are left as they stand.

        An offer whose content is not what it was (by its hash) has no sketch any more, and its match is of no version.
        """

    def touch(self, updated_at: Mapping[OfferId, datetime | None]) -> None:
        """Keep the vendor's new times of offers of which nothing else changed."""

    def close(self, offer_ids: Collection[OfferId], now: datetime) -> None:
        """Close these open offers: they were last seen in the last completed sweep before *now*, or never since."""

    def with_old_payloads(self, before: datetime) -> tuple[OfferId, ...]:
        """The offers, by id, that were closed at or before *before* and whose payload is still kept."""

    def drop_payloads(self, offer_ids: Iterable[OfferId]) -> None:
        """Keep the vendor's own records of these offers no longer."""

    def with_old_offers(self, before: datetime) -> tuple[CompanyId, ...]:
        """The companies, by id, that have offers which were closed at or before *before*."""

    def delete(self, offer_ids: Collection[OfferId]) -> None:
        """Delete these offers with their matches, sketches and payloads. Nothing that stays may refer to them."""

    def sketches(self, company_id: CompanyId) -> Mapping[OfferId, TextSketch]:
        """The sketches of the company's offers, by id; offers that have none, or one of another form, are left out."""

    def save_sketches(self, sketches: Mapping[OfferId, TextSketch]) -> None:
        """Insert or replace by offer."""

    def scored_under(self, company_id: CompanyId) -> Mapping[OfferId, ScoredUnder]:
        """Under what each match of the company's offers came about, by id."""

    def save_matches(self, matches: Iterable[Match]) -> None:
        """Insert or replace by offer."""

    def outdated(self, catalog_version: str) -> Mapping[CompanyId, int]:
        """How many offers of each company have no match under this version of the catalog for what they say now.

        By company's id; companies without any are left out. An offer without a sketch has changed since its match.
        """

    def outdate(self, company_ids: Collection[CompanyId]) -> None:
        """From now on no match of these companies' offers is of any version; what they say stays until replaced."""

    def of_company(
        self,
        company_id: CompanyId,
        *,
        catalog_version: str | None = None,
        after: ScoredOffer | None = None,
        limit: int | None = None,
    ) -> tuple[ScoredOffer, ...]:
        """The company's offers, open and closed, by first sight, then id.

        With *catalog_version*, offers whose match is of another version of the catalog have no score. With *limit*, no
        more than so many; *after* is the last one of those that were read before.
        """

    def save_reposts(self, reposts: Mapping[OfferId, tuple[OfferId | None, int]]) -> None:
        """Keep which offer each repeats, and how often each was repeated."""

    def save_metrics(self, metrics: CompanyMetrics, signals: Iterable[CompanySignal]) -> None:
        """Replace the company's metrics and all its signals; what does not differ is not written."""

    def outdate_metrics(self, company_id: CompanyId) -> None:
        """From now on the company's metrics are of no catalog; what they say stays until they are replaced."""

    def are_metrics_outdated(self, company_id: CompanyId) -> bool:
        """Whether the company has no metrics, or only some that were outdated."""

    def stale_metrics(self, as_of: date, catalog_version: str) -> tuple[CompanyId, ...]:
        """Companies with offers whose metrics are of another day or catalog, or missing, by id."""


class SheetRepo(Protocol):
    """What the sheet was last given, row by row."""

    def row_hashes(self) -> Mapping[CompanyId, str]:
        """The hash of what was last written to each company's row."""

    def save_row_hashes(self, hashes: Mapping[CompanyId, str], now: datetime) -> None:
        """Insert or replace by company. Rows of companies that were merged into others meanwhile are left out."""

    def forget_rows(self, company_ids: Collection[CompanyId]) -> None:
        """These rows are no longer in the sheet."""


class FeedbackRepo(Protocol):
    """What people wrote in their columns. Events are only ever added."""

    def append(self, events: Iterable[FeedbackEvent]) -> None:
        """Add events. What was read of a company that was merged into another meanwhile is said of the other."""

    def applied(self) -> Mapping[tuple[CompanyId, FeedbackField], str]:
        """The value that was last applied, by company and field."""

    def last_read(self) -> Mapping[tuple[CompanyId, FeedbackField], FeedbackEvent]:
        """The newest event, whatever its outcome, by company and field."""

    def last_of_rows(self) -> Mapping[tuple[CompanyId, FeedbackField], FeedbackEvent]:
        """The newest event, whatever its outcome, by the id that stood in the row it was read from, and field."""

    def add_ratings(self, ratings: Iterable[ScoreRating]) -> None:
        """Add what people said of scores; of a company that was merged into another meanwhile it is the other's."""

    def ratings(self) -> tuple[ScoreRating, ...]:
        """The newest rating of each company, by company id; those that were taken back are left out."""


class RunRepo(Protocol):
    """Runs and what their runners reported."""

    def start(self, loop: Loop, owner: str, now: datetime) -> Run:
        """A new run, `started`."""

    def finish(self, run: Run) -> None:
        """Keep the run's status, error and end."""

    def start_runner(self, run_id: RunId, runner: RunnerName, now: datetime) -> None:
        """The runner has begun."""

    def finish_runner(self, run_id: RunId, report: RunnerReport, now: datetime) -> None:
        """Keep what the runner reported."""

    def fail_crashed(self, owners: Collection[str], now: datetime) -> tuple[Run, ...]:
        """Mark runs found `started` that belong to none of the *owners* of live locks, with their runners, failed.

        Returns them as they are now.
        """

    def newest(self, limit: int) -> tuple[RunRecord, ...]:
        """The newest runs first."""

    def get(self, run_id: RunId) -> RunRecord | None:
        """One run."""


class Reports(Protocol):
    """Questions that people ask of the database."""

    def companies(self) -> tuple[CompanySummary, ...]:
        """Every company, ranked: best score, strong offers, open offers (each highest first), name, id.

        Companies without metrics come last.
        """

    def standings(self) -> tuple[CompanyStanding, ...]:
        """Where every company that has metrics stands, in the order of `companies`."""

    def news(self, since: datetime, *, category: str | None = None) -> tuple[CompanyNews, ...]:
        """The companies that showed a category, or *category*, for the first time at *since* or later.

        With those categories alone, in the order of `companies`.
        """

    def find_company(self, text: str) -> tuple[Company, ...]:
        """Companies whose id, domain, website or normalised name is *text*; else those whose name contains it."""

    def evidence(self, company_id: CompanyId) -> CompanyEvidence | None:
        """All that is known of one company."""

    def status(self, now: datetime) -> DatabaseStatus:
        """How the database stands."""


class UnitOfWork(Protocol):
    """The repositories inside one transaction."""

    @property
    def companies(self) -> CompanyRepo:
        """Companies, listings, looks for boards."""

    @property
    def directories(self) -> DirectoryRepo:
        """Lists of companies, and their open readings."""

    @property
    def sources(self) -> SourceRepo:
        """Sources, sightings, pauses of providers."""

    @property
    def offers(self) -> OfferRepo:
        """Offers, matches, metrics."""

    @property
    def sheet(self) -> SheetRepo:
        """What the sheet was last given."""

    @property
    def feedback(self) -> FeedbackRepo:
        """What people wrote."""

    @property
    def runs(self) -> RunRepo:
        """Runs and their runners."""

    @property
    def reports(self) -> Reports:
        """Questions that people ask."""


class Store(Protocol):
    """The database."""

    def read(self) -> AbstractContextManager[UnitOfWork]:
        """One consistent view for reading; writing in it is an error."""

    def write(self) -> AbstractContextManager[UnitOfWork]:
        """One transaction: committed at the end of the block, undone by an exception. Raises `LeaseLost`."""

    def fence(self, leases: Iterable[Lease]) -> None:
        """From now on, write only while every one of these leases is still ours."""


class RunLock(Protocol):
    """Named leases in the database. Time is the wall clock's: a lease guards against other live processes."""

    def acquire(self, name: str, owner: str, duration: timedelta) -> Lease:
        """Take the lock, also from a holder whose lease has lapsed; raises `LockHeld`."""

    def renew(self, lease: Lease, duration: timedelta) -> Lease:
        """The same lease (same token) with a later end, lapsed or not, unless another took it: `LeaseLost`."""

    def release(self, lease: Lease) -> None:
        """Give the lock back; nothing happens where another took it."""

    def live_owners(self) -> frozenset[str]:
        """The owners of leases that have not lapsed; may be asked inside a unit of work, of whose view it then is."""
