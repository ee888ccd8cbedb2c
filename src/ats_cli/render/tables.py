"""Tables and explanations for people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import MAXYEAR, datetime
from types import MappingProxyType
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ats_adapters.plugins import PluginInfo, PluginState
from ats_cli.plugged import Unread
from ats_cli.render.console import safe
from ats_core.domain.board import ProviderName, Source
from ats_core.domain.company import Resolution
from ats_core.domain.identity import CompanyId
from ats_core.domain.match import Label
from ats_core.domain.metrics import CompanyMetrics
from ats_core.domain.run import RunnerReport, RunStatus
from ats_core.domain.summary import CompanyNews, CompanySummary, DatabaseStatus, RunRecord

__all__ = [
    "LABEL_STYLES",
    "day",
    "print_catalogs",
    "print_companies",
    "print_evidence",
    "print_news",
    "print_plugins",
    "print_reports",
    "print_run",
    "print_runs",
    "print_sources",
    "print_status",
]

LABEL_STYLES = {Label.STRONG: "bold green", Label.MEDIUM: "yellow", Label.WEAK: "cyan", Label.NONE: "dim"}
_STATUSES = {RunStatus.COMPLETED: "green", RunStatus.SKIPPED: "dim", RunStatus.STARTED: "cyan"}
#: Counters that say too little by their name.
_WORDS = {"rejected": "records rejected"}
#: From which width on the ranked table has room for all numbers and the top category, and for the vendors.
ROOM_FOR_CATEGORY, ROOM_FOR_ATS = 110, 130
#: How many failures are listed after a run; `atsp runs show` lists all that were kept.
SHOWN_FAILURES = 10


def _table(*columns: str, right: Iterable[str] = ()) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return table


def day(when: datetime | None) -> str:
    """A time to the minute; empty where there is none."""
    return f"{when:%Y-%m-%d %H:%M}" if when else ""


def _boards(sources: Iterable[Source]) -> str:
    return ", ".join(sorted({s.board.provider for s in sources}))


def print_companies(out: Console, companies: Sequence[CompanySummary]) -> None:
    """The ranked table, a line a company; what a narrow terminal has no room for is left out, `atsp why` tells it."""
    columns: dict[str, Callable[[CompanyMetrics], Text]] = {
        "score": lambda metrics: Text(f"{metrics.best_score:.1f}", style=LABEL_STYLES[metrics.label]),
        "label": lambda metrics: Text(metrics.label.value, style=LABEL_STYLES[metrics.label]),
        "open": lambda metrics: Text(str(metrics.open_offers)),
    }
    if out.width >= ROOM_FOR_CATEGORY:
        columns["strong"] = lambda metrics: Text(str(metrics.strong_offers))
        columns["top category"] = lambda metrics: safe(metrics.top_category or "")
    columns["why"] = lambda metrics: safe(metrics.why)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, expand=True, padding=(0, 1, 0, 0))
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column("company", no_wrap=True, max_width=26)
    told = any(row.company.resolution is not Resolution.PENDING for row in companies)
    if told:
        table.add_column("decision", no_wrap=True)
    if out.width >= ROOM_FOR_ATS:
        table.add_column("ATS", no_wrap=True, max_width=17)
    for name in columns:
        right = name in ("score", "open", "strong")
        table.add_column(name, justify="right" if right else "left", no_wrap=True, ratio=1 if name == "why" else None)
    for rank, row in enumerate(companies, start=1):
        cells = [Text(str(rank)), safe(row.company.name, "bold")]
        if told:
            decided = row.company.resolution
            cells.append(Text("" if decided is Resolution.PENDING else decided.value))
        if out.width >= ROOM_FOR_ATS:
            cells.append(safe(_boards(row.sources)))
        if row.metrics is not None:
            cells += [cell(row.metrics) for cell in columns.values()]
        table.add_row(*cells)
    out.print(table)


def print_news(out: Console, news: Iterable[CompanyNews], names: Mapping[str, str]) -> None:
    """Companies and what they show for the first time, a line a category; *names* are the categories' by id."""
    numbers = ("score", "points", "open offers")
    table = _table("company", "score", "new", "first seen", "points", "open offers", right=numbers)
    for item in news:
        metrics = item.metrics
        score = Text(f"{metrics.best_score:.1f}", LABEL_STYLES[metrics.label])
        cells = [safe(item.company.name, "bold", limit=40), score]
        for signal in item.signals:
            table.add_row(
                *cells,
                safe(names.get(signal.category, signal.category)),
                day(signal.first_seen_at),
                f"{signal.best_points:.1f}",
                str(signal.open_offers),
            )
            cells = [Text(), Text()]
    out.print(table)


