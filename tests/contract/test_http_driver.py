"""The driver against real sockets: every kind of failure, waiting, order, limits."""

from __future__ import annotations

import asyncio
import gzip
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import anyio
import pytest
from tests.servers.clocks import START, HandClock, JumpingClock, ListLog
from tests.servers.loopback import Behaviour, LoopbackServer, Received, answer, redirect

from ats_adapters.http.client import Outside
from ats_adapters.http.driver import HttpDriver
from ats_core.domain.board import ProviderName, ProviderPause
from ats_core.domain.checkpoint import Validators
from ats_core.errors import DatabaseUnusable, FailureKind, ProviderError
from ats_core.ports import Clock, Store, VendorHttp
from ats_core.provider.messages import RateLimit, Reply, Request, Response
from ats_core.runners.pauses import StoredPauses
from ats_core.settings import HttpSettings
from ats_core.testing.memory_store import MemoryDatabase, MemoryStore

pytestmark = pytest.mark.anyio

ACME = ProviderName("acme")
BETA = ProviderName("beta")
URL = "https://api.acme.example/v1/jobs"
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
FAST = RateLimit(requests_per_second=100_000, burst=1_000, concurrency=50)


class World:
    """A driver whose every host is one server."""

    def __init__(self, server: LoopbackServer, driver: HttpDriver, log: ListLog, pauses: StoredPauses) -> None:
        self.server = server
        self.driver = driver
        self.log = log
        self.pauses = pauses

    def pause(self, provider: ProviderName = ACME, now: datetime = LONG_AGO) -> ProviderPause | None:
        return self.pauses.standing(provider, now)

    async def ask(self, request: Request | str = URL, provider: ProviderName = ACME) -> Reply:
        port: VendorHttp = self.driver
        (reply,) = await port.send(provider, (Request(url=request) if isinstance(request, str) else request,))
        return reply

    async def response(self, request: Request | str = URL) -> Response:
        reply = await self.ask(request)
        assert isinstance(reply, Response), reply
        return reply

    async def failure(self, request: Request | str = URL, provider: ProviderName = ACME) -> ProviderError:
        reply = await self.ask(request, provider)
        assert isinstance(reply, ProviderError), reply
        return reply


@asynccontextmanager
async def world(
    behave: Behaviour,
    clock: Clock | None = None,
    limits: Mapping[ProviderName, RateLimit] | None = None,
    store: Store | None = None,
    **settings: object,
) -> AsyncIterator[World]:
    async with LoopbackServer(behave) as server:
        given = {"connect_to": {"*": server.url}, "contact": "ops@acme.example", **settings}
        log = ListLog()
        async with Outside(HttpSettings(**given), version="1.2.3", proxies={}) as outside:  # type: ignore[arg-type]
            lanes = {ACME: FAST, BETA: FAST} if limits is None else limits
            pauses = StoredPauses(store or MemoryStore())
            driver = HttpDriver(outside, lanes, clock or JumpingClock(), log, random.Random(7), pauses)
            yield World(server, driver, log, pauses)


