"""Which companies stand otherwise, and which keywords made it so."""

from __future__ import annotations

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.scoring.examples import hit, scored

from ats_core.domain.identity import CompanyId
from ats_core.domain.match import Label
from ats_core.domain.summary import CompanyStanding
from ats_core.scoring.catalog_diff import CategoryChange, EvidenceCount, KeywordChange, moves, moves_only_in_rank


def standing(
    name: str, rank: int, score: float = 5.0, *, label: Label = Label.MEDIUM, top: str | None = "fx"
) -> CompanyStanding:
    return CompanyStanding(company_id=CompanyId(name), name=name, rank=rank, score=score, label=label, top_category=top)


def test_a_company_moves_by_its_score_its_label_or_its_top_category_not_by_its_rank_alone() -> None:
    before = [standing(name, rank) for rank, name in enumerate("abcdef", start=1)]
    after = [
        standing("d", 1, 5.0, top="trade"),
        standing("c", 2, 5.0, label=Label.STRONG),
        standing("b", 3, 5.1),
        standing("a", 4),
        standing("f", 5),
        standing("e", 6),
    ]
    assert [move.standing.name for move in moves(before, after)] == ["b", "d", "c"]
    assert moves_only_in_rank(before, after) == 3


def test_the_greatest_change_comes_first_then_the_best_rank() -> None:
    before = [standing(name, rank) for rank, name in enumerate("abcd", start=1)]
    after = [standing("a", 1, 6.0), standing("b", 2, 4.0), standing("c", 3, 8.5), standing("d", 4, 1.2)]
    assert [(move.standing.name, move.by) for move in moves(before, after)] == [
        ("d", -3.8), ("c", 3.5), ("a", 1.0), ("b", -1.0),
    ]  # fmt: skip


def test_companies_that_come_and_go_move_too() -> None:
    moved = moves([standing("gone", 1)], [standing("new", 1, 2.0, label=Label.WEAK)])
    assert [(m.standing.name, m.by, m.relabelled) for m in moved] == [("gone", -5.0, True), ("new", 2.0, True)]
    assert (moved[0].after, moved[1].before) == (None, None)


@given(st.permutations([standing(name, rank, float(rank)) for rank, name in enumerate("abcde", start=1)]))
def test_nothing_moves_where_nothing_changed(standings: list[CompanyStanding]) -> None:
    assert moves(standings, list(reversed(standings))) == ()
    assert moves_only_in_rank(standings, standings) == 0


def test_what_texts_show_otherwise_is_counted_by_category_and_by_keyword() -> None:
    count = EvidenceCount()
    count.add(scored(hit("fx", 2.0, keyword="hedging")), scored(hit("fx", 2.0, keyword="fx risk")))
    count.add(scored(hit("fx", 2.0, keyword="hedging")), scored(hit("fx", 3.0, keyword="hedging")))
    count.add(scored(hit("fx", 2.0, keyword="hedging")), scored())
    count.add(scored(), scored(hit("trade", -1.0, keyword="export", negated=True)))
    count.add(scored(hit("cloud", 1.0, keyword="aws")), scored(hit("cloud", 1.0, keyword="aws")))
    changes = count.changes()
    assert changes.categories == (CategoryChange(category="fx", before=3, after=2),)
    blank = KeywordChange(category="fx", keyword="hedging", negated=False, gained=0, lost=0, reweighted=0)
    assert changes.keywords == (
        evolve(blank, lost=2, reweighted=1),
        evolve(blank, keyword="fx risk", gained=1),
        KeywordChange(category="trade", keyword="export", negated=True, gained=1, lost=0, reweighted=0),
    )


def test_what_is_scored_alike_shows_no_change() -> None:
    count = EvidenceCount()
    count.add(scored(hit("fx", 2.0)), scored(hit("fx", 2.0)))
    assert count.changes().categories == ()
    assert count.changes().keywords == ()