def print_evidence(out: Console, sources: Iterable[Source], names: Mapping[CompanyId, str]) -> None:
    """Boards that wait for a person's word: whose they may be, how sure that is, and what was seen where."""
    table = _table("id", "board", "company", "confidence", "seen as", "seen on", right=("confidence",))
    for source in sources:
        table.add_row(
            source.id,
            safe(source.board),
            safe(names.get(source.company_id, ""), limit=40),
            f"{source.confidence:.2f}",
            safe(source.evidence_kind),
            safe(source.evidence_url, limit=200),
        )
    out.print(table)


def print_sources(
    out: Console,
    sources: Iterable[Source],
    names: Mapping[CompanyId, str],
    unread: Mapping[ProviderName, str] = MappingProxyType({}),
) -> None:
    """Boards, whose they are by *names*, and how far each was read; *unread*: vendors without adapter, and why."""
    table = _table("id", "board", "company", "status", "confidence", "last ingested", "trouble", right=("confidence",))
    for source in sources:
        checkpoint = source.checkpoint
        table.add_row(
            source.id,
            safe(source.board),
            safe(names.get(source.company_id, ""), limit=40),
            source.status.value,
            f"{source.confidence:.2f}",
            day(checkpoint.last_ingested_at),
            safe(
                unread.get(source.board.provider) or _paused(checkpoint.is_paused_until) or checkpoint.last_error or "",
                limit=160,
            ),
        )
    out.print(table)


def _paused(until: datetime | None) -> str:
    if until is None:
        return ""
    return "paused until resumed" if until.year == MAXYEAR else f"paused until {day(until)}"


def _counters(report: RunnerReport) -> str:
    shown = [f"{count} {_WORDS.get(name, name.replace('_', ' '))}" for name, count in report.counters.items() if count]
    return ", ".join(shown) or "nothing to do"


def print_reports(out: Console, reports: Iterable[RunnerReport], *, every: bool = False) -> None:
    """What each runner did, then what failed: the first few, or *every* failure and rejected record that was kept."""
    reports = list(reports)
    most = None if every else SHOWN_FAILURES
    table = _table("runner", "status", "what it did")
    for report in reports:
        told = report.error or report.note or _counters(report)
        table.add_row(
            report.runner.value,
            Text(report.status.value, style=_STATUSES.get(report.status, "yellow")),
            safe(told, limit=500),
        )
    out.print(table)
    failures = [failure for report in reports for failure in report.failures]
    for failure in failures[:most]:
        out.print(Text("! ", style="yellow") + safe(failure.detail, limit=300))
    rejected = [line for report in reports for line in report.rejected]
    for line in rejected[:most]:
        out.print(Text("- rejected ", style="yellow") + safe(line, limit=300))
    hidden = len(failures[SHOWN_FAILURES:]) + len(rejected[SHOWN_FAILURES:])
    if hidden and not every:
        out.print(f"  and {hidden} more: atsp runs show")


def print_run(out: Console, record: RunRecord, *, every: bool = False) -> None:
    """One run in full."""
    run = record.run
    out.print(f"run {run.id}: loop {run.loop}, {run.status}, {day(run.started_at)} to {day(run.finished_at) or 'now'}")
    out.print(safe(f"by {run.owner}"), style="dim")
    if run.error:
        out.print(safe(run.error, "yellow"))
    print_reports(out, [runner.report for runner in record.runners], every=every)


