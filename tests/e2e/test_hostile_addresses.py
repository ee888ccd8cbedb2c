"""Addresses that are not of the public internet, in every spelling, in lists and in redirects: nobody goes there.

Runs of the whole pipeline over real sockets. A server listens on loopback, and nothing may ever connect to it.
"""

from __future__ import annotations

import csv
import socket
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from ipaddress import ip_address
from pathlib import Path

import anyio
from tests.e2e.desk import Desk
from tests.servers.canary import Canary
from tests.servers.loopback import LoopbackServer, Received, answer, redirect
from tests.servers.threads import running

from ats_adapters.http.addresses import Address
from ats_adapters.http.client import Outside
from ats_adapters.sandbox import World
from ats_cli.compose import RunRequest, pipeline
from ats_cli.config import load_config
from ats_core.domain.run import Loop, RunnerName
from ats_core.testing.event_log import RecordingLog

#: Hosts that are loopback, however that is said; {port} is where somebody listens there.
LOOPBACK = """
127.0.0.1 127.0.0.1. 127.1 127.0.1 127.255.255.254 2130706433 0x7f000001 0x7F.1 0x7f.0x0.0x0.0x1 0177.0.0.1 0177.1
017700000001 127.0.0.0x1 00000000177.0.0.1 0.0.0.0 0 localhost LOCALHOST localhost. acme.localhost
[::1] [0:0:0:0:0:0:0:1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] [::127.0.0.1] [64:ff9b::127.0.0.1] [2002:7f00:1::]
１２７.０.０.１ 127。0。0。1 ①②⑦.⓪.⓪.① %31%32%37.0.0.1 127.0.0%2e1
""".split()
#: Hosts of networks that are nobody's business.
PRIVATE = """
10.0.0.1 10.1 167772161 0xa.0.0.1 172.16.0.1 192.168.1.1 3232235777 169.254.169.254 2852039166 0xa9fea9fe
0251.0376.0251.0376 100.64.0.1 198.18.0.1 192.0.0.1 224.0.0.1 240.0.0.1 255.255.255.255 168.63.129.16
[fe80::1] [fe80::1%25eth0] [fc00::1] [fd00:ec2::254] [ff02::1] [::ffff:10.0.0.1] [::ffff:169.254.169.254]
[::a9fe:a9fe] [64:ff9b::a00:1] [2002:a00:1::1]
""".split()
#: Addresses that read like another's.
DISGUISED = (
    "http://acme.example@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}\\@to-0.example/",
    "http://acme.example:80@127.0.0.1:{port}/",
    "http://127.0.0.1\t:{port}/",
    "http:127.0.0.1:{port}/",
    "http:///127.0.0.1:{port}/",
    "\\\\127.0.0.1:{port}\\",
    "//127.0.0.1:{port}/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:{port}/_GET",
    "ftp://127.0.0.1:{port}/",
    "unix:/run/some.sock",
    "HTTP://[::ffff:7f00:0001]:{port}/",
)


def names_of_this_machine() -> list[str]:
    """Names that the system's resolver finds without asking anybody, at addresses that are not public."""
    found = []
    for name in ("ip6-localhost", "ip6-loopback"):
        with suppress(OSError):
            socket.getaddrinfo(name, None)
            found.append(name)
    return found


def addresses(port: int) -> list[str]:
    hosts = [f"http://{host}:{port}/" for host in (*LOOPBACK, *PRIVATE, *names_of_this_machine())]
    return hosts + [f"http://{host}/" for host in PRIVATE] + [url.replace("{port}", str(port)) for url in DISGUISED]


class Sites(LoopbackServer):
    """`to-N.example` redirects to the Nth of *targets*; every other host is of a world in which it is good."""

    def __init__(self, world: World, targets: Sequence[str]) -> None:
        super().__init__(self._answer)
        self._world = world
        self._targets = {f"to-{number}.example": target for number, target in enumerate(targets)}

    async def _answer(self, request: Received, writer: object) -> bytes:
        target = self._targets.get(request.host)
        if target is not None:
            return answer(status=404) if request.target == "/robots.txt" else redirect(target.replace("\t", "%09"))
        response = self._world.handle(request.host, request.method, request.target, dict(request.headers))
        lines = [f"HTTP/1.1 {response.status} Whatever", *(f"{name}: {value}" for name, value in response.headers)]
        return "\r\n".join([*lines, "", ""]).encode() + response.body


def listed(desk: Desk, websites: Mapping[str, str]) -> None:
    """Put companies before those that stand in the list."""
    path = desk.folder / "companies.csv"
    good = path.read_text(encoding="utf-8").splitlines()[1:]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("name", "website"))
        writer.writerows(websites.items())
        file.write("\n".join([*good, ""]))


