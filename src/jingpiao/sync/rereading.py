"""Rereading (重读): a line that could not be read, put right by a person and taken in after all.

What came stays as it came; the corrected line enters the journal like any other, learnt at the moment of its correction.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from fapiao.errors import FapiaoError
from jingpiao.audit.services import record
from jingpiao.sync.event import Event
from jingpiao.sync.line_reason import line_reason
from jingpiao.sync.models import Connection, UnreadLine
from jingpiao.sync.polling import AHEAD, promises_the_future, voices
from jingpiao.sync.services import LoadSummary, Told, enter, read_lines

FROM_SOURCE, FROM_PUSH = "source:", "push:"


def look(*, line: int, text: str, now: datetime) -> Event:
    """Return the event that a corrected line tells; nothing is kept. Errors: `correction-faulty`, `correction-over`."""
    return _told(_waiting(line), text, now).events[0]


def correct(*, line: int, text: str, now: datetime) -> LoadSummary:
    """Take a line in as a person corrected it; an answer given before today still does not know it.

    Errors: `correction-faulty` with the reason where it can still not be read, `correction-over` for one corrected before.
    """
    summary = LoadSummary()
    with transaction.atomic():
        row = _waiting(line)
        told = _told(row, text, now)
        if not UnreadLine.objects.filter(pk=row.pk, corrected_at=None).update(corrected_at=now):
            raise FapiaoError("correction-over")
        enter(told, summary, now=now)
        detail = {"unread": row.pk, "type": told.events[0].type}
        before, after = bytes(row.body).decode("utf-8", "replace"), told.events[0].body
        record(
            "unread-corrected",
            f"{row.source} #{row.line}",
            now=now,
            before={"line": before},
            after={"line": after},
            detail=detail,
        )
    return summary


def _waiting(line: int) -> UnreadLine:
    row = UnreadLine.objects.filter(pk=line).first()
    if row is None or row.corrected_at is not None:
        raise FapiaoError("correction-over")
    return row


def _told(row: UnreadLine, text: str, now: datetime) -> Told:
    """Read the corrected text as one line of the source that it came from."""
    line = b" ".join(text.encode("utf-8", "replace").split(b"\n")).replace(b"\r", b" ").strip()
    told = read_lines([(row.line, line)], source=row.source, feeds=_voices(row), now=now)
    early = any(promises_the_future(event, now) for event in told.events)
    if told.unread or early:
        reason = line_reason(AHEAD if early else str(told.unread[0][2]))
        raise FapiaoError(
            "correction-faulty", f"还是读不懂：{reason.text}", f"still not read: {reason.text_en}"
        )
    for event in told.events:
        event.known_at = now
    return told


def _voices(row: UnreadLine) -> list[str] | None:
    """Return the feeds that may speak where the line came from; one that was loaded here may speak for any."""
    if row.source.startswith(FROM_PUSH):
        return [row.source.removeprefix(FROM_PUSH)]
    if row.source.startswith(FROM_SOURCE):
        connection = Connection.objects.filter(key=row.source.removeprefix(FROM_SOURCE)).first()
        return voices(connection) if connection else []
    return None
