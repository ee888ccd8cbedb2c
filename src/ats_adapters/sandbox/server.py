"""The world on a port of 127.0.0.1: HTTP/1.1 over asyncio, every host told apart by the Host header."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from types import TracebackType
from typing import Self

import h11
from attrs import frozen

from ats_adapters.sandbox.answers import SandboxResponse
from ats_adapters.sandbox.faults import LOOP, FaultKind, Faults, loop_step
from ats_adapters.sandbox.world import World

__all__ = ["RequestRecord", "SandboxServer"]

_CHUNK = 64 * 1024
_DRIPS = 20
# "On, 0 seconds": closing then resets the connection. The two numbers are shorts on Windows.
_RESET_ON_CLOSE = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


@frozen(kw_only=True)
class RequestRecord:
    """One request that came in.

    It came *at* so many seconds after the server started, which is *heard_at* in seconds since the epoch by the
    machine's clock. *size* counts the bytes of body sent or begun (0 where the connection was cut instead), *fault* is
    what was done to the answer on request, *status* 0 where there was none.
    """

    host: str
    method: str
    target: str
    at: float
    heard_at: float
    status: int
    size: int
    fault: FaultKind | None


class SandboxServer:
    """Serves a world between `async with`; `base_url` is where.

    *clock* dates the answers (default: the machine's); *heard* is told of each request that is added to the log, and
    must not take long. A client reaches any host of the world by sending its
    requests here with that host in the Host header. `requests` is the log, oldest first; `connections` counts those
    accepted, `hangups` those that the client left before its answer was out.
    """

    def __init__(
        self,
        world: World,
        faults: Faults | None = None,
        *,
        port: int = 0,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        heard: Callable[[RequestRecord], None] = lambda record: None,
    ) -> None:
        self.world = world
        self.faults = faults
        self.requests: list[RequestRecord] = []
        self.connections = 0
        self.hangups = 0
        self._port = port
        self._clock = clock
        self._heard = heard
        self._tries: Counter[tuple[str, str]] = Counter()
        self._open: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._started = 0.0

    @property
    def base_url(self) -> str:
        """`http://127.0.0.1:PORT`, while the server runs."""
        if self._server is None:
            raise RuntimeError("the sandbox server is not running: enter it first")
        return f"http://127.0.0.1:{self._port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]
        self._started = asyncio.get_running_loop().time()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        await server.wait_closed()

    async def move_to(self, day: int) -> None:
        """Let it be *day* from the next request on. Tries of URLs are counted afresh."""
        self.world = self.world.on(day)
        self._tries.clear()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A task of our own: one that asyncio makes of a coroutine complains when it is cancelled (before 3.12).
        task = asyncio.get_running_loop().create_task(self._connection(reader, writer))
        self._open.add(task)
        task.add_done_callback(self._open.discard)
        self.connections += 1

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _Conversation(self, reader, writer).hold()
        except ConnectionError:
            self.hangups += 1
        except asyncio.CancelledError:
            writer.transport.abort()
            raise
        finally:
            writer.close()

    def answer(self, request: h11.Request) -> tuple[SandboxResponse, FaultKind | None]:
        """The world's answer to a request, and the fault to play with it, if any; it is logged."""
        now, heard_at = asyncio.get_running_loop().time(), time.time()
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers}
        method, target = request.method.decode("ascii"), request.target.decode("latin-1")
        host = headers.get("host", "").lower().partition(":")[0]
        response, fault = self._decided(host, method, target, headers)
        cut = response.dropped or fault in (FaultKind.RESET, FaultKind.HANG)
        record = RequestRecord(
            host=host,
            method=method,
            target=target,
            at=now - self._started,
            heard_at=heard_at,
            status=0 if cut else response.status,
            size=0 if cut else len(response.body),
            fault=fault,
        )
        self.requests.append(record)
        self._heard(record)
        return response, fault

    def _decided(
        self, host: str, method: str, target: str, headers: dict[str, str]
    ) -> tuple[SandboxResponse, FaultKind | None]:
        faults = self.faults
        if faults is not None and target.startswith(LOOP):
            return loop_step(target), FaultKind.REDIRECT_LOOP
        good = self.world.handle(host, method, target, headers)
        if faults is None or not (faults.everywhere or self.world.is_vendor(host)):
            return good, None
        attempt = self._tries[host, target]
        self._tries[host, target] += 1
        fault = faults.decide(host, target, attempt)
        if fault is None:
            return good, None
        return faults.spoil(fault, good, self._clock()), fault

    def dated(self, response: SandboxResponse) -> list[tuple[str, str]]:
        """The headers of an answer with those that only a server can add."""
        return [*response.headers, ("date", format_datetime(self._clock(), usegmt=True)), ("server", "ats-sandbox")]


