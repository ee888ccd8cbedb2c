"""The tables of the in-memory store: what every repository of a unit of work reads and changes."""

from __future__ import annotations

import re
from collections.abc import Hashable
from datetime import datetime
from typing import Any, TypeVar, cast

import attrs
from attrs import Factory, define

from ats_core.domain.board import Discovery, ProviderPause, Source
from ats_core.domain.company import Company, CompanyListing
from ats_core.domain.directory import CompanySeen, DirectoryState
from ats_core.domain.feedback import FeedbackEvent, ScoreRating
from ats_core.domain.identity import CompanyId, OfferId, RunId, SourceId
from ats_core.domain.match import Match
from ats_core.domain.metrics import CompanyMetrics, CompanySignal
from ats_core.domain.offer import Offer
from ats_core.domain.run import Run, RunnerName, RunnerRun
from ats_core.errors import DatabaseUnusable
from ats_core.scoring.sketch import TextSketch

__all__ = ["LockRow", "Tables", "Transaction", "storable"]

_SURROGATE = re.compile("[\ud800-\udfff]")
_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


def storable(value: _Value) -> _Value:
    """*value* as a database gives it back: every lone surrogate in its texts replaced by U+FFFD."""
    return cast("_Value", _storable(value))


def _storable(value: Any) -> Any:
    if type(value) is str:
        return value if value.isascii() else _SURROGATE.sub("\ufffd", value)
    if isinstance(value, tuple):
        return tuple(map(_storable, value))
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    if attrs.has(type(value)):
        before = {a.name: getattr(value, a.name) for a in attrs.fields(type(value))}
        after = {name: _storable(item) for name, item in before.items()}
        return value if after == before else attrs.evolve(value, **after)
    return value


@define
class LockRow:
    """A lock: who holds it (None: nobody), and the token of its last holder."""

    owner: str | None
    token: int
    acquired_at: datetime
    expires_at: datetime


@define
class Tables:
    """Everything that is stored, by key; `by_domain` and `by_name` are indexes over the companies."""

    companies: dict[CompanyId, Company] = Factory(dict)
    by_domain: dict[str, CompanyId] = Factory(dict)
    by_name: dict[str, frozenset[CompanyId]] = Factory(dict)
    listings: dict[tuple[CompanyId, str], CompanyListing] = Factory(dict)
    discoveries: dict[CompanyId, Discovery] = Factory(dict)
    directories: dict[str, DirectoryState] = Factory(dict)
    directory_seen: dict[tuple[str, CompanyId], CompanySeen] = Factory(dict)
    #: What else a company is known by, as (kind, value, company).
    aliases: dict[tuple[str, str, CompanyId], bool] = Factory(dict)
    sources: dict[SourceId, Source] = Factory(dict)
    sightings: dict[SourceId, frozenset[str]] = Factory(dict)
    pauses: dict[str, ProviderPause] = Factory(dict)
    offers: dict[OfferId, Offer] = Factory(dict)
    matches: dict[OfferId, Match] = Factory(dict)
    sketches: dict[OfferId, TextSketch] = Factory(dict)
    metrics: dict[CompanyId, CompanyMetrics] = Factory(dict)
    signals: dict[tuple[CompanyId, str], CompanySignal] = Factory(dict)
    runs: dict[RunId, Run] = Factory(dict)
    runner_runs: dict[tuple[RunId, RunnerName], RunnerRun] = Factory(dict)
    sheet_rows: dict[CompanyId, str] = Factory(dict)
    feedback: dict[int, FeedbackEvent] = Factory(dict)
    ratings: dict[int, ScoreRating] = Factory(dict)

    def copy(self) -> Tables:
        """A copy that can be changed without changing this."""
        return Tables(**{a.name: dict(getattr(self, a.name)) for a in attrs.fields(Tables)})


@define
class Transaction:
    """One unit of work over *tables*. *changes* counts rows that it wrote, changed or deleted."""

    tables: Tables
    writable: bool
    changes: int = 0
    is_over: bool = False

    def changing(self) -> Tables:
        """The tables, to be changed. Raises `RuntimeError` in a unit of work for reading, or after its end."""
        if not self.writable or self.is_over:
            raise RuntimeError("a unit of work for reading was written in" if not self.is_over else "it is over")
        return self.tables

    def put(self, table: dict[_Key, _Value], key: _Key, value: _Value) -> None:
        """Insert or replace; what is stored already changes nothing."""
        if key not in table or table[key] != value:
            table[key] = value
            self.changes += 1

    def drop(self, table: dict[_Key, Any], key: _Key) -> None:
        """Delete, if it is there."""
        if table.pop(key, None) is not None:
            self.changes += 1

    def refer(self, table: dict[_Key, Any], key: _Key | None, what: str) -> None:
        """Raise `DatabaseUnusable` where a row would refer to nothing, as a foreign key does."""
        if key is not None and key not in table:
            raise DatabaseUnusable(f"the database refused a step: there is no {what} {key}", where="memory")
