"""Misbehaviour on request, decided by a seed: which tries of which URLs fail, and how."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum

from attrs import field, frozen
from attrs.validators import ge, le, min_len, optional

from ats_adapters.sandbox.answers import SandboxResponse, found_at, html_page, json_document
from ats_adapters.sandbox.chance import Dice

__all__ = ["LOOP", "FaultKind", "Faults", "loop_step"]

#: Where a redirect loop goes round, on any host.
LOOP = "/-/loop/"
_FIRST_TRY: int | None = 1
_CDN_PAGE = "<!doctype html><title>Just a moment...</title><h1>Checking your browser</h1><p>Ray ID: 8f0c1d</p>"


class FaultKind(StrEnum):
    """One way to misbehave, by the name that the command line takes."""

    TOO_MANY_SECONDS = "429-seconds"
    TOO_MANY_DATE = "429-date"
    TOO_MANY = "429"
    INTERNAL_ERROR = "500"
    BAD_GATEWAY = "502"
    UNAVAILABLE = "503"
    RESET = "reset"
    HANG = "hang"
    TRUNCATED = "truncated"
    INVALID_JSON = "invalid-json"
    HTML = "html"
    WRONG_SHAPE = "wrong-shape"
    DRIP = "drip"
    REDIRECT_LOOP = "redirect-loop"


def _kinds(kinds: object) -> tuple[FaultKind, ...]:
    if isinstance(kinds, str):
        return (FaultKind(kinds),)
    return tuple(FaultKind(kind) for kind in kinds)  # type: ignore[attr-defined]


@frozen(kw_only=True)
class Faults:
    """What goes wrong, how often, and for how long.

    Each of the first *tries* tries of a URL fails with probability *rate* (0-1) in one of *kinds*; later tries
    succeed. *tries* None is the hard way: a URL that fails once fails always, in the same manner. Without
    *everywhere*, only vendors' hosts misbehave. *retry_after* is what a 429 or 503 asks for, in seconds; *hang* how
    long a hanging connection is kept open, *drip* how long a slow body takes, in seconds.
    """

    kinds: tuple[FaultKind, ...] = field(converter=_kinds, validator=min_len(1))
    rate: float = field(default=1.0, validator=[ge(0.0), le(1.0)])
    seed: int = 0
    tries: int | None = field(default=_FIRST_TRY, validator=optional(ge(1)))
    everywhere: bool = False
    retry_after: int = field(default=1, validator=ge(0))
    hang: float = field(default=30.0, validator=ge(0))
    drip: float = field(default=2.0, validator=ge(0))

    def decide(self, host: str, target: str, attempt: int) -> FaultKind | None:
        """What happens to this try of a URL (*attempt* counts from 0), or None where nothing does."""
        if self.tries is not None and attempt >= self.tries:
            return None
        dice = Dice(f"faults {self.seed}")
        question = (host, target, attempt if self.tries is not None else "always")
        return dice.pick(self.kinds, "kind", *question) if dice.happens(self.rate, *question) else None

    def spoil(self, kind: FaultKind, good: SandboxResponse, now: datetime) -> SandboxResponse:
        """The answer that *kind* makes of a *good* one; those that only a connection can play leave it as it is."""
        match kind:
            case FaultKind.TOO_MANY_SECONDS:
                return _refusal(429, str(self.retry_after))
            case FaultKind.TOO_MANY_DATE:
                return _refusal(429, format_datetime(now + timedelta(seconds=self.retry_after), usegmt=True))
            case FaultKind.TOO_MANY:
                return _refusal(429)
            case FaultKind.INTERNAL_ERROR:
                return _refusal(500)
            case FaultKind.BAD_GATEWAY:
                return _refusal(502)
            case FaultKind.UNAVAILABLE:
                return _refusal(503, str(self.retry_after))
            case FaultKind.INVALID_JSON:
                return _recast(good, good.body[: len(good.body) * 2 // 3] or b'{"jobs":[{')
            case FaultKind.WRONG_SHAPE:
                return _recast(good, json.dumps({"data": {"items": None, "total": "many"}, "ok": True}).encode())
            case FaultKind.HTML:
                return html_page(_CDN_PAGE)
            case FaultKind.REDIRECT_LOOP:
                return found_at(f"{LOOP}1", 302)
        return good


def loop_step(target: str) -> SandboxResponse:
    """The next redirect of a loop."""
    return found_at(f"{LOOP}2" if target == f"{LOOP}1" else f"{LOOP}1", 302)


def _refusal(status: int, retry_after: str | None = None) -> SandboxResponse:
    made = html_page(f"<!doctype html><title>{status}</title><h1>{status}</h1>", status)
    extra = (("retry-after", retry_after),) if retry_after is not None else ()
    return SandboxResponse(status, (*made.headers, *extra), made.body)


def _recast(good: SandboxResponse, body: bytes) -> SandboxResponse:
    """A 200 in JSON's clothes around another body, without the validators of the good one."""
    made = json_document(None)
    headers = tuple((k, str(len(body)) if k == "content-length" else v) for k, v in made.headers)
    return SandboxResponse(200, headers, body)
