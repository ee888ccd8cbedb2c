"""A recording as a fixture holds it: whose board it is of, and each request with what was answered."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import Factory, evolve, field, frozen

from ats_core.domain.board import Board, ProviderName
from ats_core.errors import ConfigurationError
from ats_core.provider.messages import Request, Response

__all__ = ["RecordedExchange", "Recording", "recorded_exchange", "sent_value"]

#: The headers of answers that mean something to an adapter. No other is kept, so that no cookie or token is.
KEPT_HEADERS = ("content-type", "etag", "last-modified")
_XML_ENCODING = re.compile(r"""\s*<\?xml[^<>]*?\sencoding\s*=\s*["'](?P<name>[\w.-]+)["']""")
_TO_BE_ESCAPED = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_SCRIPT = re.compile(r"<script\b[^<>]{0,500}>(?P<data>\s*[{\[].*?)</script", re.I | re.S)
_CHARSET = re.compile(r"""charset\s*=\s*["']?(?P<name>[\w.-]+)""", re.I)


@frozen(kw_only=True)
class RecordedExchange:
    """One request and its answer.

    *sent* is the request's body, a JSON value or text, None where it had none. *answered_at* is the URL at which
    redirects ended, empty where there were none. *content* is the answer's body: a JSON value if *is_json*, or text.
    """

    url: str
    method: str = "GET"
    sent: object = None
    answered_at: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default=Factory(dict))
    content: object = field(default="", repr=False)
    is_json: bool = False

    @property
    def asked(self) -> tuple[str, str, str]:
        """What tells this request from the others of a recording."""
        return self.method, self.url, json.dumps(self.sent, sort_keys=True)

    def plain(self) -> dict[str, object]:
        """As it stands in a fixture: what is usual is left out."""
        told: dict[str, object] = {"method": self.method} if self.method != "GET" else {}
        told["url"] = self.url
        told |= {"sent": self.sent} if self.sent is not None else {}
        told |= {"answered_at": self.answered_at} if self.answered_at else {}
        told |= {"status": self.status} if self.status != 200 else {}
        told |= {"headers": dict(self.headers)} if self.headers else {}
        return told | {("json" if self.is_json else "text"): self.content}

    @classmethod
    def parse(cls, told: Mapping[str, Any]) -> RecordedExchange:
        """The exchange that a fixture tells. Raises `KeyError`, `TypeError` or `ValueError` where it tells none."""
        return cls(
            url=str(told["url"]),
            method=str(told.get("method", "GET")),
            sent=told.get("sent"),
            answered_at=str(told.get("answered_at", "")),
            status=int(told.get("status", 200)),
            headers={name.lower(): str(value) for name, value in dict(told.get("headers", {})).items()},
            content=told["json"] if "json" in told else str(told.get("text", "")),
            is_json="json" in told,
        )

    @property
    def data(self) -> Any:
        """The answer as a JSON value: the body, or what stands in the largest script of a page; None where neither is.

        It is the caller's own.
        """
        if self.is_json:
            return copy.deepcopy(self.content)
        found = _data_in(str(self.content))
        return None if found is None else found[1]

    def with_data(self, data: object) -> RecordedExchange:
        """This exchange with other data in its answer, where it has any."""
        if self.is_json:
            return evolve(self, content=data)
        text = str(self.content)
        found = _data_in(text)
        if found is None:
            return self
        start, end = found[0]
        return evolve(self, content=text[:start] + _json_text(data).replace("</", "<\\/") + text[end:])

    @property
    def response(self) -> Response:
        """The answer, as it came."""
        body = _json_text(self.content) if self.is_json else str(self.content)
        return Response(
            url=self.answered_at or self.url, status=self.status, body=body.encode(), headers=dict(self.headers)
        )


@frozen(kw_only=True)
class Recording:
    """A board and the exchanges in which it was read, each request once."""

    board: Board
    exchanges: tuple[RecordedExchange, ...] = field(repr=False)

    @property
    def text(self) -> str:
        """The fixture: JSON, one field a line."""
        board = self.board
        told: dict[str, object] = {"provider": board.provider, "board": board.slug}
        told |= {"region": board.region} if board.region else {}
        told["exchanges"] = [exchange.plain() for exchange in self.exchanges]
        return _json_text(told, indent=2) + "\n"

    @property
    def size(self) -> int:
        """The bytes of the fixture."""
        return len(self.text.encode())

    @classmethod
    def of(cls, board: Board, exchanges: Iterable[RecordedExchange]) -> Recording:
        """A recording of *exchanges*; of two with one request, the later one counts."""
        return cls(board=board, exchanges=tuple({exchange.asked: exchange for exchange in exchanges}.values()))

    @classmethod
    def parse(cls, text: str, *, where: str) -> Recording:
        """The recording in a fixture. Raises `ConfigurationError`."""
        try:
            told = json.loads(text)
            board = Board(ProviderName(str(told["provider"])), str(told.get("region", "")), str(told["board"]))
            return cls.of(board, [RecordedExchange.parse(exchange) for exchange in told["exchanges"]])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ConfigurationError(
                f"it is no recording ({type(error).__name__}: {error})",
                where=where,
                hint="a recording is JSON with `provider`, `board` and `exchanges`; atsp record writes one",
            ) from None


def recorded_exchange(request: Request, response: Response) -> RecordedExchange:
    """What is kept of a request and its answer: no header of the request, few of the answer."""
    content, is_json = _json_or_text(response.body, response.headers.get("content-type", ""))
    return RecordedExchange(
        url=request.url,
        method=request.method,
        sent=sent_value(request.body),
        answered_at=response.url if response.url != request.url else "",
        status=response.status,
        headers={name: response.headers[name] for name in KEPT_HEADERS if name in response.headers},
        content=content,
        is_json=is_json,
    )


def sent_value(body: bytes | None) -> object:
    """The body of a request, as a recording has it."""
    return None if body is None else _json_or_text(body)[0]


def _json_text(value: object, *, indent: int | None = None) -> str:
    """*value* as JSON in which letters are letters, and what UTF-8 or a terminal would choke on is escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _TO_BE_ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _data_in(page: str) -> tuple[tuple[int, int], Any] | None:
    """Where the largest JSON value in a script of a page stands, and the value."""
    found: list[tuple[tuple[int, int], Any]] = []
    for script in _SCRIPT.finditer(page) if page.lstrip().startswith("<") else ():
        try:
            found.append((script.span("data"), json.loads(script["data"])))
        except (ValueError, RecursionError):
            continue  # a script that is no JSON
    return max(found, key=lambda each: each[0][1] - each[0][0], default=None)


def _json_or_text(body: bytes, content_type: str = "") -> tuple[object, bool]:
    try:
        return json.loads(body.decode("utf-8")), True
    except (ValueError, RecursionError):
        return _text(body, content_type), False


def _text(body: bytes, content_type: str) -> str:
    """A body that is no JSON. One in another encoding says in a fixture that it is in UTF-8, as fixtures are."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        beginning = body[:300].decode("ascii", "replace")
        named = _XML_ENCODING.match(beginning) or _CHARSET.search(content_type)
    try:
        text = body.decode(named["name"]) if named else body.decode("utf-8", "replace")
    except (LookupError, UnicodeDecodeError):
        text = body.decode("utf-8", "replace")
    return _XML_ENCODING.sub(lambda found: found[0].replace(found["name"], "UTF-8"), text, count=1)
