"""A board of 20 000 postings fits into 250 MB, whether its vendor gives it page by page or whole."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.e2e.desk import Desk, truth
from tests.e2e.peak import peak_of
from tests.servers.threads import running

from ats_adapters.sandbox import SandboxServer, World
from ats_adapters.sandbox.crowd import Vendor

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "wait4"), reason="needs the resource usage of a child"),
]

POSTINGS = 20_000
MEGABYTE = 1_000_000


@pytest.mark.parametrize("vendor", ["greenhouse", "lever"])
def test_a_board_of_20_000_postings_takes_less_than_250_megabytes(vendor: Vendor, tmp_path: Path) -> None:
    world = World.crowd(companies=1, postings=1, huge=POSTINGS, text=2_200, vendors=(vendor,))
    with running(SandboxServer(world)) as server:
        desk = Desk.before(tmp_path / "desk", world)
        desk.configure(server.base_url, {"http": {"timeout": "120s"}})
        desk.run("--only", "directory,discovery")
        server.requests.clear()
        assert peak_of(desk, "run", "--only", "ingestion") < 250 * MEGABYTE
        assert sum(request.size for request in server.requests) > 80 * MEGABYTE
        assert desk.open_offers() == truth(world)
