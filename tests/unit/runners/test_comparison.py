"""What another catalog would make of the stored companies, without writing anything."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import anyio
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.catalogs import SMALL, small_catalog
from tests.unit.runners.kept_offers import a_company, an_offer, keep

from ats_core.domain.board import SourceStatus
from ats_core.domain.catalog import Catalog
from ats_core.domain.match import Label
from ats_core.runners.comparison import CatalogDiff, compare_catalogs
from ats_core.runners.rescoring_run import RescoringRunner
from ats_core.scoring.catalog_diff import CategoryChange, EvidenceChanges, KeywordChange
from ats_core.scoring.scorer import Scorer
from ats_core.testing.clock import FakeClock
from ats_core.testing.event_log import RecordingLog
from ats_core.testing.memory_store import MemoryStore

NOW = datetime(2026, 7, 1, tzinfo=UTC)
OLD = small_catalog()
#: Cooking is what counts now, and hedging no more.
NEW = small_catalog(SMALL.replace('version = "1"', 'version = "2"').replace("hedg", "cook"))


def stored(**texts: list[str]) -> MemoryStore:
    """A database scored under the old catalog: companies by name, and what their offers say."""
    store = MemoryStore()
    for slug, said in texts.items():
        source = a_company(store, slug, NOW)
        keep(store, Scorer(OLD), NOW, *(an_offer(source, f"{n}", text, NOW) for n, text in enumerate(said)))
    return store


def compared(store: MemoryStore, before: Catalog = OLD, after: Catalog = NEW) -> CatalogDiff:
    with store.read() as uow:
        return compare_catalogs(uow, before, after, NOW.date())


def test_companies_that_would_move_are_told_with_the_keywords_that_move_them() -> None:
    store = stored(
        acme=["Analyst\nWe do hedging", "Analyst too\nWe do hedging, really"],
        bolt=["Chef\nWe do cooking"],
        crane=["Treasury lead\nWe count money"],
    )
    before = store.changes
    found = compared(store)
    assert store.changes == before
    assert (found.companies, found.open_offers, found.only_in_rank) == (3, 4, 0)
    assert [(m.standing.name, m.by, m.relabelled) for m in found.moves] == [("bolt", 2.0, True), ("acme", -2.0, True)]
    lost = KeywordChange(category="fx", keyword="hedging", negated=False, gained=0, lost=2, reweighted=0)
    gained = KeywordChange(category="fx", keyword="cooking", negated=False, gained=1, lost=0, reweighted=0)
    assert found.because == (
        EvidenceChanges(categories=(CategoryChange(category="fx", before=0, after=1),), keywords=(gained,)),
        EvidenceChanges(categories=(CategoryChange(category="fx", before=2, after=0),), keywords=(lost,)),
    )
    assert found.changes == EvidenceChanges(
        categories=(CategoryChange(category="fx", before=2, after=1),), keywords=(lost, gained)
    )


def test_a_catalog_compared_with_itself_moves_nobody() -> None:
    found = compared(stored(acme=["Analyst\nWe do hedging"], bolt=["Chef\nWe do cooking"]), after=OLD)
    assert (found.companies, found.moves, found.only_in_rank) == (2, (), 0)
    assert found.changes == EvidenceChanges()


def test_closed_offers_and_those_of_rejected_boards_count_for_nothing() -> None:
    store = stored(acme=["Analyst\nWe do hedging"])
    other = a_company(store, "acme-elsewhere", NOW)
    with store.write() as uow:
        (acme,) = (s for s in uow.sources.all() if s.board.slug == "acme")
        rejected = evolve(other, company_id=acme.company_id, status=SourceStatus.REJECTED)
        uow.sources.save(rejected)
    keep(
        store, Scorer(OLD), NOW,
        an_offer(rejected, "0", "Chef\nWe do cooking", NOW),
        an_offer(acme, "9", "Cook\nWe do cooking", NOW - timedelta(days=9), closed_at=NOW),
    )  # fmt: skip
    found = compared(store)
    assert found.open_offers == 1
    (move,) = found.moves
    assert move.after is not None
    assert (move.after.score, move.after.label) == (0.0, Label.NONE)


def test_an_empty_database_compares_to_nothing() -> None:
    found = compared(MemoryStore())
    assert (found.companies, found.open_offers, found.moves, found.because) == (0, 0, (), ())


SAID = st.lists(
    st.lists(
        st.sampled_from(
            [
                "Treasury lead",
                "We do hedging.",
                "We do cooking.",
                "No hedging here.",
                "All people are welcome to apply.",
            ]
        ),
        min_size=1,
        max_size=4,
    ).map("\n".join),
    min_size=1,
    max_size=6,
)


@settings(max_examples=40)
@given(companies=st.lists(SAID, min_size=1, max_size=4))
def test_what_is_foretold_is_what_a_rescoring_brings(companies: list[list[str]]) -> None:
    store = stored(**{f"company-{n}": said for n, said in enumerate(companies)})
    found = compared(store)
    clock = FakeClock()
    clock.advance(NOW - clock.now())
    runner = RescoringRunner(store, Scorer(NEW), clock, RecordingLog())
    anyio.run(runner.run_once)
    assert runner.moves == found.moves
