"""Which addresses are public, and which hosts spell one."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ats_adapters.http.addresses import literal_address, why_refused

PRIVATE_V4 = [
    ("127.0.0.1", "a loopback"),
    ("127.255.0.1", "a loopback"),
    ("10.1.2.3", "a private"),
    ("172.16.0.1", "a private"),
    ("192.168.1.1", "a private"),
    ("0.0.0.0", "an unspecified"),
    ("0.1.2.3", "a private"),
    ("169.254.169.254", "a link-local"),
    ("100.64.0.1", "a carrier's shared"),
    ("100.100.100.200", "a carrier's shared"),
    ("168.63.129.16", "a cloud platform's"),
    ("224.0.0.1", "a multicast"),
    ("239.1.1.1", "a multicast"),
    ("240.0.0.1", "a reserved"),
    ("255.255.255.255", "a reserved"),
    ("192.88.99.1", "a reserved"),
    ("192.0.0.8", "a reserved"),
    ("198.18.0.1", "a private"),
    ("203.0.113.9", "a private"),
]


@pytest.mark.parametrize(("address", "why"), PRIVATE_V4)
def test_an_ipv4_address_that_is_not_public_is_refused_with_its_kind(address: str, why: str) -> None:
    assert why_refused(ip_address(address)) == why


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("::", "an unspecified"),
        ("::1", "a loopback"),
        ("fe80::1", "a link-local"),
        ("fe80::1%eth0", "a link-local"),
        ("ff02::1", "a multicast"),
        ("fc00::1", "a private"),
        ("fd00:ec2::254", "a private"),
        ("fec0::1", "a private"),
        ("64:ff9b:1::a00:1", "a private"),
        ("100::1", "a private"),
        ("2001:db8::1", "a reserved"),
        ("3fff::1", "a reserved"),
    ],
)
def test_an_ipv6_address_that_is_not_public_is_refused_with_its_kind(address: str, why: str) -> None:
    assert why_refused(ip_address(address)) == why


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "1.1.1.1", "2606:2800:220:1::1", "2a00:1450::1"])
def test_a_public_address_is_free(address: str) -> None:
    assert why_refused(ip_address(address)) is None


def _carriers(address: IPv4Address) -> list[IPv6Address]:
    number = int(address)
    return [
        IPv6Address((0xFFFF << 32) | number),
        IPv6Address(number),
        IPv6Address((0x2002 << 112) | (number << 80) | 1),
        IPv6Address((0x0064_FF9B << 96) | number),
        IPv6Address((0x2001_0000 << 96) | (0x0808_0808 << 64) | (number ^ 0xFFFF_FFFF)),
    ]


@given(st.ip_addresses(v=4))
def test_an_ipv6_address_that_carries_an_ipv4_address_is_what_that_one_is(address: IPv4Address) -> None:
    if int(address) < 2:  # `::` and `::1`, which are addresses of their own
        return
    assert {why_refused(carrier) for carrier in _carriers(address)} == {why_refused(address)}


@given(st.ip_addresses(v=4))
def test_every_spelling_of_an_ipv4_address_is_seen_through(address: IPv4Address) -> None:
    number, (a, b, c, d) = int(address), address.packed
    spellings = [
        str(address),
        f"{address}.",
        str(number),
        hex(number),
        f"0{number:o}",
        f"{a}.{(b << 16) | (c << 8) | d}",
        f"0x{a:x}.0{b:o}.{(c << 8) | d}",
        f"0X{a:X}.{b}.{c}.{d}",
    ]
    assert {literal_address(spelling) for spelling in spellings} == {address}


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "db.localhost"])
def test_localhost_is_an_address_in_disguise(host: str) -> None:
    assert literal_address(host) == IPv4Address("127.0.0.1")


@pytest.mark.parametrize("host", ["acme.example", "10.example", "1.2.3.4.5", "notlocalhost", "0x7f.example", ""])
def test_a_name_spells_no_address(host: str) -> None:
    assert literal_address(host) is None
