"""A vendor whose boards are lists of JSON, declared: URLs, paging, where things stand in a record, how links look.

    ACME = JsonBoard(
        name="acmehire",
        url="https://api.acmehire.example/v1/boards/{slug}/jobs",
        links=(Link("jobs.acmehire.example/{slug}/{posting}", LinkKind.POSTING), Link("jobs.acmehire.example/{slug}")),
        records="jobs",
        company_name="company",
        fields=PostingFields(description="description", locations="places[]", url="url", published_at="published_at"),
    )

That is an `AtsProvider` which reads the board, asks conditionally, rejects bad records one by one and maps stored ones
again. What is particular to a vendor is a function in its place.
"""

from __future__ import annotations

from ats_core.provider.json_board.board import JsonBoard
from ats_core.provider.json_board.details import Details
from ats_core.provider.json_board.links import Link
from ats_core.provider.json_board.paging import LinkedPages, NumberedPages, OffsetPages, WholeList
from ats_core.provider.json_board.posting import PostingFields
from ats_core.provider.json_board.signs import Signs

__all__ = [
    "Details",
    "JsonBoard",
    "Link",
    "LinkedPages",
    "NumberedPages",
    "OffsetPages",
    "PostingFields",
    "Signs",
    "WholeList",
]
