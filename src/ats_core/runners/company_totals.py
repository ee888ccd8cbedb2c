"""Brings what follows from a company's offers up to date with them, inside a unit of work.

That is: sketches, boilerplate, the matches that these bear on, reposts, metrics and signals. After it, each is what it
would be if everything were computed from the stored offers anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from attrs import evolve, frozen

from ats_core.domain.board import SourceStatus
from ats_core.domain.catalog import Catalog
from ats_core.domain.identity import CompanyId, OfferId, SourceId
from ats_core.domain.match import Match, Scored
from ats_core.domain.metrics import ScoredOffer
from ats_core.domain.offer import Offer, OfferText
from ats_core.ports import UnitOfWork
from ats_core.runners.batches import batches
from ats_core.scoring.aggregation import company_metrics
from ats_core.scoring.boilerplate import boilerplate_of
from ats_core.scoring.reposts import link_reposts, same_texts
from ats_core.scoring.scorer import Scorer
from ats_core.scoring.sketch import TextSketch, sketch_of

__all__ = ["Refreshed", "refresh_company", "rejected_sources", "scored_text"]

#: How many texts are in memory at once.
BATCH = 500


@frozen
class Refreshed:
    """How many offers were scored, and whether all that had to be were: only then all the rest is up to date."""

    scored: int
    is_whole: bool


def refresh_company(
    uow: UnitOfWork,
    company_id: CompanyId,
    *,
    scorer: Scorer,
    now: datetime,
    at_hand: Iterable[Offer] = (),
    limit: int | None = None,
    texts_stand: bool = False,
) -> Refreshed:
    """Score what has to be scored of the company's offers; recompute what follows as of *now*; keep what differs.

    An offer has to be scored when its content changed, when its match is of another version of the catalog, and when
    other passages of it are boilerplate than when it was scored. Offers of a board that a person rejected are not the
    company's: they count for nothing. *at_hand* are stored offers that need not be read for it. With *limit*, no more
    than so many offers are scored at a time; where more have to be, call again.
    *texts_stand*: since the last time, no offer of the company was added, changed, deleted, or made to count otherwise;
    their reposts are then taken as they are stored.
    """
    hand = {offer.id: offer for offer in at_hand}
    # Scores that are about to be replaced are not read.
    offers = uow.offers.of_company(company_id, catalog_version=scorer.catalog.version)
    sketches, anew, is_sketched = _sketches(uow, company_id, offers, hand, limit)
    rejected = rejected_sources(uow, company_id)
    own = [offer for offer in offers if offer.source_id not in rejected and offer.id in sketches]
    distinct = _as_linked(own) if texts_stand and not anew else same_texts(own, sketches)
    boilerplate = boilerplate_of([[sketches[offer.id] for offer in same] for same in distinct])

    # What was scored of the content as it is, under this version of the catalog; it keeps its time.
    standing = {
        id_: under
        for id_, under in uow.offers.scored_under(company_id).items()
        if id_ not in anew and under.catalog_version == scorer.catalog.version
    }
    within = {id_: boilerplate.within(sketch) for id_, sketch in sketches.items()}
    due = [id_ for id_ in within.keys() - anew if id_ not in standing or standing[id_].boilerplate != within[id_]]
    room = len(due) if limit is None else limit - len(anew)
    is_whole = is_sketched and len(due) <= room
    scored: dict[OfferId, Scored] = {}
    for texts in _texts(uow, [*sorted(anew), *sorted(due)[:room]], hand):
        matches = [
            Match(
                offer_id=text.id,
                catalog_version=scorer.catalog.version,
                scored=scored_text(scorer, text, boilerplate.split(text.description_text, sketches[text.id])),
                scored_at=standing[text.id].scored_at if text.id in standing else now,
                boilerplate=within[text.id],
            )
            for text in texts
        ]
        uow.offers.save_matches(matches)
        scored |= {match.offer_id: match.scored for match in matches}
    if is_whole:
        uow.offers.save_reposts(
            {o.id: (None, 0) for o in offers if o.source_id in rejected and (o.repost_of or o.repost_count)}
        )
        _refresh_totals(uow, company_id, distinct, scored, scorer.catalog, now.date())
    return Refreshed(len(scored), is_whole)


def _sketches(
    uow: UnitOfWork,
    company_id: CompanyId,
    offers: Iterable[ScoredOffer],
    hand: Mapping[OfferId, Offer],
    limit: int | None,
) -> tuple[dict[OfferId, TextSketch], frozenset[OfferId], bool]:
    """The sketch of each of the company's offers, and those that had none: their content is new.

    With *limit* no more than so many are sketched; whether those are all.
    """
    sketches = dict(uow.offers.sketches(company_id))
    missing_one = sorted(offer.id for offer in offers if offer.id not in sketches)
    anew = frozenset(missing_one[:limit])
    for some in batches(missing_one[:limit], BATCH):
        missing = uow.offers.get_many([id_ for id_ in some if id_ not in hand])
        made = {id_: sketch_of((hand[id_] if id_ in hand else missing[id_]).posting) for id_ in some}
        uow.offers.save_sketches(made)
        sketches |= made
    return sketches, anew, len(anew) == len(missing_one)


def _texts(uow: UnitOfWork, ids: Sequence[OfferId], hand: Mapping[OfferId, Offer]) -> Iterator[list[OfferText]]:
    """What the offers say, so many at a time."""
    for some in batches(sorted(ids), BATCH):
        missing = uow.offers.texts([id_ for id_ in some if id_ not in hand])
        yield [OfferText.of(hand[id_]) if id_ in hand else missing[id_] for id_ in some]


def _as_linked(offers: Iterable[ScoredOffer]) -> tuple[Sequence[ScoredOffer], ...]:
    """The offers by what they say, as their stored reposts tell; *offers* are in order of first sight, then id."""
    groups: dict[OfferId, list[ScoredOffer]] = {}
    for offer in offers:
        groups.setdefault(offer.repost_of or offer.id, []).append(offer)
    return tuple(groups.values())


def rejected_sources(uow: UnitOfWork, company_id: CompanyId) -> frozenset[SourceId]:
    """The company's boards that a person rejected: their offers count for nothing."""
    return frozenset(s.id for s in uow.sources.of_company(company_id) if s.status is SourceStatus.REJECTED)


