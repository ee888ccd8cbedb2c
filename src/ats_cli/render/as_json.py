"""What `--json` prints: the same names as the database's columns, times as ISO-8601 UTC text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import attrs
import orjson

from ats_cli.plugged import Unread
from ats_core.domain.board import ProviderName, Source
from ats_core.domain.metrics import ScoredOffer
from ats_core.domain.run import RunnerReport
from ats_core.domain.summary import CompanyEvidence, CompanySummary, DatabaseStatus, RunRecord
from ats_core.pipeline import RunOutcome

__all__ = ["company", "dumps", "evidence", "outcome", "plain", "run_record", "source", "status"]


def dumps(value: object) -> str:
    """*value* as indented JSON text."""
    try:
        return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
    except orjson.JSONEncodeError:  # a file's name that is no UTF-8
        return json.dumps(value, indent=2)


def plain(value: Any) -> Any:
    """An entity as JSON values: attrs classes as objects, times as text, decimals as numbers in text."""
    if attrs.has(type(value)):
        return {f.name: plain(getattr(value, f.name)) for f in attrs.fields(type(value))}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list | set | frozenset):
        return [plain(item) for item in value]
    return value


def source(value: Source, *, no_adapter: str | None = None) -> dict[str, Any]:
    """A source: its board's parts beside its other columns; *no_adapter* is why nothing reads it now, if so."""
    shown = plain(value)
    board = shown.pop("board")
    parts = {"id": value.id, "provider": board["provider"], "region": board["region"], "board": board["slug"]}
    return {**parts, **shown, **({"no_adapter": no_adapter} if no_adapter else {})}


def company(value: CompanySummary) -> dict[str, Any]:
    """A row of the ranked table."""
    return {
        **plain(value.company),
        "metrics": plain(value.metrics),
        "sources": [source(s) for s in value.sources],
        "top_offer": offer(value.top_offer) if value.top_offer else None,
        "feedback": plain(value.feedback),
    }


def offer(value: ScoredOffer) -> dict[str, Any]:
    """An offer with its score and evidence; `scored` is null while it has none."""
    shown: dict[str, Any] = plain(value)
    return shown


def evidence(value: CompanyEvidence) -> dict[str, Any]:
    """All that is known of a company."""
    return {
        **company(value.summary),
        "listings": plain(value.listings),
        "discovery": plain(value.discovery),
        "signals": plain(value.signals),
        "offers": [offer(o) for o in value.offers],
    }


def run_record(value: RunRecord) -> dict[str, Any]:
    """A run and its runners."""
    return {
        **plain(value.run),
        "runners": [
            {**_report(r.report), "started_at": plain(r.started_at), "finished_at": plain(r.finished_at)}
            for r in value.runners
        ],
    }


def _report(value: RunnerReport) -> dict[str, Any]:
    shown: dict[str, Any] = plain(value)
    return shown


def outcome(value: RunOutcome) -> dict[str, Any]:
    """What `atsp run --json` prints."""
    return {
        **plain(value.run),
        "exit_status": int(value.exit_status),
        "runners": [_report(report) for report in value.reports],
    }


def status(value: DatabaseStatus, *, without_adapter: Mapping[ProviderName, Unread]) -> dict[str, Any]:
    """How the database stands; *without_adapter*: vendors that have boards here which nothing reads now, and why."""
    shown: dict[str, Any] = plain(value)
    shown["without_adapter"] = plain(without_adapter)
    shown["failing_sources"] = [source(s) for s in value.failing_sources]
    shown["paused_sources"] = [source(s) for s in value.paused_sources]
    shown["last_runs"] = [run_record(r) for r in value.last_runs]
    return shown
