"""Services of the ledger (台账): into the recycle bin and out of it, quarantine released.

Each is entered in the journal as a deed (`jingpiao.ledger.deeds`) in the transaction that carries it out; carrying out a deed
that stands in the journal is all that a rebuild does.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from django.db import connection, transaction

from fapiao.invoice import Invoice
from jingpiao import sql
from jingpiao.audit.services import record
from jingpiao.columns import to_micros
from jingpiao.ledger import deeds, models
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


def retry(*, quarantined: int, now: datetime) -> Taken:
    """Try to take in again what waits in quarantine; what now passes is held and the wait is over."""
    with transaction.atomic():
        row = models.Quarantined.objects.select_for_update().get(pk=quarantined)
        if row.released_at is not None:
            return Taken("duplicate", row.key)
        taken = _try_again(row, now)
        if taken.result != "quarantined":
            digest = deeds.digest_of_body(row.body)
            deed = deeds.Released(row.feed, row.origin, row.known_at, digest, tuple(row.reasons))
            deeds.enter([deed], known_at=now)
    return taken


def carry_out_release(deed: deeds.Released, known_at: datetime) -> None:
    """Release from quarantine as a deed in the journal says: the first that still waits of those it describes."""
    waiting = models.Quarantined.objects.filter(
        feed=deed.feed, origin=deed.origin, known_at=deed.known_at, released_at=None
    )
    for row in waiting.order_by("id"):
        if deeds.digest_of_body(row.body) == deed.body_digest:
            _try_again(row, known_at)
            return


def _try_again(row: models.Quarantined, now: datetime) -> Taken:
    try:
        invoice = msgspec.json.decode(row.body, type=Invoice)
    except msgspec.DecodeError:
        return Taken("quarantined", row.key, ("unreadable",))
    origin = f"{ASIDE}:{row.origin}"
    taken = take_in([Incoming(invoice, row.feed, now, origin, row.arrival_id, row.body, probe=True)])[0]
    if taken.result != "quarantined":
        models.Quarantined.objects.filter(pk=row.pk).update(released_at=now)
    return taken


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
                cursor.execute(_FORGET_ENTRIES, [models.CANARY + feed, micros])
                for statement in _FORGET_ROWS:
                    cursor.execute(statement, [lowest_key, models.CANARY + feed, micros])