def scored_text(scorer: Scorer, text: OfferText, description: tuple[str, str]) -> Scored:
    """The score of an offer whose *description* is split into its own part and its boilerplate."""
    own, common = description
    return scorer.score(
        title=text.title, department=text.department, description=own, boilerplate=common, language=text.language
    )


def _refresh_totals(
    uow: UnitOfWork,
    company_id: CompanyId,
    distinct: Iterable[Sequence[ScoredOffer]],
    scored: Mapping[OfferId, Scored],
    catalog: Catalog,
    as_of: date,
) -> None:
    """Keep reposts, metrics and signals; *scored* are scores that the offers do not have yet."""
    distinct = tuple(distinct)
    reposts = link_reposts(distinct)
    offers = [offer for same in distinct for offer in same]
    uow.offers.save_reposts(
        {offer.id: reposts[offer.id] for offer in offers if reposts[offer.id] != (offer.repost_of, offer.repost_count)}
    )
    current = [_current(offer, *reposts[offer.id], scored.get(offer.id, offer.scored)) for offer in offers]
    metrics, signals = company_metrics(company_id, current, catalog=catalog, as_of=as_of)
    uow.offers.save_metrics(metrics, signals)


def _current(offer: ScoredOffer, repost_of: OfferId | None, repost_count: int, scored: Scored | None) -> ScoredOffer:
    if (offer.repost_of, offer.repost_count, offer.scored) == (repost_of, repost_count, scored):
        return offer
    return evolve(offer, repost_of=repost_of, repost_count=repost_count, scored=scored)
