"""A fifth of all requests fail, in every way there is: what can be read is stored, the rest counted, then mended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from tests.e2e.desk import Desk, adds_up, runner, truth
from tests.servers.threads import running
from tests.servers.vendors import burst_needed, vendor_of

from ats_adapters.sandbox import Faults, SandboxServer, World
from ats_adapters.sandbox.faults import FaultKind

pytestmark = pytest.mark.slow

BOARDS = 500
RATE, BURST = 150.0, 10
#: What the way from the bucket to the server's log may blur, in seconds.
BLUR = 0.2
#: What a kind of fault is called where it is not overcome by trying again.
KINDS = {
    FaultKind.TOO_MANY_SECONDS: "rate_limited",
    FaultKind.TOO_MANY_DATE: "rate_limited",
    FaultKind.TOO_MANY: "rate_limited",
    FaultKind.INTERNAL_ERROR: "server_error",
    FaultKind.BAD_GATEWAY: "server_error",
    FaultKind.UNAVAILABLE: "server_error",
    FaultKind.RESET: "network",
    FaultKind.HANG: "timeout",
    FaultKind.TRUNCATED: "network",
    FaultKind.INVALID_JSON: "not_json",
    FaultKind.HTML: "not_json",
    FaultKind.WRONG_SHAPE: "wrong_shape",
    FaultKind.DRIP: "timeout",
    FaultKind.REDIRECT_LOOP: "redirects",
}


@pytest.fixture(scope="module")
def world() -> World:
    return World.crowd(companies=BOARDS, postings=4_000, seed=4, text=1_000)


@pytest.fixture(scope="module")
def server(world: World) -> Iterator[SandboxServer]:
    with running(SandboxServer(world)) as entered:
        yield entered


@pytest.fixture(scope="module")
def found(world: World, server: SandboxServer, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """All boards are known, none was read."""
    desk = Desk.before(tmp_path_factory.mktemp("faults") / "found", world)
    desk.configure(server.base_url)
    desk.run("--only", "directory,discovery")
    assert len(desk.open_offers()) == BOARDS
    return desk


def test_a_run_through_trouble_stores_what_can_be_read_and_the_next_runs_mend_the_rest(
    found: Desk, world: World, server: SandboxServer
) -> None:
    desk = found.copy(found.folder.with_name("troubled"))
    bucket = {"requests_per_second": RATE, "burst": BURST, "concurrency": 8}
    limits = {"providers.greenhouse": bucket, "providers.lever": bucket}
    desk.configure(server.base_url, {"http": {"timeout": "1s", "max_tries": 3}, **limits})
    server.requests.clear()
    server.faults = Faults(kinds=tuple(FaultKind), rate=0.2, seed=1, tries=1_000, drip=60.0)
    summary = desk.run("--only", "ingestion", status=(0, 4))

    heard = list(server.requests)
    report = runner(desk.json("runs", "show", str(summary["id"])), "ingestion")
    played = Counter(request.fault for request in heard if request.fault)
    assert set(played) == set(FaultKind)
    assert 0.15 < (played.total() - played[FaultKind.REDIRECT_LOOP]) / len(heard) < 0.25
    assert adds_up(report), report["counters"]
    assert report["counters"]["sources_due"] == BOARDS
    assert {failure["kind"] for failure in report["failures"]} <= {*KINDS.values(), "paused"}
    for vendor in ("greenhouse", "lever"):
        times = [request.at for request in heard if vendor_of(request.host) == vendor]
        assert burst_needed(times, RATE) <= BURST + RATE * BLUR

    failed = {failure["where"] for failure in report["failures"]}
    read, left_out = desk.open_offers(), report["counters"]["sources_left_out"]
    expected = {board: count for board, count in truth(world).items() if _shown(board) not in failed}
    differing = {board for board, count in expected.items() if read[board] != count}
    assert len(differing) <= left_out, differing
    assert len(expected) - left_out > BOARDS * 0.7

    server.faults = None
    for vendor in ("greenhouse", "lever"):
        assert desk.atsp("sources", "resume", vendor).returncode == 0
    again = runner(desk.run("--only", "ingestion"), "ingestion")
    assert (again["counters"]["boards"], again["failures"]) == (BOARDS, [])
    assert desk.open_offers() == truth(world)

    calm = found.copy(found.folder.with_name("calm"))
    calm.run("--only", "ingestion")
    assert desk.offers() == calm.offers()


def _shown(board: tuple[str, str, str]) -> str:
    provider, region, slug = board
    return f"{provider}:{slug}" + (f" ({region})" if region else "")
