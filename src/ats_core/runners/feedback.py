"""The runner that takes people's decisions from the sheet into the database: validated, in one transaction."""

from __future__ import annotations

from ats_core.domain.company import Company
from ats_core.domain.feedback import FeedbackOutcome
from ats_core.domain.offer import RejectedRecord
from ats_core.domain.run import RunnerName, RunnerReport
from ats_core.errors import SheetError
from ats_core.ports import Clock, EventLog, SheetGateway, Store
from ats_core.runners.sheet_delivery import deliver
from ats_core.runners.sheets_sync import NO_SHEET
from ats_core.runners.tally import Tally
from ats_core.settings import FeedbackSettings, SheetSettings
from ats_core.sheet.feedback_plan import FeedbackPlan, KnownFeedback, check_whole, plan_feedback
from ats_core.sheet.layout import Layout

__all__ = ["FeedbackRunner"]


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
            layout = Layout.of(await gateway.read(), place=gateway.place)
            plan = self._plan(layout, gateway, tally)
            if plan is None:
                return tally.skipped("the sheet has no rows yet")
            self._apply(plan, tally)
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

    def _plan(self, layout: Layout, gateway: SheetGateway, tally: Tally) -> FeedbackPlan | None:
        with self._store.read() as work:
            synced = tuple(work.sheet.row_hashes())
            known = KnownFeedback(
                companies=tuple(s.company for s in work.reports.companies()),
                applied=work.feedback.applied(),
                last_read=work.feedback.last_read(),
            )
        if not synced and not layout.rows:
            return None
        missing = check_whole(layout, synced, place=gateway.place)
        plan = plan_feedback(layout, known, now=self._clock.now())
        tally.count("rows", plan.rows)
        tally.count("missing_rows", len(missing))
        names = {company.id: company.name for company in known.companies}
        for company_id in missing:
            reason = "its row is missing; the next sync adds it again"
            record = RejectedRecord(record=f"{names.get(company_id, '')} ({company_id})", field="", reason=reason)
            tally.reject(gateway.place, record)
        for record in plan.unusable:
            tally.reject(gateway.place, record)
        return plan

    def _apply(self, plan: FeedbackPlan, tally: Tally) -> None:
        """Store decisions and events together, or neither."""
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
        tally.count("decisions", len(decided))
        for event in plan.events:
            tally.count(event.outcome.value)
            tell = self._log.info if event.outcome is FeedbackOutcome.APPLIED else self._log.warning
            tell(f"feedback_{event.outcome.value}", company=event.company_id, field=event.field.value, read=event.read)
