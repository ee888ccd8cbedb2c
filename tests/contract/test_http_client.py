"""The client against real sockets, where no driver stands between: guards at connect time, and proxies."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from ipaddress import ip_address

import pytest
from tests.servers.loopback import LoopbackServer, Received, answer

from ats_adapters.http.addresses import Address
from ats_adapters.http.client import Answer, Outside, RequestFailed
from ats_core.errors import FailureKind
from ats_core.settings import HttpSettings

pytestmark = pytest.mark.anyio


async def empty_list(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
    return answer(b"[]")


class Names:
    """Every name is on this machine. *asked* lists what was resolved."""

    def __init__(self, *addresses: str) -> None:
        self._addresses = [ip_address(address) for address in addresses or ("127.0.0.1",)]
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[Address]:
        self.asked.append(host)
        return self._addresses


async def ask(outside: Outside, url: str) -> Answer:
    return await outside.ask(url, max_bytes=1_000)


def port_of(server: LoopbackServer) -> str:
    return server.url.rsplit(":", 1)[1]


async def test_a_name_that_resolves_to_this_machine_is_refused_before_anything_is_sent() -> None:
    async with LoopbackServer(empty_list) as server:
        async with Outside(HttpSettings(), version="1", proxies={}, resolve=Names()) as outside:
            with pytest.raises(RequestFailed) as raised:
                await ask(outside, f"http://acme.example:{port_of(server)}/x?token=secret")
        assert (raised.value.kind, server.connections) == (FailureKind.BLOCKED_ADDRESS, 0)
    assert "acme.example resolves to 127.0.0.1, a loopback address; http.allow_private_networks" in str(raised.value)
    assert "secret" not in str(raised.value)


async def test_the_real_resolver_is_guarded_too() -> None:
    async with LoopbackServer(empty_list) as server:
        async with Outside(HttpSettings(), version="1", proxies={}) as outside:
            for host in ("localhost", "127.0.0.1", "2130706433", "0x7f.1", "127.1"):
                with pytest.raises(RequestFailed) as raised:
                    await ask(outside, f"http://{host}:{port_of(server)}/")
                assert raised.value.kind is FailureKind.BLOCKED_ADDRESS
        assert server.connections == 0


async def test_private_networks_are_reached_where_they_are_allowed_with_the_name_as_host() -> None:
    names = Names()
    async with LoopbackServer(empty_list) as server:
        settings = HttpSettings(allow_private_networks=True)
        async with Outside(settings, version="1", proxies={}, resolve=names) as outside:
            reply = await ask(outside, f"http://user:secret@intranet.example:{port_of(server)}/x#top")
        asked = server.requests[0]
        assert (reply.status, reply.url) == (200, f"http://intranet.example:{port_of(server)}/x")
        assert asked.host == f"intranet.example:{port_of(server)}"
    assert "authorization" not in asked.headers
    assert names.asked == ["intranet.example"]


async def test_of_a_redirect_no_long_body_is_read() -> None:
    async def moved(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        return answer(b"x" * 900_000, status=302, headers={"Location": "/there"})

    settings = HttpSettings(allow_private_networks=True)
    async with LoopbackServer(moved) as server, Outside(settings, version="1", proxies={}) as outside:
        reply = await outside.ask(f"{server.url}/here", max_bytes=1_000_000)
    assert reply.redirect_to == reply.url.replace("/here", "/there")
    assert reply.received < 200_000


async def test_an_address_that_is_down_is_passed_over_for_the_next() -> None:
    async with LoopbackServer(empty_list) as server:
        settings = HttpSettings(allow_private_networks=True)
        async with Outside(settings, version="1", proxies={}, resolve=Names("127.0.0.2", "127.0.0.1")) as outside:
            assert (await ask(outside, f"http://acme.example:{port_of(server)}/")).status == 200


async def test_a_connection_to_a_configured_address_is_of_no_use_to_anybody_else() -> None:
    async with LoopbackServer(empty_list) as server:
        settings = HttpSettings(connect_to={"api.acme.example": server.url})
        async with Outside(settings, version="1", proxies={}) as outside:
            assert (await ask(outside, "https://api.acme.example/")).status == 200
            with pytest.raises(RequestFailed) as raised:
                await ask(outside, f"{server.url}/")
        assert (raised.value.kind, server.connections) == (FailureKind.BLOCKED_ADDRESS, 1)


async def test_plain_requests_go_through_the_proxy_that_the_environment_names(monkeypatch: pytest.MonkeyPatch) -> None:
    names = Names("10.0.0.1")
    async with LoopbackServer(empty_list) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url.replace("http://", "http://user:secret@"))
        monkeypatch.setenv("no_proxy", "spared.example")
        async with Outside(HttpSettings(), version="1", resolve=names) as outside:
            assert (await ask(outside, "http://acme.example/x?y=z")).status == 200
            with pytest.raises(RequestFailed):
                await ask(outside, "http://spared.example/")
            with pytest.raises(RequestFailed):
                await ask(outside, "http://169.254.169.254/latest/meta-data/")
        (asked,) = proxy.requests
    assert (asked.target, asked.host) == ("http://acme.example/x?y=z", "acme.example")
    assert asked.headers["proxy-authorization"].startswith("Basic ")
    assert names.asked == ["spared.example"]


async def test_tls_is_tunnelled_and_a_proxy_that_refuses_is_a_network_failure() -> None:
    async def refuse(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        return answer(status=502, content_type=None)

    async with LoopbackServer(refuse) as proxy:
        async with Outside(HttpSettings(), version="1", proxies={"https": proxy.url}) as outside:
            with pytest.raises(RequestFailed) as raised:
                await ask(outside, "https://acme.example/secret")
        (asked,) = proxy.requests
    assert (asked.method, asked.target) == ("CONNECT", "acme.example:443")
    assert raised.value.kind is FailureKind.NETWORK
