"""A vendor's server with one board, in memory: what a contract suite asks an adapter to read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ats_core.domain.board import Board, LinkKind
from ats_core.ports import AtsProvider
from ats_core.provider.messages import Request, Response

__all__ = ["VendorRecord", "VendorWorld", "WorldUnderTest"]

VendorRecord = dict[str, Any]


class VendorWorld(ABC):
    """A vendor's server with one board, in memory, and how that vendor writes a posting.

    *records* is the board, in the order in which the vendor lists it; `serve` answers from it.
    """

    #: The adapter under test.
    provider: AtsProvider
    #: The board that the world has; any other is unknown to it.
    board: Board
    #: The hosts that the adapter may ask; `*.vendor.example` is any one label before that domain.
    hosts: frozenset[str]
    #: Whether a board may be called by a host of the company's own, and is asked for there.
    has_own_hosts = False
    #: Whether the vendor answers for a board that it does not have as for one without postings.
    unknown_looks_empty = False
    #: Whether the vendor says when a posting was published.
    says_published = True
    #: What a board that this vendor does not have may be called.
    unknown_slug = "no-such-board-here"
    #: Numbers of postings that bring out the vendor's paging: a page's edges, several pages.
    sizes: tuple[int, ...] = (1, 2, 30)
    #: URLs as pages show them, and the board and kind that the adapter must recognise in each (None: nothing).
    links: Mapping[str, tuple[Board, LinkKind] | None]

    def __init__(self) -> None:
        self.records: list[VendorRecord] = []

    @abstractmethod
    def serve(self, request: Request) -> Response:
        """What the vendor's server answers, as it stands."""

    @abstractmethod
    def record(self, number: int) -> VendorRecord:
        """A well-formed posting with everything that the vendor can say; *number* makes its id and its title."""

    @abstractmethod
    def id_of(self, record: VendorRecord) -> str:
        """The id of a posting, as `Posting.provider_offer_id` has it."""

    @abstractmethod
    def bare(self, record: VendorRecord) -> VendorRecord:
        """The posting with nothing but what the vendor always sends."""

    @abstractmethod
    def with_title(self, record: VendorRecord, title: str) -> VendorRecord:
        """The posting, edited: another title, and whatever the vendor changes with an edit (its `updated_at`)."""

    @abstractmethod
    def with_markup(self, record: VendorRecord, markup: str) -> VendorRecord:
        """The posting with *markup* as its only text, in the vendor's way of sending it."""

    @abstractmethod
    def published(self, record: VendorRecord, at: datetime) -> VendorRecord:
        """The posting published at a time, which may have any UTC offset."""

    def as_told(self, at: datetime) -> datetime:
        """The time that can be read where the vendor was to say *at*: less exact where it says no more than a day."""
        return at

    @abstractmethod
    def broken(self, record: VendorRecord) -> tuple[VendorRecord, str]:
        """The posting with its title or its id of a wrong type, and that field's path as a rejected record names it."""

    @abstractmethod
    def misspelt(self, record: VendorRecord) -> tuple[VendorRecord, str]:
        """The posting with one field of a wrong type that a posting can be without, and that field's path."""

    def may_ask(self, host: str, board: Board) -> bool:
        """Whether the adapter may ask *host* when it reads *board*."""
        if host in self.hosts or f"*.{host.partition('.')[2]}" in self.hosts:
            return True
        return self.has_own_hosts and host == board.slug.lower()

    def fill(self, count: int) -> None:
        """A board of *count* postings."""
        self.records = [self.record(number) for number in range(count)]

    @property
    def ids(self) -> set[str]:
        """The ids of the board's postings."""
        return {self.id_of(record) for record in self.records}


class WorldUnderTest:
    """What the cases of the suite have in common: the world that they are about."""

    def make_world(self) -> VendorWorld:
        """A new world of the vendor under test. To be overridden."""
        raise NotImplementedError("return the VendorWorld of the vendor under test")
