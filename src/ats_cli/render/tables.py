"""Tables and explanations for people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import MAXYEAR, datetime

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ats_cli.render.console import safe
from ats_core.domain.board import Source
from ats_core.domain.company import Resolution
from ats_core.domain.identity import CompanyId
from ats_core.domain.match import Hit, Label
from ats_core.domain.metrics import CompanyMetrics, ScoredOffer
from ats_core.domain.run import RunnerReport, RunStatus
from ats_core.domain.summary import CompanyEvidence, CompanySummary, DatabaseStatus, RunRecord

__all__ = [
    "print_companies",
    "print_evidence",
    "print_reports",
    "print_run",
    "print_runs",
    "print_sources",
    "print_status",
]

_LABELS = {Label.STRONG: "bold green", Label.MEDIUM: "yellow", Label.WEAK: "cyan", Label.NONE: "dim"}
_STATUSES = {RunStatus.COMPLETED: "green", RunStatus.SKIPPED: "dim", RunStatus.STARTED: "cyan"}
#: Counters that say too little by their name.
_WORDS = {"rejected": "records rejected"}
#: From which width on the ranked table has room for all numbers and the top category, and for the vendors.
ROOM_FOR_CATEGORY, ROOM_FOR_ATS = 110, 130
#: How many failures are listed after a run; `atsp runs show` lists all that were kept.
SHOWN_FAILURES = 10
#: How many offers an explanation lists in full.
EXPLAINED_OFFERS = 5


def _table(*columns: str, right: Iterable[str] = ()) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return table


def _day(when: datetime | None) -> str:
    return f"{when:%Y-%m-%d %H:%M}" if when else ""


def _boards(sources: Iterable[Source]) -> str:
    return ", ".join(sorted({s.board.provider for s in sources}))


def print_companies(out: Console, companies: Sequence[CompanySummary]) -> None:
    """The ranked table, a line a company; what a narrow terminal has no room for is left out, `atsp why` tells it."""
    columns: dict[str, Callable[[CompanyMetrics], Text]] = {
        "score": lambda metrics: Text(f"{metrics.best_score:.1f}", style=_LABELS[metrics.label]),
        "label": lambda metrics: Text(metrics.label.value, style=_LABELS[metrics.label]),
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


def print_sources(out: Console, sources: Iterable[Source], names: Mapping[CompanyId, str]) -> None:
    """Boards, whose they are by *names*, and how far each was read."""
    table = _table("id", "board", "company", "status", "confidence", "last ingested", "trouble", right=("confidence",))
    for source in sources:
        checkpoint = source.checkpoint
        table.add_row(
            source.id,
            safe(source.board),
            safe(names.get(source.company_id, ""), limit=40),
            source.status.value,
            f"{source.confidence:.2f}",
            _day(checkpoint.last_ingested_at),
            safe(_paused(checkpoint.is_paused_until) or checkpoint.last_error or "", limit=160),
        )
    out.print(table)


def _paused(until: datetime | None) -> str:
    if until is None:
        return ""
    return "paused until resumed" if until.year == MAXYEAR else f"paused until {_day(until)}"


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
    out.print(
        f"run {run.id}: loop {run.loop}, {run.status}, {_day(run.started_at)} to {_day(run.finished_at) or 'now'}"
    )
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
        table.add_row(
            str(run.id), run.loop.value, run.status.value, _day(run.started_at), _day(run.finished_at), runners
        )
    out.print(table)


def print_status(out: Console, status: DatabaseStatus) -> None:
    """How the database stands."""
    rows = status.rows
    out.print(
        f"{rows.get('companies', 0)} companies, {rows.get('company_sources', 0)} boards, "
        f"{status.open_offers} open offers"
    )
    for title, counts in (("looks for boards", status.discoveries), ("boards", status.sources)):
        if counts:
            out.print(f"{title}: " + ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items()))
    for pause in status.pauses:
        out.print(safe(f"{pause.provider} is paused until {_day(pause.paused_until)} UTC: {pause.reason}", "yellow"))
    for lease in status.locks:
        out.print(safe(f"the {lease.name} lock is held by {lease.owner} since {_day(lease.acquired_at)} UTC"))
    for title, sources in (("boards in trouble", status.failing_sources), ("paused boards", status.paused_sources)):
        if sources:
            out.print(f"\n{title}:")
            print_sources(out, sources, {})
    if status.last_runs:
        out.print("\nlast runs:")
        print_runs(out, status.last_runs)


def print_evidence(out: Console, evidence: CompanyEvidence) -> None:
    """Why a company stands where it stands."""
    company, metrics = evidence.summary.company, evidence.summary.metrics
    out.print(
        safe(company.name, "bold")
        + Text("  ")
        + safe(company.website or "no website", "dim")
        + Text(f"  {company.id}", style="dim")
    )
    out.print(
        f"decision: {company.resolution.value}"
        + (f" since {_day(company.resolution_at)}" if company.resolution_at else "")
    )
    if evidence.discovery is not None:
        found = evidence.discovery
        out.print(
            safe(f"board: {found.outcome.value.replace('_', ' ')}, looked at {_day(found.checked_at)}: {found.detail}")
        )
    if evidence.summary.sources:
        print_sources(out, evidence.summary.sources, {company.id: company.name})
    if metrics is None:
        read = any(source.checkpoint.last_ingested_at for source in evidence.summary.sources)
        out.print("its board was read and has no offers" if read else "no offers were read yet")
        return
    style = _LABELS[metrics.label]
    out.print(
        Text(f"score {metrics.best_score:.1f} {metrics.label.value}", style=style)
        + Text(
            f"  {metrics.open_offers} open offers ({metrics.unique_offers} unique, {metrics.strong_offers} strong), "
            f"{metrics.new_30d} new and {metrics.reposted_30d} reposted in 30 days"
        )
    )
    scored = [offer for offer in evidence.offers if offer.scored and offer.scored.hits]
    for offer in scored[:EXPLAINED_OFFERS]:
        _print_offer(out, offer)
    if len(scored) > EXPLAINED_OFFERS:
        out.print(f"\nand {len(scored) - EXPLAINED_OFFERS} more offers with evidence: --json lists all")


def _print_offer(out: Console, offer: ScoredOffer) -> None:
    assert offer.scored is not None
    closed = f", closed {_day(offer.closed_at)}" if offer.closed_at else ""
    out.print()
    out.print(
        Text(f"{offer.scored.score:4.1f}  ", style=_LABELS[offer.scored.label])
        + safe(offer.title, "bold")
        + Text(f"  first seen {_day(offer.first_seen_at)}{closed}", style="dim")
    )
    if offer.url:
        out.print(Text("      ") + safe(offer.url, "dim"))
    for hit in offer.scored.hits:
        out.print(
            Text(f"{hit.points:+6.1f}  {hit.category}: ", style="dim" if hit.negated else "")
            + _snippet(hit, in_bold=out.is_terminal)
        )


def _snippet(hit: Hit, *, in_bold: bool) -> Text:
    """The words around a match, the match itself in bold, or, where nothing shows bold, in the brackets it has."""
    where = Text(f"  ({hit.field.value}{', negated' if hit.negated else ''})", style="dim")
    before, _, rest = hit.snippet.partition("[[")
    match, closed, after = rest.partition("]]")
    if not in_bold or not closed:
        return safe(hit.snippet) + where
    return Text.assemble(_inline(before), (_inline(match), "bold"), _inline(after), where)


def _inline(text: str) -> str:
    """A piece of a line made safe, its outer spaces kept."""
    return safe(f"|{text}|").plain[1:-1]
