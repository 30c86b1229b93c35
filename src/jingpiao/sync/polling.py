"""Polling (轮询): one visit to a source — lease, collect, then data and cursor in one transaction, then acknowledge.

A kill at any point loses nothing: before the commit the cursor stands where it stood and the source is asked again;
after it the source may repeat what was not acknowledged, and repeats change nothing.
"""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import Error, transaction

from jingpiao.columns import to_micros
from jingpiao.sync import outages, pausing
from jingpiao.sync.configuration import opened
from jingpiao.sync.documents import keep, queue
from jingpiao.sync.event import Event, LineError, moment
from jingpiao.sync.leasing import Lease, StaleLeaseError, kept, take_due
from jingpiao.sync.models import Connection, Visit
from jingpiao.sync.services import LoadSummary, Told, enter, read_lines
from jingpiao.sync.source import SOURCES, Arrivals, Source, SourceError

CLOCK_SLACK = timedelta(minutes=5)
AHEAD = "complete_to lies in the future: the source's clock is ahead"
"""Why such a watermark is set aside as a line that cannot be read."""
KEEP_VISITS = timedelta(days=30)
log = logging.getLogger("jingpiao.sources")


def visit_due(now: datetime) -> bool:
    """Visit the one connection that has waited longest; true when another may be waiting."""
    lease = take_due(now)
    if lease is None:
        return False
    visit(lease)
    return True


def visit(lease: Lease) -> Visit | None:
    """Make one visit under a lease and return its record; ``None`` when somebody else took the cursor over meanwhile."""
    begun = datetime.now(UTC)
    clock = time.monotonic()
    try:
        source, settings = _prepared(lease.connection)
        with kept(lease):
            arrivals = _collected(source, settings, lease)
            record = _commit(lease, source, settings, arrivals, begun=begun, clock=clock)
        _acknowledge(source, settings, arrivals.cursor, lease.connection.key)
    except SourceError as slip:
        return _fail(lease, slip, begun=begun, clock=clock)
    except StaleLeaseError:
        log.warning("%s: another poller took over; this visit was dropped", lease.connection.key)
        return None
    return record


def _prepared(connection: Connection) -> tuple[Source[Any], Any]:
    source = SOURCES.get(connection.member)
    if source is None or source.collect is None:
        raise SourceError(
            "source-settings", "这种来源不主动拉取", f"nothing is fetched from {connection.member}"
        )
    return source, opened(source, connection.settings)


def _collected(source: Source[Any], settings: Any, lease: Lease) -> Arrivals:
    """Collect; whatever goes wrong inside a member is that source's failure alone."""
    assert source.collect is not None
    try:
        return source.collect(settings, lease.cursor)
    except (SourceError, Error):
        raise
    except Exception as slip:
        log.exception("%s: the member failed", lease.connection.key)
        name = type(slip).__name__
        raise SourceError(
            "source-fault", f"读取来源时程序出错（{name}）", f"reading the source failed ({name})"
        ) from None


def _commit(
    lease: Lease, source: Source[Any], settings: Any, arrivals: Arrivals, *, begun: datetime, clock: float
) -> Visit:
    connection, now = lease.connection, datetime.now(UTC)
    feeds = _speaks_for(connection, source, settings)
    told = read_lines(
        ((n, line) for n, line in enumerate(arrivals.lines, 1) if line.strip()),
        source=f"source:{connection.key}",
        feeds=feeds,
        now=now,
    )
    notes = [*arrivals.notes, *_settle(told, connection, now)]
    files = keep(arrivals.documents, connection=connection, now=now)
    closing = _split_closing(told) if files else []
    summary = LoadSummary()
    with transaction.atomic():
        _move(lease, arrivals, now)
        outages.end(connection, feeds, fence=lease.fence, now=now)
        enter(told, summary, now=now)
        queue(files, connection=connection, closing=closing, now=now)
        record = Visit.objects.create(
            connection=connection,
            begun_at=begun,
            took_ms=_since(clock),
            lines=summary.lines,
            fresh=summary.new,
            repeats=summary.repeats,
            flagged=summary.flagged,
            unread=summary.unread,
            quarantined=summary.quarantined,
            documents=len(files),
            cursor=arrivals.cursor,
            notes=notes,
        )
        Visit.objects.filter(connection=connection, begun_at__lt=now - KEEP_VISITS).delete()
    return record


