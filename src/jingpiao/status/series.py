"""Raw series (原始序列): every look and every canary as CSV, enough to work every colour out again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from jingpiao.status.models import Canary, Sample
from jingpiao.sync.models import Watermark

MOST_ROWS = 50_000
LAG = (
    "known_at",
    "complete_to",
    "lag_seconds",
    "spoke_at",
    "silent_seconds",
    "every_seconds",
    "usual_seconds",
    "fault",
    "state",
)
CANARIES = ("sent_at", "seen_at", "lag_ms")
WATERMARKS = ("known_at", "complete_to", "lag_seconds")


def lag_rows(feed: str) -> Iterator[Sequence[Any]]:
    """Yield a feed's looks, the oldest first."""
    for row in _newest(Sample.objects.filter(feed=feed).order_by("-at")):
        yield (
            row.at,
            row.watermark,
            row.lag_seconds,
            row.spoke_at,
            row.silent_seconds,
            row.every_seconds,
            row.usual_seconds,
            int(row.fault),
            row.state,
        )


def canary_rows(feed: str) -> Iterator[Sequence[Any]]:
    """Yield the canaries sent for a feed, the oldest first; one not found has neither moment nor lag."""
    for row in _newest(Canary.objects.filter(feed=feed).order_by("-sent_at")):
        lag = round((row.seen_at - row.sent_at).total_seconds() * 1000) if row.seen_at else None
        yield row.sent_at, row.seen_at, lag


def watermark_rows(feed: str) -> Iterator[Sequence[Any]]:
    """Yield a feed's watermarks with the moment each was learnt, the oldest first."""
    for row in _newest(Watermark.objects.filter(feed=feed).order_by("-known_at", "-id")):
        yield row.known_at, row.complete_to, round((row.known_at - row.complete_to).total_seconds())


def _newest(rows: Any) -> Iterable[Any]:
    return [*rows[:MOST_ROWS]][::-1]


def as_csv(heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as CSV; moments as RFC 3339, what is not known empty."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(heading)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return buffer.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return round(value, 3) if isinstance(value, float) else value
