"""`atsp record` and `atsp plugin new` as commands: what they write, and what they say."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import define, field
from tests.e2e.program import atsp
from tests.servers.loopback import LoopbackServer, Received, answer
from tests.servers.threads import running

FILE = "northwind.json"


@define
class Board:
    """A board at Ashby, as its server has it: *status* other than 200 is trouble."""

    jobs: list[dict[str, Any]] = field(
        factory=lambda: [
            {
                "id": f"0b7c1f6e-58a9-4f7e-9a34-{n:012}",
                "title": f"Treasury Analyst {n}",
                "isListed": True,
                "department": "Finance",
                "descriptionHtml": "<p>Write to jane.doe@northwind.example or +34 600 123 456.</p>",
                "jobUrl": f"https://jobs.ashbyhq.com/northwind/{n}?utm_source=board",
            }
            for n in range(40)
        ]
    )
    status: int = 200

    async def serve(self, asked: Received, _: asyncio.StreamWriter) -> bytes | None:
        known = asked.target.startswith("/posting-api/job-board/northwind")
        status = 404 if not known else self.status
        told = {"apiVersion": "1", "jobs": self.jobs}
        return answer(json.dumps(told), status=status, headers={"Set-Cookie": "sid=s3cret", "ETag": '"7"'})


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Board]:
    served = Board()
    with running(LoopbackServer(served.serve)) as server:
        (tmp_path / "atsp.toml").write_text(
            f'[http]\nmax_tries = 1\nconnect_to = {{ "*" = "{server.url}" }}\n'
            "[providers.ashby]\nrequests_per_second = 100\nburst = 100\n",
            encoding="utf-8",
        )
        yield served


def test_a_board_is_recorded_small_and_clean_and_compared_with_what_it_becomes(board: Board, tmp_path: Path) -> None:
    done = atsp("record", "ashby", "northwind", "--output", FILE, "--max-bytes", "4000", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    text = (tmp_path / FILE).read_text("utf-8")
    assert len(text.encode()) <= 4000
    assert not [told for told in ("jane", "600 123", "utm_source", "s3cret", "cookie") if told in text]
    assert f"bytes in {FILE}" in done.stderr
    assert not (tmp_path / "atsp.db").exists()

    again = atsp("record", "https://jobs.ashbyhq.com/northwind", "--max-bytes", "4000", cwd=tmp_path)
    assert (again.stdout, again.returncode) == (text, 0)

    same = atsp("record", "--refresh", FILE, cwd=tmp_path)
    assert (same.returncode, same.stdout.splitlines()[-1]) == (0, "ashby:northwind: the shape is the same")

    board.jobs = [{**job, "department": {"name": "Finance"}, "sector": "Food"} for job in board.jobs]
    other = atsp("record", "--refresh", FILE, cwd=tmp_path)
    assert other.returncode == 5
    assert "  ~ jobs[].department: text, now object" in other.stdout.splitlines()
    assert "  + jobs[].sector: text" in other.stdout.splitlines()
    assert (tmp_path / FILE).read_text("utf-8") == text

    told = json.loads(atsp("record", "--refresh", FILE, "--write", "--json", cwd=tmp_path).stdout)
    assert [(change["path"], change["after"]) for change in told["changes"]][1:] == [("jobs[].sector", ["text"])]
    assert (told["is_same"], told["after"]["postings"]) == (False, 40)
    assert atsp("record", "--refresh", FILE, cwd=tmp_path).returncode == 0


def test_what_cannot_be_recorded_is_said_in_one_line(board: Board, tmp_path: Path) -> None:
    (tmp_path / "taken.json").write_text("{}", encoding="utf-8")
    refused = {
        ("ashby", "nobody"): (2, "ashby has no such board"),
        ("ashby", "northwind", "--output", "taken.json"): (2, "it is there already"),
        ("--refresh", "taken.json"): (2, "it is no recording"),
    }
    for arguments, (status, says) in refused.items():
        done = atsp("record", *arguments, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (status, ""), arguments
        assert says in done.stderr.splitlines()[-1]
    board.status = 500
    done = atsp("record", "ashby", "northwind", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "500 Internal Server Error" in done.stderr.splitlines()[-1]


def test_a_plugin_project_is_written_once_and_under_a_name_that_is_free(tmp_path: Path) -> None:
    done = atsp("plugin", "new", "atsp-acmehire", "--path", "mine", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "mine" / "src" / "atsp_acmehire" / "py.typed").exists()
    refused = {
        ("atsp-acmehire", "--path", "mine"): "it is there already",
        ("atsp-lever",): "there is a plugin or a vendor 'lever' already",
    }
    for arguments, says in refused.items():
        done = atsp("plugin", "new", *arguments, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, ""), arguments
        assert says in done.stderr
        assert done.stderr.count("\n") == 1
    assert {path.name for path in tmp_path.iterdir()} == {"mine"}
