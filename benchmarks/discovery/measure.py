"""What discovery found, compared with what is true."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit

from attrs import Factory, define, field, frozen
from benchmarks.discovery.looks import Asked, Found, Part

from ats_adapters.sandbox import CompanyTruth
from ats_adapters.sandbox.maze import Kind

__all__ = ["Judged", "StyleFigures", "Summary", "by_style", "judged", "requests_by_company", "summary"]

Board = tuple[str, str, str]
_WITHOUT = (Kind.DECOY, Kind.PLAIN)


@frozen(kw_only=True)
class Judged:
    """A company beside the truth: its boards that were *found*, are *unsure* or *missed*, and *wrong* ones taken."""

    truth: CompanyTruth
    found: tuple[Board, ...]
    unsure: tuple[Board, ...]
    missed: tuple[Board, ...]
    wrong: tuple[Board, ...]
    wrong_unsure: tuple[Board, ...]
    why: str
    requests: Counter[Part] = field(factory=Counter)

    @property
    def taken(self) -> int:
        """How many boards were taken for the company's own."""
        return len(self.found) + len(self.wrong)


def judged(
    truths: Iterable[CompanyTruth], found: Mapping[str, Found], requests: Mapping[str, Counter[Part]]
) -> list[Judged]:
    """Each company of the list beside the truth.

    A board that a group shares is found for all of it when it is read for one of them.
    """
    taken = {s.board for f in found.values() for s in f.sources if s.status == "active"}
    results = []
    for truth in truths:
        told = found.get(truth.name, Found(sources=(), outcome="not looked at", detail=""))
        active = tuple(s.board for s in told.sources if s.status == "active")
        unsure = tuple(s.board for s in told.sources if s.status == "unsure")
        reached = tuple(b for b in truth.boards if b in active or (b in taken and told.outcome == "shared_board"))
        lines = [f"{told.outcome}: {told.detail}"]
        lines += [
            f"{'/'.join(s.board)} {s.status} {s.confidence:.2f} by {s.evidence} on {s.page}" for s in told.sources
        ]
        results.append(
            Judged(
                truth=truth,
                found=reached,
                unsure=tuple(b for b in unsure if b in truth.boards),
                missed=tuple(b for b in truth.boards if b not in reached),
                wrong=tuple(b for b in active if b not in truth.boards),
                wrong_unsure=tuple(b for b in unsure if b not in truth.boards),
                why="; ".join(lines),
                requests=requests.get(truth.name, Counter()),
            )
        )
    return results


def requests_by_company(
    asked: Iterable[Asked], truths: Sequence[CompanyTruth], listed: Mapping[str, str]
) -> tuple[dict[str, Counter[Part]], int]:
    """What was asked in the looks at each company, by name, and in looks that nobody's first URL explains.

    *listed* gives the company of each host, and of each address (host and path) that the list has.
    """
    counts: dict[str, Counter[Part]] = defaultdict(Counter)
    unexplained = 0
    slugs = {board[2].lower(): truth.name for truth in truths for board in truth.boards if not truth.shared}
    words = {truth.host.removeprefix("www.").split(".")[0]: truth.name for truth in truths}
    for look in asked:
        parts = urlsplit(look.first)
        segments = [s for s in parts.path.lower().split("/") if s]
        name = listed.get((parts.hostname or "").removeprefix("www."))
        name = name or next((slugs[s] for s in segments if s in slugs), None)
        name = name or next((words[s] for s in segments if s in words), None)
        if name is None:
            unexplained += look.counts.total()
        else:
            counts[name] += look.counts
    return counts, unexplained


@define
class StyleFigures:
    """What the companies of one style came to."""

    kind: Kind
    companies: int = 0
    boards: int = 0
    found: int = 0
    unsure: int = 0
    wrong: int = 0
    requests: Counter[Part] = Factory(Counter)


def by_style(results: Iterable[Judged]) -> dict[str, StyleFigures]:
    """The figures of each style, in the order of the styles."""
    table: dict[str, StyleFigures] = {}
    for one in results:
        row = table.setdefault(one.truth.style, StyleFigures(one.truth.kind))
        row.companies += 1
        row.boards += len(one.truth.boards)
        row.found += len(one.found)
        row.unsure += len(one.unsure) + len(one.wrong_unsure)
        row.wrong += len(one.wrong)
        row.requests += one.requests
    return table


@frozen(kw_only=True)
class Summary:
    """The figures that the project promises something of. Recall leaves out what the world marks as not to be found."""

    companies: int
    recall_companies: float
    recall_boards: float
    precision_companies: float
    precision_boards: float
    boards_taken: int
    unsure_right: int
    unsure_wrong: int
    requests_with: float
    requests_without: float
    parts_with: Mapping[Part, float]
    parts_without: Mapping[Part, float]


def summary(results: Sequence[Judged]) -> Summary:
    """The figures of all companies."""
    findable = [one for one in results if one.truth.kind is Kind.BOARD]
    without = [one for one in results if one.truth.kind in _WITHOUT]
    takers = [one for one in results if one.taken]
    expected = sum(len(one.truth.boards) for one in findable)
    taken = sum(one.taken for one in results)
    return Summary(
        companies=len(results),
        recall_companies=_share(sum(not one.missed for one in findable), len(findable)),
        recall_boards=_share(sum(len(one.found) for one in findable), expected),
        precision_companies=_share(sum(not one.wrong for one in takers), len(takers)),
        precision_boards=_share(sum(len(one.found) for one in takers), taken),
        boards_taken=taken,
        unsure_right=sum(len(one.unsure) for one in results),
        unsure_wrong=sum(len(one.wrong_unsure) for one in results),
        requests_with=_share(sum(one.requests.total() for one in findable), len(findable)),
        requests_without=_share(sum(one.requests.total() for one in without), len(without)),
        parts_with=_parts(findable),
        parts_without=_parts(without),
    )


def _parts(results: Sequence[Judged]) -> dict[Part, float]:
    parts: tuple[Part, ...] = ("pages", "robots", "vendor")
    return {part: _share(sum(one.requests[part] for one in results), len(results)) for part in parts}


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
