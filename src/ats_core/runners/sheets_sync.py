"""The runner that shows companies in the sheet: idempotent, delta-based, best-effort."""

from __future__ import annotations

from ats_core.domain.run import RunnerName, RunnerReport
from ats_core.errors import SheetError
from ats_core.ports import Clock, EventLog, SheetGateway, Store
from ats_core.runners.sheet_delivery import deliver
from ats_core.runners.tally import Tally
from ats_core.settings import SheetSettings

__all__ = ["NO_SHEET", "SheetsSyncRunner"]

NO_SHEET = 'no sheet is configured: name one under [sheets], for example file = "leads.xlsx"'


class SheetsSyncRunner:
    """Projects companies to the sheet. A sheet that cannot be read or written is recorded, never raised."""

    name = RunnerName.SHEETS_SYNC

    def __init__(
        self,
        store: Store,
        gateway: SheetGateway | None,
        clock: Clock,
        log: EventLog,
        settings: SheetSettings,
        *,
        full: bool = False,
    ) -> None:
        """*full* compares every cell of ours, also in rows that have not changed since they were written."""
        self._store = store
        self._gateway = gateway
        self._clock = clock
        self._log = log
        self._settings = settings
        self._full = full

    async def run_once(self) -> RunnerReport:
        """Write what differs; nothing where nothing does."""
        tally = Tally(self.name, "rows", "added", "updated", "unchanged", "mended", "cells_written")
        gateway = self._gateway
        if gateway is None:
            return tally.skipped(NO_SHEET)
        try:
            delivered = await deliver(self._store, gateway, self._clock, self._settings, full=self._full)
        except SheetError as error:
            tally.fail("sheet", gateway.place, str(error))
            self._log.warning("sheet_sync_failed", place=gateway.place, error=str(error))
            return tally.report()
        delta = delivered.delta
        tally.count("rows", len(delta.hashes))
        for name in ("added", "updated", "unchanged", "mended"):
            tally.count(name, getattr(delta, name))
        tally.count("cells_written", len(delta.changes.cells))
        for record in delivered.repeated:
            tally.reject(gateway.place, record)
        self._log.info("sheet_synced", place=gateway.place, added=delta.added, updated=delta.updated)
        return tally.report()
