"""The world on a real port: HTTP as clients speak it, and each fault as a client meets it."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import anyio
import httpx
import pytest

import ats_adapters.sandbox
from ats_adapters.sandbox import FaultKind, Faults, SandboxServer, World

API = "boards-api.greenhouse.io"
JOBS = "/v1/boards/kambixa/jobs"
MODULE = [sys.executable, "-m", "ats_adapters.sandbox"]
SOURCES = Path(ats_adapters.sandbox.__file__).parents[2]

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def served(
    faults: Faults | None = None, **client: float
) -> AsyncIterator[tuple[SandboxServer, httpx.AsyncClient]]:
    """A server, and a client whose requests reach it whatever host they name."""
    async with SandboxServer(World(), faults, clock=lambda: datetime(2026, 1, 5, 6, tzinfo=UTC)) as server:
        timeout = client.get("timeout", 10.0)
        async with httpx.AsyncClient(base_url=server.base_url, timeout=timeout, trust_env=False) as http:
            yield server, http


async def get(http: httpx.AsyncClient, host: str, target: str, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await http.get(target, headers={"host": host, **named})


async def test_hosts_are_told_apart_by_the_host_header() -> None:
    async with served() as (_, http):
        home = await get(http, "www.kambixa.example", "/")
        board = await get(http, API, JOBS)
        assert "Kambixa Treasury" in home.text
        assert board.json()["meta"]["total"] == 11
        assert (await get(http, f"{API}:443", JOBS)).content == board.content
        assert (await get(http, "elsewhere.example", "/")).status_code == 502


async def test_what_is_served_is_what_the_world_says() -> None:
    world = World()
    async with served() as (_, http):
        for host, target in ((API, f"{JOBS}?content=true"), ("api.lever.co", "/v0/postings/meridora?mode=json")):
            assert (await get(http, host, target)).content == world.handle(host, "GET", target, {}).body


async def test_a_connection_is_kept_for_many_requests() -> None:
    async with served() as (server, http):
        for _ in range(10):
            assert (await get(http, API, JOBS)).status_code == 200
        assert server.connections == 1


async def test_many_connections_are_served_at_once() -> None:
    answers: list[int] = []
    async with served() as (server, http):

        async def ask(slug: str) -> None:
            answers.append((await get(http, API, f"/v1/boards/{slug}/jobs?content=true")).status_code)

        async with anyio.create_task_group() as group:
            for slug in ("kambixa", "nimbarcahq", "divisanova", "turmalia", "pagoforte") * 6:
                group.start_soon(ask, slug)
        assert answers == [200] * 30
        assert len(server.requests) == 30
        assert server.connections > 1


async def test_an_unchanged_board_is_answered_304_on_the_same_connection() -> None:
    async with served() as (server, http):
        first = await get(http, API, JOBS)
        again = await get(http, API, JOBS, if_none_match=first.headers["etag"])
        assert (again.status_code, again.content) == (304, b"")
        assert (await get(http, API, JOBS)).status_code == 200
        assert server.connections == 1


async def test_head_sends_the_length_but_no_body() -> None:
    async with served() as (server, http):
        head = await http.head(JOBS, headers={"host": API})
        whole = await get(http, API, JOBS)
        assert head.content == b""
        assert head.headers["content-length"] == str(len(whole.content))
        assert server.connections == 1


async def test_a_request_with_a_body_is_refused_and_the_connection_goes_on() -> None:
    async with served() as (server, http):
        posted = await http.post("/v0/postings/parivia", headers={"host": "api.lever.co"}, content=b"x" * 200_000)
        assert posted.status_code == 405
        assert (await get(http, API, JOBS)).status_code == 200
        assert server.connections == 1


async def test_answers_are_dated_by_the_given_clock() -> None:
    async with served() as (_, http):
        assert (await get(http, API, JOBS)).headers["date"] == "Mon, 05 Jan 2026 06:00:00 GMT"


async def test_the_log_tells_what_was_asked_and_answered() -> None:
    async with served() as (server, http):
        body = (await get(http, API, JOBS)).content
        await get(http, "www.kambixa.example", "/nowhere?x=1")
        first, second = server.requests
        assert (first.host, first.method, first.target, first.status, first.size) == (API, "GET", JOBS, 200, len(body))
        assert (second.host, second.target, second.status) == ("www.kambixa.example", "/nowhere?x=1", 404)
        assert 0 <= first.at <= second.at


async def test_the_world_moves_on_while_it_is_served() -> None:
    async with served() as (server, http):
        target = "/v1/boards/transfronta/jobs"
        assert (await get(http, API, target)).status_code == 200
        await server.move_to(2)
        assert server.world.day == 2
        assert (await get(http, API, target)).status_code == 404


async def test_a_site_that_drops_connections_breaks_the_request() -> None:
    async with served() as (server, http):
        with pytest.raises(httpx.NetworkError):
            await get(http, "www.rianxeda.example", "/")
        assert server.requests[-1].status == 0


async def test_what_is_not_http_is_answered_400() -> None:
    async with served() as (server, _):
        host, port = server.base_url.removeprefix("http://").split(":")
        async with await anyio.connect_tcp(host, int(port)) as stream:
            await stream.send(b"\x16\x03\x01 hello\r\n\r\n")
            assert (await stream.receive()).startswith(b"HTTP/1.1 400")


async def test_leaving_the_server_ends_open_connections_and_frees_the_port(caplog: pytest.LogCaptureFixture) -> None:
    async with SandboxServer(World()) as server:
        port = int(server.base_url.rpartition(":")[2])
        stream = await anyio.connect_tcp("127.0.0.1", port)
    with pytest.raises((anyio.EndOfStream, anyio.BrokenResourceError)):
        await stream.receive()
    await stream.aclose()
    with pytest.raises(RuntimeError, match="not running"):
        _ = server.base_url
    async with SandboxServer(World(), port=port) as again:
        assert again.base_url.endswith(f":{port}")
    assert caplog.messages == []


@pytest.mark.parametrize(("kind", "status"), [("429", 429), ("500", 500), ("502", 502), ("503", 503)])
async def test_a_failing_status_passes_after_the_first_try(kind: str, status: int) -> None:
    async with served(Faults(kinds=[kind])) as (server, http):
        assert [(await get(http, API, JOBS)).status_code for _ in range(3)] == [status, 200, 200]
        assert [record.fault for record in server.requests] == [FaultKind(kind), None, None]


async def test_retry_after_comes_in_seconds_or_as_a_date() -> None:
    for kind, expected in (("429-seconds", "3"), ("429-date", "Mon, 05 Jan 2026 06:00:03 GMT")):
        async with served(Faults(kinds=[kind], retry_after=3)) as (_, http):
            assert (await get(http, API, JOBS)).headers["retry-after"] == expected


async def test_a_reset_connection_is_a_network_error() -> None:
    async with served(Faults(kinds=["reset"])) as (_, http):
        with pytest.raises(httpx.ReadError):
            await get(http, API, JOBS)
        assert (await get(http, API, JOBS)).status_code == 200


async def test_a_hanging_connection_times_out() -> None:
    async with served(Faults(kinds=["hang"]), timeout=0.2) as (server, http):
        with pytest.raises(httpx.ReadTimeout):
            await get(http, API, JOBS)
        assert server.requests[-1].status == 0


async def test_a_hanging_connection_is_cut_when_patience_ends() -> None:
    async with served(Faults(kinds=["hang"], hang=0.05)) as (_, http):
        with pytest.raises(httpx.NetworkError):
            await get(http, API, JOBS)


async def test_a_truncated_body_ends_before_its_length() -> None:
    async with served(Faults(kinds=["truncated"])) as (_, http):
        with pytest.raises(httpx.RemoteProtocolError):
            await get(http, API, JOBS)
        assert (await get(http, API, JOBS)).json()["meta"]["total"] == 11


async def test_a_dripping_body_arrives_whole_in_small_pieces() -> None:
    async with served(Faults(kinds=["drip"], drip=0.1)) as (_, http):
        pieces = []
        async with http.stream("GET", JOBS, headers={"host": API}) as response:
            async for piece in response.aiter_raw():
                pieces.append(piece)
        assert len(pieces) > 5
        assert b"".join(pieces) == World().handle(API, "GET", JOBS, {}).body


@pytest.mark.parametrize("kind", ["invalid-json", "html"])
async def test_what_is_not_json_comes_with_status_200(kind: str) -> None:
    async with served(Faults(kinds=[kind])) as (_, http):
        response = await get(http, API, JOBS)
        assert response.status_code == 200
        with pytest.raises(ValueError):
            response.json()


async def test_a_wrong_shape_is_json() -> None:
    async with served(Faults(kinds=["wrong-shape"])) as (_, http):
        assert "jobs" not in (await get(http, API, JOBS)).json()


async def test_a_redirect_loop_never_ends() -> None:
    async with served(Faults(kinds=["redirect-loop"])) as (_, http):
        http.max_redirects = 10
        with pytest.raises(httpx.TooManyRedirects):
            await http.get(JOBS, headers={"host": API}, follow_redirects=True)


async def test_websites_misbehave_only_when_everything_does() -> None:
    for everywhere, status in ((False, 200), (True, 500)):
        async with served(Faults(kinds=["500"], everywhere=everywhere)) as (_, http):
            assert (await get(http, "www.kambixa.example", "/")).status_code == status


async def test_tries_are_counted_afresh_on_a_new_day() -> None:
    async with served(Faults(kinds=["503"])) as (server, http):
        statuses = [(await get(http, API, JOBS)).status_code for _ in range(2)]
        await server.move_to(2)
        assert [*statuses, (await get(http, API, JOBS)).status_code] == [503, 200, 503]


async def test_the_hard_way_no_retry_helps() -> None:
    async with served(Faults(kinds=["500"], tries=None)) as (_, http):
        assert {(await get(http, API, JOBS)).status_code for _ in range(5)} == {500}


@contextmanager
def process(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The world in a process of its own, and where it is."""
    with subprocess.Popen(
        [*MODULE, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": str(SOURCES), "PATH": ""},
    ) as started:
        try:
            assert started.stdout is not None
            yield started, json.loads(started.stdout.readline())["base_url"]
        finally:
            started.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no POSIX signals on Windows")
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_a_world_of_its_own_process_ends_cleanly_when_told_to(ending: signal.Signals) -> None:
    with process("--port", "0", "--day", "2") as (started, base_url):
        response = httpx.get(base_url + "/v1/boards/transfronta/jobs", headers={"host": API}, trust_env=False)
        assert response.status_code == 404
        started.send_signal(ending)
        assert started.wait(timeout=20) == 0
        assert started.stderr is not None
        assert started.stderr.read() == ""


def test_a_world_of_its_own_process_can_misbehave() -> None:
    with process("--misbehave", "500", "429", "--rate", "1", "--tries", "0") as (_, base_url):
        response = httpx.get(base_url + JOBS, headers={"host": API}, trust_env=False)
        assert response.status_code in (500, 429)


def test_a_crowd_of_its_own_process_writes_down_each_request(tmp_path: Path) -> None:
    log = tmp_path / "requests.jsonl"
    log.write_text('{"target": "/earlier"}\n')
    crowd = ["--companies", "2", "--postings", "9", "--seed", "3", "--day", "2", "--vendors", "greenhouse"]
    faults = ["--misbehave", "429-seconds", "--rate", "1", "--retry-after", "7"]
    world = World.crowd(companies=2, postings=9, seed=3, day=2, vendors=["greenhouse"])
    slug = next(key.slug for boards in world.truth().values() if boards for key in boards)
    before = time.time()
    with process(*crowd, *faults, "--requests", str(log)) as (_, base_url):
        url, host = f"{base_url}/v1/boards/{slug}/jobs", {"host": API}
        refused, good = (httpx.get(url, headers=host, trust_env=False) for _ in range(2))
        earlier, first, second = map(json.loads, log.read_text().splitlines())
    assert refused.headers["retry-after"] == "7"
    assert good.content == world.handle(API, "GET", f"/v1/boards/{slug}/jobs", {}).body
    assert earlier == {"target": "/earlier"}
    assert before < first.pop("at") < second.pop("at") < time.time()
    asked = {"host": API, "method": "GET", "target": f"/v1/boards/{slug}/jobs"}
    assert first == {**asked, "status": 429, "bytes": len(refused.content), "fault": "429-seconds"}
    assert second == {**asked, "status": 200, "bytes": len(good.content), "fault": None}


def ended(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The sandbox's process, which is to end by itself."""
    return subprocess.run(
        [*MODULE, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PYTHONPATH": str(SOURCES), "PATH": ""},
    )


def test_a_request_log_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    done = ended("--requests", str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith(f"{tmp_path} cannot be used")
    assert done.stderr.count("\n") == 1


def test_a_port_in_use_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = ended("--port", str(port))
    assert done.returncode == 1
    assert done.stderr.startswith(f"port {port} of 127.0.0.1 cannot be used")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "wrong", [["--misbehave", "nonsense"], ["--day", "0"], ["--rate", "2"], ["--postings", "9"], ["--companies", "0"]]
)
def test_wrong_arguments_are_usage_errors(wrong: list[str]) -> None:
    done = ended(*wrong)
    assert done.returncode == 2
    assert "error: " in done.stderr
