"""Moments (开具时刻): when an invoice may have been issued, where only its day and its neighbours are known."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from fapiao.wording import BEIJING

Moments = tuple[tuple[datetime, float], ...]
"""Possible moments of issue with their shares, which add up to 1; empty when nothing is known."""

BUSY, AWAKE = range(8, 20), range(6, 23)
QUIET_SHARE, NIGHT_SHARE = 0.3, 0.05
"""Invoices are issued in office hours; early and late ones are about a third as frequent an hour, by night hardly any are."""
COARSE, FINE, RECENT = timedelta(minutes=45), timedelta(minutes=6), timedelta(hours=2)
"""Just before the asking the grid is finer: there a few minutes decide whether a quick feed can have brought it."""
LONG_AGO, COARSEST = timedelta(days=1), timedelta(hours=3)
"""A day that ended so long before the asking needs no finer grid than this."""
SLICES = 12
SLICES_UNDATED, A_DAY, A_WEEK = 32, timedelta(days=1), timedelta(days=7)
FAINT = 1e-3
"""What is left of the chance of a moment long after the last number of a block."""


def possible_moments(day: date, as_of: datetime, low: datetime | None, high: datetime | None) -> Moments:
    """Return the moments of a day, none after ``as_of``, between the issue times of the neighbouring numbers.

    Bounds that contradict the day are ignored: then the day or the number is wrong, and neither tells anything.
    """
    begin = datetime.combine(day, time.min, BEIJING)
    if as_of <= begin:
        return ((as_of, 1.0),)
    end = min(begin + timedelta(days=1), as_of)
    first, last = max(begin, low or begin), min(end, high or end)
    if first > last:
        first, last = begin, end
    rows = [(middle, width * _busy(middle)) for middle, width in _slices(first, last, as_of)]
    whole = sum(share for _, share in rows)
    return tuple((middle, share / whole) for middle, share in rows)


def undated_moments(as_of: datetime, low: datetime | None, high: datetime | None, follows: float) -> Moments:
    """Return the moments at which a number of unknown day was given out, between those of its neighbours.

    ``follows``: seconds after ``low`` in which it is expected, 0 where nothing tells. Nothing above it: the longer ago, the
    less likely, as others would have followed. Nothing on either side: people ask about the last week.
    """
    last = min(high or as_of, as_of)
    first = low or (last - A_DAY if high else last - A_WEEK)
    if first >= last:
        return ((last, 1.0),)
    edges = [
        first + (last - first) * (1 - (1 - place / SLICES_UNDATED) ** 2)
        for place in range(SLICES_UNDATED + 1)
    ]
    fades = follows if low and not high else 0.0
    rows = []
    for begin, end in pairwise(edges):
        middle = begin + (end - begin) / 2
        late = math.exp(-(middle - first).total_seconds() / fades) if fades else 1.0
        rows.append((middle, (end - begin).total_seconds() * _busy(middle) * max(late, FAINT)))
    whole = sum(share for _, share in rows)
    return tuple((middle, share / whole) for middle, share in rows)


def _busy(moment: datetime) -> float:
    hour = moment.astimezone(BEIJING).hour
    return 1.0 if hour in BUSY else QUIET_SHARE if hour in AWAKE else NIGHT_SHARE


def busy_share(moment: datetime) -> float:
    """Return the share of a day's invoices that are issued in an hour such as this one."""
    whole = len(BUSY) + QUIET_SHARE * (len(AWAKE) - len(BUSY)) + NIGHT_SHARE * (24 - len(AWAKE))
    return _busy(moment) / whole


def _slices(first: datetime, last: datetime, as_of: datetime) -> Iterator[tuple[datetime, float]]:
    """Yield the middle and the width, in seconds, of the slices of an interval."""
    coarse = COARSEST if as_of - last > LONG_AGO else COARSE
    shortest = max((last - first) / SLICES, timedelta(seconds=1))
    at = first
    while True:
        width = min(FINE if as_of - at <= RECENT else coarse, max(shortest, FINE / 4))
        width = min(width, last - at) if last > at else timedelta(seconds=1)
        yield at + width / 2, width.total_seconds()
        at += width
        if at >= last:
            return


def end_of(day: date) -> datetime:
    """Return the midnight, in Beijing, at which a day ends."""
    return datetime.combine(day + timedelta(days=1), time(0), BEIJING)
