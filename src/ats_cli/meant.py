"""Which company a person means by what they typed."""

from __future__ import annotations

from ats_core.domain.company import Company
from ats_core.errors import ConfigurationError
from ats_core.ports import UnitOfWork

__all__ = ["company_called"]


def company_called(uow: UnitOfWork, text: str) -> Company:
    """The company that *text* (an id, domain, website or name) means; `ConfigurationError` unless it means just one."""
    found = uow.reports.find_company(text)
    if not found:
        raise ConfigurationError(f"no company is called {text!r}", hint="`atsp companies --all` lists them")
    if len(found) > 1:
        names = ", ".join(f"{c.name} ({c.domain or 'no website'}, {c.id})" for c in found[:8])
        raise ConfigurationError(f"{text!r} means {len(found)} companies: {names}", hint="give the id of one")
    return found[0]
