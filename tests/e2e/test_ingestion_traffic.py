"""What a run moves and writes over a world of 500 boards in which nothing changed since the last one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.e2e.desk import Desk, runner, truth
from tests.servers.threads import running
from tests.servers.vendors import vendor_of

from ats_adapters.sandbox import SandboxServer, World

pytestmark = pytest.mark.slow

BOARDS = 500
#: The tables in which offers, and what is computed of each, stand.
OFFER_TABLES = ("offers", "offer_payloads", "matches", "offer_sketches")


def test_a_second_run_over_an_unchanged_world_moves_little_and_writes_no_offer(tmp_path: Path) -> None:
    world = World.crowd(companies=BOARDS, postings=4_000, seed=3, text=1_500)
    with running(SandboxServer(world)) as server:
        desk = Desk.before(tmp_path / "desk", world)
        desk.configure(server.base_url)
        desk.run("--only", "directory,discovery")
        moved = []
        for _ in range(2):
            server.requests.clear()
            report = runner(desk.run("--only", "ingestion"), "ingestion")
            moved.append(sum(r.size for r in server.requests if vendor_of(r.host) == "greenhouse"))
            assert desk.open_offers() == truth(world)
            refuse_writing(desk)

    assert moved[1] <= 0.15 * moved[0], moved
    counters = report["counters"]
    assert counters["boards"] == BOARDS
    assert {counters[f"offers_{what}"] for what in ("new", "changed", "reopened", "closed")} == {0}
    assert counters["scored"] == 0


def refuse_writing(desk: Desk) -> None:
    """From now on, whoever writes an offer, even as it stands, fails."""
    with closing(sqlite3.connect(desk.database)) as connection:
        for table in OFFER_TABLES:
            for change in ("INSERT", "UPDATE", "DELETE"):
                connection.execute(
                    f"CREATE TRIGGER IF NOT EXISTS [no {change} of {table}] BEFORE {change} ON [{table}] "
                    f"BEGIN SELECT RAISE(ABORT, 'a row of {table} was written'); END"
                )
        connection.commit()
