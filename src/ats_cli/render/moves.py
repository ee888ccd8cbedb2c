"""Companies that stand otherwise: after a rescoring, or under another catalog."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from ats_cli.render.as_json import plain
from ats_cli.render.console import safe
from ats_core.domain.summary import CompanyStanding
from ats_core.scoring.catalog_diff import EvidenceChanges, KeywordChange, Move

__all__ = ["as_value", "print_moves", "told_changes"]

#: How many keywords a line names.
NAMED = 4


def as_value(move: Move) -> dict[str, Any]:
    """A move as JSON values: the company, how far its score moved, where it stood and stands."""
    return {
        "company_id": move.standing.company_id,
        "name": move.standing.name,
        "by": move.by,
        "relabelled": move.relabelled,
        "before": plain(move.before),
        "after": plain(move.after),
    }


def print_moves(out: Console, moves: Sequence[Move], changes: Sequence[EvidenceChanges] | None = None) -> None:
    """A line a company; *changes* tell of each what made it move."""
    if not moves:
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in (
        "company",
        "score",
        "label",
        "top category",
        "rank",
        *(("because of",) if changes is not None else ()),
    ):
        table.add_column(name, overflow="fold", no_wrap=name in ("score", "rank"))
    for place, move in enumerate(moves):
        told = [safe(told_changes(changes[place]), limit=400)] if changes is not None else []
        table.add_row(
            safe(move.standing.name, "bold", limit=40),
            safe(_pair(move, "score")),
            safe(_pair(move, "label")),
            safe(_pair(move, "top_category")),
            safe(_pair(move, "rank")),
            *told,
        )
    out.print(table)


def told_changes(changes: EvidenceChanges) -> str:
    """The first changes in words.

    `fx 0→3` tells how many offers showed a category and show it now; `+3 "hedging" (fx)` that a keyword is found in
    three more, `-1` in one less, `±2` in two for other points.
    """
    categories = [f"{c.category} {c.before}→{c.after}" for c in changes.categories]
    keywords = [_keyword(change) for change in changes.keywords]
    return "; ".join(_first(parts) for parts in (categories, keywords) if parts)


def _keyword(change: KeywordChange) -> str:
    counts = [f"+{change.gained}" if change.gained else "", f"-{change.lost}" if change.lost else ""]
    counts.append(f"±{change.reweighted}" if change.reweighted else "")
    negated = ", negated" if change.negated else ""
    return f'{"/".join(filter(None, counts))} "{change.keyword}" ({change.category}{negated})'


def _first(parts: Sequence[str]) -> str:
    more = f" and {len(parts) - NAMED} more" if len(parts) > NAMED else ""
    return ", ".join(parts[:NAMED]) + more


def _pair(move: Move, name: str) -> str:
    before, after = _shown(move.before, name), _shown(move.after, name)
    return after if before == after else f"{before} → {after}"


def _shown(standing: CompanyStanding | None, name: str) -> str:
    value = getattr(standing, name) if standing else None
    return "–" if value is None else str(value)
