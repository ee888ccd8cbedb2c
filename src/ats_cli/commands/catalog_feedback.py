"""`atsp catalog feedback`: what people said of the scores, by category and keyword."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from rich import box
from rich.table import Table

from ats_cli.compose import opened_store
from ats_cli.options import common, json_option, load
from ats_cli.render import as_json
from ats_cli.render.console import console, safe
from ats_core.domain.feedback import ModelFeedback, ScoreRating
from ats_core.domain.identity import CompanyId
from ats_core.scoring.ratings import RatingCounts, Ratings, count_ratings


@click.command(epilog="Example: atsp catalog feedback --json")
@click.option("--limit", type=click.IntRange(min=0), default=20, show_default=True,
              help="Keywords shown at the most.")  # fmt: skip
@json_option
@common
def feedback(config_path: Path | None, as_json_: bool, limit: int) -> None:
    """Show what people said of the scores (OK, FP, FN), by what the scores stood on when it was read.

    By the top category of each company, and by the keywords that its top offer earned points with. Precision is the
    share of OK among OK and FP, with the range in which it lies with 95 % confidence.
    """
    config = load(config_path)
    with opened_store(config) as store, store.read() as uow:
        given = uow.feedback.ratings()
        names = {r.company_id: c.name for r in given if (c := uow.companies.get(r.company_id)) is not None}
    ratings = count_ratings(given)
    if as_json_:
        click.echo(as_json.dumps(_value(ratings, names, limit)))
    else:
        _print(ratings, names, limit)


def _value(ratings: Ratings, names: Mapping[CompanyId, str], limit: int) -> dict[str, Any]:
    return {
        "companies": ratings.companies,
        "catalog_versions": dict(ratings.catalog_versions),
        "categories": [
            {
                "category": category.category,
                **_counts(category.counts),
                "misleading": as_json.plain(category.misleading),
                "examples": {
                    rating.value: [_example(r, names) for r in rated] for rating, rated in category.examples.items()
                },
            }
            for category in ratings.categories
        ],
        "keywords": [
            {"category": k.category, "keyword": k.keyword, **_counts(k.counts), "fp_points": k.fp_points}
            for k in ratings.keywords[:limit]
        ],
    }


def _counts(counts: RatingCounts) -> dict[str, Any]:
    low, high = counts.precision_range or (None, None)
    return {
        "ok": counts.ok,
        "fp": counts.fp,
        "fn": counts.fn,
        "precision": counts.precision,
        "precision_low": low,
        "precision_high": high,
    }


def _example(rating: ScoreRating, names: Mapping[CompanyId, str]) -> dict[str, Any]:
    return {
        "company_id": rating.company_id,
        "name": names.get(rating.company_id, ""),
        "score": rating.score,
        "at": as_json.plain(rating.at),
    }


def _print(ratings: Ratings, names: Mapping[CompanyId, str], limit: int) -> None:
    out = console()
    if not ratings.companies:
        out.print("nobody has said anything of a score yet: write OK, FP or FN under 'model feedback' in the sheet")
        return
    table = _table("top category", "OK", "FP", "FN", "precision", "misleads most", "false positives", "missed")
    for category in ratings.categories:
        worst = category.misleading
        table.add_row(
            safe(category.category or "(none)", "bold"),
            *_shown(category.counts),
            safe(f'"{worst.keyword}" ({worst.category}, {worst.points:g} points)' if worst else "–"),
            *(
                safe(", ".join(names.get(r.company_id, "") for r in category.examples[rating]) or "–")
                for rating in (ModelFeedback.FP, ModelFeedback.FN)
            ),
        )
    out.print(table)
    if ratings.keywords and limit:
        table = _table("keyword", "category", "OK", "FP", "FN", "precision", "points in FP")
        for keyword in ratings.keywords[:limit]:
            table.add_row(
                safe(keyword.keyword, "bold"),
                safe(keyword.category),
                *_shown(keyword.counts),
                f"{keyword.fp_points:g}",
            )
        out.print()
        out.print(table)
    versions = ", ".join(f"{version} ({count})" for version, count in ratings.catalog_versions.items())
    out.print(safe(f"{ratings.companies} companies rated; scores of {versions or 'no catalog'}"), soft_wrap=True)


def _table(*names: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in names:
        table.add_column(name, overflow="fold", no_wrap=name in ("OK", "FP", "FN", "precision"))
    return table


def _shown(counts: RatingCounts) -> tuple[str, str, str, str]:
    precision, span = counts.precision, counts.precision_range
    told = f"{precision:.0%} ({span[0]:.0%}–{span[1]:.0%})" if precision is not None and span is not None else "–"
    return str(counts.ok), str(counts.fp), str(counts.fn), told
