"""Delays in memory (延迟记忆): what each feed's deliveries took, by kind and hour, *as of* any day.

Bounded: at most one count a bin for each feed, day and kind, and 24 sums a feed and day. Only what changed since the last reading is read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from fapiao.delay import DelayCurve, curve, faded, hour_factors, of_kind
from jingpiao import sql
from jingpiao.sync.pace import MILLION

REMEMBERED_DAYS = 120
LEAST_OF_KIND = 20
"""With fewer invoices of a kind than this, its feed's curve stands for it."""


class Delays:
    """Delay counts of all feeds (全部来源的延迟计数)."""

    def __init__(self) -> None:
        self._stamps = {"sync_delaycount": 0, "sync_delayhour": 0}
        self._counts: dict[str, dict[int, dict[str, dict[int, int]]]] = defaultdict(dict)
        self._hours: dict[str, dict[int, dict[int, tuple[int, float]]]] = defaultdict(dict)
        self._whole: dict[tuple[str, int], DelayCurve] = {}

    def refresh(self) -> int | None:
        """Read what changed; return the oldest day (an ordinal) that did, ``None`` when nothing did."""
        fresh = self._new("sync_delaycount", "feed, day, kind, bin, count")
        for feed, day, kind, place, count in fresh:
            kinds = self._counts[feed].setdefault(day, {})
            kinds.setdefault(kind, {})[place] = count
        hours = self._new("sync_delayhour", "feed, day, hour, count, log_sum")
        for feed, day, hour, count, log_sum in hours:
            self._hours[feed].setdefault(day, {})[hour] = (count, log_sum / MILLION)
        oldest: int | None = min((row[1] for row in (*fresh, *hours)), default=None)
        if oldest is not None:
            self._whole = {place: pace for place, pace in self._whole.items() if place[1] <= oldest}
        return oldest

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
        own = [(age, kinds[kind]) for age, kinds in past if kind in kinds]
        seen = sum(sum(row.values()) for _, row in own)
        whole = self._of_all_kinds(feed, today, past)
        return of_kind(curve(own, seen), whole) if seen >= LEAST_OF_KIND else whole

    def _of_all_kinds(
        self, feed: str, today: int, past: list[tuple[float, dict[str, dict[int, int]]]]
    ) -> DelayCurve:
        if (feed, today) not in self._whole:
            rows = [(age, _together(kinds.values())) for age, kinds in past]
            seen = sum(sum(row.values()) for _, row in rows)
            self._whole[feed, today] = curve(rows, seen, hour_factors(self._faded_hours(feed, today)))
        return self._whole[feed, today]

    def _faded_hours(self, feed: str, today: int) -> dict[int, tuple[float, float]]:
        sums: dict[int, tuple[float, float]] = {}
        for day, hours in self._hours.get(feed, {}).items():
            if 0 < today - day <= REMEMBERED_DAYS:
                weight = faded(today - day)
                for hour, (count, logs) in hours.items():
                    had = sums.get(hour, (0.0, 0.0))
                    sums[hour] = (had[0] + weight * count, had[1] + weight * logs)
        return sums


def _together(kinds: Iterable[dict[int, int]]) -> dict[int, int]:
    """Return the counts of one day of all kinds together."""
    sums: dict[int, int] = defaultdict(int)
    for counts in kinds:
        for place, count in counts.items():
            sums[place] += count
    return sums
