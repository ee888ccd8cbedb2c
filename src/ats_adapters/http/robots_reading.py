"""Fetches the robots.txt of an origin (RFC 9309), whoever asks and by whatever limits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import httpx

from ats_adapters.http.client import Answer, RequestFailed
from ats_adapters.http.robots import EVERYTHING, MAX_ROBOTS_REDIRECTS, RobotRules
from ats_adapters.http.urls import InvalidTarget, parsed
from ats_core.errors import FailureKind

__all__ = ["is_answer", "origin_of", "read_rules", "robots_txt", "target_of"]


def target_of(url: str) -> httpx.URL:
    """*url*, ready to be asked for. Raises `RequestFailed` of kind blocked_address."""
    try:
        return parsed(url)
    except InvalidTarget as error:
        raise RequestFailed(FailureKind.BLOCKED_ADDRESS, str(error), url=url) from None


def origin_of(target: httpx.URL) -> str:
    """Scheme, host and port: what one robots.txt holds for."""
    return f"{target.scheme}://{target.netloc.decode('ascii')}"


def robots_txt(target: httpx.URL) -> str:
    """Where the rules of a URL's origin stand."""
    return f"{origin_of(target)}/robots.txt"


def is_answer(status: int, headers: Mapping[str, str]) -> bool:
    """Whether an answer of this status says anything: one of 429 or 5xx does not."""
    return status < 500 and status != 429


async def read_rules(target: httpx.URL, ask: Callable[[httpx.URL], Awaitable[Answer]]) -> tuple[RobotRules, httpx.URL]:
    """The rules of a URL's origin, and the URL that they were found at.

    *ask* sends one request and gives its answer, redirects included; it raises `RequestFailed`, also where the answer
    says nothing (`is_answer`): then nothing may be read there.
    """
    rules, end, url = EVERYTHING, target, robots_txt(target)
    try:
        for _ in range(MAX_ROBOTS_REDIRECTS + 1):
            end = target_of(url)
            answer = await ask(end)
            following = answer.redirect_to
            if following is None:
                rules = RobotRules.of(answer)
                break
            url = following
    except RequestFailed as failure:
        rules = RobotRules.unread(failure)
    return rules, end
