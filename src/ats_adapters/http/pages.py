"""Reads companies' public pages: with the guards, within bounds, by the rules of robots.txt, and unhurried."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from ats_adapters.http.client import Answer, Outside, RequestFailed
from ats_adapters.http.hosts import Hosts
from ats_adapters.http.robots import MAX_ROBOTS_BYTES, RobotRules
from ats_adapters.http.robots_reading import is_answer, origin_of, read_rules, robots_txt, target_of
from ats_adapters.http.texts import decoded, looks_binary, media_type, narrow, readable
from ats_adapters.http.traffic import Traffic
from ats_core.domain.identity import clean_line
from ats_core.errors import FailureKind, WebPageError
from ats_core.ports import Clock, EventLog, WebPage
from ats_core.provider.messages import RateLimit

__all__ = ["WEBSITE_LIMIT", "HttpWebPages"]

#: How fast one host is asked: a look at a company's website is a handful of pages.
WEBSITE_LIMIT = RateLimit(requests_per_second=2.0, burst=4, concurrency=1)


class HttpWebPages:
    """The `WebPages` of the real world."""

    def __init__(self, outside: Outside, clock: Clock, log: EventLog, *, limit: RateLimit = WEBSITE_LIMIT) -> None:
        """*limit* holds for each host; its concurrency is one whatever it says."""
        self._settings = outside.settings
        self._hosts = Hosts(outside, clock, log, limit)

    @property
    def traffic(self) -> Traffic:
        """What was asked so far, of all websites together."""
        return self._hosts.traffic

    async def get(self, url: str) -> WebPage:
        """The page, of whatever status below 500 a text answer has; 429 excepted. Raises `WebPageError`.

        Redirects are followed, each hop by the rules of its own host. An error's `hops` end with the URL that
        failed: where a redirect led is known even when nobody may go there.
        """
        hops = [url]
        try:
            answer = await self._follow(hops)
            text = _text(answer)
        except RequestFailed as failure:
            raise WebPageError(
                failure.kind, failure.what, where=failure.where, hint=failure.hint, hops=tuple(hops)
            ) from failure
        return WebPage(url=url, final_url=hops[-1], hops=tuple(hops), status=answer.status, text=text)

    async def sitemaps(self, url: str) -> tuple[str, ...]:
        """What the robots.txt of the URL's origin names, where it was read; nothing is asked for."""
        try:
            target = target_of(url)
        except RequestFailed:
            return ()
        rules = self._hosts.of(target).robots.get(origin_of(target))
        return rules.sitemaps if rules is not None else ()

    async def _follow(self, hops: list[str]) -> Answer:
        """The answer where the redirects end; every URL on the way is added to *hops*."""
        visited: set[str] = set()
        for _ in range(self._settings.max_redirects + 1):
            target = target_of(hops[-1])
            await self._obey_robots(target)
            answer = await self._hosts.visit(target, max_bytes=self._settings.max_page_bytes, cut=False, wants=_is_page)
            visited.add(answer.url)
            following = answer.redirect_to
            if following is None:
                return answer
            hops.append(following)
            if following in visited:
                raise RequestFailed(FailureKind.REDIRECTS, "redirects in a circle", url=following)
        raise RequestFailed(FailureKind.REDIRECTS, f"more than {self._settings.max_redirects} redirects", url=hops[0])

    async def _obey_robots(self, target: httpx.URL) -> None:
        rules = await self._rules(target)
        if rules.unreachable is not None:
            raise RequestFailed(rules.unreachable, f"{rules.why}, so nothing there may be read", url=robots_txt(target))
        if not rules.allow(str(target)):
            raise RequestFailed(FailureKind.BLOCKED_BY_ROBOTS, "robots.txt keeps us out", url=str(target))

    async def _rules(self, target: httpx.URL) -> RobotRules:
        """The rules of the URL's origin, read once."""
        host = self._hosts.of(target)
        async with host.robots_line:
            known = host.robots.get(origin_of(target))
            return known if known is not None else await self._read_rules(target)

    async def _read_rules(self, target: httpx.URL) -> RobotRules:
        async def ask(url: httpx.URL) -> Answer:
            return await self._hosts.visit(url, max_bytes=MAX_ROBOTS_BYTES, cut=True, wants=is_answer)

        rules, end = await read_rules(target, ask)
        if str(end) == robots_txt(end):
            self._keep_rules(end, rules)  # acme.example led to www.acme.example: that one's file is read too
        self._keep_rules(target, rules)
        return rules

    def _keep_rules(self, target: httpx.URL, rules: RobotRules) -> None:
        host = self._hosts.of(target)
        self._hosts.keep_rules(host, origin_of(target), rules)
        if rules.delay is not None:
            self._hosts.slow_down(host, rules.delay)


def _is_page(status: int, headers: Mapping[str, str]) -> bool:
    return is_answer(status, headers) and readable(headers.get("content-type", ""))


def _text(answer: Answer) -> str:
    """What the page says. Raises `RequestFailed` where it is no text."""
    content_type = answer.headers.get("content-type", "")
    if not readable(content_type):
        kind = clean_line(media_type(content_type), limit=60)
        raise RequestFailed(FailureKind.NOT_TEXT, f"is {kind}, no text", url=answer.url)
    if looks_binary(answer.body, content_type):
        raise RequestFailed(FailureKind.NOT_TEXT, "is no text, whatever its type says", url=answer.url)
    return narrow(decoded(answer.body, content_type))
