"""What a website's robots.txt lets us read (RFC 9309). Reading the file is the pages' part, not this module's.

Only the lines that concern us are given to the parser: it makes a set of rules for every agent that a file names, so
that one of some kilobytes (thousands of agents before thousands of rules) would cost minutes and gigabytes.
"""

from __future__ import annotations

import re
from itertools import islice

from attrs import frozen
from protego import Protego

from ats_adapters.http.client import Answer, RequestFailed
from ats_adapters.http.texts import decoded
from ats_core.errors import FailureKind

__all__ = ["EVERYTHING", "MAX_ROBOTS_BYTES", "MAX_ROBOTS_REDIRECTS", "PRODUCT", "RobotRules"]

#: The product token that a robots.txt names us by.
PRODUCT = "ats-pipeline"
#: RFC 9309, 2.5: at least 500 kibibytes are read; the rest is left alone.
MAX_ROBOTS_BYTES = 500 * 1024
#: RFC 9309, 2.3.1.2: five are followed, then the file counts as unavailable.
MAX_ROBOTS_REDIRECTS = 5

#: Of more rules for us than that the first hold.
MAX_RULES = 3_000

# A longer Crawl-delay is taken for that: a look at a website is a handful of pages, and has a deadline.
_LONGEST_DELAY = 10.0
_MOST_SITEMAPS = 20

# As generous as the parser is: a colon may be missing, or stand a little off.
_AGENT = re.compile(r"\s*user[- ]?agent\s*(?::|\s)\s*([^#]*)", re.IGNORECASE)
_RULE = re.compile(r"[^#]*:|\s*(?:dis|dia|allow|crawl|request|visit)", re.IGNORECASE)
_SITE_WIDE = re.compile(r"\s*(site-?maps?|host)\s*(?::|\s)", re.IGNORECASE)


@frozen
class RobotRules:
    """One origin's rules, and how many. *unreachable*: of what kind the failure to read them was, and *why*."""

    rules: Protego | None = None
    count: int = 0
    unreachable: FailureKind | None = None
    why: str = ""

    @classmethod
    def unread(cls, failure: RequestFailed) -> RobotRules:
        """The rules of a host that did not say them: nothing may be read (RFC 9309, 2.3.1.4)."""
        return cls(unreachable=failure.kind, why=failure.what)

    @classmethod
    def of(cls, answer: Answer) -> RobotRules:
        """The rules of an answer below 500: a file that is not there (4xx) forbids nothing (RFC 9309, 2.3.1.3)."""
        if not 200 <= answer.status < 300:
            return EVERYTHING
        lines = _lines_for_us(decoded(answer.body, answer.headers.get("content-type", "")))
        return cls(Protego.parse("\n".join(lines)), len(lines))

    def allow(self, url: str) -> bool:
        """Whether *url* may be read by us."""
        if self.unreachable is not None:
            return False
        return self.rules is None or bool(self.rules.can_fetch(url, PRODUCT))

    @property
    def delay(self) -> float | None:
        """The seconds to leave between requests, bounded, where the file asks for any."""
        asked = self.rules.crawl_delay(PRODUCT) if self.rules is not None else None
        return min(float(asked), _LONGEST_DELAY) if asked is not None and asked > 0 else None

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """What the file's Sitemap lines name, the first of them, as they stand."""
        return tuple(islice(self.rules.sitemaps, _MOST_SITEMAPS)) if self.rules is not None else ()


EVERYTHING = RobotRules()


def _lines_for_us(text: str) -> list[str]:
    """The site-wide lines of a robots.txt, and as one group for everybody the rules of the groups that are for us.

    The groups of the longest name that fits ours count, `*` being the shortest (RFC 9309, 2.2.1).
    """
    site_wide: list[str] = []
    rules: dict[int, list[str]] = {}
    fitting: set[int] = set()
    in_header = False
    for line in text.splitlines():
        if agent := _AGENT.match(line):
            if not in_header:
                fitting, in_header = set(), True
            fitting.add(_fit(agent.group(1)))
        elif _SITE_WIDE.match(line):
            if len(site_wide) < _MOST_SITEMAPS:
                site_wide.append(line)
        elif _RULE.match(line):
            in_header = False
            for fit in fitting:
                if fit and len(rules.setdefault(fit, [])) < MAX_RULES:
                    rules[fit].append(line)
    for fit in fitting if in_header else ():
        rules.setdefault(fit, [])
    best = rules.get(max(rules), []) if rules else []
    return [*site_wide, "User-agent: *", *best] if best else site_wide


def _fit(agent: str) -> int:
    """How well an agent's name fits ours: its length where ours begins with it, 1 for `*`, else 0."""
    name = agent.strip().lower()
    if name == "*":
        return 1
    name = name.partition("/")[0].replace("*", "")  # a version is no part of it
    return len(name) + 1 if name and PRODUCT.startswith(name) else 0
