"""Guarding (登录防护): how many passwords are looked at, per name over all addresses and per address over all names.

Decided before any password is hashed. A device that has signed in before carries a signed mark and is not held up by what
others try under its name: nobody can lock the owner out.
"""

from __future__ import annotations

import hashlib
import ipaddress
from datetime import datetime, timedelta

from django.core import signing
from django.db import connection, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from jingpiao import sql
from jingpiao.accounts.models import SignInTry

WINDOW = timedelta(minutes=15)
MOST_A_NAME, MOST_AN_ADDRESS = 10, 20
"""Passwords looked at within the window, for one name from anywhere and from one address for any name."""
COOKIE, COOKIE_DAYS = "device", 180
SALT = "jingpiao.known-device"
LOCK = 7_100_003


def begin(request: HttpRequest, name: str, now: datetime) -> SignInTry | None:
    """Count one try and return it, ``None`` where no password may be looked at now."""
    digest, address = _digest(name), network(request.META.get("REMOTE_ADDR", ""))
    with transaction.atomic():
        _lock()
        SignInTry.objects.filter(at__lt=now - WINDOW).delete()
        tried = SignInTry.objects.filter(refused=False, at__gt=now - WINDOW)
        known = is_known(request, name)
        held_up = tried.filter(address=address).count() >= MOST_AN_ADDRESS or (
            not known and tried.filter(name=digest).count() >= MOST_A_NAME
        )
        if held_up:
            return None
        return SignInTry.objects.create(name=digest, address=address, at=now)


def note_refusal(request: HttpRequest, name: str, now: datetime) -> bool:
    """Note that a try was refused; true for the first of this name or address within the window."""
    digest, address = _digest(name), network(request.META.get("REMOTE_ADDR", ""))
    either = Q(name=digest) | Q(address=address)
    with transaction.atomic():
        _lock()
        if SignInTry.objects.filter(either, refused=True, at__gt=now - WINDOW).exists():
            return False
        SignInTry.objects.create(name=digest, address=address, refused=True, at=now)
    return True


def mark_known(reply: HttpResponse, request: HttpRequest, name: str) -> None:
    """Mark this device as one that has signed in under a name."""
    reply.set_signed_cookie(
        COOKIE,
        _digest(name),
        salt=SALT,
        max_age=COOKIE_DAYS * 86_400,
        httponly=True,
        secure=request.is_secure(),
        samesite="Lax",
    )


def is_known(request: HttpRequest, name: str) -> bool:
    """Tell whether this device has signed in under a name before."""
    try:
        held = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=COOKIE_DAYS * 86_400)
    except signing.BadSignature:
        return False
    return bool(held) and held == _digest(name)


def network(address: str) -> str:
    """Return what one sender has for sure: an IPv4 address, or the 64-bit network of an IPv6 one.

    >>> network('2001:db8:1:2:3:4:5:6')
    '2001:db8:1:2::/64'
    """
    try:
        told = ipaddress.ip_address(address)
    except ValueError:
        return address
    if told.version == 4:
        return str(told)
    return str(ipaddress.ip_network((told, 64), strict=False))


def _digest(name: str) -> str:
    return hashlib.sha256(name.strip().casefold().encode("utf-8", "replace")).hexdigest()


def _lock() -> None:
    """Let one at a time count; SQLite's transactions begin IMMEDIATE and need nothing."""
    if sql.is_postgres():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
