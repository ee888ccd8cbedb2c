"""Which companies stand otherwise than they stood, and which keywords made it so. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from attrs import Factory, define, frozen

from ats_core.domain.match import Scored
from ats_core.domain.summary import CompanyStanding

__all__ = [
    "CategoryChange",
    "EvidenceChanges",
    "EvidenceCount",
    "KeywordChange",
    "Move",
    "moves",
    "moves_only_in_rank",
]


@frozen(kw_only=True)
class KeywordChange:
    """In how many open offers a keyword is found that was not, is found no longer, or counts other points.

    Of each category an offer shows one keyword, the best: where a better one is found, the other is *lost*. *negated*:
    it counts against.
    """

    category: str
    keyword: str
    negated: bool
    gained: int
    lost: int
    reweighted: int


@frozen(kw_only=True)
class CategoryChange:
    """How many open offers showed a category before, and how many show it now; negated mentions do not count."""

    category: str
    before: int
    after: int


@frozen(kw_only=True)
class EvidenceChanges:
    """What open offers show otherwise: categories by id, keywords with those of most offers first."""

    categories: tuple[CategoryChange, ...] = ()
    keywords: tuple[KeywordChange, ...] = ()


@frozen(kw_only=True)
class Move:
    """A company whose score, label or top category is another; None where it had no standing, or has none any more."""

    before: CompanyStanding | None
    after: CompanyStanding | None

    @property
    def standing(self) -> CompanyStanding:
        """How it stands now, or stood last."""
        standing = self.after or self.before
        assert standing is not None
        return standing

    @property
    def by(self) -> float:
        """How much the score rose; below zero where it fell."""
        return round((self.after.score if self.after else 0) - (self.before.score if self.before else 0), 1)

    @property
    def relabelled(self) -> bool:
        """Whether the label is another."""
        return self.before is None or self.after is None or self.before.label is not self.after.label


def moves(before: Iterable[CompanyStanding], after: Iterable[CompanyStanding]) -> tuple[Move, ...]:
    """What moved: the largest change of score first, then the best rank, then by id.

    A company whose rank alone is another did not move: others did.
    """
    old = {standing.company_id: standing for standing in before}
    new = {standing.company_id: standing for standing in after}
    found = (Move(before=old.get(id_), after=new.get(id_)) for id_ in old.keys() | new.keys())
    moved = [move for move in found if _what(move.before) != _what(move.after)]
    return tuple(sorted(moved, key=lambda m: (-abs(m.by), m.standing.rank, m.standing.company_id)))


def moves_only_in_rank(before: Iterable[CompanyStanding], after: Iterable[CompanyStanding]) -> int:
    """How many companies stand as they did but for their rank."""
    old = {standing.company_id: standing for standing in before}
    pairs = ((old[new.company_id], new) for new in after if new.company_id in old)
    return sum(was.rank != new.rank and _what(was) == _what(new) for was, new in pairs)


def _what(standing: CompanyStanding | None) -> object:
    return standing and (standing.score, standing.label, standing.top_category)


_Shown = tuple[str, str, bool]


@define
class EvidenceCount:
    """Counts what texts show, scored in two ways: once for a company, once for all."""

    _categories: tuple[Counter[str], Counter[str]] = Factory(lambda: (Counter(), Counter()))
    _gained: Counter[_Shown] = Factory(Counter)
    _lost: Counter[_Shown] = Factory(Counter)
    _reweighted: Counter[_Shown] = Factory(Counter)

    def add(self, before: Scored, after: Scored) -> None:
        """One text more, as it was scored and as it is."""
        for categories, scored in zip(self._categories, (before, after), strict=True):
            categories.update({hit.category for hit in scored.hits if not hit.negated})
        old, new = _points(before), _points(after)
        self._gained.update(new.keys() - old.keys())
        self._lost.update(old.keys() - new.keys())
        self._reweighted.update(key for key in old.keys() & new.keys() if old[key] != new[key])

    def changes(self) -> EvidenceChanges:
        """What differs."""
        old, new = self._categories
        categories = [CategoryChange(category=c, before=old[c], after=new[c]) for c in sorted(old.keys() | new.keys())]
        keywords = [
            KeywordChange(
                category=category,
                keyword=keyword,
                negated=negated,
                gained=self._gained[category, keyword, negated],
                lost=self._lost[category, keyword, negated],
                reweighted=self._reweighted[category, keyword, negated],
            )
            for category, keyword, negated in self._gained.keys() | self._lost.keys() | self._reweighted.keys()
        ]
        return EvidenceChanges(
            categories=tuple(change for change in categories if change.before != change.after),
            keywords=tuple(sorted(keywords, key=_place)),
        )


def _points(scored: Scored) -> dict[_Shown, float]:
    return {(hit.category, hit.keyword, hit.negated): hit.points for hit in scored.hits}


def _place(change: KeywordChange) -> tuple[int, int, str, str, bool]:
    """Smaller is told first: what came or went before what weighs otherwise."""
    came_or_went = change.gained + change.lost
    return (-came_or_went, -change.reweighted, change.category, change.keyword, change.negated)
