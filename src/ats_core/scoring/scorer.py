"""Scores an offer's text against a catalog, and says why."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from attrs import frozen

from ats_core.domain.catalog import Catalog, SynergyRule
from ats_core.domain.match import Hit, Scored, Synergy
from ats_core.scoring.matcher import Finding, Matcher
from ats_core.scoring.points import settled
from ats_core.scoring.snippet import snippet

__all__ = ["Scorer"]


@frozen
class _Together:
    """A synergy rule with its categories, a bit for each position in the catalog, and its points in tenths."""

    rule: SynergyRule
    categories: int
    tenths: int
    #: What an offer can earn by it, by tenths.
    worth: tuple[Synergy, ...]


class Scorer:
    """Applies one catalog. Deterministic: the same texts give the same score, hits and order, everywhere.

    What it searches with is made when the first text is scored: a large catalog takes some 50 MB, which most commands,
    and the runners before the ingestion, have no use for.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._nothing = Scored(score=0.0, label=catalog.label(0.0), top_category=None, hits=())
        self._ids = tuple(category.id for category in catalog.categories)
        self._tiers = tuple(category.tier.id for category in catalog.categories)
        self._caps = {
            category.tier.id: round(category.tier.cap * 10)
            for category in catalog.categories
            if category.tier.cap is not None
        }
        self._synergies = tuple(map(self._ready, catalog.synergies))

    @cached_property
    def _matcher(self) -> Matcher:
        return Matcher(self._catalog)

    @cached_property
    def _taken(self) -> Mapping[int, int]:
        """What is taken away for a negated finding, by what it would have earned, in tenths."""
        penalty = Decimal(str(self._catalog.negation.penalty))
        return {earned: -_tenths(earned * penalty / 10) for earned in self._matcher.earnings}

    def _ready(self, rule: SynergyRule) -> _Together:
        tenths = _tenths(Decimal(str(rule.points)))
        return _Together(
            rule,
            sum(1 << self._ids.index(category) for category in rule.categories),
            tenths,
            tuple(Synergy(categories=rule.categories, points=amount / 10) for amount in range(tenths + 1)),
        )

    @property
    def catalog(self) -> Catalog:
        """The catalog that is applied."""
        return self._catalog

    def score(
        self, *, title: str, department: str, description: str, boilerplate: str = "", language: str | None = None
    ) -> Scored:
        """The score of an offer. All texts are plain text without markup; a missing one is empty.

        *boilerplate* is what was taken out of the description because most of the company's offers have it.
        *language*: the ISO 639-1 code of what they are written in, where it is known; it bears on how some spellings
        are read, see docs/explanation/scoring.md.
        Hits are ordered by points, highest first, then as the catalog orders categories; negated ones come last.
        Synergies are in the order of the catalog.
        """
        if not self._catalog.fields.boilerplate:
            boilerplate = ""
        findings = self._matcher.findings(title, department, description, boilerplate, language=language)
        if not findings:
            return self._nothing
        synergies = self._together(findings)
        earned = [self._taken[f.tenths] if f.negated else f.tenths for f in findings]
        tiers = [self._tiers[finding.category] for finding in findings]
        amounts = settled(
            [*earned, *(synergy.tenths for synergy in synergies)], [*tiers, *[""] * len(synergies)], self._caps
        )
        ranked = sorted([(f.negated, -amount, f.category, f) for f, amount in zip(findings, amounts, strict=False)])
        score = sum(amounts) / 10
        return Scored(
            score=score,
            label=self._catalog.label(score),
            top_category=self._ids[ranked[0][2]] if ranked[0][1] < 0 else None,
            hits=tuple([self._hit(finding, -minus) for _, minus, _, finding in ranked]),
            synergies=tuple(
                [synergy.worth[amount] for synergy, amount in zip(synergies, amounts[len(findings) :], strict=True)]
            )
            if synergies
            else (),
        )

    def _together(self, findings: list[Finding]) -> list[_Together]:
        """The synergies of the categories that the offer's own text (without boilerplate) affirms."""
        shown = 0
        for finding in findings:
            if finding.is_own:
                shown |= 1 << finding.category
        return [synergy for synergy in self._synergies if synergy.categories & shown == synergy.categories]

    def _hit(self, finding: Finding, tenths: int) -> Hit:
        # By position: a call by keyword would cost more than the rest of it, and there are many hits.
        return Hit(
            self._ids[finding.category],
            finding.keyword,
            finding.field,
            snippet(finding.text, finding.start, finding.end),
            tenths / 10,
            finding.negated,
        )


def _tenths(points: Decimal) -> int:
    """Points in tenths, halves rounded up."""
    return int((points * 10).quantize(Decimal(1), ROUND_HALF_UP))