class _Conversation:
    """One connection: requests and answers in turn until either side closes it."""

    def __init__(self, server: SandboxServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._server = server
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.SERVER)

    async def hold(self) -> None:
        """Answer requests until the connection is done."""
        goes_on = True
        while goes_on:
            try:
                request = await self._request()
            except h11.RemoteProtocolError as error:
                await self._refuse(error)
                return
            goes_on = request is not None and await self._play(request)

    async def _request(self) -> h11.Request | None:
        """The next request, its body read and left aside; None where the client has gone."""
        request: h11.Request | None = None
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                self._http.receive_data(await self._reader.read(_CHUNK))
            elif isinstance(event, h11.Request):
                request = event
            elif isinstance(event, h11.EndOfMessage):
                return request
            elif isinstance(event, h11.ConnectionClosed):
                return None

    async def _play(self, request: h11.Request) -> bool:
        """Send the answer; whether the connection can be used again."""
        response, fault = self._server.answer(request)
        if response.delay:
            await asyncio.sleep(response.delay)
        if response.dropped or fault is FaultKind.RESET:
            return self._cut()
        if fault is FaultKind.HANG:
            await self._say_nothing()
            return self._cut()
        await self._send(h11.Response(status_code=response.status, headers=self._server.dated(response)))
        if fault is FaultKind.TRUNCATED:
            await self._send(h11.Data(data=response.body[: len(response.body) // 2]))
            return False
        if fault is FaultKind.DRIP:
            await self._drip(response.body)
        elif response.body:
            await self._send(h11.Data(data=response.body))
        await self._send(h11.EndOfMessage())
        if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
            return False
        self._http.start_next_cycle()
        return True

    async def _send(self, event: h11.Event) -> None:
        self._writer.write(self._http.send(event) or b"")
        await self._writer.drain()

    async def _drip(self, body: bytes) -> None:
        pause = self._server.faults.drip / _DRIPS if self._server.faults else 0.0
        step = max(1, -(-len(body) // _DRIPS))
        for start in range(0, len(body), step):
            await asyncio.sleep(pause)
            await self._send(h11.Data(data=body[start : start + step]))

    async def _say_nothing(self) -> None:
        """Keep the connection open until the client gives up, or patience ends."""
        patience = self._server.faults.hang if self._server.faults else 0.0
        try:
            await asyncio.wait_for(self._reader.read(1), patience)
        except TimeoutError:
            return

    def _cut(self) -> bool:
        sock = self._writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._writer.transport.abort()
        return False

    async def _refuse(self, error: h11.RemoteProtocolError) -> None:
        """Say what was wrong with a request that is not HTTP, as far as HTTP still can."""
        if self._http.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            return
        body = f"{error}\n".encode()
        headers = [("content-type", "text/plain"), ("content-length", str(len(body))), ("connection", "close")]
        await self._send(h11.Response(status_code=error.error_status_hint, headers=headers))
        await self._send(h11.Data(data=body))
        await self._send(h11.EndOfMessage())
