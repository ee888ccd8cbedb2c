"""Sends one request and reads one answer, within a deadline and a number of bytes. It knows no vendor and no limits."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Self

import anyio
import httpcore
import httpx
from attrs import field, frozen

from ats_adapters.http.bodies import ACCEPTED_ENCODINGS, BodyTooLarge, BodyUnreadable, read_body
from ats_adapters.http.guards import BlockedAddress, Resolve, system_resolver
from ats_adapters.http.routes import Routes
from ats_adapters.http.urls import InvalidTarget, joined, parsed, shown
from ats_core.domain.identity import clean_line
from ats_core.errors import ConfigurationError, FailureKind, RecordedError
from ats_core.settings import HttpSettings

__all__ = ["Answer", "Outside", "RequestFailed", "phrase"]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# The body of a redirect is read to keep the connection, unless it is longer than that.
_REDIRECT_BODY = 16_384

# May stand in a comment of a User-Agent.
_CONTACT = re.compile(r"[ -'*-\[\]-~]*")

Headers = Mapping[str, str]


class RequestFailed(RecordedError):
    """One request brought no answer, or none that may be read: what kind of failure, with the URL as *where*."""

    def __init__(self, kind: FailureKind, what: str, *, url: str, hint: str = "") -> None:
        self.kind = kind
        super().__init__(what, where=shown(url), hint=hint)


@frozen(kw_only=True)
class Answer:
    """What came back for *url*. *headers* have lower-case names; *received* counts the body's bytes on the wire."""

    url: str
    status: int
    headers: Headers = field(repr=False)
    body: bytes = field(repr=False)
    received: int

    @property
    def redirect_to(self) -> str | None:
        """The absolute http(s) URL that a redirect sends to; None where this is none. Raises `RequestFailed`."""
        location = self.headers.get("location")
        if self.status not in _REDIRECTS or not location:
            return None
        try:
            return joined(self.url, location)
        except InvalidTarget as error:
            raise RequestFailed(
                FailureKind.REDIRECTS, f"redirects to what cannot be followed ({error})", url=self.url
            ) from None


