"""Delay (延迟): how long a feed's invoices take from issue to arrival, as a log-spaced histogram.

From it come the chance that an invoice is still under way and the time by which nine in ten such invoices have come.
Old days count less (`forgotten`). Without a past, a plain prior stands in: T+0 to T+4 days, as vendors report.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

FIRST_EDGE = 30.0
STEP = 1.25
BINS = 56
"""Bin 0 holds delays under 30 s, bin i those under 30·1.25^i s; the last is about 75 days."""
EDGES = tuple(FIRST_EDGE * STEP**place for place in range(BINS))
PRIOR_WEIGHT = 2.0
HALF_LIFE_DAYS = 14.0


def bin_of(seconds: float) -> int:
    """Return the bin that a delay falls into."""
    if seconds <= FIRST_EDGE:
        return 0
    return min(BINS - 1, 1 + int(math.log(seconds / FIRST_EDGE) / math.log(STEP)))


def _prior() -> tuple[float, ...]:
    """A log-normal about 90 minutes with a long tail: what a feed without a past is believed to do."""
    shares = [math.exp(-0.5 * ((math.log(edge / 5400.0)) / 1.5) ** 2) for edge in EDGES]
    total = sum(shares)
    return tuple(PRIOR_WEIGHT * share / total for share in shares)


PRIOR = _prior()


class DelayCurve(msgspec.Struct, frozen=True):
    """A feed's delays (延迟分布): weighted counts by bin, and how many invoices were seen in all."""

    counts: tuple[float, ...]
    seen: int = 0

    def survival(self, seconds: float) -> float:
        """Return the share that takes longer than this, between 0 and 1, linear inside a bin."""
        if seconds <= 0:
            return 1.0
        total = math.fsum(self.counts) + PRIOR_WEIGHT
        place = bin_of(seconds)
        low = EDGES[place - 1] if place else 0.0
        inside = min(1.0, (seconds - low) / (EDGES[place] - low))
        later = sum(self.counts[place + 1 :]) + sum(PRIOR[place + 1 :])
        return (later + (self.counts[place] + PRIOR[place]) * (1 - inside)) / total


NO_PAST = DelayCurve((0.0,) * BINS)


def curve(counts_by_age: Iterable[tuple[float, Sequence[float]]], seen: int = 0) -> DelayCurve:
    """Return the curve of daily histograms; each comes with its age in days and counts the less the older."""
    sums = [0.0] * BINS
    for age, counts in counts_by_age:
        weight = 0.5 ** (age / HALF_LIFE_DAYS)
        for place, count in enumerate(counts):
            if count:
                sums[place] += weight * count
    return DelayCurve(tuple(sums), seen)


def still_under_way(pace: DelayCurve, issued: Sequence[datetime], now: datetime) -> float:
    """Return the chance that an invoice issued at one of these equally likely moments has not arrived by ``now``."""
    if not issued:
        return 0.0
    return sum(pace.survival((now - moment).total_seconds()) for moment in issued) / len(issued)


def arrives_by(
    pace: DelayCurve, issued: Sequence[datetime], now: datetime, share: float = 0.9
) -> datetime | None:
    """Return the moment by which ``share`` of such invoices still under way at ``now`` will have arrived."""
    waiting = still_under_way(pace, issued, now)
    if waiting <= 0:
        return None
    goal = waiting * (1 - share)
    low, high = 0.0, EDGES[-1]
    for _ in range(40):
        middle = (low + high) / 2
        if still_under_way(pace, issued, now + timedelta(seconds=middle)) > goal:
            low = middle
        else:
            high = middle
    return now + timedelta(seconds=math.ceil(high / 60) * 60)
