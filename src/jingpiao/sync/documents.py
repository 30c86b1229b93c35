"""Documents that sources bring (来源文件): kept raw before anything else, then queued as an import of that feed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction

from jingpiao.ledger import arrivals
from jingpiao.ledger.models import Arrival
from jingpiao.ledger.own import connection_event
from jingpiao.sync.event import Event
from jingpiao.sync.models import Connection, Declaration, ImportBatch, ImportFile, Visit
from jingpiao.sync.services import LoadSummary, enter, read_lines, start_import
from jingpiao.sync.source import Document


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """A document whose bytes are safe (已留存文件)."""

    document: Document
    arrival: Arrival


def keep(documents: Sequence[Document], *, connection: Connection, now: datetime) -> list[KeptDocument]:
    """Keep the bytes of documents and return those that this feed has not been given before."""
    fresh: dict[int, KeptDocument] = {}
    for document in documents:
        arrival = arrivals.keep(document.data, name=document.name, source=f"source:{connection.key}", now=now)
        seen = ImportFile.objects.filter(arrival=arrival, batch__feed=connection.feed).exists()
        if not seen:
            fresh.setdefault(arrival.pk, KeptDocument(document, arrival))
    return list(fresh.values())


def queue(
    files: Sequence[KeptDocument], *, connection: Connection, closing: Sequence[Event], now: datetime
) -> ImportBatch | None:
    """Queue kept documents as one import under the connection's feed. Call inside the cursor's transaction.

    Those that are only to be kept stand in it as done, so that they are known when they come again.
    """
    if not files:
        return None
    _declare(connection, now)
    batch = ImportBatch.objects.create(
        by=f"source:{connection.key}",
        feed=connection.feed,
        made_at=now,
        closing="\n".join(event.body for event in closing),
    )
    ImportFile.objects.bulk_create(
        ImportFile(
            batch=batch,
            arrival=each.arrival,
            name=each.document.name[:500],
            tax_id=each.document.tax_id,
            note=each.document.note[:500],
            finished=each.document.kept_only,
        )
        for each in files
    )
    return batch


def upload(files: Sequence[Any], *, connection: Connection, by: str, now: datetime) -> ImportBatch:
    """Take files that somebody brought for a connection (``name`` and ``read()``) as an import of its feed.

    Unlike what a source repeats, a file brought twice is worked through twice: whoever brought it gets its rows' results.
    """
    with transaction.atomic():
        _declare(connection, now)
        batch = start_import(files, by=by, now=now, feed=connection.feed)
        Visit.objects.create(connection=connection, begun_at=now, documents=len(files))
        Connection.objects.filter(pk=connection.pk).update(last_ok_at=now, caught_up=True)
    return batch


def _declare(connection: Connection, now: datetime) -> None:
    """Declare a feed that never spoke of itself, as one that promises no completeness."""
    if Declaration.objects.filter(feed=connection.feed).exists():
        return
    line = msgspec.json.encode(
        {
            "feed": connection.feed,
            "at": now.isoformat(),
            "type": "feed",
            "id": connection_event(connection.key),
            "label": connection.label or connection.feed,
            "complete": False,
        }
    )
    told = read_lines(((1, line),), source=f"source:{connection.key}", feeds=None, now=now)
    enter(told, LoadSummary(), now=now)
