"""Folds the scores of a company's offers into one row, and one more for each category that they show.

Pure: the order of the offers does not matter, and neither does what was computed before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from attrs import Factory, define

from ats_core.domain.catalog import Catalog
from ats_core.domain.identity import CompanyId, OfferId, clean_line
from ats_core.domain.match import Hit, Label
from ats_core.domain.metrics import CompanyMetrics, CompanySignal, ScoredOffer

__all__ = ["company_metrics"]

#: How long the evidence line is at most, in characters, and how many categories it spells out.
WHY_LENGTH = 160
_SPELLED_OUT = 2
_TITLE_LENGTH = 40
_KEYWORD_LENGTH = 32


def company_metrics(
    company_id: CompanyId, offers: Sequence[ScoredOffer], *, catalog: Catalog, as_of: date
) -> tuple[CompanyMetrics, tuple[CompanySignal, ...]]:
    """The company's metrics, and its signals in the catalog's order of categories.

    *offers* are all of the company's, open and closed, with their reposts linked. An offer appeared when the vendor
    says that it was published or when it was first seen, whichever is earlier; "in the last 30 days" means on one of
    the 30 UTC days that end with *as_of*. Categories that the catalog does not have are left out.
    """
    offers = sorted(offers, key=lambda offer: offer.id)
    open_offers = [offer for offer in offers if offer.closed_at is None]
    top = min((o for o in open_offers if _score(o) > 0), key=_rank, default=None)
    scored = top.scored if top else None
    shown = _shown(offers, catalog)
    new_30d, reposted_30d = _appeared(offers, as_of, days=30)
    new_90d, reposted_90d = _appeared(offers, as_of, days=90)
    metrics = CompanyMetrics(
        company_id=company_id,
        as_of=as_of,
        catalog_version=catalog.version,
        best_score=scored.score if scored else 0.0,
        label=scored.label if scored else Label.NONE,
        top_category=scored.top_category if scored else None,
        open_offers=len(open_offers),
        unique_offers=len(_originals(open_offers)),
        strong_offers=len(_originals(o for o in open_offers if _is_strong(o))),
        new_30d=new_30d,
        new_90d=new_90d,
        reposted_30d=reposted_30d,
        reposted_90d=reposted_90d,
        activity=new_30d + reposted_30d,
        top_offer_id=top.id if top else None,
        last_strong_at=max((o.first_seen_at for o in offers if _is_strong(o)), default=None),
        why=_why(shown, catalog.category_names, scored.top_category if scored else None),
    )
    return metrics, tuple(_signal(company_id, category, found) for category, found in shown.items())


class _Showing(NamedTuple):
    """An open offer that shows a category, and the hit that shows it. Smaller is better.

    More points, then seen later, then the smaller id.
    """

    points_below: float
    seen_before: float
    offer_id: OfferId
    offer: ScoredOffer
    hit: Hit


@define
class _Shown:
    """How a company shows a category: best in which open offer, in how many, and since when."""

    first_seen_at: datetime
    last_seen_at: datetime
    best: _Showing | None = None
    open_offers: set[OfferId] = Factory(set)

    def add(self, offer: ScoredOffer, hit: Hit) -> None:
        """One offer more, open or closed."""
        seen_at = offer.first_seen_at
        if seen_at < self.first_seen_at:
            self.first_seen_at = seen_at
        elif seen_at > self.last_seen_at:
            self.last_seen_at = seen_at
        if offer.closed_at is None:
            self.open_offers.add(offer.id)
            if self.best is None or -hit.points <= self.best.points_below:
                showing = _Showing(-hit.points, -seen_at.timestamp(), offer.id, offer, hit)
                if self.best is None or showing[:3] < self.best[:3]:
                    self.best = showing


def _score(offer: ScoredOffer) -> float:
    return offer.scored.score if offer.scored else 0.0


def _rank(offer: ScoredOffer) -> tuple[float, float, OfferId]:
    """Smaller is better: a higher score, then seen later, then the smaller id."""
    return (-_score(offer), -offer.first_seen_at.timestamp(), offer.id)


def _is_strong(offer: ScoredOffer) -> bool:
    return offer.scored is not None and offer.scored.label is Label.STRONG


def _originals(offers: Iterable[ScoredOffer]) -> set[OfferId]:
    """What the offers say, each text once, be the original open or not."""
    return {offer.repost_of or offer.id for offer in offers}


def _appeared(offers: Sequence[ScoredOffer], as_of: date, *, days: int) -> tuple[int, int]:
    """How many offers appeared in the last days: new ones, and reposts."""
    first = as_of - timedelta(days=days - 1)
    recent = [offer for offer in offers if first <= _appearance(offer).date() <= as_of]
    reposts = sum(offer.repost_of is not None for offer in recent)
    return len(recent) - reposts, reposts


def _appearance(offer: ScoredOffer) -> datetime:
    return min(offer.first_seen_at, offer.published_at or offer.first_seen_at)


def _shown(offers: Sequence[ScoredOffer], catalog: Catalog) -> dict[str, _Shown]:
    """How each category is shown, in the catalog's order; categories that no offer shows are left out."""
    shown: dict[str, _Shown] = {}
    for offer in offers:
        for hit in offer.scored.hits if offer.scored else ():
            if not hit.negated:
                found = shown.get(hit.category)
                if found is None:
                    found = shown[hit.category] = _Shown(offer.first_seen_at, offer.first_seen_at)
                found.add(offer, hit)
    return {category: shown[category] for category in catalog.category_names if category in shown}


def _signal(company_id: CompanyId, category: str, shown: _Shown) -> CompanySignal:
    best = shown.best
    return CompanySignal(
        company_id=company_id,
        category=category,
        best_points=best.hit.points if best else 0.0,
        open_offers=len(shown.open_offers),
        best_offer_id=best.offer.id if best else None,
        first_seen_at=shown.first_seen_at,
        last_seen_at=shown.last_seen_at,
    )


def _why(shown: Mapping[str, _Shown], names: Mapping[str, str], top_category: str | None) -> str:
    """The best open evidence of the top category, then of the strongest, and how many more there are, in one line."""
    order = {category: place for place, category in enumerate(names)}
    bests = [(category, found.best) for category, found in shown.items() if found.best is not None]
    bests.sort(key=lambda best: (best[0] != top_category, -best[1].hit.points, order[best[0]]))
    parts: list[str] = []
    told: OfferId | None = None
    for category, showing in bests[:_SPELLED_OUT]:
        part = f'{_short(names[category], _TITLE_LENGTH)}: "{_short(showing.hit.keyword, _KEYWORD_LENGTH)}"'
        if showing.offer.id != told:
            part += f" in {_short(showing.offer.title, _TITLE_LENGTH)}"
        if parts and len("; ".join([*parts, part])) > WHY_LENGTH - len(" (+99)"):
            break
        parts.append(part)
        told = showing.offer.id
    more = f" (+{len(bests) - len(parts)})" if len(bests) > len(parts) else ""
    return "; ".join(parts) + more


def _short(text: str, length: int) -> str:
    line = clean_line(text)
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"
