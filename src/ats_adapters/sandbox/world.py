"""The world of one day, whole: a company list, websites, vendors, and what is true of them. Pure, deterministic."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from http import HTTPStatus
from types import MappingProxyType
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

from attrs import evolve

from ats_adapters.sandbox import greenhouse, lever
from ats_adapters.sandbox.answers import (
    SandboxResponse,
    html_page,
    json_document,
    text_file,
    under_conditions,
)
from ats_adapters.sandbox.crowd import Crowd, Vendor
from ats_adapters.sandbox.postings import BoardToday, moment
from ats_adapters.sandbox.records import CompanyRecord, companies
from ats_adapters.sandbox.websites import Websites
from ats_core.domain.board import DiscoveryOutcome

__all__ = ["BoardKey", "Population", "Sites", "World"]

# How much of the answers is kept once made: all of the small world, a part of a crowd's.
_KEPT_BYTES = 64 * 2**20
# Host, target, and what is accepted where that makes a difference.
_Question = tuple[str, str, str]
_UNREACHABLE = frozenset(("error-500", "dropped", "redirect-loop"))


class BoardKey(NamedTuple):
    """A board as the core names it. Greenhouse's regions are one (`""`): its API serves all boards from one host."""

    provider: str
    region: str
    slug: str


class Sites(Protocol):
    """The websites of a world on one day."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts of the main pages."""

    def answer(self, host: str, target: str) -> SandboxResponse | None:
        """What *host* answers to a GET; None where there is no such host."""


class Population(Protocol):
    """Who there is in a world that is made up: a `Crowd`, a `Maze`."""

    def members(self) -> tuple[CompanyRecord, ...]:
        """The lines of the company list, in order."""

    def boards(self, members: Iterable[CompanyRecord], day: int) -> list[BoardToday]:
        """All boards on a day."""

    def websites(self, members: Sequence[CompanyRecord], boards: Mapping[str, BoardToday]) -> Sites:
        """The websites, given the boards by slug."""


