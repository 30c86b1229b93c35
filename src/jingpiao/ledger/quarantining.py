"""Services of quarantine (隔离区): tried again, corrected by a person, shelved, and any of it taken back.

Each is a deed in the journal, entered in the transaction that carries it out; a rebuild carries out the same deeds. What came
stays as it came: a correction is another invoice body beside it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db import transaction

from fapiao.errors import FapiaoError
from fapiao.invoice import Invoice
from jingpiao import sql
from jingpiao.audit.services import record
from jingpiao.columns import to_micros
from jingpiao.ledger import deeds, models
from jingpiao.ledger.correction import Reread, reread, told
from jingpiao.ledger.intake import Incoming, Taken, take_in
from jingpiao.ledger.own import HERE

ASIDE, CORRECTED = "quarantine", "correction"
UNDO_FOR = timedelta(hours=24)
"""How long a correction can be taken back; afterwards the invoice belongs into the recycle bin."""
MOST_AT_ONCE = 1_000
MOST_WHY = 500


def row_of(number: int) -> models.Quarantined:
    """Return one row, waiting or not. Errors: `quarantine-unknown`."""
    found = models.Quarantined.objects.select_related("arrival").filter(pk=number).first()
    if found is None:
        raise FapiaoError("quarantine-unknown")
    return found


def retry(*, quarantined: int, now: datetime) -> Taken:
    """Try to take in again what waits in quarantine; what now passes is held and the wait is over."""
    with transaction.atomic():
        sql.lock_intake()
        row = row_of(quarantined)
        if row.released_at is not None:
            return Taken("duplicate", row.key)
        taken = _try_again(row, now)
        if taken.result != "quarantined":
            named = _named(row)
            deed = deeds.Released(*named, tuple(row.reasons))
            deeds.enter([deed], known_at=now, keys=[_key(named)])
            record("quarantine-retried", row.key or row.origin, now=now, detail={"row": row.pk})
    return taken


def retry_many(rows: Iterable[int], *, now: datetime) -> dict[str, int]:
    """Try many again; returns how many were taken in and how many still wait."""
    counts = {"taken": 0, "waiting": 0}
    for number in rows:
        taken = retry(quarantined=number, now=now)
        counts["waiting" if taken.result == "quarantined" else "taken"] += 1
    return counts


def look(*, quarantined: int, fields: dict[str, str]) -> tuple[Reread, Taken]:
    """Return how a row would be read with these corrections, and what would become of it; nothing is kept."""
    row = row_of(quarantined)
    read = reread(row.body, fields, own=row.arrival_id is not None)
    if read.reasons:
        return read, Taken("quarantined", row.key, read.reasons)
    with transaction.atomic():
        taken = _take(row, read, _PROBED)
        transaction.set_rollback(True)
    return read, taken


def correct(*, quarantined: int, fields: dict[str, str], actor: str, why: str, now: datetime) -> Taken:
    """Take a row in as a person corrected it. Errors: `correction-faulty`, `correction-over`, `why-missing`."""
    reason = _reason(why)
    with transaction.atomic():
        sql.lock_intake()
        row = row_of(quarantined)
        if row.released_at is not None or row.shelved_at is not None:
            raise FapiaoError("correction-over")
        read = reread(row.body, fields, own=row.arrival_id is not None)
        taken = _take(row, read, now) if not read.reasons else Taken("quarantined", row.key, read.reasons)
        if taken.result == "quarantined":
            raise FapiaoError("correction-faulty")
        named = _named(row)
        body = msgspec.Raw(read.body.encode())
        deed = deeds.Corrected(*named, body, actor, reason, tuple(row.reasons))
        deeds.enter([deed], known_at=now, keys=[_key(named)])
        detail = {"row": row.pk, "changed": list(read.changed), "why": reason}
        after = msgspec.json.decode(read.body)
        record("quarantine-corrected", taken.key, now=now, before=told(row.body), after=after, detail=detail)
    return taken


def shelve(*, quarantined: int, actor: str, why: str, now: datetime) -> None:
    """Set a row without hope out of the way; it is kept. Errors: `correction-over`, `why-missing`."""
    reason = _reason(why)
    with transaction.atomic():
        sql.lock_intake()
        row = row_of(quarantined)
        if row.released_at is not None or row.shelved_at is not None:
            raise FapiaoError("correction-over")
        named = _named(row)
        deeds.enter([deeds.Shelved(*named, actor, reason)], known_at=now, keys=[_key(named)])
        _set(row, shelved_at=now)
        detail = {"row": row.pk, "why": reason}
        record("quarantine-discarded", row.key or row.origin, now=now, detail=detail)


def undo(*, quarantined: int, actor: str, why: str, now: datetime) -> None:
    """Take the last correction or shelving of a row back, so that it waits as before.

    What the correction put into the ledger goes out of it again, unless a source has told the same since. Errors:
    `correction-over`, `why-missing`.
    """
    reason = _reason(why)
    with transaction.atomic():
        sql.lock_intake()
        row = row_of(quarantined)
        what = undoable(row, now)
        if not what:
            raise FapiaoError("correction-over")
        named = _named(row)
        deed = deeds.Undone(*named, what, actor, reason)
        _undo(row, deed)
        deeds.enter([deed], known_at=now, keys=[_key(named)])
        detail = {"row": row.pk, "what": what, "why": reason}
        record("quarantine-undone", row.key or row.origin, now=now, detail=detail)


def undoable(row: models.Quarantined, now: datetime) -> str:
    """Return what of a row can be taken back now: ``shelve``, ``correction``, or nothing."""
    if row.shelved_at is not None:
        return "shelve"
    if row.released_at is None or now - row.released_at > UNDO_FOR:
        return ""
    done = history(row)
    last = done[-1] if done else None
    if last is None or not isinstance(last[2], deeds.Corrected):
        return ""
    number = msgspec.json.decode(last[2].body).get("number") or ""
    since = models.JournalEntry.objects.filter(pk__gt=last[0], type__in=("invoice", "import"))
    return "" if number and since.filter(body__contains=number).exists() else "correction"


def history(row: models.Quarantined) -> list[tuple[int, datetime, deeds.Deed]]:
    """Return what was done to a row, oldest first: the entry's number, when, and the deed."""
    name = _identity(_named(row))
    found: list[Any] = []
    for kind in ("release", "correction", "shelve", "undo"):
        prefix = f"{kind}:{name}:"
        entries = models.JournalEntry.objects.filter(
            feed=HERE, event_key__gte=prefix, event_key__lt=f"{prefix}~"
        )
        found += entries.values_list("pk", "known_at", "body")
    return [(number, at, deeds.read(body)) for number, at, body in sorted(found)]


