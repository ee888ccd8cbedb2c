"""Shows the judgement of a split: as text for people, as plain data for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from attrs import asdict
from benchmarks.scoring_quality.labelled import BONUS_LANGUAGES, CATEGORIES
from benchmarks.scoring_quality.measure import Counts, Judged, Miss, by_category, by_group, counted

__all__ = ["as_data", "as_lines"]


def as_lines(split: str, judged: Sequence[Judged], *, misses: bool = True) -> Iterator[str]:
    """The figures of a split, then (unless *misses* is false) its misses, line by line."""
    main, bonus = _main_and_bonus(judged)
    yield f"{split}: {len(main)} snippets in English and Spanish"
    yield f"  {'':26s} {'precision':>9s} {'recall':>7s} {'right':>6s} {'false':>6s} {'missed':>6s} {'arguable':>8s}"
    yield _row("all", counted(main))
    for groups in (
        by_group(main, lambda snippet: snippet.language),
        by_group(main, lambda snippet: snippet.kind),
        by_category(main, CATEGORIES),
    ):
        yield ""
        yield from (_row(name, counts) for name, counts in groups.items())
    total = counted(main)
    yield ""
    yield f"  precision if every arguable find were wrong: {_percent(total.strict_precision)}"
    yield (
        f"  negations: {total.denied} labelled, {total.recognised} recognised, {total.mistaken} taken for hits, "
        f"{total.denied - total.recognised - total.mistaken} not seen"
    )
    if bonus:
        yield ""
        yield "  bonus languages, in no total above"
        yield from (_row(name, counts) for name, counts in by_group(bonus, lambda snippet: snippet.language).items())
    if not misses:
        return
    yield ""
    yield f"  misses of {split}"
    yield from (line for one in judged for miss in one.misses for line in _told(miss))


def as_data(judged: Sequence[Judged], *, misses: bool = True) -> dict[str, Any]:
    """The same as one JSON object."""
    main, bonus = _main_and_bonus(judged)
    data: dict[str, Any] = {
        "all": _figures(counted(main)),
        "languages": _each(by_group(main, lambda snippet: snippet.language)),
        "kinds": _each(by_group(main, lambda snippet: snippet.kind)),
        "categories": _each(by_category(main, CATEGORIES)),
        "bonus_languages": _each(by_group(bonus, lambda snippet: snippet.language)),
    }
    if misses:
        data["misses"] = [
            {
                "snippet": miss.snippet.id,
                "category": miss.category,
                "what": miss.what,
                "keyword": miss.hit.keyword if miss.hit else None,
                "found": miss.hit.snippet if miss.hit else None,
            }
            for one in judged
            for miss in one.misses
        ]
    return data


def _main_and_bonus(judged: Sequence[Judged]) -> tuple[list[Judged], list[Judged]]:
    bonus = [one for one in judged if one.snippet.language in BONUS_LANGUAGES]
    return [one for one in judged if one.snippet.language not in BONUS_LANGUAGES], bonus


def _each(groups: dict[str, Counts]) -> dict[str, dict[str, Any]]:
    return {name: _figures(counts) for name, counts in groups.items()}


def _figures(counts: Counts) -> dict[str, Any]:
    return asdict(counts) | {
        "precision": counts.precision,
        "strict_precision": counts.strict_precision,
        "recall": counts.recall,
    }


def _row(name: str, counts: Counts) -> str:
    return (
        f"  {name:26s} {_percent(counts.precision):>9s} {_percent(counts.recall):>7s} {counts.right:6d} "
        f"{counts.false:6d} {counts.affirmed - counts.right:6d} {counts.arguable:8d}"
    )


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def _told(miss: Miss) -> Iterator[str]:
    snippet = miss.snippet
    yield f"  {snippet.id}  {miss.category}: {miss.what}"
    if miss.hit:
        yield f"      found '{miss.hit.keyword}' ({miss.hit.field.value}): {miss.hit.snippet}"
    parts = (snippet.title, snippet.department, snippet.description, snippet.boilerplate)
    yield f"      {' | '.join(part for part in parts if part)}"
    yield f"      label: {snippet.reason}"
