"""Public pages against real sockets: robots, politeness, redirects, charsets, and everything a website can do to us."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta

import anyio
import pytest
from tests.servers.clocks import JumpingClock, ListLog
from tests.servers.loopback import Behaviour, LoopbackServer, Received, answer, redirect

from ats_adapters.http.client import Outside
from ats_adapters.http.pages import HttpWebPages
from ats_core.errors import FailureKind, WebPageError
from ats_core.ports import Clock, WebPages
from ats_core.provider.messages import RateLimit
from ats_core.settings import HttpSettings

pytestmark = pytest.mark.anyio

HTML = "text/html; charset=utf-8"
HOME = "https://acme.example/"
QUICK = RateLimit(requests_per_second=1_000, burst=50, concurrency=1)

Site = Mapping[str, bytes | None]


def html(
    body: str | bytes = "<p>hola</p>", status: int = 200, content_type: str | None = HTML, **headers: str
) -> bytes:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return answer(body, status=status, content_type=content_type, headers=named)


def robots(text: str) -> bytes:
    return answer(text, content_type="text/plain")


class World:
    """Pages of websites that all stand on one server."""

    def __init__(self, server: LoopbackServer, pages: HttpWebPages) -> None:
        self.server = server
        self.pages = pages
        self.port: WebPages = pages

    async def failure(self, url: str = HOME) -> WebPageError:
        with pytest.raises(WebPageError) as raised:
            await self.port.get(url)
        return raised.value


@asynccontextmanager
async def world(
    behave: Behaviour, clock: Clock | None = None, limit: RateLimit = QUICK, **settings: object
) -> AsyncIterator[World]:
    async with LoopbackServer(behave) as server:
        given = {"connect_to": {"*": server.url}, **settings}
        async with Outside(HttpSettings(**given), version="1.2.3", proxies={}) as outside:  # type: ignore[arg-type]
            yield World(server, HttpWebPages(outside, clock or JumpingClock(), ListLog(), limit=limit))


def sites(pages: Site) -> Behaviour:
    """What stands at `host/path`, else at `/path`; robots.txt and all else is not there. None hangs up."""

    async def behave(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        for key in (request.host + request.target, request.target):
            if key in pages:
                return pages[key]
        return html("nothing here", 404)

    return behave


# --- pages


async def test_a_page_is_read() -> None:
    async with world(sites({"/": html("<p>año</p>")})) as it:
        page = await it.pages.get("https://acme.example")
    assert (page.url, page.final_url, page.hops) == ("https://acme.example",) * 2 + (("https://acme.example",),)
    assert (page.status, page.text) == (200, "<p>año</p>")
    assert it.server.targets == ["acme.example/robots.txt", "acme.example/"]


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_a_page_of_any_status_below_500_is_a_page(status: int) -> None:
    async with world(sites({"/": html("<p>no</p>", status)})) as it:
        page = await it.pages.get(HOME)
    assert (page.status, page.text) == (status, "<p>no</p>")


async def test_a_wrong_charset_is_no_error() -> None:
    pages = {
        "/latin": html("año".encode("latin-1"), content_type="text/html; charset=iso-8859-1"),
        "/lie": html("año".encode("latin-1")),
        "/unknown": html("año", content_type="text/html; charset=klingon"),
        "/meta": html('<meta charset="latin1">año'.encode("latin-1"), content_type="text/html"),
        "/untyped": html("<html>año</html>", content_type=None),
    }
    async with world(sites(pages)) as it:
        texts = [(await it.pages.get(HOME + path[1:])).text[-10:] for path in pages]
    assert texts == ["año", "a\ufffdo", "año", '"latin1">año'[-10:], "año</html>"]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("image/png", b"\x89PNG\r\n"),
        ("application/pdf", b"%PDF-1.7"),
        (None, b"%PDF-1.7 whatever"),
        ("text/html", b"\0\1\2\3" * 100),
        ("application/octet-stream", b"hello"),
    ],
)
async def test_what_is_no_text_is_not_read(content_type: str | None, body: bytes) -> None:
    async with world(sites({"/": html(body, content_type=content_type)})) as it:
        failure = await it.failure()
    assert failure.kind is FailureKind.NOT_TEXT


async def test_the_body_of_what_is_no_text_is_left_where_it_is() -> None:
    async def behave(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        if request.target == "/robots.txt":
            return html(status=404)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n\r\n")
        await asyncio.sleep(60)
        return None

    async with world(behave) as it:
        with anyio.fail_after(5):
            assert (await it.failure()).kind is FailureKind.NOT_TEXT


async def test_too_large_a_page_is_refused() -> None:
    bomb = html(gzip.compress(b" " * 20_000_000), Content_Encoding="gzip")
    async with world(
        sites({"/plain": html("x" * 10_001), "/bomb": bomb, "/fits": html("x" * 10_000)}), max_page_bytes=10_000
    ) as it:
        assert (await it.failure(HOME + "plain")).kind is FailureKind.TOO_LARGE
        assert (await it.failure(HOME + "bomb")).kind is FailureKind.TOO_LARGE
        assert len((await it.pages.get(HOME + "fits")).text) == 10_000


async def test_trouble_of_the_server_is_a_server_error() -> None:
    async with world(sites({"/": html(status=500)})) as it:
        failure = await it.failure()
    assert failure.kind is FailureKind.SERVER_ERROR
    assert str(failure) == "https://acme.example/: the answer was 500 Internal Server Error"


async def test_a_page_that_never_ends_is_cut_at_the_deadline() -> None:
    async def behave(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        if request.target == "/robots.txt":
            return html(status=404)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"<p>")
            await writer.drain()
            await asyncio.sleep(0.02)
        return None

    async with world(behave, timeout=timedelta(seconds=0.3)) as it:
        with anyio.fail_after(5):
            assert (await it.failure()).kind is FailureKind.TIMEOUT


async def test_a_connection_that_breaks_on_a_host_that_answered_before_is_tried_once_more() -> None:
    left = [None, html()]

    async def behave(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        if request.target == "/robots.txt":
            return html(status=404)
        return left.pop(0)

    async with world(behave) as it:
        assert (await it.pages.get(HOME)).status == 200
    assert it.pages.traffic.retries == 1


async def test_a_connection_that_breaks_twice_is_a_network_failure() -> None:
    async with world(sites({"/": None})) as it:
        assert (await it.failure()).kind is FailureKind.NETWORK
    assert len(it.server.requests) == 3


async def test_a_host_that_is_not_there_is_asked_once() -> None:
    async with world(sites({"/robots.txt": None})) as it:
        first, second = await it.failure(), await it.failure(HOME + "jobs")
    assert (first.kind, second.kind) == (FailureKind.NETWORK, FailureKind.NETWORK)
    assert len(it.server.requests) == 1
    assert "https://acme.example/robots.txt" in str(first)


# --- redirects


async def test_redirects_are_followed_and_every_hop_is_told() -> None:
    pages = {
        "acme.example/": redirect("https://www.acme.example/", 301),
        "www.acme.example/": redirect("/es/"),
        "/es/": html("<p>fin</p>"),
    }
    async with world(sites(pages)) as it:
        page = await it.pages.get(HOME)
    assert page.hops == (HOME, "https://www.acme.example/", "https://www.acme.example/es/")
    assert (page.final_url, page.text) == ("https://www.acme.example/es/", "<p>fin</p>")


async def test_where_a_redirect_led_is_known_though_nobody_may_go_there() -> None:
    pages = {
        "acme.example/jobs": redirect("https://boards.vendor.example/acme"),
        "boards.vendor.example/robots.txt": robots("User-agent: *\nDisallow: /"),
    }
    async with world(sites(pages)) as it:
        failure = await it.failure(HOME + "jobs")
    assert failure.kind is FailureKind.BLOCKED_BY_ROBOTS
    assert failure.hops == (HOME + "jobs", "https://boards.vendor.example/acme")
    assert "boards.vendor.example/acme" not in it.server.targets


async def test_a_circle_of_redirects_is_seen_at_once() -> None:
    async with world(sites({"/": redirect("/a"), "/a": redirect("/")})) as it:
        failure = await it.failure()
    assert failure.kind is FailureKind.REDIRECTS
    assert failure.hops == (HOME, HOME + "a", HOME)
    assert len(it.server.requests) == 3


async def test_an_endless_chain_of_redirects_ends() -> None:
    async def behave(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        return html(status=404) if request.target == "/robots.txt" else redirect(request.target + "x")

    async with world(behave, max_redirects=3) as it:
        failure = await it.failure()
    assert (failure.kind, len(failure.hops)) == (FailureKind.REDIRECTS, 5)


@pytest.mark.parametrize(
    "target", ["http://10.0.0.1/x", "http://localhost/", "http://169.254.169.254/", "http://[::ffff:127.0.0.1]/"]
)
async def test_a_redirect_to_a_private_address_is_refused(target: str) -> None:
    async with world(sites({"/": redirect(target)})) as it:
        failure = await it.failure()
    assert (failure.kind, failure.hops) == (FailureKind.BLOCKED_ADDRESS, (HOME, target))
    assert len(it.server.requests) == 2


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://0x7f000001/", "ftp://acme.example/", "nonsense", "http://"]
)
async def test_what_may_not_be_reached_is_not_asked(url: str) -> None:
    async with world(sites({}), connect_to={}) as it:
        failure = await it.failure(url)
    assert (failure.kind, failure.hops, it.server.requests) == (FailureKind.BLOCKED_ADDRESS, (url,), [])


# --- robots.txt


async def test_what_robots_txt_forbids_is_not_asked_for() -> None:
    rules = "User-agent: ats-pipeline\nDisallow: /private\nAllow: /\n\nUser-agent: *\nDisallow: /\n"
    async with world(sites({"/robots.txt": robots(rules), "/jobs": html()})) as it:
        failure = await it.failure(HOME + "private/x")
        page = await it.pages.get(HOME + "jobs")
    assert (failure.kind, page.status) == (FailureKind.BLOCKED_BY_ROBOTS, 200)
    assert it.server.targets == ["acme.example/robots.txt", "acme.example/jobs"]


async def test_rules_for_everybody_hold_for_us() -> None:
    async with world(sites({"/robots.txt": robots("User-agent: *\nDisallow: /\n")})) as it:
        assert (await it.failure()).kind is FailureKind.BLOCKED_BY_ROBOTS


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_a_robots_txt_that_is_not_there_forbids_nothing(status: int) -> None:
    async with world(sites({"/robots.txt": html(status=status), "/": html()})) as it:
        assert (await it.pages.get(HOME)).status == 200


@pytest.mark.parametrize(
    ("status", "kind"),
    [(500, FailureKind.SERVER_ERROR), (503, FailureKind.SERVER_ERROR), (429, FailureKind.RATE_LIMITED)],
)
async def test_a_robots_txt_that_cannot_be_had_forbids_everything(status: int, kind: FailureKind) -> None:
    async with world(sites({"/robots.txt": html(status=status), "/": html()})) as it:
        failure = await it.failure()
        again = await it.failure(HOME + "jobs")
    assert (failure.kind, again.kind, len(it.server.requests)) == (kind, kind, 1)
    assert "nothing there may be read" in str(failure)


async def test_robots_txt_is_read_once_for_each_scheme_host_and_port() -> None:
    async with world(sites({"/": html(), "/a": html()})) as it:
        for url in (
            HOME,
            HOME + "a",
            HOME,
            "http://acme.example/",
            "https://acme.example:8443/",
            "https://beta.example/",
        ):
            await it.pages.get(url)
    asked = [target for target in it.server.targets if target.endswith("/robots.txt")]
    assert asked == [
        "acme.example/robots.txt",
        "acme.example/robots.txt",
        "acme.example:8443/robots.txt",
        "beta.example/robots.txt",
    ]


async def test_tasks_that_come_together_read_robots_txt_once() -> None:
    async with world(sites({"/": html()})) as it, anyio.create_task_group() as group:
        for _ in range(8):
            group.start_soon(it.pages.get, HOME)
    assert it.server.targets.count("acme.example/robots.txt") == 1


async def test_a_robots_txt_that_moved_is_followed_and_is_read_for_its_own_host_too() -> None:
    pages = {
        "acme.example/robots.txt": redirect("https://www.acme.example/robots.txt"),
        "www.acme.example/robots.txt": robots("User-agent: *\nDisallow: /no"),
        "acme.example/": redirect("https://www.acme.example/"),
        "www.acme.example/": html(),
    }
    async with world(sites(pages)) as it:
        assert (await it.failure(HOME + "no")).kind is FailureKind.BLOCKED_BY_ROBOTS
        assert (await it.pages.get(HOME)).status == 200
    assert it.server.targets.count("www.acme.example/robots.txt") == 1


async def test_robots_that_lead_each_other_round_in_circles_forbid_nothing() -> None:
    pages = {
        "acme.example/robots.txt": redirect("https://beta.example/robots.txt"),
        "beta.example/robots.txt": redirect("https://acme.example/robots.txt"),
        "/": html(),
    }
    async with world(sites(pages)) as it, anyio.create_task_group() as group:
        with anyio.fail_after(5):
            group.start_soon(it.pages.get, HOME)
            assert (await it.pages.get("https://beta.example/")).status == 200


async def test_a_robots_txt_that_leads_to_a_private_address_forbids_everything() -> None:
    async with world(sites({"/robots.txt": redirect("http://10.0.0.1/robots.txt"), "/": html()})) as it:
        assert (await it.failure()).kind is FailureKind.BLOCKED_ADDRESS


async def test_of_a_huge_robots_txt_the_beginning_holds() -> None:
    rules = "User-agent: *\nDisallow: /no\n" + "# filler\n" * 200_000
    async with world(sites({"/robots.txt": robots(rules), "/": html()})) as it:
        assert (await it.failure(HOME + "no")).kind is FailureKind.BLOCKED_BY_ROBOTS
        assert (await it.pages.get(HOME)).status == 200


@pytest.mark.parametrize("body", [b"\xff\xfe\x00garbage", b"<html>soft 404</html>", b"", b"Crawl-delay: nan\nDisallow"])
async def test_a_robots_txt_of_garbage_forbids_nothing(body: bytes) -> None:
    async with world(sites({"/robots.txt": robots("") if not body else html(body), "/": html()})) as it:
        assert (await it.pages.get(HOME)).status == 200


# --- politeness


@pytest.mark.parametrize(("asked", "kept"), [("3", 3.0), ("0.5", 0.5), ("86400", 10.0)])
async def test_a_crawl_delay_is_kept_up_to_a_bound(asked: str, kept: float) -> None:
    clock = JumpingClock()
    site = {"/robots.txt": robots(f"User-agent: *\nCrawl-delay: {asked}\n"), "/a": html(), "/b": html(), "/c": html()}
    async with world(sites(site), clock) as it:
        for path in ("a", "b", "c"):
            await it.pages.get(HOME + path)
    assert sum(clock.slept) == pytest.approx(2 * kept)


async def test_one_host_is_asked_one_thing_at_a_time_and_many_hosts_at_once() -> None:
    under_way: dict[str, int] = {}
    most: dict[str, int] = {}

    async def behave(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        under_way[request.host] = under_way.get(request.host, 0) + 1
        most[request.host] = max(most.get(request.host, 0), under_way[request.host])
        await asyncio.sleep(0.02)
        under_way[request.host] -= 1
        return html()

    async with world(behave) as it, anyio.create_task_group() as group:
        for host in ("a.example", "b.example", "c.example"):
            for number in range(4):
                group.start_soon(it.pages.get, f"https://{host}/{number}")
    assert most == {"a.example": 1, "b.example": 1, "c.example": 1}
    assert it.server.most_at_once == 3


async def test_a_host_is_asked_no_faster_than_its_limit() -> None:
    clock = JumpingClock()
    async with world(sites({"/": html()}), clock, RateLimit(requests_per_second=2, burst=1)) as it:
        for _ in range(4):
            await it.pages.get(HOME)
    assert sum(clock.slept) == pytest.approx(2.0)


@pytest.mark.parametrize("status", [429, 503])
async def test_a_host_that_says_when_to_come_back_is_asked_again_then(status: int) -> None:
    clock = JumpingClock()
    left = [html(status=status, Retry_After="20"), html()]

    async def behave(request: Received, writer: asyncio.StreamWriter) -> bytes | None:
        return html(status=404) if request.target == "/robots.txt" else left.pop(0)

    async with world(behave, clock) as it:
        assert (await it.pages.get(HOME)).status == 200
    assert clock.slept == [20.0]


async def test_a_host_that_says_it_twice_is_rate_limited() -> None:
    async with world(sites({"/": html(status=429, Retry_After="1")})) as it:
        assert (await it.failure()).kind is FailureKind.RATE_LIMITED
    assert len(it.server.requests) == 3


async def test_a_host_that_wants_to_be_left_alone_for_long_is_left_alone() -> None:
    clock = JumpingClock()
    async with world(sites({"/": html(status=503, Retry_After="7200")}), clock) as it:
        first, second = await it.failure(), await it.failure(HOME + "jobs")
    assert (first.kind, second.kind) == (FailureKind.RATE_LIMITED, FailureKind.RATE_LIMITED)
    assert (len(it.server.requests), clock.slept) == (2, [])


async def test_a_429_that_does_not_say_how_long_is_not_argued_with() -> None:
    async with world(sites({"/": html(status=429)})) as it:
        assert (await it.failure()).kind is FailureKind.RATE_LIMITED
    assert len(it.server.requests) == 2


async def test_the_sitemaps_of_a_robots_txt_are_known_once_it_was_read_and_cost_nothing() -> None:
    text = "Sitemap: https://acme.example/pages.xml\nUser-agent: *\nDisallow: /x\nSitemap: /news.xml\n"
    async with world(sites({"/robots.txt": robots(text), "/": html()})) as it:
        assert await it.port.sitemaps(HOME) == ()
        await it.port.get(HOME)
        assert await it.port.sitemaps(f"{HOME}any/page") == ("https://acme.example/pages.xml", "/news.xml")
        assert await it.port.sitemaps("https://other.example/") == ()
        assert await it.port.sitemaps("nonsense") == ()
    assert it.server.targets == ["acme.example/robots.txt", "acme.example/"]


async def test_a_sitemap_is_read_like_a_page() -> None:
    listed = "<?xml version='1.0' encoding='UTF-8'?><urlset><url><loc>https://acme.example/careers</loc></url></urlset>"
    for kind in ("application/xml", "text/xml; charset=utf-8", "text/plain"):
        async with world(sites({"/sitemap.xml": html(listed, content_type=kind)})) as it:
            assert "careers" in (await it.pages.get(f"{HOME}sitemap.xml")).text


async def test_the_rules_of_many_hosts_are_not_all_remembered_where_they_are_many() -> None:
    rules = robots("User-agent: *\n" + "".join(f"Disallow: /{n}/\n" for n in range(2_500)))
    async with world(sites({"/robots.txt": rules, "/": html()})) as it:
        for number in range(25):
            await it.pages.get(f"https://h{number}.example/")
        await it.pages.get("https://h24.example/")
        await it.pages.get("https://h0.example/")
    asked = [target.partition("/")[0] for target in it.server.targets if target.endswith("/robots.txt")]
    assert (asked.count("h24.example"), asked.count("h0.example")) == (1, 2)


async def test_a_long_page_takes_no_four_bytes_a_letter() -> None:
    async with world(sites({"/": html("🚀" + "ñ" * 200_000), "/short": html("🚀 jobs")})) as it:
        long, short = (await it.pages.get(HOME)).text, (await it.pages.get(HOME + "short")).text
    assert (long[0], len(long), short) == ("\ufffd", 200_001, "🚀 jobs")
