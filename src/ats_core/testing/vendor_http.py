"""A vendor on the other end of the line, in memory: a function that answers, or a recording that is played back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from attrs import evolve

from ats_core.domain.board import ProviderName
from ats_core.domain.checkpoint import Validators
from ats_core.errors import FailureKind, ProviderError
from ats_core.provider.messages import Reply, Request, Response
from ats_core.testing.recording.cleaning import clean_url, clean_value
from ats_core.testing.recording.fixture import RecordedExchange, sent_value

__all__ = ["FakeVendorHttp", "Serve", "as_reply", "asked_of", "json_answer", "played_back", "recorded"]

#: Answers one request, as the vendor's server would.
Serve = Callable[[Request], Reply]

_FAILURES = {403: FailureKind.FORBIDDEN, 429: FailureKind.RATE_LIMITED}


class FakeVendorHttp:
    """A `VendorHttp` without a network. *requests* are those that were sent, in order."""

    def __init__(self, serve: Serve) -> None:
        self.serve = serve
        self.requests: list[Request] = []

    async def send(self, provider: ProviderName, requests: tuple[Request, ...]) -> tuple[Reply, ...]:
        """One reply for each request, in order."""
        replies = []
        for request in requests:
            self.requests.append(request)
            replies.append(as_reply(self.serve(request)))
        return tuple(replies)


def as_reply(answer: Reply) -> Reply:
    """What an adapter is told of *answer*: 403, 429 and 5xx arrive as `ProviderError`, after all tries."""
    if isinstance(answer, ProviderError) or (answer.status not in _FAILURES and answer.status < 500):
        return answer
    kind = _FAILURES.get(answer.status, FailureKind.SERVER_ERROR)
    return ProviderError(kind, f"answered status {answer.status}", where=answer.url)


def json_answer(request: Request, value: object, *, status: int = 200, etag: bool = True) -> Response:
    """*value* as a JSON answer with a weak ETag, or 304 where the request already has it."""
    body = json.dumps(value, ensure_ascii=False).encode()
    if not etag or status != 200:
        return Response(url=request.url, status=status, body=body)
    headers = {"content-type": "application/json", "etag": f'W/"{hashlib.blake2b(body, digest_size=8).hexdigest()}"'}
    if request.validators.etag == headers["etag"]:
        return Response(url=request.url, status=304, headers=headers)
    return Response(url=request.url, status=200, body=body, headers=headers)


def recorded(*fixtures: Path) -> Serve:
    """Plays back recordings: JSON files with a list `exchanges`, as `atsp record` writes them.

    An exchange has `url`, and may have `method` (GET), `sent` (the request's body), `status` (200), `headers`,
    `answered_at` (where redirects ended), and the body as `json` or `text`. Without `sent` it answers whatever is sent.
    A request that was not recorded raises `LookupError`: a recording must cover what its test asks for.
    """
    exchanges = [RecordedExchange.parse(exchange) for exchange in _exchanges(fixtures)]
    return played_back(exchanges, where=", ".join(map(str, fixtures)))


def played_back(exchanges: Iterable[RecordedExchange], *, where: str) -> Serve:
    """Answers as the *exchanges* were; `LookupError` for a request that is in none. *where* names the recording.

    A request that has the recorded answer already is told so (304).
    """
    answers = {exchange.asked: exchange.response for exchange in exchanges}

    def serve(request: Request) -> Response:
        for asked in asked_of(request):
            if asked in answers:
                answer = answers[asked]
                has_it = request.validators != Validators() and request.validators == answer.validators
                return evolve(answer, status=304, body=b"") if has_it else answer
        raise LookupError(f"{request.method} {request.url} was not recorded in {where}")

    return serve


def asked_of(request: Request) -> tuple[tuple[str, str, str], ...]:
    """How a recording may call this request, the likeliest first: as it is, cleaned, with any body."""
    exactly = RecordedExchange(url=request.url, method=request.method, sent=sent_value(request.body))
    cleaned = evolve(exactly, url=clean_url(exactly.url), sent=clean_value(exactly.sent))
    both = (exactly, cleaned)
    return tuple(dict.fromkeys(each.asked for each in (*both, *(evolve(each, sent=None) for each in both))))


def _exchanges(fixtures: Iterable[Path]) -> Iterable[Mapping[str, Any]]:
    for fixture in fixtures:
        yield from json.loads(fixture.read_text(encoding="utf-8"))["exchanges"]
