"""What a vendor adapter says and is told: requests, responses, and the page of offers it makes of them.

An adapter never opens a connection. It writes a generator, an `Exchange`: it yields batches of `Request`, is sent
one `Reply` for each, in order, and returns what it was asked for. Whoever plays it owns connections, limits,
retries, pauses and byte limits.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TypeVar

from attrs import Factory, field, frozen
from attrs.validators import ge, gt, in_, min_len

from ats_core.domain.checkpoint import PostingSizes, Validators
from ats_core.domain.offer import KnownOffer, Posting, RejectedRecord
from ats_core.errors import ProviderError

__all__ = [
    "BoardView",
    "Exchange",
    "OfferPage",
    "PageExchange",
    "Portion",
    "RateLimit",
    "Reply",
    "Request",
    "Response",
    "response_of",
]

T = TypeVar("T")


@frozen(kw_only=True)
class Request:
    """One HTTP request that an adapter asks for. *url* is absolute; *validators* make it conditional.

    *max_bytes* is how much of an answer is of use, where that is less than may be read anyway. *obeys_robots*: it is
    for a page made for people, so that robots.txt is asked first, at each redirect too. *stays*: a redirect to another
    host is not followed, it is the answer.
    """

    url: str = field(validator=min_len(1))
    method: str = field(default="GET", validator=in_(("GET", "POST")))
    headers: Mapping[str, str] = field(default=Factory(dict))
    body: bytes | None = None
    validators: Validators = Validators()
    max_bytes: int | None = None
    obeys_robots: bool = False
    stays: bool = False


@frozen(kw_only=True)
class Response:
    """A vendor's answer that says something: any status but 403, 429 and 5xx, which arrive as `ProviderError`.

    *body* is decompressed; *headers* have lower-case names; *url* is where redirects ended.
    """

    url: str
    status: int
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default=MappingProxyType({}), repr=False)

    @property
    def not_modified(self) -> bool:
        """Whether the vendor says that nothing changed since the validators were given (304)."""
        return self.status == 304

    @property
    def validators(self) -> Validators:
        """What makes the next request conditional, as this answer gives it."""
        return Validators(etag=self.headers.get("etag"), last_modified=self.headers.get("last-modified"))


Reply = Response | ProviderError

#: Yields batches of requests, is sent as many replies, returns what it was asked for.
Exchange = Generator[tuple[Request, ...], tuple[Reply, ...], T]


def response_of(reply: Reply) -> Response:
    """The response, or the failure raised."""
    if isinstance(reply, ProviderError):
        raise reply
    return reply


@frozen(kw_only=True)
class BoardView:
    """What an adapter is told of a board that it is to read: how far it was read, and what is known of it.

    *cursor* names the page (None: the first); an adapter gets back what it wrote into `OfferPage.next_cursor`.
    *known* is what is stored of the board's postings, by the vendor's id, so that only new and changed ones need be
    read in full; one whose content hash is empty must be read. *validators* are those that the last completed sweep
    ended with, empty where records that could not be used are to be read again; *last_validators* are the same ones,
    never withheld, for an adapter that keeps in them what it has read. *sizes* are what a posting of this board weighs
    as last measured. *day* is the UTC day on which this sweep
    began, in days since 1970, the same for all its pages (None: not told). More may be added: an adapter takes what it
    needs.
    """

    cursor: str | None = None
    known: Mapping[str, KnownOffer] = field(default=MappingProxyType({}), repr=False)
    validators: Validators = Validators()
    last_validators: Validators = Validators()
    sizes: PostingSizes = PostingSizes()
    day: int | None = None


@frozen(kw_only=True)
class OfferPage:
    """A page of a board, read.

    *postings* are those read in full: new, changed, or not known to be unchanged; *lost_fields* are fields that they
    had to be read without. *seen_ids* are the ids of all that stand on the page: read, left unread because they are
    known and unchanged, or rejected. *rejected* are records that could not be used; *validators* may be given
    nevertheless, the runner sees to it that these records are read again. *next_cursor* None ends the sweep. *sizes*
    are what was measured on this page. *not_modified*: the vendor says that the whole board is as the validators
    describe it; then all else is empty. *board_moved*: what came back shows that the board changed under the cursor,
    so that postings may have slipped between pages; the sweep starts again at its first page.
    """

    postings: tuple[Posting, ...] = ()
    seen_ids: frozenset[str] = frozenset()
    rejected: tuple[RejectedRecord, ...] = ()
    lost_fields: tuple[RejectedRecord, ...] = ()
    next_cursor: str | None = None
    validators: Validators = Validators()
    watermark: datetime | None = None
    content_hash: str | None = None
    sizes: PostingSizes = PostingSizes()
    not_modified: bool = False
    board_moved: bool = False


@frozen
class Portion:
    """Some postings of a page that is too large to be mapped all at once: to be stored before more are read.

    *sizes* are what was measured on the page, so that they do not depend on where a sweep that is killed goes on.
    """

    postings: tuple[Posting, ...]
    sizes: PostingSizes = PostingSizes()


#: An exchange that returns a page. It may yield portions of it, each answered with no replies; the page that it
#: returns has the other postings, and all else of the whole.
PageExchange = Generator[tuple[Request, ...] | Portion, tuple[Reply, ...], OfferPage]


@frozen(kw_only=True)
class RateLimit:
    """How fast a vendor may be asked: a token bucket, and how many requests may be under way at once."""

    requests_per_second: float = field(default=5.0, validator=gt(0))
    burst: int = field(default=5, validator=ge(1))
    concurrency: int = field(default=4, validator=ge(1))
