"""Acmehire: boards at jobs.acmehire.example, each given whole."""

from __future__ import annotations

from ats_core.domain.board import LinkKind
from ats_core.provider.json_board import JsonBoard, Link, PostingFields
from ats_core.provider.json_board.fields import pay
from ats_core.provider.messages import RateLimit

ACMEHIRE = JsonBoard(
    name="acmehire",
    # The list of a board. How a vendor gives it in pages, or the texts apart, is declared with `paging` and `details`.
    url="https://api.acmehire.example/v1/boards/{slug}/jobs",
    # How fast the vendor may be asked: what it documents, or what it has been seen to bear.
    limit=RateLimit(requests_per_second=2.0, burst=2, concurrency=2),
    # URLs in which pages name a board. The first that fits counts: the most particular stands first.
    links=(
        Link("api.acmehire.example/v1/boards/{slug}", LinkKind.API),
        Link("jobs.acmehire.example/{slug}/{posting}", LinkKind.POSTING),
        Link("jobs.acmehire.example/{slug}"),
    ),
    # Where in the answer the list is, and whose the board is.
    records="jobs",
    company_name="company",
    # Where in a record each field of a posting stands.
    fields=PostingFields(
        description="description",
        locations="places[]",
        workplace="workplace",
        department="department",
        employment_type="employment",
        salary=pay(minimum="pay.min", maximum="pay.max", currency="pay.currency", interval="pay.per"),
        url="url",
        published_at="published_at",
    ),
)
