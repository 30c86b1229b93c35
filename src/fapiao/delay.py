"""Delay (延迟): how long a feed's invoices take from issue to arrival, as a log-spaced histogram.

From it come the chance that an invoice is still under way and the time by which nine in ten such invoices have come.
Old days count less (`curve`). The histogram is of one feed and kind; how much slower or quicker than usual each hour of issue
is comes as a factor on the time scale (`hour_factors`), because there are never enough invoices for a histogram of their
own an hour. Without a past, a plain prior stands in: T+0 to T+4 days, as vendors report. A feed that
offers nothing of the same day is measured from the midnight after the issue: it delivers by the clock, not by the hour
of issue.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any, Concatenate, ParamSpec, TypeVar

import msgspec

from fapiao.moments import Moments, end_of
from fapiao.wording import BEIJING

FIRST_EDGE = 30.0
STEP = 1.02
BINS = 625
"""Bin 0 holds delays under 30 s, bin i those under 30·1.02^i s; the last is about 80 days. A bin at four hours is five
minutes wide: feeds that deliver by the clock are as sharp as that."""
EDGES = tuple(FIRST_EDGE * STEP**place for place in range(BINS))
LAST_EDGE = EDGES[-1]
_LOG_STEP = math.log(STEP)
PRIOR_WEIGHT = 2.0
ONE_DELIVERY = 4
"""A day whose invoices fall into so few bins came in a delivery or two."""
HALF_LIFE_DAYS = 14.0
HALVINGS = 12
"""Halve sixteen natural logarithms of seconds to four parts in a thousand, well inside a bin."""
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
HOUR_PSEUDO, MOST_FACTOR = 30.0, 4.0
"""How many invoices the belief that an hour is like any other is worth, and how far it may at most be from it."""
KIND_PSEUDO = 40.0
"""How many invoices of a kind its feed's whole past is worth."""
CLOCK_HOURS, CLOCK_STEPS, MOST_AGES = 2, 30, 4
"""A feed that delivers by the clock is looked at two hours by two, for two days and a half: it delivers every day."""
ALIKE = (0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.4)
"""No two faults last equally long: one that was seen stands for some a little shorter and some a little longer."""
ENDED = 0.8
"""At this share of the lengths that are expected nine in ten faults had really ended: what is believed, and the spread about what
was seen, reach further than faults do (decision 0018)."""
FAULT_HOURS = (0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 24.0, 48.0)
"""How long faults are believed to last while few have been seen; each counts as a quarter of a seen one."""

BATCH_HOURS = (*FAULT_HOURS, 36.0, 60.0)
"""A lost batch is sent again by people: that takes longer than a connection takes to come back."""


class DelayCurve(msgspec.Struct, frozen=True):
    """A feed's delays (延迟分布): weighted counts by bin, and how many invoices were seen in all.

    ``limit`` is the longest delay, in seconds, that the feed itself accounts for: what took longer was uploaded late
    or held up by a fault, and says nothing of a healthy feed's pace. ``hours``: for each hour of issue (Beijing) by what
    factor its invoices take longer than usual; empty where all are alike.
    """

    counts: tuple[float, ...]
    seen: int = 0
    limit: float | None = None
    hours: tuple[float, ...] = ()

    def survival(self, seconds: float) -> float:
        """Return the share that takes longer than this, between 0 and 1, linear inside a bin."""
        return _survival(_shares(self), seconds)

    @property
    def mean(self) -> float:
        """The mean delay in seconds."""
        return _mean(self)

    def factor(self, issued: datetime) -> float:
        """Return by what factor an invoice issued at this moment takes longer than usual."""
        return self.hours[issued.astimezone(BEIJING).hour] if self.hours else 1.0

    def as_asked(self, before: float = 0.0) -> DelayCurve:
        """Return the delays as those who ask meet them.

        If each invoice is asked for once while it is under way, then at any one moment of its wait it is the less likely to be
        asked for the longer it waits in all: its delay counts one over its length. If people ask at any time for whatever is
        missing then, each counts alike. Nobody knows which, so the middle of the two is taken: one over the root.
        ``before`` are the seconds of waiting before the delay begins to count.
        """
        return _as_asked(self, before)


NO_PAST = DelayCurve((0.0,) * BINS)


Worked = TypeVar("Worked")
More = ParamSpec("More")
MOST_REMEMBERED = 1024