class World:
    """The outside world on *day* (1 and up). Two worlds of one day answer every request with the same bytes."""

    def __init__(self, day: int = 1, crowd: Population | None = None) -> None:
        """The small world of named companies, or one that is made up for a *crowd* or another population."""
        if day < 1:
            raise ValueError(f"the world begins on day 1, not {day}")
        self.day = day
        self._crowd = crowd
        self._companies = companies() if crowd is None else crowd.members()
        today = _boards(self._companies, day) if crowd is None else crowd.boards(self._companies, day)
        self._boards = {board.record.slug: board for board in today}
        self._greenhouse = greenhouse.Greenhouse(b for b in today if b.record.provider == "greenhouse")
        self._lever = lever.Lever(b for b in today if b.record.provider == "lever")
        self._websites: Sites = (
            Websites(self._companies, self._boards) if crowd is None else crowd.websites(self._companies, self._boards)
        )
        self._kept = _KeptAnswers()

    @classmethod
    def crowd(
        cls,
        *,
        companies: int = 600,
        postings: int = 14_000,
        seed: int = 1,
        day: int = 1,
        text: int = 5000,
        changed: float = 0.05,
        signals: float = 0.3,
        malformed: int = 0,
        huge: int | None = None,
        vendors: Sequence[Vendor] = ("greenhouse", "lever"),
    ) -> World:
        """A world of any size, as `Crowd` describes it."""
        crowd = Crowd(
            companies=companies,
            postings=postings,
            seed=seed,
            text=text,
            changed=changed,
            signals=signals,
            malformed=malformed,
            huge=huge,
            vendors=vendors,
        )
        return cls(day, crowd)

    def on(self, day: int) -> World:
        """The same world on another day."""
        return World(day, self._crowd)

    def now(self, day: int | None = None) -> datetime:
        """The world's clock in the morning of *day* (default: its own): 06:00 UTC, day 1 being 2026-01-05."""
        return moment(self.day if day is None else day)

    def companies_csv(self) -> str:
        """The company list: a header `name,website`, then a line a company. It does not change from day to day.

        Where the list of a population gives careers pages, these are a third column, `careers`.
        """
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        wide = any(company.listed_careers for company in self._companies)
        writer.writerow(("name", "website", "careers") if wide else ("name", "website"))
        for company in self._companies:
            careers = (company.listed_careers,) if wide else ()
            writer.writerow((company.name, company.website, *careers))
        return text.getvalue()

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every host that the world has."""
        vendors = (greenhouse.API_HOST, *greenhouse.HOSTED, *lever.API, *lever.HOSTED)
        return (*self._websites.hosts, *vendors)

    def is_vendor(self, host: str) -> bool:
        """Whether *host* is an ATS vendor's."""
        return host == greenhouse.API_HOST or host in greenhouse.HOSTED or host in lever.API or host in lever.HOSTED

    def handle(self, host: str, method: str, target: str, headers: Mapping[str, str]) -> SandboxResponse:
        """What *host* answers. *target* is a path with its query; *headers* have lower-case names.

        A host that the world does not have answers 502, as a proxy does for a name that it cannot resolve.
        """
        host = host.lower().rstrip(".").partition(":")[0]
        if method not in ("GET", "HEAD"):
            refused = json_document({"error": f"{method} is not allowed"}, 405)
            return SandboxResponse(405, (*refused.headers, ("allow", "GET, HEAD")), refused.body)
        key = (host, target, headers.get("accept", "") if host in lever.API else "")
        known = self._kept.validators(key)
        if known is not None and under_conditions(known, method, headers).status == HTTPStatus.NOT_MODIFIED:
            return under_conditions(known, method, headers)
        found = self._kept.whole(key)
        if found is None:
            found = self._answer(host, target, headers)
            self._kept.keep(key, found)
        return under_conditions(found, method, headers)

    def _answer(self, host: str, target: str, headers: Mapping[str, str]) -> SandboxResponse:
        if self.is_vendor(host):
            if urlsplit(target).path == "/robots.txt":
                return text_file("User-agent: *\nAllow: /\n")
            if host in lever.API or host in lever.HOSTED:
                return self._lever.answer(host, target, headers)
            return self._greenhouse.answer(host, target)
        page = self._websites.answer(host, target)
        return page or html_page(f"<!doctype html><title>502</title><p>This world has no host {escape(host)}.", 502)

    def truth(self) -> Mapping[str, Mapping[BoardKey, int] | None]:
        """What a perfect reader knows today: for each company of the list its boards, or None.

        With each board goes the number of its well-formed open postings. None: the company has no board, or none
        that may be found. Companies of one group have the same board.
        """
        return MappingProxyType(
            {
                company.name: MappingProxyType({_key(board): len(board.postings) for board in found}) if found else None
                for company in self._companies
                for found in (self._findable(company),)
            }
        )

    def malformed(self) -> Mapping[BoardKey, int]:
        """For each board with such records: how many stand on it today that nobody can use."""
        return MappingProxyType(
            {_key(b): len(b.record.malformed) for b in self._boards.values() if b.record.malformed and b.postings}
        )

    def outcomes(self) -> Mapping[str, DiscoveryOutcome]:
        """For each company of the list how a look for its boards ends today."""
        return MappingProxyType({c.name: _outcome(self._told(c), self._findable(c)) for c in self._companies})

    def _told(self, company: CompanyRecord) -> CompanyRecord:
        """The company that a line means: another's, where it repeats one."""
        if company.same_as is None:
            return company
        return next(other for other in self._companies if other.name == company.same_as)

    def _findable(self, company: CompanyRecord) -> tuple[BoardToday, ...]:
        told = self._told(company)
        if told.style == "robots-disallow":
            return ()
        slugs = [record.slug for record in told.boards] or ([told.shares] if told.shares else [])
        return tuple(self._boards[slug] for slug in slugs if self._boards[slug].exists)


class _KeptAnswers:
    """Answers once made: whole ones up to a number of bytes, of all others their validators."""

    def __init__(self) -> None:
        self._whole: dict[_Question, SandboxResponse] = {}
        self._validators: dict[_Question, SandboxResponse] = {}
        self._size = 0

    def whole(self, question: _Question) -> SandboxResponse | None:
        """The answer as it was made."""
        return self._whole.get(question)

    def validators(self, question: _Question) -> SandboxResponse | None:
        """The answer without its body, where it had an ETag."""
        return self._validators.get(question)

    def keep(self, question: _Question, answer: SandboxResponse) -> None:
        """Keep what there is room for."""
        if answer.header("etag") is not None:
            self._validators[question] = evolve(answer, body=b"")
        if self._size + len(answer.body) <= _KEPT_BYTES:
            self._whole[question] = answer
            self._size += len(answer.body)


def _boards(companies: Sequence[CompanyRecord], day: int) -> list[BoardToday]:
    return [BoardToday(record=record, company=company, day=day) for company in companies for record in company.boards]


def _key(board: BoardToday) -> BoardKey:
    return BoardKey(board.record.provider, board.record.region, board.record.slug)


def _outcome(company: CompanyRecord, found: Sequence[BoardToday]) -> DiscoveryOutcome:
    if company.style == "robots-disallow":
        return DiscoveryOutcome.BLOCKED_BY_ROBOTS
    if company.style in _UNREACHABLE:
        return DiscoveryOutcome.UNREACHABLE
    if not found:
        return DiscoveryOutcome.NOT_FOUND
    return DiscoveryOutcome.SHARED_BOARD if company.shares else DiscoveryOutcome.FOUND
