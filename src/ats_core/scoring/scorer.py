"""Scores an offer's text against a catalog, and says why."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from ats_core.domain.catalog import Catalog
from ats_core.domain.match import Field, Hit, Scored
from ats_core.scoring.matcher import Finding, Matcher
from ats_core.scoring.points import settled
from ats_core.scoring.snippet import snippet

__all__ = ["Scorer"]


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

    @property
    def catalog(self) -> Catalog:
        """The catalog that is applied."""
        return self._catalog

    def score(self, *, title: str, department: str, description: str, boilerplate: str = "") -> Scored:
        """The score of an offer. All texts are plain text without markup; a missing one is empty.

        *boilerplate* is what was taken out of the description because most of the company's offers have it.
        Hits are ordered by points, highest first, then as the catalog orders categories; negated ones come last.
        """
        findings = self._matcher.findings(
            {
                Field.TITLE: title,
                Field.DEPARTMENT: department,
                Field.DESCRIPTION: description,
                Field.BOILERPLATE: boilerplate,
            }
        )
        tenths = settled(
            [self._earned(finding) for finding in findings],
            [self._tiers[finding.category] for finding in findings],
            self._caps,
        )
        ranked = sorted(zip(tenths, findings, strict=True), key=lambda hit: (hit[1].negated, -hit[0], hit[1].category))
        score = sum(tenths) / 10
        return Scored(
            score=score,
            label=self._catalog.label(score),
            top_category=self._ids[ranked[0][1].category] if ranked and ranked[0][0] > 0 else None,
            hits=tuple(self._hit(finding, amount) for amount, finding in ranked),
        )

    def _earned(self, finding: Finding) -> int:
        """What a finding would earn, in tenths; below zero, and less, where it is negated."""
        if not finding.negated:
            return finding.tenths
        return -int((finding.tenths * self._penalty).quantize(Decimal(1), ROUND_HALF_UP))

    def _hit(self, finding: Finding, tenths: int) -> Hit:
        return Hit(
            category=self._ids[finding.category],
            keyword=finding.keyword,
            field=finding.field,
            snippet=snippet(finding.text, finding.start, finding.end),
            points=tenths / 10,
            negated=finding.negated,
        )
