"""Tokens issued and revoked (令牌发放与吊销), each put down in the audit trail; the token itself is in no record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from fapiao.errors import FapiaoError
from jingpiao.api.models import Token
from jingpiao.api.tokens import make_token
from jingpiao.audit.asking import Present
from jingpiao.audit.services import record


def issue(
    *,
    label: str,
    role: str,
    now: datetime,
    feed: str = "",
    tax_ids: Sequence[str] = (),
    text: str = "",
    who: Present | None = None,
) -> str:
    """Make a token and return its text, which is not kept. ``text`` gives a chosen one (the demonstration)."""
    with transaction.atomic():
        made = make_token(label=label, role=role, now=now, feed=feed, tax_ids=tax_ids, text=text)
        detail = {"role": role, "feed": feed, "tax_ids": list(tax_ids)}
        record("token-issued", label or role, now=now, detail=detail, who=who)
    return made


def renew(*, label: str, role: str, now: datetime, who: Present) -> str:
    """Make the one token of a role that the platform gives itself, and end those before; return its text."""
    with transaction.atomic():
        for number in Token.objects.filter(role=role, revoked_at=None).values_list("pk", flat=True):
            revoke(number, now=now, who=who)
        return issue(label=label, role=role, now=now, who=who)


def tokens() -> list[Token]:
    """Return every token, newest first, without its text, which nobody has kept."""
    return list(Token.objects.order_by("-id"))


def revoke(number: int, *, now: datetime, who: Present | None = None) -> Token:
    """End a token at once; again is harmless. Errors: `token-unknown`."""
    with transaction.atomic():
        held = Token.objects.select_for_update().filter(pk=number).first()
        if held is None:
            raise FapiaoError(
                "token-unknown", f"没有 {number} 号令牌", f"there is no token of number {number}"
            )
        if held.revoked_at is None:
            held.revoked_at = now
            held.save(update_fields=("revoked_at",))
            record("token-revoked", held.label or held.role, now=now, detail={"token": held.pk}, who=who)
    return held
