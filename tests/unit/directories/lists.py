"""Texts of lists as formats read them."""

from __future__ import annotations

import io

from ats_adapters.directories.entries import Entry
from ats_adapters.directories.format import Document, ListFormat
from ats_core.domain.company import ListedCompany

Told = tuple[str, str | None, str | None]


def entries(
    written: ListFormat, text: str | bytes, *, own_domain: str | None = None, content_type: str = ""
) -> list[Entry]:
    """What each record of a text is; raises what the format raises."""
    content = io.BytesIO(text.encode() if isinstance(text, str) else text)
    document = Document(content=content, shown="list", own_domain=own_domain, content_type=content_type)
    return list(written.entries(document))


def told(found: list[Entry]) -> list[Told | str]:
    """Companies as name, website and careers link; rejected records as they print."""
    return [
        (entry.name, entry.website, entry.careers_url) if isinstance(entry, ListedCompany) else str(entry)
        for entry in found
    ]
