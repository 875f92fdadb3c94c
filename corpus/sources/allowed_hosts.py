"""Which machines may be contacted: public ones, and the private ones that the operator lists.

A feed's address, or a redirect of it, is chosen by strangers; without this anybody who runs a feed could make us call
the router, a metadata service or a database on this machine.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Self

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# RFC 6052: the last 32 bits are an IPv4 address that a translator will contact for us.
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_-]{1,63}){0,20}")


def is_public(address: Address) -> bool:
    """Whether an address is one of the open internet, also by any IPv4 address that stands within it."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None or address.is_site_local:
            return False
        inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if address in _TRANSLATED:
            inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        known = [one for one in inner if one is not None]
        if known:
            return all(map(is_public, known))
    return address.is_global and not (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
    )


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """What the operator lists: host names, addresses and networks, each for one port or for all."""

    names: frozenset[tuple[str, int | None]] = frozenset()
    networks: tuple[tuple[_Network, int | None], ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """``localhost, 10.0.0.0/8, [::1]:8080, lists.internal:8000``. Raises `ValueError` that names the wrong one."""
        names: set[tuple[str, int | None]] = set()
        networks: list[tuple[_Network, int | None]] = []
        for one in re.split(r"[,\s]+", text.strip()):
            if not one:
                continue
            host, port = _host_and_port(one)
            try:
                networks.append((ipaddress.ip_network(host), port))
            except ValueError:
                # A name of digits and dots alone is a mistyped address, and nobody's host.
                if not _NAME.fullmatch(host.lower()) or re.fullmatch(r"[\d.]+", host):
                    raise ValueError(f"no host, address or network: {one!r}") from None
                names.add((host.lower(), port))
        return cls(frozenset(names), tuple(networks))

    def admits(self, host: str, port: int, address: Address) -> bool:
        """Whether `address`, which is what `host` was resolved to, may be contacted at this port."""
        if is_public(address):
            return True
        if {(host.lower().rstrip("."), port), (host.lower().rstrip("."), None)} & self.names:
            return True
        mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
        return any(
            (mapped or address) in network and allowed_port in (None, port) for network, allowed_port in self.networks
        )


PUBLIC_HOSTS = AllowedHosts()
"""Nothing beyond the open internet."""


def _host_and_port(text: str) -> tuple[str, int | None]:
    bracketed = re.fullmatch(r"\[([^\[\]]+)\](?::(\d{1,5}))?", text)
    if bracketed:
        return bracketed[1], int(bracketed[2]) if bracketed[2] else None
    host, colon, port = text.rpartition(":")
    if colon and ":" not in host and port.isascii() and port.isdigit() and len(port) <= 5:
        return host, int(port)
    return text, None
