"""A loopback server that nobody may reach: it listens at 127.0.0.1 and, where there is IPv6, at ::1, on one port."""

from __future__ import annotations

import asyncio
import socket
from types import TracebackType
from typing import Self

__all__ = ["Canary"]


class Canary:
    """Counts connections while entered; *port* is where."""

    def __init__(self) -> None:
        self.connections = 0
        self.port = 0
        self._servers: list[asyncio.Server] = []

    async def __aenter__(self) -> Self:
        for address in ("127.0.0.1", "::1"):
            if address == "::1" and not _has_ipv6():
                continue
            server = await asyncio.start_server(self._accept, address, self.port)
            self._servers.append(server)
            self.port = server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers:
            server.close()
            await server.wait_closed()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nContent-Type: text/html\r\n\r\nsecret")
        writer.close()


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True
