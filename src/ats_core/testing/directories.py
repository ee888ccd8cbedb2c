"""A list of companies in memory, and what every `DirectorySource` must do."""

# ruff: noqa: D102 - the name of a test is what it says

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import ClassVar

import anyio
import pytest
from attrs import evolve

from ats_core.domain.checkpoint import Validators
from ats_core.domain.company import ListedCompany
from ats_core.domain.offer import RejectedRecord
from ats_core.errors import DirectoryError
from ats_core.ports import DirectoryPage, DirectorySource, DirectoryView

__all__ = ["DirectorySourceSuite", "FakeDirectory", "read_pages", "read_whole"]

_FROM_THE_BEGINNING = DirectoryView()


class FakeDirectory:
    """A `DirectorySource` in memory: *companies* and *rejected* records in pages, then *error*, if there is one.

    Its cursor is the number of companies before a page, where *has_cursors*. *views* are those it was asked with.
    *etag* and *content_hash*, where they are set, are those of the list as it stands: asked with one of them, it says
    that nothing has changed.
    """

    def __init__(
        self,
        name: str,
        companies: Sequence[ListedCompany] = (),
        *,
        rejected: Sequence[RejectedRecord] = (),
        error: Exception | None = None,
        page_size: int = 100,
        has_cursors: bool = False,
        etag: str | None = None,
        content_hash: str | None = None,
    ) -> None:
        self._name = name
        self.companies = list(companies)
        self.rejected = list(rejected)
        self.error = error
        self.page_size = page_size
        self.has_cursors = has_cursors
        self.etag = etag
        self.content_hash = content_hash
        self.views: list[DirectoryView] = []

    @property
    def name(self) -> str:
        """What the database calls the list."""
        return self._name

    async def pages(self, view: DirectoryView) -> AsyncIterator[DirectoryPage]:
        """The list from the view's cursor. Raises *error* after the last page."""
        self.views.append(view)
        if self._is_unchanged(view):
            yield DirectoryPage(not_modified=True)
            return
        first = int(view.cursor) if view.cursor is not None else 0
        for start in range(first, len(self.companies), self.page_size):
            end = start + self.page_size
            goes_on = self.has_cursors and end < len(self.companies)
            yield DirectoryPage(companies=tuple(self.companies[start:end]), next_cursor=str(end) if goes_on else None)
        if self.rejected:
            yield DirectoryPage(rejected=tuple(self.rejected))
        if self.error is not None:
            raise self.error
        yield DirectoryPage(validators=Validators(etag=self.etag), content_hash=self.content_hash)

    def _is_unchanged(self, view: DirectoryView) -> bool:
        if self.etag is not None and view.validators.etag == self.etag:
            return True
        return self.content_hash is not None and view.content_hash == self.content_hash


def read_pages(source: DirectorySource, view: DirectoryView = _FROM_THE_BEGINNING) -> list[DirectoryPage]:
    """The pages that a source yields when asked with *view*. Raises `DirectoryError`."""

    async def read() -> list[DirectoryPage]:
        return [page async for page in source.pages(view)]

    return anyio.run(read)


def read_whole(
    source: DirectorySource, view: DirectoryView = _FROM_THE_BEGINNING
) -> tuple[list[ListedCompany], list[RejectedRecord], DirectoryError | None]:
    """All that a source yields when asked with *view*, and the error that ended it."""

    async def read() -> tuple[list[ListedCompany], list[RejectedRecord], DirectoryError | None]:
        companies: list[ListedCompany] = []
        rejected: list[RejectedRecord] = []
        try:
            async for page in source.pages(view):
                companies += page.companies
                rejected += page.rejected
        except DirectoryError as error:
            return companies, rejected, error
        return companies, rejected, None

    return anyio.run(read)


