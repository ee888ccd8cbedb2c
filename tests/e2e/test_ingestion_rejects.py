"""One posting that nobody can use among a thousand costs nothing but itself, and is named in the run record."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.e2e.desk import Desk, runner, truth
from tests.servers.threads import running

from ats_adapters.sandbox import SandboxServer, World
from ats_adapters.sandbox.crowd import Vendor


@pytest.mark.parametrize("vendor", ["greenhouse", "lever"])
def test_one_malformed_posting_among_a_thousand_is_rejected_by_name(vendor: Vendor, tmp_path: Path) -> None:
    world = World.crowd(companies=1, postings=999, malformed=1, text=0, vendors=(vendor,))
    with running(SandboxServer(world)) as server:
        desk = Desk.before(tmp_path / "desk", world)
        desk.configure(server.base_url)
        desk.run("--only", "directory,discovery")
        summary = desk.run("--only", "ingestion")
    report = runner(desk.json("runs", "show", str(summary["id"])), "ingestion")
    ((board, count),) = truth(world).items()
    assert (count, desk.open_offers()) == (999, {board: 999})
    assert (report["counters"]["offers_new"], report["counters"]["rejected"]) == (999, 1)
    (rejected,) = report["rejected"]
    stored = {offer for (offer,) in desk.rows("SELECT provider_offer_id FROM offers")}
    field = "title" if vendor == "greenhouse" else "text"
    where, _, told = rejected.partition(": ")
    assert where.startswith(f"{vendor}:{board[2]}")
    offer, _, reason = told.partition(" ")
    assert offer not in stored
    assert field in reason