def phrase(status: int) -> str:
    """A status for messages: `503 Service Unavailable`."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _always(status: int, headers: Headers) -> bool:
    return True


class Outside:
    """The way out of the machine: connections, guards, certificates, proxies, and one honest User-Agent.

    Built on httpcore, the engine of httpx: the guard has to sit where connections are opened, which httpx has no
    public place for, and its client layer doubles the cost of a request for things that are switched off here
    (cookies, which would tie a run to the last one; its own redirects and decoders).
    """

    def __init__(
        self,
        settings: HttpSettings,
        *,
        version: str,
        proxies: Mapping[str, str] | None = None,
        resolve: Resolve = system_resolver,
    ) -> None:
        """*proxies* by scheme, default: those of the environment. *resolve* finds a name's addresses.

        Raises `ConfigurationError`.
        """
        if not _CONTACT.fullmatch(settings.contact):
            raise ConfigurationError(
                f"{clean_line(settings.contact)!r} cannot stand in a User-Agent",
                where="http.contact",
                hint="give an e-mail address or a URL in ASCII, without parentheses",
            )
        self.settings = settings
        self.user_agent = f"ats-pipeline/{version}" + (f" (+{settings.contact})" if settings.contact else "")
        self._deadline = settings.timeout.total_seconds()
        # Half of the time may go into connecting; the whole is bounded apart.
        self._extensions = {"timeout": {"connect": self._deadline / 2}}
        self._headers = [
            (b"User-Agent", self.user_agent.encode("ascii")),
            (b"Accept-Encoding", ACCEPTED_ENCODINGS.encode("ascii")),
        ]
        self._routes = Routes(settings, proxies=proxies, resolve=resolve)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._routes.aclose()

    async def ask(
        self,
        url: str,
        *,
        max_bytes: int,
        method: str = "GET",
        headers: Headers | None = None,
        body: bytes | None = None,
        cut: bool = False,
        wants: Callable[[int, Headers], bool] = _always,
    ) -> Answer:
        """One request, one answer; redirects are answers. The settings' timeout bounds all of it.

        A body of more than *max_bytes*, on the wire or decompressed, is too large, or cut there with *cut*; it is
        left unread where *wants* says no to the answer's status and headers. Raises `RequestFailed` of kind
        network, timeout, blocked_address, too_large, not_text (an encoding that was not asked for, or no such), or
        adapter (the request itself is malformed).
        """
        try:
            target = parsed(url)
            pool, core_url = self._routes.of(target)
            request = self._request(method, target, core_url, headers or {}, body)
        except InvalidTarget as error:
            raise RequestFailed(FailureKind.BLOCKED_ADDRESS, str(error), url=url) from None
        except BlockedAddress as error:
            raise _blocked(error, url) from None
        except UnicodeEncodeError:
            raise RequestFailed(FailureKind.ADAPTER, "a header of the request is not text", url=url) from None
        try:
            with anyio.fail_after(self._deadline):
                response = await pool.handle_async_request(request)
                try:
                    return await _read(response, str(target), max_bytes=max_bytes, cut=cut, wants=wants)
                finally:
                    await response.aclose()
        except BodyTooLarge:
            raise RequestFailed(
                FailureKind.TOO_LARGE, f"the body has more than the {max_bytes:,} bytes that are read", url=url
            ) from None
        except BodyUnreadable as error:
            raise RequestFailed(error.kind, str(error), url=url) from None
        except BlockedAddress as error:
            raise _blocked(error, url) from None
        except TimeoutError:
            raise RequestFailed(
                FailureKind.TIMEOUT, f"no whole answer within {self._deadline:g} s", url=url, hint="see http.timeout"
            ) from None
        except httpcore.TimeoutException:
            raise RequestFailed(FailureKind.TIMEOUT, "no connection in time", url=url) from None
        except httpcore.LocalProtocolError as error:
            raise RequestFailed(FailureKind.ADAPTER, f"the request cannot be sent: {error}", url=url) from None
        except (
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpcore.ProxyError,
            anyio.BrokenResourceError,
            anyio.ClosedResourceError,
            OSError,
        ) as error:
            said = clean_line(str(error), limit=160) or type(error).__name__
            raise RequestFailed(FailureKind.NETWORK, f"no answer: {said}", url=url) from error

    def _request(
        self, method: str, target: httpx.URL, core_url: httpcore.URL, headers: Headers, body: bytes | None
    ) -> httpcore.Request:
        # The Host stays the URL's own, wherever the connection goes.
        fields = [(b"Host", target.netloc), *self._headers]
        fields += [(name.encode("ascii"), value.encode("utf-8")) for name, value in headers.items()]
        if not any(name.lower() == "accept" for name in headers):
            fields.append((b"Accept", b"*/*"))
        if body is not None:
            fields.append((b"Content-Length", str(len(body)).encode("ascii")))
        return httpcore.Request(method, core_url, headers=fields, content=body or b"", extensions=self._extensions)


async def _read(
    response: httpcore.Response, url: str, *, max_bytes: int, cut: bool, wants: Callable[[int, Headers], bool]
) -> Answer:
    headers: dict[str, str] = {}
    for raw_name, raw_value in response.headers:
        name, value = raw_name.decode("latin-1").lower(), _text(raw_value)
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    body, received = b"", 0
    if response.status in _REDIRECTS and "location" in headers:
        max_bytes, cut, wanted = min(max_bytes, _REDIRECT_BODY), True, True
        encoding = ""  # nobody reads it: not worth inflating
    else:
        wanted = wants(response.status, headers)
        encoding = headers.get("content-encoding", "")
    if wanted:
        declared = headers.get("content-length", "")
        if not cut and declared.isdecimal() and len(declared) < 20 and int(declared) > max_bytes:
            raise BodyTooLarge
        body, received = await read_body(response.aiter_stream(), encoding, max_bytes=max_bytes, cut=cut)
    return Answer(url=url, status=response.status, headers=headers, body=body, received=received)


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _blocked(error: BlockedAddress, url: str) -> RequestFailed:
    return RequestFailed(
        FailureKind.BLOCKED_ADDRESS,
        str(error),
        url=url,
        hint="http.allow_private_networks frees such addresses, for intranets only",
    )
