"""What a list's source is told of the companies that it named before."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta

import anyio

from ats_core.domain.company import ListedCompany
from ats_core.ports import DirectoryPage, DirectoryView
from ats_core.runners.directory import DirectoryRunner, DirectoryTerms
from ats_core.testing.clock import FakeClock
from ats_core.testing.event_log import RecordingLog
from ats_core.testing.memory_store import MemoryStore

LISTING = "https://hub.example/co/acme"


class Asking:
    """A list that notes what it is told is known."""

    name = "hub"

    def __init__(self, *companies: ListedCompany) -> None:
        self.companies = companies
        self.known: list[Mapping[str, ListedCompany]] = []

    async def pages(self, view: DirectoryView) -> AsyncIterator[DirectoryPage]:
        self.known.append(dict(view.known))
        yield DirectoryPage(companies=self.companies)


def read(store: MemoryStore, source: Asking, definition: str = "") -> None:
    terms = {source.name: DirectoryTerms(interval=timedelta(), definition=definition)}
    anyio.run(DirectoryRunner(store, [source], FakeClock(), RecordingLog(), terms).run_once)


def test_a_company_that_has_a_page_in_the_list_is_known_by_it_when_the_list_is_read_again() -> None:
    store = MemoryStore()
    acme = ListedCompany(name="Acme", website="https://acme.example/", listing_url=LISTING, position=4)
    source = Asking(acme, ListedCompany(name="Bolt", website="https://bolt.example/"))
    read(store, source)
    read(store, source)
    first, second = source.known
    assert first == {}
    assert second == {LISTING: ListedCompany(name="Acme", website="https://acme.example/", listing_url=LISTING)}


def test_nothing_is_known_of_a_list_that_is_configured_otherwise_than_when_it_was_read() -> None:
    store = MemoryStore()
    source = Asking(ListedCompany(name="Acme", website="https://acme.example/", listing_url=LISTING))
    read(store, source, "by one selector")
    read(store, source, "by another")
    assert source.known == [{}, {}]