def _speaks_for(connection: Connection, source: Source[Any], settings: Any) -> list[str]:
    """Return the feeds that a connection may speak for: none that has a connection of its own."""
    if source.feeds is None:
        return [connection.feed]
    named = source.feeds(settings)
    others = Connection.objects.exclude(pk=connection.pk).filter(feed__in=named)
    return sorted(set(named) - set(others.values_list("feed", flat=True)))


def voices(connection: Connection) -> list[str]:
    """Return the feeds that a connection speaks for, as far as its settings can be read."""
    try:
        return _speaks_for(connection, *_prepared(connection))
    except SourceError:
        return [connection.feed]


def _move(lease: Lease, arrivals: Arrivals, now: datetime) -> None:
    """Move the cursor if the fence and the cursor still stand where this visit began. Errors: `StaleLeaseError`."""
    connection = lease.connection
    due = now if arrivals.more else pausing.next_time(now, connection.every_seconds)
    moved = Connection.objects.filter(pk=connection.pk, fence=lease.fence, cursor=lease.cursor).update(
        cursor=arrivals.cursor,
        gaps=list(arrivals.gaps),
        caught_up=connection.caught_up or not arrivals.more,
        due_at=due,
        failures=0,
        opened_until=None,
        last_ok_at=now,
        last_error=None,
        lease_until=None,
    )
    if not moved:
        raise StaleLeaseError(connection.key)


def _fail(lease: Lease, slip: SourceError, *, begun: datetime, clock: float) -> Visit | None:
    """Record a failed visit, and when to try again."""
    connection, now = lease.connection, datetime.now(UTC)
    failures = connection.failures + 1
    due, opened_until = pausing.after_failure(slip, failures=failures, now=now)
    error: dict[str, Any] = {
        "code": slip.code,
        "message": slip.message,
        "message_en": slip.message_en,
        "next_step": slip.kind.next_step,
        "next_step_en": slip.kind.next_step_en,
        "at": now.isoformat(),
    }
    told = bool((connection.last_error or {}).get(outages.TOLD))
    error[outages.TOLD] = told or opened_until is not None
    with transaction.atomic():
        mine = Connection.objects.filter(pk=connection.pk, fence=lease.fence)
        if not mine.update(
            failures=failures, due_at=due, opened_until=opened_until, last_error=error, lease_until=None
        ):
            return None
        if error[outages.TOLD] and not told:
            outages.begin(connection, voices(connection), slip, fence=lease.fence, now=now)
        return Visit.objects.create(
            connection=connection, begun_at=begun, took_ms=_since(clock), cursor=lease.cursor, error=error
        )


def _acknowledge(source: Source[Any], settings: Any, cursor: str, key: str) -> None:
    """Tell the source that its data is safe; if that fails it repeats them, which changes nothing."""
    if source.acknowledge is None:
        return
    try:
        source.acknowledge(settings, cursor)
    except Exception as slip:
        log.warning("%s: not acknowledged: %s", key, type(slip).__name__)


def _settle(told: Told, connection: Connection, now: datetime) -> list[str]:
    """Set each event's moment by our own clock; returns what the operator should know.

    Once a connection has caught up, what it brings is learnt now, whatever the source's clock says: an answer given an
    hour ago must not turn out to have known it. Before, its history is as old as it says, never from the future.
    """
    ahead = 0
    for event in told.events:
        ahead += event.known_at > now + CLOCK_SLACK
        event.known_at = now if connection.caught_up else min(event.known_at, now)
    early = [event for event in told.events if promises_the_future(event, now)]
    if early:
        told.events = [event for event in told.events if not promises_the_future(event, now)]
    told.unread += [
        (f"source:{connection.key}", 0, AHEAD, event.body.encode(), to_micros(now)) for event in early
    ]
    notes = [f"clock: {ahead} lines dated ahead of our clock"] if ahead else []
    return notes + ([f"clock: {len(early)} watermarks in the future kept aside"] if early else [])


def promises_the_future(event: Event, now: datetime) -> bool:
    """Tell whether an event promises that all is delivered up to a moment that has not come."""
    if event.type != "watermark":
        return False
    try:
        until = moment(event.told["complete_to"], "complete_to")
    except LineError:  # pragma: no cover - checked on reading
        return False
    return until is not None and until > now + CLOCK_SLACK


def _split_closing(told: Told) -> list[Event]:
    """Take the watermarks out: they become true when the documents that came with them are in."""
    closing = [event for event in told.events if event.type == "watermark"]
    told.events = [event for event in told.events if event.type != "watermark"]
    told.count -= len(closing)
    return closing


def _since(clock: float) -> int:
    return round((time.monotonic() - clock) * 1000)
