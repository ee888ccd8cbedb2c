"""Sets what the scorer finds against what was labelled, and counts. Reads and prints nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from attrs import frozen
from benchmarks.scoring_quality.labelled import Snippet

from ats_core.domain.match import Hit, Scored

__all__ = ["Counts", "Judged", "Miss", "by_category", "by_group", "counted", "judge"]


class ScoresText(Protocol):
    """What is judged: `ats_core.scoring.scorer.Scorer`."""

    def score(
        self, *, title: str, department: str, description: str, boilerplate: str = "", language: str | None = None
    ) -> Scored:
        """The score and the evidence of a text."""
        ...


@frozen(kw_only=True)
class Judged:
    """A snippet and the categories found in it: affirmed and negated, each with its hit."""

    snippet: Snippet
    affirmed: dict[str, Hit]
    negated: dict[str, Hit]

    @property
    def misses(self) -> list[Miss]:
        """What is wrong: false hits first, then what was not found, then negations that were not seen."""
        labels = self.snippet
        wrong = [
            Miss(
                snippet=labels,
                category=c,
                what="negated, taken for a hit" if c in labels.negated else "false hit",
                hit=h,
            )
            for c, h in self.affirmed.items()
            if c not in labels.affirmed and c not in labels.arguable
        ]
        wrong += [
            Miss(
                snippet=labels,
                category=c,
                what="hit, taken for negated" if c in self.negated else "not found",
                hit=self.negated.get(c),
            )
            for c in labels.affirmed
            if c not in self.affirmed
        ]
        wrong += [
            Miss(snippet=labels, category=c, what="negation not seen", hit=None)
            for c in labels.negated
            if c not in self.negated and c not in self.affirmed
        ]
        return wrong


@frozen(kw_only=True)
class Miss:
    """One category of one snippet that was judged otherwise than labelled; *hit* is what was found, if anything."""

    snippet: Snippet
    category: str
    what: str
    hit: Hit | None


@frozen(kw_only=True)
class Counts:
    """Pairs of snippet and category.

    *found* and *affirmed* meet in *right*. *arguable* are the finds that are arguable: neither right nor wrong in
    `precision`, wrong in `strict_precision`. *denied* are the pairs labelled as negated, *recognised* those found as
    negated, *mistaken* those found as hits (they are false hits as well).
    """

    snippets: int
    affirmed: int
    right: int
    false: int
    arguable: int
    denied: int
    recognised: int
    mistaken: int

    @property
    def precision(self) -> float | None:
        """Right among all hits that are right or wrong; None without a hit."""
        return _share(self.right, self.right + self.false)

    @property
    def strict_precision(self) -> float | None:
        """The same with every arguable find counted as wrong."""
        return _share(self.right, self.right + self.false + self.arguable)

    @property
    def recall(self) -> float | None:
        """Right among all that was to be found; None if nothing was."""
        return _share(self.right, self.affirmed)


def judge(scorer: ScoresText, snippets: Iterable[Snippet]) -> list[Judged]:
    """Scores each snippet."""
    judged = []
    for snippet in snippets:
        hits = scorer.score(
            title=snippet.title,
            department=snippet.department,
            description=snippet.description,
            boilerplate=snippet.boilerplate,
            language=snippet.language,
        ).hits
        judged.append(
            Judged(
                snippet=snippet,
                affirmed={hit.category: hit for hit in hits if not hit.negated},
                negated={hit.category: hit for hit in hits if hit.negated},
            )
        )
    return judged


def counted(judged: Sequence[Judged], category: str | None = None) -> Counts:
    """The counts over all categories, or over one."""

    def pairs(categories: Iterable[str]) -> set[str]:
        return {one for one in categories if category in (None, one)}

    sums: dict[str, int] = defaultdict(int)
    for one in judged:
        labels, found, refused = one.snippet, pairs(one.affirmed), pairs(one.negated)
        affirmed, arguable, denied = pairs(labels.affirmed), pairs(labels.arguable), pairs(labels.negated)
        sums["affirmed"] += len(affirmed)
        sums["right"] += len(found & affirmed)
        sums["arguable"] += len(found & arguable)
        sums["false"] += len(found - affirmed - arguable)
        sums["denied"] += len(denied)
        sums["recognised"] += len(denied & refused)
        sums["mistaken"] += len(denied & found)
    return Counts(
        snippets=len(judged),
        affirmed=sums["affirmed"],
        right=sums["right"],
        false=sums["false"],
        arguable=sums["arguable"],
        denied=sums["denied"],
        recognised=sums["recognised"],
        mistaken=sums["mistaken"],
    )


def by_group(judged: Sequence[Judged], key: Callable[[Snippet], str]) -> dict[str, Counts]:
    """The counts of each group of snippets (a language, a kind), in the order in which groups first appear."""
    groups: dict[str, list[Judged]] = {}
    for one in judged:
        groups.setdefault(key(one.snippet), []).append(one)
    return {name: counted(members) for name, members in groups.items()}


def by_category(judged: Sequence[Judged], categories: Iterable[str]) -> dict[str, Counts]:
    """The counts of each category over all snippets."""
    return {category: counted(judged, category) for category in categories}


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
