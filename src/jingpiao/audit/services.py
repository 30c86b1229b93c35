"""Services of audit (审计): put down what somebody did. Call it in the transaction that does it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection, transaction

from jingpiao import sql
from jingpiao.audit.action import ACTIONS
from jingpiao.audit.asking import Present, present
from jingpiao.audit.chain import BEGINNING, FIELDS, digest_of
from jingpiao.audit.models import AuditEntry
from jingpiao.columns import to_micros

LOCK = 7_100_002
MOST = 2_000
"""Signs of one text that are kept."""


def record(
    action: str,
    what: str = "",
    *,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
    before: Any = None,
    after: Any = None,
    who: Present | None = None,
) -> AuditEntry:
    """Put down an action of `ACTIONS`. ``before`` and ``after`` are kept as digests, ``detail`` as it is: no secret goes in.

    ``who`` is whoever this thread works for, unless it is given.
    """
    assert action in ACTIONS, action
    actor = who or present()
    with transaction.atomic():
        _lock()
        last = AuditEntry.objects.order_by("-number").values_list("number", "digest").first()
        number, former = (last[0] + 1, last[1]) if last else (1, BEGINNING)
        told = {
            "number": number,
            "at": to_micros(now),
            "who": _clean(actor.who),
            "role": actor.role,
            "address": actor.address,
            "request_id": actor.request_id,
            "action": action,
            "what": _clean(what),
            "detail": _clean(msgspec.json.encode(detail or {}, order="sorted").decode()),
            "before": _digest(before),
            "after": _digest(after),
            "former": former,
        }
        digest = digest_of([told[name] for name in FIELDS])
        return AuditEntry.objects.create(**told | {"at": now, "digest": digest})


def _lock() -> None:
    """Let one at a time find the end of the chain; SQLite's transactions begin IMMEDIATE and need nothing."""
    if sql.is_postgres():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _clean(text: str) -> str:
    """Return a text that both databases hold as it is."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()[:MOST]


def _digest(value: Any) -> str:
    if value is None:
        return ""
    return hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()
