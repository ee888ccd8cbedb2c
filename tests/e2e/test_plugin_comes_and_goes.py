"""The example plugin, installed as a third party would: used by the next run, missed by name when it is gone."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.own_environment import OwnEnvironment
from tests.servers.loopback import LoopbackServer, Received, answer
from tests.servers.threads import running

EXAMPLE = Path(__file__).parents[2] / "examples" / "atsp-acmehire"
JOBS = {
    "company": "Northwind Foods",
    "jobs": [
        {"id": n, "title": f"Treasury Analyst {n}", "description": "<p>Cross-border payments.</p>"} for n in (1, 2)
    ],
}
PAGE = '<!DOCTYPE html><title>Northwind Foods</title><a href="https://jobs.acmehire.example/northwind">Careers</a>'

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="programs are looked for in bin")]


async def world(asked: Received, _: asyncio.StreamWriter) -> bytes | None:
    """A company's website that links its board, and the vendor's API."""
    if asked.host.startswith("api.acmehire.example"):
        known = asked.target == "/v1/boards/northwind/jobs"
        return answer(json.dumps(JOBS)) if known else answer("{}", status=404)
    if asked.target == "/" and "northwind.example" in asked.host:
        return answer(PAGE, content_type="text/html")
    return answer("not here", status=404, content_type="text/plain")


@pytest.fixture
def environment(tmp_path: Path) -> OwnEnvironment:
    return OwnEnvironment.made(tmp_path / "environment")


def pip(environment: OwnEnvironment, *arguments: str) -> None:
    done = environment.run("python", "-m", "pip", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr


def told(environment: OwnEnvironment, folder: Path, *arguments: str, status: int = 0) -> Any:
    done = environment.run("atsp", *arguments, "--json", cwd=folder)
    assert done.returncode == status, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_an_installed_plugin_is_used_and_an_uninstalled_one_is_missed_by_name(
    tmp_path: Path, environment: OwnEnvironment
) -> None:
    project, folder = tmp_path / "atsp-acmehire", tmp_path / "work"
    shutil.copytree(EXAMPLE, project)
    folder.mkdir()
    (folder / "list.csv").write_text("name,website\nNorthwind Foods,https://northwind.example\n", encoding="utf-8")
    pip(environment, "install", "--no-deps", str(project))

    tested = environment.run("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=project)
    assert tested.returncode == 0, tested.stdout + tested.stderr

    with running(LoopbackServer(world)) as server:
        (folder / "atsp.toml").write_text(
            f'[http]\nconnect_to = {{ "*" = "{server.url}" }}\n[ingestion]\ninterval = "0s"\n'
            '[[directories]]\nkind = "csv"\npath = "list.csv"\n',
            encoding="utf-8",
        )
        found = {row["name"]: row for row in told(environment, folder, "plugins")["plugins"]}
        assert found["acmehire"]["state"] == "in_use"
        assert found["acmehire"]["provides"] == {"vendors": ["acmehire"]}
        assert (found["acmehire"]["distribution"], found["acmehire"]["builtin"]) == ("atsp-acmehire", False)

        told(environment, folder, "run", "--loop", "ingest")
        (source,) = told(environment, folder, "sources")
        assert (source["provider"], source["board"], source["status"]) == ("acmehire", "northwind", "active")
        assert "no_adapter" not in source
        assert told(environment, folder, "status")["open_offers"] == 2

        # uninstalled: the same folder, the same database
        pip(environment, "uninstall", "-y", "atsp-acmehire")
        reason = "no installed plugin reads acmehire"
        (source,) = told(environment, folder, "sources")
        assert source["no_adapter"] == reason
        status = told(environment, folder, "status")
        assert (status["open_offers"], status["without_adapter"]) == (2, {"acmehire": {"boards": 1, "reason": reason}})
        run = told(environment, folder, "run", "--only", "ingestion", status=4)
        (report,) = [runner for runner in run["runners"] if runner["runner"] == "ingestion"]
        assert report["counters"]["sources_without_adapter"] == 1
        assert "acmehire" in report["failures"][0]["detail"]
        shown = environment.run("atsp", "why", "Northwind Foods", cwd=folder)
        assert "Treasury Analyst" in shown.stdout, shown.stderr
