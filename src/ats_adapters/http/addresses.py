"""Which addresses belong to the public internet, and which spellings of a host are addresses in disguise."""

from __future__ import annotations

import re
import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

__all__ = ["Address", "literal_address", "why_refused"]

Address = IPv4Address | IPv6Address

_LOOPBACK = IPv4Address("127.0.0.1")
_SHARED = IPv4Network("100.64.0.0/10")
_OLD_RELAYS = IPv4Network("192.88.99.0/24")
# Reserved by registries that older Pythons do not know in full: protocol assignments, documentation (RFC 9637).
_ASSIGNMENTS = IPv4Network("192.0.0.0/24")
_DOCUMENTATION = IPv6Network("3fff::/20")
# Azure's platform address: public by number, answered by the host of every virtual machine there.
_PLATFORM = IPv4Address("168.63.129.16")

_GLOBAL_UNICAST = IPv6Network("2000::/3")
# IPv6 networks whose last 32 bits are an IPv4 address: the well-known prefix of NAT64 (RFC 6052), the old
# "compatible" form (RFC 4291).
_LAST_32_BITS = (IPv6Network("64:ff9b::/96"), IPv6Network("::/96"))

_NUMBER = r"(?:0[xX][0-9a-fA-F]*|[0-9]+)"
_SPELLED_IPV4 = re.compile(rf"{_NUMBER}(?:\.{_NUMBER}){{0,3}}")


def why_refused(address: Address) -> str | None:
    """What kind of address it is that nobody on the internet can have, in a word; None where it is public.

    An IPv6 address that carries an IPv4 address (mapped, compatible, 6to4, Teredo, NAT64) is what that one is.
    """
    if isinstance(address, IPv4Address):
        return _why_refused_v4(address)
    if address.is_unspecified:
        return "an unspecified"
    if address.is_loopback:
        return "a loopback"
    inner = _embedded(address)
    if inner is not None:
        return _why_refused_v4(inner)
    if address.is_link_local:
        return "a link-local"
    if address.is_multicast:
        return "a multicast"
    if address not in _GLOBAL_UNICAST:
        return "a private"
    return None if address.is_global and address not in _DOCUMENTATION else "a reserved"


def _why_refused_v4(address: IPv4Address) -> str | None:
    if address.is_unspecified:
        return "an unspecified"
    if address.is_loopback:
        return "a loopback"
    if address.is_link_local:
        return "a link-local"
    if address.is_multicast:
        return "a multicast"
    if address in _SHARED:
        return "a carrier's shared"
    if address == _PLATFORM:
        return "a cloud platform's"
    if address.is_reserved or address in _OLD_RELAYS or address in _ASSIGNMENTS:
        return "a reserved"
    return None if address.is_global else "a private"


def _embedded(address: IPv6Address) -> IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if any(address in network for network in _LAST_32_BITS):
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return None


def literal_address(host: str) -> Address | None:
    """The address that *host* spells without any name being resolved, or None where it is a name.

    Takes what a resolver takes: dotted, decimal (`2130706433`), octal (`0177.1`) and hexadecimal (`0x7f.0.0.1`)
    spellings of IPv4, and `localhost` with all below it (RFC 6761).
    """
    host = host.rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return _LOOPBACK
    try:
        return ip_address(host)
    except ValueError:
        pass
    if _SPELLED_IPV4.fullmatch(host) is None:
        return None
    try:
        return IPv4Address(socket.inet_aton(host))
    except OSError:
        return None
