"""A connection goes to the address that was judged, or nowhere."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable, Sequence
from ipaddress import ip_address
from typing import Any

import anyio
import httpcore
import pytest

from ats_adapters.http.addresses import Address
from ats_adapters.http.guards import BlockedAddress, GuardedBackend, check_literal, system_resolver

PUBLIC = "93.184.216.34"


class Connections(httpcore.AsyncNetworkBackend):
    """Notes where it is sent; refuses what is down."""

    def __init__(self, down: frozenset[str] = frozenset()) -> None:
        self.made: list[str] = []
        self._down = down

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        self.made.append(host)
        if host in self._down:
            raise httpcore.ConnectError("refused")
        return httpcore.AsyncNetworkStream()


class Answers:
    """A resolver that answers differently each time, as a rebinding name does; then as the last time."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self.asked = 0

    async def __call__(self, host: str, port: int) -> Sequence[Address]:
        self.asked += 1
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return [ip_address(address) for address in answer]


def connect(backend: GuardedBackend, host: str = "acme.example") -> None:
    async def main() -> None:
        await backend.connect_tcp(host, 443, timeout=1.0)

    anyio.run(main)


def test_a_name_is_resolved_once_and_connected_to_the_judged_address() -> None:
    connections, answers = Connections(), Answers([PUBLIC], ["127.0.0.1"])
    backend = GuardedBackend(allow_private=False, resolve=answers, connections=connections)
    connect(backend)
    assert (connections.made, answers.asked) == ([PUBLIC], 1)


def test_a_name_that_moves_to_a_private_address_is_refused_at_its_next_connection() -> None:
    connections = Connections()
    backend = GuardedBackend(allow_private=False, resolve=Answers([PUBLIC], ["127.0.0.1"]), connections=connections)
    connect(backend)
    with pytest.raises(BlockedAddress, match=r"acme\.example resolves to 127\.0\.0\.1, a loopback address"):
        connect(backend)
    assert connections.made == [PUBLIC]


def test_one_private_address_among_many_refuses_the_name() -> None:
    connections = Connections()
    answers = Answers([PUBLIC, "1.1.1.1", "8.8.8.8", "8.8.4.4", "::ffff:10.0.0.1"])
    with pytest.raises(BlockedAddress):
        connect(GuardedBackend(allow_private=False, resolve=answers, connections=connections))
    assert connections.made == []


def test_private_addresses_are_reached_where_they_are_allowed() -> None:
    connections = Connections()
    connect(GuardedBackend(allow_private=True, resolve=Answers(["10.0.0.1"]), connections=connections))
    assert connections.made == ["10.0.0.1"]


def test_the_next_address_is_tried_where_one_is_down() -> None:
    connections = Connections(down=frozenset({PUBLIC}))
    connect(GuardedBackend(allow_private=False, resolve=Answers([PUBLIC, "1.1.1.1"]), connections=connections))
    assert connections.made == [PUBLIC, "1.1.1.1"]


def test_a_host_that_is_down_at_many_addresses_is_not_tried_at_all_of_them() -> None:
    addresses = [f"8.8.8.{n}" for n in range(1, 50)]
    connections = Connections(down=frozenset(addresses))
    with pytest.raises(httpcore.ConnectError):
        connect(GuardedBackend(allow_private=False, resolve=Answers(addresses), connections=connections))
    assert len(connections.made) == 3


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "0177.0.0.1", "127.1", "::1", "localhost"])
def test_spelled_addresses_are_refused_by_the_real_resolver(host: str) -> None:
    connections = Connections()
    with pytest.raises(BlockedAddress):
        connect(GuardedBackend(allow_private=False, resolve=system_resolver, connections=connections), host)
    assert connections.made == []


def test_names_that_never_resolve_do_not_keep_others_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    end = threading.Event()

    def look_up(host: str | bytes, *args: Any, **kwargs: Any) -> list[Any]:
        if "silent" in str(host):
            end.wait(20)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (PUBLIC, 443))]

    async def main() -> Sequence[Address]:
        async def give_up(number: int) -> None:
            with anyio.move_on_after(0.1):
                await system_resolver(f"silent{number}.example", 443)

        async with anyio.create_task_group() as group:
            for number in range(40):
                group.start_soon(give_up, number)
        with anyio.fail_after(5):
            return await system_resolver("acme.example", 443)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    try:
        assert anyio.run(main) == [ip_address(PUBLIC)]
    finally:
        end.set()


def test_a_local_socket_is_never_reached() -> None:
    backend = GuardedBackend(allow_private=True)
    with pytest.raises(httpcore.ConnectError):
        anyio.run(backend.connect_unix_socket, "/run/some.sock")


def test_a_name_without_addresses_is_a_failed_connection() -> None:
    with pytest.raises(httpcore.ConnectError, match="has no address"):
        connect(GuardedBackend(allow_private=False, resolve=Answers([])))


def test_names_pass_where_only_spelled_addresses_are_judged() -> None:
    check_literal("acme.example")
    with pytest.raises(BlockedAddress, match=r"^10\.0\.0\.1 is a private address$"):
        check_literal("10.0.0.1")
