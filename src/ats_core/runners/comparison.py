"""Scores what is stored under two catalogs, in memory, and tells which companies would move, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from attrs import define, evolve, frozen

from ats_core.domain.catalog import Catalog
from ats_core.domain.identity import CompanyId, OfferId
from ats_core.domain.match import Scored
from ats_core.domain.metrics import CompanyMetrics, ScoredOffer
from ats_core.domain.summary import CompanyStanding
from ats_core.ports import UnitOfWork
from ats_core.runners.batches import batches
from ats_core.runners.company_totals import rejected_sources, scored_text
from ats_core.scoring.aggregation import company_metrics
from ats_core.scoring.boilerplate import boilerplate_of
from ats_core.scoring.catalog_diff import EvidenceChanges, EvidenceCount, Move, moves, moves_only_in_rank
from ats_core.scoring.reposts import link_reposts, same_texts
from ats_core.scoring.scorer import Scorer
from ats_core.scoring.sketch import TextSketch, sketch_of

__all__ = ["CatalogDiff", "compare_catalogs"]

#: How many texts are in memory at once.
BATCH = 200


@frozen(kw_only=True)
class CatalogDiff:
    """What changes from one catalog to another.

    *companies* and *open_offers*: how many were compared. *moves* are the companies that would stand otherwise, the
    greatest changes first, *because* what their open offers show otherwise, in the same order. *only_in_rank*: how
    many more would have another rank because of those. *changes*: of all open offers together.
    """

    companies: int
    open_offers: int
    moves: tuple[Move, ...]
    because: tuple[EvidenceChanges, ...]
    only_in_rank: int
    changes: EvidenceChanges


@define
class _Side:
    """What is found under one catalog: of each company its metrics, in the order of its name and id."""

    scorer: Scorer
    found: list[tuple[str, CompanyMetrics]]

    def standings(self) -> tuple[CompanyStanding, ...]:
        """Ranked as `Reports.companies` ranks."""
        ranked = sorted(
            self.found,
            key=lambda one: (-one[1].best_score, -one[1].strong_offers, -one[1].open_offers, one[0], one[1].company_id),
        )
        return tuple(
            CompanyStanding(
                company_id=metrics.company_id,
                name=name,
                rank=rank,
                score=metrics.best_score,
                label=metrics.label,
                top_category=metrics.top_category,
            )
            for rank, (name, metrics) in enumerate(ranked, start=1)
        )


def compare_catalogs(uow: UnitOfWork, before: Catalog, after: Catalog, as_of: date) -> CatalogDiff:
    """Score the open offers of every company that has metrics under both catalogs; nothing is written.

    What is in memory at once: the texts of `BATCH` offers, the offers of one company without their texts, and a few
    lines a company.
    """
    sides = [_Side(Scorer(catalog), []) for catalog in (before, after)]
    everywhere = EvidenceCount()
    of_company: dict[CompanyId, EvidenceChanges] = {}
    open_offers = 0
    for standing in uow.reports.standings():
        count = EvidenceCount()
        offers = _open_offers(uow, standing.company_id, sides)
        for pair in offers:
            for counter in (count, everywhere):
                counter.add(*(_scored(offer) for offer in pair))
        for side, own in zip(sides, zip(*offers, strict=True) if offers else ((), ()), strict=True):
            metrics, _ = company_metrics(standing.company_id, own, catalog=side.scorer.catalog, as_of=as_of)
            side.found.append((standing.name, metrics))
        open_offers += len(offers)
        was, new = (side.found[-1][1] for side in sides)
        if (was.best_score, was.label, was.top_category) != (new.best_score, new.label, new.top_category):
            of_company[standing.company_id] = count.changes()
    was_standing, new_standing = (side.standings() for side in sides)
    moved = moves(was_standing, new_standing)
    return CatalogDiff(
        companies=len(new_standing),
        open_offers=open_offers,
        moves=moved,
        because=tuple(of_company[move.standing.company_id] for move in moved),
        only_in_rank=moves_only_in_rank(was_standing, new_standing),
        changes=everywhere.changes(),
    )


def _scored(offer: ScoredOffer) -> Scored:
    assert offer.scored is not None
    return offer.scored


def _open_offers(uow: UnitOfWork, company_id: CompanyId, sides: Sequence[_Side]) -> list[tuple[ScoredOffer, ...]]:
    """The company's open offers as each side scores them, their reposts linked, by id."""
    rejected = rejected_sources(uow, company_id)
    offers = {o.id: o for o in uow.offers.of_company(company_id) if o.source_id not in rejected}
    sketches = _sketches(uow, company_id, offers)
    distinct = same_texts(offers.values(), sketches)
    links = link_reposts(distinct)
    boilerplate = boilerplate_of([[sketches[offer.id] for offer in same] for same in distinct])
    found = []
    for batch in batches([offer.id for offer in offers.values() if offer.closed_at is None], BATCH):
        for id_, text in uow.offers.texts(batch).items():
            parts = boilerplate.split(text.description_text, sketches[id_])
            offer = evolve(offers[id_], repost_of=links[id_][0], repost_count=links[id_][1])
            found.append(tuple(evolve(offer, scored=scored_text(side.scorer, text, parts)) for side in sides))
    return found


def _sketches(
    uow: UnitOfWork, company_id: CompanyId, offers: Mapping[OfferId, ScoredOffer]
) -> Mapping[OfferId, TextSketch]:
    """The sketch of each of the offers, made here where none is stored."""
    sketches = dict(uow.offers.sketches(company_id))
    for batch in batches([id_ for id_ in offers if id_ not in sketches], BATCH):
        sketches |= {id_: sketch_of(offer.posting) for id_, offer in uow.offers.get_many(batch).items()}
    return sketches
