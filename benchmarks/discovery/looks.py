"""The program's two runners before ingestion, composed as the command composes them, with each request counted."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from attrs import Factory, define, frozen

from ats_adapters.http.client import Answer, Outside
from ats_cli.compose import RunRequest, pipeline
from ats_cli.config import load_config
from ats_core.domain.run import Loop, RunnerName
from ats_core.testing.event_log import RecordingLog

__all__ = ["Asked", "Desk", "Found", "Part", "Stored"]

#: What a request was for.
Part = Literal["pages", "robots", "vendor"]

CONFIG = """
[database]
path = "atsp.db"
[http]
connect_to = {{ "*" = "{base_url}" }}
[[directories]]
kind = "csv"
path = "companies.csv"
[discovery]
guess_slugs = {guess_slugs}
[websites]
requests_per_second = 1e6
burst = 1_000_000
[providers.lever]
requests_per_second = 1e6
burst = 1_000_000
[providers.greenhouse]
requests_per_second = 1e6
burst = 1_000_000
"""


@define
class Asked:
    """What one look asked for: its first URL, which tells whose look it is, and how much of each part."""

    first: str
    counts: Counter[Part] = Factory(Counter)


@frozen(kw_only=True)
class Stored:
    """A source that discovery stored."""

    board: tuple[str, str, str]
    status: str
    confidence: float
    evidence: str
    page: str


@frozen(kw_only=True)
class Found:
    """What is stored of a company: its sources, how its look ended, and in which words."""

    sources: tuple[Stored, ...]
    outcome: str
    detail: str


# Each look runs in a task of its own, whose context its children inherit: the first request of a look leaves its mark.
_LOOK: ContextVar[Asked | None] = ContextVar("look", default=None)


class _CountingOutside(Outside):
    """The way out, which counts what each look sends."""

    is_vendor: Callable[[str], bool]
    asked: list[Asked]

    async def ask(self, url: str, **options: Any) -> Answer:
        look = _LOOK.get()
        if look is None:
            look = Asked(url)
            _LOOK.set(look)
            self.asked.append(look)
        parts = urlsplit(url)
        if parts.path == "/robots.txt":
            look.counts["robots"] += 1
        else:
            look.counts["vendor" if self.is_vendor(parts.hostname or "") else "pages"] += 1
        return await super().ask(url, **options)


class Desk:
    """A folder with a configuration, a list and a database."""

    def __init__(
        self,
        folder: Path,
        companies_csv: str,
        base_url: str,
        is_vendor: Callable[[str], bool],
        *,
        guess_slugs: bool = False,
    ) -> None:
        self._folder = folder
        self._is_vendor = is_vendor
        (folder / "companies.csv").write_text(companies_csv, encoding="utf-8")
        config = CONFIG.format(base_url=base_url, guess_slugs=str(guess_slugs).lower())
        (folder / "atsp.toml").write_text(config, encoding="utf-8")

    async def run(self) -> list[Asked]:
        """Read the list and look for boards; what was asked, a look an entry."""
        asked: list[Asked] = []

        def way_out(*arguments: Any, **options: Any) -> Outside:
            outside = _CountingOutside(*arguments, **options)
            outside.is_vendor, outside.asked = self._is_vendor, asked
            return outside

        config = load_config(self._folder / "atsp.toml", {}, folder=self._folder)
        async with pipeline(config, RunRequest(), RecordingLog(), way_out=way_out) as composed:
            outcome = await composed.run(Loop.ALL, (RunnerName.DIRECTORY, RunnerName.DISCOVERY))
        failed = [f"{report.runner}: {report.error}" for report in outcome.reports if report.error]
        if failed:
            raise SystemExit("; ".join(failed))
        return asked

    def found(self) -> Mapping[str, Found]:
        """What the database says of each company, by name."""
        with closing(sqlite3.connect(self._folder / "atsp.db")) as connection:
            sources: dict[str, list[Stored]] = {}
            for name, provider, region, board, status, confidence, evidence, page in connection.execute(
                "SELECT c.name, s.provider, s.region, s.board, s.status, s.confidence, s.evidence_kind, s.evidence_url "
                "FROM company_sources AS s JOIN companies AS c ON c.id = s.company_id ORDER BY s.id"
            ):
                stored = Stored(
                    board=(provider, region, board), status=status, confidence=confidence, evidence=evidence, page=page
                )
                sources.setdefault(name, []).append(stored)
            ended = connection.execute(
                "SELECT c.name, coalesce(d.outcome, 'not looked at'), coalesce(d.detail, '') "
                "FROM companies AS c LEFT JOIN discoveries AS d ON d.company_id = c.id"
            ).fetchall()
        return {
            name: Found(sources=tuple(sources.get(name, ())), outcome=outcome, detail=detail)
            for name, outcome, detail in ended
        }
