"""Tokens (访问令牌): made once, shown once, kept as a digest."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

import msgspec
from django.http import HttpRequest

from jingpiao.api.models import Token
from jingpiao.api.problem import ApiProblem


class Asker(msgspec.Struct, frozen=True):
    """Who asks (提问人): what they may see. ``tax_ids`` ``None`` is an operator, ``()`` a stranger."""

    role: str
    name: str
    tax_ids: tuple[str, ...] | None
    feed: str = ""


STRANGER = Asker("stranger", "", ())


def make_token(
    *, label: str, role: str, now: datetime, feed: str = "", tax_ids: Sequence[str] = (), text: str = ""
) -> str:
    """Make a token and return its text, which is not kept. ``text`` gives a chosen one (the demonstration)."""
    text = text or f"jp_{secrets.token_urlsafe(32)}"
    Token.objects.update_or_create(
        digest=_digest(text),
        defaults={"label": label, "role": role, "feed": feed, "tax_ids": list(tax_ids), "made_at": now},
    )
    return text


def asker_of(request: HttpRequest) -> Asker:
    """Return who sends this request: by token, by session, or a stranger. Errors: `unauthorized` for a bad token."""
    header = request.headers.get("Authorization", "")
    if header:
        return _by_token(header)
    if request.COOKIES and request.user.is_authenticated:
        return Asker("operator", request.user.get_username(), None)
    return STRANGER


def require(request: HttpRequest, *roles: str) -> Asker:
    """Return the asker if their role is among ``roles``. Errors: `unauthorized` for strangers, else `forbidden`."""
    asker = asker_of(request)
    if asker.role in roles:
        return asker
    raise ApiProblem("unauthorized" if asker is STRANGER else "forbidden")


def _by_token(header: str) -> Asker:
    scheme, _, text = header.partition(" ")
    held = (
        scheme.lower() == "bearer"
        and Token.objects.filter(digest=_digest(text.strip()), revoked_at=None).first()
    )
    if not held:
        raise ApiProblem("unauthorized", "The token is not known.")
    tax_ids = None if held.role == "operator" else tuple(held.tax_ids)
    return Asker(held.role, held.label, tax_ids, held.feed)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
