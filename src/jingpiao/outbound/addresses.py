"""Addresses (出网地址): where the platform may connect to: public addresses, and those private ones that an administrator listed.

A name is resolved once and every address it gives is looked at; the connection goes to the address that was looked at,
so that a name which answers differently a moment later leads nowhere else.
"""

from __future__ import annotations

import os
import socket
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import NamedTuple

ALLOW = "JINGPIAO_OUTBOUND_ALLOW"
CONNECT_SECONDS = 10.0


class OutboundError(Exception):
    """A connection that was not made or did not hold (出网失败).

    ``code``: ``address`` (not allowed), ``unreachable``, ``timeout``, ``too-large``, ``answer`` (not HTTP, or cut short).
    """

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


class Place(NamedTuple):
    """An address that may be connected to (可连地址)."""

    host: str
    address: str
    port: int


class _Allowed(NamedTuple):
    """One entry of the list of allowed private places (内网白名单条目)."""

    name: str
    network: IPv4Network | IPv6Network | None
    port: int | None

    def covers(self, place: Place) -> bool:
        """Tell whether this entry allows the place."""
        if self.port is not None and self.port != place.port:
            return False
        if self.network is None:
            return self.name == place.host.lower()
        return ip_address(place.address) in self.network


def vetted(host: str, port: int) -> Place:
    """Return where to connect for a host. Errors: `OutboundError` ``address`` or ``unreachable``."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise OutboundError("unreachable", f"{host}: the name does not resolve") from None
    places = [Place(host, str(each[4][0]).partition("%")[0], port) for each in found]
    allowed = _allowed()
    for place in places:
        if not _is_public(place.address) and not any(each.covers(place) for each in allowed):
            raise OutboundError("address", f"{host}: {place.address} is not a public address")
    return places[0]


def open_socket(host: str, port: int, *, timeout: float = CONNECT_SECONDS) -> socket.socket:
    """Return a connected socket to a vetted place. Errors: `OutboundError` ``address``, ``unreachable``, ``timeout``."""
    place = vetted(host, port)
    try:
        return socket.create_connection((place.address, place.port), timeout=timeout)
    except TimeoutError:
        raise OutboundError("timeout", f"{host}:{port} did not answer in {timeout:g} s") from None
    except OSError as slip:
        raise OutboundError("unreachable", f"{host}:{port}: {slip.strerror or slip}") from None


def open_unvetted(host: str, port: int, *, timeout: float = CONNECT_SECONDS) -> socket.socket:
    """Return a connected socket to this platform's own address, which its administrator set: for no other use.

    Errors: `OutboundError` ``unreachable``, ``timeout``.
    """
    try:
        return socket.create_connection((host, port), timeout=timeout)
    except TimeoutError:
        raise OutboundError("timeout", f"{host}:{port} did not answer in {timeout:g} s") from None
    except (OSError, UnicodeError) as slip:
        raise OutboundError("unreachable", f"{host}:{port}: {slip}") from None


def _is_public(text: str) -> bool:
    address = ip_address(text)
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return address.is_global and not address.is_multicast


def _allowed() -> list[_Allowed]:
    return [_entry(part) for part in (each.strip() for each in os.environ.get(ALLOW, "").split(",")) if part]


def _entry(text: str) -> _Allowed:
    name, port = text, None
    head, colon, tail = text.rpartition(":")
    if colon and tail.isdigit() and (":" not in head or head.startswith("[")):
        name, port = head, int(tail)
    name = name.strip("[]").lower()
    try:
        return _Allowed(name, ip_network(name, strict=False), port)
    except ValueError:
        return _Allowed(name, None, port)
