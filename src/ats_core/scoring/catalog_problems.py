"""What is wrong with a catalog, each problem with its place: mistakes, which make it unusable, and warnings."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from attrs import frozen

from ats_core.errors import ConfigurationError

__all__ = ["Problem", "Report", "Severity", "Unreadable"]


class Unreadable(Exception):
    """A document could not be read at all; why is noted."""


class Severity(StrEnum):
    """An error makes a catalog unusable; a warning says that something does not do what it seems to."""

    ERROR = "error"
    WARNING = "warning"


@frozen(kw_only=True)
class Problem:
    """One problem: *where* is the file or name of the catalog, *line* counts from 1, *key* is the full name of the key.

    *line* is None, and *key* empty, where the whole document is meant. *what* names the key and the value, *hint* says
    what is accepted or what to do.
    """

    severity: Severity
    where: str
    line: int | None
    key: str
    what: str
    hint: str = ""

    def as_error(self, *, others: int = 0) -> ConfigurationError:
        """The error that stops whoever wants to use the catalog; *others* is how many more errors there are."""
        where = self.where if self.line is None else f"{self.where}, line {self.line}"
        more = f"{others} more mistake{'s' if others > 1 else ''}, which `atsp catalog check` lists" if others else ""
        return ConfigurationError(self.what, where=where, hint="; ".join(part for part in (self.hint, more) if part))

    def __str__(self) -> str:
        return str(self.as_error())


class Report:
    """Problems as they are met while a catalog and those that it extends are read."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []

    def add(self, problem: Problem) -> None:
        """Note a problem."""
        self._problems.append(problem)

    @property
    def failed(self) -> bool:
        """Whether a mistake was met."""
        return any(problem.severity is Severity.ERROR for problem in self._problems)

    def in_order(self, documents: Iterable[str]) -> tuple[Problem, ...]:
        """All problems by document, as in *documents*, then by line, mistakes first; what has no line comes first."""
        order = {where: place for place, where in enumerate(documents)}
        return tuple(sorted(self._problems, key=lambda p: (order.get(p.where, len(order)), p.line or 0, p.severity)))
