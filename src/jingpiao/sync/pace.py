"""Pace (速度): counts how long each feed's invoices took, as they arrive, so that no answer has to scan the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.db import connection

from fapiao.delay import bin_of, origin
from fapiao.wording import BEIJING
from jingpiao import sql
from jingpiao.ledger.intake import Incoming

_UPSERT = (
    "INSERT INTO sync_delaycount (feed, day, bin, count) VALUES (%s, %s, %s, %s) "
    "ON CONFLICT (feed, day, bin) DO UPDATE SET count = sync_delaycount.count + excluded.count"
)


def count_delays(items: Sequence[Incoming]) -> None:
    """Count newly held invoices that tell their time of issue. Call inside the transaction that took them in."""
    counts: Counter[tuple[str, int, int]] = Counter()
    daily = _daily({item.feed for item in items})
    for item in items:
        issued = item.invoice.issued_at if item.invoice else None
        if issued is not None and issued.tzinfo is not None:
            counted = origin(issued, same_day=item.feed not in daily)
            seconds = (item.known_at - counted).total_seconds()
            counts[item.feed, item.known_at.astimezone(BEIJING).date().toordinal(), bin_of(seconds)] += 1
    if counts:
        with connection.cursor() as cursor:
            cursor.executemany(_UPSERT, [(*place, count) for place, count in sorted(counts.items())])


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
