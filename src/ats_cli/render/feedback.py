"""What people wrote in the sheet, and what would be applied of it."""

from __future__ import annotations

from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from ats_cli.render.console import safe
from ats_core.domain.company import Resolution
from ats_core.domain.feedback import FeedbackField
from ats_core.runners.feedback import NO_ROWS, FeedbackReading
from ats_core.settings import ALWAYS, FeedbackSettings
from ats_core.sheet.feedback_plan import ReadCell

__all__ = ["plan_value", "print_plan"]


def _effect(cell: ReadCell) -> str | None:
    """What a decision does to the work on its company."""
    event = cell.event
    if event.field is not FeedbackField.RESOLUTION:
        return None
    before, after = Resolution(event.previous).ends_work, Resolution(event.value).ends_work
    return None if before is after else "ends_work" if after else "resumes"


def _changes(reading: FeedbackReading) -> list[ReadCell]:
    cells = (c for c in reading.plan.cells if c.is_news and not c.trouble and c.event.value != c.event.previous)
    return sorted(cells, key=lambda c: c.row)


def _troubles(reading: FeedbackReading) -> list[ReadCell]:
    return sorted((c for c in reading.plan.cells if c.trouble), key=lambda c: c.row)


def plan_value(reading: FeedbackReading | None, place: str) -> dict[str, Any]:
    """The plan as JSON values."""
    if reading is None:
        return {"place": place, "rows": 0, "changes": [], "not_understood": [], "missing": [], "left_alone": []}
    return {
        "place": place,
        "rows": reading.plan.rows,
        "changes": [
            {**_where(c), "read": c.event.read, "previous": c.event.previous, "value": c.event.value,
             "effect": _effect(c)}
            for c in _changes(reading)
        ],
        "not_understood": [
            {**_where(c), "read": c.event.read, "accepted": list(c.accepted), "told_before": not c.is_news}
            for c in _troubles(reading)
        ],
        "missing": [str(record) for record in reading.missing],
        "left_alone": [str(record) for record in reading.plan.left_alone],
    }  # fmt: skip


def _where(cell: ReadCell) -> dict[str, Any]:
    return {
        "row": cell.row,
        "company_id": cell.company.id,
        "company": cell.company.name,
        "field": cell.event.field.value,
    }


def print_plan(out: Console, reading: FeedbackReading | None, place: str, settings: FeedbackSettings) -> None:
    """The plan in lines: what would change, what would not and why, and when it is applied."""
    if reading is None:
        out.print(f"{place}: {NO_ROWS}", markup=False, soft_wrap=True)
        return
    changes, troubles = _changes(reading), _troubles(reading)
    if changes:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        for name in ("row", "company", "column", "now", "becomes", ""):
            table.add_column(name, overflow="fold", no_wrap=name == "row")
        for cell in changes:
            effect = _effect(cell)
            table.add_row(
                str(cell.row),
                safe(cell.company.name, "bold", limit=40),
                safe(cell.event.field.value.replace("_", " ")),
                safe(cell.event.previous or "–", limit=80),
                safe(cell.event.value or "–", limit=80),
                safe((effect or "").replace("_", " ")),
            )
        out.print(table)
    lines = [f"row {c.row} ({c.company.name}): {c.trouble}" for c in troubles]
    lines += [str(record) for record in (*reading.plan.left_alone, *reading.missing)]
    for told in lines:
        out.print(safe(told), soft_wrap=True)
    out.print(
        f"{place}: {reading.plan.rows} rows read, {len(changes)} cells would be applied, "
        f"{len(troubles)} are not understood",
        markup=False,
        soft_wrap=True,
    )
    if changes:
        when = "at every run" if settings.window == ALWAYS else f"from {settings.window} ({settings.timezone})"
        out.print(f"applied {when}; at once by `atsp run --only feedback --feedback-now`", markup=False, soft_wrap=True)
