"""The runner that takes people's decisions from the sheet into the database: validated, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

from ats_core.domain.company import Company
from ats_core.domain.feedback import FeedbackField, FeedbackOutcome, ModelFeedback, RatedHit, ScoreRating
from ats_core.domain.identity import CompanyId
from ats_core.domain.offer import RejectedRecord
from ats_core.domain.run import RunnerName, RunnerReport
from ats_core.domain.summary import CompanySummary
from ats_core.errors import SheetError
from ats_core.ports import Clock, EventLog, SheetGateway, Store
from ats_core.runners.sheet_delivery import deliver
from ats_core.runners.sheets_sync import NO_SHEET
from ats_core.runners.tally import Tally
from ats_core.settings import FeedbackSettings, SheetSettings
from ats_core.sheet.feedback_plan import FeedbackPlan, KnownFeedback, check_whole, plan_feedback
from ats_core.sheet.layout import Layout
from ats_core.sheet.merged_rows import standing_rows

__all__ = ["NO_ROWS", "FeedbackReading", "FeedbackRunner", "read_feedback"]

NO_ROWS = "the sheet has no rows yet"


@frozen(kw_only=True)
class FeedbackReading:
    """What a sheet says: the *plan*, the rows that are *missing*, and what people say of scores, as these stand now."""

    plan: FeedbackPlan
    missing: tuple[RejectedRecord, ...]
    ratings: tuple[ScoreRating, ...]


async def read_feedback(
    store: Store, gateway: SheetGateway, clock: Clock, settings: SheetSettings
) -> FeedbackReading | None:
    """Read the sheet and compare it with the database; nothing is changed. None where there is nothing to read.

    Raises `SheetError` where the sheet cannot be read, or the read was cut.
    """
    wording = settings.wording
    layout = Layout.of(await gateway.read(), place=gateway.place, labels=wording.labels)
    with store.read() as work:
        synced = tuple(work.sheet.row_hashes())
        summaries = {s.company.id: s for s in work.reports.companies()}
        aliases = work.companies.aliases()
        known = KnownFeedback(
            companies=tuple(s.company for s in summaries.values()),
            applied=work.feedback.applied(),
            last_read=work.feedback.last_read(),
            aliases=aliases,
            said=work.feedback.last_of_rows() if aliases else {},
        )
    if not synced and not layout.rows:
        return None
    standing = standing_rows(layout, aliases)
    missing = check_whole(standing.layout, synced, place=gateway.place, labels=wording.labels)
    plan = plan_feedback(layout, known, now=clock.now(), wording=wording)
    return FeedbackReading(
        plan=plan,
        missing=tuple(_missing(summaries[c].company, settings) for c in missing if c in summaries),
        ratings=tuple(_ratings(plan, summaries)),
    )


def _missing(company: Company, settings: SheetSettings) -> RejectedRecord:
    is_hidden = company.resolution in settings.hidden
    what = "companies so resolved get no new one" if is_hidden else "the next sync adds it again"
    return RejectedRecord(record=f"{company.name} ({company.id})", field="", reason=f"its row is missing; {what}")


def _ratings(plan: FeedbackPlan, summaries: Mapping[CompanyId, CompanySummary]) -> Iterable[ScoreRating]:
    """What is newly said of scores, with what each score stands on now: later it may stand on something else."""
    for event in plan.events:
        is_said = event.field is FeedbackField.MODEL_FEEDBACK and event.outcome is FeedbackOutcome.APPLIED
        if not is_said or event.value == event.previous:
            continue
        summary = summaries[event.company_id]
        metrics = summary.metrics
        scored = summary.top_offer.scored if summary.top_offer else None
        yield ScoreRating(
            company_id=event.company_id,
            rating=ModelFeedback(event.value) if event.value else None,
            at=event.at,
            score=metrics.best_score if metrics else None,
            top_category=metrics.top_category if metrics else None,
            catalog_version=metrics.catalog_version if metrics else "",
            hits=tuple(RatedHit(hit.category, hit.keyword, hit.points) for hit in scored.hits) if scored else (),
        )


class FeedbackRunner:
    """Reads the person's columns and applies the difference. An unreadable sheet changes nothing and is recorded."""

    name = RunnerName.FEEDBACK

    def __init__(
        self,
        store: Store,
        gateway: SheetGateway | None,
        clock: Clock,
        log: EventLog,
        sheet_settings: SheetSettings,
        settings: FeedbackSettings,
        *,
        now_requested: bool = False,
    ) -> None:
        """*now_requested* runs it outside its time window too."""
        self._store = store
        self._gateway = gateway
        self._clock = clock
        self._log = log
        self._sheet_settings = sheet_settings
        self._settings = settings
        self._now_requested = now_requested

    async def run_once(self) -> RunnerReport:
        """Read, check, plan, apply, and say in our status column what came of it."""
        tally = Tally(self.name, "rows", "applied", "not_understood", "decisions", "missing_rows")
        gateway = self._gateway
        if gateway is None:
            return tally.skipped(NO_SHEET)
        closed = self._closed()
        if closed:
            return tally.skipped(closed)
        try:
            reading = await read_feedback(self._store, gateway, self._clock, self._sheet_settings)
            if reading is None:
                return tally.skipped(NO_ROWS)
            plan = reading.plan
            tally.count("rows", plan.rows)
            tally.count("missing_rows", len(reading.missing))
            for record in (*reading.missing, *plan.unusable):
                tally.reject(gateway.place, record)
            self._apply(reading, tally)
            if plan.events:
                touched = {event.company_id for event in plan.events}
                await deliver(self._store, gateway, self._clock, self._sheet_settings, only=touched)
        except SheetError as error:
            tally.fail("sheet", gateway.place, str(error))
            self._log.warning("feedback_failed", place=gateway.place, error=str(error))
        return tally.report()

    def _closed(self) -> str:
        """Why now is not the time; empty when it is."""
        window, zone = self._settings.window, self._settings.timezone
        local = self._clock.now().astimezone(zone)
        if self._now_requested or window.holds(local.time()):
            return ""
        return f"feedback is read from {window} ({zone}); there it is {local:%H:%M}"

    def _apply(self, reading: FeedbackReading, tally: Tally) -> None:
        """Store decisions, events and ratings together, or none of them."""
        plan = reading.plan
        if not plan.events:
            return
        decided: list[Company] = []
        with self._store.write() as work:
            for company_id, resolution in plan.resolutions.items():
                company = work.companies.get(company_id)
                if company is not None and company.resolution is not resolution:
                    decided.append(company.resolved(resolution, self._clock.now()))
            work.companies.save(decided)
            work.feedback.append(plan.events)
            work.feedback.add_ratings(reading.ratings)
        tally.count("decisions", len(decided))
        for event in plan.events:
            tally.count(event.outcome.value)
            tell = self._log.info if event.outcome is FeedbackOutcome.APPLIED else self._log.warning
            tell(f"feedback_{event.outcome.value}", company=event.company_id, field=event.field.value, read=event.read)