class DirectorySourceSuite(ABC):
    """The contract of `DirectorySource`: inherit, make sources, and pytest runs it.

    *can_be_empty*: a list that names nobody can be told from one that cannot be read. *can_tell_changes*: the source
    gives validators or a content hash.
    """

    can_be_empty: ClassVar[bool] = True
    can_tell_changes: ClassVar[bool] = True

    @abstractmethod
    def make_source(self, folder: Path, companies: Sequence[tuple[str, str]]) -> DirectorySource:
        """A list of these names and websites (either may be empty), standing in *folder* or nowhere.

        Made again in the same folder, it is the same list as it stands later. A website `nonsense` without a name is
        a record that names no company.
        """

    @abstractmethod
    def make_broken_source(self, folder: Path, companies: Sequence[tuple[str, str]]) -> DirectorySource | None:
        """One that cannot be read to its end, after these; None where that cannot be."""

    def make_missing_source(self, folder: Path) -> DirectorySource | None:
        """One whose place does not exist; None where that cannot be."""
        return None

    def test_a_source_has_a_name_that_stays(self, tmp_path: Path) -> None:
        source = self.make_source(tmp_path, [("Acme", "https://acme.example/")])
        name = source.name
        read_whole(source)
        assert name
        assert source.name == name == self.make_source(tmp_path, [("Bolt", "")]).name

    @pytest.mark.parametrize("count", [1, 2, 500, 1203])
    def test_each_company_is_given_once_in_the_order_of_the_list(self, tmp_path: Path, count: int) -> None:
        listed = _listed(count)
        companies, rejected, error = read_whole(self.make_source(tmp_path, listed))
        assert [(c.name, c.website) for c in companies] == listed
        assert (rejected, error) == ([], None)

    def test_an_empty_list_is_no_error_where_it_can_be_told_from_a_wrong_one(self, tmp_path: Path) -> None:
        companies, rejected, error = read_whole(self.make_source(tmp_path, []))
        assert (companies, rejected) == ([], [])
        assert (error is None) is self.can_be_empty

    def test_positions_rise(self, tmp_path: Path) -> None:
        companies, _, _ = read_whole(self.make_source(tmp_path, _listed(600)))
        positions = [company.position for company in companies]
        assert positions == sorted(set(positions))

    def test_a_source_can_be_read_again_from_its_beginning(self, tmp_path: Path) -> None:
        source = self.make_source(tmp_path, [("Acme", ""), ("", "https://bolt.example/")])
        first, second = read_whole(source), read_whole(source)
        assert first == second
        assert [c.name for c in first[0]] == ["Acme", "bolt.example"]

    def test_reading_may_stop_half_way(self, tmp_path: Path) -> None:
        source = self.make_source(tmp_path, _listed(1203))

        async def read_one() -> int:
            pages = source.pages(DirectoryView())
            page = await anext(pages)
            close = getattr(pages, "aclose", None)
            if close is not None:
                await close()
            return len(page.companies)

        assert 0 < anyio.run(read_one) <= 1203

    def test_a_record_that_names_no_company_is_rejected_with_a_reason_and_the_others_are_read(
        self, tmp_path: Path
    ) -> None:
        companies, rejected, error = read_whole(
            self.make_source(tmp_path, [("Acme", ""), ("", "nonsense"), ("Bolt", "")])
        )
        assert [c.name for c in companies] == ["Acme", "Bolt"]
        assert error is None
        (record,) = rejected
        assert any(character.isdigit() for character in record.record), "its position in the list"
        assert record.reason

    def test_what_stands_before_an_error_was_given(self, tmp_path: Path) -> None:
        listed = _listed(1203)
        source = self.make_broken_source(tmp_path, listed)
        if source is None:
            pytest.skip("this source cannot break")
        companies, _, error = read_whole(source)
        assert [(c.name, c.website) for c in companies] == listed
        assert error is not None
        assert "\n" not in str(error)

    def test_a_list_that_is_not_there_is_one_clear_error(self, tmp_path: Path) -> None:
        source = self.make_missing_source(tmp_path)
        if source is None:
            pytest.skip("this source is always there")
        companies, rejected, error = read_whole(source)
        assert (companies, rejected) == ([], [])
        assert error is not None
        assert error.where
        assert "\n" not in str(error)

    def test_a_list_that_has_not_changed_says_so_and_nothing_else(self, tmp_path: Path) -> None:
        known = _as_last_read(read_pages(self.make_source(tmp_path, _listed(3))))
        if not self.can_tell_changes:
            assert known == DirectoryView()
            pytest.skip("this source cannot tell whether it has changed")
        (page,) = read_pages(self.make_source(tmp_path, _listed(3)), known)
        assert page.not_modified

    def test_a_list_that_has_changed_is_given_whole(self, tmp_path: Path) -> None:
        known = _as_last_read(read_pages(self.make_source(tmp_path, _listed(3))))
        pages = read_pages(self.make_source(tmp_path, _listed(4)), known)
        assert [company.name for page in pages for company in page.companies] == [name for name, _ in _listed(4)]
        assert not any(page.not_modified for page in pages)

    def test_a_reading_goes_on_at_each_cursor_with_what_is_left(self, tmp_path: Path) -> None:
        source = self.make_source(tmp_path, [*_listed(1203), ("", "nonsense")])
        pages = read_pages(source)
        for number, page in _some_with_cursors(pages):
            companies, rejected, error = read_whole(source, DirectoryView(cursor=page.next_cursor))
            assert companies == [company for later in pages[number:] for company in later.companies]
            assert rejected == [record for later in pages[number:] for record in later.rejected]
            assert error is None

    def test_a_cursor_into_a_list_that_has_changed_loses_nobody(self, tmp_path: Path) -> None:
        listed = _listed(1203)
        before = read_pages(self.make_source(tmp_path, listed))
        for number, page in _some_with_cursors(before):
            source = self.make_source(tmp_path, [("Newcomer", "https://newcomer.example/"), *listed])
            companies, _, error = read_whole(source, DirectoryView(cursor=page.next_cursor))
            given = {company.name for earlier in before[:number] for company in earlier.companies}
            assert error is None
            assert {name for name, _ in listed} <= given | {company.name for company in companies}

    @pytest.mark.parametrize("cursor", ["", "nonsense", "0", '["x"]', "[1,2,3,4,5,6]", "null", "[" * 5000])
    def test_a_cursor_that_means_nothing_gives_the_list_from_its_beginning(self, tmp_path: Path, cursor: str) -> None:
        companies, _, error = read_whole(self.make_source(tmp_path, _listed(3)), DirectoryView(cursor=cursor))
        assert [company.name for company in companies] == [name for name, _ in _listed(3)]
        assert error is None


def _listed(count: int) -> list[tuple[str, str]]:
    return [(f"Company {n}", f"https://company{n}.example/") for n in range(count)]


def _some_with_cursors(pages: Sequence[DirectoryPage]) -> list[tuple[int, DirectoryPage]]:
    """Up to five pages after which a reading can go on, the first and the last of them too, with their numbers."""
    found = [(number, page) for number, page in enumerate(pages, start=1) if page.next_cursor is not None]
    step = max(1, len(found) // 4)
    return [*found[:-1:step], *found[-1:]]


def _as_last_read(pages: Sequence[DirectoryPage]) -> DirectoryView:
    """What a reading leaves behind for the next."""
    view = DirectoryView()
    for page in pages:
        if page.validators != Validators():
            view = evolve(view, validators=page.validators)
        if page.content_hash is not None:
            view = evolve(view, content_hash=page.content_hash)
    return view
