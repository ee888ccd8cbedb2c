"""A vendor on the other end of the line, in memory: a function that answers, or a recording that is played back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from ats_core.domain.board import ProviderName
from ats_core.errors import FailureKind, ProviderError
from ats_core.provider.messages import Reply, Request, Response

__all__ = ["FakeVendorHttp", "Serve", "as_reply", "json_answer", "recorded"]

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
    """Plays back recordings: JSON files with a list `exchanges`.

    An exchange has `url`, and may have `method` (GET), `status` (200), `headers`, and the body as `json` or `text`.
    A request that was not recorded raises `LookupError`: a recording must cover what its test asks for.
    """
    exchanges = {
        (exchange.get("method", "GET"), exchange["url"]): _response(exchange) for exchange in _exchanges(fixtures)
    }

    def serve(request: Request) -> Response:
        try:
            return exchanges[request.method, request.url]
        except KeyError:
            raise LookupError(
                f"{request.method} {request.url} was not recorded in {', '.join(map(str, fixtures))}"
            ) from None

    return serve


def _exchanges(fixtures: Iterable[Path]) -> Iterable[Mapping[str, object]]:
    for fixture in fixtures:
        yield from json.loads(fixture.read_text(encoding="utf-8"))["exchanges"]


def _response(exchange: Mapping[str, object]) -> Response:
    text = json.dumps(exchange["json"], ensure_ascii=False) if "json" in exchange else str(exchange.get("text", ""))
    headers = exchange.get("headers")
    return Response(
        url=str(exchange["url"]),
        status=int(str(exchange.get("status", 200))),
        body=text.encode(),
        headers={k.lower(): str(v) for k, v in headers.items()} if isinstance(headers, dict) else {},
    )
