"""A folder of the program's, its configuration leading to a server on loopback, and what it leaves in the database."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

from attrs import frozen
from tests.e2e.program import atsp, started

from ats_adapters.sandbox import World

Settings = Mapping[str, Mapping[str, object]]

#: As fast as the machine can, with a bound on requests under way as small as vendors have.
FAST: dict[str, object] = {"requests_per_second": 2000.0, "burst": 100, "concurrency": 8}


@frozen
class Desk:
    """A folder with `atsp.toml`, `companies.csv` and, once something was run, `atsp.db`."""

    folder: Path

    @classmethod
    def before(cls, folder: Path, world: World) -> Desk:
        """A new one, with the list of a world's companies."""
        folder.mkdir()
        (folder / "companies.csv").write_text(world.companies_csv(), encoding="utf-8")
        return cls(folder)

    def configure(self, base_url: str, settings: Settings | None = None) -> None:
        """Let the configuration lead to *base_url*, with *settings* (section: keys) beside what suits most tests."""
        sections: dict[str, dict[str, object]] = {
            "http": {"timeout": "10s"},
            "ingestion": {"interval": "0s"},
            "websites": {"requests_per_second": 2000.0, "burst": 100},
            "providers.greenhouse": dict(FAST),
            "providers.lever": dict(FAST),
        }
        for name, keys in (settings or {}).items():
            sections.setdefault(name, {}).update(keys)
        lines = ["[[directories]]", 'kind = "csv"', 'path = "companies.csv"']
        for name, keys in sections.items():
            lines += ["", f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in keys.items())]
            if name == "http":
                lines.append(f'connect_to = {{ "*" = "{base_url}" }}')
        (self.folder / "atsp.toml").write_text("\n".join([*lines, ""]), encoding="utf-8")

    @property
    def database(self) -> Path:
        return self.folder / "atsp.db"

    def copy(self, folder: Path) -> Desk:
        """The same in another folder."""
        shutil.copytree(self.folder, folder)
        return Desk(folder)

    def atsp(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The command, to its end."""
        return atsp(*arguments, cwd=self.folder)

    def run(self, *arguments: str, status: int | tuple[int, ...] = 0) -> dict[str, Any]:
        """The summary of `atsp run --json`, which must end with *status*."""
        done = self.atsp("run", "--json", *arguments)
        assert done.returncode in ((status,) if isinstance(status, int) else status), done.stderr + done.stdout
        summary: dict[str, Any] = json.loads(done.stdout)
        return summary

    def started(self, *arguments: str) -> AbstractContextManager[subprocess.Popen[str]]:
        """`atsp run` as a process."""
        return started("run", *arguments, cwd=self.folder)

    def json(self, *arguments: str) -> Any:
        """What a reading command says."""
        done = self.atsp(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    @contextmanager
    def opened(self) -> Iterator[sqlite3.Connection]:
        """The database, for reading."""
        with closing(sqlite3.connect(f"{self.database.as_uri()}?mode=ro", uri=True)) as connection:
            yield connection

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What a query finds."""
        with self.opened() as connection:
            return connection.execute(query, values).fetchall()

    def open_offers(self) -> dict[tuple[str, str, str], int]:
        """The number of open offers of each active board, by vendor, region and slug."""
        found = self.rows(
            """
            SELECT s.provider, s.region, s.board, count(o.id)
            FROM company_sources AS s LEFT JOIN offers AS o ON o.source_id = s.id AND o.closed_at IS NULL
            WHERE s.status = 'active' GROUP BY s.id
            """
        )
        return {(provider, region, board): count for provider, region, board, count in found}

    def offers(self) -> set[tuple[str, ...]]:
        """What stands open, by board and the vendor's id, and what it says."""
        query = "SELECT source_id, provider_offer_id, content_hash FROM offers WHERE closed_at IS NULL"
        return set(self.rows(query))


def runner(summary: Mapping[str, Any], name: str) -> dict[str, Any]:
    """One runner's report in a run's summary or record."""
    (report,) = [report for report in summary["runners"] if report["runner"] == name]
    return dict(report)


def truth(world: World) -> dict[tuple[str, str, str], int]:
    """The number of open postings of each board that can be found."""
    boards = (board for found in world.truth().values() if found for board in found.items())
    return {tuple(key): count for key, count in boards}  # type: ignore[misc]


def adds_up(report: Mapping[str, Any]) -> bool:
    """Whether every due board was read, failed or left out, and every failure is counted by its kind."""
    counters = Counter(report["counters"])
    boards = sum(counters[name] for name in ("boards", "boards_failed", "sources_left_out", "sources_without_adapter"))
    kinds = Counter(f"failed_{failure['kind']}" for failure in report["failures"])
    counted = {name: count for name, count in counters.items() if name.startswith("failed_")}
    return boards == counters["sources_due"] and kinds == counted and kinds.total() == counters["failures"]