def configured(desk: Desk, url: str, hosts: Iterable[str], **discovery: object) -> None:
    """Let *hosts* lead to *url*, and no other: those are judged as in the open."""
    desk.configure(url, {"discovery": discovery})
    toml = desk.folder / "atsp.toml"
    named = ", ".join(f'"{host}" = "{url}"' for host in hosts)
    toml.write_text(toml.read_text(encoding="utf-8").replace(f'"*" = "{url}"', named), encoding="utf-8")


def outcomes(desk: Desk, prefix: str) -> dict[str, tuple[str, str]]:
    query = (
        "SELECT c.name, d.outcome, d.detail FROM companies AS c JOIN discoveries AS d ON d.company_id = c.id "
        "WHERE c.name LIKE ? || '%'"
    )
    return {name: (outcome, detail) for name, outcome, detail in desk.rows(query, prefix)}


def test_no_spelling_of_a_private_address_is_reached_from_a_list_or_a_redirect(tmp_path: Path) -> None:
    world = World.crowd(companies=3, postings=9, text=0)
    with running(Canary()) as canary:
        targets = addresses(canary.port)
        with running(Sites(world, targets)) as server:
            desk = Desk.before(tmp_path / "desk", world)
            listed(desk, {f"Listed {n}": url for n, url in enumerate(targets)})
            listed(desk, {f"Led {n}": f"http://to-{n}.example/" for n in range(len(targets))})
            leading = [f"to-{number}.example" for number in range(len(targets))]
            configured(desk, server.url, [*world.hosts, *leading], concurrency=32)
            desk.run("--only", "directory,discovery")
        led = outcomes(desk, "Led ")
        assert canary.connections == 0
    assert len(led) == len(targets)
    assert {outcome for outcome, _ in led.values()} == {"unreachable"}
    # What cannot be read as a URL at all is not followed as a redirect; all else is refused for where it leads.
    ends = {detail.rpartition(": ")[2] for _, detail in led.values()}
    assert ends == {"blocked_address", "redirects"}, led
    plain = [n for n, url in enumerate(targets) if url.startswith("http://10.0.0.1")]
    assert len(plain) == 2
    assert all("blocked_address" in led[f"Led {n}"][1] for n in plain)
    assert {outcome for outcome, _ in outcomes(desk, "Listed ").values()} <= {"unreachable", "not_found"}
    assert len(desk.rows("SELECT 1 FROM company_sources WHERE status = 'active'")) == 3


class Names:
    """A resolver that is asked for names on a list: each time the next of its answers, then the last again."""

    def __init__(self, answers: Mapping[str, Sequence[Sequence[str]]]) -> None:
        self._answers = {host: list(several) for host, several in answers.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[Address]:
        self.asked.append(host)
        several = self._answers[host]
        return [ip_address(text) for text in (several.pop(0) if len(several) > 1 else several[0])]


def test_names_that_resolve_to_private_addresses_at_any_time_are_not_reached(tmp_path: Path) -> None:
    world = World.crowd(companies=3, postings=9, text=0)
    names = Names(
        {
            "inside.example": [["127.0.0.1"]],
            "metadata.example": [["169.254.169.254"]],
            "six.example": [["::1"]],
            "mapped.example": [["::ffff:127.0.0.1"]],
            "mixed.example": [["93.184.216.34", "127.0.0.1"]],
            # Nobody is at the first address: what it shows is that the second answer is judged anew.
            "rebinding.example": [[], ["127.0.0.1"]],
            "www.rebinding.example": [["127.0.0.1"]],
        }
    )

    async def run(desk: Desk) -> None:
        config = load_config(desk.folder / "atsp.toml", {}, folder=desk.folder)
        way_out = partial(Outside, resolve=names, proxies={})
        async with pipeline(config, RunRequest(), RecordingLog(), way_out=way_out) as composed:
            await composed.run(Loop.ALL, (RunnerName.DIRECTORY, RunnerName.DISCOVERY))

    with running(Canary()) as canary, running(Sites(world, ())) as server:
        desk = Desk.before(tmp_path / "desk", world)
        listed(desk, {host: f"http://{host}:{canary.port}/" for host in names._answers})
        configured(desk, server.url, world.hosts)
        anyio.run(run, desk)
        assert canary.connections == 0
    details = {name: detail for name, (_, detail) in outcomes(desk, "").items()}
    for host in ("inside", "metadata", "six", "mapped", "mixed"):
        assert "blocked_address" in details[f"{host}.example"], details
    assert set(names.asked) >= {"inside.example", "rebinding.example"}
    assert len(desk.rows("SELECT 1 FROM company_sources WHERE status = 'active'")) == 3
