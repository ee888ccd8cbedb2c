"""The pages of a Lever board: which a sweep has read, where they begin, and how the vendor is asked whether they stand.

A page begins with the last record of the one before it. Were it not there, postings came or went before it.
"""

from __future__ import annotations

from itertools import accumulate

import orjson
from attrs import field, frozen
from attrs.validators import ge

from ats_core.domain.checkpoint import Validators

__all__ = ["Cursor", "PageRead", "PagesRead"]


@frozen
class PageRead:
    """A page as it was read: its ETag, how many records were new on it, and the sum of these records' ids' hashes."""

    etag: str | None
    new: int = field(validator=ge(0))
    ids: int


@frozen
class PagesRead:
    """Pages that follow one another, from the first on."""

    pages: tuple[PageRead, ...] = ()

    @property
    def skips(self) -> tuple[int, ...]:
        """Where each page begins, and where the one after the last does."""
        ends = accumulate(page.new for page in self.pages)
        return (0, *(max(end - 1, 0) for end in ends))

    @property
    def validators(self) -> Validators:
        """What makes the next sweep's requests conditional: the ETags of all pages, if each page has one.

        That of a board of one page is kept as the vendor sent it; those of several stand in a JSON list with the
        number of new records of each page.
        """
        if any(page.etag is None for page in self.pages):
            return Validators()
        if len(self.pages) == 1:
            return Validators(etag=self.pages[0].etag)
        return Validators(etag=orjson.dumps([[page.etag, page.new] for page in self.pages]).decode())

    @classmethod
    def described_by(cls, validators: Validators) -> PagesRead | None:
        """The pages whose ETags stand in *validators*, without their ids; None where they are of one page, or none."""
        if validators.etag is None or not validators.etag.startswith("["):  # an ETag begins with a quote, or W/
            return None
        try:
            pages = tuple(PageRead(str(etag), int(new), 0) for etag, new in orjson.loads(validators.etag))
        except (ValueError, TypeError):
            return None
        return cls(pages) if pages else None


@frozen
class Cursor:
    """Where a sweep goes on: behind the pages that it *read*, at *last*, the last record of them."""

    read: PagesRead
    last: str

    @property
    def skip(self) -> int:
        """The position of the last record read, which is asked for once more."""
        return self.read.skips[-1]

    @classmethod
    def parse(cls, text: str) -> Cursor | None:
        """The cursor in *text*, or None where it is none of ours."""
        try:
            last, pages = orjson.loads(text)
            read = tuple(PageRead(etag and str(etag), int(new), int(ids)) for etag, new, ids in pages)
        except (ValueError, TypeError):
            return None
        return cls(PagesRead(read), str(last)) if read and read[0].new > 0 else None

    def __str__(self) -> str:
        return orjson.dumps([self.last, [[page.etag, page.new, page.ids] for page in self.read.pages]]).decode()
