"""Which way requests go, and which configurations are refused."""

from __future__ import annotations

from collections.abc import Mapping

import anyio
import pytest

from ats_adapters.http.client import Outside
from ats_adapters.http.guards import BlockedAddress, system_resolver
from ats_adapters.http.routes import Routes
from ats_adapters.http.urls import parsed
from ats_core.errors import ConfigurationError
from ats_core.settings import HttpSettings

PROXY = "http://proxy.example:3128"


def routes(
    connect_to: Mapping[str, str] | None = None, proxies: Mapping[str, str] | None = None, *, private: bool = False
) -> Routes:
    settings = HttpSettings(connect_to=connect_to or {}, allow_private_networks=private)
    return Routes(settings, proxies=proxies or {}, resolve=system_resolver)


def way(routes: Routes, url: str) -> tuple[str, str]:
    """Which pool, and where that one is asked to go."""
    pool, core_url = routes.of(parsed(url))
    where = f"{core_url.scheme.decode()}://{core_url.host.decode()}:{core_url.port or ''}{core_url.target.decode()}"
    if pool is routes._guarded:
        return "guarded", where
    if pool is routes._configured:
        return "configured", where
    (scheme,) = (scheme for scheme, proxied in routes._proxied.items() if proxied is pool)
    return f"proxy for {scheme}", where


def test_a_public_host_is_asked_straight_and_guarded() -> None:
    assert way(routes(), "https://acme.example/a?b=c") == ("guarded", "https://acme.example:/a?b=c")


def test_a_named_host_goes_where_the_configuration_says() -> None:
    to_sandbox = routes({"API.acme.example": "http://127.0.0.1:8080/"})
    assert way(to_sandbox, "https://api.acme.example./v1?x=y") == ("configured", "http://127.0.0.1:8080/v1?x=y")
    assert way(to_sandbox, "https://acme.example/")[0] == "guarded"


def test_a_star_stands_for_every_host_that_is_not_named() -> None:
    to_sandbox = routes({"*": "http://127.0.0.1:1", "beta.example": "http://127.0.0.1:2"})
    assert way(to_sandbox, "https://acme.example/") == ("configured", "http://127.0.0.1:1/")
    assert way(to_sandbox, "https://beta.example/") == ("configured", "http://127.0.0.1:2/")
    assert way(to_sandbox, "https://8.8.8.8/") == ("configured", "http://127.0.0.1:1/")


@pytest.mark.parametrize("host", ["10.0.0.1", "127.0.0.1:1", "localhost", "0x7f.1", "[::ffff:10.0.0.1]", "2130706433"])
def test_a_star_frees_no_spelled_address(host: str) -> None:
    with pytest.raises(BlockedAddress):
        way(routes({"*": "http://127.0.0.1:1"}), f"http://{host}/")


def test_a_spelled_address_that_is_named_goes_where_the_configuration_says() -> None:
    assert way(routes({"10.0.0.1": "http://127.0.0.1:1"}), "http://10.0.0.1/")[0] == "configured"


def test_a_proxy_is_used_for_its_scheme_but_not_for_hosts_that_are_spared() -> None:
    proxied = routes(proxies={"https": PROXY, "no": "beta.example, .gamma.example"})
    assert way(proxied, "https://acme.example/") == ("proxy for https", "https://acme.example:/")
    assert way(proxied, "http://acme.example/")[0] == "guarded"
    for spared in ("beta.example", "www.beta.example", "gamma.example", "x.gamma.example"):
        assert way(proxied, f"https://{spared}/")[0] == "guarded"
    assert way(proxied, "https://notbeta.example/")[0] == "proxy for https"


def test_no_proxy_star_spares_all() -> None:
    assert way(routes(proxies={"all": PROXY, "no": "*"}), "https://acme.example/")[0] == "guarded"


def test_one_proxy_may_serve_all_schemes() -> None:
    assert way(routes(proxies={"all": "proxy.example:3128"}), "http://acme.example/")[0] == "proxy for all"


def test_spelled_addresses_are_judged_before_a_proxy_too() -> None:
    with pytest.raises(BlockedAddress):
        way(routes(proxies={"http": PROXY}), "http://169.254.169.254/latest/meta-data")
    assert way(routes(proxies={"http": PROXY}, private=True), "http://10.0.0.1/")[0] == "proxy for http"


def test_what_the_configuration_sends_elsewhere_takes_no_proxy() -> None:
    assert way(routes({"*": "http://127.0.0.1:1"}, {"all": PROXY}), "https://acme.example/")[0] == "configured"


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("acme.example", "ftp://127.0.0.1"),
        ("acme.example", "127.0.0.1:80"),
        ("acme.example", "http://127.0.0.1/path"),
        ("acme.example", ""),
        ("http://acme.example", "http://127.0.0.1"),
        ("acme.example:8080", "http://127.0.0.1"),
        ("", "http://127.0.0.1"),
    ],
)
def test_a_wrong_connect_to_is_a_configuration_error_that_names_the_key(host: str, url: str) -> None:
    with pytest.raises(ConfigurationError, match="connect_to"):
        routes({host: url})


@pytest.mark.parametrize("url", ["gopher://user:secret@proxy.example", "http://", "socks5://user:secret@proxy.example"])
def test_a_proxy_that_cannot_be_used_is_a_configuration_error_without_its_password(url: str) -> None:
    with pytest.raises(ConfigurationError, match="HTTPS_PROXY") as raised:
        routes(proxies={"https": url})
    assert "secret" not in str(raised.value)


def test_certificates_that_are_not_there_are_a_configuration_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such/bundle.pem")
    with pytest.raises(ConfigurationError, match="SSL_CERT_FILE"):
        routes()


@pytest.mark.parametrize("contact", ["ops@acme.example\r\nX-Evil: 1", "ops (at) acme", "señor@acme.example"])
def test_a_contact_that_cannot_stand_in_a_header_is_a_configuration_error(contact: str) -> None:
    with pytest.raises(ConfigurationError, match=r"http\.contact"):
        Outside(HttpSettings(contact=contact), version="1.2.3")


@pytest.mark.parametrize(
    ("contact", "user_agent"),
    [("ops@acme.example", "ats-pipeline/1.2.3 (+ops@acme.example)"), ("", "ats-pipeline/1.2.3")],
)
def test_the_user_agent_says_who_asks_and_how_to_answer(contact: str, user_agent: str) -> None:
    outside = Outside(HttpSettings(contact=contact), version="1.2.3")
    anyio.run(outside.__aexit__, None, None, None)
    assert outside.user_agent == user_agent
