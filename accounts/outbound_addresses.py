"""Which addresses of the network may be called: public ones, and those that the site names."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """CIDRs as networks. Raises ValueError."""
    return tuple(ipaddress.ip_network(text, strict=False) for text in texts)


#: Where machines of clouds hand out credentials, and what only the own link knows: never, whatever
#: a site names.
NEVER = networks(
    (
        "0.0.0.0/32",
        "169.254.0.0/16",
        "168.63.129.16/32",
        "100.100.100.200/32",
        "192.0.0.192/32",
        "::/128",
        "fe80::/10",
        "fd00:ec2::254/128",
        "fd20:ce::254/128",
    )
)
#: What is_global lets through although it is not, or leads elsewhere: shared addresses, relays, and
#: IPv6 addresses that carry an IPv4 one.
NOT_PUBLIC = networks(
    (
        "100.64.0.0/10",
        "192.88.99.0/24",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001::/23",
        "2002::/16",
        "3fff::/20",
    )
)
#: Global unicast of IPv6; all else is local, reserved, or a disguise.
_UNICAST_6 = ipaddress.ip_network("2000::/3")


def read(text: str) -> Address | None:
    """The address, an IPv4 one out of its IPv6 wrapping; None for what is none or has a zone."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None:
            return None
        return address.ipv4_mapped or address
    return address


def may_be_called(text: str, *, allowed: Sequence[Network], is_plain: bool) -> bool:
    """Whether a connection to this address may be made; ``is_plain`` = without TLS, which goes to
    a loopback address that the site names and nowhere else."""
    address = read(text)
    if address is None or _is_in(address, NEVER):
        return False
    is_named = _is_in(address, allowed)
    if is_plain:
        return is_named and address.is_loopback
    return is_named or _is_public(address)


def _is_public(address: Address) -> bool:
    if not address.is_global or address.is_multicast or _is_in(address, NOT_PUBLIC):
        return False
    return address.version == 4 or address in _UNICAST_6


def _is_in(address: Address, found: Iterable[Network]) -> bool:
    return any(address.version == one.version and address in one for one in found)
