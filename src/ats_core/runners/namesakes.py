"""Which known companies have a better claim to a board than the one that is looked at: those whose name it bears.

A row without a domain, whose name is the company's but for added words, has none: it may well be the same company.
"""

from __future__ import annotations

from collections.abc import Sequence

from ats_core.discovery.judgement import Verdict
from ats_core.discovery.likeness import CompanyNames, Likeness
from ats_core.domain.board import Board
from ats_core.domain.company import Company
from ats_core.ports import UnitOfWork

__all__ = ["namesakes"]


def namesakes(work: UnitOfWork, company: Company, verdicts: Sequence[Verdict]) -> dict[Board, Company]:
    """The known companies, others than *company*, whose name or domain the boards bear."""
    by_name = work.companies.with_names({v.bears_name for v in verdicts if v.bears_name})
    by_domain = work.companies.with_domains({v.bears_domain for v in verdicts if v.bears_domain})
    names = CompanyNames.of(company)
    found: dict[Board, Company] = {}
    for verdict in verdicts:
        named = by_name.get(verdict.bears_name or "", ())
        if names.likeness(verdict.bears_name or "") is Likeness.SAME:
            named = tuple(other for other in named if other.domain is not None)
        linked = by_domain.get(verdict.bears_domain or "")
        other = next((other for other in (linked, *named) if other is not None and other.id != company.id), None)
        if other is not None:
            found[verdict.board] = other
    return found
