"""Fetches everything that can be reached in the world and prints one digest of all answers: run as a program."""

from __future__ import annotations

import hashlib
import re
import sys
from html import unescape
from urllib.parse import urljoin, urlsplit

from ats_adapters.sandbox.world import World

_REFERENCE = re.compile(r"""(?:href|src)=["']([^"']+)|(https?://[^\s"'<>\\]+)""")


def starting_points(world: World) -> list[str]:
    points = [f"https://{host}{path}" for host in world.hosts for path in ("/", "/robots.txt", "/nowhere")]
    for boards in world.truth().values():
        for provider, region, slug in boards or ():
            if provider == "greenhouse":
                api = f"https://boards-api.greenhouse.io/v1/boards/{slug}"
                points += [api, f"{api}/jobs", f"{api}/jobs?content=true&pay_transparency=true", f"{api}/departments"]
            else:
                api = f"https://api.{'eu.' if region else ''}lever.co/v0/postings/{slug}"
                points += [f"{api}?mode=json", f"{api}?mode=json&skip=100&limit=100", api]
    return points


def digest(day: int, *, at_most: int = 1500) -> tuple[str, int]:
    """The digest of all answers in order of their addresses, and how many there are."""
    world = World(day)
    waiting = starting_points(world)
    answers = {"list": world.companies_csv().encode(), "truth": repr(sorted(map(str, world.truth().items()))).encode()}
    while waiting and len(answers) < at_most:
        url = waiting.pop(0)
        if url in answers:
            continue
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        response = world.handle(parts.netloc, "GET", target, {})
        answers[url] = repr((response.status, response.headers)).encode() + response.body
        if "json" in (response.header("content-type") or ""):
            continue
        text = unescape(response.body.decode()) + f' href="{response.header("location") or ""}"'
        for quoted, bare in _REFERENCE.findall(text):
            reference = urljoin(url, quoted or bare)
            if urlsplit(reference).netloc in world.hosts:
                waiting.append(reference.partition("#")[0])
    whole = hashlib.sha256()
    for url in sorted(answers):
        whole.update(url.encode() + b"\0" + answers[url] + b"\0")
    return whole.hexdigest(), len(answers)


if __name__ == "__main__":
    print(*digest(int(sys.argv[1])))
