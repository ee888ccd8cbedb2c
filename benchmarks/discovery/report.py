"""The benchmark's figures for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.discovery.measure import Judged, by_style
from benchmarks.discovery.recorded import Recorded

from ats_adapters.sandbox.maze import Kind

__all__ = ["as_json", "as_text"]

_APART = (Kind.CLOSED, Kind.UNLINKED)


def as_json(figures: Mapping[str, Any], results: Sequence[Judged], pages: Recorded) -> dict[str, Any]:
    """All of it as one object."""
    styles = {
        style: {
            "kind": row.kind.value,
            "companies": row.companies,
            "boards": row.boards,
            "found": row.found,
            "unsure": row.unsure,
            "wrong": row.wrong,
            "requests": dict(row.requests),
        }
        for style, row in by_style(results).items()
    }
    return {
        **figures,
        "styles": styles,
        "misses": [_line(one) for one in results if one.missed and one.truth.kind not in _APART],
        "wrong": [_line(one) for one in results if one.wrong],
        "unsure_wrong": [_line(one) for one in results if one.wrong_unsure],
        "recorded_pages": [{"file": page.file, "result": page.result, "detail": page.detail} for page in pages.pages],
        "recorded_pages_skipped": pages.skipped,
    }


def _line(one: Judged) -> dict[str, Any]:
    return {
        "company": one.truth.name,
        "host": one.truth.host,
        "style": one.truth.style,
        "language": one.truth.language,
        "missed": ["/".join(b) for b in one.missed],
        "wrong": ["/".join(b) for b in one.wrong + one.wrong_unsure],
        "why": one.why,
    }


def as_text(figures: Mapping[str, Any], results: Sequence[Judged], pages: Recorded) -> str:
    """Tables, then what went wrong."""
    return "\n".join([*_styles(results), "", *_headlines(figures, results), "", *_trouble(results), "", *_pages(pages)])


def _styles(results: Sequence[Judged]) -> Iterator[str]:
    header = (
        "style",
        "kind",
        "companies",
        "boards",
        "found",
        "unsure",
        "wrong",
        "pages",
        "robots",
        "vendor",
        "requests",
    )
    yield "{:18} {:9} {:>9} {:>7} {:>6} {:>7} {:>6} {:>6} {:>7} {:>7} {:>9}".format(*header)
    table = by_style(results)
    for style, row in sorted(table.items(), key=lambda item: list(Kind).index(item[1].kind)):
        each = [row.requests[part] / row.companies for part in ("pages", "robots", "vendor")]
        yield (
            f"{style:18} {row.kind.value:9} {row.companies:9} {row.boards:7} {row.found:6} {row.unsure:7} "
            f"{row.wrong:6} {each[0]:6.1f} {each[1]:7.1f} {each[2]:7.1f} {sum(each):9.1f}"
        )


def _headlines(figures: Mapping[str, Any], results: Sequence[Judged]) -> Iterator[str]:
    s = figures["summary"]
    yield f"companies {s['companies']}, boards taken {s['boards_taken']}"
    yield f"recall     {s['recall_companies']:.4f} of companies, {s['recall_boards']:.4f} of boards (aim 0.97)"
    yield f"precision  {s['precision_companies']:.4f} of companies, {s['precision_boards']:.4f} of boards (aim 0.995)"
    yield f"waiting for a person: {s['unsure_right']} right, {s['unsure_wrong']} wrong"
    for name, aim in (("with", 6), ("without", 12)):
        parts = s[f"parts_{name}"]
        told = ", ".join(f"{part} {parts[part]:.2f}" for part in ("pages", "robots", "vendor"))
        yield f"requests a company {name} a board: {s[f'requests_{name}']:.2f} (aim {aim}): {told}"
    yield f"requests of a second run: {figures['second_run_requests']} (aim 0)"
    if figures["unexplained_requests"]:
        yield f"requests that belong to no company: {figures['unexplained_requests']}"
    for kind in _APART:
        apart = [one for one in results if one.truth.kind is kind]
        found = sum(bool(one.found) for one in apart)
        yield f"not counted in recall: {kind.value}: {len(apart)} companies, of which {found} were found all the same"


def _trouble(results: Sequence[Judged]) -> Iterator[str]:
    missed = [one for one in results if one.missed and one.truth.kind not in _APART]
    for title, chosen in (
        ("missed", missed),
        ("wrong", [one for one in results if one.wrong]),
        ("wrong, but waiting for a person", [one for one in results if one.wrong_unsure]),
    ):
        yield f"{title}: {len(chosen)}"
        for one in sorted(chosen, key=lambda one: one.truth.style):
            boards = one.missed if chosen is missed else one.wrong + one.wrong_unsure
            named = ", ".join("/".join(board) for board in boards)
            yield f"  {one.truth.style} ({one.truth.language}) {one.truth.host} {named}: {one.why}"


def _pages(pages: Recorded) -> Iterator[str]:
    if pages.skipped:
        yield f"recorded pages: {pages.skipped}"
    for page in pages.pages:
        yield f"recorded page {page.file}: {page.result}: {page.detail}"
