"""Sources, sightings and pauses in memory."""

from __future__ import annotations

from collections.abc import Iterable

from ats_core.domain.board import ProviderPause, Source, SourceStatus
from ats_core.domain.identity import CompanyId, SourceId
from ats_core.testing.memory_tables import Transaction, storable

__all__ = ["MemorySources"]


class MemorySources:
    """A `SourceRepo`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, source_id: SourceId) -> Source | None:
        """The source of this id."""
        return self._transaction.tables.sources.get(source_id)

    def of_company(self, company_id: CompanyId) -> tuple[Source, ...]:
        """The company's sources in every status, by id."""
        return tuple(source for source in self.all() if source.company_id == company_id)

    def all(self) -> tuple[Source, ...]:
        """Every source, by id."""
        return tuple(source for _, source in sorted(self._transaction.tables.sources.items(), key=lambda x: x[0]))

    def to_ingest(self) -> tuple[Source, ...]:
        """The active sources of companies whose resolution does not end the work, by id; due or not."""
        companies = self._transaction.tables.companies
        return tuple(
            source
            for source in self.all()
            if source.status is SourceStatus.ACTIVE and not companies[source.company_id].resolution.ends_work
        )

    def save(self, source: Source) -> None:
        """Insert or replace by id, checkpoint included."""
        tables = self._transaction.changing()
        self._transaction.refer(tables.companies, source.company_id, "company")
        self._transaction.put(tables.sources, source.id, storable(source))

    def add_sightings(self, source_id: SourceId, provider_offer_ids: Iterable[str]) -> None:
        """Keep that the source's open sweep has seen these postings. Each counts once."""
        tables = self._transaction.changing()
        self._transaction.refer(tables.sources, source_id, "source")
        seen = tables.sightings.get(source_id, frozenset())
        self._transaction.put(tables.sightings, source_id, seen | {storable(i) for i in provider_offer_ids})

    def sightings(self, source_id: SourceId) -> frozenset[str]:
        """What the source's open sweep has seen so far."""
        return self._transaction.tables.sightings.get(source_id, frozenset())

    def forget_sightings(self, source_id: SourceId) -> None:
        """The sweep ended, or starts again."""
        self._transaction.drop(self._transaction.changing().sightings, source_id)

    def pauses(self) -> tuple[ProviderPause, ...]:
        """All pauses of providers, past ones too, by provider."""
        return tuple(pause for _, pause in sorted(self._transaction.tables.pauses.items(), key=lambda x: x[0]))

    def save_pause(self, pause: ProviderPause) -> None:
        """Insert or replace by provider."""
        self._transaction.put(self._transaction.changing().pauses, pause.provider, storable(pause))

    def forget_pause(self, provider: str) -> None:
        """The provider may be asked again."""
        self._transaction.drop(self._transaction.changing().pauses, provider)
