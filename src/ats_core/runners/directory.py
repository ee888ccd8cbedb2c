"""The first use-case: every configured list of companies that is due goes into the database, page by page.

A company in several lists is one company with several listings. A list that shrank deletes nobody.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from types import MappingProxyType

import anyio.lowlevel
from attrs import frozen

from ats_core.domain.checkpoint import Validators
from ats_core.domain.run import RunnerName, RunnerReport
from ats_core.errors import ConfigurationError, DirectoryError, FatalError
from ats_core.ports import Clock, DirectoryPage, DirectorySource, DirectoryView, EventLog, Store
from ats_core.runners.directory_reading import DirectoryReading
from ats_core.runners.tally import Tally

__all__ = ["DirectoryRunner", "DirectoryTerms"]


@frozen(kw_only=True)
class DirectoryTerms:
    """How a list is read: due *interval* after its last completed reading began, as long as *definition* is the same.

    *definition* is any text that says what the list is and how it is read; where it differs from that of the last
    reading, the list is read whole, and at once.
    """

    interval: timedelta = timedelta()
    definition: str = ""


class DirectoryRunner:
    """Reads every list that is due, in order, and stores its companies.

    The report counts lists (each of which is `lists` read to their end, `unchanged`, `not_due` or a failure),
    `records` (each of which is exactly one of `new`, `updated`, `known`, `duplicates` or `rejected`), rows that were
    `merged` because a line said that they are one company, and the companies `no_longer_listed`.
    """

    name = RunnerName.DIRECTORY

    def __init__(
        self,
        store: Store,
        directories: Sequence[DirectorySource],
        clock: Clock,
        log: EventLog,
        terms: Mapping[str, DirectoryTerms] = MappingProxyType({}),
    ) -> None:
        """*terms* by the list's name; a list without any is read at every run.

        Raises `ConfigurationError` where two lists have one name: each would take the other's for missing.
        """
        names = [source.name for source in directories]
        for name in names:
            if names.count(name) > 1:
                raise ConfigurationError(
                    f"two directories are called {name!r}",
                    where="[[directories]]",
                    hint="give each a name of its own (name = ...), or leave one out",
                )
        self._store = store
        self._directories = tuple(directories)
        self._clock = clock
        self._log = log
        self._terms = terms

    async def run_once(self) -> RunnerReport:
        """Read every list that is due. Raises `FatalError`; what cannot be read is in the report, the next is read."""
        lists = ("lists", "unchanged", "not_due")
        records = ("records", "new", "updated", "known", "duplicates", "rejected")
        tally = Tally(self.name, *lists, *records, "merged", "no_longer_listed")
        if not self._directories:
            return tally.skipped("no directory is configured")
        for source in self._directories:
            await self._read(source, tally)
        return tally.report()

    async def _read(self, source: DirectorySource, tally: Tally) -> None:
        terms = self._terms.get(source.name, DirectoryTerms())
        reading = DirectoryReading(source.name, terms.definition, self._store, self._clock, tally)
        if not reading.is_due(terms.interval):
            tally.count("not_due")
            return
        try:
            async with _closing(source.pages(reading.view)) as pages:
                while (page := await _next(pages)) is not None:
                    if page.not_modified:
                        _check_comparable(source.name, reading.view)
                        reading.found_unchanged()
                        tally.count("unchanged")
                        return
                    reading.apply(page)
                    self._log.progress(self.name.value, tally.counters["records"], None)
                    await anyio.lowlevel.checkpoint()
        except _SourceFailed as failed:
            error = failed.error
            kind = "directory" if isinstance(error, DirectoryError) else "crash"
            detail = str(error) if isinstance(error, DirectoryError) else f"{type(error).__name__}: {error}"
            reading.failed(detail, retry_after=error.retry_after if isinstance(error, DirectoryError) else None)
            tally.fail(kind, source.name, detail)
            self._log.warning("directory_not_read", directory=source.name, what=detail)
            return
        reading.end()
        tally.count("lists")


class _SourceFailed(Exception):
    """What a source raised; what the database raises passes by."""

    def __init__(self, error: Exception) -> None:
        self.error = error


@asynccontextmanager
async def _closing(pages: AsyncIterator[DirectoryPage]) -> AsyncIterator[AsyncIterator[DirectoryPage]]:
    try:
        yield pages
    finally:
        close = getattr(pages, "aclose", None)
        if close is not None:
            await close()


def _check_comparable(directory: str, view: DirectoryView) -> None:
    if view.cursor is not None or (view.content_hash is None and view.validators == Validators()):
        what = "its source says that it has not changed, though it was not told since when"
        raise _SourceFailed(DirectoryError(what, where=directory, hint="the plugin that reads this kind is at fault"))


async def _next(pages: AsyncIterator[DirectoryPage]) -> DirectoryPage | None:
    try:
        return await anext(pages, None)
    except FatalError:
        raise
    except Exception as error:
        raise _SourceFailed(error) from error
