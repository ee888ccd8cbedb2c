"""Teamtailor, read through the RSS feed of its career sites (`{company}.teamtailor.com/jobs.rss`, on own domains too).

The feed is not documented. Its elements, how it pages and what a remote status may be are known from several open
clients.
"""

from __future__ import annotations

from collections.abc import Iterable

from ats_core import hookimpl
from ats_core.domain.board import LinkKind
from ats_core.domain.offer import Workplace
from ats_core.provider.json_board import JsonBoard, Link, OffsetPages, PostingFields, Signs
from ats_core.provider.json_board.fields import first_of, mail_time, places, texts, workplace
from ats_core.provider.json_board.paths import fields_at
from ats_core.provider.messages import RateLimit
from ats_core.provider.record import Record
from ats_core.provider.xml_answer import xml_answer

__all__ = ["TEAMTAILOR"]

_POSTING = r"[0-9]+(?:-.*)?"

# A place's address, which may be that of an office; its name where there is none.
_place = first_of(places("tt:city", "tt:country"), texts("tt:name"))


def _locations(record: Record) -> tuple[str, ...]:
    found = [place for holder, name in fields_at(record, "tt:locations.tt:location") for place in holder.records(name)]
    return tuple(dict.fromkeys(said for place in found for said in _place(place)))


def _links(host: str, region: str) -> tuple[Link, ...]:
    return tuple(
        Link(f"{host}/{path}", kind, region, posting)
        for path, kind, posting in (
            ("jobs.rss", LinkKind.API, ""),
            ("jobs.json", LinkKind.API, ""),
            ("js/embed.js", LinkKind.EMBED, ""),
            ("jobs/{posting}", LinkKind.POSTING, _POSTING),
            ("{language}/jobs.rss", LinkKind.API, ""),
            ("{language}/jobs/{posting}", LinkKind.POSTING, _POSTING),
            ("", LinkKind.BOARD, ""),
        )
    )


TEAMTAILOR = JsonBoard(
    name="teamtailor",
    url={"": "https://{slug}.teamtailor.com/jobs.rss", "na": "https://{slug}.na.teamtailor.com/jobs.rss"},
    own_url="https://{slug}/jobs.rss",
    # No limit is documented for career sites. A board is one request for 200 postings.
    limit=RateLimit(requests_per_second=5.0, burst=5, concurrency=4),
    reserved=frozenset({"integrations", "na", "partner", "scripts", "tt"}),
    links=(*_links("{slug}.teamtailor.com", ""), *_links("{slug}.na.teamtailor.com", "na")),
    signs=Signs(
        elements=("teamtailor-jobs-widget", "data-teamtailor", "data-teamtailor-api-key"),
        assets=("teamtailor-cdn.com",),
    ),
    answer=xml_answer("rss.channel.item", "rss.channel.item.tt:locations.tt:location"),
    records="rss.channel.item",
    # Without a number it gives the first 100.
    paging=OffsetPages(size=200, limit="per_page"),
    company_name="rss.channel.title",
    fields=PostingFields(
        id="guid",
        description="description",
        locations=_locations,
        # `none` is what it says where nobody chose, and `temporary` does not say what comes after.
        workplace=workplace("remoteStatus", words={"fully": Workplace.REMOTE}),
        department="tt:department",
        team="tt:role",
        url="link",
        published_at=mail_time("pubDate"),
    ),
)


@hookimpl
def ats_providers() -> Iterable[JsonBoard]:
    """The vendor of this module."""
    return (TEAMTAILOR,)
