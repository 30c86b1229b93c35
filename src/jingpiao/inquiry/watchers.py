"""Watchers (守候人): who waits, and for how many invoices at once one may: a guest costs nothing to become, a watch is work.

Parties and guests are known by their scope, strangers by nothing, so guests and strangers are counted by network address too.
The address is kept as a keyed digest, for as long as the watch waits.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from functools import cache
from ipaddress import ip_address, ip_network

import msgspec
from django.db.models import QuerySet
from django.http import HttpRequest

from fapiao.errors import FapiaoError
from jingpiao.api.problem import ApiProblem
from jingpiao.api.tokens import Asker
from jingpiao.home import secret
from jingpiao.inquiry.models import Watch
from jingpiao.inquiry.scope import NOBODY, OPERATOR, scope_of, scope_of_visitor

MOST = 20
"""The default for one guest: more than anybody misses at once who asks by hand."""
BEHIND_ONE_ADDRESS, OF_A_PARTY = 10, 100
"""How many guests' worth one network address may wait for (a company, a campus), and a party with its token."""
HOME_NETWORK = 64
"""Bits of an IPv6 address that name a household; the rest its devices choose."""


class Watcher(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who waits (守候人): his scope, and the digest of his network address where he is a guest or a stranger."""

    scope: str = OPERATOR
    origin: str = ""


OURSELVES = Watcher()
"""An operator, or this machine's own command: they wait for as many as they like."""


def watcher_of(asker: Asker, request: HttpRequest) -> Watcher:
    """Return who waits, for somebody at the API."""
    scope = scope_of(asker)
    return Watcher(scope=scope, origin=_origin(request) if scope == NOBODY else "")


def watcher_at_page(request: HttpRequest) -> Watcher:
    """Return who waits, for somebody at the page."""
    scope = scope_of_visitor(request)
    return Watcher(scope=scope, origin="" if scope == OPERATOR else _origin(request))


def waiting(watcher: Watcher) -> QuerySet[Watch]:
    """Return what somebody who can be recognised waits for, the oldest first."""
    found = Watch.objects.filter(state="waiting", by=watcher.scope).order_by("pk")
    return found if watcher.scope != NOBODY else found.none()


def is_his(held: Watch, watcher: Watcher) -> bool:
    """Tell whether somebody may stop a watch: who began it, or an operator."""
    if watcher.scope == OPERATOR:
        return True
    if watcher.scope == NOBODY:
        return bool(held.by == NOBODY and held.origin and held.origin == watcher.origin)
    return bool(held.by == watcher.scope)


def make_room(watcher: Watcher) -> None:
    """Refuse one watch too many. Call inside the transaction that makes it, under its lock. Errors: `watch-limit`."""
    most = most_watches()
    if not most or watcher.scope == OPERATOR:
        return
    own = most if watcher.scope.startswith("guest:") else most * OF_A_PARTY
    if watcher.scope != NOBODY and waiting(watcher).count() >= own:
        raise WatchLimit(own, together=False)
    near = most * BEHIND_ONE_ADDRESS
    if watcher.origin and Watch.objects.filter(state="waiting", origin=watcher.origin).count() >= near:
        raise WatchLimit(near, together=True)


class WatchLimit(ApiProblem):
    """One watch too many (守候已到上限): ``most`` for oneself, or ``together`` for all behind one address."""

    def __init__(self, most: int, *, together: bool) -> None:
        self.most, self.together = most, together
        whose = "from this network address " if together else ""
        super().__init__(
            "watch-limit",
            f"{most} invoices are waited for {whose}already: wait until one has come,"
            " or stop one with DELETE /api/v1/checks/{id}/watch.",
        )


def most_watches() -> int:
    """Return for how many invoices one guest may wait, from ``JINGPIAO_WATCHES``; 0: no limit. Errors: `usage`."""
    told = os.environ.get("JINGPIAO_WATCHES", str(MOST))
    if not (told.isascii() and told.isdecimal()):
        raise FapiaoError(
            "usage",
            f"JINGPIAO_WATCHES 要写整数，0 为不限，现在是 {told}",
            f"JINGPIAO_WATCHES must be a whole number, 0 for no limit; it is {told}",
        )
    return int(told)


def _origin(request: HttpRequest) -> str:
    address = request.META.get("REMOTE_ADDR", "")
    return hmac.new(_key(), _network(address).encode(), hashlib.sha256).hexdigest()[:32] if address else ""


def _network(address: str) -> str:
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    return address if known.version == 4 else str(ip_network((known, HOME_NETWORK), strict=False))


@cache
def _key() -> bytes:
    return secret("watch-origin").encode()
