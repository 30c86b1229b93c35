"""Hours (小时汇总): each look added to its hour, and the figures over a day and a month that follow from the hours."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from fapiao.feeds import State
from jingpiao.status.models import Hour, Sample
from jingpiao.status.rules import Flight, worst_of

DAY, MONTH = 24, 30 * 24
FIRST, STEP = 10.0, 1.1
"""Bin 0 holds values up to 10, bin i those up to 10·1.1^i: seconds of lag, milliseconds of a canary's flight."""
STATES: tuple[State, ...] = ("current", "delayed", "outage", "unknown")


def hour_of(moment: datetime) -> int:
    """Return the hour since 1970 UTC."""
    return int(moment.timestamp() // 3600)


def add(samples: Sequence[Sample], paths: Mapping[str, Sequence[Flight]], *, now: datetime) -> None:
    """Add one look to its hour: the states, the lags, the canaries that were sent or found since the look before."""
    hours = {row.feed: row for row in Hour.objects.filter(hour=hour_of(now))}
    last = Sample.objects.filter(at__lt=now).order_by("-at").values_list("at", flat=True).first()
    for sample in samples:
        row = hours.setdefault(sample.feed, Hour(feed=sample.feed, hour=hour_of(now)))
        _count(row.states, sample.state)
        if sample.lag_seconds is not None:
            _count(row.lags, bin_of(sample.lag_seconds))
        for flight in paths[sample.feed]:
            row.sent += last is None or flight.sent_at > last
            if flight.seen_at and (last is None or flight.seen_at > last):
                _count(row.flights, bin_of(1000 * flight.lag(now)))
    known = [row for row in hours.values() if row.pk]
    Hour.objects.bulk_create([row for row in hours.values() if not row.pk])
    Hour.objects.bulk_update(known, ("states", "lags", "flights", "sent"))


def _count(counts: dict[str, int], place: str | int) -> None:
    counts[str(place)] = counts.get(str(place), 0) + 1


def bin_of(value: float) -> int:
    """Return the bin that a value falls into."""
    return 0 if value <= FIRST else math.ceil(math.log(value / FIRST) / math.log(STEP) - 1e-9)


def by_feed(now: datetime, hours: int) -> dict[str, list[Hour]]:
    """Return each feed's hours of a span that ends now, in order."""
    found: dict[str, list[Hour]] = {}
    last = hour_of(now)
    for row in Hour.objects.filter(hour__gt=last - hours, hour__lte=last).order_by("hour"):
        found.setdefault(row.feed, []).append(row)
    return found


def over(hours: Iterable[Hour]) -> dict[str, Any]:
    """Return a span's figures: lags (s) and canaries (ms) at the middle and at 95 %, and the share of looks by state."""
    lags, flights, states = Counter[str](), Counter[str](), Counter[str]()
    sent = 0
    for hour in hours:
        lags.update(hour.lags)
        flights.update(hour.flights)
        states.update(hour.states)
        sent += hour.sent
    looks = sum(states.values())
    return {
        "looks": looks,
        "lag_p50": quantile(lags, 0.5),
        "lag_p95": quantile(lags, 0.95),
        "canaries": sent,
        "canaries_missed": max(0, sent - sum(flights.values())),
        "canary_p50_ms": quantile(flights, 0.5),
        "canary_p95_ms": quantile(flights, 0.95),
        "states": {state: round(states[state] / looks, 4) for state in STATES} if looks else {},
        "current_text": f"{100 * states['current'] / looks:.2f}%" if looks else None,
    }


def quantile(counts: Mapping[str, int], share: float) -> int | None:
    """Return the upper edge of the bin in which this share of all values is reached; ``None`` without a value."""
    total, reached = sum(counts.values()), 0
    for place, count in sorted((int(place), count) for place, count in counts.items()):
        reached += count
        if reached >= share * total:
            return round(FIRST * STEP**place)
    return None


def course(hours: Sequence[Hour], now: datetime) -> list[dict[str, Any]]:
    """Return a day's course, hour by hour, the oldest first; an hour without a look is ``unknown`` and has no lag."""
    known = {row.hour: row for row in hours}
    last = hour_of(now)
    return [_point(known.get(hour), hour) for hour in range(last - DAY + 1, last + 1)]


def _point(row: Hour | None, hour: int) -> dict[str, Any]:
    states = [state for state in STATES if row and row.states.get(state)]
    return {
        "at": datetime.fromtimestamp(3600 * hour, tz=UTC),
        "lag": quantile(row.lags, 0.5) if row else None,
        "state": worst_of(states),
    }
