"""Where connections may go, decided at the very moment of connecting.

A name is resolved here, each of its addresses is judged, and the connection is made to an address that was judged.
Between the look and the connection there is no second look that could answer differently (DNS rebinding), and a
redirect meets the same guard as the first request did. TLS still checks the certificate against the name.
"""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from ipaddress import IPv4Address, ip_address

import anyio
import anyio.to_thread
import httpcore
from httpcore import SOCKET_OPTION

from ats_adapters.http.addresses import Address, literal_address, why_refused

__all__ = ["BlockedAddress", "GuardedBackend", "Resolve", "check_literal", "system_resolver"]

#: All addresses of a name, in order of preference; raises `httpcore.ConnectError` where it has none.
Resolve = Callable[[str, int], Awaitable[Sequence[Address]]]

# A name may have any number of addresses; after so many the host counts as down.
_TRIED_ADDRESSES = 3


class BlockedAddress(Exception):
    """The host is, or resolves to, an address that is not of the public internet."""

    def __init__(self, host: str, address: Address, why: str) -> None:
        named = f"{host} is" if literal_address(host) is not None else f"{host} resolves to {address},"
        super().__init__(f"{named} {why} address")


def check_literal(host: str) -> None:
    """Raise `BlockedAddress` where *host* spells an address that is not public. Names pass: nothing is resolved."""
    address = literal_address(host)
    if address is not None and (why := why_refused(address)):
        raise BlockedAddress(host, address, why)


async def system_resolver(host: str, port: int) -> Sequence[Address]:
    """What the system's resolver says, IPv4 first: a host with broken IPv6 is commoner than one without IPv4.

    A name whose servers do not answer holds a thread for half a minute. The event loop's own few threads would be
    all held by a handful of such names, and vendors' names wait behind them; here the thread is left to itself.
    """
    literal = literal_address(host)
    if literal is not None:
        return (literal,)
    try:
        look_up = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        found = await anyio.to_thread.run_sync(look_up, abandon_on_cancel=True)
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a possible name"
        raise httpcore.ConnectError(f"the name {host} does not resolve ({reason})") from error
    addresses = dict.fromkeys(ip_address(sockaddr[0]) for *_, sockaddr in found)
    return sorted(addresses, key=lambda address: not isinstance(address, IPv4Address))


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens TCP connections for httpcore, to judged addresses only.

    A name of which any address is not public is refused whole: an honest host has no such mixture.
    """

    def __init__(
        self,
        *,
        allow_private: bool,
        resolve: Resolve = system_resolver,
        connections: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        """*connections* opens what was judged; it is only ever given addresses, no names."""
        self._allow_private = allow_private
        self._resolve = resolve
        self._connections = connections or httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first judged address that answers; *timeout* (seconds) is shared among those tried.

        Raises `BlockedAddress`, or httpcore's `ConnectError` and `ConnectTimeout`.
        """
        found = await self._resolve(host, port)
        if not found:
            raise httpcore.ConnectError(f"the name {host} has no address")
        if not self._allow_private:
            for address in found:
                if why := why_refused(address):
                    raise BlockedAddress(host, address, why)
        addresses = found[:_TRIED_ADDRESSES]
        connect = partial(
            self._connections.connect_tcp,
            port=port,
            timeout=timeout / len(addresses) if timeout is not None else None,
            local_address=local_address,
            socket_options=socket_options,
        )
        for address in addresses[:-1]:
            try:
                return await connect(str(address))
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue  # the next address is the answer to that; the last one's failure is raised
        return await connect(str(addresses[-1]))

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Never: a URL cannot mean a local socket."""
        raise httpcore.ConnectError("local sockets are not reached")

    async def sleep(self, seconds: float) -> None:
        """Wait, where httpcore wants to."""
        await self._connections.sleep(seconds)
