"""Careers pages of real companies, with labels: each served as the careers page of a company, and looked at."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from attrs import frozen
from benchmarks.discovery.looks import Desk

from ats_adapters.plugins import Plugins
from ats_adapters.sandbox import SandboxResponse, SandboxServer, World
from ats_adapters.sandbox.answers import html_page, not_here, text_file
from ats_adapters.sandbox.postings import BoardToday
from ats_adapters.sandbox.records import BoardRecord, CompanyRecord

__all__ = ["Recorded", "RecordedPage", "measured_pages"]

#: The vendors that the sandbox plays. Others answer whatever is asked of a board with a recorded list of postings, or
#: else with the first answer that the vendor's contract test replays, in which the board's name stands for that one's.
_PLAYED = ("greenhouse", "lever")
_SHAPE = "shape_normal.json"
_FIXTURES = Path(__file__).resolve().parents[2] / "tests" / "fixtures"


@frozen
class RecordedPage:
    """A page and how it came out: `right`, `missed`, `wrong`, or `skipped`."""

    file: str
    result: str
    detail: str


@frozen
class Recorded:
    """All pages, or why there are none."""

    pages: tuple[RecordedPage, ...] = ()
    skipped: str = ""


@frozen
class _Label:
    file: str
    vendor: str
    board: str

    @property
    def word(self) -> str:
        """What its board is called, or the page where it has none."""
        return self.board.split("/")[0] or self.file.removesuffix(".html").replace("_", "-")

    @property
    def name(self) -> str:
        """What the company is called: no other is called that."""
        return f"{self.word} {self.vendor}".replace("-", " ").strip().title()


class _Companies:
    """A population of one company a page: a front page that links the recorded page as its careers page.

    *recorded* has a folder of recorded answers for each vendor that the sandbox does not play.
    """

    def __init__(self, folder: Path, recorded: Path, labels: Sequence[_Label]) -> None:
        self._folder = folder
        self._recorded = recorded
        self._labels = {f"{label.file.removesuffix('.html').replace('_', '-')}.example": label for label in labels}

    def members(self) -> tuple[CompanyRecord, ...]:
        return tuple(self._company(domain, label) for domain, label in self._labels.items())

    def _company(self, domain: str, label: _Label) -> CompanyRecord:
        name = label.name
        boards: tuple[BoardRecord, ...] = ()
        if label.vendor in _PLAYED:
            boards = (
                BoardRecord(
                    provider=label.vendor,
                    slug=label.board,
                    size=3,
                    languages="en",
                    cities=("Madrid",),
                    roles=("cook",),
                ),
            )
        return CompanyRecord(name=name, domain=domain, about={"en": name}, boards=boards, listed=f"https://{domain}")

    def boards(self, members: Iterable[CompanyRecord], day: int) -> list[BoardToday]:
        return [BoardToday(record=record, company=c, day=day) for c in members for record in c.boards]

    def websites(self, members: Sequence[CompanyRecord], boards: Mapping[str, BoardToday]) -> _Companies:
        return self

    @property
    def hosts(self) -> tuple[str, ...]:
        return tuple(self._labels)

    def answer(self, host: str, target: str) -> SandboxResponse | None:
        label = self._labels.get(host)
        if label is None:
            return self._vendor(host, target)
        if target == "/":
            return html_page('<!doctype html><nav><a href="/about">About</a> <a href="/careers">Careers</a></nav>')
        if target == "/careers":
            return html_page((self._folder / label.file).read_text(encoding="utf-8"))
        return not_here(host)

    def _vendor(self, host: str, target: str) -> SandboxResponse | None:
        """The recorded answer of a vendor that the sandbox does not play, if it is asked for the board of a page."""
        for label in self._labels.values():
            if label.vendor and label.vendor not in _PLAYED and label.vendor in host and label.word in host + target:
                return _recorded_answer(self._recorded, label)
        return None


class _Recording(World):
    """A world in which what is posted is answered as what is got: Workday's boards are asked by POST."""

    def handle(self, host: str, method: str, target: str, headers: Mapping[str, str]) -> SandboxResponse:
        return super().handle(host, "GET" if method == "POST" else method, target, headers)


async def measured_pages(folder: Path, pages: Path) -> Recorded:
    """Each labelled page of the folder *pages*; those of vendors without an adapter or recorded answers are skipped."""
    if not (pages / "labels.csv").exists():
        return Recorded(skipped=f"none measured, there is no {pages.name}/labels.csv beside the project")
    with (pages / "labels.csv").open(encoding="utf-8", newline="") as lines:
        labels = [_Label(r["file"], r["expected_vendor"], r["expected_board"]) for r in csv.DictReader(lines)]
    unfit = {label: why for label in labels if (why := _why_not(label, pages.parent))}
    played = [label for label in labels if label not in unfit]
    companies = _Companies(pages, pages.parent, played)
    world = _Recording(1, companies)
    place = folder / "recorded"
    place.mkdir()
    async with SandboxServer(world) as server:
        desk = Desk(place, world.companies_csv(), server.base_url, world.is_vendor)
        await desk.run()
    found = desk.found()
    results = []
    for label, company in zip(played, companies.members(), strict=True):
        told = found[company.name]
        taken = {(s.board[0], s.board[2]) for s in told.sources if s.status == "active"}
        expected = {(label.vendor, label.board)} if label.vendor else set()
        result = "right" if taken == expected else "wrong" if taken - expected else "missed"
        results.append(RecordedPage(label.file, result, told.detail))
    results += [RecordedPage(label.file, "skipped", f"{label.vendor}: {why}") for label, why in unfit.items()]
    return Recorded(tuple(results))


def _recorded_answer(recorded: Path, label: _Label) -> SandboxResponse | None:
    shape, fixture = recorded / label.vendor / _SHAPE, next(_FIXTURES.glob(f"{label.vendor}/*.json"), None)
    if shape.exists():
        return text_file(shape.read_text(encoding="utf-8"), "application/json")
    if fixture is None:
        return None
    replayed = json.loads(fixture.read_text(encoding="utf-8"))
    first = replayed["exchanges"][0]
    said = json.dumps(first["json"]) if "json" in first else str(first["text"])
    said = said.replace(replayed["board"].split("/")[0], label.word)
    return text_file(said, first["headers"]["content-type"])


def _why_not(label: _Label, recorded: Path) -> str:
    """Why a page cannot be measured; empty where it can."""
    if not label.vendor or label.vendor in _PLAYED:
        return ""
    if label.vendor not in Plugins().providers():
        return "no adapter"
    return "" if _recorded_answer(recorded, label) else "nothing recorded that its vendor would answer"