def carry_out(deed: deeds.OfQuarantine, known_at: datetime) -> None:
    """Do what a deed in the journal says, to the first row that it fits."""
    row = _described(deed)
    if row is None:
        return
    if isinstance(deed, deeds.Released):
        _try_again(row, known_at)
    elif isinstance(deed, deeds.Corrected):
        _take(row, Reread(body=bytes(deed.body).decode()), known_at)
    elif isinstance(deed, deeds.Shelved):
        _set(row, shelved_at=known_at)
    else:
        _undo(row, deed)


def _described(deed: deeds.OfQuarantine) -> models.Quarantined | None:
    rows = models.Quarantined.everything.filter(feed=deed.feed, origin=deed.origin, known_at=deed.known_at)
    if isinstance(deed, deeds.Undone):
        over = {"shelve": {"shelved_at": None}, "correction": {"released_at": None}}[deed.what]
        rows = rows.exclude(**over)
    else:
        rows = rows.filter(released_at=None)
    for row in rows.order_by("id"):
        if deeds.digest_of_body(row.body) == deed.body_digest:
            return row
    return None


def _try_again(row: models.Quarantined, now: datetime) -> Taken:
    try:
        invoice = msgspec.json.decode(row.body, type=Invoice)
    except msgspec.DecodeError:
        return Taken("quarantined", row.key, ("unreadable",))
    origin = f"{ASIDE}:{row.origin}"
    taken = take_in([Incoming(invoice, row.feed, now, origin, row.arrival_id, row.body, probe=True)])[0]
    if taken.result != "quarantined":
        _set(row, released_at=now)
    return taken


_PROBED = datetime.fromisoformat("2100-01-01T00:00:00+00:00")
"""The moment of a look that is undone at once: later than any other, so that it moves nothing back."""


def _take(row: models.Quarantined, read: Reread, now: datetime) -> Taken:
    invoice = msgspec.json.decode(read.body, type=Invoice)
    own = row.arrival_id is not None
    origin = f"{CORRECTED}:{row.origin}"
    item = Incoming(invoice, row.feed, now, origin, row.arrival_id, read.body, own=own, probe=True)
    taken = take_in([item])[0]
    if taken.result != "quarantined":
        _set(row, released_at=now)
    return taken


def _undo(row: models.Quarantined, deed: deeds.Undone) -> None:
    if deed.what == "shelve":
        _set(row, shelved_at=None)
        return
    put = {"origin": f"{CORRECTED}:{row.origin}", "feed": row.feed, "known_at": row.released_at}
    models.Invoice.everything.filter(**put).delete()
    _set(row, released_at=None)


def _set(row: models.Quarantined, **values: datetime | None) -> None:
    models.Quarantined.everything.filter(pk=row.pk).update(**values)


def _reason(why: str) -> str:
    reason = " ".join(why.replace("\x00", "").split())[:MOST_WHY]
    if not reason:
        raise FapiaoError("why-missing")
    return reason


def _named(row: models.Quarantined) -> tuple[str, str, datetime, str]:
    return row.feed, row.origin, row.known_at, deeds.digest_of_body(row.body)


def _identity(named: tuple[str, str, datetime, str]) -> str:
    feed, origin, known_at, digest = named
    said = f"{feed}\x1f{origin}\x1f{to_micros(known_at)}\x1f{digest}"
    return hashlib.blake2s(said.encode("utf-8", "replace"), digest_size=12).hexdigest()


def _key(named: tuple[str, str, datetime, str]) -> str:
    return f"{_identity(named)}:{secrets.token_hex(8)}"
