"""Arriving (到达): counts what each feed brought of every region and kind, hour by hour, as it arrives.

A feed that carries several regions or kinds may go silent in one of them while the others flow; only counts by part show it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.db import connection

from fapiao.identity import region_of
from jingpiao import sql
from jingpiao.columns import to_micros
from jingpiao.ledger.intake import Incoming
from jingpiao.ledger.own import is_canary

HOUR = 3_600_000_000
"""In microseconds."""
_COUNTS = (
    "INSERT INTO sync_arrivalhour (feed, hour, region, kind, count, stamp) VALUES (%s, %s, %s, %s, %s, %s) "
    "ON CONFLICT (feed, hour, region, kind) DO UPDATE SET count = sync_arrivalhour.count + excluded.count, "
    "stamp = excluded.stamp"
)


def count_arrivals(items: Sequence[Incoming]) -> None:
    """Count newly held invoices. Call inside the transaction that took them in."""
    counts: Counter[tuple[str, int, str, str]] = Counter(
        (
            item.feed,
            to_micros(item.known_at) // HOUR,
            item.invoice.region or region_of(item.invoice) or "",
            item.invoice.kind or "",
        )
        for item in items
        if item.invoice is not None and not is_canary(item.feed)  # those leave the journal again
    )
    if not counts:
        return
    stamp = 1 + sql.rows("SELECT COALESCE(MAX(stamp), 0) FROM sync_arrivalhour")[0][0]
    with connection.cursor() as cursor:
        cursor.executemany(_COUNTS, [(*place, count, stamp) for place, count in sorted(counts.items())])
