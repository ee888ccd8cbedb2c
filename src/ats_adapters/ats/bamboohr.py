"""BambooHR, read as its career sites read themselves (`{company}.bamboohr.com/careers/list`, `/careers/{id}/detail`).

Which fields there are, and how they are spelt, is known from several open clients; the vendor documents another API,
with a key. The list has no texts: each posting is asked for alone, when it is new or listed otherwise than before.
"""

from __future__ import annotations

from collections.abc import Iterable

from ats_core import hookimpl
from ats_core.domain.board import LinkKind
from ats_core.domain.offer import Workplace
from ats_core.provider.json_board import Details, JsonBoard, Link, PostingFields, Signs
from ats_core.provider.json_board.fields import employment, first_of, link, pay, places, url
from ats_core.provider.messages import RateLimit
from ats_core.provider.record import Record

__all__ = ["BAMBOOHR"]

_JOB_ID = r"[0-9]{1,12}"
_ATS_PLACE = ("city", "state", "province", "country")


def _workplace(record: Record) -> Workplace | None:
    """What `locationType` says, or the older flag, which is seldom set.

    That 1 is remote, 2 hybrid and 0 neither is what four open clients agree on.
    """
    kind = record.optional_text("locationType")
    if kind == "2":
        return Workplace.HYBRID
    if kind == "1" or record.flag("isRemote"):
        return Workplace.REMOTE
    return Workplace.ON_SITE if kind == "0" else None


BAMBOOHR = JsonBoard(
    name="bamboohr",
    url="https://{slug}.bamboohr.com/careers/list",
    about="https://{slug}.bamboohr.com/careers/company-info",
    # No limit is documented for career sites. A board is one request and one a posting that is new.
    limit=RateLimit(requests_per_second=5.0, burst=5, concurrency=4),
    reserved=frozenset({"documentation", "marketplace", "staticfe", *(f"images{number}" for number in range(1, 10))}),
    links=(
        Link("{slug}.bamboohr.com/careers/list", LinkKind.API),
        Link("{slug}.bamboohr.com/careers/company-info", LinkKind.API),
        Link("{slug}.bamboohr.com/careers/{posting}/detail", LinkKind.API, posting=_JOB_ID),
        Link("{slug}.bamboohr.com/js/embed.js", LinkKind.EMBED),
        Link("{slug}.bamboohr.com/jobs/embed.php", LinkKind.EMBED),
        Link("{slug}.bamboohr.com/jobs/embed2.php", LinkKind.EMBED),
        Link("{slug}.bamboohr.com/careers/{posting}", LinkKind.POSTING, posting=_JOB_ID),
        Link("{slug}.bamboohr.com/jobs/view.php?id={posting}", LinkKind.POSTING, posting=_JOB_ID),
        Link("{slug}.bamboohr.com"),
    ),
    signs=Signs(
        elements=("bamboohr", "bamboohr-ats-board", "bamboohr-ats-jobs-item"),
        slugs=(r'data-domain="(?:https?://)?([A-Za-z0-9-]{1,63})\.bamboohr\.com["/]',),
    ),
    records="result",
    keep_board=True,
    details=Details(url="https://{slug}.bamboohr.com/careers/{id}/detail", record="result.jobOpening"),
    company_name="result.name",
    fields=PostingFields(
        title="jobOpeningName",
        description="detail.description",
        # Of the two, boards fill in the one or the other.
        locations=first_of(
            places("city", "state", "addressCountry", within="detail.location"),
            places(*_ATS_PLACE, within="detail.atsLocation"),
            places("city", "state", within="location"),
            places(*_ATS_PLACE, within="atsLocation"),
        ),
        workplace=_workplace,
        department=("departmentLabel", "detail.departmentLabel"),
        employment_type=employment("employmentStatusLabel", "detail.employmentStatusLabel"),
        salary=pay(words="detail.compensation"),
        url=first_of(url("detail.jobOpeningShareUrl"), link("https://{@slug}.bamboohr.com/careers/{id}")),
        published_at="detail.datePosted",
    ),
)


@hookimpl
def ats_providers() -> Iterable[JsonBoard]:
    """The vendor of this module."""
    return (BAMBOOHR,)
