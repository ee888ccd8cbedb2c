"""Lists at URLs, with the installed command: a Markdown list, and a listing of web pages with pages of companies."""

from __future__ import annotations

import asyncio
import hashlib
import json
import sqlite3
from pathlib import Path
from typing import Any

from tests.e2e.program import atsp
from tests.servers.loopback import LoopbackServer, Received, answer
from tests.servers.threads import running

README = """# Companies

- [Acme](https://acme.example) | Madrid
- [Bolt](https://bolt.example/careers) | Remote
- no link here
"""
CONFIG = """
[http]
connect_to = {{ "*" = "{url}" }}
max_tries = 1

[[directories]]
kind = "markdown"
url = "https://lists.example/README.md"
name = "readme"
interval = "0s"

[[directories]]
kind = "html"
url = "https://hub.example/list?page=1"
name = "hub"
interval = "0s"
requests_per_second = 1000
item = "li.co"
on_item = {{ detail = "a@href" }}
next = "a.next"
"""


def listing(*names: str, following: str = "") -> str:
    items = "".join(f'<li class="co"><a href="/co/{name}">{name}</a></li>' for name in names)
    return f"<ul>{items}</ul>" + (f'<a class="next" href="{following}">more</a>' if following else "")


class Web:
    """Two sites; *broken* paths hang up."""

    def __init__(self) -> None:
        self.broken: set[str] = set()
        self.pages = {
            "lists.example/README.md": README,
            "hub.example/robots.txt": "User-agent: *\nDisallow: /private\n",
            "hub.example/list?page=1": listing("Cog", "Dyno", following="?page=2"),
            "hub.example/list?page=2": listing("Acme"),
            **{
                f"hub.example/co/{name}": f'<h1>{name}</h1><a href="https://{name.lower()}.example">Website</a>'
                for name in ("Acme", "Cog", "Dyno")
            },
        }
        self.server = LoopbackServer(self._behave)

    async def _behave(self, request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        place = request.host + request.target
        if place in self.broken:
            return None
        body = self.pages.get(place)
        if body is None:
            return answer("nothing here", status=404, content_type="text/plain")
        etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:12]}"'
        if request.headers.get("if-none-match") == etag:
            return answer(status=304, content_type=None, headers={"ETag": etag})
        kind = "text/html; charset=utf-8" if body.startswith("<") else "text/plain; charset=utf-8"
        return answer(body, content_type=kind, headers={"ETag": etag})

    def asked(self) -> list[str]:
        found = list(self.server.targets)
        self.server.requests.clear()
        return found


def read(folder: Path, status: int = 0) -> dict[str, Any]:
    done = atsp("run", "--only", "directory", "--json", cwd=folder)
    assert done.returncode == status, done.stderr + done.stdout
    (report,) = json.loads(done.stdout)["runners"]
    found: dict[str, Any] = report
    return found


def companies(folder: Path) -> set[str]:
    with sqlite3.connect(folder / "atsp.db") as connection:
        return {name for (name,) in connection.execute("SELECT name FROM companies")}


def test_lists_on_the_web_are_read_once_gone_on_with_and_left_alone_while_they_do_not_change(tmp_path: Path) -> None:
    web = Web()
    with running(web.server) as server:
        (tmp_path / "atsp.toml").write_text(CONFIG.format(url=server.url))

        # The site breaks down on its second page: what was read stays, and is not asked for again.
        web.broken = {"hub.example/co/Acme"}
        first = read(tmp_path, status=4)
        assert first["counters"]["records"] == 5
        assert companies(tmp_path) == {"Acme", "Bolt", "Cog", "Dyno"}
        assert web.asked() == [
            "lists.example/README.md",
            "hub.example/robots.txt",
            "hub.example/list?page=1",
            "hub.example/co/Cog",
            "hub.example/co/Dyno",
            "hub.example/list?page=2",
            "hub.example/co/Acme",
        ]

        web.broken = set()
        second = read(tmp_path)
        assert second["counters"]["unchanged"] == 1
        assert web.asked() == [
            "lists.example/README.md",
            "hub.example/robots.txt",
            "hub.example/list?page=2",
            "hub.example/co/Acme",
        ]

        # All websites are known: a refresh asks for the listing alone.
        third = read(tmp_path)
        assert third["counters"]["no_longer_listed"] == 0
        assert web.asked() == [
            "lists.example/README.md",
            "hub.example/robots.txt",
            "hub.example/list?page=1",
            "hub.example/list?page=2",
        ]

        # A redesign is an error, and takes nobody away.
        web.pages["hub.example/list?page=1"] = "<title>New hub</title><div>Cog</div>"
        fourth = read(tmp_path, status=4)
        assert fourth["counters"]["no_longer_listed"] == 0
        done = atsp("run", "--only", "directory", cwd=tmp_path)
        assert "takes nothing from the page" in done.stdout + done.stderr


def test_what_a_list_on_the_web_says_is_not_believed_blindly(tmp_path: Path) -> None:
    web = Web()
    web.pages["lists.example/README.md"] = "<!doctype html><title>Log in</title>"
    web.pages["hub.example/robots.txt"] = "User-agent: *\nDisallow: /list\n"
    with running(web.server) as server:
        (tmp_path / "atsp.toml").write_text(CONFIG.format(url=server.url))
        done = atsp("run", "--only", "directory", cwd=tmp_path)
        assert done.returncode == 4
        said = " ".join((done.stdout + done.stderr).split())
        assert "is a web page, not Markdown" in said
        assert "robots.txt keeps us out" in said
        assert "hub.example/list?page=1" not in web.asked()


def test_a_list_may_not_lead_into_private_networks(tmp_path: Path) -> None:
    for url in ("http://127.0.0.1:9/list.csv", "http://2130706433/list.csv", "http://[::ffff:10.0.0.1]/list.csv"):
        (tmp_path / "atsp.toml").write_text(f'[[directories]]\nkind = "csv"\nurl = "{url}"\n')
        done = atsp("run", "--only", "directory", cwd=tmp_path)
        assert done.returncode == 4
        assert "address" in done.stdout + done.stderr


def test_a_wrong_kind_or_key_names_what_is_accepted(tmp_path: Path) -> None:
    for entry, said in (
        ('kind = "xml"\npath = "x"', "csv, json, markdown, html, catalonia, lanzadera, madrimasd"),
        (
            'kind = "html"\nurl = "https://hub.example"\nitem = "li"\non_item.name = "h3"\nselector = "x"',
            "unknown key: selector; accepted are kind, path or url, name, interval, requests_per_second, item",
        ),
    ):
        (tmp_path / "atsp.toml").write_text(f"[[directories]]\n{entry}\n")
        done = atsp("run", "--only", "directory", cwd=tmp_path)
        assert done.returncode == 2
        assert said in done.stderr
