"""Where a message may go: an address that somebody gave must not lead into our own network, unless the operator allowed that.

A name is resolved once, every address it has is judged, and the connection is made to one that was judged: what the name means a moment
later does not count. Networks that the operator allowed may be private and need no TLS; everything else must be public and https.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence

LONGEST = 2000
Address = IPv4Address | IPv6Address
Networks = tuple[IPv4Network | IPv6Network, ...]
ANYWHERE: Networks = (ip_network("0.0.0.0/0"), ip_network("::/0"))  # for an address that the operator wrote into the settings
# Set aside for special use (IANA), and not all known to every Python as such.
_SPECIAL = tuple(ip_network(one) for one in ("192.0.0.0/24", "192.88.99.0/24", "64:ff9b:1::/48", "5f00::/16"))
_NAT64 = ip_network("64:ff9b::/96")
_PORTS = {"https": 443, "http": 80}


class PrivateAddress(InvalidInput):
    """An address that leads to this machine or into a private network, which nobody allowed."""


class Unresolved(InvalidInput):
    """A name that no address is known of."""


@dataclass(frozen=True, slots=True)
class Destination:
    """An address to post to, in parts. `target`: path and query."""

    scheme: str
    host: str
    port: int
    target: str


def networks(text: str, setting: str = "networks") -> Networks:
    """`10.1.0.0/16, 192.168.7.9`: networks and single addresses that are allowed. InvalidInput names one that is neither."""
    found = []
    for one in filter(None, map(str.strip, text.split(","))):
        try:
            found.append(ip_network(one, strict=False))
        except ValueError:
            raise InvalidInput(
                setting, sentence("{text!r} is no network", text=one[:60]), "write networks such as 10.1.0.0/16, separated by commas"
            ) from None
    return tuple(found)


def read(url: str, field: str) -> Destination:
    """The parts of an address; InvalidInput names the field and what is wrong with it."""
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        fix = sentence("write at most {most} characters of ASCII, others percent-encoded (a host name in its xn-- form)", most=LONGEST)
        raise InvalidInput(field, "is too long, or holds characters that an address does not have", fix)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise InvalidInput(field, "is no address", "write https://host/path") from None
    if parts.scheme not in _PORTS or not parts.hostname or port == 0:
        raise InvalidInput(field, "is no address", "write https://host/path")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise InvalidInput(field, "holds a name, a password or a fragment", "write the address without; messages are signed instead")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Destination(parts.scheme, parts.hostname, port or _PORTS[parts.scheme], target)


def judged(there: Destination, allowed: Networks, field: str) -> list[str]:
    """The addresses to connect to, each of them judged. PrivateAddress, Unresolved, or InvalidInput for one that needs https."""
    found = _resolved(there, field)
    within = [any(address in network for network in allowed) for address in found]
    for address, inside in zip(found, within, strict=True):
        if not inside and not is_public(address):
            fix = "give an address that is public, or let the operator allow its network (TRACELEDGER_OUTGOING)"
            raise PrivateAddress(
                field, sentence("{host} is {address}: this machine or a private network", host=there.host, address=str(address)), fix
            )
    if there.scheme != "https" and not all(within):
        raise InvalidInput(field, "is not https", "use https; only networks that the operator allowed are sent to without")
    return [str(address) for address in found]


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet, also when it stands in the clothes of IPv6."""
    if isinstance(address, IPv6Address):
        inner = _within(address)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local:
            return False
    special = any(address in network for network in _SPECIAL)
    return address.is_global and not (special or address.is_multicast or address.is_reserved or address.is_unspecified)


def _within(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


def _resolved(there: Destination, field: str) -> Sequence[Address]:
    try:
        told = socket.getaddrinfo(there.host, there.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unresolved(field, sentence("no address is known of {host}", host=there.host), "check the spelling") from None
    return list(dict.fromkeys(ip_address(str(entry[4][0]).partition("%")[0]) for entry in told))
