"""Services of sync (同步): events into journal and ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

import msgspec
from django.db import transaction

from jingpiao import sql
from jingpiao.columns import to_micros
from jingpiao.ledger import arrivals
from jingpiao.ledger.deeds import JOURNAL
from jingpiao.sync.event import TWICE, Event, LineError, parse_line
from jingpiao.sync.models import ImportBatch, ImportFile
from jingpiao.sync.projecting import check, project

CHUNK = 5_000
CHUNK_BYTES = 16 * 2**20
"""Lines and bytes taken in by one transaction, whichever is reached first."""
EXCERPT = 2_000
"""Bytes of an unread line that stand in its row; the whole of a longer one is kept as a file."""


class LoadSummary(msgspec.Struct, kw_only=True):
    """What became of a delivery (投递结果): every line counts exactly once in new, repeats, flagged or unread."""

    lines: int = 0
    new: int = 0
    repeats: int = 0
    flagged: int = 0
    unread: int = 0
    invoices_new: int = 0
    invoices_duplicate: int = 0
    invoices_conflict: int = 0
    quarantined: int = 0
    by_type: dict[str, int] = {}
    unread_lines: list[dict[str, Any]] = []


class Told(msgspec.Struct):
    """Lines as read, before anything is kept (读过的行): the events, and what could not be read."""

    count: int
    events: list[Event]
    unread: list[tuple[Any, ...]]


def load_events(
    lines: Iterable[bytes], *, source: str, now: datetime, feed: str | None = None
) -> LoadSummary:
    """Enter feed events in the journal and the ledger (contract §5); idempotent.

    ``source`` says where the lines came from; ``feed``, if given, is the only feed that may speak. A line that cannot
    be read is kept aside with its number; the rest is taken in, each chunk in one transaction.
    """
    summary = LoadSummary()
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    feeds = None if feed is None else (feed,)
    while chunk := _chunk(numbered):
        told = read_lines(chunk, source=source, feeds=feeds, now=now)
        with transaction.atomic():
            enter(told, summary, now=now)
    return summary


def _chunk(numbered: Iterator[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    chunk, size = [], 0
    for number, line in islice(numbered, CHUNK):
        chunk.append((number, line))
        size += len(line)
        if size >= CHUNK_BYTES:
            break
    return chunk


def read_lines(
    numbered: Iterable[tuple[int, bytes]], *, source: str, feeds: Collection[str] | None, now: datetime
) -> Told:
    """Read numbered lines; touches nothing. ``feeds``, if given, are the only ones that may speak."""
    told = Told(0, [], [])
    for number, line in numbered:
        told.count += 1
        try:
            event = parse_line(line, feeds)
            check(event)
            told.events.append(event)
        except LineError as slip:
            told.unread.append((source, number, str(slip), line, to_micros(now)))
    return told


def enter(told: Told, summary: LoadSummary, *, now: datetime) -> None:
    """Enter what was read in journal and ledger, and add it up. Call inside a transaction."""
    sql.lock_intake()
    fresh, flagged = _enter(told.events, now)
    sql.bulk_insert("sync_unreadline", UNREAD, [_kept(row, now) for row in told.unread])
    taken = project([event for event in fresh if not flagged.get(id(event)) or event.type in TWICE])
    _sum_up(summary, told, fresh, flagged)
    results = Counter(each.result for each in taken)
    summary.invoices_new += results["new"]
    summary.invoices_duplicate += results["duplicate"]
    summary.invoices_conflict += results["conflict"]
    summary.quarantined += results["quarantined"]


UNREAD = ("source", "line", "reason", "body", "size", "arrival_id", "received_at")


def _kept(row: tuple[Any, ...], now: datetime) -> tuple[Any, ...]:
    """Return an unread line as its row: its beginning, its size, and where the whole of a long one is kept."""
    source, number, reason, line, at = row
    arrival = None
    if len(line) > EXCERPT:
        arrival = arrivals.keep(line, name=f"line-{number}.txt", source=f"unread:{source}", now=now).pk
    return source, number, reason, line[:EXCERPT], len(line), arrival, at


def _enter(events: Sequence[Event], now: datetime) -> tuple[list[Event], dict[int, bool]]:
    """Enter in the journal what is not there yet; returns the new events, and which repeat an id with other content."""
    held = _held(events)
    fresh: list[Event] = []
    flagged: dict[int, bool] = {}
    rows = []
    for event in events:
        digests = held.setdefault((event.feed, event.event_key), set())
        if event.digest in digests:
            continue
        flagged[id(event)] = bool(digests)
        digests.add(event.digest)
        fresh.append(event)
        rows.append(
            (
                event.feed,
                event.event_key,
                event.digest,
                event.type,
                to_micros(event.known_at),
                to_micros(now),
                flagged[id(event)],
                event.body,
            )
        )
    sql.bulk_insert("ledger_journalentry", JOURNAL, rows)
    return fresh, flagged


def _held(events: Sequence[Event]) -> dict[tuple[str, str], set[str]]:
    held: dict[tuple[str, str], set[str]] = {}
    for feed in {event.feed for event in events}:
        keys = {event.event_key for event in events if event.feed == feed}
        for key, digest in sql.rows(
            f"SELECT event_key, digest FROM ledger_journalentry WHERE feed = %s AND {sql.among('event_key')}",
            [feed, sql.texts(keys)],
        ):
            held.setdefault((feed, key), set()).add(digest)
    return held


def _sum_up(summary: LoadSummary, told: Told, fresh: Sequence[Event], flagged: dict[int, bool]) -> None:
    summary.lines += told.count
    summary.unread += len(told.unread)
    marks = sum(flagged.values())
    summary.flagged += marks
    summary.new += len(fresh) - marks
    summary.repeats += len(told.events) - len(fresh)
    for kind, count in Counter(event.type for event in fresh).items():
        summary.by_type[kind] = summary.by_type.get(kind, 0) + count
    room = 100 - len(summary.unread_lines)
    summary.unread_lines += [{"line": row[1], "reason": row[2]} for row in told.unread[: max(room, 0)]]


def lines_of(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield whole lines of a stream of blocks, however they were cut."""
    rest = b""
    for block in blocks:
        *whole, rest = (rest + block).split(b"\n")
        yield from whole
    if rest:
        yield rest


def start_import(files: Sequence[Any], *, by: str, now: datetime, feed: str = "import") -> ImportBatch:
    """Keep uploaded files (anything with ``name`` and ``chunks()`` or ``read()``) and queue them as one import of a feed.

    The bytes go to disk block by block, before the batch is made: nobody else waits for a slow upload.
    """
    kept = [
        (
            str(file.name)[:500],
            arrivals.keep_blocks(_blocks(file), name=str(file.name), source=f"upload:{by}", now=now),
        )
        for file in files
    ]
    with transaction.atomic():
        batch = ImportBatch.objects.create(by=by, made_at=now, feed=feed)
        for name, arrival in kept:
            ImportFile.objects.create(batch=batch, arrival=arrival, name=name)
    return batch


def _blocks(file: Any) -> Iterator[bytes]:
    if hasattr(file, "chunks"):
        yield from file.chunks()
    else:
        yield file.read()
