"""A list of companies in memory, and what every `DirectorySource` must do."""

# ruff: noqa: D102 - the name of a test is what it says

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import anyio
import pytest

from ats_core.domain.company import ListedCompany
from ats_core.domain.offer import RejectedRecord
from ats_core.errors import DirectoryError
from ats_core.ports import DirectoryPage, DirectorySource

__all__ = ["DirectorySourceSuite", "FakeDirectory", "read_whole"]


class FakeDirectory:
    """A `DirectorySource` in memory: *companies* and *rejected* records in pages, then *error*, if there is one."""

    def __init__(
        self,
        name: str,
        companies: Sequence[ListedCompany] = (),
        *,
        rejected: Sequence[RejectedRecord] = (),
        error: Exception | None = None,
        page_size: int = 100,
    ) -> None:
        self._name = name
        self.companies = list(companies)
        self.rejected = list(rejected)
        self.error = error
        self.page_size = page_size

    @property
    def name(self) -> str:
        """What the database calls the list."""
        return self._name

    async def pages(self) -> AsyncIterator[DirectoryPage]:
        """The list from its beginning. Raises *error* after the last page."""
        for start in range(0, len(self.companies), self.page_size):
            yield DirectoryPage(companies=tuple(self.companies[start : start + self.page_size]))
        if self.rejected:
            yield DirectoryPage(companies=(), rejected=tuple(self.rejected))
        if self.error is not None:
            raise self.error


def read_whole(
    source: DirectorySource,
) -> tuple[list[ListedCompany], list[RejectedRecord], DirectoryError | None]:
    """All that a source yields, and the error that ended it."""

    async def read() -> tuple[list[ListedCompany], list[RejectedRecord], DirectoryError | None]:
        companies: list[ListedCompany] = []
        rejected: list[RejectedRecord] = []
        try:
            async for page in source.pages():
                companies += page.companies
                rejected += page.rejected
        except DirectoryError as error:
            return companies, rejected, error
        return companies, rejected, None

    return anyio.run(read)


class DirectorySourceSuite(ABC):
    """The contract of `DirectorySource`: inherit, make sources, and pytest runs it."""

    @abstractmethod
    def make_source(self, folder: Path, companies: Sequence[tuple[str, str]]) -> DirectorySource:
        """A list of these names and websites (either may be empty), standing in *folder* or nowhere."""

    @abstractmethod
    def make_broken_source(self, folder: Path, companies: Sequence[tuple[str, str]]) -> DirectorySource | None:
        """One that cannot be read to its end, after these; None where that cannot be."""

    def test_a_source_has_a_name(self, tmp_path: Path) -> None:
        assert self.make_source(tmp_path, [("Acme", "https://acme.example/")]).name

    @pytest.mark.parametrize("count", [0, 1, 999, 1000, 2501])
    def test_each_company_is_given_once_in_the_order_of_the_list(self, tmp_path: Path, count: int) -> None:
        listed = [(f"Company {n}", f"https://company{n}.example/") for n in range(count)]
        companies, rejected, error = read_whole(self.make_source(tmp_path, listed))
        assert [(c.name, c.website) for c in companies] == listed
        assert (rejected, error) == ([], None)

    def test_a_source_can_be_read_again_from_its_beginning(self, tmp_path: Path) -> None:
        source = self.make_source(tmp_path, [("Acme", ""), ("", "https://bolt.example/")])
        first, second = read_whole(source), read_whole(source)
        assert first == second
        assert [c.name for c in first[0]] == ["Acme", "bolt.example"]

    def test_reading_may_stop_half_way(self, tmp_path: Path) -> None:
        source = self.make_source(tmp_path, [(f"Company {n}", "") for n in range(3000)])

        async def read_one() -> int:
            pages = source.pages()
            page = await anext(pages)
            close = getattr(pages, "aclose", None)
            if close is not None:
                await close()
            return len(page.companies)

        assert 0 < anyio.run(read_one) <= 3000

    def test_a_record_that_names_no_company_is_rejected_with_a_reason_and_the_others_are_read(
        self, tmp_path: Path
    ) -> None:
        companies, rejected, error = read_whole(
            self.make_source(tmp_path, [("Acme", ""), ("", "nonsense"), ("Bolt", "")])
        )
        assert [c.name for c in companies] == ["Acme", "Bolt"]
        assert error is None
        (record,) = rejected
        assert record.record
        assert "nonsense" in record.reason

    def test_what_stands_before_an_error_was_given(self, tmp_path: Path) -> None:
        listed = [(f"Company {n}", "") for n in range(1200)]
        source = self.make_broken_source(tmp_path, listed)
        if source is None:
            pytest.skip("this source cannot break")
        companies, _, error = read_whole(source)
        assert [(c.name, "") for c in companies] == listed
        assert error is not None
        assert "\n" not in str(error)
