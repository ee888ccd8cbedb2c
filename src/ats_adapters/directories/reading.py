"""Gives the entries of a list page by page, off the event loop, from wherever an earlier reading ended."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator, Generator
from contextlib import suppress

import anyio.to_thread

from ats_adapters.directories.entries import Entry
from ats_core.domain.checkpoint import Validators
from ats_core.domain.company import ListedCompany
from ats_core.domain.offer import RejectedRecord
from ats_core.errors import DirectoryError
from ats_core.ports import DirectoryPage

__all__ = ["digest", "page_of", "pages_of"]

_PAGE = 500


def digest(*contents: bytes) -> str:
    """What tells one state of a list from another."""
    return hashlib.blake2b(b"\x00".join(contents), digest_size=16).hexdigest()


async def pages_of(
    entries: Generator[Entry, None, None],
    *,
    cursor: str | None,
    content_hash: str,
    validators: Validators = Validators(),
) -> AsyncGenerator[DirectoryPage, None]:
    """The pages of a list of that content. Raises what *entries* raises; what came before is given first.

    A cursor is the content's hash and the number of entries before; one of another content means the beginning.
    """
    passed = _passed(cursor, content_hash)
    at = 0
    try:
        while True:
            batch, failed, ended = await anyio.to_thread.run_sync(_take, entries, abandon_on_cancel=True)
            at += len(batch)
            wanted = batch[max(0, len(batch) - (at - passed)) :] if at > passed else []
            if ended:
                yield page_of(wanted, content_hash=content_hash, validators=validators)
                return
            if wanted:
                yield page_of(wanted, next_cursor=None if failed else f"{content_hash}:{at}")
            if failed is not None:
                raise failed
    finally:
        with suppress(ValueError):  # it is at work, in a thread that was left to itself
            entries.close()


def page_of(
    entries: list[Entry],
    *,
    next_cursor: str | None = None,
    content_hash: str | None = None,
    validators: Validators = Validators(),
) -> DirectoryPage:
    """Entries as a page."""
    return DirectoryPage(
        companies=tuple(entry for entry in entries if isinstance(entry, ListedCompany)),
        rejected=tuple(entry for entry in entries if isinstance(entry, RejectedRecord)),
        next_cursor=next_cursor,
        content_hash=content_hash,
        validators=validators,
    )


def _passed(cursor: str | None, content_hash: str) -> int:
    was, _, count = (cursor or "").partition(":")
    return int(count) if was == content_hash and count.isdecimal() and len(count) < 10 else 0


def _take(entries: Generator[Entry, None, None]) -> tuple[list[Entry], DirectoryError | None, bool]:
    """The next entries, what ended them too early, and whether they have ended."""
    batch: list[Entry] = []
    try:
        for entry in entries:
            batch.append(entry)
            if len(batch) == _PAGE:
                return batch, None, False
    except DirectoryError as error:
        return batch, error, False
    return batch, None, True
