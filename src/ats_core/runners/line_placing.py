"""Which company each line of a list means: one that is stored, one that an earlier line made, or a new one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attrs import frozen

from ats_core.domain.company import Company, ListedCompany, same_company
from ats_core.domain.identity import CompanyId
from ats_core.ports import UnitOfWork

__all__ = ["LinePlacing", "Placed"]


@frozen
class Placed:
    """The company that a line means, and whether that is `new`, `updated` or `known`.

    *others* are rows that are the same company: they bear the name, and have no domain that tells them apart.
    """

    company: Company
    what: str
    others: tuple[Company, ...] = ()


class LinePlacing:
    """The companies that some lines mean, inside one unit of work."""

    def __init__(self, work: UnitOfWork, lines: Sequence[ListedCompany], now: datetime) -> None:
        self._work = work
        self._now = now
        by_domain = work.companies.with_domains({line.domain for line in lines if line.domain})
        by_name = work.companies.with_names({line.normalized_name for line in lines})
        self._companies = {c.id: c for c in (*by_domain.values(), *(c for some in by_name.values() for c in some))}
        self._of_domain = {domain: company.id for domain, company in by_domain.items()}
        self._of_name = {name: {company.id for company in companies} for name, companies in by_name.items()}
        self._changed: set[CompanyId] = set()
        self._new_names: list[tuple[CompanyId, str]] = []

    def namesakes(self, line: ListedCompany) -> tuple[Company, ...]:
        """The companies that bear the line's name, by id."""
        return tuple(self._companies[id_] for id_ in sorted(self._of_name.get(line.normalized_name, ())))

    def place(self, line: ListedCompany, *, among: Sequence[Company]) -> Placed:
        """The company that a line means.

        *among* are those of its name that stand in the list already: it means one of these, if there are any. So a
        line that gives a name only means no other company than before because one more bears that name now.
        """
        namesakes = self.namesakes(line)
        with_domain = self._companies[self._of_domain[line.domain]] if line.domain in self._of_domain else None
        known = same_company(line, with_domain=with_domain, with_name=among or namesakes)
        if known is None:
            company = Company.first_met(line, self._now)
            self._keep(company)
            return Placed(company, "new")
        company = known.completed_by(line, self._now)
        if company != known:
            self._keep(company)
        if line.domain is not None and all(c.id != company.id for c in namesakes):
            self._bears(company, line.normalized_name)
            self._new_names.append((company.id, line.normalized_name))
        others = tuple(c for c in namesakes if c.domain is None and c.id != company.id)
        return Placed(company, "known" if company == known and not others else "updated", others)

    def absorb(self, company: Company, other: Company) -> Company:
        """Make one row of two. What was placed so far must have been saved."""
        merged = company.absorbing(other, self._now)
        self._work.companies.merge(other.id, merged)
        for ids in self._of_name.values():
            if other.id in ids:
                ids.remove(other.id)
                ids.add(merged.id)
        del self._companies[other.id]
        self._companies[merged.id] = merged
        return merged

    def save(self) -> None:
        """Store what is new or changed."""
        self._work.companies.save([self._companies[id_] for id_ in sorted(self._changed)])
        self._work.companies.add_names(self._new_names)
        self._changed.clear()
        self._new_names.clear()

    def _keep(self, company: Company) -> None:
        self._companies[company.id] = company
        self._changed.add(company.id)
        if company.domain is not None:
            self._of_domain[company.domain] = company.id
        self._bears(company, company.normalized_name)

    def _bears(self, company: Company, name: str) -> None:
        self._of_name.setdefault(name, set()).add(company.id)
