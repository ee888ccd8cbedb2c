"""What a list said of its companies before, for a source that can save itself asking again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ats_core.domain.company import ListedCompany
from ats_core.ports import Store

__all__ = ["ListedBefore"]


class ListedBefore(Mapping[str, ListedCompany]):
    """The companies that stand or stood in a list, as they are stored, by the list's own page of each.

    Loaded when a source first asks: most never do. Those that the list gives no page of their own are left out.
    """

    def __init__(self, directory: str, store: Store) -> None:
        """*directory* is the list's name. Whoever looks in raises what the database raises."""
        self._directory = directory
        self._store = store
        self._found: dict[str, ListedCompany] | None = None

    def __getitem__(self, listing_url: str) -> ListedCompany:
        return self._loaded()[listing_url]

    def __iter__(self) -> Iterator[str]:
        return iter(self._loaded())

    def __len__(self) -> int:
        return len(self._loaded())

    def _loaded(self) -> dict[str, ListedCompany]:
        if self._found is None:
            self._found = {}
            with self._store.read() as work:
                for listing in work.companies.listings(self._directory).values():
                    company = work.companies.get(listing.company_id) if listing.listing_url is not None else None
                    if company is None or listing.listing_url is None:
                        continue
                    self._found[listing.listing_url] = ListedCompany(
                        name=company.name,
                        website=company.website,
                        listing_url=listing.listing_url,
                        careers_url=listing.careers_url,
                    )
        return self._found
