"""A catalog in which every rule occurs once with round numbers, and offers to fold into metrics."""

from __future__ import annotations

from datetime import UTC, datetime

from ats_adapters.catalogs import builtin_catalog
from ats_core.domain.catalog import Catalog
from ats_core.domain.identity import OfferId, SourceId
from ats_core.domain.match import Field, Hit, Label, Scored
from ats_core.domain.metrics import ScoredOffer
from ats_core.scoring.catalog_format import parse_catalog
from ats_core.scoring.scorer import Scorer

RULES = """
id = "rules"
name = "Every rule once"
version = "1"
stop_words = ["the", "of", "de"]

[labels]
strong = 6.0
medium = 3.0
weak = 1.0

[fields]
title = 2.0
department = 1.5
description = 1.0

[tiers.core]
points = 2.0

[tiers.minor]
points = 1.0

[tiers.proxy]
points = 1.0
cap = 1.5

[categories.fx]
name = "Foreign exchange"
tier = "core"

[categories.payments]
name = "Payments"
tier = "core"

[categories.treasury]
name = "Treasury"
tier = "core"

[categories.trade]
name = "Trade"
tier = "minor"

[categories.cloud]
name = "Cloud"
tier = "proxy"

[categories.growth]
name = "Growth"
tier = "proxy"

[contexts]
software = ["data", "CSV", "javascript"]

[keywords]
fx = [
  "tipo(s) de cambio",
  { term = "FX", aliases = ["divisa(s)", "EUR/USD"] },
  { term = "exchange", weight = 0.5 },
]
payments = [
  "cross-border",
  { term = "SWIFT", as_written = true, needs = ["payment(s)", "pagos"], not_near = ["Kotlin"], within = 4 },
  { term = "Straße", aliases = ["cœur", "naïve"] },
]
treasury = ["treasury", { term = "tesorería" }, "R&D", ".NET", "C++", "C"]
trade = [{ term = "export", aliases = ["exportar"], not_near = ["@software"], within = 3 }, "aduanas"]
cloud = ["AWS"]
growth = ["HubSpot"]

[negation]
penalty = 0.5
harmless = ["not only", "no solo"]
ended_by = ["but", "however", "pero", "sino", "aunque"]

[[negation.before]]
cues = ["no experience", "sin experiencia", "no se requiere"]
reach = 6
through_commas = true

[[negation.before]]
cues = ["no", "not", "sin"]
reach = 2

[[negation.after]]
cues = ["not required", "no es necesario"]
reach = 3
"""

NIGHT = datetime(2026, 3, 31, 2, tzinfo=UTC)


def rules() -> Catalog:
    return parse_catalog(RULES, where="rules.toml")


def rules_scorer() -> Scorer:
    return Scorer(rules())


def builtin(which: int = 0) -> Catalog:
    return builtin_catalog(("international-payments", "engineering-growth")[which])


def described(scorer: Scorer, text: str) -> Scored:
    return scorer.score(title="", department="", description=text)


def tenths(of: Scored) -> int:
    """The tenths of all hits and synergies together."""
    points = [*(hit.points for hit in of.hits), *(synergy.points for synergy in of.synergies)]
    return sum(round(point * 10) for point in points)


def hit(category: str, points: float, *, keyword: str = "word", negated: bool = False) -> Hit:
    return Hit(
        category=category,
        keyword=keyword,
        field=Field.TITLE,
        snippet=f"[[{keyword}]]",
        points=points,
        negated=negated,
    )


def scored(*hits: Hit) -> Scored:
    score = round(max(0.0, sum(h.points for h in hits)), 1)
    shown = [h for h in hits if h.points > 0]
    top = max(shown, key=lambda h: h.points).category if shown else None
    label = Label.STRONG if score >= 6 else Label.MEDIUM if score >= 3 else Label.WEAK if score >= 1 else Label.NONE
    return Scored(score=score, label=label, top_category=top, hits=hits)


def offer(
    name: str,
    *hits: Hit,
    fingerprint: str | None = None,
    first_seen_at: datetime = NIGHT,
    published_at: datetime | None = None,
    closed_at: datetime | None = None,
    repost_of: str | None = None,
    title: str = "Analyst",
    unscored: bool = False,
) -> ScoredOffer:
    return ScoredOffer(
        id=OfferId(name),
        source_id=SourceId("s_1"),
        title=title,
        url=None,
        fingerprint=fingerprint or name,
        published_at=published_at,
        first_seen_at=first_seen_at,
        closed_at=closed_at,
        repost_of=OfferId(repost_of) if repost_of else None,
        repost_count=0,
        scored=None if unscored else scored(*hits),
    )
