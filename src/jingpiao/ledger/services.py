"""Services of the ledger (台账): into the recycle bin and out of it, quarantine released."""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.db import transaction

from fapiao.invoice import Invoice
from jingpiao import sql
from jingpiao.ledger import models
from jingpiao.ledger.intake import Incoming, Taken, take_in

ASIDE = "quarantine"


def move_to_bin(*, key: str, actor: str, now: datetime, by: str = "") -> bool:
    """Move an invoice into a recycle bin; false when it already lies there. ``by`` is the taxpayer, empty the operator's."""
    return _move(key=key, actor=actor, now=now, by=by, into=True)


def restore(*, key: str, actor: str, now: datetime, by: str = "") -> bool:
    """Take an invoice out of a recycle bin; false when it does not lie there."""
    return _move(key=key, actor=actor, now=now, by=by, into=False)


def _move(*, key: str, actor: str, now: datetime, by: str, into: bool) -> bool:
    with transaction.atomic():
        sql.lock_intake()
        last = models.BinMove.objects.filter(key=key, by=by).order_by("-known_at", "-id").first()
        if (last is not None and last.into) == into:
            return False
        models.BinMove.objects.create(key=key, by=by, into=into, actor=actor, known_at=now)
    return True


def retry(*, quarantined: int, now: datetime) -> Taken:
    """Try to take in again what waits in quarantine; what now passes is held and the wait is over."""
    with transaction.atomic():
        row = models.Quarantined.objects.select_for_update().get(pk=quarantined)
        if row.released_at is not None:
            return Taken("duplicate", row.key)
        try:
            invoice = msgspec.json.decode(row.body, type=Invoice)
        except msgspec.DecodeError:
            return Taken("quarantined", row.key, ("unreadable",))
        taken = take_in(
            [Incoming(invoice, row.feed, now, f"{ASIDE}:{row.pk}", row.arrival_id, row.body, probe=True)]
        )[0]
        if taken.result != "quarantined":
            models.Quarantined.objects.filter(pk=row.pk).update(released_at=now)
    return taken
