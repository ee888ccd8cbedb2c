"""Ashby, read through its public job posting API (`api.ashbyhq.com/posting-api/job-board/{name}`).

What is documented: https://developers.ashbyhq.com/docs/public-job-posting-api.
"""

from __future__ import annotations

from collections.abc import Iterable

from ats_core import hookimpl
from ats_core.domain.board import LinkKind
from ats_core.domain.offer import Salary
from ats_core.provider.json_board import JsonBoard, Link, PostingFields, Signs
from ats_core.provider.json_board.fields import all_texts, first_of, workplace, workplace_if
from ats_core.provider.json_board.paths import fields_at
from ats_core.provider.messages import RateLimit
from ats_core.provider.record import Record
from ats_core.provider.wording import pay_interval

__all__ = ["ASHBY"]

_JOB_ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def _is_listed(record: Record) -> bool:
    return record.fields.get("isListed") is not False


def _salary(record: Record) -> Salary | None:
    """The span of all ranges of pay where they share currency and interval, and what the vendor says of it in words.

    Equity, bonuses and commissions are components as well, and no range of pay.
    """
    tiers = [
        inner for holder, name in fields_at(record, "compensation.compensationTiers") for inner in holder.records(name)
    ]
    parts = [part for tier in tiers for part in tier.records("components")]
    ranges = [part for part in parts if part.optional_text("compensationType") == "Salary"]
    measures = {(part.optional_text("currencyCode"), part.optional_text("interval")) for part in ranges}
    currency, interval = measures.pop() if len(measures) == 1 else (None, None)
    lows = [low for part in ranges if (low := part.amount("minValue")) is not None] if currency else []
    highs = [high for part in ranges if (high := part.amount("maxValue")) is not None] if currency else []
    words = next((h.optional_text(name) for h, name in fields_at(record, "compensation.compensationTierSummary")), None)
    if not (lows or highs or words):
        return None
    return Salary(
        minimum=min(lows, default=None),
        maximum=max(highs, default=None),
        currency=currency,
        interval=(pay_interval(interval) or interval) if interval else None,
        text=words,
    )


ASHBY = JsonBoard(
    name="ashby",
    url="https://api.ashbyhq.com/posting-api/job-board/{slug}?includeCompensation=true",
    # No limit is documented. A board is one request, and conditional.
    limit=RateLimit(requests_per_second=5.0, burst=5, concurrency=4),
    slug=r"[A-Za-z0-9](?:[A-Za-z0-9._ &+-]{0,98}[A-Za-z0-9._&+-])?",
    folds_case=False,
    reserved=frozenset({"posting-api", "_next", "logos"}),
    links=(
        Link("api.ashbyhq.com/posting-api/job-board/{slug}", LinkKind.API),
        Link("jobs.ashbyhq.com/{slug}/embed", LinkKind.EMBED),
        Link("app.ashbyhq.com/job-board/{slug}/embed", LinkKind.EMBED),
        Link("app.ashbyhq.com/job-board/{slug}"),
        Link("jobs.ashbyhq.com/{slug}/{posting}", LinkKind.POSTING, posting=_JOB_ID),
        Link("jobs.ashbyhq.com/{slug}?ashby_jid={posting}", LinkKind.POSTING, posting=_JOB_ID),
        Link("jobs.ashbyhq.com/{slug}"),
    ),
    signs=Signs(
        parameters=("ashby_jid",),
        posting=_JOB_ID,
        elements=("ashby_embed", "ashby_embed_iframe", "ashby-job-board"),
        slugs=(r"""["']organizationHostedJobsPageName["']\s{0,5}:\s{0,5}["']([^"'/]{1,100})["']""",),
    ),
    records="jobs",
    is_listed=_is_listed,
    fields=PostingFields(
        description=("descriptionHtml", "descriptionPlain"),
        locations=all_texts("location", "secondaryLocations[].location"),
        workplace=first_of(workplace("workplaceType"), workplace_if(remote="isRemote")),
        department="department",
        team="team",
        employment_type="employmentType",
        salary=_salary,
        url="jobUrl",
        apply_url="applyUrl",
        published_at="publishedAt",
    ),
)


@hookimpl
def ats_providers() -> Iterable[JsonBoard]:
    """The vendor of this module."""
    return (ASHBY,)
