"""Pace (速度): counts how long each feed's invoices took, as they arrive, so that no answer has to scan the ledger."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from fapiao.delay import bin_of, origin
from fapiao.wording import BEIJING
from jingpiao import sql
from jingpiao.ledger.intake import Incoming

_COUNTS = (
    "INSERT INTO sync_delaycount (feed, day, kind, bin, count, stamp) VALUES (%s, %s, %s, %s, %s, %s) "
    "ON CONFLICT (feed, day, kind, bin) DO UPDATE SET count = sync_delaycount.count + excluded.count, "
    "stamp = excluded.stamp"
)
_HOURS = (
    "INSERT INTO sync_delayhour (feed, day, hour, count, log_sum, stamp) VALUES (%s, %s, %s, %s, %s, %s) "
    "ON CONFLICT (feed, day, hour) DO UPDATE SET count = sync_delayhour.count + excluded.count, "
    "log_sum = sync_delayhour.log_sum + excluded.log_sum, stamp = excluded.stamp"
)
LEAST_SECONDS = 1.0
MILLION = 1_000_000
"""Logarithms are summed in whole millionths, so that the sum does not hang on the order of arrival."""


def count_delays(items: Sequence[Incoming]) -> None:
    """Count newly held invoices that tell their time of issue. Call inside the transaction that took them in."""
    counts: Counter[tuple[str, int, str, int]] = Counter()
    hours: Counter[tuple[str, int, int]] = Counter()
    logs: Counter[tuple[str, int, int]] = Counter()
    daily = _daily({item.feed for item in items})
    for item in items:
        issued = item.invoice.issued_at if item.invoice else None
        if item.invoice is None or issued is None or issued.tzinfo is None:
            continue
        day = item.known_at.astimezone(BEIJING).date().toordinal()
        seconds = _took(item.known_at, issued, same_day=item.feed not in daily)
        counts[item.feed, day, item.invoice.kind or "", bin_of(seconds)] += 1
        place = item.feed, day, issued.astimezone(BEIJING).hour
        hours[place] += 1
        logs[place] += round(MILLION * math.log(seconds))
    if counts:
        _store(counts, hours, logs)


def _took(known_at: datetime, issued: datetime, *, same_day: bool) -> float:
    return max(LEAST_SECONDS, (known_at - origin(issued, same_day=same_day)).total_seconds())


def _store(
    counts: Counter[tuple[str, int, str, int]],
    hours: Counter[tuple[str, int, int]],
    logs: Counter[tuple[str, int, int]],
) -> None:
    stamp = 1 + max(
        sql.rows(f"SELECT COALESCE(MAX(stamp), 0) FROM {table}")[0][0]
        for table in ("sync_delaycount", "sync_delayhour")
    )
    with connection.cursor() as cursor:
        cursor.executemany(_COUNTS, [(*place, count, stamp) for place, count in sorted(counts.items())])
        cursor.executemany(
            _HOURS, [(*place, count, logs[place], stamp) for place, count in sorted(hours.items())]
        )


def _daily(feeds: set[str]) -> set[str]:
    """Return those feeds that by their newest declaration offer nothing of the same day."""
    if not feeds:
        return set()
    rows = sql.rows(
        f"SELECT feed, same_day FROM sync_declaration WHERE {sql.among('feed')} ORDER BY known_at",
        [sql.texts(sorted(feeds))],
    )
    newest = {feed: bool(same_day) for feed, same_day in rows}
    return {feed for feed, same_day in newest.items() if not same_day}
