"""Which way a request takes to its host: straight and guarded, through a proxy, or where the configuration sends it."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from importlib.util import find_spec
from urllib.request import getproxies

import httpcore
import httpx

from ats_adapters.http.guards import GuardedBackend, Resolve, check_literal
from ats_adapters.http.urls import InvalidTarget, host_of, parsed
from ats_core.errors import ConfigurationError
from ats_core.settings import HttpSettings

__all__ = ["Routes"]

# Idle connections are kept for that many seconds: longer than the pauses between requests under a vendor's limit,
# shorter than what servers commonly keep. Not many of them: a pool looks at every one for every request.
_KEEPALIVE = 15.0
_KEPT_IDLE = 32


class Routes:
    """Picks the connection pool of a request and the address it is sent to. All pools speak HTTP/1.1, kept alive."""

    def __init__(self, settings: HttpSettings, *, proxies: Mapping[str, str] | None, resolve: Resolve) -> None:
        """*proxies*: by scheme, as `urllib.request.getproxies` gives them, which None asks for.

        Raises `ConfigurationError`.
        """
        self._allow_private = settings.allow_private_networks
        self._connect_to = {_key(host): _base(host, url) for host, url in settings.connect_to.items()}
        self._proxies = dict(getproxies() if proxies is None else proxies)
        self._tls = _trusted()
        # Three kinds apart, so that no connection is ever used for what it was not made for.
        self._guarded = self._pool(GuardedBackend(allow_private=self._allow_private, resolve=resolve))
        self._configured = self._pool()
        self._proxied = {
            scheme: self._pool(proxy=_proxy(scheme, url))
            for scheme, url in self._proxies.items()
            if scheme in ("http", "https", "all") and url
        }

    def _pool(
        self, backend: httpcore.AsyncNetworkBackend | None = None, proxy: httpcore.Proxy | None = None
    ) -> httpcore.AsyncConnectionPool:
        # No bound on connections: the limiters bound the requests under way, and waiting here would eat deadlines.
        return httpcore.AsyncConnectionPool(
            ssl_context=self._tls,
            proxy=proxy,
            max_connections=None,
            max_keepalive_connections=_KEPT_IDLE,
            keepalive_expiry=_KEEPALIVE,
            network_backend=backend,
        )

    def of(self, url: httpx.URL) -> tuple[httpcore.AsyncConnectionPool, httpcore.URL]:
        """The pool for *url*, and the URL as that pool is to be asked. Raises `BlockedAddress`.

        A host named in `connect_to` goes where that says. `*` stands for names: an address that is spelled out is
        judged first, as everywhere. What goes through a proxy is resolved there, out of the guard's sight: then
        only addresses that are spelled out are judged.
        """
        host = host_of(url)
        base = self._connect_to.get(host)
        if base is None:
            if not self._allow_private:
                check_literal(host)
            base = self._connect_to.get("*")
        if base is not None:
            return self._configured, _core_url(base, url.raw_path)
        if self._proxied and not _spared(host, self._proxies.get("no", "")):
            proxied = self._proxied.get(url.scheme) or self._proxied.get("all")
            if proxied is not None:
                return proxied, _core_url(url, url.raw_path)
        return self._guarded, _core_url(url, url.raw_path)

    async def aclose(self) -> None:
        """Close all connections."""
        for pool in (self._guarded, self._configured, *self._proxied.values()):
            await pool.aclose()


def _core_url(where: httpx.URL, target: bytes) -> httpcore.URL:
    return httpcore.URL(scheme=where.raw_scheme, host=where.raw_host, port=where.port, target=target)


def _trusted() -> ssl.SSLContext:
    """The certificates that httpx trusts: SSL_CERT_FILE, SSL_CERT_DIR, else certifi's."""
    try:
        return httpx.create_ssl_context()
    except OSError as error:
        raise ConfigurationError(
            f"the trusted certificates cannot be read ({error})", where="SSL_CERT_FILE", hint="mend or unset it"
        ) from None


def _spared(host: str, no_proxy: str) -> bool:
    """Whether NO_PROXY keeps *host* from the proxy: it lists hosts, each with all below it, or `*`."""
    entries = (entry.strip().lower().lstrip(".") for entry in no_proxy.split(","))
    return any(entry == "*" or host == entry or host.endswith(f".{entry}") for entry in entries if entry)


def _key(host: str) -> str:
    if host == "*":
        return host
    try:
        read = parsed(f"http://{host}/")
    except InvalidTarget:
        read = None
    if read is None or read.raw_path != b"/" or read.port is not None or ":" in host.rsplit("]")[-1]:
        raise ConfigurationError(
            f"{host!r} is not a host", where="http.connect_to", hint="give a bare name such as acme.example, or *"
        )
    return host_of(read)


def _base(host: str, url: str) -> httpx.URL:
    where = f"http.connect_to[{host!r}]"
    try:
        base = parsed(url)
    except InvalidTarget as error:
        raise ConfigurationError(
            f"{url!r} is not a base URL ({error})", where=where, hint="give one such as http://127.0.0.1:8080"
        ) from None
    if base.raw_path != b"/":
        raise ConfigurationError(f"{url!r} has a path", where=where, hint="give scheme, host and port only")
    return base


def _proxy(scheme: str, url: str) -> httpcore.Proxy:
    try:
        read = httpx.Proxy(url if "://" in url else f"http://{url}")
        if not read.url.raw_host:
            raise ValueError("no host")
    except (httpx.InvalidURL, ValueError):
        # The URL may hold a password: it is not repeated.
        raise ConfigurationError(
            "the proxy's address cannot be read",
            where=f"{scheme.upper()}_PROXY",
            hint="give one such as http://proxy.example:3128, or unset it",
        ) from None
    if read.url.scheme.startswith("socks") and find_spec("socksio") is None:
        raise ConfigurationError(
            "a SOCKS proxy needs the package socksio",
            where=f"{scheme.upper()}_PROXY",
            hint='install it with: pip install "httpx[socks]"',
        )
    return httpcore.Proxy(_core_url(read.url, b"/"), auth=read.raw_auth)