def _remembered(
    work: Callable[Concatenate[DelayCurve, More], Worked],
) -> Callable[Concatenate[DelayCurve, More], Worked]:
    """Let what follows from a curve be worked out once. Curves are known by the very counts they hold: to hash six hundred
    numbers for every question would take longer than the answer."""
    known: dict[tuple[Any, ...], tuple[DelayCurve, Worked]] = {}

    def remembered(pace: DelayCurve, /, *more: More.args, **named: More.kwargs) -> Worked:
        place = (id(pace.counts), id(pace.hours), pace.seen, pace.limit, *more)
        found = known.get(place)
        if found is None:
            if len(known) >= MOST_REMEMBERED:
                known.clear()
            found = known[place] = (pace, work(pace, *more, **named))  # holds the curve: an id is not reused
        return found[1]

    return remembered


@_remembered
def _as_asked(pace: DelayCurve, before: float) -> DelayCurve:
    mean = pace.mean + before
    scaled = tuple(
        count * math.sqrt(mean / (before + edge)) for count, edge in zip(pace.counts, EDGES, strict=True)
    )
    return DelayCurve(scaled, pace.seen, pace.limit, pace.hours)


@_remembered
def _mean(pace: DelayCurve) -> float:
    tails, low, whole = _shares(pace), 0.0, 0.0
    for place, edge in enumerate(EDGES):
        whole += (tails[place] - tails[place + 1]) * (low + edge) / 2
        low = edge
    return whole


@_remembered
def _shares(pace: DelayCurve) -> tuple[float, ...]:
    """Return, for each bin, the share of delays that reach it: 1 for the first, 0 after the last."""
    last = BINS - 1 if pace.limit is None else bin_of(pace.limit)
    rows = [
        count + prior if place <= last else 0.0
        for place, (count, prior) in enumerate(zip(pace.counts, PRIOR, strict=True))
    ]
    tails = list(accumulate(reversed(rows), initial=0.0))
    return tuple(tail / tails[-1] for tail in reversed(tails))


def _waiting(shares: Sequence[float], rows: Sequence[tuple[float, float, float]], later: float) -> float:
    """Return the chance still to be under way so many seconds later; each row is an age, its hour's factor and its share.

    Written out, because the search for a moment asks it a dozen times.
    """
    whole = 0.0
    for age, factor, part in rows:
        seconds = (age + later) / factor
        if seconds <= 0:
            whole += part
        elif seconds < LAST_EDGE:
            place = bisect_left(EDGES, seconds)
            low = EDGES[place - 1] if place else 0.0
            inside = (seconds - low) / (EDGES[place] - low)
            whole += part * (shares[place] + (shares[place + 1] - shares[place]) * inside)
    return whole


def _survival(shares: Sequence[float], seconds: float) -> float:
    if seconds <= 0:
        return 1.0
    if seconds >= LAST_EDGE:
        return 0.0
    place = bisect_left(EDGES, seconds)
    low = EDGES[place - 1] if place else 0.0
    inside = (seconds - low) / (EDGES[place] - low)
    return shares[place] + (shares[place + 1] - shares[place]) * inside


def curve(
    counts_by_age: Iterable[tuple[float, Mapping[int, int]]], seen: int = 0, hours: tuple[float, ...] = ()
) -> DelayCurve:
    """Return the curve of daily histograms (count by bin); each comes with its age in days and counts the less the older.

    What came in one delivery took equally long for one reason, so all of it counts as one.
    """
    sums = [0.0] * BINS
    for age, counts in counts_by_age:
        weight = faded(age)
        if len(counts) <= ONE_DELIVERY:
            weight *= len(counts) / sum(counts.values())
        for place, count in counts.items():
            sums[place] += weight * count
    return DelayCurve(tuple(sums), seen, hours=hours)


def faded(age: float) -> float:
    """Return what a day counts that lies ``age`` days back."""
    return float(0.5 ** (age / HALF_LIFE_DAYS))


def of_kind(own: DelayCurve, feed: DelayCurve) -> DelayCurve:
    """Return the curve of one kind: its own past, leaning on its feed's while it has little."""
    whole = sum(feed.counts)
    if not whole:
        return own
    lean = KIND_PSEUDO / whole
    counts = tuple(mine + lean * all_kinds for mine, all_kinds in zip(own.counts, feed.counts, strict=True))
    return DelayCurve(counts, own.seen, hours=feed.hours)


