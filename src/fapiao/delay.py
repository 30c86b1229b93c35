"""Delay (延迟): how long a feed's invoices take from issue to arrival, as a log-spaced histogram.

From it come the chance that an invoice is still under way and the time by which nine in ten such invoices have come.
Old days count less (`curve`). Without a past, a plain prior stands in: T+0 to T+4 days, as vendors report. A feed that
offers nothing of the same day is measured from the midnight after the issue: it delivers by the clock, not by the hour
of issue.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import accumulate

import msgspec

from fapiao.moments import Moments, end_of
from fapiao.wording import BEIJING

FIRST_EDGE = 30.0
STEP = 1.06
BINS = 212
"""Bin 0 holds delays under 30 s, bin i those under 30·1.06^i s; the last is about 75 days."""
EDGES = tuple(FIRST_EDGE * STEP**place for place in range(BINS))
_LOG_STEP = math.log(STEP)
PRIOR_WEIGHT = 2.0
HALF_LIFE_DAYS = 14.0
REST = 900.0
"""Seconds by which an upload ordinarily follows its issue: so much longer than the watermark's age a delay may be."""


def bin_of(seconds: float) -> int:
    """Return the bin that a delay falls into."""
    if seconds <= FIRST_EDGE:
        return 0
    return min(BINS - 1, math.ceil(math.log(seconds / FIRST_EDGE) / _LOG_STEP - 1e-9))


def origin(issued_at: datetime, *, same_day: bool) -> datetime:
    """Return the moment from which a feed's delay is measured: the issue, or the midnight after it."""
    return issued_at if same_day else end_of(issued_at.astimezone(BEIJING).date())


def _prior() -> tuple[float, ...]:
    """A log-normal about 90 minutes with a long tail: what a feed without a past is believed to do."""
    shares = [math.exp(-0.5 * ((math.log(edge / 5400.0)) / 1.5) ** 2) for edge in EDGES]
    total = sum(shares)
    return tuple(PRIOR_WEIGHT * share / total for share in shares)


PRIOR = _prior()
FAULT_HOURS = (0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 24.0, 48.0)
"""How long faults are believed to last while few have been seen; each counts as a quarter of a seen one."""


class DelayCurve(msgspec.Struct, frozen=True):
    """A feed's delays (延迟分布): weighted counts by bin, and how many invoices were seen in all.

    ``limit`` is the longest delay, in seconds, that the feed itself accounts for: what took longer was uploaded late
    or held up by a fault, and says nothing of a healthy feed's pace.
    """

    counts: tuple[float, ...]
    seen: int = 0
    limit: float | None = None

    def survival(self, seconds: float) -> float:
        """Return the share that takes longer than this, between 0 and 1, linear inside a bin."""
        return _survival(_shares(self), seconds)

    @property
    def mean(self) -> float:
        """The mean delay in seconds."""
        tails, low, whole = _shares(self), 0.0, 0.0
        for place, edge in enumerate(EDGES):
            whole += (tails[place] - tails[place + 1]) * (low + edge) / 2
            low = edge
        return whole

    def as_asked(self, before: float = 0.0) -> DelayCurve:
        """Return the delays as those who ask meet them: each invoice is asked for about once while it is under way.

        At any one moment of its wait an invoice is then the less likely to be asked for the longer it waits in all.
        ``before`` are the seconds of waiting before the delay begins to count.
        """
        mean = self.mean + before
        scaled = tuple(count * mean / (before + edge) for count, edge in zip(self.counts, EDGES, strict=True))
        return DelayCurve(scaled, self.seen, self.limit)


NO_PAST = DelayCurve((0.0,) * BINS)


@lru_cache(maxsize=256)
def _shares(pace: DelayCurve) -> tuple[float, ...]:
    """Return, for each bin, the share of delays that reach it: 1 for the first, 0 after the last."""
    last = BINS - 1 if pace.limit is None else bin_of(pace.limit)
    rows = [
        count + prior if place <= last else 0.0
        for place, (count, prior) in enumerate(zip(pace.counts, PRIOR, strict=True))
    ]
    tails = list(accumulate(reversed(rows), initial=0.0))
    return tuple(tail / tails[-1] for tail in reversed(tails))


def _survival(shares: Sequence[float], seconds: float) -> float:
    if seconds <= 0:
        return 1.0
    if seconds >= EDGES[-1]:
        return 0.0
    place = bin_of(seconds)
    low = EDGES[place - 1] if place else 0.0
    inside = min(1.0, (seconds - low) / (EDGES[place] - low))
    return shares[place] + (shares[place + 1] - shares[place]) * inside


def curve(counts_by_age: Iterable[tuple[float, Sequence[float]]], seen: int = 0) -> DelayCurve:
    """Return the curve of daily histograms; each comes with its age in days and counts the less the older."""
    sums = [0.0] * BINS
    for age, counts in counts_by_age:
        weight = 0.5 ** (age / HALF_LIFE_DAYS)
        for place, count in enumerate(counts):
            if count:
                sums[place] += weight * count
    return DelayCurve(tuple(sums), seen)


def still_under_way(pace: DelayCurve, issued: Moments, now: datetime) -> float:
    """Return the chance that an invoice issued at one of these moments has not arrived by ``now``."""
    shares = _shares(pace)
    return sum(share * _survival(shares, (now - moment).total_seconds()) for moment, share in issued)


def arrives_by(pace: DelayCurve, issued: Moments, now: datetime, share: float = 0.9) -> datetime | None:
    """Return the moment by which ``share`` of such invoices still under way at ``now`` will have arrived."""
    shares = _shares(pace)
    ages = [((now - moment).total_seconds(), part) for moment, part in issued]
    waiting = sum(part * _survival(shares, age) for age, part in ages)
    if waiting <= 0:
        return None
    goal = waiting * (1 - share)
    open_ages = [(age, part) for age, part in ages if part * _survival(shares, age) > 1e-4 * waiting]
    low, high = 0.0, math.log(EDGES[-1])
    for _ in range(16):  # halves 15 natural logs of seconds to a few parts in ten thousand
        middle = (low + high) / 2
        if sum(part * _survival(shares, age + math.exp(middle)) for age, part in open_ages) > goal:
            low = middle
        else:
            high = middle
    return now + timedelta(seconds=math.ceil(math.exp(high)))


def rest_of(lasted: Sequence[float], age: float, share: float = 0.9) -> float:
    """Return the seconds in which ``share`` of faults that have lasted ``age`` seconds will have ended.

    ``lasted`` are the lengths of past ones. A fault older than all that were seen is believed to last as long again.
    """
    known = [(seconds, 1.0) for seconds in lasted] + [(hours * 3600.0, 0.25) for hours in FAULT_HOURS]
    longer = sorted((seconds, weight) for seconds, weight in known if seconds > age)
    goal = share * sum(weight for _, weight in longer)
    reached = 0.0
    for seconds, weight in longer:
        reached += weight
        if reached >= goal:
            return seconds - age
    return max(age, 3600.0)
