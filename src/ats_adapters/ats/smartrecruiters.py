"""SmartRecruiters, read through its public Posting API (`api.smartrecruiters.com/v1/companies/{id}/postings`).

What is documented: https://developers.smartrecruiters.com/docs/posting-api. That postings say their language, whether
they are hybrid, and their place in one line is not, but known from several open clients.
"""

from __future__ import annotations

from collections.abc import Iterable

from ats_core import hookimpl
from ats_core.domain.board import LinkKind
from ats_core.provider.json_board import Details, JsonBoard, Link, OffsetPages, PostingFields, Signs
from ats_core.provider.json_board.fields import first_of, link, places, texts, url, workplace_if
from ats_core.provider.json_board.paths import fields_at
from ats_core.provider.markup import plain_text
from ats_core.provider.messages import RateLimit, Response
from ats_core.provider.payload import json_value
from ats_core.provider.record import Record

__all__ = ["SMARTRECRUITERS"]

_POSTING = r"[0-9]+(?:-.*)?"


def _without_people(response: Response, *, where: str) -> object:
    """The answer without whoever created a posting: nothing of people is to be stored."""
    answer = json_value(response, where=where)
    listed = answer.get("content") if isinstance(answer, dict) else None
    for holder in (answer, *(listed if isinstance(listed, list) else ())):
        if isinstance(holder, dict):
            holder.pop("creator", None)
    return answer


def _is_public(record: Record) -> bool:
    return record.fields.get("visibility") in (None, "PUBLIC")


def _description(record: Record) -> str:
    """The sections of the posting in its own order (company, job, qualifications, more), each under its title."""
    lines: list[str] = []
    for section, name in fields_at(record, "detail.jobAd.sections.*.text"):
        if said := plain_text(section.markup(name)):
            lines += [title, said] if (title := section.optional_text("title")) else [said]
    return "\n".join(lines)


SMARTRECRUITERS = JsonBoard(
    name="smartrecruiters",
    url="https://api.smartrecruiters.com/v1/companies/{slug}/postings",
    # Documented: 10 requests a second, 8 at once.
    limit=RateLimit(requests_per_second=5.0, burst=5, concurrency=4),
    # In which spelling an id is asked for makes no difference that is documented; links have the vendor's own.
    folds_case=False,
    spelling="content[].company.identifier",
    reserved=frozenset({"company", "companies", "job-widget", "my-applications", "ni", "oneclick-ui", "sr-jobs"}),
    links=(
        Link("api.smartrecruiters.com/{version}/companies/{slug}", LinkKind.API),
        Link("jobs.smartrecruiters.com/oneclick-ui/company/{slug}/publication/{posting}", LinkKind.POSTING),
        Link("jobs.smartrecruiters.com/{slug}/{posting}", LinkKind.POSTING, posting=_POSTING),
        Link("jobs.smartrecruiters.com/{slug}"),
        Link("careers.smartrecruiters.com/{slug}"),
    ),
    signs=Signs(
        # The job widget: `widget({"company_code": "Acme", "bg_color_widget": …, "job_ad_url": …})`.
        slugs=(
            r"""\bcompany_code["']?\s{0,9}:\s{0,9}["']([\w.-]{1,100})["'](?=[^{}]{0,3000}(?:bg_color_|job_ad_url|smartrec))""",
        ),
        assets=("static.smartrecruiters.com",),
    ),
    answer=_without_people,
    records="content",
    paging=OffsetPages(size=100, total="totalFound"),
    is_listed=_is_public,
    company_name="content[].company.name",
    keep_board=True,
    details=Details(url="https://api.smartrecruiters.com/v1/companies/{slug}/postings/{id}", answer=_without_people),
    fields=PostingFields(
        title="name",
        description=_description,
        locations=first_of(texts("location.fullLocation"), places("city", "region", "country", within="location")),
        workplace=workplace_if(remote="location.remote", hybrid="location.hybrid"),
        department="department.label",
        employment_type="typeOfEmployment.label",
        language="language.code",
        url=first_of(url("detail.postingUrl"), link("https://jobs.smartrecruiters.com/{@slug}/{id}")),
        apply_url="detail.applyUrl",
        published_at="releasedDate",
    ),
)


@hookimpl
def ats_providers() -> Iterable[JsonBoard]:
    """The vendor of this module."""
    return (SMARTRECRUITERS,)
