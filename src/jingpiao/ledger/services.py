"""Services of the ledger (台账): into the recycle bin and out of it, canaries forgotten.

Each is entered in the journal as a deed (`jingpiao.ledger.deeds`) in the transaction that carries it out; carrying out a deed
that stands in the journal is all that a rebuild does.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from jingpiao import sql
from jingpiao.audit.services import record
from jingpiao.columns import to_micros
from jingpiao.ledger import deeds, models
from jingpiao.ledger.own import canary_feed


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
        deed = deeds.BinMoved(key, by, into, actor)
        deeds.enter([deed], known_at=now)
        carry_out_move(deed, now)
        record("invoice-binned" if into else "invoice-restored", key, now=now, detail={"bin": by})
    return True


def carry_out_move(deed: deeds.BinMoved, known_at: datetime) -> None:
    """Move an invoice as a deed in the journal says."""
    models.BinMove.objects.create(
        key=deed.key, by=deed.by, into=deed.into, actor=deed.actor, known_at=known_at
    )


_NEWEST = "(SELECT MAX(id) FROM ledger_journalentry)"
_FORGET_ENTRIES = f"DELETE FROM ledger_journalentry WHERE feed = %s AND known_at < %s AND id < {_NEWEST}"
_FORGET_ROWS = tuple(
    statement + " WHERE key >= %s AND feed = %s AND known_at < %s"
    for statement in ("DELETE FROM ledger_invoice", "DELETE FROM ledger_quarantined")
)


def forget_canaries(*, feeds: Sequence[str], lowest_key: str, before: datetime) -> None:
    """Take the canaries of these feeds out of journal, ledger and quarantine alike, so that both agree at every moment.

    This is the one exception to the journal's only growing: a canary is no fact about an invoice. Its rows are found by their
    keys, from ``lowest_key`` up. The newest entry stays whatever it is: timelines take a smaller newest id for another database.
    """
    micros = to_micros(before)
    with transaction.atomic():
        sql.lock_intake()
        with connection.cursor() as cursor:
            for feed in feeds:
                cursor.execute(_FORGET_ENTRIES, [canary_feed(feed), micros])
                for statement in _FORGET_ROWS:
                    cursor.execute(statement, [lowest_key, canary_feed(feed), micros])
