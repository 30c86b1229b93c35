"""Pushing (推送): a delivery that a source sends itself, entered and recorded as a visit of its connection."""

from __future__ import annotations

import time
from datetime import datetime

from jingpiao.api.problem import ApiProblem
from jingpiao.sync.models import Connection, Visit
from jingpiao.sync.services import LoadSummary, load_events

MEMBER = "push"


def take_delivery(body: bytes, *, feed: str, now: datetime) -> LoadSummary:
    """Enter a delivery of a feed. Errors: `paused` while an operator holds that source up: it has to keep its events."""
    connection = Connection.objects.filter(member=MEMBER, feed=feed).order_by("id").first()
    if connection and connection.paused:
        raise ApiProblem("paused", headers={"Retry-After": "60"})
    clock = time.monotonic()
    summary = load_events(body.splitlines(), source=f"push:{feed}", feed=feed, now=now)
    if connection:
        _record(connection, summary, now, round((time.monotonic() - clock) * 1000))
    return summary


def _record(connection: Connection, summary: LoadSummary, now: datetime, took_ms: int) -> None:
    Visit.objects.create(
        connection=connection,
        begun_at=now,
        took_ms=took_ms,
        lines=summary.lines,
        fresh=summary.new,
        repeats=summary.repeats,
        flagged=summary.flagged,
        unread=summary.unread,
        quarantined=summary.quarantined,
    )
    Connection.objects.filter(pk=connection.pk).update(last_ok_at=now, caught_up=True)
