"""Personio, read through the XML feed of its career sites (`{company}.jobs.personio.de/xml`).

What is documented: https://developer.personio.de/docs/retrieving-open-job-positions. That offices may be several, what
pay looks like, and that a text is given in the language asked for or not at all, is known from several open clients.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attrs import evolve, frozen

from ats_core import hookimpl
from ats_core.domain.board import Board, LinkKind
from ats_core.domain.checkpoint import Validators
from ats_core.domain.offer import Workplace
from ats_core.provider.json_board import JsonBoard, Link, PostingFields
from ats_core.provider.json_board.fields import all_texts, employment, link, pay, text
from ats_core.provider.json_board.paths import fields_at
from ats_core.provider.markup import plain_text
from ats_core.provider.messages import BoardView, OfferPage, PageExchange, RateLimit, Response
from ats_core.provider.record import Record
from ats_core.provider.wording import workplace_in
from ats_core.provider.xml_answer import xml_answer

__all__ = ["PERSONIO"]

_FEED = "https://{slug}.jobs.personio.de/xml"
# A section that says whom to ask, not what the work is.
_CONTACT = "CONTACT_PERSON"

_read_feed = xml_answer(
    "workzag-jobs.position",
    "workzag-jobs.position.additionalOffices.office",
    "workzag-jobs.position.jobDescriptions.jobDescription",
)
_offices = all_texts("office", "additionalOffices.office[]")
_contract = employment("employmentType", words={"trainee": "Traineeship", "working_student": "Working student"})
_schedule = text("schedule")


def _without_contacts(response: Response, *, where: str) -> object:
    """The feed without the people that it names: nothing of them is to be stored."""
    feed: Any = _read_feed(response, where=where)
    for position in feed["workzag-jobs"]["position"] if "workzag-jobs" in feed else ():
        sections = position.get("jobDescriptions") if isinstance(position, dict) else None
        if isinstance(sections, dict):
            sections["jobDescription"] = [part for part in sections["jobDescription"] if not _is_contact(part)]
    return feed


def _is_contact(section: object) -> bool:
    return isinstance(section, dict) and str(section.get("name")).strip() == _CONTACT


def _description(record: Record) -> str:
    """The sections of the posting, each under its name."""
    lines: list[str] = []
    for section, name in fields_at(record, "jobDescriptions.jobDescription[].value"):
        if said := plain_text(section.markup(name)):
            lines += [title, said] if (title := section.optional_text("name")) else [said]
    return "\n".join(lines)


def _workplace(record: Record) -> Workplace | None:
    """What all offices say of themselves (`Remote, Italy`), if they say the same."""
    said = {workplace_in(office) for office in _offices(record)}
    return said.pop() if len(said) == 1 else None


def _employment(record: Record) -> str | None:
    """The schedule and the kind of contract: `Full-time, permanent`."""
    schedule, contract = _schedule(record), _contract(record)
    plain = schedule.replace("-or-", " or ").capitalize() if schedule else None
    return f"{plain}, {contract[0].lower()}{contract[1:]}" if plain and contract else plain or contract


@frozen(kw_only=True)
class _InTwoLanguages(JsonBoard):
    """A board whose texts are asked for in one language, and where some are missing, in the account's own."""

    def read_page(self, board: Board, view: BoardView) -> PageExchange:
        """The whole board. One that has texts in the other language only is not read conditionally."""
        page: OfferPage = yield from JsonBoard.read_page(self, board, view)
        missing = {posting.provider_offer_id for posting in page.postings if not posting.description_text}
        if not missing:
            return page
        other = yield from JsonBoard.read_page(evolve(self, url=_FEED), board, BoardView())
        found = {
            p.provider_offer_id: p for p in other.postings if p.provider_offer_id in missing and p.description_text
        }
        lost = [field for field in page.lost_fields if field.record not in found]
        lost += [field for field in other.lost_fields if field.record in found]
        return evolve(
            page,
            postings=tuple(found.get(posting.provider_offer_id, posting) for posting in page.postings),
            lost_fields=tuple(lost),
            validators=Validators() if found else page.validators,
        )


PERSONIO = _InTwoLanguages(
    name="personio",
    # `.com` serves the same feeds.
    url=_FEED + "?language=en",
    # No limit is documented, but a firewall before the feeds was seen to challenge those who ask much. A board is one
    # request, or two.
    limit=RateLimit(requests_per_second=2.0, burst=4, concurrency=2),
    links=tuple(
        Link(pattern.format(host=host, slug="{slug}", posting="{posting}"), kind, "", "[0-9]+")
        for host in ("jobs.personio.de", "jobs.personio.com")
        for pattern, kind in (
            ("{slug}.{host}/xml", LinkKind.API),
            ("{slug}.{host}/job/{posting}", LinkKind.POSTING),
            ("{slug}.{host}", LinkKind.BOARD),
            ("{slug}-{host}/job/{posting}", LinkKind.POSTING),  # until 2021
            ("{slug}-{host}", LinkKind.BOARD),
        )
    ),
    # Who asks for an unknown company is sent to personio.com, which was seen to refuse programs (429).
    stays=True,
    answer=_without_contacts,
    records="workzag-jobs.position",
    keep_board=True,
    fields=PostingFields(
        title="name",
        description=_description,
        locations=_offices,
        workplace=_workplace,
        department="department",
        employment_type=_employment,
        salary=pay(
            minimum="salaryInformation.min",
            maximum="salaryInformation.max",
            currency="salaryInformation.currencyCode",
            interval="salaryInformation.type",
        ),
        url=link("https://{@slug}.jobs.personio.de/job/{id}"),
        published_at="createdAt",
    ),
)


@hookimpl
def ats_providers() -> Iterable[JsonBoard]:
    """The vendor of this module."""
    return (PERSONIO,)
