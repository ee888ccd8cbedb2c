"""A list of companies in a file."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import BinaryIO

import anyio.to_thread

from ats_adapters.directories.format import Document, ListFormat
from ats_adapters.directories.reading import pages_of
from ats_core.errors import DirectoryError
from ats_core.ports import DirectoryPage, DirectoryView

__all__ = ["FileDirectory"]


class FileDirectory:
    """A `DirectorySource`: a file, in whatever format. Its content's hash says whether it has changed."""

    def __init__(self, name: str, path: Path, written: ListFormat, *, shown_as: str = "") -> None:
        """*name* is what the database calls the list; *written* reads it; *shown_as* is how messages call the file."""
        self._name = name
        self._path = path
        self._format = written
        self._shown = shown_as or str(path)

    @property
    def name(self) -> str:
        """What the database calls the list."""
        return self._name

    async def pages(self, view: DirectoryView) -> AsyncIterator[DirectoryPage]:
        """The list from the view's cursor. Raises `DirectoryError`; what was yielded before stands."""
        try:
            with self._path.open("rb") as content:
                content_hash = await anyio.to_thread.run_sync(_hash_of, content)
                if view.cursor is None and view.content_hash == content_hash:
                    yield DirectoryPage(not_modified=True, content_hash=content_hash)
                    return
                entries = self._format.entries(Document(content=content, shown=self._shown))
                async with aclosing(pages_of(entries, cursor=view.cursor, content_hash=content_hash)) as pages:
                    async for page in pages:
                        yield page
        except FileNotFoundError:
            raise self._error("no such file", "check the path in [[directories]]") from None
        except IsADirectoryError:
            raise self._error("is a folder, not a file", "name the file in it") from None
        except PermissionError:
            raise self._error("may not be read by this user", "change its permissions") from None
        except OSError as error:
            raise self._error(f"cannot be read: {error.strerror or type(error).__name__}", "") from error

    def _error(self, what: str, hint: str) -> DirectoryError:
        return DirectoryError(what, where=self._shown, hint=hint)


def _hash_of(content: BinaryIO) -> str:
    """The hash of a file, which stands at its beginning again afterwards."""
    hashed = hashlib.blake2b(digest_size=16)
    while piece := content.read(1 << 20):
        hashed.update(piece)
    content.seek(0)
    return hashed.hexdigest()