def print_runs(out: Console, records: Iterable[RunRecord]) -> None:
    """Runs, the newest first."""
    table = _table("run", "loop", "status", "started", "finished", "runners", right=("run",))
    for record in records:
        run = record.run
        others = [r.report for r in record.runners if r.report.status is not RunStatus.COMPLETED]
        done = len(record.runners) - len(others)
        runners = ", ".join([f"{done} completed", *(f"{report.runner} {report.status}" for report in others)])
        table.add_row(str(run.id), run.loop.value, run.status.value, day(run.started_at), day(run.finished_at), runners)
    out.print(table)


def print_status(out: Console, status: DatabaseStatus, without_adapter: Mapping[ProviderName, Unread]) -> None:
    """How the database stands; *without_adapter*: vendors that have boards here which nothing reads now, and why."""
    rows = status.rows
    out.print(
        f"{rows.get('companies', 0)} companies, {rows.get('company_sources', 0)} boards, "
        f"{status.open_offers} open offers"
    )
    for title, counts in (("looks for boards", status.discoveries), ("boards", status.sources)):
        if counts:
            out.print(f"{title}: " + ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items()))
    for state in status.directories:
        if state.last_error is not None:
            out.print(safe(f"list {state.name}: {state.last_error}", "yellow", limit=1000))
        elif state.completed_at is not None:
            out.print(safe(f"list {state.name}: read {day(state.completed_at)} UTC"))
    for unread in without_adapter.values():
        out.print(safe(f"boards that are not read: {unread.boards}, because {unread.reason}", "yellow", limit=1000))
    for pause in status.pauses:
        out.print(safe(pause, "yellow"))
    for lease in status.locks:
        out.print(safe(f"the {lease.name} lock is held by {lease.owner} since {day(lease.acquired_at)} UTC"))
    for title, sources in (("boards in trouble", status.failing_sources), ("paused boards", status.paused_sources)):
        if sources:
            out.print(f"\n{title}:")
            print_sources(out, sources, {})
    if status.last_runs:
        out.print("\nlast runs:")
        print_runs(out, status.last_runs)


def print_plugins(out: Console, rows: Iterable[PluginInfo]) -> None:
    """Plugins: where each is from, what it brings, and why it is not in use."""
    table = _table("plugin", "from", "state", "brings")
    for row in rows:
        origin = f"{row.distribution} {row.version}" if row.distribution else "atsp"
        brought = [" ".join([kind, *sorted(names)]) for kind, names in row.provides.items()]
        is_used = row.state is PluginState.IN_USE
        table.add_row(
            safe(row.name, "bold"),
            safe(origin),
            Text(row.state.value.replace("_", " "), style="green" if is_used else "yellow"),
            safe("; ".join(filter(None, [*(brought if is_used else ()), row.reason])), limit=1000),
        )
    out.print(table)


def print_catalogs(out: Console, rows: Iterable[Mapping[str, Any]]) -> None:
    """Catalogs as `atsp catalog list --json` gives them, the one in use marked."""
    table = _table("", "catalog", "version", "categories", "spellings", "name", right=("categories", "spellings"))
    for row in rows:
        usable = row["version"] is not None
        trouble = f"cannot be used: atsp catalog check {row['catalog']}"
        if row["layer"] and not row["errors"]:
            trouble = "words for catalogs to extend"
        table.add_row(
            "*" if row["in_use"] else "",
            safe(row["catalog"], "bold"),
            safe(row["version"] or ""),
            str(len(row["categories"])) if usable else "",
            str(row["spellings"]) if usable else "",
            safe(row["name"]) if usable else safe(trouble, "yellow"),
        )
    out.print(table)
    out.print("* is the configured one", style="dim")
