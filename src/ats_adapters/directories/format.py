"""What a way of writing lists down is to those who fetch them: bytes in, entries out."""

from __future__ import annotations

from collections.abc import Generator
from typing import BinaryIO, Protocol

from attrs import frozen

from ats_adapters.directories.charsets import looks_like_html, why_no_text
from ats_adapters.directories.entries import Entry
from ats_core.errors import DirectoryError

__all__ = ["Document", "ListFormat"]


@frozen(kw_only=True)
class Document:
    """A list as it was found: its *content* from its beginning, and what the server said of it, if there was one.

    *shown* is what messages call it. *own_domain*: the registrable domain of the site that it is on; none of a file.
    """

    content: BinaryIO
    shown: str
    content_type: str = ""
    own_domain: str | None = None

    def error(self, what: str, hint: str = "", *, line: int | None = None) -> DirectoryError:
        """That the list cannot be read (on), and what to do about it."""
        where = self.shown if line is None else f"{self.shown}, line {line}"
        return DirectoryError(what, where=where, hint=hint)

    def read(self, most: int, wanted: str) -> bytes:
        """The whole of it. Raises `DirectoryError` where it has more than *most* bytes, or is not *wanted* at all."""
        self.refuse_other_files(wanted)
        body = self.content.read(most + 1)
        if len(body) > most:
            raise self.error(
                f"has more than the {most:,} bytes of {wanted} that are read", "split it, or make it a CSV"
            )
        return body

    def refuse_other_files(self, wanted: str) -> None:
        """Raise `DirectoryError` where the first bytes are those of something else."""
        beginning = self.content.read(1024)
        self.content.seek(0)
        if what := why_no_text(beginning):
            raise self.error(f"is {what}, not {wanted}", f"save it as {wanted} and name that file")
        if looks_like_html(beginning):
            raise self.error(
                f"is a web page, not {wanted}",
                "it may ask for a login, or show the file instead of being it: name the file itself",
            )


class ListFormat(Protocol):
    """A way of writing lists down."""

    @property
    def max_bytes(self) -> int:
        """How much of a list is read over HTTP, where it is in memory whole."""

    def entries(self, document: Document) -> Generator[Entry, None, None]:
        """What each record of the list is, in its order. Raises `DirectoryError`; what came before stands."""
