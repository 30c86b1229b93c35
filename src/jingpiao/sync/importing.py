"""Importing (导入): files into the ledger, row by row; every row comes back exactly once, whatever interrupts.

A file's readings always come in the same order, so the count of those taken in (`ImportFile.done`), kept in the same
transaction as the rows themselves, says where to go on after a kill. Each reading is entered in the journal as it is taken in.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import msgspec
from django.db import Error, transaction
from django.db.models import Q

from fapiao.errors import FapiaoError
from fapiao.format import MOST_BYTES, Reading, expected_rows, failed, too_large
from fapiao.invoice import Invoice
from fapiao.reasons import reason
from fapiao.vocabulary import state_from_text
from jingpiao import sql
from jingpiao.columns import to_micros
from jingpiao.ledger import arrivals, deeds
from jingpiao.ledger.intake import Incoming, Taken, take_in
from jingpiao.sync.exporting import Passing, told_of
from jingpiao.sync.exporting import tell as tell_exports
from jingpiao.sync.models import ImportBatch, ImportFile
from jingpiao.sync.services import LoadSummary, enter, read_lines

CHUNK = 2_000
LEASE = timedelta(seconds=60)
log = logging.getLogger("jingpiao.sync")
_COLUMNS = ("batch_id", "file", "row", "result", "number", "code", "original", "findings", "error")


def claim_batch(now: datetime) -> ImportBatch | None:
    """Take the oldest batch that waits, or whose worker died; ``None`` when there is nothing to do."""
    with transaction.atomic():
        sql.lock_intake()
        batch = ImportBatch.objects.filter(_open(now)).order_by("id").first()
        return batch if batch and claim(batch, now) else None


def claim(batch: ImportBatch, now: datetime) -> bool:
    """Take one batch that waits, or whose worker died; false when somebody is at it, or it is done."""
    mine = ImportBatch.objects.filter(_open(now), pk=batch.pk)
    return bool(mine.update(state="running", lease_until=now + LEASE))


def _open(now: datetime) -> Q:
    return Q(state="waiting") | Q(state="running", lease_until__lt=now)


def run_batch(batch: ImportBatch, tell: Callable[[int], None] | None = None) -> None:
    """Work through a batch's files from where it stands; ``tell`` hears after each chunk how many rows it was.

    When another worker has taken a file on meanwhile (this one's lease ran out), it is left to that one.
    """
    files = ImportFile.objects.filter(batch=batch, finished=False).select_related("arrival").order_by("id")
    try:
        for file in files:
            _run_file(batch, file, tell)
    except _Overtaken:
        return
    _finish(batch)


def _finish(batch: ImportBatch) -> None:
    """Close the batch, and enter the lines that become true with it: a watermark never runs ahead of its rows."""
    now = datetime.now(UTC)
    lines = [line.encode() for line in batch.closing.splitlines()]
    told = read_lines(enumerate(lines, 1), source=f"closing:{batch.by}", feeds=None, now=now)
    for event in told.events:
        event.known_at = now
    with transaction.atomic():
        enter(told, LoadSummary(), now=now)
        ImportBatch.objects.filter(pk=batch.pk).update(
            state="done", finished_at=now, lease_until=None, closing=""
        )


class _Overtaken(Exception):
    """Another worker took this file's next rows in."""


def _run_file(batch: ImportBatch, file: ImportFile, tell: Callable[[int], None] | None) -> None:
    passing = Passing(feed=batch.feed, tax_id=file.tax_id)
    readings = islice(_readings(file, passing), file.done, None)
    while chunk := list(islice(readings, CHUNK)):
        with transaction.atomic():
            sql.lock_intake()
            mine = ImportFile.objects.filter(pk=file.pk, done=file.done)
            if not mine.update(done=file.done + len(chunk)):
                raise _Overtaken
            _take_chunk(batch, file, chunk, passing)
        file.done += len(chunk)
        if tell:
            tell(len(chunk))
    with transaction.atomic():
        sql.lock_intake()
        exports = passing.exports(file.arrival)
        tell_exports(exports, file.arrival, now=datetime.now(UTC))
        ImportFile.objects.filter(pk=file.pk).update(finished=True, understood=told_of(exports))


def _readings(file: ImportFile, passing: Passing) -> Iterator[Reading]:
    """Yield a file's readings; whatever goes wrong is the last of them, so that the other files still come."""
    size = file.arrival.size
    if size > MOST_BYTES:
        yield failed(file.name, too_large(size))
        return
    try:
        data = arrivals.read(file.arrival)
        if file.expected is None:
            file.expected = expected_rows(data, file.name)
            ImportFile.objects.filter(pk=file.pk).update(expected=file.expected)
        yield from passing.through(data, file.name)
    except (Error, OSError):
        raise
    except Exception as slip:
        log.exception("reading of import file %s failed", file.pk)
        name = type(slip).__name__
        wrong = FapiaoError("file-damaged", f"读取程序出错：{name}", f"the reader failed: {name}")
        yield failed(file.name, wrong)


def _take_chunk(batch: ImportBatch, file: ImportFile, chunk: Sequence[Reading], passing: Passing) -> None:
    now = datetime.now(UTC)
    imported = [_imported(reading, file, passing.feed_of(reading)) for reading in chunk]
    keys = [f"{file.pk}:{place}" for place in range(file.done, file.done + len(chunk))]
    deeds.enter(imported, known_at=now, keys=keys)
    taken = take_imported(list(zip(imported, (reading.invoice for reading in chunk), strict=True)), now)
    rows = [_row(batch, file, reading, each) for reading, each in zip(chunk, taken, strict=True)]
    sql.bulk_insert("sync_importedrow", _COLUMNS, rows)
    batch.refresh_from_db(fields=("counts",))
    counts = Counter(batch.counts)
    counts.update(row[3] for row in rows)
    counts["rows"] += len(rows)
    ImportBatch.objects.filter(pk=batch.pk).update(counts=dict(counts), lease_until=now + LEASE)


def _imported(reading: Reading, file: ImportFile, feed: str) -> deeds.Imported:
    origin = (
        file.name
        + (f"//{reading.member}" if reading.member else "")
        + (f"#{reading.page}" if reading.page else "")
    )
    if reading.error:
        body = msgspec.Raw(msgspec.json.encode(reading))
        return deeds.Imported(origin, file.arrival_id, body, (reading.error.code,), feed=feed)
    body = msgspec.Raw(msgspec.json.encode(reading.invoice))
    return deeds.Imported(origin, file.arrival_id, body, state=_told_state(reading.invoice), feed=feed)


def take_imported(
    imported: Sequence[tuple[deeds.Imported, Invoice | None]], known_at: datetime
) -> list[Taken]:
    """Take imported readings in, in order, with the states that they tell. Call inside a transaction."""
    items = [
        Incoming(
            invoice,
            deed.feed,
            known_at,
            deed.origin,
            deed.arrival,
            bytes(deed.body).decode(),
            deed.reasons,
            own=True,
        )
        for deed, invoice in imported
    ]
    taken = take_in(items)
    at = to_micros(known_at)
    states = [
        (each.key, deed.state, at, "", deed.feed, at)
        for (deed, _), each in zip(imported, taken, strict=True)
        if each.key and deed.state not in ("normal", "unknown")
    ]
    columns = ("key", "state", "effective_at", "by_number", "feed", "known_at")
    sql.bulk_insert("ledger_invoicestate", columns, states)
    return taken


def _told_state(invoice: Invoice | None) -> str:
    """A row of the official export tells the invoice's state as well."""
    told = (invoice.special or {}).get("发票状态") if invoice else None
    return state_from_text(str(told)) if told else "normal"


def _row(batch: ImportBatch, file: ImportFile, reading: Reading, taken: Taken) -> tuple[Any, ...]:
    invoice = reading.invoice
    error: dict[str, str] | None = msgspec.to_builtins(reading.error) if reading.error else None
    if not reading.error and taken.result == "quarantined":
        error = {
            "code": "quarantined",
            "message": f"数据有误，已放进隔离区：{'、'.join(map(reason, taken.reasons))}",
            "message_en": f"set aside: {', '.join(reason(each, 'en') for each in taken.reasons)}",
        }
    name = file.name + (f"//{reading.member}" if reading.member else "")
    return (
        batch.pk,
        name,
        reading.page,
        "failed" if reading.error else taken.result,
        (invoice.number if invoice else "") or "",
        (invoice.code if invoice else "") or "",
        _json(taken.original),
        msgspec.json.encode(reading.findings).decode(),
        _json(error),
    )


def _json(value: Any) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()
