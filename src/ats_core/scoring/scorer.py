"""Scores an offer's text against a catalog, and says why."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from attrs import frozen

from ats_core.domain.catalog import Catalog, SynergyRule
from ats_core.domain.match import Field, Hit, Scored, Synergy
from ats_core.scoring.matcher import Finding, Matcher
from ats_core.scoring.points import settled
from ats_core.scoring.snippet import snippet

__all__ = ["Scorer"]


@frozen
class _Together:
    """A synergy rule with its categories by their position in the catalog, and its points in tenths."""

    rule: SynergyRule
    categories: frozenset[int]
    tenths: int


class Scorer:
    """Applies one catalog. Deterministic: the same texts give the same score, hits and order, everywhere."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._matcher = Matcher(catalog)
        self._penalty = Decimal(str(catalog.negation.penalty))
        self._ids = tuple(category.id for category in catalog.categories)
        self._tiers = tuple(category.tier.id for category in catalog.categories)
        self._caps = {
            category.tier.id: round(category.tier.cap * 10)
            for category in catalog.categories
            if category.tier.cap is not None
        }
        self._synergies = tuple(
            _Together(rule, frozenset(map(self._ids.index, rule.categories)), _tenths(Decimal(str(rule.points))))
            for rule in catalog.synergies
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
        synergies = self._together(findings, (title, department, description), language) if self._synergies else []
        amounts = settled(
            [self._earned(finding) for finding in findings] + [synergy.tenths for synergy in synergies],
            [self._tiers[finding.category] for finding in findings] + [""] * len(synergies),
            self._caps,
        )
        tenths, together = amounts[: len(findings)], amounts[len(findings) :]
        ranked = sorted([(f.negated, -amount, f.category, f) for amount, f in zip(tenths, findings, strict=True)])
        score = sum(amounts) / 10
        return Scored(
            score=score,
            label=self._catalog.label(score),
            top_category=self._ids[ranked[0][2]] if ranked and ranked[0][1] < 0 else None,
            hits=tuple([self._hit(finding, -minus) for _, minus, _, finding in ranked]),
            synergies=tuple(
                [
                    Synergy(categories=synergy.rule.categories, points=amount / 10)
                    for synergy, amount in zip(synergies, together, strict=True)
                ]
            ),
        )

    def _together(self, findings: list[Finding], own: tuple[str, str, str], language: str | None) -> list[_Together]:
        """The synergies of the categories that the offer's *own* text (without boilerplate) affirms."""
        shown = {finding.category for finding in findings if not finding.negated}
        synergies = [synergy for synergy in self._synergies if synergy.categories <= shown]
        wanted = {category for synergy in synergies for category in synergy.categories}
        if not any(finding.field is Field.BOILERPLATE and finding.category in wanted for finding in findings):
            return synergies
        # A category's best hit may stand in the boilerplate while a lesser one stands in the offer's own text.
        in_own = self._matcher.findings(*own, "", language=language)
        shown = {finding.category for finding in in_own if not finding.negated}
        return [synergy for synergy in synergies if synergy.categories <= shown]

    def _earned(self, finding: Finding) -> int:
        """What a finding would earn, in tenths; below zero, and less, where it is negated."""
        if not finding.negated:
            return finding.tenths
        return -_tenths(finding.tenths * self._penalty / 10)

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
