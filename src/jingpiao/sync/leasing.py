"""Leasing (租约): one poller a cursor. A lease is a rising fence; whoever holds an older one can commit nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import Error, connection
from django.db.models import Q

from jingpiao.sync.models import Connection
from jingpiao.sync.source import SOURCES

LEASE = timedelta(seconds=45)
_TRIES = 3


class StaleLeaseError(Exception):
    """Somebody else has taken this cursor over (租约过期): nothing was kept, nothing is lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to move one cursor once (租约)."""

    connection: Connection
    fence: int
    cursor: str


def take_due(now: datetime) -> Lease | None:
    """Take the lease of the connection that has waited longest, ``None`` when none is due."""
    fetched = [key for key, source in SOURCES.items() if source.collect]
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    whole = Q(opened_until=None) | Q(opened_until__lte=now)
    due = Connection.objects.filter(free, whole, member__in=fetched, paused=False, due_at__lte=now)
    for found in due.order_by("due_at", "id")[:_TRIES]:
        lease = _take(found, now)
        if lease:
            return lease
    return None


def take_over(key: str, now: datetime) -> Lease:
    """Take a connection's lease whoever has it: the fence makes it safe. Errors: `Connection.DoesNotExist`."""
    while True:
        lease = _take(Connection.objects.get(key=key), now)
        if lease:
            return lease


def _take(found: Connection, now: datetime) -> Lease | None:
    """Take the lease if the fence is still where it was seen."""
    fence = found.fence + 1
    if not Connection.objects.filter(pk=found.pk, fence=found.fence).update(
        fence=fence, lease_until=now + LEASE
    ):
        return None
    held = Connection.objects.get(pk=found.pk)  # the cursor as it stands now that nobody else may move it
    return Lease(connection=held, fence=fence, cursor=held.cursor) if held.fence == fence else None


@contextmanager
def kept(lease: Lease) -> Iterator[None]:
    """Keep a lease alive while a long visit goes on."""
    done = threading.Event()
    keeper = threading.Thread(target=_keep, args=(lease, done), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()


def _keep(lease: Lease, done: threading.Event) -> None:
    pause = LEASE.total_seconds() / 3
    while not done.wait(pause):
        try:
            mine = Connection.objects.filter(pk=lease.connection.pk, fence=lease.fence)
            mine.update(lease_until=datetime.now(UTC) + LEASE)
        except Error:
            pass  # the database is away: the lease may run out, and the fence decides
        finally:
            connection.close()
