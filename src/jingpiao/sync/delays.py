"""Delays in memory (延迟记忆): what each feed's deliveries took, by kind and hour, *as of* any day.

Bounded: one row of bins a feed, day and kind, and 24 sums a feed and day. Only what changed since the last reading is read.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from typing import Any

from fapiao.delay import BINS, DelayCurve, curve, faded, hour_factors, of_kind
from jingpiao import sql
from jingpiao.sync.pace import MILLION

REMEMBERED_DAYS = 120
LEAST_OF_KIND = 20
"""With fewer invoices of a kind than this, its feed's curve stands for it."""


class Delays:
    """Delay counts of all feeds (全部来源的延迟计数)."""

    def __init__(self) -> None:
        self._stamps = {"sync_delaycount": 0, "sync_delayhour": 0}
        self._counts: dict[str, dict[int, dict[str, array[int]]]] = defaultdict(dict)
        self._hours: dict[str, dict[int, dict[int, tuple[int, float]]]] = defaultdict(dict)

    def refresh(self) -> int | None:
        """Read what changed; return the oldest day (an ordinal) that did, ``None`` when nothing did."""
        fresh = self._new("sync_delaycount", "feed, day, kind, bin, count")
        for feed, day, kind, place, count in fresh:
            kinds = self._counts[feed].setdefault(day, {})
            kinds.setdefault(kind, array("Q", bytes(8 * BINS)))[place] = count
        hours = self._new("sync_delayhour", "feed, day, hour, count, log_sum")
        for feed, day, hour, count, log_sum in hours:
            self._hours[feed].setdefault(day, {})[hour] = (count, log_sum / MILLION)
        return min((row[1] for row in (*fresh, *hours)), default=None)

    def _new(self, table: str, columns: str) -> list[tuple[Any, ...]]:
        rows = sql.rows(
            f"SELECT stamp, {columns} FROM {table} WHERE stamp > %s ORDER BY stamp", [self._stamps[table]]
        )
        if rows:
            self._stamps[table] = rows[-1][0]
        return [row[1:] for row in rows]

    def pace(self, feed: str, today: int, kind: str) -> DelayCurve | None:
        """Return a feed's curve for a kind (empty: any) from the days before ``today`` (an ordinal), ``None`` without any."""
        past = [
            (float(today - day), kinds)
            for day, kinds in self._counts.get(feed, {}).items()
            if 0 < today - day <= REMEMBERED_DAYS
        ]
        if not past:
            return None
        hours = hour_factors(self._faded_hours(feed, today))
        rows = [(age, row) for age, kinds in past for row in kinds.values()]
        whole = curve(rows, sum(sum(row) for _, row in rows), hours)
        own = [(age, kinds[kind]) for age, kinds in past if kind in kinds]
        seen = sum(sum(row) for _, row in own)
        return of_kind(curve(own, seen), whole) if seen >= LEAST_OF_KIND else whole

    def _faded_hours(self, feed: str, today: int) -> dict[int, tuple[float, float]]:
        sums: dict[int, tuple[float, float]] = {}
        for day, hours in self._hours.get(feed, {}).items():
            if 0 < today - day <= REMEMBERED_DAYS:
                weight = faded(today - day)
                for hour, (count, logs) in hours.items():
                    had = sums.get(hour, (0.0, 0.0))
                    sums[hour] = (had[0] + weight * count, had[1] + weight * logs)
        return sums
