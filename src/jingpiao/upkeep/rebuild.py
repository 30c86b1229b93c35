"""Rebuilding (重建): the ledger and what is known of the feeds, made anew from the journal alone, in a scratch place.

Streamed, in the journal's order, through the very code that projected it the first time. Comparing then proves the law that
the ledger is nothing but the journal's projection.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import msgspec
from django.apps import apps
from django.db import connection, transaction

from fapiao.invoice import Invoice
from jingpiao import sql
from jingpiao.columns import from_micros, to_micros
from jingpiao.ledger import deeds
from jingpiao.ledger.quarantining import carry_out
from jingpiao.ledger.services import carry_out_move
from jingpiao.sync.event import TWICE, Event
from jingpiao.sync.importing import take_imported
from jingpiao.sync.projecting import TABLES, SetAside, project
from jingpiao.upkeep.scratch import Tables, scratch

CHUNK = 5_000
BUCKETS, BUCKETS_AT_ONCE = 4_096, 256
"""Rows are compared by the sum of their digests in so many buckets; only buckets that differ are looked into."""
PROJECTED = tuple(
    sorted(
        {
            "ledger_invoice",
            "ledger_quarantined",
            "sync_arrivalhour",
            "sync_delaycount",
            "sync_delayhour",
            "sync_officialexport",
            *(table for table, _, _ in TABLES.values()),
        }
    )
)
"""Every table that is a projection of the journal."""
Entry = tuple[int, str, str, str, int, bool, str]


class Rebuilt(msgspec.Struct, kw_only=True):
    """What a rebuild made (重建结果): entries read, rows by table, seconds; and with a comparison, every difference."""

    entries: int = 0
    seconds: float = 0.0
    rows: dict[str, int] = {}
    compared: bool = False
    same: bool | None = None
    differences: list[dict[str, Any]] = []


def rebuild(*, compare: bool) -> Rebuilt:
    """Rebuild from the journal in a scratch place, and compare with the platform's tables where asked to."""
    result = Rebuilt(compared=compare)
    began = time.perf_counter()
    with scratch(PROJECTED) as real:
        aside = _released(real)
        for chunk in _journal(real):
            result.entries += len(chunk)
            with transaction.atomic():
                _replay(chunk, aside)
        result.rows = {table: sql.rows(f"SELECT COUNT(*) FROM {table}")[0][0] for table in PROJECTED}
        result.seconds = round(time.perf_counter() - began, 2)
        if compare:
            result.differences = [each for table in PROJECTED for each in _differences(table, real)]
            result.same = not result.differences
    return result


def _journal(real: Tables) -> Iterator[list[Entry]]:
    """Yield the journal in its own order, a chunk at a time."""
    columns = "id, type, feed, event_key, known_at, flagged, body"
    seen = 0
    while chunk := real.rows(
        f"SELECT {columns} FROM ledger_journalentry WHERE id > %s ORDER BY id LIMIT {CHUNK}", [seen]
    ):
        yield chunk
        seen = chunk[-1][0]


def _released(real: Tables) -> dict[tuple[str, int], tuple[str, ...]]:
    """Return what was set aside once and released later, with the reasons it waited for."""
    found = real.rows("SELECT body FROM ledger_journalentry WHERE type IN ('release', 'correction')")
    told = [
        deed for (body,) in found if isinstance(deed := deeds.read(body), deeds.Released | deeds.Corrected)
    ]
    return {(deed.origin, to_micros(deed.known_at)): deed.reasons for deed in told}


def _replay(chunk: Sequence[Entry], aside: SetAside) -> None:
    """Carry out a chunk: feeds' events together, each kind of deed as it was done, in order."""
    for kind, entries in groupby(chunk, lambda entry: entry[1] if entry[1] in deeds.TYPES else "event"):
        if kind == "event":
            told = [_event(entry) for entry in entries if not entry[5] or entry[1] in TWICE]
            project(told, aside)
        elif kind == "import":
            for known_at, group in groupby(entries, lambda entry: entry[4]):
                take_imported([_imported(entry, aside) for entry in group], from_micros(known_at))
        else:
            for entry in entries:
                _carry_out(entry)


def _event(entry: Entry) -> Event:
    _, kind, feed, key, known_at, _, body = entry
    return Event(feed, kind, from_micros(known_at), key, "", msgspec.json.decode(body), body)


def _imported(entry: Entry, aside: SetAside) -> tuple[deeds.Imported, Invoice | None]:
    deed = deeds.read(entry[6])
    assert isinstance(deed, deeds.Imported)
    if deed.reasons:
        return deed, None
    invoice = msgspec.json.decode(deed.body, type=Invoice)
    reasons = aside.get((deed.origin, entry[4]), ())
    return msgspec.structs.replace(deed, reasons=reasons), invoice


def _carry_out(entry: Entry) -> None:
    deed, known_at = deeds.read(entry[6]), from_micros(entry[4])
    if isinstance(deed, deeds.BinMoved):
        carry_out_move(deed, known_at)
    elif not isinstance(deed, deeds.Imported):
        carry_out(deed, known_at)


class _Drafted(Tables):
    """The rebuilt tables, read as the platform's own are."""

    def __init__(self) -> None:
        """Reads go where this thread's statements go."""

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one query on the rebuilt tables."""
        return sql.rows(statement, parameters)


def _differences(table: str, real: Tables) -> Iterator[dict[str, Any]]:
    """Yield every row that only one side has."""
    names = columns_of(table)
    ours, theirs = _sums(table, names, _Drafted()), _sums(table, names, real)
    differing = [place for place in range(BUCKETS) if ours[place] != theirs[place]]
    for start in range(0, len(differing), BUCKETS_AT_ONCE):
        wanted = set(differing[start : start + BUCKETS_AT_ONCE])
        made, held = _rows_of(table, names, _Drafted(), wanted), _rows_of(table, names, real, wanted)
        for side, rows in (("ledger", held - made), ("rebuilt", made - held)):
            for row in sorted(rows.elements()):
                told = dict(zip(names, msgspec.json.decode(row), strict=True))
                yield {"table": table, "only_in": side, "row": told}


def columns_of(table: str) -> list[str]:
    """Return a projected table's columns, but for those that only say when or in which order a row was written."""
    [model] = [model for model in apps.get_models() if model._meta.db_table == table]
    columns = [str(field.column) for field in model._meta.concrete_fields]
    return [name for name in columns if name not in ("id", "stamp")]


def _sums(table: str, names: Sequence[str], side: Tables) -> list[int]:
    sums = [0] * BUCKETS
    for row in _encoded(table, names, side):
        number = int.from_bytes(hashlib.blake2b(row, digest_size=16).digest(), "big")
        sums[number % BUCKETS] += number
    return sums


def _rows_of(table: str, names: Sequence[str], side: Tables, wanted: set[int]) -> Counter[bytes]:
    return Counter(
        row
        for row in _encoded(table, names, side)
        if int.from_bytes(hashlib.blake2b(row, digest_size=16).digest(), "big") % BUCKETS in wanted
    )


def _encoded(table: str, names: Sequence[str], side: Tables) -> Iterator[bytes]:
    """Yield every row as JSON, a chunk at a time."""
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    seen = 0
    while chunk := side.rows(
        f"SELECT id, {quoted} FROM {table} WHERE id > %s ORDER BY id LIMIT {CHUNK}", [seen]
    ):
        for row in chunk:
            yield msgspec.json.encode(row[1:])
        seen = chunk[-1][0]
