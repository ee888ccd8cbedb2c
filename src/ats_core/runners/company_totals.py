"""Brings what follows from a company's offers up to date with them, in transactions of a bounded size.

That is: sketches, boilerplate, the matches that these bear on, reposts, metrics and signals. After it, each is what it
would be if everything were computed from the stored offers anew.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import anyio.lowlevel
from attrs import evolve

from ats_core.domain.board import SourceStatus
from ats_core.domain.identity import CompanyId, OfferId, SourceId
from ats_core.domain.match import Match, Scored, ScoredUnder
from ats_core.domain.metrics import ScoredOffer
from ats_core.domain.offer import Offer, OfferText
from ats_core.ports import Store, UnitOfWork
from ats_core.runners.batches import batches
from ats_core.scoring.aggregation import company_metrics
from ats_core.scoring.boilerplate import Boilerplate, boilerplate_of
from ats_core.scoring.reposts import SameTexts, link_reposts
from ats_core.scoring.scorer import Scorer
from ats_core.scoring.sketch import TextSketch, shortened

__all__ = ["CompanyRefresh", "refresh_company", "rejected_sources", "scored_text"]

#: How many offers are looked at, and how many are read in full and worked on, before a transaction may end: each takes
#: a fraction of a second. Companies with fewer are brought up to date in one.
LOOKED_AT = 2000
WORKED_ON = 500

#: Work that may pause where it yields: what is done by then is to be committed.
_Steps = Generator[None, None, None]


class CompanyRefresh:
    """One bringing up to date of one company, step by step.

    An offer has to be scored when its content changed, when its match is of another version of the catalog, and when
    other passages of it are boilerplate than when it was scored. Offers of a board that a person rejected are not the
    company's: they count for nothing.

    Each step is one transaction's. Between the first and the last, nobody else may write offers of the company, nor
    what follows from them; only a person's verdict on its boards may change, and is then kept to. A refresh that is
    broken off leaves the company's metrics outdated, so that a later run begins it anew.
    """

    def __init__(
        self,
        company_id: CompanyId,
        *,
        scorer: Scorer,
        now: datetime,
        at_hand: Iterable[Offer] = (),
        texts_stand: bool = False,
    ) -> None:
        """Totals are as of *now*. *at_hand* are stored offers that need not be read for it.

        *texts_stand*: since the company was last brought up to date, no offer of it was added, changed, deleted, or
        made to count otherwise; their reposts are then taken as they are stored. Where its metrics show that it is
        not up to date, that is not believed.
        """
        #: How many offers were scored so far, and whether all is done.
        self.scored = 0
        self.is_whole = False
        self._company_id = company_id
        self._scorer = scorer
        self._now = now
        self._hand = {offer.id: offer for offer in at_hand}
        self._texts_stand = texts_stand
        self._is_outdated = False
        self._steps = self._work()
        self._uow: UnitOfWork

    def step(self, uow: UnitOfWork) -> None:
        """Do as much as one transaction should take."""
        self._uow = uow
        if next(self._steps, _DONE) is _DONE:
            self.is_whole = True

    async def finish(self, store: Store) -> None:
        """Do the rest, a transaction a step; may be cancelled between two."""
        while not self.is_whole:
            with store.write() as uow:
                self.step(uow)
            await anyio.lowlevel.checkpoint()

    def _pause(self) -> _Steps:
        """The transaction may end here: let the database know that more is to come."""
        if not self._is_outdated:
            self._uow.offers.outdate_metrics(self._company_id)
            self._is_outdated = True
        yield

    def _pause_if_large(self, offers: Sequence[ScoredOffer]) -> _Steps:
        """Pause before work on all of a large company's offers together."""
        if len(offers) > LOOKED_AT:
            yield from self._pause()

    def _work(self) -> _Steps:
        is_done = False
        texts_stand = self._texts_stand and not self._uow.offers.are_metrics_outdated(self._company_id)
        while not is_done:
            rejected = rejected_sources(self._uow, self._company_id)
            offers: list[ScoredOffer] = []
            yield from self._read(offers)
            sketches = dict(self._uow.offers.sketches(self._company_id))
            were_all_sketched = sketches.keys() >= {offer.id for offer in offers}
            yield from self._sketch(offers, sketches)
            own = [offer for offer in offers if offer.source_id not in rejected]
            distinct: Sequence[Sequence[ScoredOffer]]
            if texts_stand and were_all_sketched:
                distinct = _as_linked(own)
            else:
                texts = SameTexts()
                for some in batches(own, LOOKED_AT):
                    if texts.found:
                        yield from self._pause()
                    for offer in some:
                        texts.add(offer, sketches[offer.id])
                distinct = texts.found
            yield from self._pause_if_large(offers)
            boilerplate = boilerplate_of([[sketches[offer.id] for offer in same] for same in distinct])
            scored: dict[OfferId, Scored] = {}
            yield from self._score(sketches, boilerplate, scored)
            reposts = link_reposts(distinct) | {o.id: (None, 0) for o in offers if o.source_id in rejected}
            yield from self._link(offers, reposts)
            yield from self._pause_if_large(offers)
            is_done = rejected == rejected_sources(self._uow, self._company_id)
            texts_stand = False
            if is_done:
                self._keep_totals(own, reposts, scored)

    def _read(self, offers: list[ScoredOffer]) -> _Steps:
        """Add the company's offers, by first sight, then id. Scores that are about to be replaced are not read."""
        some: Sequence[ScoredOffer] = ()
        while not offers or len(some) == LOOKED_AT:
            if offers:
                yield from self._pause()
            some = self._uow.offers.of_company(
                self._company_id,
                catalog_version=self._scorer.catalog.version,
                after=offers[-1] if offers else None,
                limit=LOOKED_AT,
            )
            offers += some
            if not some:
                return

    def _sketch(self, offers: list[ScoredOffer], sketches: dict[OfferId, TextSketch]) -> _Steps:
        """Make the sketches that are missing. Where they were another version's, so may the fingerprints be."""
        places = {offer.id: place for place, offer in enumerate(offers) if offer.id not in sketches}
        for some in batches(sorted(places), WORKED_ON):
            missing = self._uow.offers.get_many([id_ for id_ in some if id_ not in self._hand])
            made: dict[OfferId, TextSketch] = {}
            differing: list[Offer] = []
            for id_ in some:
                offer = self._hand.get(id_) or missing[id_]
                fingerprint, made[id_] = shortened(offer.posting)
                if fingerprint != offer.fingerprint:
                    differing.append(evolve(offer, fingerprint=fingerprint))
                    offers[places[id_]] = evolve(offers[places[id_]], fingerprint=fingerprint)
            self._uow.offers.save(differing)
            self._uow.offers.save_sketches(made)
            sketches |= made
            if len(some) == WORKED_ON:
                yield from self._pause()

    def _score(
        self, sketches: Mapping[OfferId, TextSketch], boilerplate: Boilerplate, scored: dict[OfferId, Scored]
    ) -> _Steps:
        """Score what has to be, and add it to *scored*."""
        version = self._scorer.catalog.version
        # What was scored of the content as it is, under this version of the catalog; it keeps its time.
        standing = {
            id_: under
            for id_, under in self._uow.offers.scored_under(self._company_id).items()
            if under.catalog_version == version
        }
        within = {id_: boilerplate.within(sketch) for id_, sketch in sketches.items()}
        if len(sketches) > LOOKED_AT:
            yield from self._pause()
        due = [id_ for id_ in within if id_ not in standing or standing[id_].boilerplate != within[id_]]
        for some in batches(sorted(due), WORKED_ON):
            matches = [
                Match(
                    offer_id=text.id,
                    catalog_version=version,
                    scored=scored_text(self._scorer, text, boilerplate.split(text.description_text, sketches[text.id])),
                    scored_at=_scored_at(standing.get(text.id), self._now),
                    boilerplate=within[text.id],
                )
                for text in self._texts(some)
            ]
            self._uow.offers.save_matches(matches)
            scored |= {match.offer_id: match.scored for match in matches}
            self.scored += len(matches)
            if len(some) == WORKED_ON:
                yield from self._pause()

    def _texts(self, ids: Sequence[OfferId]) -> Iterator[OfferText]:
        """What the offers say."""
        unread = [id_ for id_ in ids if id_ not in self._hand]
        missing = self._uow.offers.texts(unread) if unread else {}
        return (OfferText.of(self._hand[id_]) if id_ in self._hand else missing[id_] for id_ in ids)

    def _link(self, offers: Sequence[ScoredOffer], reposts: Mapping[OfferId, tuple[OfferId | None, int]]) -> _Steps:
        """Keep which offer each repeats, where that differs."""
        differing = [offer.id for offer in offers if reposts[offer.id] != (offer.repost_of, offer.repost_count)]
        for some in batches(differing, WORKED_ON):
            self._uow.offers.save_reposts({id_: reposts[id_] for id_ in some})
            if len(some) == WORKED_ON:
                yield from self._pause()

    def _keep_totals(
        self,
        own: Iterable[ScoredOffer],
        reposts: Mapping[OfferId, tuple[OfferId | None, int]],
        scored: Mapping[OfferId, Scored],
    ) -> None:
        """Keep metrics and signals; *scored* are scores that the offers do not have yet."""
        current = [_current(offer, *reposts[offer.id], scored.get(offer.id, offer.scored)) for offer in own]
        metrics, signals = company_metrics(
            self._company_id, current, catalog=self._scorer.catalog, as_of=self._now.date()
        )
        self._uow.offers.save_metrics(metrics, signals)


_DONE = object()


def refresh_company(
    uow: UnitOfWork, company_id: CompanyId, *, scorer: Scorer, now: datetime, at_hand: Iterable[Offer] = ()
) -> CompanyRefresh:
    """Bring a company up to date at once, inside *uow*; for a large one, `CompanyRefresh` goes step by step."""
    refresh = CompanyRefresh(company_id, scorer=scorer, now=now, at_hand=at_hand)
    while not refresh.is_whole:
        refresh.step(uow)
    return refresh


def _scored_at(standing: ScoredUnder | None, now: datetime) -> datetime:
    return now if standing is None else standing.scored_at


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


def _current(offer: ScoredOffer, repost_of: OfferId | None, repost_count: int, scored: Scored | None) -> ScoredOffer:
    if (offer.repost_of, offer.repost_count, offer.scored) == (repost_of, repost_count, scored):
        return offer
    return evolve(offer, repost_of=repost_of, repost_count=repost_count, scored=scored)
