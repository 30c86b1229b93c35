"""Selectors of sync (同步): feeds as they stand, imports and their rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from fapiao import feeds
from fapiao.situation import FeedFacts
from jingpiao.sync.models import ImportBatch, ImportedRow, UnreadLine
from jingpiao.sync.timeline import Timeline, last_spoken


def feed_rows(timeline: Timeline, now: datetime, lines: feeds.Lines = feeds.LINES) -> list[dict[str, Any]]:
    """Return every feed with watermark, lag, state and open faults, those in trouble first."""
    order = {"outage": 0, "delayed": 1, "unknown": 2, "current": 3}
    rows = [
        _feed_row(feed, now, lines)
        for feed in timeline.feeds(now, last_spoken(list(timeline.declarations), now))
    ]
    return sorted(rows, key=lambda row: (order[row["state"]], row["feed"]))


def _feed_row(feed: FeedFacts, now: datetime, lines: feeds.Lines) -> dict[str, Any]:
    return {
        "feed": feed.feed,
        "label": feed.label or feed.feed,
        "regions": list(feed.regions),
        "kinds": list(feed.kinds),
        "watermark": feed.watermark,
        "lag_seconds": feeds.lag(feed, now),
        "state": feeds.state(feed, now, lines),
        "spoke_at": feed.spoke_at,
        "complete": feed.complete,
        "same_day": feed.same_day,
        "faults": [
            {
                "component": each.component,
                "message": each.message,
                "since": each.since,
                "batch": each.batch or None,
            }
            for each in feed.faults
        ],
    }


def import_progress(batch: int) -> dict[str, Any] | None:
    """Return how far an import has come, ``None`` when there is no such import."""
    found = ImportBatch.objects.filter(pk=batch).first()
    if found is None:
        return None
    names = ("new", "duplicate", "conflict", "quarantined", "failed")
    return {
        "id": found.pk,
        "state": found.state,
        "made_at": found.made_at,
        "finished_at": found.finished_at,
        "files": [
            {"name": file.name, "finished": file.finished, "rows": file.done}
            for file in found.files.order_by("id")
        ],
        "rows": found.counts.get("rows", 0),
        "counts": {name: found.counts.get(name, 0) for name in names},
    }


def imports(most: int = 20) -> list[ImportBatch]:
    """Return the newest imports."""
    return list(ImportBatch.objects.order_by("-id").prefetch_related("files")[:most])


def import_row_results(
    batch: int, *, after: int = 0, limit: int | None = None, result: str = ""
) -> Iterator[dict[str, Any]]:
    """Yield row results (contract §6) in order, from row id ``after`` on."""
    rows = ImportedRow.objects.filter(batch_id=batch, pk__gt=after).order_by("pk")
    if result:
        rows = rows.filter(result=result)
    for row in (rows[:limit] if limit else rows).iterator(chunk_size=2000):
        yield {
            "ref": str(row.pk),
            "file": row.file,
            "row": row.row,
            "result": row.result,
            "number": row.number or None,
            "code": row.code or None,
            "original": row.original,
            "findings": row.findings,
            "error": row.error,
        }


def unread_lines(most: int = 50) -> list[UnreadLine]:
    """Return the newest lines of events that could not be read."""
    return list(UnreadLine.objects.order_by("-id")[:most])
