"""What a website's robots.txt lets us read (RFC 9309). Reading the file is the pages' part, not this module's."""

from __future__ import annotations

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

# A longer Crawl-delay is taken for that: a look at a website is a handful of pages, and has a deadline.
_LONGEST_DELAY = 10.0


@frozen
class RobotRules:
    """One origin's rules. *unreachable*: of what kind the failure to read them was, and *why*; else None."""

    rules: Protego | None = None
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
        return cls(Protego.parse(decoded(answer.body, answer.headers.get("content-type", ""))))

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


EVERYTHING = RobotRules()