def always(reply: bytes) -> Behaviour:
    async def behave(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        return reply

    return behave


def in_turn(*replies: bytes | None) -> Behaviour:
    """Each once, then the last for ever."""
    left = list(replies)

    async def behave(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        return left.pop(0) if len(left) > 1 else left[0]

    return behave


def by_path(replies: Mapping[str, bytes]) -> Behaviour:
    async def behave(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        return replies.get(request.target, answer(status=404))

    return behave


# --- what is asked


async def test_a_request_says_who_asks_keeps_its_host_and_carries_the_adapters_headers() -> None:
    async with world(always(answer(b"[]"))) as it:
        reply = await it.response(
            Request(url=URL + "?content=true", headers={"Accept": "application/json", "X-Own": "é"})
        )
    asked = it.server.requests[0]
    assert (reply.status, reply.body, reply.url) == (200, b"[]", URL + "?content=true")
    assert (asked.method, asked.target, asked.host) == ("GET", "/v1/jobs?content=true", "api.acme.example")
    assert asked.headers["user-agent"] == "ats-pipeline/1.2.3 (+ops@acme.example)"
    assert asked.headers["accept-encoding"] == "gzip, deflate"
    assert asked.headers["accept"] == "application/json"
    assert asked.headers["x-own"] == "é"
    assert "cookie" not in asked.headers


async def test_a_body_can_be_posted() -> None:
    async with world(always(answer(b"{}"))) as it:
        await it.response(
            Request(url=URL, method="POST", body=b'{"a":1}', headers={"Content-Type": "application/json"})
        )
    asked = it.server.requests[0]
    assert (asked.method, asked.body, asked.headers["content-type"]) == ("POST", b'{"a":1}', "application/json")


async def test_what_is_unchanged_is_not_sent_again() -> None:
    async def behave(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        if request.headers.get("if-none-match") == 'W/"v1"' and "if-modified-since" in request.headers:
            return b'HTTP/1.1 304 Not Modified\r\nETag: W/"v1"\r\n\r\n'
        return answer(b"[1]", headers={"ETag": 'W/"v1"', "Last-Modified": "Mon, 02 Mar 2026 06:00:00 GMT"})

    async with world(behave) as it:
        first = await it.response()
        second = await it.response(Request(url=URL, validators=first.validators))
    assert first.validators == Validators(etag='W/"v1"', last_modified="Mon, 02 Mar 2026 06:00:00 GMT")
    assert (second.not_modified, second.body) == (True, b"")


async def test_no_cookie_is_ever_sent_back() -> None:
    async with world(always(answer(b"[]", headers={"Set-Cookie": "id=1; Path=/"}))) as it:
        await it.response()
        await it.response()
    assert all("cookie" not in request.headers for request in it.server.requests)


async def test_connections_are_kept_for_the_next_request() -> None:
    async with world(always(answer(b"[]"))) as it:
        for _ in range(5):
            await it.response()
    assert it.server.connections == 1


@pytest.mark.parametrize("name", ["Host", "User-Agent", "Proxy-Authorization", "content-length"])
async def test_an_adapter_cannot_set_what_is_the_clients(name: str) -> None:
    async with world(always(answer(b"[]"))) as it:
        failure = await it.failure(Request(url=URL, headers={name: "x"}))
    assert (failure.kind, it.server.requests) == (FailureKind.ADAPTER, [])


@pytest.mark.parametrize("headers", [{"X-A": "b\r\nX-Evil: 1"}, {"X A": "b"}, {"X-ñ": "b"}])
async def test_a_malformed_header_is_the_adapters_fault_and_sends_nothing(headers: dict[str, str]) -> None:
    async with world(always(answer(b"[]"))) as it:
        failure = await it.failure(Request(url=URL, headers=headers))
    assert (failure.kind, it.server.requests) == (FailureKind.ADAPTER, [])


# --- what comes back


@pytest.mark.parametrize("status", [200, 204, 304, 400, 401, 404, 410, 422])
async def test_a_status_that_says_something_is_a_response(status: int) -> None:
    async with world(always(answer(status=status))) as it:
        reply = await it.response()
    assert (reply.status, len(it.server.requests)) == (status, 1)


async def test_a_compressed_body_arrives_plain() -> None:
    packed = gzip.compress(b"[1, 2, 3]" * 1000)
    async with world(always(answer(packed, headers={"Content-Encoding": "gzip"}))) as it:
        reply = await it.response()
    assert reply.body == b"[1, 2, 3]" * 1000
    assert it.driver.traffic[ACME].bytes_received == len(packed)


async def test_a_403_is_forbidden_and_not_tried_again() -> None:
    async with world(always(answer(status=403))) as it:
        failure = await it.failure(URL + "?token=secret")
    assert (failure.kind, len(it.server.requests)) == (FailureKind.FORBIDDEN, 1)
    assert str(failure).startswith("https://api.acme.example/v1/jobs?…: the answer was 403 Forbidden; ")
    assert "secret" not in str(failure) + str(it.log.events)


async def test_trouble_is_tried_again_with_growing_pauses_and_then_reported() -> None:
    clock = JumpingClock()
    async with world(always(answer(status=502)), clock) as it:
        failure = await it.failure()
    assert failure.kind is FailureKind.SERVER_ERROR
    assert len(it.server.requests) == 4
    assert it.driver.traffic[ACME].retries == 3
    assert all(0 <= pause <= most for pause, most in zip(clock.slept, (1, 2, 4), strict=True))


async def test_trouble_that_passes_is_not_seen() -> None:
    async with world(in_turn(answer(status=500), answer(status=503), None, answer(b"[]"))) as it:
        reply = await it.response()
    assert (reply.status, len(it.server.requests)) == (200, 4)


async def test_a_connection_that_breaks_is_a_network_failure() -> None:
    async with world(in_turn(None), max_tries=2) as it:
        failure = await it.failure()
    assert (failure.kind, len(it.server.requests)) == (FailureKind.NETWORK, 2)


async def test_a_body_cut_short_is_a_network_failure_and_tried_again() -> None:
    async def behave(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        writer.write(answer(b"[1, 2", length=500))
        return None

    async with world(behave, max_tries=3) as it:
        failure = await it.failure()
    assert (failure.kind, len(it.server.requests)) == (FailureKind.NETWORK, 3)


async def test_chunks_cut_short_are_a_network_failure() -> None:
    async def behave(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[1, 2\r\n")
        return None

    async with world(behave, max_tries=1) as it:
        assert (await it.failure()).kind is FailureKind.NETWORK


@pytest.mark.parametrize("junk", [b"SSH-2.0-OpenSSH_9\r\n", b"HTTP/1.1 twohundred\r\n\r\n", b"\0" * 64 + b"\r\n\r\n"])
async def test_what_is_not_http_is_a_network_failure(junk: bytes) -> None:
    async def behave(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        writer.write(junk)
        return None

    async with world(behave, max_tries=1) as it:
        assert (await it.failure()).kind is FailureKind.NETWORK


async def test_headers_without_end_are_a_network_failure() -> None:
    async def behave(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(3000):
            writer.write(b"X-%d: %s\r\n" % (number, b"y" * 100))
        await writer.drain()
        return b""

    async with world(behave, max_tries=1) as it:
        assert (await it.failure()).kind is FailureKind.NETWORK


async def test_nobody_listening_is_a_network_failure() -> None:
    async with LoopbackServer(always(b"")) as gone:
        nowhere = gone.url
    async with world(always(b""), connect_to={"*": nowhere}, max_tries=2) as it:
        failure = await it.failure()
    assert failure.kind is FailureKind.NETWORK


async def test_a_name_that_does_not_resolve_is_a_network_failure() -> None:
    async with world(always(b""), connect_to={}, max_tries=1) as it:
        name = f"{'x' * 64}.example"  # a label longer than DNS has: known without asking anybody
        failure = await it.failure(f"https://{name}/")
    assert failure.kind is FailureKind.NETWORK
    assert f"{name} does not resolve" in str(failure)


async def test_plain_http_where_tls_should_be_is_a_network_failure() -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as plain:
        tls = f"https://127.0.0.1:{plain.sockets[0].getsockname()[1]}"
        async with world(always(b""), connect_to={"*": tls}, max_tries=1) as it:
            assert (await it.failure()).kind is FailureKind.NETWORK


async def test_an_answer_that_never_comes_is_cut_at_the_deadline() -> None:
    async def behave(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        await asyncio.sleep(60)
        return None

    async with world(behave, timeout=timedelta(seconds=0.3), max_tries=2) as it:
        with anyio.fail_after(5):
            failure = await it.failure()
    assert (failure.kind, len(it.server.requests)) == (FailureKind.TIMEOUT, 2)


async def test_a_body_that_drips_for_ever_is_cut_at_the_deadline() -> None:
    async def behave(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"1\r\nx\r\n")
            await writer.drain()
            await asyncio.sleep(0.02)
        return None

    async with world(behave, timeout=timedelta(seconds=0.3), max_tries=1) as it:
        with anyio.fail_after(5):
            failure = await it.failure()
    assert failure.kind is FailureKind.TIMEOUT


async def test_a_gzip_bomb_is_too_large_and_not_tried_again() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    async with world(always(answer(bomb, headers={"Content-Encoding": "gzip"})), max_api_bytes=1_000_000) as it:
        failure = await it.failure()
    assert (failure.kind, len(it.server.requests)) == (FailureKind.TOO_LARGE, 1)


async def test_a_body_that_announces_too_much_is_not_read() -> None:
    async with world(always(answer(b"", length=10**12)), max_api_bytes=1_000) as it:
        with anyio.fail_after(5):
            failure = await it.failure()
    assert failure.kind is FailureKind.TOO_LARGE


async def test_a_body_without_end_is_too_large() -> None:
    async def behave(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x" * 10_000)
            await writer.drain()
        return None

    async with world(behave, max_api_bytes=200_000) as it:
        assert (await it.failure()).kind is FailureKind.TOO_LARGE


async def test_after_every_abuse_the_next_request_is_served() -> None:
    bomb = answer(gzip.compress(b"\0" * 5_000_000), headers={"Content-Encoding": "gzip"})
    abuses = in_turn(bomb, None, answer(b"[1", length=50), answer(b"[]"))
    async with world(abuses, max_api_bytes=10_000, timeout=timedelta(seconds=0.5)) as it:
        assert (await it.failure()).kind is FailureKind.TOO_LARGE
        assert (await it.response()).body == b"[]"


# --- redirects


async def test_redirects_are_followed_and_the_end_is_told() -> None:
    pages = {
        "/v1/jobs": redirect("/v2/jobs", 301),
        "/v2/jobs": redirect("https://beta.example/x", 307),
        "/x": answer(b"[]"),
    }
    async with world(by_path(pages)) as it:
        reply = await it.response()
    assert reply.url == "https://beta.example/x"
    assert it.server.targets == ["api.acme.example/v1/jobs", "api.acme.example/v2/jobs", "beta.example/x"]
    assert it.driver.traffic[ACME].requests == 3


async def test_a_redirect_to_another_host_is_the_answer_to_a_request_that_stays() -> None:
    pages = {"/v1/jobs": redirect("/v2/jobs", 301), "/v2/jobs": redirect("https://beta.example/x", 307)}
    async with world(by_path(pages)) as it:
        response = await it.response(Request(url=URL, stays=True))
    assert (response.status, response.url) == (307, "https://api.acme.example/v2/jobs")
    assert response.headers["location"] == "https://beta.example/x"
    assert it.server.targets == ["api.acme.example/v1/jobs", "api.acme.example/v2/jobs"]


async def test_a_circle_of_redirects_ends() -> None:
    async with world(always(redirect("/v1/jobs")), max_redirects=3) as it:
        failure = await it.failure()
    assert (failure.kind, len(it.server.requests)) == (FailureKind.REDIRECTS, 4)


async def test_a_redirect_to_no_url_is_a_failure_of_redirects() -> None:
    async with world(always(redirect("ftp://acme.example/"))) as it:
        assert (await it.failure()).kind is FailureKind.REDIRECTS


@pytest.mark.parametrize(
    "target", ["http://10.0.0.1/", "http://127.0.0.1/", "http://169.254.169.254/", "http://[::1]/", "http://0x7f.1/"]
)
async def test_a_redirect_to_a_private_address_is_refused_though_connect_to_is_free(target: str) -> None:
    async with world(always(redirect(target))) as it:
        failure = await it.failure()
    assert (failure.kind, len(it.server.requests)) == (FailureKind.BLOCKED_ADDRESS, 1)
    assert "address" in str(failure)


async def test_credentials_do_not_follow_to_another_origin() -> None:
    pages = {"/v1/jobs": redirect("/again"), "/again": redirect("https://beta.example/x"), "/x": answer(b"[]")}
    async with world(by_path(pages)) as it:
        await it.response(Request(url=URL, headers={"Authorization": "Bearer secret", "Accept": "application/json"}))
    seen = [("authorization" in r.headers, r.headers["accept"]) for r in it.server.requests]
    assert seen == [(True, "application/json"), (True, "application/json"), (False, "application/json")]


@pytest.mark.parametrize(("status", "method"), [(302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")])
async def test_a_posted_request_is_redirected_as_its_status_says(status: int, method: str) -> None:
    async with world(by_path({"/v1/jobs": redirect("/x", status), "/x": answer(b"[]")})) as it:
        await it.response(Request(url=URL, method="POST", body=b"{}", headers={"Content-Type": "application/json"}))
    last = it.server.requests[-1]
    assert (last.method, last.body) == (method, b"{}" if method == "POST" else b"")


# --- addresses


@pytest.mark.parametrize(
    "url", ["ftp://acme.example/", "http://", "not a url", "http://127.0.0.1/", "http://2130706433/"]
)
async def test_what_may_not_be_reached_is_refused_at_once(url: str) -> None:
    async with world(always(answer(b"[]")), connect_to={}) as it:
        failure = await it.failure(url)
    assert (failure.kind, it.server.requests) == (FailureKind.BLOCKED_ADDRESS, [])


# --- being told to wait


async def test_seconds_of_retry_after_are_waited_by_the_whole_vendor_and_no_other() -> None:
    clock = HandClock()
    busy = {"/v1/jobs"}

    async def behave(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        if request.target in busy:
            busy.discard(request.target)
            return answer(status=429, headers={"Retry-After": "30"})
        return answer(b"[]")

    async with world(behave, clock) as it, anyio.create_task_group() as group:
        group.start_soon(it.ask, URL)
        await clock.until_someone_sleeps()
        group.start_soon(it.ask, "https://api.acme.example/other")
        other = await it.ask("https://api.beta.example/jobs", BETA)
        assert isinstance(other, Response)
        clock.advance(29)
        await anyio.sleep(0.02)
        assert it.server.targets == ["api.acme.example/v1/jobs", "api.beta.example/jobs"]
        clock.advance(1)
    assert sorted(it.server.targets[2:]) == ["api.acme.example/other", "api.acme.example/v1/jobs"]


async def test_a_date_of_retry_after_is_waited_for() -> None:
    clock = JumpingClock()
    at = format_datetime(START + timedelta(seconds=45), usegmt=True)
    async with world(in_turn(answer(status=503, headers={"Retry-After": at}), answer(b"[]")), clock) as it:
        await it.response()
    assert clock.now() == START + timedelta(seconds=45)


@pytest.mark.parametrize(("status", "kind"), [(429, FailureKind.RATE_LIMITED), (503, FailureKind.SERVER_ERROR)])
async def test_a_wait_that_is_too_long_is_not_waited_but_told_and_kept_to(status: int, kind: FailureKind) -> None:
    clock = JumpingClock()
    async with world(in_turn(answer(status=status, headers={"Retry-After": "3600"}), answer(b"[]")), clock) as it:
        first = await it.failure()
        second = await it.failure("https://api.acme.example/other")
        assert isinstance(await it.ask("https://api.beta.example/jobs", BETA), Response)
        assert (len(it.server.requests), clock.slept) == (2, [])
        clock.set(START + timedelta(seconds=3601))
        assert (await it.response()).status == 200
    assert [failure.kind for failure in (first, second)] == [kind, FailureKind.PAUSED]
    for failure in (first, second):
        assert failure.retry_after == START + timedelta(seconds=3600)
        assert "until 2026-03-02 07:00:00 UTC" in str(failure)


async def test_requests_that_wait_when_the_vendor_closes_for_long_are_told_at_once() -> None:
    one_by_one = {ACME: RateLimit(requests_per_second=1, burst=1, concurrency=4)}
    clock = JumpingClock()
    async with world(always(answer(status=429, headers={"Retry-After": "3600"})), clock, one_by_one) as it:
        replies = await it.driver.send(ACME, tuple(Request(url=f"{URL}/{n}") for n in range(20)))
    kinds = [reply.kind for reply in replies if isinstance(reply, ProviderError)]
    sent = len(it.server.requests)
    assert sent <= 4  # those that were under way
    assert (kinds.count(FailureKind.RATE_LIMITED), kinds.count(FailureKind.PAUSED)) == (sent, 20 - sent)
    assert sum(clock.slept) < 10


async def test_a_vendor_that_never_stops_saying_wait_is_given_up() -> None:
    clock = JumpingClock()
    async with world(always(answer(status=429, headers={"Retry-After": "10"})), clock, max_tries=3) as it:
        failure = await it.failure()
    assert (failure.kind, len(it.server.requests)) == (FailureKind.RATE_LIMITED, 3)
    assert failure.retry_after == START + timedelta(seconds=30)
    assert sum(clock.slept) == 20


@pytest.mark.parametrize("value", [None, "soon", "-1", "0", "Sun, 01 Mar 2026 00:00:00 GMT"])
async def test_a_429_that_does_not_say_how_long_is_backed_off_from(value: str | None) -> None:
    clock = JumpingClock()
    headers = {} if value is None else {"Retry-After": value}
    async with world(
        in_turn(answer(status=429, headers=headers), answer(b"[]")), clock, max_retry_after=timedelta()
    ) as it:
        await it.response()
    assert 0 < sum(clock.slept) <= 1


# --- pauses that outlive the process


class Grudging(StoredPauses):
    """A book of pauses that notes what the server had seen when a pause was kept."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.server: LoopbackServer | None = None
        self.seen: list[int] = []

    def keep(self, pause: ProviderPause) -> ProviderPause:
        assert self.server is not None
        self.seen.append(len(self.server.requests))
        return super().keep(pause)


async def test_what_a_vendor_asks_for_is_kept_before_anything_else_is_asked_of_it() -> None:
    pauses = Grudging(MemoryStore())
    turns = {ACME: RateLimit(requests_per_second=100_000, burst=50, concurrency=1)}
    behave = in_turn(answer(status=429, headers={"Retry-After": "30"}), answer(b"[]"))
    async with LoopbackServer(behave) as server:
        pauses.server = server
        async with Outside(HttpSettings(connect_to={"*": server.url}), version="1", proxies={}) as outside:
            driver = HttpDriver(outside, turns, JumpingClock(), ListLog(), random.Random(7), pauses)
            replies = await driver.send(ACME, tuple(Request(url=f"{URL}/{n}") for n in range(5)))
    assert all(isinstance(reply, Response) for reply in replies)
    assert (pauses.seen, len(server.requests)) == ([1], 6)


async def test_the_next_process_waits_for_the_rest_of_the_time_and_the_other_vendor_does_not() -> None:
    database = MemoryDatabase()
    clock = JumpingClock()
    told = always(answer(status=429, headers={"Retry-After": "40"}))
    async with world(told, clock, store=MemoryStore(database), max_tries=1) as it:
        await it.failure()
    clock.set(START + timedelta(seconds=10))
    async with world(always(answer(b"[]")), clock, store=MemoryStore(database)) as it:
        assert isinstance(await it.ask(URL, BETA), Response)
        assert clock.slept == []
        await it.response()
        assert clock.slept == [30]
        assert it.pause() is None  # it answers again: the pause is done with


@pytest.mark.parametrize(("status", "tries"), [(429, 3), (503, 3), (429, 1)])
async def test_a_refusal_without_a_term_is_waited_out_by_the_next_process_too_once_all_tries_are_used(
    status: int, tries: int
) -> None:
    database = MemoryDatabase()
    clock = JumpingClock()
    async with world(always(answer(status=status)), clock, store=MemoryStore(database), max_tries=tries) as it:
        await it.failure()
        refused_at = clock.now()
        assert len(it.server.requests) == tries
    clock.slept.clear()
    async with world(always(answer(b"[]")), clock, store=MemoryStore(database)) as it:
        assert isinstance(await it.ask(URL, BETA), Response)
        assert clock.slept == []
        await it.response()
        assert clock.now() == refused_at + timedelta(seconds=2 ** (tries - 1))
        assert it.pause() is None


async def test_a_429_without_a_term_is_waited_out_by_the_next_process_however_early_the_first_ended() -> None:
    database = MemoryDatabase()

    class Killed(Exception):
        pass

    class MortalClock(JumpingClock):
        async def sleep(self, seconds: float) -> None:
            raise Killed

    with pytest.raises(Killed):
        async with world(always(answer(status=429)), MortalClock(), store=MemoryStore(database)) as it:
            await it.ask(URL)
    clock = JumpingClock()
    async with world(always(answer(b"[]")), clock, store=MemoryStore(database)) as it:
        pause = it.pause()
        await it.response()
    assert pause is not None
    assert START < clock.now() == pause.paused_until <= START + timedelta(seconds=1)
    assert "429" in pause.reason


async def test_the_next_process_does_not_ask_a_vendor_that_wants_to_be_left_alone_for_long() -> None:
    database = MemoryDatabase()
    clock = JumpingClock()
    told = always(answer(status=503, headers={"Retry-After": "3600"}))
    async with world(told, clock, store=MemoryStore(database)) as it:
        await it.failure()
    async with world(always(answer(b"[]")), clock, store=MemoryStore(database)) as it:
        failure = await it.failure()
        assert (failure.kind, it.server.requests, clock.slept) == (FailureKind.PAUSED, [], [])
        assert "acme is paused until 2026-03-02 07:00:00 UTC (it answered 503 Service Unavailable" in str(failure)


async def test_a_pause_by_hand_holds_from_the_next_request_on_and_is_not_shortened_by_the_vendor() -> None:
    by_hand = ProviderPause(provider=ACME, paused_until=START + timedelta(days=7), reason="by hand")
    behave = in_turn(answer(b"[]"), answer(status=429, headers={"Retry-After": "3600"}))
    async with world(behave, max_tries=1) as it:
        await it.response()
        await it.failure()
        it.pauses.keep(by_hand)
        assert (await it.failure()).kind is FailureKind.PAUSED
        assert (len(it.server.requests), it.pause()) == (2, by_hand)


async def test_an_answer_ends_no_pause_that_still_goes_on() -> None:
    clock = HandClock()
    replies = {"/v1/jobs": answer(status=429, headers={"Retry-After": "30"})}

    async def behave(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        if request.target == "/slow":
            while len(it.server.requests) < 2 or it.pause() is None:  # noqa: ASYNC110
                await asyncio.sleep(0.001)
        return replies.get(request.target, answer(b"[]"))

    async with world(behave, clock) as it, anyio.create_task_group() as group:
        group.start_soon(it.ask, "https://api.acme.example/slow")
        group.start_soon(it.ask, URL)
        await clock.until_someone_sleeps()
        assert it.pause(now=START) is not None
        group.cancel_scope.cancel()


async def test_no_vendor_is_left_alone_for_longer_than_a_day_for_what_it_says() -> None:
    ten_years = always(answer(status=429, headers={"Retry-After": "315360000"}))
    async with world(ten_years, JumpingClock()) as it:
        failure = await it.failure()
        pause = it.pause()
    assert failure.retry_after == START + timedelta(days=1)
    assert pause is not None
    assert pause.paused_until == START + timedelta(days=1)


async def test_a_pause_that_cannot_be_kept_is_fatal_and_comes_as_it_is() -> None:
    class Full(MemoryStore):
        def write(self):  # type: ignore[no-untyped-def]
            raise DatabaseUnusable("the disk is full")

    async with world(always(answer(status=429, headers={"Retry-After": "30"})), store=Full()) as it:
        with pytest.raises(DatabaseUnusable):
            await it.driver.send(ACME, (Request(url=URL), Request(url=f"{URL}/2")))


# --- batches and limits


async def test_replies_stand_in_the_order_of_the_requests_whatever_comes_first() -> None:
    async def behave(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        number = int(request.target[1:])
        await asyncio.sleep(0.03 - number * 0.002)
        return answer(status=403) if number == 5 else answer(str(number))

    async with world(behave) as it:
        replies = await it.driver.send(ACME, tuple(Request(url=f"https://a.example/{n}") for n in range(12)))
    assert [r.body.decode() if isinstance(r, Response) else r.kind for r in replies] == [
        FailureKind.FORBIDDEN if n == 5 else str(n) for n in range(12)
    ]


async def test_an_empty_batch_is_answered_with_nothing() -> None:
    async with world(always(answer(b"[]"))) as it:
        assert await it.driver.send(ACME, ()) == ()


async def test_no_more_requests_are_under_way_than_the_limit_says() -> None:
    async def behave(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        await asyncio.sleep(0.01)
        return answer(b"[]")

    limits = {ACME: RateLimit(requests_per_second=100_000, burst=100, concurrency=3)}
    async with world(behave, limits=limits) as it, anyio.create_task_group() as group:
        for board in range(3):
            batch = tuple(Request(url=f"https://a.example/{board}/{n}") for n in range(6))
            group.start_soon(it.driver.send, ACME, batch)
    assert (len(it.server.requests), it.server.most_at_once) == (18, 3)


async def test_in_no_second_does_the_vendor_see_more_than_the_bucket_allows() -> None:
    clock = JumpingClock()
    arrivals = []

    async def behave(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        arrivals.append(clock.now())
        return answer(b"[]")

    limits = {ACME: RateLimit(requests_per_second=4, burst=3, concurrency=1)}
    async with world(behave, clock, limits) as it:
        await it.driver.send(ACME, tuple(Request(url=f"https://a.example/{n}") for n in range(40)))
    assert len(arrivals) == 40
    for start in arrivals:
        assert sum(start <= time < start + timedelta(seconds=1) for time in arrivals) <= 3 + 4
    assert arrivals[-1] - arrivals[0] >= timedelta(seconds=(40 - 3) / 4)


async def test_a_vendor_without_a_limit_of_its_own_gets_the_usual_one() -> None:
    clock = JumpingClock()
    async with world(always(answer(b"[]")), clock, {}) as it:
        await it.driver.send(ACME, tuple(Request(url=f"https://a.example/{n}") for n in range(10)))
    usual = RateLimit()
    assert sum(clock.slept) == pytest.approx((10 - usual.burst) / usual.requests_per_second)


async def test_traffic_is_counted_by_vendor() -> None:
    async with world(in_turn(answer(status=500), answer(b"12345"))) as it:
        await it.response()
        await it.ask("https://b.example/", BETA)
    acme, beta = it.driver.traffic[ACME], it.driver.traffic[BETA]
    assert (acme.requests, acme.retries, acme.bytes_received) == (2, 1, 5)
    assert (beta.requests, beta.retries, beta.bytes_received) == (1, 0, 5)


# robots.txt


def robots(rules: str | int, page: bytes | None = None) -> Behaviour:
    async def behave(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        if request.target != "/robots.txt":
            return page or answer("a page", content_type="text/html")
        return answer(rules) if isinstance(rules, str) else answer(status=rules)

    return behave


async def test_a_page_made_for_people_is_asked_for_by_the_rules_of_robots_txt_which_is_read_once() -> None:
    async with world(robots("User-agent: *\nDisallow: /private")) as there:
        for _ in range(2):
            await there.response(Request(url="https://hub.example/list", obeys_robots=True))
        refused = await there.failure(Request(url="https://hub.example/private/x", obeys_robots=True))
        assert refused.kind is FailureKind.BLOCKED_BY_ROBOTS
        await there.response(Request(url="https://hub.example/private/x"))
        assert there.server.targets == [
            "hub.example/robots.txt", "hub.example/list", "hub.example/list", "hub.example/private/x",
        ]  # fmt: skip


async def test_where_robots_txt_cannot_be_read_nothing_may_be_and_where_there_is_none_everything() -> None:
    async with world(robots(500)) as there:
        refused = await there.failure(Request(url="https://hub.example/list", obeys_robots=True))
        assert refused.kind is FailureKind.SERVER_ERROR
        assert "nothing there may be read" in str(refused)
        assert set(there.server.targets) == {"hub.example/robots.txt"}
    async with world(robots(404)) as there:
        await there.response(Request(url="https://hub.example/list", obeys_robots=True))


async def test_a_redirect_is_followed_by_the_rules_of_the_host_that_it_leads_to() -> None:
    async def behave(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        if request.target == "/robots.txt":
            return answer("User-agent: *\nDisallow: /" if request.host == "other.example" else "")
        return redirect("https://other.example/list")

    async with world(behave) as there:
        refused = await there.failure(Request(url="https://hub.example/list", obeys_robots=True))
        assert refused.kind is FailureKind.BLOCKED_BY_ROBOTS
        assert "other.example/list" not in there.server.targets


async def test_a_crawl_delay_slows_the_lane_down_and_never_speeds_it_up() -> None:
    clock = JumpingClock()
    async with world(robots("User-agent: *\nCrawl-delay: 7"), clock) as there:
        before = clock.now()
        for _ in range(4):
            await there.response(Request(url="https://hub.example/list", obeys_robots=True))
        assert clock.now() - before >= timedelta(seconds=21)
    async with world(
        robots("User-agent: *\nCrawl-delay: 1"), clock, {ACME: RateLimit(requests_per_second=0.1)}
    ) as there:
        before = clock.now()
        for _ in range(8):
            await there.response(Request(url="https://hub.example/list", obeys_robots=True))
        assert clock.now() - before >= timedelta(seconds=30)


async def test_a_request_can_bound_what_is_read_of_its_answer() -> None:
    async with world(always(answer("x" * 2000))) as there:
        assert (await there.failure(Request(url=URL, max_bytes=1000))).kind is FailureKind.TOO_LARGE
        assert len((await there.response(Request(url=URL, max_bytes=2000))).body) == 2000
    async with world(always(answer("x" * 2000)), max_api_bytes=1000) as there:
        assert (await there.failure(Request(url=URL, max_bytes=5000))).kind is FailureKind.TOO_LARGE