def hour_factors(hours: Mapping[int, tuple[float, float]]) -> tuple[float, ...]:
    """Return the factors of all hours from, by hour, a (weighted) count and the sum of the delays' logarithms."""
    whole = sum(count for count, _ in hours.values())
    if not whole:
        return ()
    usual = sum(logs for _, logs in hours.values()) / whole
    factors = []
    for hour in range(24):
        count, logs = hours.get(hour, (0.0, 0.0))
        apart = (logs - count * usual) / (count + HOUR_PSEUDO)
        factors.append(math.exp(max(-math.log(MOST_FACTOR), min(math.log(MOST_FACTOR), apart))))
    return tuple(factors)


def still_under_way(pace: DelayCurve, issued: Moments, now: datetime) -> float:
    """Return the chance that an invoice issued at one of these moments has not arrived by ``now``."""
    shares = _shares(pace)
    return sum(
        share * _survival(shares, (now - moment).total_seconds() / pace.factor(moment))
        for moment, share in issued
    )


def arrives_by(pace: DelayCurve, issued: Moments, now: datetime, share: float = 0.9) -> datetime | None:
    """Return the moment by which ``share`` of such invoices still under way at ``now`` will have arrived."""
    shares = _shares(pace)
    ages = [((now - moment).total_seconds(), pace.factor(moment), part) for moment, part in issued]
    waiting = sum(part * _survival(shares, age / factor) for age, factor, part in ages)
    if waiting <= 0:
        return None
    goal = waiting * (1 - share)
    still = [row for row in ages if row[2] * _survival(shares, row[0] / row[1]) > 1e-4 * waiting]
    low, high = 0.0, math.log(LAST_EDGE)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        later = math.exp(middle)
        if _waiting(shares, still, later) > goal:
            low = middle
        else:
            high = middle
    return now + timedelta(seconds=math.ceil(math.exp(high)))


def arrives_by_clock(
    pace: DelayCurve, issued: Moments, now: datetime, clock: Sequence[float], share: float = 0.9
) -> datetime | None:
    """Return the same for a feed that delivers by the clock: what it brings in each Beijing hour of the day, against its average.

    What the pace alone would have arrive in each stretch counts as often as the feed brings anything then. ``None`` where
    by that nothing would come within the days looked at.
    """
    shares = _shares(pace)
    ages = _fewer([((now - moment).total_seconds(), pace.factor(moment), part) for moment, part in issued])
    local = now.astimezone(BEIJING)
    into = (local.hour % CLOCK_HOURS) * 3600.0 + local.minute * 60 + local.second
    left, begun = _waiting(shares, ages, 0.0), 0.0
    comes: list[tuple[float, float, float]] = []
    for step in range(CLOCK_STEPS):
        hour = (local.hour - local.hour % CLOCK_HOURS + CLOCK_HOURS * step) % 24
        end = CLOCK_HOURS * 3600.0 * (step + 1) - into
        still = _waiting(shares, ages, end)
        comes.append(((left - still) * sum(clock[hour : hour + CLOCK_HOURS]), begun, end))
        left, begun = still, end
    goal = share * sum(come for come, _, _ in comes)
    for come, first, last in comes:
        if come and come >= goal:
            return now + timedelta(seconds=math.ceil(first + (last - first) * goal / come))
        goal -= come
    return None


def _fewer(rows: list[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    """Return a few ages that stand for many, each for some next to one another: where hours are counted, minutes do not matter."""
    wide = max(1, math.ceil(len(rows) / MOST_AGES))
    parts = [rows[place : place + wide] for place in range(0, len(rows), wide)]
    return [(*max(part, key=lambda row: row[2])[:2], sum(row[2] for row in part)) for part in parts]


def rest_of(
    lasted: Sequence[float], age: float, share: float = ENDED, believed: Sequence[float] = FAULT_HOURS
) -> float:
    """Return the seconds in which nine in ten faults that have lasted ``age`` seconds will have ended.

    ``lasted`` are the lengths of past ones, ``share`` of the expected ones is waited for, ``believed`` what is
    thought of them while few have been seen. A fault older than all that were seen is believed to last as long again.
    """
    seen = [(seconds * each, 1.0 / len(ALIKE)) for seconds in lasted for each in ALIKE]
    known = seen + [(hours * 3600.0, 0.25) for hours in believed]
    longer = sorted((seconds, weight) for seconds, weight in known if seconds > age)
    goal = share * sum(weight for _, weight in longer)
    reached = 0.0
    for seconds, weight in longer:
        reached += weight
        if reached >= goal:
            return seconds - age
    return max(age, 3600.0)
